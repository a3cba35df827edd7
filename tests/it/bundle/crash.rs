//! Killed at every step, on disks that are full: what is there is whole, and the same command goes on.

use std::fs;
use std::path::Path;

use super::parts::{heavy, in_parts, parts};
use crate::fixture::bundle::{app, export, filled, import, on, registry, same};
use crate::fixture::git_project::{check, project};
use crate::fixture::mirror::sound;
use crate::fixture::project::tree;
use crate::fixture::registry::Registry;
use crate::fixture::repository::Repository;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::settings;

/// Kills the program the `count`th time it comes to `step`. `false`: it does not come there so often.
fn killed(sandbox: &Sandbox, mirror: &str, arguments: &[&str], step: &str, count: usize) -> bool {
    let run = sandbox.program(arguments);
    let run = run.env("CARGO_MIRROR_DIR", sandbox.path(mirror));
    let run = run
        .env("CARGO_MIRROR_TEST_KILL", format!("{step}:{count}"))
        .outcome();
    !matches!(run.code, Some(0 | 1 | 2 | 101))
}

#[test]
fn an_import_that_is_killed_leaves_a_sound_mirror_and_goes_on() {
    requires!(debug_build);
    let registry = registry();
    let sandbox = filled(&registry);
    let project = app(&sandbox);
    export(&sandbox, "all.cmb", &[]);
    let mut kills = 0;
    for step in [
        "temp-created",
        "temp-written",
        "crate-renamed",
        "group-flushed",
        "index-temp-written",
        "index-renamed",
        "config-temp-written",
        "config-renamed",
    ] {
        for count in 1..=settings::number_of(usize::MAX, 2) {
            let other = sandbox.path("other");
            let _ = fs::remove_dir_all(&other);
            on(&sandbox, "other", &["prefetch", "family=1.1.0"]).exits(0);
            let words = ["import", "all.cmb", "--allow-unsigned"];
            if !killed(&sandbox, "other", &words, step, count) {
                break;
            }
            kills += 1;
            sound(&other, &registry);
            on(&sandbox, "other", &["verify"]).exits(0);
            import(&sandbox, "other", &["all.cmb"]).exits(0);
            let (one, two) = (
                sound(&sandbox.mirror(), &registry),
                sound(&other, &registry),
            );
            assert_eq!(one, two);
            on(&sandbox, "other", &["verify"]).exits(0);
            assert!(
                tree(&other.join(".mirror/tmp")).is_empty(),
                "{step}:{count}"
            );
        }
    }
    assert!(kills >= 8, "only {kills} kills");
    fs::remove_dir_all(sandbox.mirror()).unwrap();
    fs::rename(sandbox.path("other"), sandbox.mirror()).unwrap();
    sandbox.run(&project, ["on"]).exits(0);
    sandbox.builds(&project);
}

#[test]
fn an_import_of_parts_that_is_killed_goes_on_with_each_of_them() {
    requires!(debug_build);
    let (registry, sandbox) = heavy();
    let parts = in_parts(&sandbox);
    let names: Vec<&str> = parts.iter().map(String::as_str).collect();
    let words = [&["import", "--allow-unsigned"], &names[..]].concat();
    let other = sandbox.path("other");
    let mut kills = 0;
    for step in [
        "temp-created",
        "temp-written",
        "crate-renamed",
        "group-flushed",
        "index-temp-written",
        "index-renamed",
        "config-renamed",
    ] {
        let counts = (1..).take_while(|count| {
            let _ = fs::remove_dir_all(&other);
            killed(&sandbox, "other", &words, step, *count)
        });
        for count in counts.take(settings::number_of(usize::MAX, 3)) {
            kills += 1;
            sound(&other, &registry);
            // Each by itself, the last first, and the one in which it was killed among them.
            for part in names.iter().rev() {
                import(&sandbox, "other", &[part]);
                sound(&other, &registry);
            }
            same(&sandbox.mirror(), &other);
            on(&sandbox, "other", &["verify"]).exits(0);
            import(&sandbox, "other", &names)
                .exits(0)
                .never_says("missing");
            assert!(
                tree(&other.join(".mirror/tmp")).is_empty(),
                "{step}:{count}"
            );
        }
    }
    assert!(kills >= 12, "only {kills} kills");
}

#[test]
fn an_import_of_a_tree_that_is_killed_goes_on() {
    requires!(debug_build);
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "simple", "1.0.0");
    let app = project(&sandbox, "app", &[("simple", &repository.url(), "")]);
    check(&sandbox, &app);
    export(&sandbox, "all.cmb", &[]);
    let mut kills = 0;
    for step in [
        "git-file-written",
        "git-flushed",
        "git-list-renamed",
        "git-tree-renamed",
        "git-package-renamed",
        "git-record-written",
        "git-record-renamed",
    ] {
        let _ = fs::remove_dir_all(sandbox.path("other"));
        let words = ["import", "all.cmb", "--allow-unsigned"];
        kills += usize::from(killed(&sandbox, "other", &words, step, 1));
        import(&sandbox, "other", &["all.cmb"]).exits(0);
        same(&sandbox.mirror(), &sandbox.path("other"));
        on(&sandbox, "other", &["verify"]).exits(0);
    }
    assert_eq!(kills, 7);
}

#[test]
fn an_export_that_is_killed_leaves_nothing_under_its_name() {
    requires!(debug_build);
    let registry = registry();
    let sandbox = filled(&registry);
    for step in [
        "bundle-frame-written",
        "bundle-part-written",
        "config-renamed",
    ] {
        assert!(
            killed(&sandbox, "mirror", &["export", "all.cmb"], step, 1),
            "{step}"
        );
        assert!(!sandbox.path("all.cmb").exists(), "{step}");
        // What it left is in nobody's way.
        export(&sandbox, "all.cmb", &[]);
        on(
            &sandbox,
            "mirror",
            &["bundle", "verify", "--deep", "all.cmb"],
        )
        .exits(0);
        assert!(!sandbox.path("all.cmb.partial").exists());
        fs::remove_file(sandbox.path("all.cmb")).unwrap();
    }
    assert!(killed(
        &sandbox,
        "mirror",
        &["export", "all.cmb"],
        "bundle-renamed",
        1
    ));
    on(&sandbox, "mirror", &["bundle", "verify", "all.cmb"]).exits(0);
}

#[test]
fn an_export_in_parts_that_is_killed_leaves_parts_that_are_whole_or_none() {
    requires!(debug_build);
    let (_registry, sandbox) = heavy();
    let words = ["export", "it.cmb", "--split", "150kB"];
    let all = in_parts(&sandbox).len();
    let clear = || {
        for part in parts(&sandbox.path(""), "it") {
            fs::remove_file(sandbox.path(&part)).unwrap();
        }
    };
    let mut kills = 0;
    for step in [
        "bundle-frame-written",
        "bundle-part-written",
        "config-renamed",
        "bundle-renamed",
    ] {
        // The one that was not killed has left its parts.
        clear();
        for count in (1..).take_while(|count| killed(&sandbox, "mirror", &words, step, *count)) {
            kills += 1;
            let mut named = parts(&sandbox.path(""), "it");
            named.retain(|name| name.strip_suffix(".cmb").is_some());
            let expected = if step == "bundle-renamed" { count } else { 0 };
            assert_eq!(named.len(), expected, "{step}:{count}");
            if let Some(first) = named.first() {
                // Whole each, and it is known whether there are more.
                let complete = named.len() == all;
                let files: Vec<&str> = named.iter().map(String::as_str).collect();
                on(
                    &sandbox,
                    "mirror",
                    &[&["bundle", "verify"], &files[..]].concat(),
                )
                .exits(i32::from(!complete));
                let _ = fs::remove_dir_all(sandbox.path("other"));
                import(&sandbox, "other", &files).exits(i32::from(!complete));
                // Another dump does not come between them.
                on(&sandbox, "mirror", &words)
                    .exits(101)
                    .says(&format!("{first}` exists already"));
                for name in named {
                    fs::remove_file(sandbox.path(&name)).unwrap();
                }
            }
            // What it left besides is in nobody's way.
            assert_eq!(in_parts(&sandbox).len(), all, "{step}:{count}");
            clear();
        }
    }
    assert!(kills >= 4 + 2 * all, "only {kills} kills");
}

#[test]
fn a_full_disk_at_every_level() {
    requires!(mount);
    let registry = registry();
    let sandbox = filled(&registry);
    export(&sandbox, "all.cmb", &[]);
    let file = sandbox.path("all.cmb").display().to_string();
    let script = "mirror=$1; saved=$2; size=$3; shift 3; mount -t tmpfs -o size=${size}k none \"$mirror\" || exit 99; \
                  \"$@\"; code=$?; cp -a \"$mirror\" \"$saved\"; exit $code";
    let mut full = 0;
    let (other, saved) = (sandbox.path("other"), sandbox.path("saved"));
    let step = settings::number_of(4, 16);
    for size in (8..).step_by(step) {
        fs::create_dir(&other).unwrap();
        let size = size.to_string();
        let arguments = [text(&other), text(&saved), &size];
        let run = sandbox.program(["import", &file, "--allow-unsigned"]);
        let run = run.env("CARGO_MIRROR_DIR", &other);
        let run = run.in_mounts(script, &arguments).outcome().no_panic();
        fs::remove_dir(&other).unwrap();
        if run.code == Some(0) {
            break;
        }
        full += 1;
        run.exits(101).says("make room");
        if saved.join("crates-io").exists() {
            sound(&saved, &registry);
        }
        // On a disk with room the same command completes.
        fs::rename(&saved, &other).unwrap();
        import(&sandbox, "other", &["all.cmb"]).exits(0);
        assert_eq!(
            sound(&other, &registry),
            sound(&sandbox.mirror(), &registry)
        );
        on(&sandbox, "other", &["verify"]).exits(0);
        fs::remove_dir_all(&other).unwrap();
    }
    assert!(full >= 3, "only {full} levels were too small");
}

fn text(path: &Path) -> &str {
    path.to_str().expect("paths of tests are UTF-8")
}

/// With the dump in one file and in parts, and with the mirror itself on that disk.
#[test]
fn an_export_onto_a_full_disk_leaves_nothing() {
    requires!(mount);
    let (_registry, sandbox) = heavy();
    let stick = sandbox.path("stick");
    fs::create_dir(&stick).unwrap();
    let script = "stick=$1; size=$2; shift 2; mount -t tmpfs -o size=${size}k none \"$stick\" || exit 99; \
                  \"$@\"; code=$?; ls -A \"$stick\"; exit $code";
    let file = stick.join("all.cmb");
    for more in [&[][..], &["--split", "150kB"]] {
        let mut full = 0;
        for size in (4..).step_by(settings::number_of(4, 52)) {
            let size = size.to_string();
            let run = sandbox.program([&["export", text(&file)], more].concat());
            let run = run.in_mounts(script, &[text(&stick), &size]);
            let run = run.outcome().no_panic();
            if run.code == Some(0) {
                break;
            }
            full += 1;
            let run = run.exits(101).says("No space left");
            assert_eq!(run.stdout, "", "something is left at {size} KiB");
        }
        assert!(full >= 5, "only {full} levels were too small");
    }
    // The mirror, in which the number of the dump is noted, has no room.
    let script = "mirror=$1; saved=$2; shift 2; mount -t tmpfs -o size=512k none \"$saved\" || exit 99; \
                  cp -a \"$mirror/.\" \"$saved\"; dd if=/dev/zero of=\"$saved/fill\" bs=1k 2>/dev/null; \"$@\"";
    let mirror = sandbox.mirror();
    let run = sandbox.program(["export", "it.cmb"]);
    let run = run.env("CARGO_MIRROR_DIR", &stick);
    run.in_mounts(script, &[text(&mirror), text(&stick)])
        .outcome()
        .no_panic()
        .exits(101)
        .says("No space left");
    assert_eq!(parts(&sandbox.path(""), "it"), [""; 0]);
}
