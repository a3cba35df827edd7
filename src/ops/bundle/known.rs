//! What somebody has: a mirror here, or what a dump or a state says of the other side.

use std::path::{Path, PathBuf};

use crate::io::bundle::reader::{DumpPart, looks_like_one};
use crate::io::bundle::tree::checksum_of;
use crate::io::fs::file::{absolute, read, replace_own};
use crate::io::mirror::layout;
use crate::model::bundle::frame::MAX_STATE;
use crate::model::bundle::manifest::{Item, Listed};
use crate::model::bundle::state::{KnownState, bytes_key, git_key, key_of, line_key, root_key};
use crate::model::error::{Error, Result};
use crate::model::errors::bundle::BundleError;
use crate::model::units::timestamp::Timestamp;
use crate::ops::bundle::select::Families;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::options::Context;

/// Something that somebody has, by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    Crate {
        of: Listed,
        line: u64,
        bytes: bool,
    },
    Git {
        folder: String,
        key: u64,
    },
    Root {
        id: String,
        key: u64,
    },
    /// A version that was removed, and when.
    Gone {
        of: Listed,
        at: Timestamp,
    },
}

impl Named {
    /// The keys by which others know it.
    pub fn keys(&self) -> Vec<u64> {
        match self {
            Self::Crate { of, line, bytes } => {
                let line = line_key(of, *line);
                if *bytes {
                    vec![bytes_key(of), line]
                } else {
                    vec![line]
                }
            }
            Self::Git { key, .. } | Self::Root { key, .. } => vec![*key],
            Self::Gone { of, .. } => vec![bytes_key(of)],
        }
    }

    /// Whether it is news to somebody who has this: something that is not there, or the end of something that is.
    pub fn is_news_to(&self, there: &KnownState) -> bool {
        let all = self.keys().into_iter().all(|key| there.has(key));
        all == matches!(self, Self::Gone { .. })
    }
}

/// What all of these together say.
pub fn of_all(common: &Context, paths: &[PathBuf]) -> Result<KnownState> {
    let mut keys = Vec::new();
    for path in paths {
        keys.extend(of_one(common, &absolute(path, &common.place.cwd))?.into_keys());
    }
    Ok(KnownState::of(keys))
}

/// What the holder of a dump has by then, what a state says, or what is in a mirror.
pub fn of_one(common: &Context, path: &Path) -> Result<KnownState> {
    if path.is_dir() {
        let mut keys = Vec::new();
        in_mirror(common, path, |named| {
            keys.extend(named.keys());
            Ok(())
        })?;
        return Ok(KnownState::of(keys));
    }
    if looks_like_one(path) {
        return of_dump(&DumpPart::open(path)?);
    }
    let state = KnownState::parse(&read(path, MAX_STATE)?);
    state.ok_or_else(|| Error::Bundle(BundleError::NotKnown(path.to_owned())))
}

/// The state in the last part of a dump; of another part, what is in it.
fn of_dump(part: &DumpPart) -> Result<KnownState> {
    let mut keys = Vec::new();
    for placed in part.frames()? {
        let placed = placed?;
        if let [Item::State { .. }] = *placed.frame.items.as_slice() {
            let mut bytes = Vec::new();
            let mut stream = part.stream(&placed)?;
            std::io::Read::read_to_end(&mut stream, &mut bytes)
                .map_err(|cause| part.made_up(cause.to_string()))?;
            let state = KnownState::parse(&bytes);
            return state.ok_or_else(|| part.made_up("its state cannot be read".to_owned()));
        }
        for item in &placed.frame.items {
            keys.extend(crate::model::bundle::state::keys(item));
        }
    }
    Ok(KnownState::of(keys))
}

/// Tells of everything in a mirror.
pub fn in_mirror(
    common: &Context,
    mirror: &Path,
    mut tell: impl FnMut(Named) -> Result<()>,
) -> Result<()> {
    layout::must_be_there(mirror)?;
    let there = OpenMirror {
        folder: mirror.to_owned(),
        ..common.mirror.clone()
    };
    for source in layout::registries(mirror) {
        let store = there.source(&source);
        let mut families = Families::of(&store, &source, None)?;
        while let Some(family) = families.take()? {
            for line in family.chosen() {
                tell(Named::Crate {
                    of: Listed {
                        source: source.clone(),
                        id: line.id().clone(),
                        checksum: *line.checksum(),
                    },
                    line: key_of(line.raw()),
                    bytes: store.has_file(line.id()),
                })?;
            }
        }
    }
    let store = there.store();
    for folder in layout::git_sources(mirror) {
        if let Some(Ok(record)) = store.git(&folder).record()? {
            let key = git_key(&folder, &checksum_of(&record));
            tell(Named::Git { folder, key })?;
        }
    }
    for recorded in there.records().roots()? {
        let text = key_of(recorded.root.render().as_bytes());
        let id = recorded.id.to_string();
        let key = root_key(&id, text);
        tell(Named::Root { id, key })?;
    }
    Ok(())
}

/// Tells of everything that is in a dump itself.
pub fn in_dump(part: &DumpPart, mut tell: impl FnMut(Named) -> Result<()>) -> Result<()> {
    for placed in part.frames()? {
        for item in placed?.frame.items {
            let keys = crate::model::bundle::state::keys(&item);
            let key = keys.first().copied().unwrap_or_default();
            match item {
                Item::Crate(it) => tell(Named::Crate {
                    of: it.of,
                    line: it.line.key,
                    bytes: true,
                })?,
                Item::Line { of, line } => tell(Named::Crate {
                    of,
                    line: line.key,
                    bytes: false,
                })?,
                Item::Git { folder, .. } => tell(Named::Git { folder, key })?,
                Item::Root { id, .. } => tell(Named::Root { id, key })?,
                Item::State { .. } => {}
            }
        }
    }
    for gone in &part.end.gone {
        let (of, at) = (gone.of.clone(), gone.at);
        tell(Named::Gone { of, at })?;
    }
    Ok(())
}

/// Writes down what this mirror has. Returns how many keys that are.
pub fn write(common: &Context, path: &Path) -> Result<usize> {
    let state = of_one(common, &common.mirror.folder)?;
    replace_own(&absolute(path, &common.place.cwd), &state.render())?;
    Ok(state.len())
}
