//! Dumps of strangers and damaged ones: nothing of them is taken but what is what it says.

use std::fs;
use std::path::Path;

use crate::fixture::bundle::{Crafted, export, filled, finish, import, on, registry};
use crate::fixture::package::{Crate, sha256};
use crate::fixture::project::tree;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::settings;

fn line(name: &str, version: &str, bytes: &[u8]) -> String {
    let sum = sha256(bytes);
    format!(
        "{{\"name\":\"{name}\",\"vers\":\"{version}\",\"deps\":[],\"cksum\":\"{sum}\",\"features\":{{}},\"yanked\":false}}"
    )
}

/// The line of a manifest for a crate that is stored as it is.
fn entry(name: &str, bytes: &[u8], line: &str) -> String {
    let (size, sum, length) = (bytes.len(), sha256(bytes), line.len());
    let key = &sha256(line.as_bytes())[..16];
    format!("crate crates-io {name} 1.0.0 {sum} {size} {length} {key} as-is 0 0 {size}\n")
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn what_is_made_up_is_refused() {
    let sandbox = Sandbox::new(&Registry::new([]));
    let bytes = Crate::new("good", "1.0.0").bytes();
    let good = line("good", "1.0.0", &bytes);
    let body = [&bytes[..], good.as_bytes()].concat();
    let sound = entry("good", &bytes, &good);
    let plain = |lines: &str| Crafted::default().plain(&body, lines);
    let path = sandbox.path("crafted.cmb");
    plain(&sound).write(&path);
    import(&sandbox, "control", &["crafted.cmb"])
        .exits(0)
        .answers("imported 1 crate ");

    let other = line("other", "1.0.0", &bytes);
    let swapped = [&bytes[..], other.as_bytes()].concat();
    let lied = [b"X", &bytes[1..], good.as_bytes()].concat();
    let zeros = vec![0; 50 << 20];
    let bomb = "root 0123456789abcdef 52428800 0000000000000000\n";
    let small = "root 0123456789abcdef 100 0000000000000000\n";
    let base = format!("base crates-io good 1.0.0 {} 2048\n", sha256(&bytes));
    let cases: Vec<(&str, Crafted, &str)> = vec![
        (
            "a line of another crate",
            Crafted::default().plain(&swapped, &entry("good", &bytes, &other)),
            "speaks of something else",
        ),
        (
            "bytes of another crate",
            Crafted::default().plain(&lied, &sound),
            "its checksum is",
        ),
        (
            "a path for a name",
            plain(&sound.replace(" good ", " ../good ")),
            "does not belong there",
        ),
        (
            "a path for a source",
            plain(&sound.replace("crates-io", "../crates-io")),
            "does not belong there",
        ),
        (
            "the private folder",
            plain(&sound.replace("crates-io", ".mirror")),
            "does not belong there",
        ),
        (
            "a size that lies",
            plain(&sound.replace(" as-is 0 0 ", " as-is 0 1 ")),
            "do not fill",
        ),
        (
            "an unknown codec",
            plain(&sound.replace("as-is", "zlib-rs-10")),
            "does not belong there",
        ),
        (
            "a root among crates",
            Crafted::default().plain(
                &[&body[..], b"x"].concat(),
                &format!("{sound}root 0123456789abcdef 1 0000000000000000\n"),
            ),
            "something else is among its crates",
        ),
        (
            "a bomb",
            Crafted::default().packed(&zeros, 100, small),
            "frame 1",
        ),
        (
            "a claim that is too large",
            Crafted::default().packed(b"x", 52_428_800, bomb),
            "frame 1",
        ),
        (
            "a circle",
            Crafted::default().packed(&body, body.len() as u64, &format!("{base}{sound}")),
            "refer back",
        ),
        (
            "a base that is nowhere",
            Crafted::default().packed(
                &body,
                body.len() as u64,
                &format!("{}{sound}", base.replace("good", "gone")),
            ),
            "refers back to 1 package",
        ),
        (
            "another format",
            Crafted {
                edit: Some(|text| text.replace("bundle 1\n", "bundle 4\n")),
                ..plain(&sound)
            },
            "another version of the format",
        ),
        (
            "a head that says more",
            Crafted {
                edit: Some(|text| text.replace("part 1\n", "part 01\n")),
                ..plain(&sound)
            },
            "does not belong there",
        ),
        (
            "no end",
            Crafted {
                edit: Some(|text| text.replace("end 1\n", "")),
                ..plain(&sound)
            },
            "ends in the middle",
        ),
        (
            "more after the end",
            Crafted {
                edit: Some(|text| text + "end 1\n"),
                ..plain(&sound)
            },
            "does not belong there",
        ),
        (
            "a root that is none",
            Crafted::default().plain(b"x", "root 0123456789abcdef 1 0000000000000000\n"),
            "is none",
        ),
        (
            "a git source that is none",
            Crafted::default().plain(
                b"xy",
                &format!("git git/a-0123456-89abcdef 1 1 {}\n", "a".repeat(64)),
            ),
            "is none",
        ),
    ];
    for (what, crafted, said) in cases {
        crafted.write(&path);
        let run = import(&sandbox, "other", &["crafted.cmb"]);
        assert_eq!(run.code, Some(101), "{what}\n{run}");
        run.says(said);
        let left: Vec<String> = tree(&sandbox.path("other")).into_keys().collect();
        let left: Vec<&String> = left
            .iter()
            .filter(|path| path.strip_suffix(".crate").is_some())
            .collect();
        assert!(left.is_empty(), "{what}: {left:?}");
        let _ = fs::remove_dir_all(sandbox.path("other"));
    }
}

#[test]
fn a_manifest_that_is_no_zstd_or_a_bomb_is_refused() {
    let sandbox = Sandbox::new(&Registry::new([]));
    let path = sandbox.path("crafted.cmb");
    finish(b"CMBUNDL1".to_vec(), b"not zstd at all", &path);
    import(&sandbox, "other", &["crafted.cmb"])
        .exits(101)
        .says("cannot be unpacked");
    // A line without end, packed small.
    let bomb = zstd::bulk::compress(&vec![b'x'; 200 << 20], 19).unwrap();
    finish(b"CMBUNDL1".to_vec(), &bomb, &path);
    import(&sandbox, "other", &["crafted.cmb"])
        .exits(101)
        .says("does not belong there");
}

/// A tar archive out of entries: path, kind, target or bytes.
fn archive(entries: &[(&str, tar::EntryType, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, kind, bytes) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(*kind);
        header.set_mode(0o644);
        let name = &mut header.as_old_mut().name;
        name[..path.len()].copy_from_slice(path.as_bytes());
        if *kind == tar::EntryType::Regular {
            header.set_size(bytes.len() as u64);
        } else {
            header.set_size(0);
            header.as_old_mut().linkname[..bytes.len()].copy_from_slice(bytes);
        }
        header.set_cksum();
        let body: &[u8] = if *kind == tar::EntryType::Regular {
            bytes
        } else {
            b""
        };
        builder.append(&header, body).unwrap();
    }
    builder.into_inner().unwrap()
}

#[cfg(unix)]
#[test]
fn a_tree_writes_nothing_outside_of_itself() {
    use tar::EntryType::{Fifo, Link, Regular, Symlink};
    let sandbox = Sandbox::new(&Registry::new([]));
    let revision = "0123456789abcdef0123456789abcdef01234567";
    // The folder is the one that the record's source has; the program says which.
    let record = format!(
        "{{\"version\":2,\"source\":\"git+https://r.example/a\",\"revision\":\"{revision}\",\"tree\":\"{0}\",\"folders\":{{\"a@1.0.0\":\"\"}},\"packages\":{{\"a@1.0.0\":\"{0}\"}}}}\n",
        "a".repeat(64)
    );
    let manifest: &[u8] = b"[package]\nname = \"a\"\nversion = \"1.0.0\"\n";
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        (
            "up",
            archive(&[("../evil", Regular, b"x")]),
            "is no path in a tree",
        ),
        (
            "absolute",
            archive(&[("/tmp/evil-of-a-dump", Regular, b"x")]),
            "is no path in a tree",
        ),
        (
            "in between",
            archive(&[("a/../../evil", Regular, b"x")]),
            "is no path in a tree",
        ),
        (
            "git's own",
            archive(&[(".git/config", Regular, b"x")]),
            "is no path in a tree",
        ),
        (
            "a link out",
            archive(&[
                ("Cargo.toml", Regular, manifest),
                ("out", Symlink, b"../../../.."),
            ]),
            "something outside",
        ),
        (
            "an absolute link",
            archive(&[
                ("Cargo.toml", Regular, manifest),
                ("out", Symlink, b"/etc/passwd"),
            ]),
            "something outside",
        ),
        (
            "through a link",
            archive(&[("out", Symlink, b"elsewhere"), ("out/evil", Regular, b"x")]),
            "a file comes after a link",
        ),
        (
            "a hard link",
            archive(&[("hard", Link, b"/etc/passwd")]),
            "neither file nor link",
        ),
        (
            "a fifo",
            archive(&[("fifo", Fifo, b"")]),
            "neither file nor link",
        ),
        (
            "our own list",
            archive(&[(".cargo-checksum.json", Regular, b"{}")]),
            "that name",
        ),
        (
            "other files",
            archive(&[("Cargo.toml", Regular, manifest)]),
            "not those of its record",
        ),
    ];
    for (what, tar, said) in cases {
        let body = [record.as_bytes(), &tar].concat();
        let (length, sum) = (record.len(), "a".repeat(64));
        // Which folder it must be is what the program computes: any other is refused.
        let lines = |folder: &str| format!("git git/{folder} {length} {} {sum}\n", tar.len());
        Crafted::default()
            .plain(&body, &lines("a-0123456-00000000"))
            .write(&sandbox.path("x.cmb"));
        import(&sandbox, "other", &["x.cmb"])
            .exits(101)
            .says("is the folder of another source");
        let folder = format!("a-0123456-{}", &digest(revision)[..8]);
        Crafted::default()
            .plain(&body, &lines(&folder))
            .write(&sandbox.path("x.cmb"));
        let run = import(&sandbox, "other", &["x.cmb"]);
        assert_eq!(run.code, Some(101), "{what}\n{run}");
        run.says(said);
        assert!(tree(&sandbox.path("other/git")).is_empty(), "{what}");
        assert!(!sandbox.path("evil").exists() && !sandbox.path("other/evil").exists());
    }
}

/// The digest in the name of a source's folder.
fn digest(revision: &str) -> String {
    sha256(format!("git+https://r.example/a#{revision}").as_bytes())
}

#[path = "../../fuzz/targets/bundled.rs"]
mod bundled;

/// The laws of the fuzz targets, on a sound dump and on what a few changes make of it.
#[test]
fn changed_bytes_are_read_within_their_bounds() {
    let registry = registry();
    let sandbox = filled(&registry);
    let whole = fs::read(export(&sandbox, "all.cmb", &[])).unwrap();
    on(&sandbox, "mirror", &["state", "it.state"]).exits(0);
    let tail = &whole[whole.len() - 72..];
    let number = |at: usize| u64::from_le_bytes(tail[at..at + 8].try_into().unwrap());
    let (at, length) = (
        usize::try_from(number(0)).unwrap(),
        usize::try_from(number(8)).unwrap(),
    );
    let text = zstd::stream::decode_all(&whole[at..at + length]).unwrap();
    let krate = fs::read(sandbox.mirror().join("crates-io/family-1.1.0.crate")).unwrap();
    let state = fs::read(sandbox.path("it.state")).unwrap();
    let mut seed = settings::seed() | 1;
    eprintln!("CARGO_MIRROR_TESTS_SEED={}", settings::seed());
    let mut next = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed >> 16).unwrap() % below.max(1)
    };
    bundled::manifest(&text);
    for _ in 0..settings::number_of(20_000, 1500) {
        let sound = [&text, &krate, &state, &whole][next(4)];
        let mut bytes = sound.clone();
        for _ in 0..=next(4) {
            let at = next(bytes.len());
            match next(4) {
                0 => bytes[at] ^= 1 << next(8),
                1 => bytes.truncate(at + 1),
                2 => bytes[at] = b"0123456789 \n-"[next(13)],
                _ => {
                    let piece = bytes[at..bytes.len().min(at + next(200))].to_vec();
                    let to = next(bytes.len());
                    bytes.splice(to..to, piece);
                }
            }
        }
        bundled::manifest(&bytes);
        bundled::dump(&bytes);
    }
}

/// Panics where it is broken.
type Law = fn(&[u8]);

/// Among them what a law was once broken by.
#[test]
fn the_seeds_of_the_fuzz_targets_keep_their_laws() {
    let laws: [(&str, Law); 2] = [
        ("dump", bundled::dump),
        ("dump_manifest", bundled::manifest),
    ];
    let mut seen = 0;
    for (name, law) in laws {
        let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds");
        for entry in fs::read_dir(seeds.join(name)).unwrap() {
            law(&fs::read(entry.unwrap().path()).unwrap());
            seen += 1;
        }
    }
    assert!(seen > 8);
}
