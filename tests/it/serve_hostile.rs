//! Requests that nobody sends by accident: refused, without harm to anybody else, and nothing from outside the mirror in any
//! answer.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use cargo_mirror::serve::negotiate::{Part, part};
use cargo_mirror::serve::router::{Place, Route, route};
use proptest::prelude::*;

use crate::fixture::bench::Bench;
use crate::fixture::package::Crate;
use crate::fixture::registry::Registry;
use crate::fixture::served::{Answer, Served, hang_up};

const SECRET: &str = "nobody may read this";

fn world() -> (Registry, Bench) {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let bench = Bench::new(&registry);
    bench.program(["prefetch", "leaf"]).outcome().exits(0);
    for place in [
        "secret.txt",
        "mirror/secret.txt",
        "mirror/.mirror/secret.txt",
        "mirror/crates-io/secret.txt",
    ] {
        fs::write(bench.path(place), SECRET).unwrap();
    }
    (registry, bench)
}

fn contains(heard: &[u8], text: &str) -> bool {
    heard
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[test]
fn no_path_leads_out_of_the_mirror() {
    let (_registry, bench) = world();
    let server = Served::start(&bench, &["--offline"]);
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
    server.stop().exits(0).calm();
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

#[test]
fn absurd_requests_are_refused() {
    let (_registry, bench) = world();
    let server = Served::start(&bench, &["--offline", "--client-timeout", "2s"]);
    let long = "a".repeat(100_000);
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
    for (request, statuses) in [
        (format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"), &[414, 431, 0][..]),
        (format!("GET / HTTP/1.1\r\nHost: x\r\nX: {long}\r\n\r\n"), &[431, 0]),
        (format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "X: y\r\n".repeat(200)), &[431, 0]),
        ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello".to_owned(), &[400]),
        ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello".to_owned(), &[400]),
        ("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".to_owned(), &[400]),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 30\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
            &[400],
        ),
        (
            "POST /-/prefetch HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
            &[400, 403, 405],
        ),
        ("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n".to_owned(), &[400]),
        ("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n".to_owned(), &[400]),
        ("GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), &[400]),
        ("GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n".to_owned(), &[400]),
        ("DELETE /crates-io/index/le/af/leaf HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), &[405]),
        ("PUT /crates-io/dl/leaf/1.0.0/download HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc".to_owned(), &[405]),
        ("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), &[405]),
        ("CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), &[405]),
        ("POST /-/prefetch HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc".to_owned(), &[401, 403]),
        ("\x16\x03\x01\x02\x00\x01\x00\x01".to_owned(), &[400, 0]),
        ("nonsense\r\n\r\n".to_owned(), &[400, 0]),
    ] {
        let shown: String = request.chars().take(120).collect();
        let heard = server.say(&request);
        let status = Answer::parse(&heard).status;
        // What is no HTTP at all may be hung up on without a word.
        let refused = statuses.contains(&status) || status == 0;
        assert!(refused, "{shown:?} was answered with {status}");
        // One request, one answer: nothing was smuggled in behind it.
        assert!(!contains(&heard, "cargo_mirror_requests"), "{shown:?}");
    }
    server.get("/healthz").is(200);
    server.stop().exits(0).calm();
}

#[test]
fn slow_and_silent_clients_are_cut() {
    let (_registry, bench) = world();
    let server = Served::start(&bench, &["--offline", "--client-timeout", "1s"]);
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
    server.stop().exits(0).calm();
}

#[test]
fn connections_and_requests_are_limited() {
    let (_registry, bench) = world();
    let server = Served::start(&bench, &["--offline", "--max-connections-per-address", "5"]);
    let held: Vec<TcpStream> = (0..5).map(|_| server.connect()).collect();
    std::thread::sleep(Duration::from_millis(200));
    let mut turned_away = server.connect();
    let _ = turned_away.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    let mut heard = Vec::new();
    let _ = turned_away.read_to_end(&mut heard);
    assert!(heard.is_empty());
    drop(held);
    let since = Instant::now();
    while Answer::parse(&server.say(server.request("GET", "/healthz", &[]))).status != 200 {
        assert!(since.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(20));
    }
    server.stop().exits(0).calm();
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

/// Whether frames end a connection for a fault of the client's.
fn says_go_away(mut frames: &[u8]) -> bool {
    while let [a, b, c, kind, ..] = *frames {
        let end = 9 + u32::from_be_bytes([0, a, b, c]) as usize;
        // Nine bytes of head, the last stream, then the error.
        if kind == 7 && frames.get(13..17).is_some_and(|code| code != [0; 4]) {
            return true;
        }
        frames = frames.get(end..).unwrap_or_default();
    }
    false
}

#[test]
fn http2_attacks_end_their_own_connection_only() {
    let (_registry, bench) = world();
    let server = Served::start(&bench, &["--offline", "--client-timeout", "3s"]);
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
    // Streams opened and reset at once, by the thousand.
    let mut stream = begin();
    let mut refused = false;
    for number in 0..20_000_u32 {
        let id = number * 2 + 1;
        let both = [frame(1, 5, id, GET), frame(3, 0, id, &8_u32.to_be_bytes())].concat();
        if stream.write_all(&both).is_err() {
            refused = true;
            break;
        }
    }
    // All of it may have fitted between us, on a busy machine. Then the server's last words tell.
    hang_up(&stream);
    let mut heard = Vec::new();
    refused |= stream.read_to_end(&mut heard).is_err() || says_go_away(&heard);
    assert!(refused, "twenty thousand resets were borne");
    // Headers that go on without end.
    let mut stream = begin();
    let _ = stream.write_all(&frame(1, 1, 1, GET));
    for _ in 0..20_000 {
        let field = [&[0, 1, b'a', 100][..], &[b'b'; 100]].concat();
        if stream.write_all(&frame(9, 0, 1, &field)).is_err() {
            break;
        }
    }
    ends(stream);
    // Pings and settings without end, whose answers nobody reads.
    let mut stream = begin();
    stream
        .set_write_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    for _ in 0..100_000 {
        let both = [frame(6, 0, 0, &[0; 8]), frame(4, 0, 0, &[])].concat();
        if stream.write_all(&both).is_err() {
            break;
        }
    }
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
    server.stop().exits(0).calm();
}

proptest! {
    /// The law of the fuzz target `router`: whatever is asked for, what is found stays within its folder.
    #[test]
    fn the_router_finds_nothing_outside(
        start in "(/crates-io|/registries/[a-z.%/]{0,4})?/?(index|dl)?",
        pieces in proptest::collection::vec("[a-zA-Z0-9.%/\\\\_+-]{0,6}|\\.\\.|%2[eEfF]|%5c|%00|1\\.0\\.0|download|é", 0..8),
        length in 0..u64::MAX,
        range in "bytes=[0-9]{0,22}-[0-9]{0,22}|\\PC{0,12}",
    ) {
        let path = format!("{start}/{}", pieces.join("/"));
        let inside = |path: &str| !path.split('/').any(|part| ["", ".", ".."].contains(&part))
            && !path.contains(['\\', '\0', ':', '%']);
        let source = |place: Place<'_>| inside(&place.folder());
        prop_assert!(match route(&path) {
            Route::Index(place, name) => source(place) && inside(&name.index_path()),
            Route::Crate(place, id) => source(place) && inside(&id.file_name()),
            Route::Config(place) => source(place),
            _ => true,
        }, "{}", path);
        if let Part::Range(from, to) = part(range.as_bytes(), length) {
            prop_assert!(from < to && to <= length);
        }
    }
}
