//! Hosted registries in a server: their settings as they are now, who may read, and which names crates.io is not asked for.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hyper::Request;
use hyper::body::Incoming;

use crate::io::access::identity::IssuerKeys;
use crate::io::access::private_names::{Private, PrivateNames, WatchedNames};
use crate::io::access::refusals::RefusalPace;
use crate::io::access::store::AccessStore;
use crate::io::fs::stamp::Stamp;
use crate::io::hooks::spool;
use crate::io::http::settings::http_settings;
use crate::io::mirror::hosting::is_hosted;
use crate::io::mirror::layout::{Mirror, hosted, registry_marker};
use crate::io::mirror::settings::WatchedSettings;
use crate::model::access::scope::{canonical, is_spelling};
use crate::model::error::{Error, Result, chain};
use crate::model::errors::access::AccessError;
use crate::model::event::{Event, Watch};
use crate::model::hosting::registry::registry_name;
use crate::model::hosting::settings::TokenNeeded;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::source::id::CRATES_IO_FOLDER;
use crate::model::webhook::{HookEvent, HookKind};
use crate::ops::context::options::Context;
use crate::ops::publish::registry::OpenRegistry;
use crate::serve::answer::body::blocking;
use crate::serve::answer::cached::CachedAnswer;
use crate::serve::metrics::counters::Stats;
use crate::serve::registry::place::Place;
use crate::serve::registry::shared_hosting::SharedHosting;
use crate::serve::registry::source::Source;
use crate::serve::registry::state::ServerState;

/// How old the settings may be. Two files are looked at after that.
const FRESH: Duration = Duration::from_millis(500);

/// No more private names are told of than this.
const TOLD: usize = 1000;

/// What a server knows of its hosted registries.
pub struct Hosting {
    pub accounts: Arc<AccessStore>,
    /// Those of the bucket that servers share, in place of the mirror's.
    pub shared: Option<Arc<SharedHosting>>,
    /// Of issuers of identity tokens.
    pub keys: IssuerKeys,
    pub private: WatchedNames,
    pub refusals: Arc<RefusalPace>,
    settings: WatchedSettings,
    known: Mutex<HashMap<String, Known>>,
    /// Private names that the log has.
    told: Mutex<HashSet<String>>,
}

struct Known {
    looked: Instant,
    stamps: [Option<Stamp>; 2],
    /// `None`: no hosted registry has this name.
    registry: Option<Arc<OpenRegistry>>,
}

impl Hosting {
    /// Fails where the settings cannot be read: nobody knows then which names are private.
    pub fn open(common: &Context, shared: Option<Arc<SharedHosting>>) -> Result<Self> {
        let settings = WatchedSettings::default();
        settings.read(&common.mirror.folder)?;
        Ok(Self {
            accounts: match &shared {
                Some(shared) => Arc::clone(shared.accounts()),
                None => Arc::new(AccessStore::open(&common.mirror.folder)),
            },
            shared,
            // Whoever fetches from upstream is told of a config that cannot be read.
            keys: IssuerKeys::new(http_settings(
                &common.place.config(&common.place.cwd).unwrap_or_default(),
            )),
            private: WatchedNames::open(&common.mirror.folder)?,
            refusals: Arc::default(),
            settings,
            known: Mutex::default(),
            told: Mutex::default(),
        })
    }
}

impl ServerState {
    /// A hosted registry with its settings as they are. While they cannot be read, the previous ones stay in effect.
    pub fn hosted(&self, name: &str) -> Option<Arc<OpenRegistry>> {
        // Those of mirrored registries are none of its names: they cost no look at the disk.
        registry_name(name).ok()?;
        let hosting = &self.hosting;
        if let Some(shared) = &hosting.shared {
            return shared.registry(name);
        }
        let mut known = hosting.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known
            .get(name)
            .filter(|known| known.looked.elapsed() < FRESH)
        {
            return known.registry.clone();
        }
        let mirror = Mirror::at(&self.common.mirror.folder);
        let paths: [PathBuf; 2] = [
            registry_marker(&self.common.mirror.folder, name),
            mirror.settings(),
        ];
        let stamps = paths.map(|path| Stamp::at(&path));
        if let Some(known) = known.get_mut(name).filter(|known| known.stamps == stamps) {
            known.looked = Instant::now();
            return known.registry.clone();
        }
        // Names of registries that are not there are not kept: a stranger may ask for any number of them.
        stamps[0]?;
        let before = known.get(name).and_then(|known| known.registry.clone());
        let store = self
            .source(Place::Registry(name))
            .map(|source| Arc::clone(&source.store));
        let opened = store.map(|store| -> Result<OpenRegistry> {
            let settings = hosting.settings.read(&self.common.mirror.folder)?;
            let mut registry = OpenRegistry::with(&self.common.mirror.folder, name, store)?;
            registry.policy = settings.of(name);
            Ok(registry)
        });
        let registry = match opened {
            Some(Ok(registry)) => Some(Arc::new(registry)),
            Some(Err(error)) => {
                let meanwhile = match before {
                    Some(_) => "the previous contents stay in effect",
                    None => "whoever reads of it needs a token meanwhile",
                };
                (self.common.mirror.watch)(&Event::Warning {
                    message: format!("{}; {meanwhile}", chain(&error)),
                    help: error.hint(),
                });
                before
            }
            None => None,
        };
        let now = Known {
            looked: Instant::now(),
            stamps,
            registry: registry.clone(),
        };
        known.insert(name.to_owned(), now);
        registry
    }

    /// The names of the hosted registries, sorted. Looks at the disk, where they are on it.
    pub fn hosted_names(&self) -> Vec<String> {
        match &self.hosting.shared {
            Some(shared) => shared.names(),
            None => hosted(&self.common.mirror.folder),
        }
    }

    /// The hosted registry whose folder this is, if it is one.
    pub fn hosted_in(&self, folder: &str) -> Option<Arc<OpenRegistry>> {
        self.hosted(folder.strip_prefix("registries/")?)
    }

    /// Whether reading takes a token in this source.
    pub fn is_closed(&self, folder: &str) -> bool {
        self.access.required()
            || self.is_closed_by_name(folder)
            || match self.hosted_in(folder) {
                Some(registry) => registry.policy.auth == TokenNeeded::All,
                // One whose settings nobody could read yet may be a closed one.
                None => is_marked(&self.common.mirror.folder, folder),
            }
    }

    /// Whether the settings of a registry that is pulled through want a token of its readers.
    pub fn is_closed_by_name(&self, prefix: &str) -> bool {
        let Some(name) = prefix.strip_prefix("registries/") else {
            return false;
        };
        let known = self.registries.read();
        let known = known.unwrap_or_else(PoisonError::into_inner);
        known.get(name).is_some_and(|source| source.closed)
    }

    /// A version has come: the next request sees it, and its name is private.
    pub fn published_here(&self, registry: &OpenRegistry, id: &CrateId) {
        let private = &self.hosting.private;
        if self.hosting.shared.is_none() && private.published(&registry.name, &id.name) {
            self.forget_public(&id.name);
        }
        self.forget_hosted(registry, id);
    }

    /// A version has perhaps come, changed or gone: the next request sees it.
    pub fn forget_hosted(&self, registry: &OpenRegistry, id: &CrateId) {
        let folder = format!("/registries/{}", registry.name);
        for path in [
            format!("{folder}/index/{}", id.name.index_path()),
            format!("{folder}/dl/{}/{}/download", id.name, id.version),
        ] {
            self.cache.forget(&path);
        }
        self.absent.forget_crate(&folder[1..], &id.name);
        if let Some(source) = self.source(Place::Registry(&registry.name)) {
            self.tell_catalog(&source, &id.name);
        }
        match &self.hosting.shared {
            None => (self.hosting.private).perhaps_published(&registry.name, &id.name),
            Some(shared) => {
                if shared.note(&registry.name, &id.name) {
                    self.forget_public(&id.name);
                }
            }
        }
    }

    /// A name may be private from now on: then nothing of that name in crates.io's place is in memory any more.
    fn forget_public(&self, name: &CrateName) {
        if self.private_names().why(name).is_some() {
            let name = canonical(name);
            let is_meant =
                |path: &str| public_name_in(path).is_some_and(|it| is_spelling(it, &name));
            self.cache.forget_where(is_meant);
        }
    }

    /// Private names are others than before: nothing of theirs in crates.io's place is in memory any more.
    pub fn forget_public_of(&self, names: &PrivateNames) {
        let is_private = |name: &str| {
            let name = CrateName::parse(name);
            name.is_ok_and(|name| names.why(&name).is_some())
        };
        self.cache
            .forget_where(|path| public_name_in(path).is_some_and(is_private));
    }

    /// Keeps an answer in memory, unless the name has become private while it was made.
    pub fn keep(&self, source: &Source, name: &CrateName, path: &str, cached: &Arc<CachedAnswer>) {
        self.cache.put(path, cached);
        // In this order: whoever makes a name private lets it be so first, and then forgets what is in memory.
        if self.is_hidden(source, name) {
            self.cache.forget(path);
        }
    }

    /// The private names. What is in memory of crates.io is forgotten where it is theirs.
    pub fn private_names(&self) -> Arc<PrivateNames> {
        if let Some(shared) = &self.hosting.shared {
            return shared.private_names();
        }
        let (names, changed) = self.hosting.private.now();
        if changed {
            self.forget_public_of(&names);
        }
        names
    }

    /// Counts and tells that web hooks will not hear of something.
    pub fn hook_lost(&self, error: &Error) {
        lost(&self.stats, &self.common.mirror.watch, error);
    }

    /// Tells whoever runs the server why the audit log takes nothing. The client is told that it does not.
    pub fn unlogged(&self, error: &Error) {
        if let Error::Access(AccessError::NoEntry { .. } | AccessError::DoneWithoutEntry { .. }) =
            error.inner()
        {
            (self.common.mirror.watch)(&Event::Warning {
                message: chain(error),
                help: error.hint(),
            });
        }
    }

    /// Tells the web hooks of the owning registries that a private name was requested from crates.io.
    fn tell_hooks(&self, name: &CrateName, why: &Private) {
        let registries = match why {
            Private::Hosted(registry) => vec![registry.clone()],
            Private::Reserved => self.hosted_names(),
        };
        let (mirror, at) = (
            self.common.mirror.folder.clone(),
            self.common.mirror.clock.now(),
        );
        let (stats, watch) = (
            Arc::clone(&self.stats),
            Arc::clone(&self.common.mirror.watch),
        );
        let name = name.to_string();
        self.runtime.spawn_blocking(move || {
            for registry in registries {
                let event = HookEvent {
                    event: HookKind::PrivateName,
                    registry,
                    name: name.clone(),
                    version: None,
                    checksum: None,
                    by: "anonymous".to_owned(),
                    at,
                };
                if let Err(error) = spool::announce(&mirror, &event) {
                    lost(&stats, &watch, &error);
                }
            }
        });
    }

    /// Whether a name has nothing in crates.io's place here, because it is private. Whoever asks has forgotten to name a
    /// registry, so the log has it, once for each name.
    pub fn is_kept_private(&self, place: Place<'_>, name: &CrateName) -> bool {
        if place != Place::CratesIo {
            return false;
        }
        let Some(why) = self.private_names().why(name) else {
            return false;
        };
        self.stats.private_names.add(1);
        let mut told = self
            .hosting
            .told
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if told.len() < TOLD && told.insert(name.to_string()) {
            let (whose, remedy) = match &why {
                Private::Hosted(registry) => (
                    format!("a private crate of the registry `{registry}`"),
                    format!("its dependents say `registry = \"{registry}\"`"),
                ),
                Private::Reserved => (
                    "one of `private-names`".to_owned(),
                    "its dependents name their registry".to_owned(),
                ),
            };
            self.tell_hooks(name, &why);
            (self.common.mirror.watch)(&Event::Warning {
                message: format!(
                    "a client has asked for `{name}` as a crate of {CRATES_IO_FOLDER}, and it is {whose}: answered with 404"
                ),
                help: Some(format!(
                    "{remedy}; `allow-public` in mirror.toml lets crates.io be asked for it"
                )),
            });
        }
        true
    }
}

/// Whether a request may have what is cached under its path.
pub fn may_read_cached(state: &ServerState, request: &Request<Incoming>) -> bool {
    is_open(state, request) || may_read(state, request, crate_in(request.uri().path()).as_ref())
}

/// Whether what a request asks for may be read by whoever asks; `name` is the crate that its path was found to mean.
pub fn may_read<B>(state: &ServerState, request: &Request<B>, name: Option<&CrateName>) -> bool {
    let folder = folder_of(request.uri().path());
    is_open(state, request) || state.judge_reader(request, folder, name).is_ok()
}

/// The usual case costs nothing more than it did without hosted registries.
fn is_open<B>(state: &ServerState, request: &Request<B>) -> bool {
    !state.access.required() && folder_of(request.uri().path()) == CRATES_IO_FOLDER
}

/// Whether a folder has the marker of a hosted registry.
fn is_marked(mirror: &Path, folder: &str) -> bool {
    let name = folder.strip_prefix("registries/");
    name.is_some_and(|name| registry_name(name).is_ok()) && is_hosted(mirror, folder)
}

/// The folder of the source that a path speaks of: `registries/corp`.
pub fn folder_of(path: &str) -> &str {
    let path = path.strip_prefix('/').unwrap_or(path);
    let name = path
        .strip_prefix("registries/")
        .and_then(|rest| rest.split('/').next());
    match name {
        Some(name) if !name.is_empty() => &path[.."registries/".len() + name.len()],
        _ => CRATES_IO_FOLDER,
    }
}

/// The crate that the path of a cached index file or download speaks of: those have no escapes. Nothing else goes by this,
/// because the router reads other spellings too.
fn crate_in(path: &str) -> Option<CrateName> {
    CrateName::parse(name_in(path)?).ok()
}

fn name_in(path: &str) -> Option<&str> {
    let rest = path.strip_prefix('/')?.strip_prefix(folder_of(path))?;
    match rest.strip_prefix("/dl/") {
        Some(file) => file.split('/').next(),
        None => rest.strip_prefix("/index/")?.rsplit('/').next(),
    }
}

/// The same, where it is one of crates.io.
fn public_name_in(path: &str) -> Option<&str> {
    let of_crates_io = folder_of(path) == CRATES_IO_FOLDER;
    of_crates_io.then(|| name_in(path)).flatten()
}

/// Looks at the private names again and again, since a client that is answered from memory does not: what other processes
/// publish, and what is written into `mirror.toml`, is private soon.
pub async fn watch_private_names(state: Arc<ServerState>) {
    loop {
        tokio::time::sleep(FRESH).await;
        let state = Arc::clone(&state);
        let looked = blocking("looking at private names", move || {
            state.private_names();
            Ok(())
        });
        // While they cannot be read, those of before hold.
        let _ = looked.await;
    }
}

fn lost(stats: &Stats, watch: &Watch, error: &Error) {
    stats.hooks_lost.add(1);
    watch(&Event::Warning {
        message: format!("web hooks will not be told of a change: {}", chain(error)),
        help: error.hint(),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_say_which_registry_and_which_crate() {
        let crate_of = |path: &str| crate_in(path).map(|name| name.to_string());
        assert_eq!(
            folder_of("/registries/corp/index/config.json"),
            "registries/corp"
        );
        assert_eq!(folder_of("/registries/corp"), "registries/corp");
        assert_eq!(folder_of("/registries/"), CRATES_IO_FOLDER);
        assert_eq!(folder_of("/crates-io/index/se/rd/serde"), CRATES_IO_FOLDER);
        assert_eq!(
            crate_of("/registries/corp/index/ac/me/acme").as_deref(),
            Some("acme")
        );
        assert_eq!(
            crate_of("/registries/corp/dl/Acme/1.0.0/download").as_deref(),
            Some("Acme")
        );
        assert_eq!(crate_of("/registries/corp/me"), None);
        assert_eq!(public_name_in("/crates-io/index/ac/me/acme"), Some("acme"));
        assert_eq!(
            public_name_in("/crates-io/dl/Acme/1.0.0/download"),
            Some("Acme")
        );
        assert_eq!(public_name_in("/registries/corp/index/ac/me/acme"), None);
    }
}
