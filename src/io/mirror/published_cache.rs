//! What upstream last said of crates, so that it need only be asked whether that still holds (see `model::index::published`).
//!
//! ```text
//! <mirror>/.mirror/watch/<hash of the registry's address>/se/rd/serde
//! ```
//!
//! All of it can be lost without harm: what is missing or broken is asked for anew.

use std::path::{Path, PathBuf};

use crate::io::fs::file;
use crate::io::mirror::layout::Mirror;
use crate::model::error::Result;
use crate::model::index::published::{self, Published};
use crate::model::index::validator::Validator;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::CrateName;

/// The largest crates have some thousand versions of about a hundred bytes each.
const MAX_KEPT: u64 = 16 << 20;

/// What is kept of one registry.
#[derive(Debug, Clone)]
pub struct PublishedCache {
    folder: PathBuf,
    /// Nothing is kept for a mirror that is not there.
    keeps: bool,
}

impl PublishedCache {
    /// `registry` tells registries apart; it is hashed, since it may hold a password.
    pub fn of(mirror: &Path, registry: &str) -> Self {
        let hash = Sha256::of(registry).to_string();
        Self {
            folder: Mirror::at(mirror).published(&hash[..16]),
            keeps: mirror.is_dir(),
        }
    }

    pub fn known(&self, name: &CrateName) -> Option<(Validator, Vec<Published>)> {
        let text = file::read_text(&self.folder.join(name.index_path()), MAX_KEPT);
        published::parse(name, &text.ok()?)
    }

    pub fn keep(
        &self,
        name: &CrateName,
        validator: &Validator,
        published: &[Published],
    ) -> Result<()> {
        match published::render(name, validator, published) {
            Some(text) if self.keeps => {
                file::replace_own(&self.folder.join(name.index_path()), text.as_bytes())
            }
            _ => Ok(()),
        }
    }
}
