//! `registry`: hosted registries made, changed and shown.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::io::access::store::AccessStore;
use crate::io::bucket::waiting::WaitingBucket;
use crate::io::hosting::in_bucket::BucketRegistry;
use crate::io::hosting::registries;
use crate::io::hosting::store::HostedStore;
use crate::io::mirror::hosting::{folder_of, read_marker, write_marker};
use crate::io::mirror::layout::hosted;
use crate::io::mirror::settings::{self as mirror_settings, write_registry};
use crate::io::store::registry::RegistryStore;
use crate::model::error::{Error, Result};
use crate::model::errors::hosting::HostingError;
use crate::model::errors::settings::SettingsError;
use crate::model::hosting::registry::{HostedRegistry, index_url, registry_name};
use crate::model::hosting::settings::{RegistrySettings, TokenNeeded};
use crate::model::hosting::shared::HostedRecord;
use crate::ops::context::mirror::OpenMirror;

/// A hosted registry, opened.
#[derive(Debug, Clone)]
pub struct OpenRegistry {
    pub name: String,
    pub marker: HostedRegistry,
    pub policy: RegistrySettings,
    pub store: HostedStore,
    pub accounts: Arc<AccessStore>,
    pub mirror: PathBuf,
}

impl OpenRegistry {
    pub fn open(mirror: &OpenMirror, name: &str) -> Result<Self> {
        let store = Arc::new(mirror.source(&folder_of(name)));
        let Some(bucket) = &mirror.hosts else {
            return Self::with(&mirror.folder, name, store);
        };
        let record = match registry_name(name) {
            Ok(()) => registries::read(bucket, name)?,
            Err(_) => None,
        };
        let Some(record) = record else {
            return Err(Error::Hosting(HostingError::NoSuchRegistry {
                name: name.to_owned(),
                there: registries::names(bucket)?,
            }));
        };
        let accounts = Arc::new(mirror.accounts()?);
        Self::in_bucket(&mirror.folder, (bucket, accounts), name, record, store)
    }

    /// One of a bucket, by what its record says. `here` is the same registry in this process's own mirror.
    pub fn in_bucket(
        mirror: &Path,
        (bucket, accounts): (&WaitingBucket, Arc<AccessStore>),
        name: &str,
        record: HostedRecord,
        here: Arc<RegistryStore>,
    ) -> Result<Self> {
        let mut policy = record.policy;
        // Tables, which no command writes: each server has them in its own `mirror.toml`.
        let own = mirror_settings::read(mirror)?.of(name);
        policy.webhooks = own.webhooks;
        policy.trusted_publishing = own.trusted_publishing;
        Ok(Self {
            name: name.to_owned(),
            marker: record.marker,
            policy,
            store: HostedStore::Bucket(BucketRegistry::new(bucket, &folder_of(name), here)),
            accounts,
            mirror: mirror.to_owned(),
        })
    }

    /// With a store that is open already.
    pub fn with(mirror: &Path, name: &str, store: Arc<RegistryStore>) -> Result<Self> {
        let marker = match registry_name(name) {
            Ok(()) => read_marker(mirror, name)?,
            Err(_) => None,
        };
        let Some(marker) = marker else {
            return Err(Error::Hosting(HostingError::NoSuchRegistry {
                name: name.to_owned(),
                there: hosted(mirror),
            }));
        };
        Ok(Self {
            policy: mirror_settings::read(mirror)?.of(name),
            accounts: Arc::new(AccessStore::open(mirror)),
            name: name.to_owned(),
            mirror: mirror.to_owned(),
            marker,
            store: HostedStore::Folder(store),
        })
    }

    /// The registry of this name, else the only one that there is.
    pub fn named(mirror: &OpenMirror, name: Option<&str>) -> Result<Self> {
        if let Some(name) = name {
            return Self::open(mirror, name);
        }
        let there = names(mirror)?;
        match there.as_slice() {
            [only] => Self::open(mirror, only),
            _ => Err(Error::Hosting(HostingError::WhichRegistry { there })),
        }
    }
}

/// The names of the hosted registries, sorted.
pub fn names(mirror: &OpenMirror) -> Result<Vec<String>> {
    match &mirror.hosts {
        None => Ok(hosted(&mirror.folder)),
        Some(bucket) => registries::names(bucket),
    }
}

/// What `registry new` and `registry set` change.
#[derive(Debug, Default)]
pub struct RegistryChange {
    /// Address of the index, as clients name it.
    pub url: Option<String>,
    pub auth: Option<TokenNeeded>,
    /// Addresses that mean this registry, too.
    pub aliases: Vec<String>,
    /// Settings as `key=value`, the value as TOML or as plain text.
    pub settings: Vec<(String, String)>,
}

/// A hosted registry as it is listed.
#[derive(Debug, Clone)]
pub struct RegistryReport {
    pub name: String,
    pub marker: HostedRegistry,
    pub auth: TokenNeeded,
    pub folder: PathBuf,
    /// How many crates it has, and how many versions of them.
    pub crates: usize,
    pub versions: usize,
}

/// Makes a hosted registry.
pub fn new(mirror: &OpenMirror, name: &str, change: &RegistryChange) -> Result<RegistryReport> {
    registry_name(name).map_err(HostingError::from)?;
    let url = index_url(change.url.as_deref().unwrap_or_default()).map_err(HostingError::from)?;
    let marker = HostedRegistry {
        hosted: true,
        url,
        aliases: addresses(&change.aliases)?,
        created: mirror.clock.now(),
    };
    let auth = change.auth.unwrap_or_default();
    let exists = || Error::Hosting(HostingError::RegistryExists(name.to_owned()));
    if let Some(bucket) = &mirror.hosts {
        let mut new = HostedRecord::new(marker);
        new.set(&settings(auth, change)).map_err(refused(bucket))?;
        registries::change(bucket, name, |before| match before {
            None => Ok(new.clone()),
            Some(_) => Err(exists()),
        })?;
        return show(mirror, name);
    }
    let store = mirror.source(&folder_of(name));
    let _held = store.hold()?;
    if read_marker(&mirror.folder, name)?.is_some() || store.folder().exists() {
        return Err(exists());
    }
    // First who may do what, then the registry: it is never more open than it was meant to be.
    write_registry(&mirror.folder, name, &settings(auth, change))?;
    write_marker(&mirror.folder, name, &marker)?;
    show(mirror, name)
}

/// Changes what is named, and nothing else.
pub fn set(mirror: &OpenMirror, name: &str, change: &RegistryChange) -> Result<RegistryReport> {
    if let Some(bucket) = &mirror.hosts {
        registries::change(bucket, name, |before| {
            let mut record = before.ok_or_else(|| HostingError::NoSuchRegistry {
                name: name.to_owned(),
                there: Vec::new(),
            })?;
            let auth = change.auth.unwrap_or(record.policy.auth);
            record
                .set(&settings(auth, change))
                .map_err(refused(bucket))?;
            record.marker = changed(record.marker, change)?;
            Ok(record)
        })?;
        return show(mirror, name);
    }
    let registry = OpenRegistry::open(mirror, name)?;
    let _held = registry.store.hold()?;
    let auth = change.auth.unwrap_or(registry.policy.auth);
    write_registry(&mirror.folder, name, &settings(auth, change))?;
    let marker = changed(registry.marker.clone(), change)?;
    if marker != registry.marker {
        write_marker(&mirror.folder, name, &marker)?;
    }
    show(mirror, name)
}

/// What is wrong with settings that a bucket was to be given.
fn refused(bucket: &WaitingBucket) -> impl Fn(String) -> Error {
    let path = PathBuf::from(bucket.address.to_string());
    move |message| {
        Error::Settings(SettingsError::Refused {
            path: path.clone(),
            message,
        })
    }
}

/// The marker with what is to be changed of it.
fn changed(mut marker: HostedRegistry, change: &RegistryChange) -> Result<HostedRegistry> {
    if let Some(url) = &change.url {
        let url = index_url(url).map_err(HostingError::from)?;
        if url != marker.url && !marker.aliases.contains(&marker.url) {
            // Packages that were made for the old address go on to mean this registry.
            marker.aliases.push(std::mem::replace(&mut marker.url, url));
        }
    }
    for alias in addresses(&change.aliases)? {
        if alias != marker.url && !marker.aliases.contains(&alias) {
            marker.aliases.push(alias);
        }
    }
    Ok(marker)
}

fn addresses(aliases: &[String]) -> Result<Vec<String>> {
    let addresses = aliases.iter().map(|alias| index_url(alias));
    let addresses: Result<Vec<String>, _> = addresses.collect();
    Ok(addresses.map_err(HostingError::from)?)
}

fn settings(auth: TokenNeeded, change: &RegistryChange) -> Vec<(String, String)> {
    let mut all = vec![("auth".to_owned(), format!("\"{}\"", auth.as_str()))];
    all.extend(change.settings.iter().cloned());
    all
}

pub fn list(mirror: &OpenMirror) -> Result<Vec<RegistryReport>> {
    let names = names(mirror)?.into_iter();
    names.map(|name| show(mirror, &name)).collect()
}

pub fn show(mirror: &OpenMirror, name: &str) -> Result<RegistryReport> {
    let registry = OpenRegistry::open(mirror, name)?;
    let held = registry.store.versions()?;
    let mut names: Vec<_> = held.iter().map(|(id, _)| &id.name).collect();
    names.dedup();
    Ok(RegistryReport {
        name: registry.name,
        auth: registry.policy.auth,
        folder: registry.store.place(),
        crates: names.len(),
        versions: held.len(),
        marker: registry.marker,
    })
}
