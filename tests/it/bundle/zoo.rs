//! `.crate` files of every kind, from those that cargo writes to those that are no archive at all: each comes back to the bit.

use std::fs;
use std::io::Write;

use flate2::{Compression, GzBuilder};

use crate::fixture::bundle::{export, import, on, text};
use crate::fixture::package::{Crate, index_path, sha256};
use crate::fixture::project::write;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;

/// An archive of files, with a long name and an empty file.
fn archive(name: &str, version: usize) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let long = format!("{name}-1.0.0/{}/mod.rs", "deep/".repeat(40));
    let source = text(version, 300);
    for (path, bytes) in [
        (format!("{name}-1.0.0/Cargo.toml"), "[package]\n".to_owned()),
        (format!("{name}-1.0.0/empty"), String::new()),
        (long, "pub fn deep() {}\n".repeat(900)),
        (format!("{name}-1.0.0/src/lib.rs"), source),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder
            .append_data(&mut header, path, bytes.as_bytes())
            .unwrap();
    }
    builder.into_inner().unwrap()
}

/// What gzip makes of it, with this header.
fn gzip(header: GzBuilder, level: u32, tar: &[u8]) -> Vec<u8> {
    let mut packed = header.write(Vec::new(), Compression::new(level));
    packed.write_all(tar).unwrap();
    packed.finish().unwrap()
}

/// Names and bytes.
fn animals() -> Vec<(String, Vec<u8>)> {
    let tar = archive("animal", 1);
    let plain = |level| gzip(GzBuilder::new(), level, &tar);
    let cargos = gzip(
        GzBuilder::new()
            .filename("animal-1.0.0.crate")
            .operating_system(255),
        9,
        &tar,
    );
    let mut animals: Vec<(String, Vec<u8>)> = (0..10)
        .map(|level| (format!("level-{level}"), plain(level)))
        .collect();
    let rich = GzBuilder::new()
        .comment("who")
        .extra(b"ab\x02\0xy".to_vec())
        .mtime(7);
    let changed = |at: usize, from: &[u8]| {
        let mut bytes = from.to_vec();
        let at = if at < 100 {
            at
        } else {
            bytes.len() - (at - 100)
        };
        bytes[at] ^= 0x10;
        bytes
    };
    animals.extend(
        [
            ("cargos", cargos.clone()),
            (
                "sound",
                Crate::new("sound", "1.0.0")
                    .file("src/x.rs", text(2, 500))
                    .bytes(),
            ),
            ("rich-header", gzip(rich, 9, &tar)),
            ("wrong-sum", changed(108, &cargos)),
            ("wrong-length", changed(102, &cargos)),
            ("damaged-inside", changed(90, &cargos)),
            ("more-after-it", [&cargos[..], b"more"].concat()),
            ("two-members", [&cargos[..], &plain(6)].concat()),
            ("cut-off", cargos[..cargos.len() - 20].to_vec()),
            ("no-archive", gzip(GzBuilder::new(), 9, &vec![7; 100_000])),
            ("archive-of-nothing", gzip(GzBuilder::new(), 9, &[])),
            ("header-only", cargos[..20].to_vec()),
            ("no-gzip", text(3, 200).into_bytes()),
            ("tar", tar),
            ("one-byte", vec![0x1f]),
        ]
        .map(|(name, bytes)| (name.to_owned(), bytes)),
    );
    animals
}

#[test]
fn every_kind_of_crate_comes_back_to_the_bit() {
    let sandbox = Sandbox::new(&Registry::new([]));
    let animals = animals();
    let folder = sandbox.mirror().join("crates-io");
    for (name, bytes) in &animals {
        let sum = sha256(bytes);
        let line = format!(
            "{{\"name\":\"{name}\",\"vers\":\"1.0.0\",\"deps\":[],\"cksum\":\"{sum}\",\"features\":{{}},\"yanked\":false}}\n"
        );
        write(&folder.join("index").join(index_path(name)), line);
        write(&folder.join(format!("{name}-1.0.0.crate")), bytes);
    }
    for level in ["none", "1", "9", "19"] {
        let (file, other) = (format!("{level}.cmb"), format!("other-{level}"));
        export(&sandbox, &file, &["--compress", level]);
        let words = ["bundle", "verify", "--deep", &file];
        on(&sandbox, "mirror", &words)
            .exits(0)
            .answers(&format!("{} rebuilt", animals.len()));
        import(&sandbox, &other, &[&file]).exits(0);
        for (name, bytes) in &animals {
            let path = format!("{other}/crates-io/{name}-1.0.0.crate");
            assert!(fs::read(sandbox.path(&path)).unwrap() == *bytes, "{path}");
        }
    }
}
