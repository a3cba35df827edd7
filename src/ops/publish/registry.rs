//! `registry`: hosted registries made, changed and shown.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::io::access::store::AccessStore;
use crate::io::fs::lock::LockGuard;
use crate::io::mirror::hosting::{folder_of, read_marker, write_marker};
use crate::io::mirror::layout::hosted;
use crate::io::mirror::settings::{self as mirror_settings, write_registry};
use crate::io::store::registry::RegistryStore;
use crate::model::error::{Error, Result};
use crate::model::errors::hosting::HostingError;
use crate::model::hosting::registry::{HostedRegistry, index_url, registry_name};
use crate::model::hosting::settings::{RegistrySettings, TokenNeeded};
use crate::ops::context::options::Context;

/// A hosted registry, opened.
#[derive(Debug, Clone)]
pub struct OpenRegistry {
    pub name: String,
    pub marker: HostedRegistry,
    pub policy: RegistrySettings,
    pub store: Arc<RegistryStore>,
    pub accounts: Arc<AccessStore>,
    pub mirror: PathBuf,
}

impl OpenRegistry {
    pub fn open(common: &Context, name: &str) -> Result<Self> {
        let store = Arc::new(common.source(&folder_of(name)));
        Self::with(&common.mirror, name, store)
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
            store,
        })
    }

    /// The registry of this name, else the only one that there is.
    pub fn named(common: &Context, name: Option<&str>) -> Result<Self> {
        let there = hosted(&common.mirror);
        match (name, there.as_slice()) {
            (Some(name), _) => Self::open(common, name),
            (None, [only]) => Self::open(common, only),
            (None, _) => Err(Error::Hosting(HostingError::WhichRegistry { there })),
        }
    }

    pub fn hold(&self) -> Result<LockGuard<'_>> {
        self.store.hold()
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
pub fn new(common: &Context, name: &str, change: &RegistryChange) -> Result<RegistryReport> {
    registry_name(name).map_err(HostingError::from)?;
    let url = index_url(change.url.as_deref().unwrap_or_default()).map_err(HostingError::from)?;
    let store = common.source(&folder_of(name));
    let _held = store.hold()?;
    if read_marker(&common.mirror, name)?.is_some() || store.folder().exists() {
        return Err(Error::Hosting(HostingError::RegistryExists(
            name.to_owned(),
        )));
    }
    let marker = HostedRegistry {
        hosted: true,
        url,
        aliases: addresses(&change.aliases)?,
        created: common.clock.now(),
    };
    // First who may do what, then the registry: it is never more open than it was meant to be.
    let auth = change.auth.unwrap_or_default();
    write_registry(&common.mirror, name, &settings(auth, change))?;
    write_marker(&common.mirror, name, &marker)?;
    show(common, name)
}

/// Changes what is named, and nothing else.
pub fn set(common: &Context, name: &str, change: &RegistryChange) -> Result<RegistryReport> {
    let registry = OpenRegistry::open(common, name)?;
    let _held = registry.hold()?;
    let auth = change.auth.unwrap_or(registry.policy.auth);
    write_registry(&common.mirror, name, &settings(auth, change))?;
    let mut marker = registry.marker.clone();
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
    if marker != registry.marker {
        write_marker(&common.mirror, name, &marker)?;
    }
    show(common, name)
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

pub fn list(common: &Context) -> Result<Vec<RegistryReport>> {
    let names = hosted(&common.mirror).into_iter();
    names.map(|name| show(common, &name)).collect()
}

pub fn show(common: &Context, name: &str) -> Result<RegistryReport> {
    let registry = OpenRegistry::open(common, name)?;
    let held = registry.store.inventory()?;
    let mut names: Vec<_> = held.iter().map(|held| &held.id.name).collect();
    names.dedup();
    Ok(RegistryReport {
        name: registry.name,
        auth: registry.policy.auth,
        folder: registry.store.folder().to_owned(),
        crates: names.len(),
        versions: held.len(),
        marker: registry.marker,
    })
}
