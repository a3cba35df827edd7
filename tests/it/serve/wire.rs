//! What `serve` says on the wire: caching, encodings, ranges, TLS, HTTP/2.

use std::fs;
use std::io::{Read, Write};
use std::time::{Duration, Instant};

use rcgen::{CertifiedKey, generate_simple_self_signed};

use crate::fixture::package::{Crate, Dep};
use crate::fixture::random::noise;
use crate::fixture::registry::{Registry, index_of};
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::{Answer, Served};

const CRATE: &str = "/crates-io/dl/leaf/1.0.0/download";
const INDEX: &str = "/crates-io/index/le/af/leaf";

fn registry() -> Registry {
    let registry = Registry::new([Crate::new("leaf", "1.0.0").file("a.txt", "a".repeat(5000))]);
    for number in 1..60 {
        registry.publish(&Crate::new("leaf", &format!("1.{number}.0")));
    }
    registry
}

#[test]
fn what_a_client_has_is_not_sent_again() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    for path in [INDEX, CRATE] {
        // Once on its way from upstream, and once from memory.
        server.get(path).is(200);
        server.until("stored", |stats| stats["under_way"] == 0);
        let whole = server.get(path).is(200);
        assert_eq!(whole.header("x-cargo-mirror"), "hit");
        let tag = whole.header("etag").to_owned();
        let date = whole.header("last-modified").to_owned();
        for (name, value) in [
            ("If-None-Match", tag.as_str()),
            ("If-None-Match", &format!("\"x\", W/{tag}")),
            ("If-None-Match", "*"),
            ("If-Modified-Since", &date),
        ] {
            let unchanged = server.ask("GET", path, &[(name, value)]).is(304);
            assert_eq!(unchanged.header("etag"), tag);
            assert!(unchanged.body.is_empty());
        }
        for (name, value) in [
            ("If-None-Match", "\"other\""),
            ("If-Modified-Since", "Mon, 01 Jan 2001 00:00:00 GMT"),
            ("If-Modified-Since", "yesterday"),
        ] {
            server.ask("GET", path, &[(name, value)]).is(200);
        }
        // A tag goes before a date.
        let both = [
            ("If-None-Match", "\"other\""),
            ("If-Modified-Since", date.as_str()),
        ];
        server.ask("GET", path, &both).is(200);
        let head = server.ask("HEAD", path, &[]).is(200);
        assert!(head.body.is_empty());
        assert_eq!(head.length, Some(whole.body.len()));
    }
    let head = server
        .ask("HEAD", "/crates-io/dl/leaf/1.1.0/download", &[])
        .is(200);
    assert_eq!(head.length, Some(registry.bytes("leaf", "1.1.0").len()));
    assert!(head.body.is_empty());
}

#[test]
fn index_files_come_in_the_encoding_that_is_asked_for() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    let plain = server.get(INDEX).is(200);
    assert!(plain.header("content-encoding").is_empty());
    let ask = |value: &str| {
        server
            .ask("GET", INDEX, &[("Accept-Encoding", value)])
            .is(200)
    };
    for _ in 0..2 {
        let gzip = ask("deflate, gzip");
        assert_eq!(gzip.header("content-encoding"), "gzip");
        assert_eq!(gzip.header("vary"), "accept-encoding");
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(&gzip.body[..])
            .read_to_end(&mut text)
            .unwrap();
        assert_eq!(text, plain.body);
        let zstd = ask("gzip, zstd");
        assert_eq!(zstd.header("content-encoding"), "zstd");
        assert_eq!(
            zstd::stream::decode_all(&zstd.body[..]).unwrap(),
            plain.body
        );
        // Each has a tag of its own, and each tag will do.
        let tags = [&plain, &gzip, &zstd].map(|answer| answer.header("etag").to_owned());
        assert!(tags[0] != tags[1] && tags[1] != tags[2]);
        for tag in tags {
            server.ask("GET", INDEX, &[("If-None-Match", &tag)]).is(304);
        }
    }
    assert_eq!(ask("identity").body, plain.body);
    assert_eq!(ask("gzip;q=0").body, plain.body);
    // Crates are packed already.
    let krate = server
        .ask("GET", CRATE, &[("Accept-Encoding", "gzip")])
        .is(200);
    assert!(krate.header("content-encoding").is_empty());
}

#[test]
fn parts_of_crates_can_be_asked_for() {
    let registry = Registry::new([
        Crate::new("leaf", "1.0.0"),
        Crate::new("big", "1.0.0").file("noise", noise(3_000_000, 7)),
    ]);
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    for name in ["leaf", "big"] {
        let path = format!("/crates-io/dl/{name}/1.0.0/download");
        let bytes = registry.bytes(name, "1.0.0");
        assert!(
            name != "big" || bytes.len() > 1 << 20,
            "it is kept in memory"
        );
        let whole = server.get(&path).is(200);
        assert!(whole.body == bytes);
        server.until("stored", |stats| stats["under_way"] == 0);
        let tag = server.get(&path).is(200).header("etag").to_owned();
        let ask = |range: &str| server.ask("GET", &path, &[("Range", range)]);
        let length = bytes.len();
        for (range, from, to) in [
            ("bytes=0-0", 0, 1),
            ("bytes=5-9", 5, 10),
            ("bytes=7-", 7, length),
            ("bytes=-3", length - 3, length),
            ("bytes=3-99999999999999999999", 3, length),
        ] {
            let part = ask(range).is(206);
            assert!(part.body == bytes[from..to], "{name} {range}");
            let told = format!("bytes {from}-{}/{length}", to - 1);
            assert_eq!(part.header("content-range"), told);
        }
        let beyond = ask(&format!("bytes={length}-")).is(416);
        assert_eq!(beyond.header("content-range"), format!("bytes */{length}"));
        for odd in [
            "bytes=5-3",
            "bytes=0-1,4-5",
            "bytes=a-",
            "lines=1-2",
            "bytes=0-0,-1",
        ] {
            assert!(ask(odd).is(200).body == bytes, "{odd}");
        }
        let same = [("Range", "bytes=0-3"), ("If-Range", tag.as_str())];
        server.ask("GET", &path, &same).is(206);
        let other = [("Range", "bytes=0-3"), ("If-Range", "\"other\"")];
        server.ask("GET", &path, &other).is(200);
    }
}

/// On Linux the system sends it by itself, out of a copy of its own; all that differs is what it costs.
#[test]
fn what_is_asked_for_often_comes_right_however_the_client_asks_and_reads() {
    let registry = Registry::new([
        Crate::new("leaf", "1.0.0"),
        Crate::new("middling", "1.0.0").file("noise", noise(60_000, 3)),
        Crate::new("large", "1.0.0").file("noise", noise(700_000, 5)),
    ]);
    for number in 1..150 {
        registry.publish(&Crate::new("leaf", &format!("1.{number}.0")));
    }
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    let path = |name: &str| format!("/crates-io/dl/{name}/1.0.0/download");
    let bytes = |name: &str| registry.bytes(name, "1.0.0").clone();
    for name in ["leaf", "middling", "large"] {
        server.get(&path(name)).is(200);
    }
    server.until("stored", |stats| stats["under_way"] == 0);
    let index = server.get(INDEX).is(200).body;
    assert!(index.len() > 20_000);

    // Many requests at once, the answers read late and in pieces: none fits the system's buffers.
    let mut requests = String::new();
    let mut expected: Vec<(Vec<u8>, bool)> = Vec::new();
    let mut ask = |method: &str, path: &str, range: Option<(usize, usize)>, body: Vec<u8>| {
        let range = range.map(|(from, to)| format!("Range: bytes={from}-{}\r\n", to - 1));
        let range = range.unwrap_or_default();
        requests.extend([
            method,
            " ",
            path,
            " HTTP/1.1\r\nHost: here\r\n",
            &range,
            "\r\n",
        ]);
        expected.push((body, method == "HEAD"));
    };
    for round in 0..12 {
        for name in ["middling", "large", "leaf"] {
            ask("GET", &path(name), None, bytes(name));
        }
        ask("GET", INDEX, None, index.clone());
        ask("HEAD", &path("large"), None, bytes("large"));
        let (from, to) = (round * 1000 + 1, 400_000 + round);
        let part = bytes("large")[from..to].to_vec();
        ask("GET", &path("large"), Some((from, to)), part);
    }
    let mut stream = server.connect();
    let mut writing = stream.try_clone().unwrap();
    let all = requests.clone();
    let writer = std::thread::spawn(move || writing.write_all(all.as_bytes()));
    std::thread::sleep(Duration::from_millis(300));
    let mut heard = Vec::new();
    let mut at = 0;
    for (number, (body, head)) in expected.iter().enumerate() {
        let mut fill = |heard: &mut Vec<u8>, to: usize| {
            let mut piece = [0; 7777];
            while heard.len() < to {
                let read = stream.read(&mut piece).unwrap();
                assert!(read > 0, "answer {number} ends too early");
                heard.extend_from_slice(&piece[..read]);
            }
        };
        let end = loop {
            let end = heard[at..].windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                break at + end + 4;
            }
            let more = heard.len() + 1;
            fill(&mut heard, more);
        };
        let answer = Answer::parse(&heard[at..end]);
        assert_eq!(answer.length, Some(body.len()), "answer {number}");
        let after = if *head { end } else { end + body.len() };
        fill(&mut heard, after);
        assert!(*head || heard[end..after] == body[..], "answer {number}");
        at = after;
    }
    assert_eq!(heard.len(), at);
    writer.join().unwrap().unwrap();
    assert!(lent(server.id()).is_none_or(|lent| lent == 3));
}

/// How many answers a process has lent to the system. `None`: it cannot.
fn lent(process: u32) -> Option<usize> {
    let files = fs::read_dir(format!("/proc/{process}/fd")).ok()?;
    let names = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    let is_lent = |name: &std::path::PathBuf| name.to_string_lossy().contains("memfd:cargo-mirror");
    cfg!(target_os = "linux").then(|| names.filter(is_lent).count())
}

#[test]
fn upstream_is_asked_whether_it_still_holds() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    requires!(debug_build);
    let offset = sandbox.path("offset");
    let run = sandbox.program(["serve", "--listen", "127.0.0.1:0", "--refresh", "1h"]);
    let server = Served::run(run.env("CARGO_MIRROR_CLOCK_OFFSET", &offset));
    server.get(INDEX).is(200);
    registry.forget();
    for _ in 0..10 {
        assert_eq!(server.get(INDEX).is(200).header("x-cargo-mirror"), "hit");
    }
    assert_eq!(registry.paths(), [""; 0]);
    // Longer than what is served while upstream is asked behind the answer.
    fs::write(&offset, (12 * 3600).to_string()).unwrap();
    server.get(INDEX).is(200);
    assert_eq!(registry.paths(), [index_of("leaf")]);
    assert_eq!(registry.unchanged_and_sent(), (1, 0));
    // A new version is seen by the next who asks.
    registry.publish(&Crate::new("leaf", "2.0.0"));
    fs::write(&offset, (24 * 3600).to_string()).unwrap();
    assert!(
        server
            .get(INDEX)
            .is(200)
            .text()
            .contains("\"vers\":\"2.0.0\"")
    );
}

#[test]
fn config_names_the_host_that_was_asked_or_the_public_url() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let config = "/crates-io/index/config.json";
    let dl = |answer: Answer| {
        let config: serde_json::Value = serde_json::from_slice(&answer.is(200).body).unwrap();
        config["dl"].as_str().unwrap().to_owned()
    };
    let server = Served::start(&sandbox, &[]);
    let tail = "/crates-io/dl/{crate}/{version}/download";
    assert_eq!(dl(server.get(config)), format!("{}{tail}", server.base));
    let said = server.say(format!(
        "GET {config} HTTP/1.1\r\nHost: mirror.example:81\r\nConnection: close\r\n\r\n"
    ));
    assert_eq!(
        dl(Answer::parse(&said)),
        format!("http://mirror.example:81{tail}")
    );
    for host in ["evil\"}", "a b", "a/b", "user@host", ""] {
        let said = server.say(format!(
            "GET {config} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        ));
        assert_eq!(Answer::parse(&said).status, 400, "{host:?}");
    }
    let server = Served::start(&sandbox, &["--only-mirrored"]);
    server.get("/registries/nowhere/index/config.json").is(404);
    let bench_public = ["--public-url", "https://crates.example.com/team/"];
    let mut running = sandbox
        .program(["serve", "--listen", "127.0.0.1:0"])
        .args(bench_public)
        .start();
    let line = running.line_with("sparse+");
    assert!(
        line.contains("sparse+https://crates.example.com/team/crates-io/index/"),
        "{line}"
    );
    running.kill();
    for url in ["ftp://x/", "x", "https://me:secret@x/", "https://x/?q"] {
        let run = sandbox.program(["serve", "--listen", "127.0.0.1:0", "--public-url", url]);
        run.outcome().exits(101).says("is no address");
    }
}

#[test]
fn other_registries_of_the_mirror_are_served_too() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    sandbox
        .program(["prefetch", "leaf=1.0.0"])
        .outcome()
        .exits(0);
    let there = sandbox.mirror().join("registries/r.example-0123");
    fs::create_dir_all(there.parent().unwrap()).unwrap();
    fs::rename(sandbox.mirror().join("crates-io"), &there).unwrap();
    let server = Served::start(&sandbox, &[]);
    let base = "/registries/r.example-0123";
    server.get(&format!("{base}/index/config.json")).is(200);
    let index = server.get(&format!("{base}/index/le/af/leaf")).is(200);
    assert_eq!(
        index.body,
        format!("{}\n", registry.line("leaf", "1.0.0")).as_bytes()
    );
    let krate = server
        .get(&format!("{base}/dl/leaf/1.0.0/download"))
        .is(200);
    assert_eq!(krate.body, registry.bytes("leaf", "1.0.0"));
    server
        .get(&format!("{base}/dl/leaf/1.1.0/download"))
        .is(404);
}

#[test]
fn https_is_served_with_a_certificate_that_can_change() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let issue = |folder: &str| {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(vec!["127.0.0.1".to_owned(), "localhost".to_owned()])
                .unwrap();
        fs::write(sandbox.path(&format!("{folder}.pem")), cert.pem()).unwrap();
        fs::write(sandbox.path("key.pem.new"), signing_key.serialize_pem()).unwrap();
        fs::copy(
            sandbox.path(&format!("{folder}.pem")),
            sandbox.path("cert.pem"),
        )
        .unwrap();
        fs::rename(sandbox.path("key.pem.new"), sandbox.path("key.pem")).unwrap();
    };
    issue("one");
    let tls = [
        "--tls-cert",
        "cert.pem",
        "--tls-key",
        "key.pem",
        "--log",
        "common",
        "--log-file",
        "log",
    ];
    let server = Served::start(&sandbox, &tls);
    assert!(server.base.starts_with("https://"), "{}", server.base);
    let project = sandbox.unlocked("project", &[Dep::new("leaf", "1")]);
    let trusting = |certificate: &str| {
        server
            .cargo(&sandbox, &["fetch"])
            .within(&project.folder)
            .env("CARGO_HTTP_CAINFO", sandbox.path(certificate))
            .env("CARGO_NET_RETRY", "0")
            .outcome()
    };
    trusting("one.pem").exits(0);
    assert!(
        fs::read_to_string(sandbox.path("log"))
            .unwrap()
            .contains("HTTP/2.0\" 200")
    );
    std::thread::sleep(Duration::from_millis(1100));
    issue("two");
    trusting("other.pem").exits(101);
    server.signal("HUP");
    let since = Instant::now();
    while trusting("two.pem").code != Some(0) {
        assert!(since.elapsed() < Duration::from_secs(30));
    }
    // One that is broken changes nothing.
    std::thread::sleep(Duration::from_millis(1100));
    fs::write(sandbox.path("key.pem"), "no key").unwrap();
    server.signal("HUP");
    std::thread::sleep(Duration::from_millis(200));
    trusting("two.pem").exits(0);
    server.stop().exits(0).says("stay in effect");
    let run = sandbox
        .program(["serve", "--listen", "127.0.0.1:0"])
        .args(tls);
    run.outcome().exits(101).says("cannot use the certificate");
}

#[test]
fn it_stops_when_what_is_under_way_is_done() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    registry.always(
        &registry.download_path("leaf", "1.0.0"),
        crate::fixture::server::Fault::Slow(Duration::from_millis(800)),
    );
    let mut stream = server.connect();
    stream
        .write_all(server.request("GET", CRATE, &[]).as_bytes())
        .unwrap();
    let mut idle = server.connect();
    std::thread::sleep(Duration::from_millis(300));
    let started = Instant::now();
    let reading = std::thread::spawn(move || {
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).unwrap();
        Answer::parse(&heard)
    });
    server.stop().exits(0).no_panic();
    assert!(started.elapsed() < Duration::from_secs(10));
    assert!(reading.join().unwrap().is(200).is_whole());
    let _ = idle.read(&mut [0]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_service_manager_hands_over_a_socket_and_is_told() {
    use std::os::unix::net::UnixDatagram;
    requires!(python3);
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let socket = UnixDatagram::bind(sandbox.path("notify")).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    // What systemd does: file 3 is the socket, and the process that gets it is named.
    let script = r#"exec python3 -c '
import os, socket, sys
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen()
if listener.fileno() != 3:
    os.dup2(listener.fileno(), 3)
os.set_inheritable(3, True)
os.environ["LISTEN_FDS"] = "1"
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.argv[1], sys.argv[1:])
' "$@""#;
    let run = sandbox
        .program(["serve", "--listen", "256.0.0.1:0"])
        .env("NOTIFY_SOCKET", sandbox.path("notify"))
        .wrapped(&["sh", "-c", script, "sh"]);
    let server = Served::run(run);
    let mut heard = [0; 256];
    let length = socket.recv(&mut heard).unwrap();
    assert!(heard[..length].starts_with(b"READY=1\n"));
    server.get("/healthz").is(200);
    server.stop().exits(0);
    let length = socket.recv(&mut heard).unwrap();
    assert!(heard[..length].starts_with(b"STOPPING=1\n"));
}

#[test]
fn addresses_that_cannot_be_listened_on_are_told() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let run = sandbox.program(["serve", "--listen", &address]).outcome();
    run.exits(101)
        .says("cannot listen on")
        .says("--listen 127.0.0.1:8080");
    sandbox
        .program(["serve", "--listen", "nonsense"])
        .outcome()
        .exits(101)
        .says("no address");
}

#[test]
fn prometheus_and_people_are_told_how_it_is() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    server.get(CRATE).is(200);
    let metrics = server.get("/metrics").is(200);
    for name in [
        "requests_total",
        "crates_total{from=\"miss\"} 1",
        "# TYPE cargo_mirror_connections gauge",
    ] {
        assert!(metrics.text().contains(name), "{name}");
    }
    assert!(
        server
            .get("/")
            .is(200)
            .text()
            .contains("replace-with = \"cargo-mirror-server\"")
    );
    server.get("/readyz").is(200);
    let told = sandbox
        .program(["stats", "--server", &server.base])
        .outcome()
        .exits(0);
    told.answers("1 misses").answers("leaf@1.0.0");
    let json = [
        "stats",
        "--server",
        &server.base,
        "--message-format",
        "json",
    ];
    let told = sandbox.program(json).outcome().exits(0).report();
    assert_eq!(told["crates"]["misses"], 1);
}
