//! `serve` while upstream misbehaves, while clients come in crowds, and while it is killed.

use std::fs;
use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::fixture::bench::Bench;
use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::registry::{Registry, index_of};
use crate::fixture::served::{Answer, Served};
use crate::fixture::server::Fault;

/// What a compressor makes nothing of.
pub(crate) fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..length).map(|_| next()).collect()
}

pub(crate) fn large(name: &str, bytes: usize) -> Crate {
    let seed = name
        .bytes()
        .fold(7, |seed, byte| seed * 31 + u64::from(byte));
    Crate::new(name, "1.0.0").file("noise.bin", noise(bytes, seed))
}

const CRATE: &str = "/crates-io/dl/leaf/1.0.0/download";
const INDEX: &str = "/crates-io/index/le/af/leaf";

/// Every way in which upstream can fail for a while.
fn faults() -> Vec<(&'static str, Fault)> {
    vec![
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
    ]
}

#[test]
fn a_crate_that_fails_upstream_is_never_a_404_nor_stored_and_comes_when_it_is_mended() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let path = registry.download_path("leaf", "1.0.0");
    for (what, fault) in faults() {
        let bench = Bench::new(&registry);
        let server = Served::start(&bench, &[]);
        registry.always(&path, fault);
        let answer = server.get(CRATE);
        let refused = [502, 503].contains(&answer.status);
        assert!(refused || !answer.is_whole(), "{what}: {}", answer.text());
        if answer.status == 503 {
            let wait: u32 = answer.header("retry-after").parse().unwrap();
            assert!((1..=10).contains(&wait), "{what}");
        }
        assert!(
            !bench.mirror().join("crates-io/leaf-1.0.0.crate").exists(),
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
        server.stop().exits(0).calm();
        sound(&bench.mirror(), &registry);
    }
}

#[test]
fn cargo_gets_through_faults_that_pass() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let bench = Bench::new(&registry);
    let project = bench.unlocked("project", &[Dep::new("leaf", "1")]);
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
    let server = Served::start(&bench, &[]);
    let run = server.cargo(&bench, &["fetch"]).within(&project.folder);
    run.env("CARGO_NET_RETRY", "10").outcome().exits(0);
    server.stop().exits(0).calm();
    assert_eq!(sound(&bench.mirror(), &registry).crates.len(), 1);
}

#[test]
fn an_index_file_that_fails_upstream_is_stale_or_503_and_never_a_404() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let line = format!("{}\n", registry.line("leaf", "1.0.0"));
    for (what, fault) in faults() {
        let bench = Bench::new(&registry);
        let server = Served::start(&bench, &["--refresh", "0s"]);
        registry.always(&index_of("leaf"), fault.clone());
        let answer = server.get(INDEX);
        assert!(
            [502, 503].contains(&answer.status),
            "{what}: {}",
            answer.text()
        );
        registry.mend();
        let since = Instant::now();
        while server.get(INDEX).status != 200 {
            assert!(since.elapsed() < Duration::from_secs(20), "{what}");
            thread::sleep(Duration::from_millis(100));
        }
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
        let since = Instant::now();
        while !server.get(INDEX).is(200).text().contains("\"yanked\":true") {
            assert!(since.elapsed() < Duration::from_secs(20), "{what}");
            thread::sleep(Duration::from_millis(100));
        }
        registry.put_line("leaf", "1.0.0", line.trim());
        server.stop().exits(0).calm();
    }
}

#[test]
fn what_upstream_does_not_have_is_a_404_asked_for_once() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0"), Crate::new("kept", "1.0.0")]);
    let bench = Bench::new(&registry);
    bench.program(["prefetch", "kept"]).outcome().exits(0);
    let server = Served::start(&bench, &["--refresh", "0s"]);
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
    server.stop().exits(0).calm();
}

#[test]
fn a_version_that_was_published_again_is_passed_on_and_never_stored() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let bench = Bench::new(&registry);
    bench.program(["prefetch", "leaf"]).outcome().exits(0);
    let before = registry.bytes("leaf", "1.0.0");
    registry.publish(&Crate::new("leaf", "1.0.0").file("more.txt", "other bytes"));
    let server = Served::start(&bench, &["--refresh", "0s"]);
    server.get(INDEX).is(200);
    let answer = server.get(CRATE).is(200);
    assert_eq!(answer.body, registry.bytes("leaf", "1.0.0"));
    server.stop().exits(0).says("compare with another copy");
    assert_eq!(
        fs::read(bench.mirror().join("crates-io/leaf-1.0.0.crate")).unwrap(),
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

    let bench = Bench::new(&registry);
    let server = Served::start(&bench, &[]);
    registry.always(&path, Fault::Bytes(wrong.clone()));
    let answer = server.get(big);
    assert!(
        answer.status == 502 || !answer.is_whole(),
        "wrong bytes were completed"
    );
    assert!(!bench.mirror().join("crates-io/big-1.0.0.crate").exists());
    registry.mend();
    let mended = server.get(big).is(200);
    assert!(mended.is_whole() && mended.body == right);
    server.stop().exits(0);

    // It stalls after a megabyte: that much comes at once, and no clean end.
    let bench = Bench::new(&registry);
    let server = Served::run(
        bench
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
    sound(&bench.mirror(), &registry);
}

#[test]
fn an_upstream_that_says_nothing_is_told_to_the_client_in_time() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let bench = Bench::new(&registry);
    let server = Served::run(
        bench
            .program(["serve", "--listen", "127.0.0.1:0"])
            .env("CARGO_HTTP_TIMEOUT", "1"),
    );
    registry.always(&index_of("leaf"), Fault::Slow(Duration::from_secs(60)));
    let started = Instant::now();
    let answer = server.get(INDEX).is(503);
    assert!(!answer.header("retry-after").is_empty());
    assert!(started.elapsed() < Duration::from_secs(25));
    registry.mend();
    let since = Instant::now();
    while server.get(INDEX).status != 200 {
        assert!(since.elapsed() < Duration::from_secs(20));
        thread::sleep(Duration::from_millis(200));
    }
    server.stop().exits(0);
}

#[test]
fn upstreams_that_are_not_there_are_503() {
    let registry = Registry::new([]);
    for upstream in [
        "sparse+http://127.0.0.1:1/index/",
        "sparse+http://nowhere.invalid/index/",
    ] {
        let bench = Bench::new(&registry);
        let server = Served::run(
            bench
                .program(["serve", "--listen", "127.0.0.1:0", "--upstream", upstream])
                .env("no_proxy", "*"),
        );
        server.get(INDEX).is(503);
        server.get(CRATE).is(503);
        server.get("/crates-io/index/config.json").is(200);
        server.get("/readyz").is(200);
        server.stop().exits(0).calm();
    }
    // TLS with somebody who speaks none.
    let bench = Bench::new(&registry);
    let upstream = registry.index().replace("http://", "https://");
    let server =
        Served::run(bench.program(["serve", "--listen", "127.0.0.1:0", "--upstream", &upstream]));
    server.get(INDEX).is(503);
    server.stop().exits(0).calm();
}

#[test]
fn a_thousand_clients_are_one_request_to_upstream() {
    let registry = Registry::new([large("big", 2 << 20)]);
    let bench = Bench::new(&registry);
    let server = Served::start(&bench, &[]);
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
    server.stop().exits(0).calm();
}

#[test]
fn readers_of_one_byte_a_second_hold_nobody_up() {
    let registry = Registry::new([large("big", 3 << 20), Crate::new("leaf", "1.0.0")]);
    let bench = Bench::new(&registry);
    let server = Served::start(&bench, &[]);
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

/// `CARGO_MIRROR_TEST_KILLS=300` is the long form.
#[test]
fn killed_under_load_it_leaves_a_sound_mirror() {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test may be told to run longer"
    )]
    let kills = std::env::var("CARGO_MIRROR_TEST_KILLS").ok();
    let kills: u32 = kills.and_then(|text| text.parse().ok()).unwrap_or(6);
    let names: Vec<String> = (0..120).map(|number| format!("crate-{number}")).collect();
    let registry = Registry::new(names.iter().map(|name| large(name, 20_000)));
    let bench = Bench::new(&registry);
    for round in 0..kills {
        if round % 6 == 0 {
            let _ = fs::remove_dir_all(bench.mirror());
        }
        let server = Served::start(&bench, &[]);
        let stop = AtomicBool::new(false);
        let place = server.authority().to_owned();
        thread::scope(|scope| {
            for client in 0..4_u32 {
                let (place, names, stop) = (&place, &names, &stop);
                scope.spawn(move || {
                    let mut at = usize::try_from(round * 37 + client * 29).unwrap_or(0);
                    while !stop.load(Ordering::Relaxed) {
                        at = (at + 1) % names.len();
                        let request = format!(
                            "GET /crates-io/dl/{}/1.0.0/download HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                            names[at]
                        );
                        let Ok(mut stream) = std::net::TcpStream::connect(place) else {
                            return;
                        };
                        let _ = stream.write_all(request.as_bytes());
                        let mut heard = Vec::new();
                        let _ = stream.read_to_end(&mut heard);
                    }
                });
            }
            thread::sleep(Duration::from_millis(u64::from(60 + round * 173 % 600)));
            server.signal("KILL");
            stop.store(true, Ordering::Relaxed);
        });
        server.kill();
        // As it stands: whatever is under a final name is right. Only what was being written may wait to be finished.
        let verified = bench
            .program(["verify", "--message-format", "json"])
            .outcome();
        for object in verified.objects() {
            let kind = object["kind"].as_str().unwrap_or_default();
            let passing = ["", "leftover", "missing-line"].contains(&kind);
            assert!(passing, "round {round}: {verified}");
        }
        if round % 3 == 2 || round + 1 == kills {
            // The next start finishes it.
            let server = Served::start(&bench, &[]);
            server.get("/crates-io/dl/crate-0/1.0.0/download").is(200);
            server.stop().exits(0).calm();
            bench.program(["verify"]).outcome().exits(0);
            sound(&bench.mirror(), &registry);
        }
    }
}
