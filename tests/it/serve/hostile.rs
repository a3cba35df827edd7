//! Requests that nobody sends by accident: refused, without harm to anybody else, and nothing from outside the mirror in any
//! answer.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use crate::fixture::package::{Crate, index_path};
use crate::fixture::random::noise;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::{Answer, Served, hang_up};
use crate::fixture::wait::until;

const SECRET: &str = "nobody may read this";

fn world() -> (Registry, Sandbox) {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    sandbox.program(["prefetch", "leaf"]).outcome().exits(0);
    for place in [
        "secret.txt",
        "mirror/secret.txt",
        "mirror/.mirror/secret.txt",
        "mirror/crates-io/secret.txt",
    ] {
        fs::write(sandbox.path(place), SECRET).unwrap();
    }
    (registry, sandbox)
}

fn contains(heard: &[u8], text: &str) -> bool {
    heard
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[test]
fn no_path_leads_out_of_the_mirror() {
    let (_registry, sandbox) = world();
    let server = Served::start(&sandbox, &["--offline"]);
    let ups = [
        "..",
        "%2e%2e",
        "%2E%2E",
        ".%2e",
        "..%00",
        "%c0%ae%c0%ae",
        "..%5c",
        "....",
        "%252e%252e",
        "..;",
    ];
    let slashes = ["/", "%2f", "%2F", "%5c", "\\", "//", "%252f", "%c0%af"];
    let starts = [
        "",
        "/crates-io",
        "/crates-io/index",
        "/crates-io/dl",
        "/crates-io/dl/leaf",
        "/registries",
        "/registries/x/index",
        "/.mirror",
        "/-",
    ];
    let mut asked = 0;
    let mut stream = server.connect();
    for start in starts {
        for up in ups {
            for slash in slashes {
                let path = format!("{start}/{up}{slash}{up}{slash}secret.txt");
                asked += 1;
                if path.contains('\\') {
                    // Not a path at all.
                    let heard = server.say(server.request("GET", &path, &[]));
                    assert!(!contains(&heard, SECRET), "{path}");
                    continue;
                }
                let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
                stream.write_all(request.as_bytes()).unwrap();
                let heard = answer(&mut stream);
                assert!(!contains(&heard, SECRET), "{path}");
                let status = Answer::parse(&heard).status;
                assert_eq!(status, 404, "{path}");
            }
        }
    }
    for path in [
        "/secret.txt",
        "/crates-io/secret.txt",
        "/crates-io/index/secret.txt",
        "/crates-io/index/se/cr/secret.txt",
        "/.mirror/secret.txt",
        "/crates-io/dl/secret.txt/1.0.0/download",
        "/crates-io/dl/leaf/1.0.0/../../../../secret.txt",
        "file:///etc/passwd",
        "http://elsewhere.example/etc/passwd",
        "*",
    ] {
        let heard = server.say(server.request("GET", path, &[]));
        assert!(
            !contains(&heard, SECRET) && !contains(&heard, "root:"),
            "{path}"
        );
        assert!([400, 404].contains(&Answer::parse(&heard).status), "{path}");
    }
    assert!(asked > 500);
    server.get("/crates-io/dl/leaf/1.0.0/download").is(200);
    server.stop().exits(0).no_panic();
}

/// One answer of a connection that goes on.
fn answer(stream: &mut TcpStream) -> Vec<u8> {
    let mut heard = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let answer = Answer::parse(&heard);
        if answer.status != 0 && answer.is_whole() {
            return heard;
        }
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return heard,
            Ok(read) => heard.extend_from_slice(&piece[..read]),
        }
    }
}

/// Refused with this status, and nothing that came behind it was taken for another request.
#[track_caller]
fn refused(server: &Served, request: &str, status: u16) {
    let shown: String = request.chars().take(120).collect();
    let heard = server.say(request);
    assert_eq!(Answer::parse(&heard).status, status, "{shown:?}");
    assert!(!contains(&heard, "cargo_mirror_requests"), "{shown:?}");
    let answers = heard.windows(9).filter(|window| window == b"HTTP/1.1 ");
    assert_eq!(answers.count(), 1, "{shown:?}");
}

/// Whatever was sent, the server holds little of it.
#[track_caller]
fn bounded(server: &Served) {
    if !cfg!(target_os = "linux") {
        return;
    }
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let peak = status.lines().find(|line| line.starts_with("VmHWM"));
    let peak = peak.unwrap();
    let kilobytes: u64 = peak.split_whitespace().nth(1).unwrap().parse().unwrap();
    assert!(kilobytes < 64_000, "{peak}");
}

#[test]
fn huge_ranges_are_parts_of_what_is_there() {
    // One that is kept in memory, and one that is not.
    let big = Crate::new("big", "1.0.0").file("noise.bin", noise(2 << 20, 5));
    let registry = Registry::new([Crate::new("leaf", "1.0.0"), big]);
    let sandbox = Sandbox::new(&registry);
    sandbox
        .program(["prefetch", "leaf", "big"])
        .outcome()
        .exits(0);
    let server = Served::start(&sandbox, &["--offline"]);
    let many = vec!["0-"; 2000].join(",");
    for name in ["leaf", "big"] {
        let path = format!("/crates-io/dl/{name}/1.0.0/download");
        let whole = registry.bytes(name, "1.0.0");
        for (range, status) in [
            ("0-99999999999999999999999999999999", 206),
            ("0-18446744073709551615", 206),
            ("-18446744073709551616", 206),
            ("18446744073709551615-", 416),
            ("18446744073709551615-18446744073709551615", 416),
            ("-0", 416),
            ("9-3", 200),
            ("0x0-0x5", 200),
            // Many ranges in one are as good as none: no answer is larger than the thing itself.
            (many.as_str(), 200),
            ("0-,0-,0-,0-,0-,0-", 200),
        ] {
            let range = format!("bytes={range}");
            let answer = server.ask("GET", &path, &[("Range", &range)]);
            assert_eq!(answer.status, status, "{path} {range}");
            let told = status == 416 && answer.body.len() < 200;
            assert!(told || answer.body == whole, "{path} {range}");
        }
        // Index files come whole.
        let index = format!("/crates-io/index/{}", index_path(name));
        let line = format!("{}\n", registry.line(name, "1.0.0"));
        let answer = server.ask("GET", &index, &[("Range", "bytes=0-99999999999999999999")]);
        assert!(answer.is(200).body == line.as_bytes());
    }
    bounded(&server);
    server.stop().exits(0).no_panic();
}

/// How a request begins, how it goes on behind its host, and what it is answered. `BEHIND` is another request, for a server
/// that takes the first to end elsewhere.
const ABSURD: [(&str, &str, u16); 30] = [
    ("GET /LONG", "\r\n", 431),
    ("GLONG /", "\r\n", 431),
    ("GET /", "X: LONG\r\n\r\n", 431),
    ("GET /", "MANY\r\n", 431),
    ("GET /", "Host: y\r\n\r\n", 400),
    ("GET /", "Content-Length: 5\r\n\r\nhello", 400),
    (
        "GET /",
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        400,
    ),
    ("GET /", "Content-Length: 5, 5\r\n\r\nhello", 400),
    ("GET /", "Content-Length: +5\r\n\r\nhello", 400),
    ("GET /", "Content-Length: -1\r\n\r\n", 400),
    (
        "GET /",
        "Content-Length: 99999999999999999999999\r\n\r\n",
        400,
    ),
    ("GET /", "Transfer-Encoding: chunked\r\n\r\nBEHIND", 400),
    (
        "GET /",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nBEHIND",
        400,
    ),
    ("GET /", "Transfer-Encoding: xchunked\r\n\r\nBEHIND", 400),
    ("GET /", "Transfer-Encoding : chunked\r\n\r\nBEHIND", 400),
    ("GET /", "Transfer-Encoding: \x0bchunked\r\n\r\nBEHIND", 400),
    (
        "GET /",
        "X: a\r\n Transfer-Encoding: chunked\r\n\r\nBEHIND",
        400,
    ),
    (
        "GET /",
        "X: a\rTransfer-Encoding: chunked\r\n\r\nBEHIND",
        400,
    ),
    (
        "POST /-/prefetch",
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nBEHIND",
        403,
    ),
    (
        "POST /-/prefetch",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\nBEHIND",
        400,
    ),
    ("POST /-/prefetch", "Content-Length: 3\r\n\r\nabc", 403),
    (
        "POST /-/prefetch",
        "Transfer-Encoding: chunked\r\n\r\n3;LONG\r\nabc\r\n0\r\n\r\n",
        403,
    ),
    ("GET /\0", "\r\n", 400),
    ("GET /a b", "\r\n", 400),
    ("GET /", "X: a\0b\r\n\r\n", 400),
    ("DELETE /crates-io/index/le/af/leaf", "\r\n", 405),
    (
        "PUT /crates-io/dl/leaf/1.0.0/download",
        "Content-Length: 3\r\n\r\nabc",
        405,
    ),
    ("OPTIONS *", "\r\n", 405),
    ("TRACE /", "\r\n", 405),
    ("CONNECT evil.example:443", "\r\n", 405),
];

#[test]
fn absurd_names_are_not_found() {
    let (_registry, sandbox) = world();
    let server = Served::start(&sandbox, &["--offline"]);
    let names: Vec<String> = [
        "a".repeat(65),
        "con".to_owned(),
        "%00".to_owned(),
        "n%c3%a4me".to_owned(),
        "a.b".to_owned(),
        "%0d%0aSet-Cookie:x".to_owned(),
        "-rf".to_owned(),
    ]
    .into();
    for name in names {
        server
            .get(&format!("/crates-io/dl/{name}/1.0.0/download"))
            .is(404);
        server
            .get(&format!("/crates-io/index/se/rd/{name}"))
            .is(404);
    }
    server
        .get(&format!(
            "/crates-io/dl/leaf/1.0.0-{}/download",
            "x".repeat(400)
        ))
        .is(404);
    server.get(&format!("/{}", "a".repeat(2000))).is(414);
    server.stop().exits(0).no_panic();
}

#[test]
fn absurd_requests_are_refused() {
    let (_registry, sandbox) = world();
    let server = Served::start(&sandbox, &["--offline", "--client-timeout", "2s"]);
    let long = "a".repeat(20_000);
    let many = "X: y\r\n".repeat(200);
    for (start, rest, status) in ABSURD {
        let request = format!("{start} HTTP/1.1\r\nHost: x\r\n{rest}")
            .replace("LONG", &long)
            .replace("MANY", &many)
            .replace(
                "BEHIND",
                "0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n",
            );
        refused(&server, &request, status);
    }
    for request in [
        "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        "GET /crates-io/index/config.json HTTP/1.1\r\nHost: \"><script>\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        "GET /healthz HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01",
        "nonsense\r\n\r\n",
    ] {
        refused(&server, request, 400);
    }
    // Far more than is ever read. The library may hang up while it still comes, and the answer is lost with it.
    for huge in [
        format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(8 << 20)),
        format!(
            "GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n",
            "a".repeat(8 << 20)
        ),
        format!(
            "GET / HTTP/1.1\r\nHost: x\r\n{}\r\n",
            "X: y\r\n".repeat(1 << 20)
        ),
    ] {
        let status = Answer::parse(&server.say(huge)).status;
        assert!([431, 0].contains(&status), "{status}");
        server.get("/healthz").is(200);
    }
    bounded(&server);
    server.get("/healthz").is(200);
    server.stop().exits(0).no_panic();
}

#[test]
fn slow_and_silent_clients_are_cut() {
    let (_registry, sandbox) = world();
    let server = Served::start(&sandbox, &["--offline", "--client-timeout", "1s"]);
    let mut silent: Vec<TcpStream> = (0..50).map(|_| server.connect()).collect();
    let started = Instant::now();
    // One byte of a request at a time.
    let mut dripping = server.connect();
    let mut cut = false;
    for byte in b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" {
        if dripping.write_all(&[*byte]).is_err() {
            cut = true;
            break;
        }
        server.get("/healthz").is(200);
        std::thread::sleep(Duration::from_millis(100));
        if started.elapsed() > Duration::from_secs(6) {
            break;
        }
    }
    assert!(cut, "a request of 90 bytes may take for ever");
    for stream in &mut silent {
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).unwrap();
    }
    // HTTP/2, and then not a word.
    let mut stream = server.connect();
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .unwrap();
    let mut heard = Vec::new();
    stream.read_to_end(&mut heard).unwrap();
    server.stop().exits(0).no_panic();
}

#[test]
fn connections_and_requests_are_limited() {
    let (_registry, sandbox) = world();
    let server = Served::start(
        &sandbox,
        &["--offline", "--max-connections-per-address", "5"],
    );
    let held: Vec<TcpStream> = (0..5).map(|_| server.connect()).collect();
    std::thread::sleep(Duration::from_millis(200));
    let mut rejected_limit = server.connect();
    let _ = rejected_limit.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    let mut heard = Vec::new();
    let _ = rejected_limit.read_to_end(&mut heard);
    let answer = Answer::parse(&heard).is(503);
    assert_ne!(answer.header("retry-after"), "");
    drop(held);
    until("connections are let in again", || {
        Answer::parse(&server.say(server.request("GET", "/healthz", &[]))).status == 200
    });
    server.stop().exits(0).no_panic();
}

/// A frame of HTTP/2.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// `GET / http` with an authority of `x`, as literals and indexed fields.
const GET: &[u8] = &[0x82, 0x86, 0x84, 0x01, 0x01, b'x'];

type Frames<'a> = Box<dyn Iterator<Item = Vec<u8>> + 'a>;

/// Says these frames until nobody listens any more, and hears what the server has to say to that.
fn flood(server: &Served, frames: impl Iterator<Item = Vec<u8>>) -> (bool, Vec<u8>) {
    let mut stream = server.connect();
    stream.write_all(PREFACE).unwrap();
    stream.write_all(&frame(4, 0, 0, &[])).unwrap();
    stream
        .set_write_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    // What the server says at the end is lost where it is not read while more is sent.
    let mut reading = stream.try_clone().unwrap();
    let listener = std::thread::spawn(move || {
        let mut heard = Vec::new();
        let _ = reading.read_to_end(&mut heard);
        heard
    });
    let mut frames = frames;
    let cut = frames.any(|frame| stream.write_all(&frame).is_err());
    hang_up(&stream);
    (cut, listener.join().unwrap())
}

#[test]
fn http2_floods_are_cut_off_and_others_served() {
    let (_registry, sandbox) = world();
    let server = Served::start(&sandbox, &["--offline", "--client-timeout", "3s"]);
    let opened = |number: u32| frame(1, 5, number * 2 + 1, GET);
    let field = [&[0, 1, b'a', 100][..], &[b'b'; 100]].concat();
    // One header put into the library's table, then named again and again.
    let bomb = [GET, &[0x40, 1, b'a', 0x7f, 0x81, 0x1e], &[b'b'; 4000]].concat();
    let headers = |start: &[u8]| std::iter::once(frame(1, 1, 1, start));
    // These are the library's own doing, with bounds of ours (see `serve::net::listen`): it says why, and ends the connection.
    let floods: [(&str, &str, Frames<'_>); 6] = [
        (
            // CVE-2023-44487
            "streams opened and reset at once",
            "too_many_resets",
            Box::new((0..100_000).map(|number| {
                let reset = frame(3, 0, number * 2 + 1, &8_u32.to_be_bytes());
                [opened(number), reset].concat()
            })),
        ),
        (
            "streams beyond what is allowed at once",
            "too_many_internal_resets",
            Box::new((0..200_000).map(opened)),
        ),
        (
            "headers that go on without end",
            "too_many_continuations",
            Box::new(headers(GET).chain((0..200_000).map(|_| frame(9, 0, 1, &field)))),
        ),
        (
            "headers that go on with nothing",
            "too_many_continuations",
            Box::new(headers(GET).chain((0..200_000).map(|_| frame(9, 0, 1, &[])))),
        ),
        (
            "headers that unpack to gigabytes",
            "header_list_way_too_large",
            Box::new(headers(&bomb).chain((0..10_000).map(|_| frame(9, 0, 1, &[0xbe; 16_000])))),
        ),
        (
            "data without a byte in it",
            "too_many_data_frames",
            Box::new(
                std::iter::once(frame(1, 4, 1, &[0x83, 0x86, 0x84, 1, 1, b'x']))
                    .chain((0..200_000).map(|_| frame(0, 0, 1, &[]))),
            ),
        ),
    ];
    for (what, why, frames) in floods {
        let (cut, heard) = flood(&server, frames);
        assert!(cut, "borne: {what}");
        // The connection may be gone before its last word is read.
        let said = contains(&heard, why);
        assert!(said || !contains(&heard, "too_many"), "{what}: {heard:?}");
        server.get("/healthz").is(200);
    }
    bounded(&server);
    server.stop().exits(0).no_panic();
}

#[test]
fn http2_attacks_end_their_own_connection_only() {
    let (_registry, sandbox) = world();
    let server = Served::start(&sandbox, &["--offline", "--client-timeout", "3s"]);
    let begin = || {
        let mut stream = server.connect();
        stream.write_all(PREFACE).unwrap();
        stream.write_all(&frame(4, 0, 0, &[])).unwrap();
        stream
    };
    let ends = |mut stream: TcpStream| {
        hang_up(&stream);
        let mut heard = Vec::new();
        let _ = stream.read_to_end(&mut heard);
    };
    // Pings and settings without end, whose answers nobody reads: the server reads no more, and lets go in the end.
    let mut stream = begin();
    stream
        .set_write_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    let both = [frame(6, 0, 0, &[0; 8]), frame(4, 0, 0, &[])].concat();
    let stuck = (0..2_000_000).any(|_| stream.write_all(&both).is_err());
    assert!(stuck, "two million pings were borne");
    ends(stream);
    // Frames that make no sense.
    for nonsense in [
        frame(0, 0, 0, b"data"),
        frame(8, 0, 0, &[0, 0, 0, 0]),
        frame(1, 5, 2, GET),
        frame(1, 5, 1, &[0xff; 50]),
        frame(200, 255, u32::MAX, &[1; 10]),
        vec![0xff; 100],
    ] {
        let mut stream = begin();
        let _ = stream.write_all(&nonsense);
        ends(stream);
    }
    // An upgrade that is followed by something else.
    for rest in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0; 200], PREFACE] {
        let mut stream = server.connect();
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n")
            .unwrap();
        let _ = stream.write_all(rest);
        ends(stream);
    }
    server.get("/healthz").is(200);
    bounded(&server);
    server.stop().exits(0).no_panic();
}

#[path = "../../fuzz/targets/routed.rs"]
mod routed;

#[test]
fn the_seeds_of_the_fuzz_target_keep_its_laws() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds/router");
    let mut seen = 0;
    for entry in fs::read_dir(seeds).unwrap() {
        routed::holds(&fs::read(entry.unwrap().path()).unwrap());
        seen += 1;
    }
    assert!(seen > 4);
}

proptest! {
    /// The laws of the fuzz target `router`: whatever is asked for, what is found stays within its folder.
    #[test]
    fn the_router_finds_nothing_outside(
        start in "(/crates-io|/registries/[a-z.%/]{0,4})?/?(index|dl)?",
        pieces in proptest::collection::vec("[a-zA-Z0-9.%/\\\\_+-]{0,6}|\\.\\.|%2[eEfF]|%5c|%00|1\\.0\\.0|download|é", 0..8),
    ) {
        routed::holds(format!("{start}/{}", pieces.join("/")).as_bytes());
    }

    #[test]
    fn registries_are_folders_of_their_own(
        folder in "[a-z./%\\\\:\u{0}]{0,5}|\\.{1,3}|\\.\\./[a-z]{0,3}|%2e%2e|[a-zA-Z0-9_.-]{1,8}",
        tail in "index/(1/a|config\\.json|se/rd/serde|\\.\\./x)|dl/(a|%2e)/1\\.0\\.0/download",
    ) {
        routed::holds(format!("/registries/{folder}/{tail}").as_bytes());
    }

    #[test]
    fn escapes_are_undone_once(
        name in "[a-z]{1,4}(%[0-9a-fA-F]{2}|%25[0-9]{2}|%|[a-z]){0,3}",
        version in "1\\.0\\.0([+-]|%2[bBdD]|%25|%2525)?(%[2-7][0-9a-fA-F]|[a-z0-9.]){0,4}",
    ) {
        routed::holds(format!("/crates-io/dl/{name}/{version}/download").as_bytes());
    }

    #[test]
    fn headers_are_read_without_harm(
        range in "bytes=[0-9]{0,22}-[0-9]{0,22}|\\PC{0,12}",
        accepted in "((gzip|zstd|br|\\*|identity)( ?; ?[qQ] ?= ?[0-9.]{0,6})?,? ?){0,6}",
        tags in "((W/)?\"?(abc|x|é)(-gzip)?\"?,? ?|\\*){0,5}",
    ) {
        routed::holds(format!("{range}\n{accepted}\n{tags}").as_bytes());
    }
}
