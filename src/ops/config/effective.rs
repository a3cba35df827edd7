//! Where the builds of a folder take their packages from, by all config files that cargo reads there.

use crate::ops::config::target::folder_of;
use std::path::{Path, PathBuf};

use crate::io::config::edit::{self, ConfigPatch, ReplacementTarget};
use crate::io::config::load::files;
use crate::io::fs::file;
use crate::model::error::Result;
use crate::model::input::replacement::ReplacedSource;
use crate::model::source::id::CRATES_IO_FOLDER;
use crate::ops::config::file::MAX_CONFIG;
use crate::ops::context::options::Context;

/// Where builds take their packages from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveSources {
    pub crates_io: Resolution,
    /// The config file that decides about crates.io, if one replaces it.
    pub config: Option<PathBuf>,
    /// The sources asked about that builds do not take from this mirror.
    pub elsewhere: Vec<ReplacedSource>,
}

/// Where builds take crates.io from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    FromOrigin,
    FromMirror,
    /// A server that `cargo mirror on --server` has named.
    FromServer(String),
    /// Another mirror, or what somebody else's config says.
    FromElsewhere,
}

impl EffectiveSources {
    /// The index of the server that stands in for crates.io, if one does.
    pub fn server(&self) -> Option<&str> {
        match &self.crates_io {
            Resolution::FromServer(index) => Some(index),
            _ => None,
        }
    }

    /// The sources that builds do not take from this mirror, for people.
    pub fn names_elsewhere(&self) -> Vec<String> {
        let elsewhere = self.elsewhere.iter();
        elsewhere
            .map(|needed| needed.original.to_string())
            .collect()
    }
}

/// A config file, read.
struct EffectiveLayer {
    path: PathBuf,
    text: String,
    pointer: ConfigPatch,
}

/// Finds out what is in force in `folder`, for crates.io and for these sources.
pub fn effective_sources(
    folder: &Path,
    common: &Context,
    needed: &[ReplacedSource],
) -> Result<EffectiveSources> {
    let mut layers = Vec::new();
    for path in files(folder, &common.cargo_home) {
        let text = file::read_text(&path, MAX_CONFIG)?;
        let pointer = edit::current_patch(&text).map_err(|error| error.at(&path))?;
        layers.push(EffectiveLayer {
            path,
            text,
            pointer,
        });
    }
    let mut found = EffectiveSources {
        crates_io: Resolution::FromOrigin,
        config: None,
        elsewhere: Vec::new(),
    };
    for layer in &layers {
        if edit::replacement(&layer.text)
            .map_err(|error| error.at(&layer.path))?
            .is_some()
        {
            found.crates_io = layer.crates_io(common);
            found.config = Some(layer.path.clone());
            break;
        }
    }
    for needed in needed {
        if !is_from_mirror(needed, &layers, common)? {
            found.elsewhere.push(needed.clone());
        }
    }
    Ok(found)
}

/// Whether the closest file that replaces a source replaces it by its folder in this mirror.
fn is_from_mirror(
    needed: &ReplacedSource,
    layers: &[EffectiveLayer],
    common: &Context,
) -> Result<bool> {
    for layer in layers {
        let named = edit::table_name_of(&layer.text, &needed.original);
        let named = named.map_err(|error| error.at(&layer.path))?;
        if let Some((_, Some(_))) = named {
            let location = needed.original.location();
            let mut sources = layer.pointer.sources.iter();
            return Ok(sources.any(|source| {
                source.original.location() == location
                    && layer.folder(&source.folder, common) == folder_of(needed, common)
            }));
        }
    }
    Ok(false)
}

impl EffectiveLayer {
    /// Cargo reads a relative path from the folder that holds the folder of the file.
    fn folder(&self, named: &str, common: &Context) -> PathBuf {
        let base = self.path.parent().and_then(Path::parent);
        file::absolute(&base.unwrap_or(Path::new("")).join(named), &common.cwd)
    }

    fn crates_io(&self, common: &Context) -> Resolution {
        match &self.pointer.crates_io {
            Some(ReplacementTarget::Server(index)) => Resolution::FromServer(index.clone()),
            Some(ReplacementTarget::LocalRegistry(folder))
                if self.folder(folder, common) == common.mirror.join(CRATES_IO_FOLDER) =>
            {
                Resolution::FromMirror
            }
            _ => Resolution::FromElsewhere,
        }
    }
}
