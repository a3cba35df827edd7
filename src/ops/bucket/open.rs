//! The way to a bucket that a command names.

use std::sync::Arc;

use crate::io::bucket::objects::ObjectClient;
use crate::io::bucket::open;
use crate::io::bucket::options::BucketOptions;
use crate::io::bucket::store::BucketStore;
use crate::io::config::load::Environment;
use crate::io::http::settings::http_settings;
use crate::model::error::{Error, Result};
use crate::model::errors::bucket::BucketError;
use crate::model::errors::upstream::UpstreamError;
use crate::model::package::id::CrateId;
use crate::model::source::bucket::BucketAddress;
use crate::ops::context::options::Context;

/// Where the store is reached, besides what the environment says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// Of a store that speaks another's protocol.
    pub endpoint: Option<String>,
    /// Where clients reach it; for links.
    pub public: Option<String>,
}

/// A bucket, and the way to it.
#[derive(Debug, Clone)]
pub struct OpenBucket {
    pub address: BucketAddress,
    pub client: Arc<dyn ObjectClient>,
}

impl OpenBucket {
    /// Opens the way; asks nothing.
    pub fn open(common: &Context, url: &str, endpoints: &Endpoints) -> Result<Self> {
        let address = BucketAddress::parse(url).map_err(|message| {
            Error::Bucket(BucketError::Address {
                text: url.to_owned(),
                message,
            })
        })?;
        if common.upstream.offline {
            return Err(Error::Upstream(UpstreamError::Offline));
        }
        let http = http_settings(&common.place.config(&common.place.cwd)?);
        let endpoint = endpoints.endpoint.clone();
        let mut options = BucketOptions::new(&address, &common.place.environment, &http, endpoint)?;
        options.public_endpoint.clone_from(&endpoints.public);
        let client = open::open(&address, &options)?;
        Ok(Self { address, client })
    }

    /// A registry in it, by its folder in the mirror.
    pub fn registry(&self, folder: &str) -> BucketStore {
        BucketStore::new(Arc::clone(&self.client), folder)
    }
}

/// A name of this machine, for people who look into a bucket.
pub fn host(environment: &Environment) -> String {
    let named = ["HOSTNAME", "COMPUTERNAME"];
    let named = named.iter().find_map(|name| environment.get(*name));
    let plain = |text: &String| {
        let kept = text.chars();
        let kept: String = kept
            .filter(|it| it.is_ascii_alphanumeric() || *it == '-')
            .take(40)
            .collect();
        kept
    };
    named
        .map(plain)
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "host".to_owned())
}

/// The crate that an object is, by its key within a registry.
pub fn crate_of(key: &str) -> Option<CrateId> {
    if key.contains('/') {
        return None;
    }
    CrateId::of_file_name(key).find(|id| id.file_name() == key)
}
