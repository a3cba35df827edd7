//! What builds are to be pointed at: this mirror with the sources that a project needs, or a server.

use std::path::{Path, PathBuf};

use url::Url;

use crate::io::config::edit::{
    ConfigPatch, HostedIndex, PulledIndex, ReplacementTarget, SourceReplacement,
};
use crate::io::config::toml::path_text;
use crate::io::fs::error::if_there;
use crate::model::error::{Error, Result};
use crate::model::errors::config::CargoConfigError;
use crate::model::input::replacement::ReplacedSource;
use crate::model::source::id::CRATES_IO_FOLDER;
use crate::model::source::table::SourceTable;
use crate::model::url::safe_url;
use crate::ops::config::file::Target;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::options::Context;
use crate::ops::context::place::Workplace;
use crate::ops::input::read::Project;

/// What is to stand in for the sources of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// Folders of this mirror, for crates.io and for the sources of the projects.
    Mirror,
    /// A server.
    Server {
        /// Its index for crates.io.
        index: String,
        /// Its other registries. `None`: it has not said, and what the config has of it stays.
        offered: Option<Offered>,
    },
}

/// The registries of a server besides crates.io.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offered {
    pub hosted: Vec<HostedIndex>,
    /// Each source once, called by its address.
    pub pulled: Vec<PulledIndex>,
}

impl Offered {
    /// Whether builds that are pointed at the server find a source there.
    pub fn has(&self, source: &ReplacedSource) -> bool {
        let location = source.original.location();
        let of_hosted = |hosted: &HostedIndex| {
            let url = hosted.index.clone();
            SourceTable::Registry { url }.location() == location
        };
        let mut pulled = self.pulled.iter();
        pulled.any(|pulled| pulled.original.location() == location)
            || self.hosted.iter().any(of_hosted)
    }
}

/// The folder of the mirror that replaces a source.
pub fn folder_of(source: &ReplacedSource, mirror: &Path) -> PathBuf {
    mirror.join(&source.folder)
}

/// The sources of a project that the mirror has a folder for, and those that it has none for.
pub fn sources_of(
    project: &Project,
    mirror: &OpenMirror,
) -> Result<(Vec<ReplacedSource>, Vec<ReplacedSource>)> {
    let locked = if_there(project.read_lockfile())?.unwrap_or_default();
    let sources = mirror.hosted_folders().placed(ReplacedSource::of(locked));
    Ok(sources
        .into_iter()
        .partition(|source| folder_of(source, &mirror.folder).is_dir()))
}

/// The pointer to write into `config`: relative where the mirror lies inside the folder that paths would be relative to.
/// `root` is where the builds are started.
pub fn config_patch(
    target: &Target,
    config: &Path,
    root: &Path,
    common: &Context,
    needed: &[ReplacedSource],
) -> ConfigPatch {
    let base = config
        .parent()
        .and_then(Path::parent)
        .filter(|_| *target != Target::Global);
    let inside = base.and_then(|base| common.mirror.folder.strip_prefix(base).ok());
    let mirror = inside.unwrap_or(&common.mirror.folder);
    let text = |folder: &str| path_text(&mirror.join(folder));
    // A config that cannot be read is for cargo to complain about.
    let others = common.place.config(root).unwrap_or_default();
    let sources = needed.iter().map(|needed| SourceReplacement {
        original: needed.original.clone(),
        called: others
            .title_besides(&needed.original, config)
            .filter(|title| *title != needed.original.title()),
        folder: text(&needed.folder),
        name: needed.name.clone(),
    });
    ConfigPatch {
        crates_io: Some(ReplacementTarget::LocalRegistry(text(CRATES_IO_FOLDER))),
        sources: sources.collect(),
        ..ConfigPatch::default()
    }
}

/// The pointer to a server, to write into `config`, which names `before` now.
pub fn server_patch(
    index: &str,
    offered: Option<&Offered>,
    before: &ConfigPatch,
    (config, root): (&Path, &Path),
    place: &Workplace,
) -> ConfigPatch {
    let crates_io = Some(ReplacementTarget::Server(index.to_owned()));
    let (hosted, mut pulled) = match offered {
        Some(offered) => (offered.hosted.clone(), offered.pulled.clone()),
        None if before.crates_io == crates_io => (before.hosted.clone(), before.pulled.clone()),
        None => (Vec::new(), Vec::new()),
    };
    // A config that cannot be read is for cargo to complain about.
    let others = place.config(root).unwrap_or_default();
    for pulled in &mut pulled {
        let called = others.title_besides(&pulled.original, config);
        pulled.called = called.filter(|title| *title != pulled.original.title());
    }
    ConfigPatch {
        crates_io,
        sources: Vec::new(),
        hosted,
        pulled,
    }
}

/// The index that stands in for crates.io, from what a person calls a server: its address, with or without the path.
pub fn server_index(text: &str) -> Result<String> {
    let refuse = |message: &str| {
        Err(Error::Config(CargoConfigError::ServerUrl {
            url: text.to_owned(),
            message: message.to_owned(),
        }))
    };
    let mut url = match Url::parse(text.strip_prefix("sparse+").unwrap_or(text)) {
        Ok(url) => url,
        Err(cause) => return refuse(&cause.to_string()),
    };
    if !matches!(url.scheme(), "http" | "https") {
        return refuse("only http and https are spoken here");
    }
    if !url.has_host() || url.query().is_some() || url.fragment().is_some() {
        return refuse("an index has a host, and no `?` or `#`");
    }
    if safe_url(&url) != url.as_str() {
        return refuse("a config file is no place for a password");
    }
    let path = url.path().trim_end_matches('/').to_owned();
    let rest = if path.ends_with("/index") {
        "/"
    } else if path.ends_with(&format!("/{CRATES_IO_FOLDER}")) {
        "/index/"
    } else {
        "/crates-io/index/"
    };
    url.set_path(&format!("{path}{rest}"));
    Ok(format!("sparse+{url}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_with_or_without_its_path() {
        for (named, index) in [
            ("http://h:8080", "sparse+http://h:8080/crates-io/index/"),
            ("http://h:8080/", "sparse+http://h:8080/crates-io/index/"),
            (
                "https://r.example/m/",
                "sparse+https://r.example/m/crates-io/index/",
            ),
            (
                "https://r.example/crates-io",
                "sparse+https://r.example/crates-io/index/",
            ),
            (
                "sparse+https://r.example/crates-io/index",
                "sparse+https://r.example/crates-io/index/",
            ),
            (
                "https://r.example/index/",
                "sparse+https://r.example/index/",
            ),
        ] {
            assert_eq!(server_index(named).unwrap(), index);
            assert_eq!(server_index(index).unwrap(), index);
        }
        for bad in [
            "",
            "host:8080",
            "/srv/mirror",
            "file:///srv/mirror",
            "http://",
            "http://h/?a=b",
            "http://h/#x",
            "http://me:secret@h/",
            "registry+http://h/",
        ] {
            let error = server_index(bad).unwrap_err();
            assert!(error.hint().is_some());
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
