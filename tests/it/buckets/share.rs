//! `serve --store`: many servers, one bucket.

use std::time::Duration;

use crate::buckets::push::{crates, with_keys};
use crate::fixture::bucket::{Bucket, BucketFault, Manners, SECRET};
use crate::fixture::package::Dep;
use crate::fixture::project::{Project, write};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::{CARGO, Sandbox};
use crate::fixture::served::Served;
use crate::fixture::settings;

pub(crate) const WIDE: &str = "/crates-io/dl/wide/3.1.4/download";

pub(crate) struct World {
    pub(crate) registry: Registry,
    pub(crate) sandbox: Sandbox,
    pub(crate) project: Project,
    pub(crate) bucket: Bucket,
}

impl World {
    pub(crate) fn new() -> Self {
        let registry = Registry::new(crates());
        let sandbox = Sandbox::new(&registry);
        let project = sandbox.project("app", &[Dep::new("middle", "0.2"), Dep::new("wide", "3")]);
        registry.forget();
        Self {
            registry,
            sandbox,
            project,
            bucket: Bucket::s3(),
        }
    }

    /// A server with a mirror of its own.
    pub(crate) fn serve(&self, mirror: &str, arguments: &[&str]) -> Served {
        Served::run(self.server(mirror, arguments))
    }

    pub(crate) fn server(&self, mirror: &str, arguments: &[&str]) -> crate::fixture::command::Run {
        let url = self.bucket.url("team");
        let run = self
            .sandbox
            .program(["serve", "--listen", "127.0.0.1:0", "--store", &url])
            .args(arguments);
        with_keys(run, &self.bucket).env("CARGO_MIRROR_DIR", self.sandbox.path(mirror))
    }

    /// Waits until the bucket has a line.
    pub(crate) fn until_listed(&self, name: &str) -> String {
        let key = format!("team/crates-io/index/{name}");
        let begun = std::time::Instant::now();
        loop {
            let text = self.bucket.text(&key);
            if !text.is_empty() {
                return text;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "{key} is not there"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn fetched(&self, name: &str, version: &str) -> usize {
        self.registry
            .count(&self.registry.download_path(name, version))
    }

    /// The real cargo builds from a server.
    pub(crate) fn builds(&self, served: &Served) {
        let build = served
            .cargo(&self.sandbox, &["build", "--locked"])
            .env("CARGO_TARGET_DIR", self.sandbox.fresh("target"))
            .within(&self.project.folder);
        build.outcome().exits(0);
    }
}

#[test]
fn what_one_server_has_fetched_the_others_have() {
    let world = World::new();
    let first = world.serve("first", &[]);
    let whole = first.get(WIDE).is(200).body;
    assert_eq!(whole, world.registry.bytes("wide", "3.1.4"));
    assert_eq!(
        world.until_listed("wi/de/wide"),
        world.registry.line("wide", "3.1.4") + "\n"
    );
    let object = world
        .bucket
        .object("team/crates-io/wide-3.1.4.crate")
        .unwrap();
    assert_eq!(object.bytes, whole);
    let second = world.serve("second", &[]);
    assert_eq!(second.get(WIDE).is(200).body, whole);
    assert_eq!(world.fetched("wide", "3.1.4"), 1);
    first.stop().exits(0).never_says(SECRET);
    second.stop().exits(0);
    let left = world.bucket.keys().into_iter();
    let left: Vec<String> = left.filter(|key| key.contains("/.mirror/")).collect();
    assert_eq!(
        left,
        Vec::<String>::new(),
        "leases and claims go with their servers"
    );
    assert_eq!(world.bucket.foreign_logins(), Vec::<String>::new());
}

#[test]
fn a_new_server_serves_the_bucket_while_upstream_is_gone() {
    let world = World::new();
    let first = world.serve("first", &[]);
    world.builds(&first);
    for name in ["le/af/leaf", "mi/dd/middle", "wi/de/wide"] {
        world.until_listed(name);
    }
    first.stop().exits(0);
    let World {
        registry,
        sandbox,
        project,
        bucket,
    } = world;
    let gone = registry.index();
    drop(registry);
    let world = World {
        registry: Registry::new([]),
        sandbox,
        project,
        bucket,
    };
    let run = world
        .server("second", &[])
        .env("CARGO_MIRROR_UPSTREAM", gone);
    let second = Served::run(run);
    world.builds(&second);
    second.stop().exits(0);
}

/// All ask for one new version in the same moment.
#[test]
fn of_many_servers_few_ask_upstream_and_one_line_is_written() {
    let world = World::new();
    let count = if settings::full() { 50 } else { 6 };
    let servers: Vec<Served> = (0..count)
        .map(|number| world.serve(&format!("mirror-{number}"), &[]))
        .collect();
    let whole = world.registry.bytes("wide", "3.1.4");
    std::thread::scope(|scope| {
        for server in &servers {
            scope.spawn(|| assert_eq!(server.get(WIDE).is(200).body, whole));
        }
    });
    assert_eq!(
        world.until_listed("wi/de/wide"),
        world.registry.line("wide", "3.1.4") + "\n"
    );
    let fetched = world.fetched("wide", "3.1.4");
    assert!(fetched <= 3, "{fetched} servers asked upstream");
    assert_eq!(world.bucket.overwritten(), Vec::<String>::new());
    for server in servers {
        server.stop().exits(0);
    }
    assert_eq!(world.until_listed("wi/de/wide").lines().count(), 1);
}

#[test]
fn cargo_follows_a_redirect_with_its_token_left_behind() {
    let world = World::new();
    let tokens = world.sandbox.path("tokens");
    write(&tokens, "read cargo-token-of-a-reader\n");
    let file = tokens.to_str().unwrap().to_owned();
    let arguments = [
        "--token-file",
        &file,
        "--redirect",
        "always",
        "--redirect-above",
        "0",
    ];
    let build = |served: &Served| {
        let index = served.index();
        let run = world
            .sandbox
            .command(CARGO)
            .args(["--config", "source.crates-io.replace-with=\"server\""])
            .args(["--config", &format!("registries.server.index={index:?}")])
            .args([
                "--config",
                "registry.global-credential-providers=[\"cargo:token\"]",
            ])
            .args(["fetch", "--locked"])
            .env("CARGO_REGISTRIES_SERVER_TOKEN", "cargo-token-of-a-reader")
            .env("CARGO_HOME", world.sandbox.fresh("cargo-home"));
        run.within(&world.project.folder).outcome().exits(0);
    };
    let first = world.serve("first", &arguments);
    build(&first);
    for name in ["le/af/leaf", "mi/dd/middle", "wi/de/wide"] {
        world.until_listed(name);
    }
    first.stop().exits(0);
    world.bucket.forget();
    let second = world.serve("second", &arguments);
    build(&second);
    let asked = world.bucket.asked().into_iter();
    let direct: Vec<String> = asked
        .filter(|asked| asked.query.contains("X-Amz-Signature"))
        .map(|asked| asked.key)
        .collect();
    // The one with a plus sign, too.
    for name in ["leaf-1.0.0+build.7", "middle-0.2.0", "wide-3.1.4"] {
        let key = format!("team/crates-io/{name}.crate");
        assert!(direct.contains(&key), "{key}: {direct:?}");
    }
    assert_eq!(world.bucket.foreign_logins(), Vec::<String>::new());
    let said = second.stop().exits(0);
    said.never_says("X-Amz-Signature").never_says(SECRET);
}

#[test]
fn a_link_is_private_and_ends() {
    requires!(curl);
    let world = World::new();
    let arguments = ["--redirect", "always"];
    let first = world.serve("first", &arguments);
    first.get(WIDE).is(200);
    world.until_listed("wi/de/wide");
    let second = world.serve("second", &arguments);
    let sent = second.get(WIDE).is(302);
    assert_eq!(sent.header("cache-control"), "private, max-age=60");
    let link = sent.header("location").to_owned();
    let status = || {
        let curl = world.sandbox.command("curl");
        let curl = curl.args(["-s", "-o", "/dev/null", "-w", "%{http_code}", &link]);
        curl.outcome().exits(0).stdout
    };
    assert_eq!(status(), "200");
    world.bucket.pass(Duration::from_secs(15 * 60 - 10));
    assert_eq!(status(), "200", "it holds a quarter of an hour at least");
    world.bucket.pass(Duration::from_mins(15));
    assert_eq!(status(), "403");
    // Small ones come from the server.
    second.get("/crates-io/dl/middle/0.2.0/download").is(200);
}

#[test]
fn other_bytes_in_the_bucket_are_an_alarm_and_clients_have_the_right_ones() {
    let world = World::new();
    world
        .bucket
        .plant("team/crates-io/wide-3.1.4.crate", "somebody else's");
    let server = world.serve("first", &[]);
    assert_eq!(
        server.get(WIDE).is(200).body,
        world.registry.bytes("wide", "3.1.4")
    );
    server.until("the alarm", |stats| {
        stats["upstream"]["checksum_mismatches"] != 0
    });
    let said = server.stop().exits(0);
    said.says("holds other bytes");
    assert_eq!(
        world.bucket.text("team/crates-io/wide-3.1.4.crate"),
        "somebody else's"
    );
    assert_eq!(world.bucket.text("team/crates-io/index/wi/de/wide"), "");
}

#[test]
fn writes_whose_answers_are_lost_happen_once() {
    let world = World::new();
    let server = world.serve("first", &[]);
    for key in ["wide-3.1.4.crate", "index/wi"] {
        world.bucket.fail_next("PUT", key, BucketFault::DropAfter);
    }
    server.get(WIDE).is(200);
    assert_eq!(world.until_listed("wi/de/wide").lines().count(), 1);
    server.stop().exits(0);
}

#[test]
fn a_store_that_cannot_be_shared_is_refused_with_the_reason() {
    let world = World::new();
    world.bucket.behave(Manners {
        checks_then_writes: Some(Duration::from_millis(15)),
        ..Manners::default()
    });
    let refused = world.server("first", &[]).outcome().exits(101);
    let refused = refused.says("is no place for a mirror: of two that make one object, one does");
    refused.says("cargo mirror doctor URL");
}

#[test]
fn the_hosted_registries_of_a_folder_are_not_those_of_the_bucket_and_it_is_said() {
    let world = World::new();
    let new = ["registry", "new", "corp", "--url", "https://r.example/"];
    let new = world.sandbox.program(new);
    new.env("CARGO_MIRROR_DIR", world.sandbox.path("first"))
        .outcome()
        .exits(0);
    let refused = world.server("first", &[]).outcome().exits(101);
    refused
        .says("this mirror's folder hosts registries of its own (corp)")
        .says("cargo mirror registry new NAME --store URL");
}

#[test]
fn readyz_says_when_the_bucket_does_not_answer() {
    let world = World::new();
    let server = world.serve("first", &[]);
    server.get("/readyz").is(200);
    let lists = || {
        world
            .bucket
            .asked()
            .into_iter()
            // The server looks at leases now and then, whoever asks.
            .filter(|it| it.query.contains("list") && !it.query.contains("leases"))
            .count()
    };
    let before = lists();
    for _ in 0..5 {
        server.get("/readyz").is(200);
    }
    assert_eq!(lists(), before);
    server.stop().exits(0);
    let other = World::new();
    let server = other.serve("first", &[]);
    for _ in 0..8 {
        other
            .bucket
            .fail_next("HEAD", "config.json", BucketFault::Status(500));
    }
    server.get("/readyz").is(503);
    server.stop().exits(0);
}
