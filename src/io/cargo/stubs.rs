//! Stand-ins for packages, so that the real cargo can say which of them a build reads before any of them is fetched.
//!
//! ```text
//! <scratch>/sources/crates-io/index/se/rd/serde               the raw index lines of the lockfile's packages
//! <scratch>/sources/crates-io/serde-1.0.229.crate             empty
//! <scratch>/home/registry/src/-<hash>/serde-1.0.229/          name and version, as if unpacked already
//! <scratch>/home/config.toml                                  the user's own, where cargo would not see it otherwise
//! ```
//!
//! Cargo resolves and picks features by the index lines alone; of a package itself, `cargo metadata` reads no more than
//! its manifest, and it does not look into a `.crate` whose unpacked folder is there. So its answer is the one that it
//! would give with all packages at hand. `<hash>` is what cargo 1.85 and later make of the path of a local registry; a
//! cargo that makes another one finds an empty `.crate`, and says so.

use std::fs;
use std::path::{Path, PathBuf};

use crate::io::cargo::home;
use crate::io::config::load;
use crate::io::fs::error::io_error;
use crate::io::fs::file::create_dir_all;
use crate::model::error::Result;
use crate::model::errors::fs::Action;
use crate::model::index::file::IndexLine;
use crate::model::package::id::CrateName;

/// A scratch folder with stand-ins, gone when it is dropped.
#[derive(Debug)]
pub struct Stubs {
    folder: tempfile::TempDir,
}

impl Stubs {
    /// Makes an empty one. Cargo's configuration is that of `project`.
    pub fn new(project: &Path, cargo_home: &Path) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("cargo-mirror-").tempdir();
        let folder = folder.map_err(io_error(
            Action::CreateIn,
            Path::new("the temporary folder"),
        ))?;
        let stubs = Self { folder };
        create_dir_all(&stubs.home())?;
        // What lies above the project cargo finds by itself, and would take twice.
        let above = load::files(project, &stubs.home());
        let users = load::file_in(cargo_home).filter(|path| !above.contains(path));
        if let Some(users) = users {
            // Linked, not copied: it may hold a token.
            link(&users, &stubs.home().join("config.toml"))?;
        }
        Ok(stubs)
    }

    /// The folder that takes the place of a mirror: registries lie in it as they do there.
    pub fn sources(&self) -> PathBuf {
        self.folder.path().join("sources")
    }

    /// What takes the place of `CARGO_HOME`.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Makes a registry, which may stay empty.
    pub fn open(&self, registry: &str) -> Result<()> {
        create_dir_all(&self.sources().join(registry).join("index"))
    }

    /// Adds the versions of one crate of the registry whose folder in a mirror is `registry`.
    pub fn add(&self, registry: &str, name: &CrateName, lines: &[&IndexLine]) -> Result<()> {
        let registry = self.sources().join(registry);
        let unpacked = self.home().join("registry/src");
        let unpacked = unpacked.join(home::of_local_registry(&registry));
        let path = registry.join("index").join(name.index_path());
        create_dir_all(path.parent().unwrap_or(&registry))?;
        let mut text = Vec::new();
        for line in lines {
            text.extend_from_slice(line.raw());
            text.push(b'\n');
            let id = line.id();
            write(&registry.join(id.file_name()), b"")?;
            let folder = unpacked.join(format!("{}-{}", id.name, id.version));
            create_dir_all(&folder)?;
            // Cargo takes a library's path at its word.
            let manifest = format!(
                "[package]\nname = \"{}\"\nversion = \"{}\"\nedition = \"2021\"\n[lib]\npath = \"lib.rs\"\n",
                id.name, id.version
            );
            write(&folder.join("Cargo.toml"), manifest.as_bytes())?;
            write(&folder.join(".cargo-ok"), b"{\"v\":1}")?;
        }
        // Names that differ in case only share a file.
        let mut before = fs::read(&path).unwrap_or_default();
        before.extend(text);
        write(&path, &before)
    }
}

/// Nothing here outlives the run, so nothing is flushed or renamed.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).map_err(io_error(Action::Write, path))
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> Result<()> {
    std::os::unix::fs::symlink(from, to).map_err(io_error(Action::Write, to))
}

#[cfg(not(unix))]
fn link(from: &Path, to: &Path) -> Result<()> {
    fs::hard_link(from, to).map_err(io_error(Action::Write, to))
}
