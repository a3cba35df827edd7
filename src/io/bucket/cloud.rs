//! S3, Google and Azure, by the crate `object_store`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt, TryStreamExt};
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::signer::Signer;
use object_store::{
    Attribute, Attributes, BackoffConfig, Certificate, ClientOptions, GetOptions, GetRange,
    ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions, RetryConfig, UpdateVersion,
};
use url::Url;

use crate::io::bucket::objects::{
    Answer, Condition, Fetched, ObjectClient, ObjectInfo, ObjectKind, ObjectRevision, OpenObject,
    PutOutcome,
};
use crate::io::bucket::options::BucketOptions;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::bucket::BucketError;
use crate::model::errors::cause::Cause;
use crate::model::package::checksum::Sha256;
use crate::model::source::bucket::{BucketAddress, Cloud};
use crate::model::units::timestamp::Timestamp;

/// A body may take as long as it goes on arriving.
const STALLED: Duration = Duration::from_mins(1);
const CONNECT: Duration = Duration::from_secs(10);
/// Where object stores keep a digest of ours.
const DIGEST: &str = "sha256";

/// The way to a bucket.
#[derive(Debug)]
pub struct CloudClient {
    store: Arc<dyn ObjectStore>,
    /// Makes links for clients, at the address at which they reach the store.
    signer: Option<Arc<dyn Signer>>,
    address: BucketAddress,
}

fn client(address: &BucketAddress, error: &object_store::Error) -> Error {
    Error::Bucket(BucketError::Client {
        bucket: address.to_string(),
        source: Cause(chain(error)),
    })
}

/// Opens the way to a bucket; asks it nothing.
pub fn open(address: &BucketAddress, options: &BucketOptions) -> Result<CloudClient> {
    let failed = |error: object_store::Error| client(address, &error);
    let http = http(options).map_err(failed)?;
    let opened = |endpoint: Option<&str>| match address.cloud {
        Cloud::S3 => s3(address, options, http.clone(), endpoint).map(both),
        Cloud::Google => google(address, options, http.clone(), endpoint).map(both),
        Cloud::Azure => azure(address, options, http.clone(), endpoint).map(both),
    };
    let (store, mut signer) = opened(options.endpoint.as_deref()).map_err(failed)?;
    if let Some(public) = options.public_endpoint.as_deref() {
        signer = opened(Some(public)).map_err(failed)?.1;
    }
    Ok(CloudClient {
        store,
        signer: Some(signer),
        address: address.clone(),
    })
}

/// A bucket in memory, for tests of what is built on buckets.
pub fn in_memory(address: &BucketAddress) -> CloudClient {
    CloudClient {
        store: Arc::new(InMemory::new()),
        signer: None,
        address: address.clone(),
    }
}

fn both<S: ObjectStore + Signer>(store: S) -> (Arc<dyn ObjectStore>, Arc<dyn Signer>) {
    let store = Arc::new(store);
    let signer: Arc<dyn Signer> = Arc::clone(&store) as Arc<dyn Signer>;
    (store, signer)
}

fn http(options: &BucketOptions) -> object_store::Result<ClientOptions> {
    let mut http = ClientOptions::new()
        .with_timeout_disabled()
        .with_read_timeout(STALLED)
        .with_connect_timeout(CONNECT)
        .with_allow_http(options.allows_http())
        .with_user_agent(object_store::HeaderValue::from_static(concat!(
            "cargo-mirror/",
            env!("CARGO_PKG_VERSION")
        )));
    if let Some(proxy) = &options.proxy {
        http = http.with_proxy_url(proxy.as_str());
    }
    if let Some(pem) = &options.certificates {
        for certificate in Certificate::from_pem_bundle(pem)? {
            http = http.with_root_certificate(certificate);
        }
    }
    Ok(http)
}

/// The settings that the environment has for a cloud, by the names that its own tools know.
fn settings<K: std::str::FromStr>(
    options: &BucketOptions,
    start: &str,
) -> HashMap<String, (K, String)> {
    let named = options
        .environment
        .iter()
        .filter(|(name, _)| name.starts_with(start));
    named
        .filter_map(|(name, value)| {
            let key = name.to_ascii_lowercase();
            Some((key.clone(), (key.parse().ok()?, value.clone())))
        })
        .collect()
}

fn retries(options: &BucketOptions) -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: options.retries,
        retry_timeout: Duration::from_mins(2),
    }
}

fn s3(
    address: &BucketAddress,
    options: &BucketOptions,
    http: ClientOptions,
    endpoint: Option<&str>,
) -> object_store::Result<object_store::aws::AmazonS3> {
    // Whole client options first: they take the place of single settings.
    let mut builder = AmazonS3Builder::new().with_client_options(http);
    for (key, value) in settings::<AmazonS3ConfigKey>(options, "AWS_").into_values() {
        builder = builder.with_config(key, value);
    }
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    builder
        .with_bucket_name(&address.bucket)
        // Deletes are few and each is checked by itself.
        .with_disable_bulk_delete(true)
        .with_retry(retries(options))
        .build()
}

fn google(
    address: &BucketAddress,
    options: &BucketOptions,
    http: ClientOptions,
    endpoint: Option<&str>,
) -> object_store::Result<object_store::gcp::GoogleCloudStorage> {
    let mut builder = GoogleCloudStorageBuilder::new().with_client_options(http);
    for (key, value) in settings::<GoogleConfigKey>(options, "GOOGLE_").into_values() {
        builder = builder.with_config(key, value);
    }
    if let Some(endpoint) = endpoint {
        builder = builder.with_config(GoogleConfigKey::BaseUrl, endpoint);
    }
    builder
        .with_bucket_name(&address.bucket)
        .with_retry(retries(options))
        .build()
}

fn azure(
    address: &BucketAddress,
    options: &BucketOptions,
    http: ClientOptions,
    endpoint: Option<&str>,
) -> object_store::Result<object_store::azure::MicrosoftAzure> {
    let mut builder = MicrosoftAzureBuilder::new().with_client_options(http);
    for (key, value) in settings::<AzureConfigKey>(options, "AZURE_").into_values() {
        builder = builder.with_config(key, value);
    }
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint.to_owned());
    }
    builder
        .with_container_name(&address.bucket)
        .with_retry(retries(options))
        .build()
}

impl CloudClient {
    /// The place of a key in the bucket. Keys are made of names that were checked, so nothing in them is encoded: `object_store`
    /// encodes for the request, and would encode a second time.
    fn path(&self, key: &str) -> Result<Path> {
        Path::parse(self.address.key(key)).map_err(|cause| self.failed("name", key, &cause.into()))
    }

    fn failed(&self, doing: &'static str, key: &str, error: &object_store::Error) -> Error {
        let key = format!("{}/{key}", self.address);
        let source = Cause(brief(&chain(error)));
        Error::Bucket(match error {
            object_store::Error::PermissionDenied { .. }
            | object_store::Error::Unauthenticated { .. } => {
                BucketError::Denied { doing, key, source }
            }
            object_store::Error::NotFound { .. } if doing == "write" => {
                BucketError::NoBucket { key }
            }
            _ => BucketError::Failed { doing, key, source },
        })
    }

    fn info(&self, meta: ObjectMeta, attributes: Option<&Attributes>) -> ObjectInfo {
        let key = meta.location.as_ref();
        let key = match self.address.prefix.as_str() {
            "" => key,
            prefix => key
                .strip_prefix(prefix)
                .map_or(key, |rest| rest.trim_start_matches('/')),
        };
        let digest = attributes.and_then(|all| all.get(&Attribute::Metadata(DIGEST.into())));
        ObjectInfo {
            key: key.to_owned(),
            length: meta.size,
            modified: Timestamp(u64::try_from(meta.last_modified.timestamp()).unwrap_or_default()),
            revision: ObjectRevision {
                tag: meta.e_tag,
                version: meta.version,
            },
            checksum: digest.and_then(|digest| Sha256::parse(digest.as_ref()).ok()),
        }
    }
}

/// Causes quote whole answers of the store; the start of one says enough.
fn brief(text: &str) -> String {
    const SHOWN: usize = 400;
    let line = text.replace(['\n', '\r'], " ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}

fn attributes(kind: ObjectKind) -> Attributes {
    let mut attributes = Attributes::new();
    if let ObjectKind::Crate(checksum) | ObjectKind::Published(checksum) = kind {
        let digest = Attribute::Metadata(DIGEST.into());
        attributes.insert(digest, checksum.to_string().into());
    }
    let (content, lasting) = match kind {
        ObjectKind::Crate(_) => ("application/gzip", "public, max-age=31536000, immutable"),
        ObjectKind::Published(_) => ("application/gzip", "private, max-age=31536000, immutable"),
        ObjectKind::Index => ("text/plain", "public, max-age=60"),
        ObjectKind::PublishedIndex => ("text/plain", "private, no-cache"),
        ObjectKind::Record => ("text/plain", "no-store"),
    };
    attributes.insert(Attribute::ContentType, content.into());
    attributes.insert(Attribute::CacheControl, lasting.into());
    attributes
}

impl ObjectClient for CloudClient {
    fn get<'a>(&'a self, key: &'a str, known: Option<&'a ObjectRevision>) -> Answer<'a, Fetched> {
        async move {
            let options = GetOptions {
                if_none_match: known.and_then(|known| known.tag.clone()),
                ..GetOptions::default()
            };
            let got = match self.store.get_opts(&self.path(key)?, options).await {
                Ok(got) => got,
                Err(object_store::Error::NotFound { .. }) => return Ok(Fetched::Absent),
                Err(object_store::Error::NotModified { .. }) => return Ok(Fetched::Unchanged),
                Err(error) => return Err(self.failed("read", key, &error)),
            };
            let info = self.info(got.meta.clone(), Some(&got.attributes));
            let bytes = got.bytes().await;
            let bytes = bytes.map_err(|error| self.failed("read", key, &error))?;
            Ok(Fetched::Whole(bytes, info))
        }
        .boxed()
    }

    fn open<'a>(&'a self, key: &'a str, from: u64) -> Answer<'a, Option<OpenObject>> {
        async move {
            let options = GetOptions {
                range: (from > 0).then_some(GetRange::Offset(from)),
                ..GetOptions::default()
            };
            let got = match self.store.get_opts(&self.path(key)?, options).await {
                Ok(got) => got,
                Err(object_store::Error::NotFound { .. }) => return Ok(None),
                Err(error) => return Err(self.failed("read", key, &error)),
            };
            let info = self.info(got.meta.clone(), Some(&got.attributes));
            let shown = format!("{}/{key}", self.address);
            let bytes = got.into_stream().map_err(move |error| {
                Error::Bucket(BucketError::Failed {
                    doing: "read",
                    key: shown.clone(),
                    source: Cause(brief(&chain(&error))),
                })
            });
            Ok(Some(OpenObject {
                info,
                bytes: bytes.boxed(),
            }))
        }
        .boxed()
    }

    fn head<'a>(&'a self, key: &'a str) -> Answer<'a, Option<ObjectInfo>> {
        async move {
            let options = GetOptions {
                head: true,
                ..GetOptions::default()
            };
            match self.store.get_opts(&self.path(key)?, options).await {
                Ok(got) => Ok(Some(self.info(got.meta.clone(), Some(&got.attributes)))),
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(self.failed("look at", key, &error)),
            }
        }
        .boxed()
    }

    fn put<'a>(
        &'a self,
        key: &'a str,
        bytes: Bytes,
        kind: ObjectKind,
        condition: Condition<'a>,
    ) -> Answer<'a, PutOutcome> {
        async move {
            let mode = match condition {
                Condition::Absent => PutMode::Create,
                Condition::Unchanged(revision) => PutMode::Update(UpdateVersion {
                    e_tag: revision.tag.clone(),
                    version: revision.version.clone(),
                }),
            };
            let options = PutOptions {
                mode,
                attributes: attributes(kind),
                ..PutOptions::default()
            };
            let put = self
                .store
                .put_opts(&self.path(key)?, bytes.into(), options)
                .await;
            match put {
                Ok(done) => Ok(PutOutcome::Done(ObjectRevision {
                    tag: done.e_tag,
                    version: done.version,
                })),
                Err(
                    object_store::Error::AlreadyExists { .. }
                    | object_store::Error::Precondition { .. }
                    | object_store::Error::NotModified { .. },
                ) => Ok(PutOutcome::Lost),
                Err(error @ object_store::Error::Generic { .. }) => {
                    Ok(PutOutcome::Unknown(self.failed("write", key, &error)))
                }
                Err(error) => Err(self.failed("write", key, &error)),
            }
        }
        .boxed()
    }

    fn delete<'a>(&'a self, key: &'a str) -> Answer<'a, ()> {
        async move {
            match self.store.delete(&self.path(key)?).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(self.failed("delete", key, &error)),
            }
        }
        .boxed()
    }

    fn list<'a>(&'a self, folder: &'a str) -> BoxStream<'a, Result<ObjectInfo>> {
        let path = Path::parse(self.address.key(folder)).ok();
        let listed = self.store.list(path.as_ref());
        listed
            .map(move |entry| match entry {
                Ok(meta) => Ok(self.info(meta, None)),
                Err(error) => Err(self.failed("list", folder, &error)),
            })
            .boxed()
    }

    fn list_after<'a>(
        &'a self,
        folder: &'a str,
        after: &'a str,
    ) -> BoxStream<'a, Result<ObjectInfo>> {
        let path = Path::parse(self.address.key(folder)).ok();
        let after = match self.path(after) {
            Ok(after) => after,
            Err(error) => return stream::once(std::future::ready(Err(error))).boxed(),
        };
        let listed = self.store.list_with_offset(path.as_ref(), &after);
        listed
            .map(move |entry| match entry {
                Ok(meta) => Ok(self.info(meta, None)),
                Err(error) => Err(self.failed("list", folder, &error)),
            })
            .boxed()
    }

    fn lists_from_any_key(&self) -> bool {
        self.address.cloud != Cloud::Azure
    }

    fn sign<'a>(&'a self, key: &'a str, holds: Duration) -> Answer<'a, Option<Url>> {
        async move {
            let Some(signer) = &self.signer else {
                return Ok(None);
            };
            let path = self.path(key)?;
            let link = signer.signed_url(object_store::signer::Method::GET, &path, holds);
            // A login without a key of its own, as a bearer token is, cannot sign.
            Ok(link.await.ok())
        }
        .boxed()
    }

    fn reads_plus_as_blank(&self) -> bool {
        self.address.cloud == Cloud::S3
    }
}
