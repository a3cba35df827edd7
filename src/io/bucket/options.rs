//! How a bucket is reached: the environment's keys, cargo's proxy and certificates.

use std::fs;

use url::Url;

use crate::io::config::load::Environment;
use crate::io::fs::error::io_error;
use crate::io::http::settings::HttpSettings;
use crate::model::error::{Error, Result};
use crate::model::errors::bucket::BucketError;
use crate::model::errors::cause::Cause;
use crate::model::errors::fs::Action;
use crate::model::source::bucket::{BucketAddress, Cloud};

/// How a bucket is reached.
#[derive(Clone, Default)]
pub struct BucketOptions {
    /// The keys and addresses of the clouds' own tools: `AWS_*`, `GOOGLE_*`, `AZURE_*`.
    pub environment: Environment,
    /// For stores that speak another's protocol.
    pub endpoint: Option<String>,
    /// Where clients reach the store; for links alone.
    pub public_endpoint: Option<String>,
    pub proxy: Option<String>,
    /// PEM text.
    pub certificates: Option<Vec<u8>>,
    /// How often a request is tried again.
    pub retries: usize,
}

/// Keys are in it.
impl std::fmt::Debug for BucketOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BucketOptions").finish_non_exhaustive()
    }
}

impl BucketOptions {
    /// By the environment and cargo's config.
    pub fn new(
        address: &BucketAddress,
        environment: &Environment,
        http: &HttpSettings,
        endpoint: Option<String>,
    ) -> Result<Self> {
        let clouds = environment.iter().filter(|(name, _)| {
            ["AWS_", "GOOGLE_", "AZURE_"]
                .iter()
                .any(|start| name.starts_with(start))
        });
        let mut options = Self {
            environment: clouds
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            endpoint,
            retries: http.retries as usize,
            ..Self::default()
        };
        let proxy = http.proxies.of(&options.asked(address));
        let proxy = proxy.map_err(|message| {
            Error::Bucket(BucketError::Client {
                bucket: address.to_string(),
                source: Cause(message),
            })
        })?;
        options.proxy = proxy.map(|proxy| proxy.to_string());
        if let Some(path) = http.cainfo.as_ref().or(http.certificates.as_ref()) {
            options.certificates = Some(fs::read(path).map_err(io_error(Action::Read, path))?);
        }
        Ok(options)
    }

    /// The address that requests go to, as far as it decides about proxies.
    fn asked(&self, address: &BucketAddress) -> Url {
        let named = self.named_endpoint();
        let named = named.and_then(|named| Url::parse(named).ok());
        named.unwrap_or_else(|| {
            let host = match address.cloud {
                Cloud::S3 => "s3",
                Cloud::Google => "storage",
                Cloud::Azure => "blob",
            };
            // Any host that no exception names: the clouds' own hosts differ by region and account.
            let url = Url::parse(&format!("https://{host}.invalid/"));
            url.unwrap_or_else(|_| unreachable!("a constant address"))
        })
    }

    fn named_endpoint(&self) -> Option<&str> {
        let variables = [
            "AWS_ENDPOINT_URL_S3",
            "AWS_ENDPOINT_URL",
            "AWS_ENDPOINT",
            "AZURE_STORAGE_ENDPOINT",
            "AZURE_ENDPOINT",
            "GOOGLE_BASE_URL",
        ];
        let named = variables
            .iter()
            .find_map(|name| self.environment.get(*name));
        self.endpoint
            .as_deref()
            .or_else(|| named.map(String::as_str))
    }

    /// Whether a store is named that speaks plain HTTP: whoever names it has decided.
    pub(super) fn allows_http(&self) -> bool {
        self.named_endpoint()
            .is_some_and(|endpoint| endpoint.starts_with("http://"))
    }
}
