//! `serve` while upstream misbehaves, while clients come in crowds, and while it is killed.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep, index_path, sha256};
use crate::fixture::random::{large, noise};
use crate::fixture::registry::{Registry, index_of};
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::{Answer, Served};
use crate::fixture::server::Fault;
use crate::fixture::settings;
use crate::fixture::wait::until;

const CRATE: &str = "/crates-io/dl/leaf/1.0.0/download";
const INDEX: &str = "/crates-io/index/le/af/leaf";

/// Every way in which upstream can fail for a while, or some of them.
fn faults() -> Vec<(&'static str, Fault)> {
    let all = [
        ("500", Fault::Status(500)),
        ("503", Fault::Status(503)),
        ("429", Fault::RetryAfter(429, "1")),
        ("403", Fault::Status(403)),
        ("cut", Fault::Cut),
        (
            "an error page",
            Fault::Bytes(b"<html>sign in</html>".to_vec()),
        ),
        ("truncated", Fault::Truncate(100)),
    ];
    settings::sample(all, 3)
}

#[test]
fn a_crate_that_fails_upstream_is_never_a_404_nor_stored_and_comes_when_it_is_mended() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let path = registry.download_path("leaf", "1.0.0");
    for (what, fault) in faults() {
        let sandbox = Sandbox::new(&registry);
        let server = Served::start(&sandbox, &[]);
        registry.always(&path, fault);
        let answer = server.get(CRATE);
        let refused = [502, 503].contains(&answer.status);
        assert!(refused || !answer.is_whole(), "{what}: {}", answer.text());
        if answer.status == 503 {
            let wait: u32 = answer.header("retry-after").parse().unwrap();
            assert!((1..=10).contains(&wait), "{what}");
        }
        assert!(
            !sandbox.mirror().join("crates-io/leaf-1.0.0.crate").exists(),
            "{what}"
        );
        registry.mend();
        let since = Instant::now();
        loop {
            let answer = server.get(CRATE);
            if answer.status == 200 && answer.is_whole() {
                assert_eq!(answer.body, registry.bytes("leaf", "1.0.0"), "{what}");
                break;
            }
            assert!(
                answer.status != 404 && since.elapsed() < Duration::from_secs(20),
                "{what}"
            );
            thread::sleep(Duration::from_millis(100));
        }
        server.stop().exits(0).no_panic();
        sound(&sandbox.mirror(), &registry);
    }
}

#[test]
fn cargo_gets_through_faults_that_pass() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.unlocked("project", &[Dep::new("leaf", "1")]);
    let path = registry.download_path("leaf", "1.0.0");
    for at in [index_of("leaf"), path] {
        registry.fail_next(
            &at,
            [
                Fault::Status(500),
                Fault::Bytes(b"wrong".to_vec()),
                Fault::Cut,
                Fault::Status(429),
            ],
        );
    }
    let server = Served::start(&sandbox, &[]);
    let run = server.cargo(&sandbox, &["fetch"]).within(&project.folder);
    run.env("CARGO_NET_RETRY", "10").outcome().exits(0);
    server.stop().exits(0).no_panic();
    assert_eq!(sound(&sandbox.mirror(), &registry).crates.len(), 1);
}

/// All that the issue of upstream's troubles names, each for as long as it is not mended.
fn lasting(registry: &Registry, right: &[u8]) -> Vec<(&'static str, Fault)> {
    let mut wrong = right.to_vec();
    *wrong.last_mut().expect("it has bytes") ^= 1;
    let no_tls = registry.root().replace("http://", "https://") + "/x";
    vec![
        ("wrong bytes", Fault::Bytes(wrong)),
        ("an error page", Fault::Bytes(b"<html>sign in".to_vec())),
        ("truncation", Fault::Truncate(right.len() / 2)),
        ("stall", Fault::Stall(right.len() / 2)),
        ("silence", Fault::Stall(0)),
        ("500", Fault::Status(500)),
        ("503", Fault::Status(503)),
        ("429", Fault::RetryAfter(429, "1")),
        ("403", Fault::Status(403)),
        ("cut", Fault::Cut),
        (
            "DNS gone",
            Fault::Redirect("http://gone.invalid/x".to_owned()),
        ),
        ("TLS error", Fault::Redirect(no_tls)),
    ]
}

/// One fault at one place, with the real cargo as the client: it fails while the fault lasts, and is not told that there is
/// no such crate; nothing is kept of it; and when it is mended, cargo builds through the very same server.
fn cargo_and(what: &str, fault: impl Fn(&Registry, &[u8]) -> Fault, of_the_index: bool) {
    let registry = Registry::new([large("leaf", 200_000)]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.unlocked("project", &[Dep::new("leaf", "1")]);
    let server = Served::run(
        sandbox
            .program(["serve", "--listen", "127.0.0.1:0"])
            .env("CARGO_HTTP_TIMEOUT", "1")
            .env("CARGO_NET_RETRY", "1")
            .env("no_proxy", "*"),
    );
    let line = format!("{}\n", registry.line("leaf", "1.0.0"));
    let (at, right) = if of_the_index {
        (index_of("leaf"), line.into_bytes())
    } else {
        (
            registry.download_path("leaf", "1.0.0"),
            registry.bytes("leaf", "1.0.0"),
        )
    };
    let fetch = |retries: &str| {
        let run = server.cargo(&sandbox, &["fetch"]).within(&project.folder);
        run.env("CARGO_NET_RETRY", retries).outcome()
    };
    registry.always(&at, fault(&registry, &right));
    let told = format!("{what}, index: {of_the_index}");
    let failed = fetch("0");
    assert_eq!(failed.code, Some(101), "{told}: {failed}");
    for lie in ["no matching package", "got 404", "could not find"] {
        assert!(!failed.stderr.contains(lie), "{told}: {failed}");
    }
    assert!(
        sound(&sandbox.mirror(), &registry).crates.is_empty(),
        "{told}"
    );
    registry.mend();
    let since = Instant::now();
    loop {
        let run = fetch("10");
        if run.code == Some(0) {
            break;
        }
        assert!(since.elapsed() < Duration::from_mins(1), "{told}: {run}");
    }
    server.stop().exits(0).no_panic();
    assert_eq!(
        sound(&sandbox.mirror(), &registry).names(),
        ["leaf-1.0.0"],
        "{told}"
    );
    sandbox.program(["verify"]).outcome().exits(0);
}

fn cargo_and_all(of_the_index: bool) {
    let registry = Registry::new([]);
    let count = lasting(&registry, b"x").len();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        // They wait more than they work.
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= count {
                        return;
                    }
                    let what = lasting(&registry, b"x")[at].0;
                    // An index file has no checksum: only what is no index file at all can be told.
                    if of_the_index && what == "wrong bytes" {
                        continue;
                    }
                    let fault = |own: &Registry, right: &[u8]| lasting(own, right).remove(at).1;
                    cargo_and(what, fault, of_the_index);
                }
            });
        }
    });
}

#[test]
fn cargo_recovers_from_every_fault_of_a_crate() {
    cargo_and_all(false);
}

#[test]
fn cargo_recovers_from_every_fault_of_an_index_file() {
    cargo_and_all(true);
}

#[test]
fn an_index_file_that_fails_upstream_is_stale_or_503_and_never_a_404() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let line = format!("{}\n", registry.line("leaf", "1.0.0"));
    for (what, fault) in faults() {
        let sandbox = Sandbox::new(&registry);
        let run = sandbox.program(["serve", "--listen", "127.0.0.1:0", "--refresh", "0s"]);
        let server = Served::run(run.env("CARGO_NET_RETRY", "1"));
        registry.always(&index_of("leaf"), fault.clone());
        let answer = server.get(INDEX);
        assert!(
            [502, 503].contains(&answer.status),
            "{what}: {}",
            answer.text()
        );
        registry.mend();
        until(what, || server.get(INDEX).status == 200);
        // Now it is known, and what is known is served.
        registry.always(&index_of("leaf"), fault);
        let stale = server.get(INDEX).is(200);
        assert_eq!(stale.header("x-cargo-mirror"), "stale", "{what}");
        assert!(stale.header("warning").starts_with("110"), "{what}");
        assert_eq!(stale.body, line.as_bytes(), "{what}");
        registry.mend();
        registry.put_line(
            "leaf",
            "1.0.0",
            &line.trim().replace("\"yanked\":false", "\"yanked\":true"),
        );
        until(what, || {
            server.get(INDEX).is(200).text().contains("\"yanked\":true")
        });
        registry.put_line("leaf", "1.0.0", line.trim());
        server.stop().exits(0).no_panic();
    }
}

#[test]
fn what_upstream_does_not_have_is_a_404_asked_for_once() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0"), Crate::new("kept", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    sandbox.program(["prefetch", "kept"]).outcome().exits(0);
    let server = Served::start(&sandbox, &["--refresh", "0s"]);
    registry.forget();
    for _ in 0..5 {
        server.get("/crates-io/index/no/wh/nowhere").is(404);
        server.get("/crates-io/dl/leaf/2.0.0/download").is(404);
    }
    assert_eq!(registry.count(&index_of("nowhere")), 1);
    assert_eq!(registry.count(&index_of("leaf")), 1);
    for status in [404, 410, 451] {
        registry.always(&index_of("gone"), Fault::Status(status));
        server.get("/crates-io/index/go/ne/gone").is(404);
    }
    // Withdrawn upstream, but mirrored: whoever has it goes on building.
    registry.always(&index_of("kept"), Fault::Status(404));
    let kept = server.get("/crates-io/index/ke/pt/kept").is(200);
    assert_eq!(kept.header("x-cargo-mirror"), "mirrored");
    server.get("/crates-io/dl/kept/1.0.0/download").is(200);
    server.stop().exits(0).no_panic();
}

#[test]
fn a_version_that_was_published_again_is_passed_on_and_never_stored() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    sandbox.program(["prefetch", "leaf"]).outcome().exits(0);
    let before = registry.bytes("leaf", "1.0.0");
    registry.publish(&Crate::new("leaf", "1.0.0").file("more.txt", "other bytes"));
    let server = Served::start(&sandbox, &["--refresh", "0s"]);
    server.get(INDEX).is(200);
    let answer = server.get(CRATE).is(200);
    assert_eq!(answer.body, registry.bytes("leaf", "1.0.0"));
    server.stop().exits(0).says("compare with another copy");
    assert_eq!(
        fs::read(sandbox.mirror().join("crates-io/leaf-1.0.0.crate")).unwrap(),
        before
    );
}

#[test]
fn bytes_flow_before_all_have_come_and_the_last_only_when_they_are_right() {
    let registry = Registry::new([large("big", 3 << 20)]);
    let path = registry.download_path("big", "1.0.0");
    let right = registry.bytes("big", "1.0.0");
    let mut wrong = right.clone();
    *wrong.last_mut().unwrap() ^= 1;
    let big = "/crates-io/dl/big/1.0.0/download";

    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    registry.always(&path, Fault::Bytes(wrong.clone()));
    let answer = server.get(big);
    assert!(
        answer.status == 502 || !answer.is_whole(),
        "wrong bytes were completed"
    );
    assert!(!sandbox.mirror().join("crates-io/big-1.0.0.crate").exists());
    registry.mend();
    let mended = server.get(big).is(200);
    assert!(mended.is_whole() && mended.body == right);
    server.stop().exits(0);

    // It stalls after a megabyte: that much comes at once, and no clean end.
    let sandbox = Sandbox::new(&registry);
    let server = Served::run(
        sandbox
            .program(["serve", "--listen", "127.0.0.1:0"])
            .env("CARGO_HTTP_TIMEOUT", "2"),
    );
    registry.always(&path, Fault::Stall(1 << 20));
    let mut stream = server.connect();
    stream
        .write_all(server.request("GET", big, &[]).as_bytes())
        .unwrap();
    let started = Instant::now();
    let mut heard = vec![0; 512 << 10];
    stream.read_exact(&mut heard).unwrap();
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "it waited for the whole"
    );
    stream.read_to_end(&mut heard).ok();
    let answer = Answer::parse(&heard);
    assert!(answer.status == 200 && !answer.is_whole());
    assert_eq!(answer.body[..], right[..answer.body.len()]);
    registry.mend();
    let mended = server.get(big).is(200);
    assert!(mended.is_whole() && mended.body == right);
    server.stop().exits(0);
    sound(&sandbox.mirror(), &registry);
}

#[test]
fn an_upstream_that_says_nothing_is_told_to_the_client_in_time() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let server = Served::run(
        sandbox
            .program(["serve", "--listen", "127.0.0.1:0"])
            .env("CARGO_HTTP_TIMEOUT", "1"),
    );
    registry.always(&index_of("leaf"), Fault::Slow(Duration::from_mins(1)));
    let started = Instant::now();
    let answer = server.get(INDEX).is(503);
    assert!(!answer.header("retry-after").is_empty());
    assert!(started.elapsed() < Duration::from_secs(25));
    registry.mend();
    until("upstream is asked again", || {
        server.get(INDEX).status == 200
    });
    server.stop().exits(0);
}

#[test]
fn upstreams_that_are_not_there_are_503() {
    let registry = Registry::new([]);
    for upstream in [
        "sparse+http://127.0.0.1:1/index/",
        "sparse+http://nowhere.invalid/index/",
    ] {
        let sandbox = Sandbox::new(&registry);
        let server = Served::run(
            sandbox
                .program(["serve", "--listen", "127.0.0.1:0", "--upstream", upstream])
                .env("CARGO_NET_RETRY", "1")
                .env("no_proxy", "*"),
        );
        server.get(INDEX).is(503);
        server.get(CRATE).is(503);
        server.get("/crates-io/index/config.json").is(200);
        server.get("/readyz").is(200);
        server.stop().exits(0).no_panic();
    }
    // TLS with somebody who speaks none.
    let sandbox = Sandbox::new(&registry);
    let upstream = registry.index().replace("http://", "https://");
    let server =
        Served::run(sandbox.program(["serve", "--listen", "127.0.0.1:0", "--upstream", &upstream]));
    server.get(INDEX).is(503);
    server.stop().exits(0).no_panic();
}

#[test]
fn a_thousand_clients_are_one_request_to_upstream() {
    let registry = Registry::new([large("big", 512 << 10)]);
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    let path = registry.download_path("big", "1.0.0");
    registry.always(&path, Fault::Slow(Duration::from_millis(500)));
    let right = registry.bytes("big", "1.0.0");
    let request = server.request("GET", "/crates-io/dl/big/1.0.0/download", &[]);
    let mut streams: Vec<_> = (0..1000)
        .map(|_| {
            let mut stream = server.connect();
            stream.write_all(request.as_bytes()).unwrap();
            stream
        })
        .collect();
    let next = AtomicUsize::new(0);
    let slots: Vec<_> = streams
        .drain(..)
        .map(|stream| std::sync::Mutex::new(Some(stream)))
        .collect();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while let Some(slot) = slots.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mut stream = slot.lock().unwrap().take().unwrap();
                    let mut heard = Vec::with_capacity(right.len() + 1024);
                    stream.read_to_end(&mut heard).unwrap();
                    let answer = Answer::parse(&heard).is(200);
                    assert!(answer.body == right, "{} bytes", answer.body.len());
                }
            });
        }
    });
    assert_eq!(registry.count(&path), 1);
    assert_eq!(registry.count(&index_of("big")), 1);
    #[cfg(target_os = "linux")]
    {
        let status = fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
        let peak = status
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .unwrap();
        let kilobytes: u64 = peak.split_whitespace().nth(1).unwrap().parse().unwrap();
        assert!(kilobytes < 250_000, "{peak}");
    }
    server.stop().exits(0).no_panic();
}

#[test]
fn readers_of_one_byte_a_second_hold_nobody_up() {
    let registry = Registry::new([large("big", 3 << 20), Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    let big = server.request("GET", "/crates-io/dl/big/1.0.0/download", &[]);
    let mut slow: Vec<_> = (0..200)
        .map(|_| {
            let mut stream = server.connect();
            stream.write_all(big.as_bytes()).unwrap();
            stream
        })
        .collect();
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.load(Ordering::Relaxed) {
                for stream in &mut slow {
                    let _ = stream.read_exact(&mut [0]);
                }
                thread::sleep(Duration::from_secs(1));
            }
        });
        let mut longest = Duration::ZERO;
        for _ in 0..100 {
            let started = Instant::now();
            server.get(CRATE).is(200);
            server.get(INDEX).is(200);
            longest = longest.max(started.elapsed());
        }
        ended.store(true, Ordering::Relaxed);
        assert!(longest < Duration::from_secs(2), "{longest:?}");
        let started = Instant::now();
        let whole = server.get("/crates-io/dl/big/1.0.0/download").is(200);
        assert!(whole.is_whole() && started.elapsed() < Duration::from_secs(5));
    });
}

/// What one client was told before the server was killed.
#[derive(Default)]
struct Told {
    answers: AtomicUsize,
    whole: AtomicUsize,
}

/// Asks for one thing after the other until nobody answers any more. What is answered as a whole must be right.
fn ask_until_the_end(place: &str, names: &[String], registry: &Registry, seed: u64, told: &Told) {
    let mut random = noise(1 << 16, seed).into_iter().cycle();
    loop {
        let pick = usize::from(random.next().unwrap()) << 8 | usize::from(random.next().unwrap());
        let name = &names[pick % names.len()];
        let krate = pick % 5 != 0;
        let path = if krate {
            format!("/crates-io/dl/{name}/1.0.0/download")
        } else {
            format!("/crates-io/index/{}", index_path(name))
        };
        let Ok(mut stream) = std::net::TcpStream::connect(place) else {
            return;
        };
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let _ = stream.write_all(request.as_bytes());
        let mut heard = Vec::new();
        let _ = stream.read_to_end(&mut heard);
        let answer = Answer::parse(&heard);
        told.answers
            .fetch_add(usize::from(answer.status != 0), Ordering::Relaxed);
        assert_ne!(answer.status, 404, "{path}");
        if answer.status == 200 && answer.is_whole() {
            told.whole.fetch_add(1, Ordering::Relaxed);
            let right = if krate {
                registry.bytes(name, "1.0.0")
            } else {
                format!("{}\n", registry.line(name, "1.0.0")).into_bytes()
            };
            assert!(answer.body == right, "{path}");
        }
    }
}

/// One in five of the crates comes badly for a while.
fn make_trouble(registry: &Registry, names: &[String], seed: u64) {
    registry.mend();
    for (name, random) in names.iter().zip(noise(names.len(), seed)) {
        let fault = match random % 40 {
            0 => Fault::Status(500),
            1 => Fault::RetryAfter(429, "1"),
            2 => Fault::Cut,
            3 => Fault::Truncate(2000),
            // Whoever waits for it waits until the end.
            4 if random < 40 => Fault::Stall(3000),
            5 => Fault::Bytes(b"wrong".to_vec()),
            6 | 7 => Fault::Slow(Duration::from_millis(u64::from(random))),
            _ => continue,
        };
        registry.fail_next(&registry.download_path(name, "1.0.0"), [fault]);
    }
}

/// A lockfile that wants all of them.
fn lockfile_of(registry: &Registry, names: &[String]) -> String {
    let mut text = "version = 4\n".to_owned();
    for name in names {
        let checksum = sha256(&registry.bytes(name, "1.0.0"));
        let _ = write!(
            text,
            "\n[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"{checksum}\"\n"
        );
    }
    text
}

/// `CARGO_MIRROR_TEST_KILLS=300` is the long form.
#[test]
fn killed_under_load_it_leaves_a_sound_mirror() {
    const CLIENTS: u64 = 32;
    #[expect(
        clippy::disallowed_methods,
        reason = "a test may be told to run longer"
    )]
    let kills = std::env::var("CARGO_MIRROR_TEST_KILLS").ok();
    let kills: Option<u64> = kills.and_then(|text| text.parse().ok());
    // The fifth is another program than the server.
    let kills = kills.unwrap_or(settings::number_of(12, 5));
    let mut names: Vec<String> = (0..400).map(|number| format!("crate-{number}")).collect();
    names.sort();
    let size = |name: &String| match name.len() {
        7 => 1_500_000,
        _ => 12_000,
    };
    let registry = Registry::new(names.iter().map(|name| large(name, size(name))));
    let sandbox = Sandbox::new(&registry);
    fs::write(sandbox.path("Cargo.lock"), lockfile_of(&registry, &names)).unwrap();
    let told = Told::default();
    let (mut stored, mut unfinished, mut finished) = (0, 0, 0);
    let started = Instant::now();
    for round in 0..kills {
        let random = noise(16, round * 7919 + 13);
        let pause = u64::from(random[0]) << 2 | u64::from(random[1]) & 3;
        if round % 4 == 0 {
            let _ = fs::remove_dir_all(sandbox.mirror());
        }
        make_trouble(&registry, &names, round + 1);
        if round % 5 == 4 {
            // Another program than the server, killed the same way.
            let run = sandbox.program(["prefetch", "Cargo.lock"]).start();
            thread::sleep(Duration::from_millis(pause));
            run.kill();
        } else {
            // Every third lets crates go while others come.
            let small = ["--max-size", "2MB"];
            let server = Served::start(&sandbox, if round % 3 == 2 { &small } else { &[] });
            let place = server.authority().to_owned();
            thread::scope(|scope| {
                for client in 0..CLIENTS {
                    let (place, names, registry, told) = (&place, &names, &registry, &told);
                    let seed = round * CLIENTS + client;
                    scope.spawn(move || ask_until_the_end(place, names, registry, seed, told));
                }
                thread::sleep(Duration::from_millis(pause));
                server.kill();
            });
        }
        // As it stands, before anybody has put anything in order.
        if sandbox.mirror().exists() {
            let run = sandbox.program(["verify", "--archives", "--message-format", "json"]);
            let run = run.outcome();
            assert_eq!(run.code, Some(0), "round {round}: {run}");
            let report = run.report();
            let left = report["unfinished"].as_array().expect("a list");
            unfinished += left
                .iter()
                .filter(|one| one["kind"] == "missing-line")
                .count();
            stored += sound(&sandbox.mirror(), &registry).crates.len();
        }
        if round % 4 == 3 || round + 1 == kills {
            // Whoever comes next finishes it.
            registry.mend();
            if round % 8 == 3 {
                sandbox.program(["repair"]).outcome().exits(0);
            } else {
                let server = Served::start(&sandbox, &[]);
                server.get("/crates-io/dl/crate-0/1.0.0/download").is(200);
                server.stop().exits(0).no_panic();
                sandbox
                    .program(["prefetch", "Cargo.lock"])
                    .outcome()
                    .exits(0);
            }
            let run = sandbox
                .program(["verify", "--message-format", "json"])
                .outcome();
            let run = run.exits(0);
            assert_eq!(
                run.report()["unfinished"],
                serde_json::json!([]),
                "round {round}: {run}"
            );
            sound(&sandbox.mirror(), &registry);
            finished += 1;
        }
    }
    eprintln!(
        "{kills} kills in {:.0?}: {} answers, {} of them whole; {stored} crates found sound, {unfinished} unfinished; finished {finished} times",
        started.elapsed(),
        told.answers.into_inner(),
        told.whole.into_inner(),
    );
    assert!(stored > 0 && (kills < 50 || unfinished > 0));
}
