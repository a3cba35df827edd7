//! What people who run mirrors, caches and registries have reported of other programs, tried on this one. Each test names the
//! thread that it comes from.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use crate::fixture::command::Outcome;
use crate::fixture::package::{Crate, Dep, index_path};
use crate::fixture::project::Project;
use crate::fixture::registry::{Registry, index_of};
use crate::fixture::sandbox::{CARGO, Sandbox};
use crate::fixture::served::{Answer, Served};
use crate::fixture::server::Fault;
use crate::fixture::wait::until;

fn download(name: &str, version: &str) -> String {
    format!("/crates-io/dl/{name}/{version}/download")
}

fn index(name: &str) -> String {
    format!("/crates-io/index/{}", index_path(name))
}

fn cargo(server: &Served, sandbox: &Sandbox, project: &Project, arguments: &[&str]) -> Outcome {
    let run = server.cargo(sandbox, arguments).within(&project.folder);
    run.env("CARGO_NET_RETRY", "0").outcome()
}

/// kellnr/kellnr#169: crates that cargo had from crates.io before fail their checksum once they come through the proxy.
#[test]
fn a_project_locked_against_crates_io_builds_on_with_a_warm_cargo_home() {
    let registry = Registry::new([
        Crate::new("bitflags", "1.3.2").needs("leaf"),
        Crate::new("leaf", "1.0.0"),
    ]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("project", &[Dep::new("bitflags", "1")]);
    sandbox.warm(&project);
    let locked = project.read("Cargo.lock");
    let server = Served::start(&sandbox, &[]);
    for home in ["warm", "cold"] {
        let run = server.cargo(&sandbox, &["fetch", "--locked"]);
        let run = run.within(&project.folder);
        let run = if home == "warm" {
            run.env("CARGO_HOME", sandbox.path("cargo-home"))
        } else {
            run
        };
        run.outcome().exits(0);
        assert_eq!(project.read("Cargo.lock"), locked, "{home}");
    }
    server.stop().exits(0).no_panic();
}

/// kellnr/kellnr#297: with the proxy turned off the index still lists what cannot be downloaded.
#[test]
fn without_upstream_the_index_offers_nothing_that_is_not_here() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0"), Crate::new("leaf", "1.1.0")]);
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    let project = sandbox.unlocked("project", &[Dep::new("leaf", "1")]);
    server.get(&download("leaf", "1.0.0")).is(200);
    server.until("stored", |stats| stats["stored"] == 1);
    server.stop().exits(0).no_panic();
    // All of upstream's index file was seen, and only one version is here.
    let server = Served::start(&sandbox, &["--only-mirrored"]);
    cargo(&server, &sandbox, &project, &["fetch"]).exits(0);
    assert!(project.read("Cargo.lock").contains("version = \"1.0.0\""));
    server.stop().exits(0).no_panic();
}

/// kellnr/kellnr#1115, rpardini/docker-registry-proxy#89: HEAD for what is not in the cache is 404, or spoils the cache.
#[test]
fn head_tells_of_a_crate_that_is_not_here_yet_and_get_brings_it() {
    for weight in [100, 400_000] {
        let registry = Registry::new([Crate::new("actix-codec", "0.5.2").weight(weight)]);
        let sandbox = Sandbox::new(&registry);
        let server = Served::start(&sandbox, &[]);
        let right = registry.bytes("actix-codec", "0.5.2");
        let path = download("actix-codec", "0.5.2");
        for _ in 0..2 {
            let head = server.ask("HEAD", &path, &[]).is(200);
            assert_eq!(head.length, Some(right.len()));
            assert!(head.body.is_empty());
        }
        assert!(server.get(&path).is(200).body == right);
        server.stop().exits(0).no_panic();
    }
}

/// moriturus/ktra#37: the upstream host resets the first connection, and the client gets a 500.
#[test]
fn a_connection_that_upstream_resets_is_not_the_clients_trouble() {
    let registry = Registry::new([Crate::new("anyhow", "1.0.41")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.unlocked("project", &[Dep::new("anyhow", "1")]);
    registry.fail_next(&index_of("anyhow"), [Fault::Cut]);
    let path = registry.download_path("anyhow", "1.0.41");
    registry.fail_next(&path, [Fault::Cut, Fault::Cut]);
    let server = Served::start(&sandbox, &[]);
    cargo(&server, &sandbox, &project, &["fetch"]).exits(0);
    server.stop().exits(0).no_panic();
}

/// panamax-rs/panamax#101, cloudflare/freighter#25, dhovart/cargo-local-registry#81: names of one, two and three letters, and
/// with capitals, are looked for in the wrong place.
#[test]
fn short_names_and_names_with_capitals_are_found() {
    let names = ["a", "xy", "log", "Inflector", "FPS", "under_score"];
    let registry = Registry::new(names.map(|name| Crate::new(name, "0.4.17")));
    let sandbox = Sandbox::new(&registry);
    let deps = names.map(|name| Dep::new(name, "0.4"));
    let project = sandbox.unlocked("project", &deps);
    let server = Served::start(&sandbox, &[]);
    cargo(&server, &sandbox, &project, &["fetch"]).exits(0);
    server.until("stored", |stats| stats["stored"] == names.len());
    server.stop().exits(0).no_panic();
    let server = Served::start(&sandbox, &["--offline"]);
    cargo(&server, &sandbox, &project, &["fetch", "--locked"]).exits(0);
    server.stop().exits(0).no_panic();
}

/// panamax-rs/panamax#39: the upstream mirror changes the layout of its files, and says so in config.json; every crate is 404.
#[test]
fn an_upstream_that_moves_its_crates_is_followed() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0"), Crate::new("leaf", "1.1.0")]);
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    server.get(&download("leaf", "1.0.0")).is(200);
    let bytes = registry.bytes("leaf", "1.1.0");
    let old = registry.download_path("leaf", "1.1.0");
    registry.always(&old, Fault::Status(404));
    registry.serve("/crates/le/af/leaf/1.1.0/leaf-1.1.0.crate", bytes.clone());
    let template = "/crates/{prefix}/{crate}/{version}/{crate}-{version}.crate";
    registry.say(&format!(r#"{{"dl":"{}{template}"}}"#, registry.root()));
    assert!(server.get(&download("leaf", "1.1.0")).is(200).body == bytes);
    server.stop().exits(0).no_panic();
}

/// panamax-rs/panamax#125: a crate for which upstream said 403 once is never asked for again.
#[test]
fn a_crate_that_was_refused_once_comes_when_upstream_gives_it() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.unlocked("project", &[Dep::new("leaf", "1")]);
    let path = registry.download_path("leaf", "1.0.0");
    let server = Served::start(&sandbox, &[]);
    registry.always(&path, Fault::Status(403));
    let refused = cargo(&server, &sandbox, &project, &["fetch"]).exits(101);
    assert!(!refused.stderr.contains("got 404"), "{refused}");
    registry.mend();
    cargo(&server, &sandbox, &project, &["fetch"]).exits(0);
    server.stop().exits(0).no_panic();
}

/// verdaccio/verdaccio#645: a network in between answers 404 at random, and the cache takes it for the truth until it is
/// started anew.
#[test]
fn a_404_at_random_harms_nobody_who_has_the_crate_and_passes() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0"), Crate::new("other", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.unlocked("project", &[Dep::new("leaf", "1")]);
    let server = Served::start(&sandbox, &["--refresh", "0s"]);
    cargo(&server, &sandbox, &project, &["fetch"]).exits(0);
    server.until("stored", |stats| stats["stored"] == 1);
    std::thread::sleep(Duration::from_millis(1100));
    for name in ["leaf", "other"] {
        registry.always(&index_of(name), Fault::Status(404));
    }
    cargo(&server, &sandbox, &project, &["fetch", "--locked"]).exits(0);
    server.get(&index("other")).is(404);
    registry.mend();
    until("back", || server.get(&index("other")).status == 200);
    until("listed as before", || {
        let leaf = server.get(&index("leaf")).is(200);
        leaf.body == format!("{}\n", registry.line("leaf", "1.0.0")).as_bytes()
    });
    server.stop().exits(0).no_panic();
}

/// verdaccio/verdaccio#6115: upstream says 304, and it is asked again at each request all the same.
#[test]
fn an_answer_of_not_modified_holds_as_long_as_a_new_one() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let offset = sandbox.path("clock");
    fs::write(&offset, "0").unwrap();
    let run = sandbox.program(["serve", "--listen", "127.0.0.1:0", "--refresh", "10m"]);
    let server = Served::run(run.env("CARGO_MIRROR_CLOCK_OFFSET", &offset));
    server.get(&index("leaf")).is(200);
    fs::write(&offset, "3600").unwrap();
    registry.forget();
    for _ in 0..5 {
        server.get(&index("leaf")).is(200);
    }
    assert_eq!(registry.count(&index_of("leaf")), 1);
    assert_eq!(registry.unchanged_and_sent().0, 1);
    server.stop().exits(0).no_panic();
}

/// devpi/devpi#817: the address of the upstream is changed, and what the old one said is served on.
#[test]
fn another_upstream_is_believed_from_the_start() {
    let old = Registry::new([Crate::new("leaf", "1.0.0"), Crate::new("only-old", "1.0.0")]);
    let new = Registry::new([Crate::new("leaf", "1.0.0"), Crate::new("leaf", "1.1.0")]);
    let sandbox = Sandbox::new(&old);
    let server = Served::start(&sandbox, &["--refresh", "1h"]);
    server.get(&index("leaf")).is(200);
    server.get(&index("only-old")).is(200);
    server.stop().exits(0).no_panic();
    let server = Served::start(&sandbox, &["--refresh", "1h", "--upstream", &new.index()]);
    let project = sandbox.unlocked("project", &[Dep::new("leaf", "1")]);
    cargo(&server, &sandbox, &project, &["fetch"]).exits(0);
    assert!(project.read("Cargo.lock").contains("version = \"1.1.0\""));
    server.get(&index("only-old")).is(404);
    server.stop().exits(0).no_panic();
}

/// pypi/warehouse#8568: one node of the upstream's CDN has index files of yesterday, so that a version comes and goes.
#[test]
fn a_version_that_comes_and_goes_upstream_builds_on_and_is_told_of_once() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0"), Crate::new("leaf", "1.1.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.unlocked("project", &[Dep::new("leaf", "1")]);
    let server = Served::start(&sandbox, &["--refresh", "0s"]);
    cargo(&server, &sandbox, &project, &["fetch"]).exits(0);
    server.until("stored", |stats| stats["stored"] == 1);
    let line = registry.line("leaf", "1.1.0");
    std::thread::sleep(Duration::from_millis(1100));
    for _ in 0..5 {
        registry.withdraw("leaf", "1.1.0");
        cargo(&server, &sandbox, &project, &["fetch", "--locked"]).exits(0);
        registry.put_line("leaf", "1.1.0", &line);
        cargo(&server, &sandbox, &project, &["fetch", "--locked"]).exits(0);
    }
    let said = server.stop().exits(0).no_panic().stderr;
    assert_eq!(said.matches("upstream has withdrawn").count(), 1, "{said}");
}

/// EpicWink/proxpi#68: of many who ask at once for what is not in the cache, some get nothing, with status 200.
#[test]
fn many_who_ask_at_once_for_what_is_not_here_all_get_all_of_it() {
    const CLIENTS: usize = 60;
    let registry = Registry::new([
        Crate::new("small", "1.0.0"),
        Crate::new("large", "1.0.0").weight(2 << 20),
    ]);
    let sandbox = Sandbox::new(&registry);
    for round in 0..3 {
        let mirror = sandbox.fresh("mirror");
        let server = Served::start(&sandbox, &["--mirror", mirror.to_str().unwrap()]);
        for name in ["small", "large"] {
            let right = registry.bytes(name, "1.0.0");
            let together = Barrier::new(CLIENTS);
            std::thread::scope(|scope| {
                for _ in 0..CLIENTS {
                    scope.spawn(|| {
                        together.wait();
                        let answer = server.get(&download(name, "1.0.0")).is(200);
                        assert!(answer.body == right, "{name}, round {round}");
                    });
                }
            });
        }
        server.stop().exits(0).no_panic();
    }
}

/// NVIDIA/nvcf#1338: a `Range` that cannot be read is refused instead of ignored.
#[test]
fn a_range_that_makes_no_sense_is_ignored() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    let right = registry.bytes("leaf", "1.0.0");
    let path = download("leaf", "1.0.0");
    server.get(&path).is(200);
    server.until("stored", |stats| stats["stored"] == 1);
    for range in [
        "bytes=0--1",
        "bytes=-",
        "bytes=a-b",
        "bites=0-1",
        "bytes=5-2",
        "",
    ] {
        let answer = server.ask("GET", &path, &[("Range", range)]);
        assert!(
            answer.status == 200 && answer.body == right,
            "{range}: {}",
            answer.status
        );
    }
    server.stop().exits(0).no_panic();
}

/// goharbor/harbor#19899 and #23750: while upstream limits requests, what is in the cache is refused with 429, and what is not
/// is said not to exist.
#[test]
fn an_upstream_that_limits_requests_hides_nothing_that_is_here_nor_that_it_has() {
    let registry = Registry::new([Crate::new("kept", "1.0.0"), Crate::new("new", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.unlocked("project", &[Dep::new("kept", "1")]);
    let other = sandbox.unlocked("other", &[Dep::new("new", "1")]);
    let run = sandbox.program(["serve", "--listen", "127.0.0.1:0", "--refresh", "0s"]);
    let server = Served::run(run.env("CARGO_NET_RETRY", "0"));
    cargo(&server, &sandbox, &project, &["fetch"]).exits(0);
    server.until("stored", |stats| stats["stored"] == 1);
    for path in [
        index_of("kept"),
        index_of("new"),
        registry.download_path("new", "1.0.0"),
    ] {
        registry.always(&path, Fault::RetryAfter(429, "2"));
    }
    cargo(&server, &sandbox, &project, &["fetch", "--locked"]).exits(0);
    for path in [index("new"), download("new", "1.0.0")] {
        let answer = server.get(&path).is(503);
        assert_ne!(answer.header("retry-after"), "");
    }
    registry.mend();
    until("built", || {
        cargo(&server, &sandbox, &other, &["fetch"]).code == Some(0)
    });
    server.stop().exits(0).no_panic();
}

/// goharbor/harbor#23750 once more: a version that was released while upstream cannot be asked is not said to be absent.
#[test]
fn a_new_version_is_not_said_to_be_absent_while_upstream_is_down() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let run = sandbox.program(["serve", "--listen", "127.0.0.1:0"]);
    let server = Served::run(run.env("CARGO_NET_RETRY", "0"));
    server.get(&index("leaf")).is(200);
    registry.publish(&Crate::new("leaf", "1.1.0"));
    registry.always(&index_of("leaf"), Fault::Status(502));
    let answer = server.get(&download("leaf", "1.1.0")).is(503);
    assert_ne!(answer.header("retry-after"), "");
    registry.mend();
    until("there", || {
        server.get(&download("leaf", "1.1.0")).status == 200
    });
    server.stop().exits(0).no_panic();
}

/// pypa/pip#6970: with many clients at once, one that holds nothing is told that nothing has changed.
#[test]
fn only_who_asks_whether_it_has_changed_is_told_that_it_has_not() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &["--refresh", "0s"]);
    let path = index("leaf");
    let tag = server.get(&path).is(200).header("etag").to_owned();
    assert_ne!(tag, "");
    registry.always(&index_of("leaf"), Fault::Slow(Duration::from_millis(50)));
    let right = format!("{}\n", registry.line("leaf", "1.0.0"));
    for _ in 0..10 {
        let together = Barrier::new(20);
        std::thread::scope(|scope| {
            for number in 0..20 {
                let (server, tag, path) = (&server, &tag, &path);
                let (together, right) = (&together, &right);
                scope.spawn(move || {
                    together.wait();
                    if number % 2 == 0 {
                        let answer = server.ask("GET", path, &[("If-None-Match", tag)]);
                        assert_eq!(answer.status, 304);
                    } else {
                        assert_eq!(server.get(path).is(200).body, right.as_bytes());
                    }
                });
            }
        });
    }
    server.stop().exits(0).no_panic();
}

/// pypi/warehouse#5605: a CDN answers 200 with nothing in it.
#[test]
fn an_empty_answer_is_neither_an_index_file_nor_a_crate() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0"), Crate::new("leaf", "1.1.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.unlocked("project", &[Dep::new("leaf", "=1.0.0")]);
    let server = Served::start(&sandbox, &["--refresh", "0s"]);
    cargo(&server, &sandbox, &project, &["fetch"]).exits(0);
    server.until("stored", |stats| stats["stored"] == 1);
    registry.always(&index_of("leaf"), Fault::Bytes(Vec::new()));
    let path = registry.download_path("leaf", "1.1.0");
    registry.always(&path, Fault::Bytes(Vec::new()));
    cargo(&server, &sandbox, &project, &["fetch", "--locked"]).exits(0);
    let answer = server.get(&download("leaf", "1.1.0"));
    assert!(matches!(answer.status, 502 | 503), "{}", answer.text());
    registry.mend();
    let right = registry.bytes("leaf", "1.1.0");
    until("whole", || {
        let answer = server.get(&download("leaf", "1.1.0"));
        answer.status == 200 && answer.body == right
    });
    server.stop().exits(0).no_panic();
}

/// killercup/cargo-edit#950: with and without a slash at its end an address is another one.
#[test]
fn the_servers_address_may_be_written_with_or_without_a_slash() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    for address in [server.base.clone(), format!("{}/", server.base)] {
        let project = sandbox.unlocked("project", &[Dep::new("leaf", "1")]);
        sandbox.run(&project, ["on", "--server", &address]).exits(0);
        let run = sandbox.command(CARGO).args(["fetch"]);
        let run = run.within(&project.folder);
        run.env("CARGO_HOME", sandbox.fresh("home"))
            .outcome()
            .exits(0);
        fs::remove_dir_all(&project.folder).unwrap();
    }
    server.stop().exits(0).no_panic();
}

/// dzikoysk/reposilite#2395: who has a right token is told 401 of what does not exist.
#[test]
fn what_does_not_exist_is_404_with_a_token_and_401_without() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    fs::write(sandbox.path("tokens"), "read sesame\n").unwrap();
    let server = Served::start(&sandbox, &["--token-file", "tokens"]);
    let token = ("Authorization", "sesame");
    for (path, status) in [
        (index("leaf"), 200),
        (index("absent"), 404),
        (download("leaf", "1.0.0"), 200),
        (download("leaf", "9.9.9"), 404),
        ("/nowhere".to_owned(), 404),
    ] {
        server.ask("GET", &path, &[token]).is(status);
        server.get(&path).is(401);
    }
    server.stop().exits(0).no_panic();
}

/// sjtug/mirror-requests#52: upstream redirects to another host, and the cache passes the redirect on to clients who cannot
/// reach that host.
#[test]
fn redirects_of_upstream_are_followed_here_and_not_by_clients() {
    let registry = Registry::new([Crate::new("libc", "0.1.0").weight(300_000)]);
    let elsewhere = Registry::new([Crate::new("libc", "0.1.0").weight(300_000)]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.unlocked("project", &[Dep::new("libc", "0.1")]);
    let path = registry.download_path("libc", "0.1.0");
    let there = format!("{}{path}", elsewhere.root());
    registry.always(&path, Fault::Redirect(there));
    let server = Served::start(&sandbox, &[]);
    for _ in 0..2 {
        let answer = server.get(&download("libc", "0.1.0")).is(200);
        assert_eq!(answer.header("location"), "");
        assert!(answer.body == registry.bytes("libc", "0.1.0"));
    }
    cargo(&server, &sandbox, &project, &["fetch"]).exits(0);
    server.stop().exits(0).no_panic();
}

/// rust-lang/cargo#11934: cargo asks for every spelling of a name that does not exist, and each goes to the registry.
#[test]
fn a_name_that_is_spelt_wrong_is_asked_for_once_and_cargo_finds_the_right_one() {
    let registry = Registry::new([Crate::new("foo-bar-baz", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.unlocked("project", &[Dep::new("foo_bar_baz", "1")]);
    let server = Served::start(&sandbox, &[]);
    registry.forget();
    for _ in 0..3 {
        let said = cargo(&server, &sandbox, &project, &["fetch"]).exits(101);
        assert!(said.stderr.contains("foo-bar-baz"), "{said}");
    }
    let mut paths = registry.paths();
    paths.retain(|path| path.starts_with("/index/fo/"));
    let all = paths.len();
    paths.dedup();
    assert_eq!(all, paths.len(), "{paths:?}");
    server.stop().exits(0).no_panic();
}

/// saltstack/salt#39142, ntop/ntopng#1489: a package is replaced upstream under its old name, and the cache serves the new index
/// with the old file.
#[test]
fn a_crate_that_was_replaced_upstream_comes_as_the_index_says() {
    let registry = Registry::new([Crate::new("tornado", "4.2.1")]);
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &["--refresh", "0s"]);
    let first = sandbox.unlocked("first", &[Dep::new("tornado", "4")]);
    cargo(&server, &sandbox, &first, &["fetch"]).exits(0);
    server.until("stored", |stats| stats["stored"] == 1);
    registry.publish(&Crate::new("tornado", "4.2.1").file("new.txt", "replaced"));
    let second = sandbox.unlocked("second", &[Dep::new("tornado", "4")]);
    for _ in 0..2 {
        fs::remove_file(second.path("Cargo.lock")).unwrap_or_default();
        cargo(&server, &sandbox, &second, &["fetch"]).exits(0);
    }
    server.stop().exits(0).no_panic();
}

/// godaddy/terminus#31, kubernetes/kubernetes#43576: whoever is being served while the server is told to stop loses its answer.
#[test]
fn who_is_being_served_when_the_server_stops_gets_all_of_it() {
    let registry = Registry::new([Crate::new("large", "1.0.0").weight(2 << 20)]);
    let sandbox = Sandbox::new(&registry);
    let path = registry.download_path("large", "1.0.0");
    registry.always(&path, Fault::Slow(Duration::from_millis(700)));
    let server = Served::start(&sandbox, &[]);
    let right = registry.bytes("large", "1.0.0");
    let mut streams: Vec<_> = (0..8).map(|_| server.connect()).collect();
    for stream in &mut streams {
        let request = server.request("GET", &download("large", "1.0.0"), &[]);
        stream.write_all(request.as_bytes()).unwrap();
    }
    std::thread::sleep(Duration::from_millis(200));
    server.signal("TERM");
    for stream in &mut streams {
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).unwrap();
        assert!(Answer::parse(&heard).is(200).body == right);
    }
    server.stop().exits(0).no_panic();
}

/// verdaccio/verdaccio#1349: the server ends a connection that was idle just when the client asks on it, and the client takes
/// what came for a broken package.
#[test]
fn a_connection_that_was_idle_ends_without_an_answer_or_with_a_whole_one() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &["--client-timeout", "1s"]);
    let right = registry.bytes("leaf", "1.0.0");
    let path = download("leaf", "1.0.0");
    server.get(&path).is(200);
    std::thread::scope(|scope| {
        for step in 0..40 {
            let (server, path, right) = (&server, &path, &right);
            scope.spawn(move || {
                let keep = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
                let mut stream = server.connect();
                stream.write_all(keep.as_bytes()).unwrap();
                let mut first = [0; 512];
                assert!(stream.read(&mut first).unwrap() > 0);
                std::thread::sleep(Duration::from_millis(900 + step * 10));
                let _ = stream.write_all(server.request("GET", path, &[]).as_bytes());
                let mut body = Vec::new();
                let _ = stream.read_to_end(&mut body);
                let answer = Answer::parse(&body);
                assert!(answer.status == 0 || answer.status == 200 && answer.body == *right);
            });
        }
    });
    server.stop().exits(0).no_panic();
}

/// panamax-rs/panamax#107: the last of many downloads hang for ever, because a host accepts connections and never answers.
#[test]
fn a_host_that_accepts_and_never_answers_is_told_of_in_time() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let template = "/{crate}-{version}.crate";
    let dl = format!("http://{}{template}", silent.local_addr().unwrap());
    registry.say(&format!(r#"{{"dl":"{dl}"}}"#));
    let run = sandbox.program(["serve", "--listen", "127.0.0.1:0"]);
    let server = Served::run(
        run.env("CARGO_HTTP_TIMEOUT", "2")
            .env("CARGO_NET_RETRY", "0"),
    );
    let since = Instant::now();
    let answer = server.get(&download("leaf", "1.0.0")).is(503);
    assert_ne!(answer.header("retry-after"), "");
    assert!(since.elapsed() < Duration::from_secs(25));
    // Others are not held up meanwhile, and it ends when it is told to.
    server.get(&index("leaf")).is(200);
    server.stop().exits(0).no_panic();
}
