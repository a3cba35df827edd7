//! `doctor`: tests whether a store supports what a mirror needs.

use std::time::Instant;

use crate::io::bucket::probe::{ProbeReport, probe};
use crate::model::error::Result;
use crate::ops::bucket::open::{Endpoints, OpenBucket};
use crate::ops::context::options::Context;

/// What was found.
#[derive(Debug)]
pub struct DoctorReport {
    pub bucket: String,
    pub probe: ProbeReport,
    pub milliseconds: u128,
}

pub async fn run(common: &Context, url: &str) -> Result<DoctorReport> {
    let bucket = OpenBucket::open(common, url, &Endpoints::default())?;
    let begun = Instant::now();
    let probe = probe(&bucket.client).await?;
    Ok(DoctorReport {
        bucket: bucket.address.to_string(),
        probe,
        milliseconds: begun.elapsed().as_millis(),
    })
}
