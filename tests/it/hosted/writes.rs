//! Kills after each write of a publish, two publishers of one version, and publishing while others work on the mirror.

use std::fs;
use std::path::Path;
use std::thread;

use cargo_mirror::model::package::checksum::Hashing;

use crate::fixture::package::Crate;
use crate::fixture::power_cut::{CUTS, Log};
use crate::fixture::project::write;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::hosted::world::{World, metadata};

/// The audit log of a mirror.
fn entries(mirror: &Path) -> String {
    let logs = fs::read_dir(mirror.join("access/log"))
        .into_iter()
        .flatten();
    let logs = logs.map(|log| fs::read_to_string(log.unwrap().path()).unwrap());
    logs.collect()
}

const KILL: &str = "CARGO_MIRROR_TEST_KILL";

#[test]
fn a_kill_after_any_write_leaves_a_whole_version_or_none() {
    for step in [
        "published-bytes:1",
        "published-entry:1",
        "secret-temp-written:1",
        "secret-renamed:1",
        "published-record:1",
        "index-temp-written:1",
        "index-renamed:1",
        "published-line:1",
    ] {
        let upstream = Registry::new([]);
        let sandbox = Sandbox::new(&upstream);
        let new = ["registry", "new", "corp", "--url", "https://r.example/"];
        sandbox.program(new).outcome().exits(0);
        let krate = Crate::new("acme", "1.0.0");
        let file = sandbox.path("acme-1.0.0.crate");
        write(&file, krate.bytes());
        let add = || sandbox.program(["add"]).args([&file]);
        let killed = add().env(KILL, step).outcome();
        assert_eq!(killed.code, None, "{step}: {killed}");
        let index = sandbox.mirror().join("registries/corp/index/ac/me/acme");
        let visible = fs::read_to_string(&index).unwrap_or_default();
        let bytes = sandbox.mirror().join("registries/corp/acme-1.0.0.crate");
        assert!(
            visible.is_empty() || visible.ends_with("}\n") && bytes.exists(),
            "{step}: {visible}"
        );
        sandbox.program(["verify"]).outcome().exits(0);
        let logged = entries(&sandbox.mirror());
        assert!(
            visible.is_empty() || logged.contains("\"1.0.0\""),
            "{step}: {logged}"
        );
        add().outcome().exits(0);
        assert!(entries(&sandbox.mirror()).contains("\"1.0.0\""), "{step}");
        let line = fs::read_to_string(&index).unwrap();
        assert_eq!(line.lines().count(), 1, "{step}");
        let record =
            fs::read_to_string(sandbox.mirror().join("access/crates/corp/acme.json")).unwrap();
        assert!(record.contains("\"1.0.0\""), "{step}: {record}");
        let verify = sandbox.program(["verify", "--archives"]).outcome().exits(0);
        verify.never_says("unfinished");
    }
}

#[test]
fn of_two_publishers_of_one_version_one_is_first() {
    let world = World::new(&[], &[]);
    let token = world.publisher("alice");
    let upload = |digit: usize| {
        let krate = Crate::new("acme", "1.0.0").file("which", digit.to_string());
        world
            .upload(&token, &metadata("acme", "1.0.0"), &krate.bytes())
            .status
    };
    let mut statuses: Vec<u16> = thread::scope(|scope| {
        let threads: Vec<_> = (0..6)
            .map(|digit| scope.spawn(move || upload(digit)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409]);
    assert_eq!(world.lines("ac/me/acme").lines().count(), 1);
}

#[test]
fn publishing_goes_on_while_others_work_on_the_mirror() {
    // Little room: what clients fetch of crates.io pushes out what they fetched before.
    let public: Vec<Crate> = (0..20)
        .map(|number| Crate::new(&format!("left-{number}"), "1.0.0").weight(2000))
        .collect();
    let world = World::served(&public, &[], |_| {
        ["--max-size", "10kB"].map(str::to_owned).to_vec()
    });
    let token = world.publisher("alice");
    let files = world.sandbox.path("files");
    for number in 0..5 {
        let krate = Crate::new("acme", &format!("2.0.{number}"));
        write(
            &files.join(format!("acme-2.0.{number}.crate")),
            krate.bytes(),
        );
    }
    let fetch = |world: &World| {
        for number in 0..20 {
            let path = format!("/crates-io/dl/left-{number}/1.0.0/download");
            world.server.get(&path).is(200);
        }
    };
    let (world, token, files) = (&world, &token, &files);
    thread::scope(|scope| {
        scope.spawn(move || {
            for number in 0..10 {
                let version = format!("1.0.{number}");
                let bytes = Crate::new("acme", &version).bytes();
                world
                    .upload(token, &metadata("acme", &version), &bytes)
                    .is(200);
                // In the very next answer.
                assert!(
                    world
                        .lines("ac/me/acme")
                        .contains(&format!("\"{version}\"")),
                    "{version}"
                );
            }
        });
        scope.spawn(move || {
            let add = world
                .sandbox
                .program(["add", "--offline", "--owner", "alice", "--from"])
                .args([files]);
            add.outcome().exits(0);
        });
        scope.spawn(|| fetch(world));
        scope.spawn(move || {
            for line in [
                "gc --yes --keep nothing",
                "verify",
                "gc --yes --keep nothing",
                "verify --archives",
            ] {
                world.run(line).exits(0);
            }
        });
    });
    let lines = world.lines("ac/me/acme");
    assert_eq!(lines.lines().count(), 15, "{lines}");
    // Of those that `gc` has left there may be few.
    fetch(world);
    world.server.until("crates are evicted", |stats| {
        stats["evicted"].as_u64() > Some(0)
    });
    for number in 0..10 {
        let path = format!("/registries/corp/dl/acme/1.0.{number}/download");
        world.server.get(&path).is(200);
    }
    world.run("verify").exits(0);
}

#[test]
fn a_power_cut_at_any_moment_loses_nothing_that_was_reported() {
    let upstream = Registry::new([]);
    let sandbox = Sandbox::new(&upstream);
    let trace = sandbox.path("trace");
    fs::write(&trace, "").unwrap();
    let run = |line: &str| {
        let run = sandbox
            .program(line.split(' '))
            .env("CARGO_MIRROR_TEST_TRACE", &trace);
        run.outcome().exits(0);
        Log::read(&trace).ops.len()
    };
    run("registry new corp --url https://r.example/");
    for version in ["1.0.0", "1.1.0"] {
        let krate = Crate::new("acme", version).weight(3000);
        write(
            &sandbox.path(&format!("acme-{version}.crate")),
            krate.bytes(),
        );
    }
    let file = |version: &str| {
        sandbox
            .path(&format!("acme-{version}.crate"))
            .display()
            .to_string()
    };
    let first = run(&format!("add --offline {}", file("1.0.0")));
    let second = run(&format!("add --offline {}", file("1.1.0")));
    let yanked = run("yank acme@1.0.0");
    let removed = run("remove acme@1.1.0 --yes");
    let log = Log::read(&trace);
    let corp = sandbox.mirror().join("registries/corp");
    let record = sandbox.mirror().join("access/crates/corp/acme.json");
    let logs = sandbox.mirror().join("access/log");
    for count in 0..=removed {
        for cut in CUTS {
            let told = format!("{cut:?} after {count} of {removed}");
            let disk = log.replay(count, cut);
            let text = |path: &Path| {
                let bytes = disk.get(path).map(|(bytes, _)| bytes.clone());
                String::from_utf8(bytes.unwrap_or_default()).unwrap()
            };
            let lines = text(&corp.join("index/ac/me/acme"));
            let mut versions = Vec::new();
            for line in lines.lines() {
                let line: serde_json::Value = serde_json::from_str(line)
                    .unwrap_or_else(|cause| panic!("{cause}: {line:?} {told}"));
                let version = line["vers"].as_str().unwrap().to_owned();
                let (bytes, _) = &disk[&corp.join(format!("acme-{version}.crate"))];
                let mut hashing = Hashing::default();
                hashing.update(bytes);
                let hash = hashing.finish().to_string();
                assert_eq!(line["cksum"], hash.as_str(), "{version}: {told}");
                // Whose it is was there before it was, and who did it is in the log.
                let quoted = format!("\"{version}\"");
                assert!(
                    text(&record).contains(&quoted),
                    "{version} has no record: {told}"
                );
                let mut logs = disk.iter().filter(|(path, _)| path.starts_with(&logs));
                let logged = logs.any(|(_, (log, _))| {
                    String::from_utf8_lossy(log)
                        .lines()
                        .any(|entry| entry.contains(&quoted))
                });
                assert!(logged, "{version} has no entry in the log: {told}");
                versions.push((version, line["yanked"] == true));
            }
            let has = |version: &str| versions.iter().find(|(known, _)| known == version);
            assert!(
                count < first || has("1.0.0").is_some(),
                "1.0.0 is lost: {told}"
            );
            let until = count < second || count >= yanked;
            assert!(until || has("1.1.0").is_some(), "1.1.0 is lost: {told}");
            let is_yanked = has("1.0.0").is_some_and(|(_, yanked)| *yanked);
            assert!(count < yanked || is_yanked, "the yank is lost: {told}");
            assert!(
                count < removed || has("1.1.0").is_none(),
                "1.1.0 is back: {told}"
            );
        }
    }
    assert!(removed > 60, "{removed} entries");
}

#[test]
fn a_full_disk_takes_a_version_whole_or_not_at_all() {
    requires!(mount);
    let upstream = Registry::new([]);
    let sandbox = Sandbox::new(&upstream);
    let run = |mirror: &Path, line: &[&str]| {
        let run = sandbox.program(line).env("CARGO_MIRROR_DIR", mirror);
        run.outcome().no_panic()
    };
    let prepared = sandbox.path("prepared");
    run(
        &prepared,
        &["registry", "new", "corp", "--url", "https://r.example/"],
    )
    .exits(0);
    let first = sandbox.path("acme-1.0.0.crate");
    write(&first, Crate::new("acme", "1.0.0").bytes());
    run(&prepared, &["add", "--offline", first.to_str().unwrap()]).exits(0);
    let second = sandbox.path("acme-1.1.0.crate");
    write(&second, Crate::new("acme", "1.1.0").weight(60_000).bytes());
    let add = ["add", "--offline", second.to_str().unwrap()];
    // The small disk is there for the program only, so what it wrote is copied out before it is gone.
    let script = "mirror=$1; prepared=$2; saved=$3; size=$4; shift 4; \
                  mount -t tmpfs -o size=${size}k none \"$mirror\" || exit 99; cp -a \"$prepared/.\" \"$mirror\"; \
                  \"$@\"; code=$?; cp -a \"$mirror\" \"$saved\"; exit $code";
    let mut full = 0;
    // Room for what is there, and a page more each time.
    for size in (64..).step_by(8) {
        let (mirror, saved) = (sandbox.mirror(), sandbox.path(&format!("saved-{size}")));
        fs::create_dir(&mirror).unwrap();
        let size = size.to_string();
        let folders = [&mirror, &prepared, &saved].map(|path| path.to_str().unwrap());
        let outcome = sandbox.program(add);
        let outcome = outcome
            .in_mounts(script, &[&folders[..], &[&size]].concat())
            .outcome()
            .no_panic();
        fs::remove_dir(&mirror).unwrap();
        run(&saved, &["verify"]).exits(0);
        // What is there has its entry in the log, and what is not was not said to be.
        let index = saved.join("registries/corp/index/ac/me/acme");
        let (lines, logged) = (
            fs::read_to_string(index).unwrap_or_default(),
            entries(&saved),
        );
        for version in ["\"1.0.0\"", "\"1.1.0\""] {
            let there = lines.contains(version);
            assert!(
                !there || logged.contains(version),
                "{version} at {size} kB: {logged}"
            );
        }
        if outcome.code == Some(0) {
            break;
        }
        full += 1;
        outcome.exits(101).says("No space left");
        // With room the same command completes.
        run(&saved, &add).exits(0);
        let lines = fs::read_to_string(saved.join("registries/corp/index/ac/me/acme")).unwrap();
        assert_eq!(lines.lines().count(), 2, "at {size} kB: {lines}");
        run(&saved, &["verify", "--archives"]).exits(0);
    }
    assert!(full > 3, "only {full} levels were too small");
}

/// A file where a folder is to be: whoever wants to write into it fails, the administrator as well.
fn blocked(path: &Path) {
    let _ = fs::remove_dir_all(path);
    write(path, "");
}

#[test]
fn nothing_is_visible_of_which_the_audit_log_has_no_entry() {
    let world = World::new(&[], &[]);
    let token = world.publisher("alice");
    let upload = |version: &str| {
        let bytes = Crate::new("acme", version).bytes();
        world.upload(&token, &metadata("acme", version), &bytes)
    };
    upload("1.0.0").is(200);
    let before = world.lines("ac/me/acme");
    let log = world.sandbox.mirror().join("access/log");
    blocked(&log);
    let refused = upload("1.1.0").is(500).text();
    assert!(
        refused.contains("nothing was done, because the audit log takes no entry of it"),
        "{refused}"
    );
    // Nothing of this machine is told to a client.
    assert!(!refused.contains("access/log"), "{refused}");
    let yank = "/registries/corp/api/v1/crates/acme/1.0.0/yank";
    let key = [("Authorization", &*token)];
    let yanked = world.server.ask("DELETE", yank, &key).is(500).text();
    assert!(yanked.contains("nothing was done"), "{yanked}");
    for line in ["yank acme@1.0.0", "remove acme@1.0.0 --yes"] {
        let refused = world.run(line).exits(101);
        refused
            .says("nothing was done, because the audit log takes no entry of it")
            .says("then try again");
    }
    let krate = world.sandbox.path("acme-1.2.0.crate");
    write(&krate, Crate::new("acme", "1.2.0").bytes());
    world
        .run(&format!("add --offline {}", krate.display()))
        .exits(101)
        .says("nothing was done, because the audit log takes no entry of it");
    // What comes after the fact says that it is one.
    world
        .run("user new bob")
        .exits(101)
        .says("took no entry of it");
    world
        .run("owner add acme bob")
        .exits(101)
        .says("bob now owns `acme`, but the audit log took no entry of it");
    let made = world.run("token new --user bob --scope read").exits(101);
    made.says("nothing was done").never_says("cmr_");
    assert_eq!(world.lines("ac/me/acme"), before);
    fs::remove_file(&log).unwrap();
    upload("1.1.0").is(200);
    world
        .run(&format!("add --offline {}", krate.display()))
        .exits(0);
    assert_eq!(world.lines("ac/me/acme").lines().count(), 3);
    let said = world.server.stop();
    said.says("the audit log takes no entry of it")
        .says("access/log");
}

#[test]
fn a_hook_that_cannot_be_told_is_told_of() {
    let world = World::new(&[], &[]);
    let token = world.publisher("alice");
    let settings = world.sandbox.mirror().join("mirror.toml");
    let hook =
        "\n[[registries.corp.webhooks]]\nurl = \"http://127.0.0.1:1/\"\nsecret-file = \"secret\"\n";
    write(&settings, fs::read_to_string(&settings).unwrap() + hook);
    blocked(&world.sandbox.mirror().join(".mirror/webhooks"));
    world.server.until("reads its settings", |_| {
        let version = format!("1.0.{}", world.lines("ac/me/acme").lines().count());
        let bytes = Crate::new("acme", &version).bytes();
        world
            .upload(&token, &metadata("acme", &version), &bytes)
            .is(200);
        world.server.stats()["hooks_lost"].as_u64() > Some(0)
    });
    world
        .run("yank acme@1.0.0")
        .exits(0)
        .says("it is done, but no web hook will be told of it");
    assert!(world.lines("ac/me/acme").contains("\"yanked\":true"));
    let metrics = world.server.get("/metrics").text();
    assert!(
        !metrics.contains("cargo_mirror_hooks_lost_total 0\n"),
        "{metrics}"
    );
    let said = world.server.stop();
    said.says("web hooks will not be told of a change");
}
