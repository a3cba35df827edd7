//! The real cargo, pointed at the mirror.

use std::path::Path;

use crate::io::cargo::command::Cargo;
use crate::io::config::load::CargoConfig;
use crate::io::config::toml::{path_text, quoted};
use crate::io::mirror::hosting::HostedFolders;
use crate::model::input::closure::Closure;
use crate::model::input::replacement::ReplacedSource;
use crate::model::source::id::CRATES_IO_FOLDER;
use crate::model::source::table::SourceTable;

/// The real cargo, taking every source of a closure from the mirror and no network.
pub fn cargo_at_mirror(
    cargo: &Cargo,
    mirror: &Path,
    config: &CargoConfig,
    closure: &Closure,
) -> Cargo {
    let hosted = HostedFolders::read(mirror).unwrap_or_default();
    let needed = hosted.placed(ReplacedSource::of_closure(closure));
    let mut configs = replaced_by(mirror, mirror, config, needed);
    configs.extend(registry_definitions(config, closure));
    cargo.clone().with(&configs, true)
}

/// The same, with all registries in another folder, laid out as a mirror's that hosts none.
pub fn cargo_at(
    registries: &Path,
    cargo: &Cargo,
    mirror: &Path,
    config: &CargoConfig,
    closure: &Closure,
) -> Cargo {
    let needed = ReplacedSource::of_closure(closure);
    let mut configs = replaced_by(registries, mirror, config, needed);
    configs.extend(registry_definitions(config, closure));
    cargo.clone().with(&configs, true)
}

/// Values for cargo's `--config` that put folders in the place of crates.io and of these sources. Both folders are laid out
/// as a mirror is.
pub fn replaced_by(
    registries: &Path,
    git: &Path,
    config: &CargoConfig,
    needed: Vec<ReplacedSource>,
) -> Vec<String> {
    // Our own names: where a config points at a mirror already, the path is overridden, and cargo, which refuses to know
    // one folder by two names, sees only one.
    let mut configs = vec![
        "source.crates-io.replace-with='cargo-mirror'".to_owned(),
        format!(
            "source.cargo-mirror.local-registry={}",
            toml_path(&registries.join(CRATES_IO_FOLDER))
        ),
    ];
    for needed in needed {
        let original = &needed.original;
        let table = config.table_of(original);
        let table = quoted(&table.unwrap_or_else(|| original.title()));
        let ours = quoted(&format!("cargo-mirror-{}", needed.name));
        let (base, kind) = match original {
            SourceTable::Registry { .. } => (registries, "local-registry"),
            SourceTable::Git { .. } => (git, "directory"),
        };
        for (key, value) in original.keys() {
            configs.push(format!("source.{table}.{key}={}", quoted(&value)));
        }
        let folder = toml_path(&base.join(&needed.folder));
        configs.push(format!("source.{table}.replace-with={ours}"));
        configs.push(format!("source.{ours}.{kind}={folder}"));
    }
    configs
}

/// What cargo must know of the names that manifests use for registries, where it runs without the user's `CARGO_HOME`.
/// Credentials are not among it: they never stand on a command line.
pub fn registry_definitions(config: &CargoConfig, closure: &Closure) -> Vec<String> {
    let registries = closure.registries.keys();
    let registries = registries.filter(|registry| !registry.is_crates_io());
    let definitions = registries.flat_map(|registry| {
        let index = registry.as_str();
        let names = config.registry_names_in_files(index).into_iter();
        let index = quoted(index.strip_prefix("registry+").unwrap_or(index));
        names.map(move |name| format!("registries.{}.index={index}", quoted(&name)))
    });
    definitions.collect()
}

fn toml_path(path: &Path) -> String {
    quoted(&path_text(path))
}
