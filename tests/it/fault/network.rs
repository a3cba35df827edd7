//! Everything a network and a disk can do to a run: each ends with the right exit code and message, and leaves no bad or
//! half-written file under a final name.

use std::time::{Duration, Instant};

use crate::fixture::command::Outcome;
use crate::fixture::mirror::{Held, sound};
use crate::fixture::package::{Crate, Dep, sha256};
use crate::fixture::project::{Project, tree};
use crate::fixture::registry::{Registry, index_of};
use crate::fixture::sandbox::Sandbox;
use crate::fixture::server::Fault;

struct World {
    registry: Registry,
    sandbox: Sandbox,
    project: Project,
}

/// Three crates; what goes wrong goes wrong with `beta`.
fn world() -> World {
    let registry = Registry::new([
        Crate::new("alpha", "1.0.0"),
        Crate::new("beta", "1.0.0").weight(50_000),
        Crate::new("gamma", "1.0.0"),
    ]);
    let sandbox = Sandbox::new(&registry);
    let deps = ["alpha", "beta", "gamma"].map(|name| Dep::new(name, "1"));
    let project = sandbox.project("app", &deps);
    World {
        registry,
        sandbox,
        project,
    }
}

impl World {
    fn download(&self) -> String {
        self.registry.download_path("beta", "1.0.0")
    }

    /// Runs `vendor` with little patience and one try more.
    fn vendor(&self, json: bool) -> Outcome {
        self.registry.forget();
        let format = if json { "json" } else { "human" };
        self.sandbox
            .program(["vendor", "--message-format", format])
            .within(&self.project.folder)
            .env("CARGO_HTTP_TIMEOUT", "1")
            .env("CARGO_NET_RETRY", "1")
            .outcome()
            .no_panic()
    }

    #[track_caller]
    fn held(&self) -> Held {
        sound(&self.sandbox.mirror(), &self.registry)
    }

    /// The fault goes away by itself or by a second try.
    #[track_caller]
    fn recovers(&self) {
        self.vendor(false).exits(0).says("; ready offline");
        assert_eq!(self.held().names().len(), 3);
        self.sandbox.builds(&self.project);
    }

    /// The fault stays: `beta` is named with `said`, the config is not touched, everything else is there, and once the
    /// fault is gone the next run completes.
    #[track_caller]
    fn fails(&self, said: &str) {
        let run = self.vendor(false).exits(101);
        let named = run
            .stderr
            .lines()
            .any(|line| line.trim_start().starts_with("error:") && line.contains("beta@1.0.0"));
        assert!(named, "no `error:` line names beta@1.0.0\n{run}");
        let run = run.says(said).says("help:").never_says("; ready offline");
        run.never_says("alpha@1.0.0");
        assert!(!self.project.config().exists());
        assert_eq!(self.held().names(), ["alpha-1.0.0", "gamma-1.0.0"]);

        let report = self.vendor(true).exits(101).report();
        let failed = report["failed"].as_array().expect("failures are a list");
        assert_eq!(failed.len(), 1, "{report}");
        assert_eq!(failed[0]["package"], "beta@1.0.0");
        let cause = failed[0]["cause"].as_str().expect("a cause is text");
        assert!(cause.contains(said), "{cause}");

        self.registry.mend();
        let line = Crate::new("beta", "1.0.0").weight(50_000).line();
        self.registry.put_line("beta", "1.0.0", &line);
        self.recovers();
    }
}

#[test]
fn wrong_bytes() {
    let world = world();
    let wrong = b"<html>Log in to the wireless network</html>".to_vec();
    world
        .registry
        .always(&world.download(), Fault::Bytes(wrong));
    world.fails("checksum");
}

#[test]
fn wrong_bytes_of_the_right_length() {
    let world = world();
    let mut wrong = world.registry.bytes("beta", "1.0.0");
    wrong[100] ^= 1;
    world
        .registry
        .always(&world.download(), Fault::Bytes(wrong));
    world.fails("checksum");
}

#[test]
fn wrong_bytes_once_are_not_the_end() {
    let world = world();
    let wrong = Fault::Bytes(b"half a login page".to_vec());
    world.registry.fail_next(&world.download(), [wrong]);
    // Whether a second look is taken or not: nothing wrong may stay.
    let run = world.vendor(false);
    assert!(matches!(run.code, Some(0 | 101)), "{run}");
    world.held();
    world.recovers();
}

#[test]
fn a_truncated_body() {
    let world = world();
    world
        .registry
        .always(&world.download(), Fault::Truncate(20_000));
    world.fails("/dl/beta/1.0.0/download");
}

#[test]
fn a_body_truncated_once() {
    let world = world();
    world
        .registry
        .fail_next(&world.download(), [Fault::Truncate(20_000)]);
    world.recovers();
    assert_eq!(world.registry.count(&world.download()), 2);
}

#[test]
fn a_stalled_body() {
    let world = world();
    world
        .registry
        .always(&world.download(), Fault::Stall(20_000));
    world.fails("no data");
}

#[test]
fn a_body_stalled_once() {
    let world = world();
    world
        .registry
        .fail_next(&world.download(), [Fault::Stall(0)]);
    world.recovers();
    assert_eq!(world.registry.count(&world.download()), 2);
}

#[test]
fn a_slow_body_is_no_stalled_one() {
    let world = world();
    let slow = Fault::Slow(Duration::from_millis(400));
    world.registry.always(&world.download(), slow.clone());
    world.registry.always(&index_of("beta"), slow);
    world.recovers();
    assert_eq!(world.registry.count(&world.download()), 1);
}

#[test]
fn an_error_of_the_server_and_then_none() {
    for path in [
        index_of("beta"),
        "/dl/beta/1.0.0/download".to_owned(),
        "/index/config.json".to_owned(),
    ] {
        let world = world();
        world.registry.fail_next(&path, [Fault::Status(500)]);
        world.recovers();
        assert_eq!(world.registry.count(&path), 2, "{path}");
    }
}

#[test]
fn an_error_of_the_server_that_stays() {
    let world = world();
    world.registry.always(&world.download(), Fault::Status(500));
    world.fails("500");
}

#[test]
fn tries_are_as_many_as_cargos_config_says() {
    let world = world();
    world.registry.always(&world.download(), Fault::Status(503));
    let run = world
        .sandbox
        .program(["vendor"])
        .within(&world.project.folder);
    world.registry.forget();
    run.env("CARGO_NET_RETRY", "0")
        .outcome()
        .exits(101)
        .says("503");
    assert_eq!(world.registry.count(&world.download()), 1);
    world.registry.forget();
    world.vendor(false).exits(101);
    assert_eq!(world.registry.count(&world.download()), 2);
}

#[test]
fn too_many_requests_with_retry_after() {
    let world = world();
    let pause = Fault::RetryAfter(429, "2");
    world.registry.fail_next(&world.download(), [pause]);
    let start = Instant::now();
    world.recovers();
    assert!(start.elapsed() >= Duration::from_secs(2), "it did not wait");
    assert_eq!(world.registry.count(&world.download()), 2);
}

#[test]
fn too_many_requests_for_good() {
    let world = world();
    world
        .registry
        .always(&world.download(), Fault::RetryAfter(429, "0"));
    world.fails("429");
}

#[test]
fn a_server_cannot_make_us_wait_for_an_hour() {
    let world = world();
    let pause = Fault::RetryAfter(429, "3600");
    world.registry.fail_next(&world.download(), [pause]);
    let run = world
        .sandbox
        .program(["vendor", "--message-format", "json"]);
    let mut running = run.within(&world.project.folder).start();
    let retry = running.line_with(r#""reason":"retry""#);
    running.kill();
    let retry: serde_json::Value = serde_json::from_str(&retry).expect("it is JSON");
    let pause = retry["milliseconds"].as_u64().expect("it is a number");
    assert!((1_000..=60_000).contains(&pause), "{pause}");
}

#[test]
fn forbidden_gone_and_not_found_are_final() {
    for status in [403, 404, 410] {
        let world = world();
        world
            .registry
            .always(&world.download(), Fault::Status(status));
        world.vendor(false).exits(101);
        assert_eq!(world.registry.count(&world.download()), 1, "{status}");
        world.fails(&status.to_string());
    }
}

#[test]
fn a_crate_the_index_does_not_have() {
    for status in [404, 410, 451] {
        let world = world();
        world
            .registry
            .always(&index_of("beta"), Fault::Status(status));
        world.fails("does not have");
    }
}

#[test]
fn a_version_the_index_does_not_have() {
    let world = world();
    world
        .registry
        .serve(&index_of("beta"), Crate::new("beta", "1.0.1").line() + "\n");
    world.fails("does not have");
}

#[test]
fn a_cut_connection() {
    let world = world();
    world.registry.always(&world.download(), Fault::Cut);
    world.fails("/dl/beta/1.0.0/download");
}

#[test]
fn a_connection_cut_once() {
    for path in [
        index_of("beta"),
        "/dl/beta/1.0.0/download".to_owned(),
        "/index/config.json".to_owned(),
    ] {
        let world = world();
        world.registry.fail_next(&path, [Fault::Cut]);
        world.recovers();
    }
}

#[test]
fn index_and_lockfile_disagree() {
    let world = world();
    // Published again, with other bytes, as no registry should.
    let other = Crate::new("beta", "1.0.0").weight(50_001);
    world.registry.put_line("beta", "1.0.0", &other.line());
    let run = world.vendor(false).exits(101);
    run.says("beta@1.0.0").says("lockfile").says("index");
    assert!(!world.project.config().exists());
    let other = Crate::new("beta", "1.0.0").weight(50_000);
    world.registry.put_line("beta", "1.0.0", &other.line());
    assert_eq!(world.held().names().len(), world.held().index.len());
    world.recovers();
}

#[test]
fn the_mirror_holds_other_bytes_under_this_version() {
    let world = world();
    world.recovers();
    let held = world.held();
    let mirror = tree(&world.sandbox.mirror().join("crates-io"));
    // Somebody's registry published it again, and somebody's lockfile believes that.
    let other = Crate::new("beta", "1.0.0").weight(50_001);
    let config = world.project.read(".cargo/config.toml");
    let checksum = |krate: &Crate| sha256(&krate.bytes());
    let lockfile = world.project.read("Cargo.lock");
    let former = sha256(&held.crates["beta-1.0.0"]);
    world
        .project
        .write("Cargo.lock", lockfile.replace(&former, &checksum(&other)));
    world.registry.publish(&other);
    let run = world.vendor(false).exits(101);
    run.says("beta@1.0.0").says(&former).says("help:");
    assert_eq!(
        tree(&world.sandbox.mirror().join("crates-io")),
        mirror,
        "what is there is not overwritten"
    );
    assert_eq!(world.project.read(".cargo/config.toml"), config);
}

#[test]
fn a_redirect_is_followed() {
    let world = world();
    let bytes = world.registry.bytes("beta", "1.0.0");
    world.registry.serve("/elsewhere/beta.crate", bytes);
    let there = Fault::Redirect("/elsewhere/beta.crate".to_owned());
    world.registry.always(&world.download(), there);
    world.recovers();
    assert_eq!(world.registry.count("/elsewhere/beta.crate"), 1);
}

#[test]
fn a_redirect_in_a_circle_ends() {
    let world = world();
    let there = Fault::Redirect(world.download());
    world.registry.always(&world.download(), there);
    world.fails("redirect");
    assert!(world.registry.count(&world.download()) < 50);
}

#[test]
fn a_redirect_to_a_file_is_not_followed() {
    let world = world();
    let there = Fault::Redirect("file:///etc/passwd".to_owned());
    world.registry.always(&world.download(), there);
    world.fails("/dl/beta/1.0.0/download");
}

#[test]
fn a_registry_that_is_down_is_said_once_and_soon() {
    let world = world();
    let run = world
        .sandbox
        .program(["vendor"])
        .within(&world.project.folder);
    let run = run.env("CARGO_MIRROR_UPSTREAM", "sparse+http://127.0.0.1:1/index/");
    let start = Instant::now();
    let run = run
        .env("CARGO_NET_RETRY", "1")
        .outcome()
        .no_panic()
        .exits(101);
    assert!(start.elapsed() < Duration::from_secs(30));
    run.says("127.0.0.1").says("help:");
    assert!(!world.project.config().exists());
    assert!(world.held().crates.is_empty());
}

#[test]
fn a_config_json_that_is_none() {
    for (bytes, said) in [
        (b"<html>".to_vec(), "config.json"),
        (b"{}".to_vec(), "config.json"),
        (br#"{"dl":"ftp://r.example/{crate}"}"#.to_vec(), "ftp"),
        (br#"{"dl":"file:///etc/{crate}"}"#.to_vec(), "file"),
    ] {
        let world = world();
        world.registry.serve("/index/config.json", bytes);
        let run = world.vendor(false).exits(101);
        run.says(said);
        assert!(world.held().crates.is_empty());
        assert!(!world.project.config().exists());
    }
}
