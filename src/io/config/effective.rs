//! What stands in the place of a source by all of cargo's config files together, what `cargo mirror` has written included.
//!
//! Cargo merges tables of one name from all files, included ones too; of one key the closest file counts. So a
//! `replace-with` in one file may name a table of another.

use std::path::{Path, PathBuf};

use toml::Value;

use crate::io::config::block::{CRATES_IO, is_name_of_ours};
use crate::io::config::load::{CargoConfig, Setting, relative_to_config};
use crate::io::fs::file;
use crate::model::source::table::SourceTable;

/// A chain of `replace-with` that is longer is a circle.
const MAX_REPLACEMENTS: usize = 16;

/// Where builds take the packages of a source from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effective {
    /// From the source itself.
    Itself,
    /// From a folder. `file` is the config file that replaces the source.
    Folder { folder: PathBuf, file: PathBuf },
    /// From a server that `cargo mirror on --server` has named.
    Server { index: String, file: PathBuf },
    /// From what somebody else has put there.
    Other { file: PathBuf },
}

impl Effective {
    /// The config file that replaces the source.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Itself => None,
            Self::Folder { file, .. } | Self::Server { file, .. } | Self::Other { file } => {
                Some(file)
            }
        }
    }
}

impl CargoConfig {
    /// What builds take crates.io from.
    pub fn effective_crates_io(&self) -> Effective {
        self.effective(CRATES_IO)
    }

    /// What builds take another source from.
    pub fn effective_of(&self, original: &SourceTable) -> Effective {
        match self.title_of(original, |_| true) {
            Some(title) => self.effective(&title),
            None => Effective::Itself,
        }
    }

    /// What the files other than `edited` call a source: to cargo two names for one source are a mistake.
    pub fn title_besides(&self, original: &SourceTable, edited: &Path) -> Option<String> {
        self.title_of(original, |file| file != edited)
    }

    fn title_of(&self, original: &SourceTable, which: impl Fn(&Path) -> bool) -> Option<String> {
        let location = original.location();
        let mut layers = self.layers.iter().filter(|layer| which(&layer.path));
        layers.find_map(|layer| {
            let sources = layer.whole.get("source").and_then(Value::as_table);
            let mut sources = sources.into_iter().flatten();
            let found = sources.find(|(title, table)| {
                let text = |key: &str| table.get(key).and_then(Value::as_str);
                let other = SourceTable::read(text).map(|other| other.location());
                *title != CRATES_IO && other.as_ref() == Some(&location)
            });
            found.map(|(title, _)| title.clone())
        })
    }

    fn effective(&self, title: &str) -> Effective {
        let Some(first) = self.whole(&["source", title, "replace-with"]) else {
            return Effective::Itself;
        };
        let file = first.file.to_owned();
        let mut name = first.value.as_str().unwrap_or_default();
        for _ in 0..MAX_REPLACEMENTS {
            if let Some(next) = self.whole(&["source", name, "replace-with"]) {
                name = next.value.as_str().unwrap_or_default();
                continue;
            }
            for key in ["local-registry", "directory"] {
                if let Some(folder) = self.whole(&["source", name, key]) {
                    let text = folder.value.as_str().unwrap_or_default();
                    let folder = relative_to_config(text, folder.file);
                    return Effective::Folder { folder, file };
                }
            }
            let index = self.whole(&["registries", name, "index"]);
            return match index.and_then(|index| index.value.as_str()) {
                Some(index) if is_name_of_ours("registries", name) => Effective::Server {
                    index: index.to_owned(),
                    file,
                },
                _ => Effective::Other { file },
            };
        }
        Effective::Other { file }
    }

    /// A value from the closest file that has it, whoever wrote it.
    fn whole(&self, key: &[&str]) -> Option<Setting<'_>> {
        let (last, tables) = key.split_last()?;
        self.layers.iter().find_map(|layer| {
            let whole = Some(&layer.whole);
            let table = tables.iter().try_fold(whole?, |table, name| {
                table.get(*name).and_then(Value::as_table)
            })?;
            Some(Setting {
                value: table.get(*last)?,
                file: &layer.path,
            })
        })
    }
}

/// Whether two paths lead to one folder, by whatever links.
pub fn same_folder(one: &Path, other: &Path, cwd: &Path) -> bool {
    let (one, other) = (file::absolute(one, cwd), file::absolute(other, cwd));
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    one == other || real(&one).is_some_and(|real_one| Some(real_one) == real(&other))
}
