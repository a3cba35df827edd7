//! Input that means harm: refused clearly, and nothing outside the mirror is touched.

use std::fs::{self, File};

use crate::fixture::command::Outcome;
use crate::fixture::mirror::sound;
use crate::fixture::package::{Archive, Crate, Dep, gzip};
use crate::fixture::project::{changed, tree, write};
use crate::fixture::registry::{Registry, index_of};
use crate::fixture::sandbox::Sandbox;
use crate::fixture::server::Fault;

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// A lockfile of one package, spelt as TOML wants it.
fn lockfile(name: &str, version: &str, checksum: &str) -> String {
    // JSON escapes what TOML wants escaped.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    format!(
        "version = 4\n\n[[package]]\nname = {}\nversion = {}\nsource = \"{CRATES_IO}\"\nchecksum = {}\n",
        quoted(name),
        quoted(version),
        quoted(checksum)
    )
}

/// Runs `prefetch` on `Cargo.lock` and looks whether anything else in the world has changed.
#[track_caller]
fn prefetch(sandbox: &Sandbox) -> Outcome {
    let before = tree(&sandbox.path("."));
    let run = sandbox
        .program(["prefetch", "Cargo.lock"])
        .outcome()
        .no_panic();
    let after = tree(&sandbox.path("."));
    for path in changed(&before, &after) {
        assert!(path.starts_with("mirror/"), "`{path}` was written\n{run}");
    }
    run
}

#[test]
fn names_that_would_leave_the_mirror() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    for name in [
        "../evil",
        "../../evil",
        "/etc/evil",
        "a/b",
        "a\\b",
        "..",
        ".",
        "",
        "C:evil",
        "a:b",
        "a\0b",
        "\0",
        "con",
        "NUL",
        "aux",
        "com1",
        "LPT9",
        "a b",
        "a\nb",
        "a\u{1b}[31mb",
        "\u{202e}evil",
        "-m",
        "é",
        "~",
        "$HOME",
        "a.crate",
        "index",
    ] {
        let checksum = "a".repeat(64);
        write(
            &sandbox.path("Cargo.lock"),
            lockfile(name, "1.0.0", &checksum),
        );
        let run = prefetch(&sandbox).exits(101);
        if name == "index" {
            // A fine name, only that no registry here has it.
            continue;
        }
        let run = run.says("Cargo.lock").says("is not a crate name");
        assert!(
            !run.stderr.contains('\u{1b}'),
            "{name:?}: raw escapes reach the terminal"
        );
        assert!(
            !run.stderr.contains('\u{202e}'),
            "{name:?}: raw marks reach the terminal"
        );
    }
    assert_eq!(
        registry
            .paths()
            .iter()
            .filter(|path| path.contains("evil"))
            .count(),
        0
    );
}

#[test]
fn versions_that_would_leave_the_mirror() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    for version in [
        "../1.0.0",
        "1.0.0/../../evil",
        "1.0.0-../evil",
        "1.0.0+../evil",
        "1.0.0\0",
        "1.0",
        "",
        "*",
        "1.0.0\\evil",
        "v1.0.0",
        " 1.0.0",
        "99999999999999999999.0.0",
    ] {
        let checksum = "a".repeat(64);
        write(
            &sandbox.path("Cargo.lock"),
            lockfile("fine", version, &checksum),
        );
        let run = prefetch(&sandbox).exits(101);
        run.says("Cargo.lock").says("is not a version");
    }
    assert_eq!(registry.paths(), [""; 0]);
}

#[test]
fn checksums_that_are_none() {
    let registry = Registry::new([Crate::new("fine", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    for checksum in [
        "",
        "aa",
        "../../evil",
        &"g".repeat(64),
        &"a".repeat(65),
        &"é".repeat(32),
    ] {
        write(
            &sandbox.path("Cargo.lock"),
            lockfile("fine", "1.0.0", checksum),
        );
        prefetch(&sandbox)
            .exits(101)
            .says("Cargo.lock")
            .says("checksum");
    }
    assert!(sound(&sandbox.mirror(), &registry).crates.is_empty());
}

#[test]
fn lockfiles_that_are_none() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let deep = format!("a = {}", "[".repeat(100_000));
    for (bytes, said) in [
        (&b"[[package]\nname = \"a\"\n"[..], "line 1"),
        (b"version = 4\n[[package]]\nname = \"a\xff\xfe\"\n", "UTF-8"),
        (b"version = 99\n", "version 99"),
        (b"[[package]]\nversion = \"1.0.0\"\n", "Cargo.lock"),
        (b"[[package]]\nname = 5\n", "line 2"),
        (b"\0\0\0\0", "line 1"),
        (deep.as_bytes(), "Cargo.lock"),
    ] {
        write(&sandbox.path("Cargo.lock"), bytes);
        prefetch(&sandbox).exits(101).says("Cargo.lock").says(said);
    }
    assert!(!sandbox.mirror().exists(), "there was nothing to store");
}

#[test]
fn a_folder_for_a_lockfile() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    fs::create_dir_all(sandbox.path("app/Cargo.lock")).unwrap();
    write(
        &sandbox.path("app/Cargo.toml"),
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\n",
    );
    write(&sandbox.path("app/src/lib.rs"), "");
    for verb in ["vendor", "prefetch", "status"] {
        let run = sandbox.program([verb, "app"]).outcome().no_panic();
        assert!(matches!(run.code, Some(1 | 101)), "{run}");
        run.says("Cargo.lock");
    }
}

#[test]
fn a_line_of_a_gigabyte() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    // Takes no room on the disk: it is one hole.
    let file = File::create(sandbox.path("Cargo.lock")).unwrap();
    file.set_len(1 << 30).unwrap();
    for inputs in ["Cargo.lock", "list.txt"] {
        fs::rename(sandbox.path("Cargo.lock"), sandbox.path("huge")).unwrap();
        fs::rename(sandbox.path("huge"), sandbox.path(inputs)).unwrap();
        let run = sandbox.program(["prefetch", inputs]).outcome().no_panic();
        run.exits(101).says(inputs).says("larger than");
        fs::rename(sandbox.path(inputs), sandbox.path("Cargo.lock")).unwrap();
    }
    fs::remove_file(sandbox.path("Cargo.lock")).unwrap();
}

#[test]
fn a_line_of_megabytes() {
    let registry = Registry::new([Crate::new("fine", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let long = "a".repeat(8 << 20);
    write(
        &sandbox.path("Cargo.lock"),
        lockfile(&long, "1.0.0", &"a".repeat(64)),
    );
    let run = prefetch(&sandbox).exits(101).says("is not a crate name");
    assert!(
        run.stderr.len() < 10_000,
        "the message is as long as the line"
    );

    write(&sandbox.path("list.txt"), format!("fine\n{long}\n"));
    let run = sandbox
        .program(["prefetch", "list.txt"])
        .outcome()
        .no_panic();
    let run = run.exits(101).says("list.txt").says("line 2");
    assert!(
        run.stderr.len() < 10_000,
        "the message is as long as the line"
    );

    // A long comment is nothing bad.
    write(&sandbox.path("list.txt"), format!("fine # {long}\n"));
    sandbox.program(["prefetch", "list.txt"]).outcome().exits(0);
    sound(&sandbox.mirror(), &registry);
}

#[test]
fn lists_that_mean_harm() {
    let registry = Registry::new([Crate::new("fine", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    for entry in [
        "../evil",
        "fine@1\"\n[dependencies.evil]\npath=\"/\"",
        "fine[a\"]",
        "fine=../1",
        "--help x",
        "fine = \"1\", git = \"x\"",
        "con",
        "fine@\u{0}",
    ] {
        write(&sandbox.path("list.txt"), format!("fine\n{entry}\n"));
        let run = sandbox
            .program(["prefetch", "list.txt"])
            .outcome()
            .no_panic();
        run.exits(101).says("list.txt").says("line 2");
    }
    write(&sandbox.path("list.txt"), b"fine\n\xff\xfe\n");
    let run = sandbox
        .program(["prefetch", "list.txt"])
        .outcome()
        .no_panic();
    run.exits(101).says("list.txt").says("UTF-8");
    assert!(!sandbox.path("evil").exists());
}

#[test]
fn archives_that_cargo_would_refuse() {
    let manifest = "[package]\nname = \"evil\"\nversion = \"1.0.0\"\n";
    let archive = || Archive::new().file("evil-1.0.0/Cargo.toml", manifest.as_bytes());
    let link = |kind, target| archive().link(kind, "evil-1.0.0/out", target).finish();
    for (bytes, said) in [
        (
            link(tar::EntryType::Symlink, "/etc/passwd"),
            "symbolic link",
        ),
        (
            link(tar::EntryType::Symlink, "../fine-1.0.0"),
            "symbolic link",
        ),
        (link(tar::EntryType::Link, "/etc/passwd"), "hard link"),
        (
            archive().file("evil-1.0.0/../../out", b"").finish(),
            "outside",
        ),
        (archive().file("/tmp/out", b"").finish(), "outside"),
        (
            archive().file("fine-1.0.0/src/lib.rs", b"").finish(),
            "outside",
        ),
        (b"no archive at all".to_vec(), "archive"),
        (Vec::new(), "archive"),
    ] {
        // Its checksum is right: the registry itself means harm.
        let registry = Registry::new([
            Crate::new("fine", "1.0.0"),
            Crate::new("evil", "1.0.0").archive(bytes),
        ]);
        let sandbox = Sandbox::new(&registry);
        let project = sandbox.project("app", &[Dep::new("evil", "1"), Dep::new("fine", "1")]);
        let run = sandbox.run(&project, ["vendor", "--check-archives"]);
        let run = run.no_panic().exits(101);
        run.says("evil@1.0.0").says(said).says("help:");
        assert_eq!(sound(&sandbox.mirror(), &registry).names(), ["fine-1.0.0"]);
        assert!(!project.config().exists());

        // Where no lockfile vouches for it, nobody has to ask for the check.
        let other = sandbox.path("other");
        let run = sandbox.program(["prefetch", "evil", "fine", "--mirror"]);
        let run = run.args([&other]).outcome().no_panic().exits(101);
        run.says("evil@1.0.0").says(said);
        assert_eq!(sound(&other, &registry).names(), ["fine-1.0.0"]);
    }
}

#[test]
fn an_archive_from_cargos_cache_is_looked_at_too() {
    let bytes = Archive::new()
        .file(
            "evil-1.0.0/Cargo.toml",
            b"[package]\nname = \"evil\"\nversion = \"1.0.0\"\n",
        )
        .link(tar::EntryType::Symlink, "evil-1.0.0/out", "/etc/passwd")
        .finish();
    let sound_one = Crate::new("evil", "1.0.0");
    let registry = Registry::new([sound_one.clone()]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("evil", "1")]);
    sandbox.warm(&project);
    let mut planted = 0;
    let cache = sandbox.path("cargo-home/registry/cache");
    for path in tree(&cache)
        .keys()
        .filter(|path| path.ends_with("evil-1.0.0.crate"))
    {
        write(&cache.join(path), &bytes);
        planted += 1;
    }
    assert_eq!(planted, 1);
    // Another registry under the same address vouches for the planted bytes.
    registry.publish(&Crate::new("evil", "1.0.0").archive(bytes));
    fs::remove_file(project.path("Cargo.lock")).unwrap();
    sandbox.lock(&project);
    let run = sandbox.run(&project, ["vendor", "--check-archives"]);
    run.no_panic().exits(101).says("symbolic link");
    assert!(sound(&sandbox.mirror(), &registry).crates.is_empty());
}

#[test]
fn index_files_that_mean_harm() {
    let good = Crate::new("fine", "1.0.0").line();
    let forged = |from: &str, to: &str| good.replace(from, to) + "\n";
    let huge = format!(
        "{{\"name\":\"fine\",\"pad\":\"{}\"}}\n{good}\n",
        "x".repeat(1 << 20)
    );
    let noise = [b"\xff\xfe\n\0\n".as_slice(), good.as_bytes(), b"\n"].concat();
    for (what, bytes, fetched) in [
        (
            "another name",
            forged("\"fine\"", "\"other\"").into_bytes(),
            false,
        ),
        (
            "a name that leaves",
            forged("\"fine\"", "\"../../fine\"").into_bytes(),
            false,
        ),
        (
            "another version",
            forged("1.0.0", "1.0.0-alpha").into_bytes(),
            false,
        ),
        ("no JSON", b"<html>".to_vec(), false),
        ("nothing", Vec::new(), false),
        ("invalid UTF-8 in other lines", noise, true),
        ("a megabyte in another line", huge.into_bytes(), true),
    ] {
        let registry = Registry::new([Crate::new("fine", "1.0.0")]);
        let sandbox = Sandbox::new(&registry);
        let project = sandbox.project("app", &[Dep::new("fine", "1")]);
        registry.serve(&index_of("fine"), bytes);
        let run = sandbox.run(&project, ["vendor"]).no_panic();
        let held = sound(&sandbox.mirror(), &registry);
        if fetched {
            run.exits(0);
            assert_eq!(held.lines("fine"), std::slice::from_ref(&good), "{what}");
            sandbox.builds(&project);
        } else {
            run.exits(101).says("fine@1.0.0");
            assert!(held.index.is_empty(), "{what}");
        }
    }
}

#[test]
fn an_index_file_that_swells() {
    // A hundred kilobytes on the wire, a hundred megabytes in memory.
    let registry = Registry::new([Crate::new("fine", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("fine", "1")]);
    let swollen = Fault::Gzipped(gzip(&vec![b' '; 100 << 20]));
    registry.always(&index_of("fine"), swollen);
    let run = sandbox.run(&project, ["vendor"]).no_panic().exits(101);
    run.says("fine@1.0.0");
    assert!(sound(&sandbox.mirror(), &registry).index.is_empty());
}
