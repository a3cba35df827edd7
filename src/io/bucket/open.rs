//! The way to a bucket: by the crate that talks to object stores, where the program was built with it.

use std::sync::Arc;

use crate::io::bucket::objects::ObjectClient;
use crate::io::bucket::options::BucketOptions;
use crate::model::error::Result;
use crate::model::source::bucket::BucketAddress;

/// Opens the way to a bucket; asks it nothing.
#[cfg(feature = "bucket")]
pub fn open(address: &BucketAddress, options: &BucketOptions) -> Result<Arc<dyn ObjectClient>> {
    Ok(Arc::new(crate::io::bucket::cloud::open(address, options)?))
}

/// Opens the way to a bucket; asks it nothing.
#[cfg(not(feature = "bucket"))]
pub fn open(_address: &BucketAddress, _options: &BucketOptions) -> Result<Arc<dyn ObjectClient>> {
    Err(crate::model::errors::bucket::BucketError::NotBuilt.into())
}
