//! Every `.crate` of cargo's caches on this machine, out and in: whatever packed it, it comes back to the bit.

use std::fs;
use std::path::PathBuf;

use crate::fixture::bundle::{import, on};
use crate::fixture::package::sha256;
use crate::fixture::project::{tree, write};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::settings;

/// The caches of cargo that this machine has.
#[expect(
    clippy::disallowed_methods,
    reason = "it is about the machine that the test runs on"
)]
fn cached() -> Vec<PathBuf> {
    let named = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let user = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo"));
    let mut files = Vec::new();
    for home in named.into_iter().chain(user) {
        for registry in fs::read_dir(home.join("registry/cache"))
            .into_iter()
            .flatten()
        {
            let crates = fs::read_dir(registry.unwrap().path()).into_iter().flatten();
            files.extend(crates.map(|file| file.unwrap().path()));
        }
    }
    files.sort();
    files.dedup_by_key(|path| path.file_name().unwrap().to_owned());
    files
}

/// Name and version of a file: the version begins after the last hyphen before the first dot.
fn split(stem: &str) -> Option<(&str, &str)> {
    let dot = stem.find('.')?;
    let hyphen = stem[..dot].rfind('-')?;
    Some((&stem[..hyphen], &stem[hyphen + 1..]))
}

#[test]
fn every_crate_of_this_machine_comes_back_to_the_bit() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let mut number = 0;
    for path in settings::sample(cached(), 20) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let Some((package, version)) = name.strip_suffix(".crate").and_then(split) else {
            continue;
        };
        let bytes = fs::read(&path).unwrap();
        let line = format!(
            "{{\"name\":\"{package}\",\"vers\":\"{version}\",\"deps\":[],\"cksum\":\"{}\",\"features\":{{}},\"yanked\":false}}\n",
            sha256(&bytes)
        );
        let folder = sandbox.mirror().join("crates-io");
        let index = folder
            .join("index")
            .join(crate::fixture::package::index_path(package));
        let before = fs::read_to_string(&index).unwrap_or_default();
        write(&index, before + &line);
        write(&folder.join(name), bytes);
        number += 1;
    }
    if number == 0 {
        crate::fixture::requires::skipped("cargo has nothing in its caches here");
        return;
    }
    let words = ["export", "all.cmb"];
    on(&sandbox, "mirror", &words).exits(0).no_panic();
    on(
        &sandbox,
        "mirror",
        &["bundle", "verify", "--deep", "all.cmb"],
    )
    .exits(0)
    .answers(&format!("{number} rebuilt"));
    import(&sandbox, "other", &["all.cmb"])
        .exits(0)
        .answers(&format!("imported {number} crate"));
    let crates = |mirror: &str| {
        let mut tree = tree(&sandbox.path(mirror).join("crates-io"));
        tree.retain(|path, _| path.strip_suffix(".crate").is_some());
        tree
    };
    assert!(crates("mirror") == crates("other"));
}
