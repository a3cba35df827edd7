//! Where a command runs: what cargo sees there.

use std::path::{Path, PathBuf};

use crate::io::config::load::{CargoConfig, Environment};
use crate::io::config::own_address::Own;
use crate::model::error::Result;

/// The current folder, cargo's home and the environment.
#[derive(Clone)]
pub struct Workplace {
    pub cwd: PathBuf,
    pub cargo_home: PathBuf,
    pub environment: Environment,
    /// For a server: where it is found itself.
    pub own: Own,
}

impl Workplace {
    /// Cargo's configuration as it holds in `folder`.
    pub fn config(&self, folder: &Path) -> Result<CargoConfig> {
        CargoConfig::load(folder, &self.cargo_home, &self.environment, &self.own)
    }
}
