//! What every verb needs to know, and the way to an upstream that is opened only when something must be fetched.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;
use url::Url;

use crate::io::cargo::Cargo;
use crate::io::cargo_config::{CargoConfig, Environment, Location, UpstreamChoice};
use crate::io::cargo_home::CargoHome;
use crate::io::lock::{self, InUse, Use};
use crate::io::records::Records;
use crate::io::store::Store;
use crate::io::upstream::{DEFAULT_INDEX, Upstream};
use crate::model::error::{Error, Result};
use crate::model::event::{Event, Watch};
use crate::model::moment::Moment;
use crate::model::source::CRATES_IO_FOLDER;

/// The options all verbs share.
#[derive(Clone)]
pub struct Common {
    pub mirror: PathBuf,
    /// `--upstream`, else cargo's config decides.
    pub upstream: Option<String>,
    /// Requests under way at once.
    pub jobs: usize,
    pub offline: bool,
    pub cwd: PathBuf,
    pub cargo_home: PathBuf,
    pub environment: Environment,
    pub now: Moment,
    /// Whether what is written is on the disk before success is reported.
    pub flush: bool,
    pub watch: Watch,
}

impl Common {
    pub fn store(&self) -> Store {
        self.source(CRATES_IO_FOLDER)
    }

    /// The folder of a source in the mirror.
    pub fn source(&self, folder: &str) -> Store {
        let store = Store::source(&self.mirror, folder).telling(&self.watch);
        if self.flush {
            store
        } else {
            store.without_flushing()
        }
    }

    pub fn records(&self) -> Records {
        self.store().records()
    }

    /// Waits until the mirror may be used so, and says so where it takes long.
    pub fn in_use(&self, how: Use) -> Result<InUse> {
        lock::in_use(&self.mirror, how, |path, limit| {
            (self.watch)(&Event::Waiting {
                lock: path.to_owned(),
                seconds: limit.as_secs(),
            });
        })
    }

    /// Cargo's configuration as it holds in `folder`.
    pub fn config(&self, folder: &Path) -> Result<CargoConfig> {
        CargoConfig::load(folder, &self.cargo_home, &self.environment)
    }
}

/// The way from one folder's cargo config to its upstream.
pub struct Access {
    pub config: CargoConfig,
    choice: Result<UpstreamChoice>,
    pub home: CargoHome,
    pub offline: bool,
    jobs: usize,
    watch: Watch,
    cargo: Cargo,
    opened: OnceCell<Upstream>,
}

impl Access {
    pub fn new(common: &Common, folder: &Path) -> Result<Self> {
        let config = common.config(folder)?;
        let default = default_index()?;
        let choice = config.upstream(common.upstream.as_deref(), &default);
        let index = match &choice {
            Ok(UpstreamChoice {
                location: Location::Sparse(url),
                ..
            }) => Some(url),
            _ => None,
        };
        Ok(Self {
            home: CargoHome::open(&common.cargo_home, &default, index),
            offline: common.offline || config.offline(),
            choice,
            config,
            jobs: common.jobs,
            watch: Arc::clone(&common.watch),
            cargo: Cargo::new(&common.environment),
            opened: OnceCell::new(),
        })
    }

    /// The upstream, for sending requests to.
    pub async fn upstream(&self) -> Result<&Upstream> {
        if self.offline {
            return Err(Error::Offline);
        }
        self.opened
            .get_or_try_init(|| async {
                let location = match &self.choice {
                    Ok(choice) => &choice.location,
                    Err(error) => return Err(again(error)),
                };
                Upstream::open(
                    location,
                    self.config.http(),
                    self.jobs,
                    Arc::clone(&self.watch),
                )
            })
            .await
    }

    /// The upstream for a server, whose clients wait: a failure is known soon, and a host that was gone is tried again.
    pub fn relay(&self) -> Result<Upstream> {
        /// Cargo waits 30 seconds for the first byte, so we must know before that.
        const PATIENCE: u64 = 10;
        const RECOVERY: Duration = Duration::from_secs(2);
        if self.offline {
            return Err(Error::Offline);
        }
        let location = match &self.choice {
            Ok(choice) => &choice.location,
            Err(error) => return Err(again(error)),
        };
        let mut settings = self.config.http();
        settings.timeout = settings.timeout.min(PATIENCE);
        settings.retries = settings.retries.min(1);
        let upstream = Upstream::open(location, settings, self.jobs, Arc::clone(&self.watch))?;
        Ok(upstream.recovering(RECOVERY))
    }

    /// The real cargo, taking crates from the same upstream: never from our own mirror.
    pub fn cargo(&self) -> Result<Cargo> {
        match &self.choice {
            Ok(choice) => Ok(self
                .cargo
                .clone()
                .with(&choice.cargo_arguments, self.offline)),
            Err(error) => Err(again(error)),
        }
    }

    /// The real cargo, taking crates from a local registry and no network.
    pub fn cargo_with(&self, registry: &Path) -> Cargo {
        cargo_with(&self.cargo, registry)
    }

    /// Tells accesses to different upstreams apart.
    pub fn key(&self) -> String {
        match &self.choice {
            Ok(choice) => format!("{:?}", choice.location),
            Err(error) => error.to_string(),
        }
    }
}

/// The real cargo, taking crates from a local registry and no network.
pub fn cargo_with(cargo: &Cargo, registry: &Path) -> Cargo {
    // Our own name: where a config points at a mirror already, the path is overridden, and cargo, which refuses to know
    // one folder by two names, sees only one.
    let configs = [
        "source.crates-io.replace-with='cargo-mirror'".to_owned(),
        format!("source.cargo-mirror.local-registry={}", toml_path(registry)),
    ];
    cargo.clone().with(&configs, true)
}

fn toml_path(path: &Path) -> String {
    format!("{:?}", path.to_string_lossy().replace('\\', "/"))
}

/// The error of a choice that is asked for more than once. Only two kinds can come up.
fn again(error: &Error) -> Error {
    match error {
        Error::UpstreamKind { name, what } => Error::UpstreamKind {
            name: name.clone(),
            what: what.clone(),
        },
        Error::UpstreamUrl { url, message } => Error::UpstreamUrl {
            url: url.clone(),
            message: message.clone(),
        },
        other => Error::UpstreamUrl {
            url: String::new(),
            message: other.to_string(),
        },
    }
}

/// The sparse index of crates.io.
fn default_index() -> Result<Url> {
    let url = DEFAULT_INDEX.trim_start_matches("sparse+");
    Url::parse(url).map_err(|cause| Error::UpstreamUrl {
        url: url.to_owned(),
        message: cause.to_string(),
    })
}
