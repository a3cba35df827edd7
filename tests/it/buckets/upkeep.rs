//! `verify`, `repair` and `gc` of a bucket, and the leases they take.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::buckets::push::with_keys;
use crate::buckets::share::{WIDE, World};
use crate::fixture::command::Run;
use crate::fixture::package::Crate;

impl World {
    fn program(&self, arguments: &[&str]) -> Run {
        let run = self.sandbox.program(arguments);
        with_keys(run, &self.bucket).env("CARGO_MIRROR_DIR", self.sandbox.path("operator"))
    }

    /// A bucket that holds what the project needs, with its root.
    fn filled() -> Self {
        let world = Self::new();
        let prefetch = world
            .program(&["prefetch", "."])
            .within(&world.project.folder);
        prefetch.outcome().exits(0);
        world.program(&["push", &world.url()]).outcome().exits(0);
        world
    }

    /// The same, and a crate that no root wants: a server has fetched it.
    fn with_extra() -> Self {
        let world = Self::filled();
        let server = world.serve("server", &[]);
        world.registry.publish(&Crate::new("extra", "1.0.0"));
        server.get("/crates-io/dl/extra/1.0.0/download").is(200);
        world.until_listed("ex/tr/extra");
        server.stop().exits(0);
        world
    }

    fn url(&self) -> String {
        self.bucket.url("team")
    }
}

#[test]
fn damage_is_found_and_taken_out_and_the_next_server_brings_it_back() {
    let world = World::filled();
    let url = world.url();
    let sound = world.program(&["verify", &url]).outcome().exits(0);
    sound.answers("3 crates, ").answers(": sound");
    let wide = "team/crates-io/wide-3.1.4.crate";
    world.bucket.remove(wide);
    world.bucket.plant(wide, "other bytes");
    world.bucket.remove("team/crates-io/middle-0.2.0.crate");
    world
        .bucket
        .plant("team/crates-io/orphan-1.0.0.crate", "nobody's");
    let damaged = world.program(&["verify", &url]).outcome().exits(1);
    let damaged = damaged.says("wide@3.1.4: its bytes have the SHA-256");
    let damaged = damaged.says("middle@0.2.0: its bytes are missing");
    damaged.answers("1 without a line");
    let repaired = world.program(&["repair", &url]).outcome().exits(0);
    repaired
        .answers("took out orphan@1.0.0: it has no line")
        .answers(": sound");
    assert!(world.bucket.object(wide).is_none());
    assert_eq!(world.bucket.text("team/crates-io/index/wi/de/wide"), "");
    world
        .program(&["verify", &url])
        .outcome()
        .exits(0)
        .answers("1 crate, ");
    let server = world.serve("server", &[]);
    server.get(WIDE).is(200);
    world.until_listed("wi/de/wide");
    server.stop().exits(0);
    world
        .program(&["verify", &url])
        .outcome()
        .exits(0)
        .answers("2 crates, ");
}

#[test]
fn gc_drops_what_no_pushed_root_wants() {
    let world = World::with_extra();
    let url = world.url();
    let dry = world.program(&["gc", &url]).outcome().exits(0);
    dry.answers("drop extra@1.0.0\nwould drop 1 crate");
    assert!(
        world
            .bucket
            .object("team/crates-io/extra-1.0.0.crate")
            .is_some()
    );
    world
        .program(&["gc", "--yes", &url])
        .outcome()
        .exits(0)
        .answers("dropped 1 crate");
    assert!(
        world
            .bucket
            .object("team/crates-io/extra-1.0.0.crate")
            .is_none()
    );
    world
        .program(&["verify", &url])
        .outcome()
        .exits(0)
        .answers("3 crates, ");
    let rootless = World::new();
    let by_age = rootless.program(&["gc", "--older-than", "1d", &rootless.url()]);
    by_age.outcome().exits(0).answers("would drop 0 crates");
    let empty = rootless
        .program(&["gc", &rootless.url()])
        .outcome()
        .exits(101);
    empty.says("where no root was pushed");
}

/// Servers that fill a bucket by themselves push no roots for it: age and size bound it.
#[test]
fn gc_keeps_what_came_lately_and_stops_at_a_size() {
    let world = World::with_extra();
    let url = world.url();
    let gc = |words: &[&str]| world.program(&[&["gc"], words, &[&url]].concat());
    let young = gc(&["--older-than", "1d", "--yes"]).outcome().exits(0);
    young.answers("dropped 0 crates");
    let kept = gc(&["--keep", "ext*", "--yes"]).outcome().exits(0);
    kept.answers("dropped 0 crates");
    let small = gc(&["--max-size", "1GB", "--yes"]).outcome().exits(0);
    small.answers("dropped 0 crates");
    // What roots want stays, however little room there is to be.
    let most = gc(&["--max-size", "1"]).outcome().exits(1);
    most.answers("drop extra@1.0.0\nwould drop 1 crate");
    let later = world.sandbox.path("later");
    std::fs::write(&later, (2 * 24 * 3600).to_string()).unwrap();
    let old = gc(&["--older-than", "1d", "--yes"]).env("CARGO_MIRROR_CLOCK_OFFSET", &later);
    old.outcome().exits(0).answers("dropped 1 crate");
    let verified = world.program(&["verify", &url]).outcome().exits(0);
    verified.answers("3 crates, ");
}

/// Whoever removes waits until servers have paused; they go on to serve meanwhile, and add when it is done.
#[cfg(unix)]
#[test]
fn removing_waits_for_servers_and_servers_for_removing() {
    requires!(debug_build);
    let world = World::filled();
    let server = crate::fixture::served::Served::run(
        world
            .server("server", &[])
            .env("CARGO_MIRROR_TEST_LEASE", "6"),
    );
    let stopped = crate::fixture::served::Served::run(
        world
            .server("stopped", &[])
            .env("CARGO_MIRROR_TEST_LEASE", "6"),
    );
    // A process that is stopped pauses nothing; its lease runs out instead.
    stopped.signal("STOP");
    let done = Arc::new(AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let begun = Instant::now();
            let gc = world.program(&["gc", "--yes", &world.url()]);
            gc.env("CARGO_MIRROR_TEST_LEASE", "6").outcome().exits(0);
            assert!(begun.elapsed() < Duration::from_secs(40));
            done.store(true, Ordering::SeqCst);
        });
        while !done.load(Ordering::SeqCst) {
            server.get(WIDE).is(200);
            std::thread::sleep(Duration::from_millis(100));
        }
    });
    stopped.signal("CONT");
    // The one that was stopped finds its lease gone, takes a new one, and adds.
    world.registry.publish(&Crate::new("later", "1.0.0"));
    stopped.get("/crates-io/dl/later/1.0.0/download").is(200);
    world.until_listed("la/te/later");
    stopped.stop().exits(0);
    server.stop().exits(0);
    world.program(&["verify", &world.url()]).outcome().exits(0);
}
