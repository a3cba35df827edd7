//! Kills after each write of a publish, two publishers of one version, and publishing while others work on the mirror.

use std::fs;
use std::thread;

use crate::fixture::package::Crate;
use crate::fixture::project::write;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::hosted::world::{World, metadata};

const KILL: &str = "CARGO_MIRROR_TEST_KILL";

#[test]
fn a_kill_after_any_write_leaves_a_whole_version_or_none() {
    for step in [
        "published-bytes:1",
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
        assert!(visible.is_empty() || visible.ends_with("}\n") && bytes.exists(), "{step}: {visible}");
        sandbox.program(["verify"]).outcome().exits(0);
        add().outcome().exits(0);
        let line = fs::read_to_string(&index).unwrap();
        assert_eq!(line.lines().count(), 1, "{step}");
        let record = fs::read_to_string(sandbox.mirror().join("access/crates/corp/acme.json")).unwrap();
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
        world.upload(&token, &metadata("acme", "1.0.0"), &krate.bytes()).status
    };
    let mut statuses: Vec<u16> = thread::scope(|scope| {
        let threads: Vec<_> = (0..6).map(|digit| scope.spawn(move || upload(digit))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409]);
    assert_eq!(world.lines("ac/me/acme").lines().count(), 1);
}

#[test]
fn publishing_goes_on_while_others_work_on_the_mirror() {
    let world = World::new(&[], &[]);
    let token = world.publisher("alice");
    let files = world.sandbox.path("files");
    for number in 0..5 {
        let krate = Crate::new("acme", &format!("2.0.{number}"));
        write(&files.join(format!("acme-2.0.{number}.crate")), krate.bytes());
    }
    let (world, token, files) = (&world, &token, &files);
    thread::scope(|scope| {
        scope.spawn(move || {
            for number in 0..10 {
                let version = format!("1.0.{number}");
                let bytes = Crate::new("acme", &version).bytes();
                world.upload(token, &metadata("acme", &version), &bytes).is(200);
                // In the very next answer.
                assert!(world.lines("ac/me/acme").contains(&format!("\"{version}\"")), "{version}");
            }
        });
        scope.spawn(move || {
            let add = world.sandbox.program(["add", "--offline", "--from"]).args([files]);
            add.outcome().exits(0);
        });
        scope.spawn(move || {
            for line in ["gc --yes --keep nothing", "verify", "gc --yes --keep nothing", "verify --archives"] {
                world.run(line).exits(0);
            }
        });
    });
    let lines = world.lines("ac/me/acme");
    assert_eq!(lines.lines().count(), 15, "{lines}");
    world.run("verify").exits(0);
}
