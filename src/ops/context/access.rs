//! What every verb needs to know, and the way to an upstream that is opened only when something must be fetched.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;
use url::Url;

use crate::io::auth::session::AuthSession;
use crate::io::cargo::command::Cargo;
use crate::io::cargo::home::{CargoHome, clone_of};
use crate::io::cargo::stubs::Stubs;
use crate::io::config::default_index::DEFAULT_INDEX;
use crate::io::config::load::CargoConfig;
use crate::io::config::sources::{Location, UpstreamChoice, local_registry_in_place};
use crate::io::config::toml::quoted;
use crate::io::http::settings::{HttpSettings, http_settings};
use crate::io::http::via::Via;
use crate::io::mirror::hosting::HostedFolders;
use crate::io::upstream::git_index::GitIndex;
use crate::io::upstream::registry::Upstream;
use crate::model::error::{Error, Result};
use crate::model::errors::config::CargoConfigError;
use crate::model::errors::upstream::UpstreamError;
use crate::model::event::Watch;
use crate::model::input::closure::Closure;
use crate::model::input::replacement::ReplacedSource;
use crate::model::source::id::RegistrySource;
use crate::model::source::table::SourceTable;
use crate::model::url::without_credentials;
use crate::ops::context::cargo::{cargo_at, cargo_at_mirror, replaced_by};
use crate::ops::context::options::Context;

/// The upstream that a folder's cargo config selects; the connection is opened at the first use.
pub struct UpstreamAccess {
    pub config: CargoConfig,
    choice: Result<UpstreamChoice, Arc<Error>>,
    /// What names it.
    named: String,
    pub home: CargoHome,
    pub offline: bool,
    jobs: usize,
    token_hosts: Vec<String>,
    watch: Watch,
    cargo: Cargo,
    /// Whose config it is, and where cargo keeps its clones.
    folder: PathBuf,
    cargo_home: PathBuf,
    opened: OnceCell<Upstream>,
}

impl UpstreamAccess {
    /// To the upstream of a registry.
    pub fn of_registry(common: &Context, folder: &Path, registry: &RegistrySource) -> Result<Self> {
        let config = common.place.config(folder)?;
        if !registry.is_crates_io() {
            let choice = config.upstream_of(registry);
            let home = CargoHome::of_registry(&common.place.cargo_home, registry);
            return Ok(Self::with(common, folder, config, choice, home));
        }
        let default = default_index()?;
        let choice = config.upstream(common.upstream.named.as_deref(), &default);
        let index = match &choice {
            Ok(UpstreamChoice {
                location: Location::Sparse(url),
                ..
            }) => Some(url),
            _ => None,
        };
        let home = CargoHome::open(&common.place.cargo_home, &default, index);
        Ok(Self::with(common, folder, config, choice, home))
    }

    /// To the upstream of crates.io.
    pub fn new(common: &Context, folder: &Path) -> Result<Self> {
        Self::of_registry(common, folder, &RegistrySource::CratesIo)
    }

    fn with(
        common: &Context,
        folder: &Path,
        config: CargoConfig,
        choice: Result<UpstreamChoice>,
        home: CargoHome,
    ) -> Self {
        Self {
            home,
            named: match (
                &common.upstream.named,
                config.get(&["source", "crates-io", "replace-with"]),
            ) {
                (Some(upstream), _) => format!("--upstream {}", without_credentials(upstream)),
                (None, Some(setting)) => format!(
                    "`source.crates-io.replace-with` in `{}`",
                    setting.file.display()
                ),
                (None, None) => "cargo's default".to_owned(),
            },
            offline: common.upstream.offline || config.offline(),
            choice: choice.map_err(Arc::new),
            config,
            jobs: common.upstream.jobs,
            token_hosts: common.upstream.token_hosts.clone(),
            watch: Arc::clone(&common.mirror.watch),
            cargo: common.cargo(),
            folder: folder.to_owned(),
            cargo_home: common.place.cargo_home.clone(),
            opened: OnceCell::new(),
        }
    }

    /// The upstream, for sending requests to.
    pub async fn upstream(&self) -> Result<&Upstream> {
        if self.offline {
            return Err(Error::Upstream(UpstreamError::Offline));
        }
        self.opened
            .get_or_try_init(|| async {
                let location = match &self.choice {
                    Ok(choice) => &choice.location,
                    Err(error) => return Err(Arc::clone(error).into()),
                };
                self.open(location, http_settings(&self.config))
            })
            .await
    }

    /// The upstream for a server: a host that was gone is tried again, and what is older than `refresh` is asked for anew.
    /// Requests carry the names that `via` has.
    pub fn open_for_server(&self, refresh: Duration, via: &Arc<Via>) -> Result<Upstream> {
        const RECOVERY: Duration = Duration::from_secs(2);
        if self.offline {
            return Err(Error::Upstream(UpstreamError::Offline));
        }
        let location = match &self.choice {
            Ok(choice) => &choice.location,
            Err(error) => return Err(Arc::clone(error).into()),
        };
        let settings = HttpSettings {
            via: Some(Arc::clone(via)),
            named: self.named.clone(),
            ..http_settings(&self.config)
        };
        Ok(self.open(location, settings)?.recovering(RECOVERY, refresh))
    }

    /// The upstream for a copy of the whole: several connections, a name to write to, and so many requests a second.
    pub fn open_for_copy(&self, contact: Option<String>, pace: Option<u32>) -> Result<Upstream> {
        const LANES: usize = 4;
        if self.offline {
            return Err(Error::Upstream(UpstreamError::Offline));
        }
        let location = match &self.choice {
            Ok(choice) => &choice.location,
            Err(error) => return Err(Arc::clone(error).into()),
        };
        let settings = HttpSettings {
            lanes: LANES,
            contact,
            pace,
            ..http_settings(&self.config)
        };
        self.open(location, settings)
    }

    /// Whether crates come from where cargo takes those of crates.io by default.
    pub fn is_default(&self) -> bool {
        let default = default_index();
        match (&self.choice, default) {
            (Ok(choice), Ok(default)) => {
                matches!(&choice.location, Location::Sparse(url) if *url == default)
            }
            _ => false,
        }
    }

    fn open(&self, location: &Location, settings: HttpSettings) -> Result<Upstream> {
        Upstream::open(
            location,
            settings,
            |index| AuthSession::new(&self.config, index, &self.token_hosts),
            self.jobs,
            Arc::clone(&self.watch),
            |registry| self.git_index(registry),
            self.config.environment(),
        )
    }

    /// The index of a registry that has a git repository for one, fetched by the real cargo: never from our own mirror.
    fn git_index(&self, registry: &RegistrySource) -> GitIndex {
        let original = SourceTable::from(registry);
        let table = self.config.table_of(&original);
        let table = quoted(&table.unwrap_or_else(|| original.title()));
        // The config may put our mirror in its place. Its table is made to speak of something else.
        let elsewhere = format!(
            "source.{table}.registry='https://unused.invalid/{}'",
            registry.name()
        );
        let clone = clone_of(&self.cargo_home, registry);
        let cargo = self.cargo.clone().with(&[elsewhere], false);
        GitIndex::new(clone, registry.clone(), cargo, self.folder.clone())
    }

    /// The real cargo, taking crates from the same upstream: never from our own mirror.
    pub fn cargo(&self) -> Result<Cargo> {
        match &self.choice {
            Ok(choice) => {
                let mut configs = choice.cargo_arguments.clone();
                configs.extend(self.config.past_our_mirror(|_| true));
                Ok(self.cargo.clone().with(&configs, self.offline))
            }
            Err(error) => Err(Arc::clone(error).into()),
        }
    }

    /// Whether the real cargo can ask the upstream itself.
    pub fn is_for_cargo(&self) -> bool {
        let choice = self.choice.as_ref();
        !choice.is_ok_and(|choice| matches!(choice.location, Location::Bucket(_)))
    }

    /// The real cargo, taking crates from a local registry, and no network.
    pub fn cargo_at_folder(&self, folder: &Path) -> Cargo {
        let mut configs = local_registry_in_place(folder);
        configs.extend(self.config.past_our_mirror(|_| true));
        self.cargo.clone().with(&configs, true)
    }

    /// The real cargo, taking everything from the mirror and no network.
    pub fn cargo_at_mirror(&self, mirror: &Path, closure: &Closure) -> Cargo {
        cargo_at_mirror(&self.cargo, mirror, &self.config, closure)
    }

    /// The real cargo, with network, for fetching git sources from where they are: crates come from the mirror.
    pub fn cargo_for_git(&self, mirror: &Path, registries: &[RegistrySource]) -> Cargo {
        let needed = registries.iter().map(ReplacedSource::from).collect();
        let needed = HostedFolders::read(mirror)
            .unwrap_or_default()
            .placed(needed);
        let mut configs = replaced_by(mirror, mirror, &self.config, needed);
        let is_git = |original: &SourceTable| matches!(original, SourceTable::Git { .. });
        configs.extend(self.config.past_our_mirror(is_git));
        self.cargo.clone().with(&configs, self.offline)
    }

    /// The real cargo, taking everything from stand-ins and git sources from the mirror, and no network.
    pub fn cargo_at_stubs(&self, stubs: &Stubs, mirror: &Path, closure: &Closure) -> Cargo {
        cargo_at(&stubs.sources(), &self.cargo, mirror, &self.config, closure).at_home(stubs.home())
    }

    /// Whether both configs select the same upstream, including a login in the address.
    pub fn is_same_upstream(&self, other: &Self) -> bool {
        match (&self.choice, &other.choice) {
            (Ok(one), Ok(other)) => one.location == other.location,
            (Err(one), Err(other)) => one.to_string() == other.to_string(),
            _ => false,
        }
    }

    /// What is remembered of an upstream is filed under this: its address, whatever login is in it.
    pub fn key(&self) -> String {
        match &self.choice {
            Ok(choice) => choice.location.key(),
            Err(error) => error.to_string(),
        }
    }
}

/// The sparse index of crates.io.
fn default_index() -> Result<Url> {
    let url = DEFAULT_INDEX.trim_start_matches("sparse+");
    Url::parse(url).map_err(|cause| {
        Error::Config(CargoConfigError::UpstreamUrl {
            url: url.to_owned(),
            message: cause.to_string(),
        })
    })
}
