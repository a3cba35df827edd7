//! The line that we make of a package is the line that crates.io has for it: for every `.crate` in cargo's cache on this
//! machine whose raw line is there, too. Those that this program itself is built of always are.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_mirror::io::cargo::home::CargoHome;
use cargo_mirror::io::config::default_index::DEFAULT_INDEX;
use cargo_mirror::model::index::file::{IndexFile, IndexLine};
use cargo_mirror::model::index::from_manifest::{self, OwnAddresses};
use cargo_mirror::model::index::strict;
use cargo_mirror::model::package::archive;
use cargo_mirror::model::package::checksum::{Hashing, Sha256};
use cargo_mirror::model::package::id::CrateId;
use cargo_mirror::model::package::manifest::Manifest;
use cargo_mirror::model::source::id::CRATES_IO;
use cargo_platform::Platform;
use semver::VersionReq;
use serde_json::Value;
use url::Url;

use crate::fixture::sandbox::outer;
use crate::fixture::settings;

fn cargo_home() -> PathBuf {
    let named = PathBuf::from(outer("CARGO_HOME"));
    if named.as_os_str().is_empty() {
        Path::new(&outer("HOME")).join(".cargo")
    } else {
        named
    }
}

fn cached_crates(home: &Path) -> Vec<PathBuf> {
    let list = |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten();
    let registries = list(home.join("registry/cache"));
    let files = registries.flat_map(|registry| list(registry.path()));
    files.map(|file| file.path()).collect()
}

/// What a line says, with the spelling left out that cargo does not tell apart: an absent field is its default, the
/// features of both tables are one, lists that are sets are sorted.
fn meaning(line: &[u8]) -> BTreeMap<String, Value> {
    let mut line: BTreeMap<String, Value> = serde_json::from_slice(line).unwrap();
    // When it was published, and whether it was withdrawn since, no package says.
    line.remove("pubtime");
    line.remove("yanked");
    // crates.io writes 2 where it has split the features; we write it where one of them needs it.
    line.remove("v");
    let more = line.remove("features2").filter(|more| !more.is_null());
    let features = line.entry("features".to_owned()).or_default();
    if let (Some(Value::Object(more)), Value::Object(features)) = (more, features) {
        features.extend(more);
    }
    if let Some(Value::Object(features)) = line.get_mut("features") {
        features.values_mut().for_each(sort);
    }
    if let Some(Value::Array(deps)) = line.get_mut("deps") {
        for dep in &mut *deps {
            let dep = dep.as_object_mut().unwrap();
            sort(dep.get_mut("features").unwrap());
            // A manifest may say that `serde` is called `serde`.
            let named = dep.get("package") == dep.get("name");
            dep.retain(|key, value| !(value.is_null() || named && key == "package"));
            // Old lines have requirements as they were typed; we print them as cargo does.
            let req = dep.get_mut("req").unwrap();
            if let Ok(read) = VersionReq::parse(req.as_str().unwrap()) {
                *req = read.to_string().into();
            }
            // Blanks in `cfg(a="b")` depend on which cargo has sent it.
            if let Some(target) = dep.get_mut("target") {
                let platform: Platform = target.as_str().unwrap().parse().unwrap();
                *target = platform.to_string().into();
            }
        }
    }
    line.get_mut("deps").map(sort);
    line.retain(|_, value| !value.is_null());
    line
}

fn sort(list: &mut Value) {
    if let Value::Array(list) = list {
        list.sort_by_key(Value::to_string);
    }
}

/// Where official lines come from: cargo's index cache, or the index of a local registry.
type Official<'a> = dyn Fn(&CrateId, &Sha256) -> Option<IndexLine> + 'a;

/// Compares our lines of these packages with the official ones; how many there were.
fn compare(crates: Vec<PathBuf>, official: &Official<'_>) -> usize {
    let own = OwnAddresses::new([CRATES_IO]);
    let (mut compared, mut wrong) = (0, Vec::new());
    for path in crates {
        let name = path.file_name().unwrap().to_str().unwrap();
        let bytes = fs::read(&path).unwrap();
        let mut hashing = Hashing::default();
        hashing.update(&bytes);
        let checksum = hashing.finish();
        let Some((id, official)) = CrateId::of_file_name(name)
            .find_map(|id| Some((id.clone(), official(&id, &checksum)?)))
        else {
            continue;
        };
        // crates.io has taken some that a registry of one's own would not take now: a readme twice in two cases.
        let contents = archive::inspect(bytes.as_slice(), bytes.len() as u64, &id).unwrap();
        let manifest = Manifest::parse(&contents.manifest.unwrap()).unwrap();
        let line = match from_manifest::line(&manifest, &checksum, &own, None) {
            Ok(line) => line.render(),
            Err(bad) => {
                wrong.push(format!("{id}: {bad:?}"));
                continue;
            }
        };
        compared += 1;
        let (ours, theirs) = (meaning(&line), meaning(official.raw()));
        if ours != theirs {
            wrong.push(format!("{id}:\n  ours   {ours:?}\n  theirs {theirs:?}"));
        }
        for faults in [strict::faults(&line), strict::faults(official.raw())] {
            if !faults.is_empty() {
                wrong.push(format!("{id}: {faults:?}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {compared}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    println!("{compared} lines compared");
    compared
}

#[test]
fn the_line_of_a_package_is_the_official_one() {
    let home = cargo_home();
    let index = Url::parse(
        DEFAULT_INDEX
            .strip_prefix("sparse+")
            .unwrap_or(DEFAULT_INDEX),
    )
    .unwrap();
    let cache = CargoHome::open(&home, &index, None);
    let official = |id: &CrateId, checksum: &Sha256| cache.index_line(id, Some(checksum));
    let compared = compare(settings::sample(cached_crates(&home), 200), &official);
    // A machine that has built this program has its packages, unless they came from another registry.
    assert!(
        compared > 0 || cached_crates(&home).is_empty(),
        "nothing was compared"
    );
}

/// The same over a mirror of crates.io, if one is named: `CARGO_MIRROR_TESTS_GOLDEN=MIRROR/crates-io`.
#[test]
fn the_line_of_each_package_of_a_mirror_is_the_official_one() {
    let folder = PathBuf::from(outer("CARGO_MIRROR_TESTS_GOLDEN"));
    if folder.as_os_str().is_empty() {
        return;
    }
    let files = fs::read_dir(&folder).unwrap().flatten();
    let crates = files.map(|file| file.path());
    let crates = crates.filter(|path| path.extension().is_some_and(|ending| ending == "crate"));
    let official = |id: &CrateId, _: &Sha256| {
        let index = folder.join("index").join(id.name.index_path());
        let text = fs::read(index).ok()?;
        IndexFile::parse(&text).get(id).cloned()
    };
    assert!(
        compare(crates.collect(), &official) > 0,
        "nothing was compared"
    );
}
