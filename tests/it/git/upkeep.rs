//! `verify`, `repair` and `gc` of git sources.

use std::fs;
use std::path::Path;

use crate::fixture::git_project::{WORKSPACE, builds, check, package, project};
use crate::fixture::package::Crate;
use crate::fixture::power_cut::{CUTS, Log};
use crate::fixture::project::{tree, write};
use crate::fixture::registry::Registry;
use crate::fixture::repository::{Repository, sources};
use crate::fixture::sandbox::Sandbox;
use crate::fixture::settings;

pub(crate) fn kinds(sandbox: &Sandbox, arguments: &[&str]) -> Vec<String> {
    let run = sandbox.program(["verify", "--message-format", "json"]);
    let run = run.args(arguments).outcome();
    let report = run.report();
    let damages = report["damages"].as_array().expect("it lists them").clone();
    damages
        .iter()
        .map(|damage| {
            let text = |key: &str| damage[key].as_str().unwrap_or("-").to_owned();
            let path = text("path");
            let path = path.splitn(3, '/').nth(2).unwrap_or_default();
            format!("{} {path} {}", text("kind"), text("package"))
        })
        .collect()
}

#[test]
fn every_damage_is_found_and_repaired() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    let project = project(&sandbox, "app", &[("shared", &repository.url(), "")]);
    check(&sandbox, &project);
    let package = package(&sandbox);
    let source = sources(&sandbox.mirror()).remove(0);
    let sound = tree(&source);
    let (lib, list, record) = (
        package.join("src/lib.rs"),
        package.join(".cargo-checksum.json"),
        source.join("source.json"),
    );
    let misnamed = || {
        let text = fs::read_to_string(&record).unwrap();
        write(&record, text.replace("/shared", "/other"));
    };
    let damages: [(&str, &dyn Fn()); 12] = [
        (
            "missing-bytes shared-0.1.0/src/lib.rs shared@0.1.0",
            &|| fs::remove_file(&lib).unwrap(),
        ),
        (
            "changed-bytes shared-0.1.0/src/lib.rs shared@0.1.0",
            &|| write(&lib, "edited"),
        ),
        ("stray shared-0.1.0/build.rs shared@0.1.0", &|| {
            write(&package.join("build.rs"), "fn main() {}");
        }),
        ("stray shared-0.1.0/more shared@0.1.0", &|| {
            write(&package.join("more/x"), "");
        }),
        (
            "missing-bytes shared-0.1.0/.cargo-checksum.json shared@0.1.0",
            &|| fs::remove_file(&list).unwrap(),
        ),
        (
            "changed-bytes shared-0.1.0/.cargo-checksum.json shared@0.1.0",
            &|| write(&list, "{}"),
        ),
        ("missing-bytes shared-0.1.0 shared@0.1.0", &|| {
            fs::remove_file(&package).unwrap();
        }),
        ("missing-line source.json -", &|| {
            fs::remove_file(&record).unwrap();
        }),
        ("unreadable-line source.json -", &|| write(&record, "{")),
        ("misplaced-line source.json -", &misnamed),
        ("missing-line other-1.0.0 other@1.0.0", &|| {
            write(&source.join("other-1.0.0/Cargo.toml"), "");
        }),
        ("stray notes.txt -", &|| {
            write(&source.join("notes.txt"), "x");
        }),
    ];
    for (expected, damage) in damages {
        damage();
        assert_eq!(kinds(&sandbox, &[]), [expected]);
        let run = sandbox.run(&project, ["repair"]).no_panic();
        // One that no root wants and no repository has is not made again.
        let code = run.code;
        if code != Some(0) {
            assert!(expected.contains("other-1.0.0"), "{run}");
            sandbox.run(&project, ["repair"]).exits(0);
        }
        assert_eq!(kinds(&sandbox, &[]), [""; 0], "{expected}");
        assert!(sound == tree(&source), "{expected}");
        sandbox.run(&project, ["status"]).exits(0);
    }
    builds(&sandbox, &project);
    // A quick look believes the seals.
    write(&lib, "edited");
    let modified = fs::metadata(&list).unwrap().modified().unwrap();
    fs::File::options()
        .append(true)
        .open(&lib)
        .unwrap()
        .set_modified(modified)
        .unwrap();
    assert_eq!(
        kinds(&sandbox, &["--quick"]),
        ["changed-bytes shared-0.1.0/src/lib.rs shared@0.1.0"]
    );
}

#[test]
fn every_flipped_bit_is_found() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::new(&sandbox, "work", &WORKSPACE);
    let project = project(&sandbox, "app", &[("outer", &repository.url(), "")]);
    check(&sandbox, &project);
    let git = sandbox.mirror().join("git");
    let sound = tree(&git);
    let files: Vec<&String> = sound.keys().filter(|path| !path.ends_with('/')).collect();
    for round in settings::sample(0..40_usize, 6) {
        let path = files[round * 7 % files.len()];
        let whole = git.join(path);
        if whole.is_dir() {
            // The link of a package has no bytes.
            continue;
        }
        let mut bytes = fs::read(&whole).unwrap();
        if bytes.is_empty() {
            continue;
        }
        let at = round * 131 % bytes.len();
        bytes[at] ^= 1 << (round % 8);
        let time = fs::metadata(&whole).unwrap().modified().unwrap();
        fs::write(&whole, bytes).unwrap();
        fs::File::options()
            .append(true)
            .open(&whole)
            .unwrap()
            .set_modified(time)
            .unwrap();
        assert_ne!(kinds(&sandbox, &[]), [""; 0], "bit {at} of {path}");
        sandbox.run(&project, ["repair"]).no_panic();
        assert_eq!(kinds(&sandbox, &[]), [""; 0], "bit {at} of {path}");
        // Whose name had changed is in quarantine, and the next run brings it again.
        sandbox.run(&project, ["vendor"]).exits(0);
        assert!(sound == tree(&git), "bit {at} of {path}");
    }
}

#[test]
fn what_cannot_be_made_again_is_told() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    let project = project(&sandbox, "app", &[("shared", &repository.url(), "")]);
    check(&sandbox, &project);
    fs::remove_dir_all(sandbox.path("cargo-home/git")).unwrap();
    fs::rename(&repository.folder, sandbox.path("moved")).unwrap();
    let lib = package(&sandbox).join("src/lib.rs");
    write(&lib, "edited");
    let run = sandbox.run(&project, ["repair"]).exits(1).no_panic();
    run.says("shared@0.1.0 could not be fetched");
    fs::rename(sandbox.path("moved"), &repository.folder).unwrap();
    sandbox.run(&project, ["repair"]).exits(0);
    builds(&sandbox, &project);
}

#[test]
fn what_no_root_wants_goes_and_nothing_else() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::new(&sandbox, "work", &WORKSPACE);
    let both = project(&sandbox, "both", &[("outer", &repository.url(), "")]);
    let features = "default-features = false\nfeatures = [\"one\", \"two\"]";
    let inner = project(&sandbox, "inner", &[("inner", &repository.url(), features)]);
    let other = Repository::package(&sandbox, "other", "0.1.0");
    let last = project(&sandbox, "last", &[("other", &other.url(), "")]);
    for project in [&both, &inner, &last] {
        check(&sandbox, project);
    }
    let whole = tree(&sandbox.mirror().join("git"));
    sandbox.run(&both, ["gc", "--yes"]).exits(0);
    assert!(whole == tree(&sandbox.mirror().join("git")));

    fs::remove_dir_all(&both.folder).unwrap();
    fs::remove_dir_all(&last.folder).unwrap();
    sandbox
        .run(&inner, ["gc", "--yes", "--forget-gone"])
        .exits(0);
    let left = sources(&sandbox.mirror());
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(left[0].join("inner-0.3.0").exists() && !left[0].join("outer-0.3.0").exists());
    builds(&sandbox, &inner);
    assert_eq!(kinds(&sandbox, &[]), [""; 0]);

    // A lockfile that has moved on since it was given wants what it names now, too.
    sandbox.run(&inner, ["status"]).exits(0);
    assert!(Path::new(&left[0]).exists());
}

#[test]
fn killed_while_it_removes() {
    requires!(debug_build);
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    for step in settings::sample(["git-record-shortened", "git-package-aside"], 1) {
        let sandbox = Sandbox::new(&registry);
        let repository = Repository::new(&sandbox, "work", &WORKSPACE);
        let both = project(&sandbox, "both", &[("outer", &repository.url(), "")]);
        let features = "default-features = false\nfeatures = [\"one\", \"two\"]";
        let inner = project(&sandbox, "inner", &[("inner", &repository.url(), features)]);
        check(&sandbox, &both);
        check(&sandbox, &inner);
        fs::remove_dir_all(&both.folder).unwrap();
        let run = sandbox.program(["gc", "--yes", "--forget-gone"]);
        let run = run
            .env("CARGO_MIRROR_TEST_KILL", format!("{step}:1"))
            .outcome();
        assert!(
            !matches!(run.code, Some(0 | 1 | 2 | 101)),
            "not killed at {step}\n{run}"
        );
        sandbox.program(["verify"]).outcome().exits(0);
        builds(&sandbox, &inner);
        sandbox
            .run(&inner, ["gc", "--yes", "--forget-gone"])
            .exits(0);
        assert_eq!(kinds(&sandbox, &[]), [""; 0], "{step}");
        builds(&sandbox, &inner);
    }
}

#[test]
fn no_power_cut_leaves_a_record_of_what_is_not_there() {
    requires!(trace_of_writes);
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::new(&sandbox, "work", &WORKSPACE);
    let project = project(&sandbox, "app", &[("outer", &repository.url(), "")]);
    let trace = sandbox.path("trace");
    let run = sandbox.program(["vendor"]).within(&project.folder);
    let run = run.env("CARGO_MIRROR_TEST_TRACE", &trace);
    run.outcome().exits(0);
    let source = sources(&sandbox.mirror()).remove(0);
    let expected = tree(&source);
    let log = Log::read(&trace);
    for count in 0..=log.ops.len() {
        for cut in CUTS {
            let told = format!("{cut:?} after {count}");
            let disk = log.replay(count, cut);
            let pointed = disk.contains_key(&project.config());
            let record = disk.get(&source.join("source.json"));
            let record = record.map(|(bytes, _)| String::from_utf8_lossy(bytes).into_owned());
            assert!(!pointed || record.is_some(), "the record is lost: {told}");
            for (path, bytes) in expected.iter().filter(|(path, _)| !path.ends_with('/')) {
                let id = path.split('/').next().unwrap().replace("-0", "@0");
                let recorded = record.as_ref().is_some_and(|text| text.contains(&id));
                let there = disk.get(&source.join(path));
                let right = there.is_some_and(|(there, _)| there == bytes);
                // A folder's name may reach the disk after the record, and is seen to be lacking then. Never does a name
                // stand for other bytes.
                assert!(right || there.is_none(), "{path} is cut off: {told}");
                assert!(right || !(recorded && pointed), "{path} is lost: {told}");
            }
        }
    }
}
