//! Upstreams that are slow, cut what they send, or speak HTTP in their own way, behind the server: clients get what they would
//! get without it.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use crate::fixture::package::{Crate, Dep, gzip, index_path, sha256};
use crate::fixture::project::write;
use crate::fixture::raw::{Call, Raw};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::Served;
use crate::fixture::wait::until;

const KRATE: &str = "/crates-io/dl/leaf/1.0.0/download";
const INDEX: &str = "/crates-io/index/le/af/leaf";

/// Bytes that nothing packs, that have to be read in more than one go, and that begin as a crate does.
fn bytes() -> Vec<u8> {
    let mut state = 7_u32;
    let next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    let noise = (0..599_998).map(next);
    [0x1f, 0x8b].into_iter().chain(noise).collect()
}

fn line(name: &str, checksum: &str) -> String {
    format!(
        r#"{{"name":"{name}","vers":"1.0.0","deps":[],"cksum":"{checksum}","features":{{}},"yanked":false}}"#
    )
}

/// A registry of one crate. Whatever `other` takes is not answered as usual.
fn upstream(other: impl Fn(&mut Call) -> bool + Send + Sync + 'static) -> Raw {
    Raw::start(move |mut call| {
        if other(&mut call) {
            return;
        }
        let host = call.header("host").unwrap_or_default().to_owned();
        match call.path() {
            "/index/config.json" => {
                let config = format!(r#"{{"dl":"http://{host}/dl/{{crate}}/{{version}}"}}"#);
                call.sends(config.as_bytes());
            }
            "/index/le/af/leaf" => {
                call.sends(format!("{}\n", line("leaf", &sha256(&bytes()))).as_bytes());
            }
            "/dl/leaf/1.0.0" => call.sends(&bytes()),
            _ => call.answers(&["404 Not Found", "Content-Length: 0"], b""),
        }
    })
}

/// A server before it.
fn before(upstream: &Raw) -> (Sandbox, Served) {
    let sandbox = Sandbox::new(&Registry::new([]));
    let served = at(&sandbox, &upstream.index());
    (sandbox, served)
}

fn at(sandbox: &Sandbox, upstream: &str) -> Served {
    Served::run(
        sandbox
            .program(["serve", "--listen", "127.0.0.1:0"])
            .args(["--upstream", upstream]),
    )
}

fn cut(call: &mut Call, headers: &[&str]) {
    let all = bytes();
    let length = format!("Content-Length: {}", all.len());
    let lines: Vec<&str> = [&["200 OK", &length], headers].concat();
    call.answers(&lines, &all[..400_000]);
}

#[test]
fn a_crate_that_was_cut_goes_on_where_it_was_cut_while_a_client_reads_it() {
    let upstream = upstream(|call| {
        if call.path() != "/dl/leaf/1.0.0" {
            return false;
        }
        if call.number == 0 {
            cut(call, &["ETag: \"one\"", "Accept-Ranges: bytes"]);
            return true;
        }
        let from = call.header("range").and_then(|range| {
            let from = range.strip_prefix("bytes=")?.strip_suffix('-')?;
            from.parse::<usize>().ok()
        });
        let from = from.expect("only the rest is asked for");
        let rest = &bytes()[from..];
        let range = format!("Content-Range: bytes {from}-599999/600000");
        let length = format!("Content-Length: {}", rest.len());
        call.answers(&["206 Partial Content", &range, &length], rest);
        true
    });
    let (_bench, server) = before(&upstream);
    let answer = server.get(KRATE).is(200);
    assert!(answer.is_whole());
    assert_eq!(answer.body, bytes());
    let heads = upstream.heads();
    let asked: Vec<_> = heads.iter().filter(|head| head.contains("/dl/")).collect();
    assert_eq!(asked.len(), 2);
    assert!(
        asked[1].to_lowercase().contains("if-range: \"one\""),
        "{}",
        asked[1]
    );
}

#[test]
fn a_crate_that_was_cut_comes_whole_from_a_server_that_knows_no_parts() {
    for refuses in [false, true] {
        let upstream = upstream(move |call| {
            if call.path() != "/dl/leaf/1.0.0" {
                return false;
            }
            if call.number == 0 {
                // It says that it has parts, and then has none.
                cut(
                    call,
                    if refuses {
                        &["Accept-Ranges: bytes"]
                    } else {
                        &[]
                    },
                );
                return true;
            }
            if call.header("range").is_some() {
                call.answers(&["416 Range Not Satisfiable", "Content-Length: 0"], b"");
                return true;
            }
            false
        });
        let (_bench, server) = before(&upstream);
        let answer = server.get(KRATE).is(200);
        assert!(answer.is_whole());
        assert_eq!(answer.body, bytes());
    }
}

#[test]
fn prefetch_goes_on_where_a_crate_was_cut() {
    let upstream = upstream(|call| {
        if call.path() != "/dl/leaf/1.0.0" {
            return false;
        }
        if call.number == 0 {
            cut(call, &["Last-Modified: Wed, 21 Oct 2015 07:28:00 GMT"]);
            return true;
        }
        // Another file by now: all of it comes, and what was there is passed over.
        assert!(call.header("if-range").is_some());
        false
    });
    let sandbox = Sandbox::new(&Registry::new([]));
    let run = sandbox.program(["prefetch", "leaf@1.0.0", "--upstream", &upstream.index()]);
    // What comes is no archive; that is another matter.
    drop(run.outcome());
    let asked = upstream.heads();
    assert_eq!(asked.iter().filter(|head| head.contains("/dl/")).count(), 2);
}

#[test]
fn tries_are_as_many_and_as_long_as_cargos_config_says() {
    let upstream = upstream(|call| {
        let silent = call.path() == "/dl/leaf/1.0.0" && call.number < 3;
        if silent {
            // Until the other side gives up.
            let _ = call.stream.read(&mut [0]);
        }
        silent
    });
    let sandbox = Sandbox::new(&Registry::new([]));
    write(
        &sandbox.path("cargo-home/config.toml"),
        "[http]\ntimeout = 1\n[net]\nretry = 3\n",
    );
    let server = at(&sandbox, &upstream.index());
    server.get(KRATE).is(200);
}

#[test]
fn codings_are_read_whatever_their_name_is_spelt_like() {
    let deflated = {
        let mut encoder =
            flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(&bytes()).unwrap();
        encoder.finish().unwrap()
    };
    for (coding, krate) in [
        ("GZIP", gzip(&bytes())),
        ("x-gzip", gzip(&bytes())),
        ("Deflate", deflated),
        // Said of bytes that are not.
        ("gzip", bytes()),
    ] {
        let said = format!("Content-Encoding: {coding}");
        let named = coding.to_owned();
        let upstream = upstream(move |call| {
            let text = match call.path() {
                "/dl/leaf/1.0.0" => krate.clone(),
                "/index/le/af/leaf" if named != "Deflate" => {
                    gzip(format!("{}\n", line("leaf", &sha256(&bytes()))).as_bytes())
                }
                _ => return false,
            };
            let length = format!("Content-Length: {}", text.len());
            call.answers(&["200 OK", &said, &length], &text);
            true
        });
        let (_bench, server) = before(&upstream);
        let index = server.get(INDEX).is(200);
        assert!(index.body.starts_with(b"{\"name\":\"leaf\""), "{coding}");
        let krate = server.get(KRATE).is(200);
        assert_eq!(krate.body, bytes(), "{coding}");
    }
}

#[test]
fn an_index_file_that_breaks_off_in_a_line_is_asked_for_again() {
    let upstream = upstream(|call| {
        if call.path() != "/index/le/af/leaf" || call.number > 0 {
            return false;
        }
        let whole = line("leaf", &sha256(&bytes()));
        let text = format!("{whole}\n{}", &whole[..whole.len() / 2]);
        call.answers(&["200 OK"], text.as_bytes());
        true
    });
    let (_bench, server) = before(&upstream);
    let answer = server.get(INDEX).is(200);
    assert!(answer.body.ends_with(b"}\n"), "{}", answer.text());
}

#[test]
fn an_answer_may_have_many_headers() {
    let many: Vec<String> = (0..300).map(|number| format!("X-{number}: y")).collect();
    let upstream = upstream(move |call| {
        if call.path() != "/index/le/af/leaf" {
            return false;
        }
        let text = format!("{}\n", line("leaf", &sha256(&bytes())));
        let length = format!("Content-Length: {}", text.len());
        let mut lines = vec!["200 OK", &length];
        lines.extend(many.iter().map(String::as_str));
        call.answers(&lines, text.as_bytes());
        true
    });
    let (_bench, server) = before(&upstream);
    server.get(INDEX).is(200);
}

#[test]
fn an_index_file_of_more_versions_than_any_crate_has_is_served() {
    let line = line("leaf", &sha256(b""));
    let mut lines = String::new();
    for patch in 0..82_000 {
        lines += &line.replace("1.0.0", &format!("1.0.{patch}"));
        lines += &" ".repeat(60);
        lines.push('\n');
    }
    assert!(lines.len() > 16 << 20);
    let text = lines.clone();
    let upstream = upstream(move |call| {
        let it = call.path() == "/index/le/af/leaf";
        if it {
            call.sends(text.as_bytes());
        }
        it
    });
    let (_bench, server) = before(&upstream);
    let answer = server.get(INDEX).is(200);
    assert_eq!(answer.body.len(), lines.len());
}

#[test]
fn crates_that_crawl_keep_nobody_from_the_index_nor_from_other_crates() {
    let upstream = Raw::start(|mut call| {
        let host = call.header("host").unwrap_or_default().to_owned();
        let path = call.path().to_owned();
        if path == "/index/config.json" {
            let config = format!(r#"{{"dl":"http://{host}/dl/{{crate}}/{{version}}"}}"#);
            call.sends(config.as_bytes());
        } else if let Some(name) = path.strip_prefix("/dl/crawl").map(|_| &path[4..]) {
            let _ = call
                .stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n");
            let byte = name.as_bytes()[0];
            // Until the server is gone, at more than cargo calls a stall.
            while call.stream.write_all(&[byte; 64]).is_ok() {
                std::thread::sleep(Duration::from_millis(100));
            }
        } else if path.starts_with("/dl/") {
            call.sends(b"small");
        } else {
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            call.sends(format!("{}\n", line(&name, &sha256(b"small"))).as_bytes());
        }
    });
    let (_bench, server) = before(&upstream);
    let mut crawling = Vec::new();
    for number in 0..24 {
        let path = format!("/crates-io/dl/crawl{number:02}/1.0.0/download");
        let mut stream = server.connect();
        stream
            .write_all(server.request("GET", &path, &[]).as_bytes())
            .unwrap();
        crawling.push(stream);
    }
    until("sixteen requests have arrived", || {
        upstream
            .heads()
            .iter()
            .filter(|head| head.contains("/dl/crawl"))
            .count()
            >= 16
    });
    let since = Instant::now();
    server
        .get(&format!("/crates-io/index/{}", index_path("quick")))
        .is(200);
    assert!(
        since.elapsed() < Duration::from_secs(2),
        "{:?}",
        since.elapsed()
    );
    server.get("/crates-io/dl/quick/1.0.0/download").is(200);
    assert!(
        since.elapsed() < Duration::from_secs(15),
        "{:?}",
        since.elapsed()
    );
}

#[test]
fn a_server_that_is_its_own_upstream_says_so_at_once() {
    let sandbox = Sandbox::new(&Registry::new([]));
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let upstream = format!("sparse+http://127.0.0.1:{port}/crates-io/index/");
    let server = Served::run(
        sandbox
            .program(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .args(["--upstream", &upstream]),
    );
    let since = Instant::now();
    let answer = server.get(INDEX).is(508);
    assert!(answer.text().contains("this server itself"));
    assert!(since.elapsed() < Duration::from_secs(10));
    let ended = server.stop().says("this server itself");
    ended.says("--upstream");
}

#[test]
fn two_servers_that_name_each_other_say_so_at_once() {
    let sandbox = Sandbox::new(&Registry::new([]));
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let one = at(
        &sandbox,
        &format!("sparse+http://127.0.0.1:{port}/crates-io/index/"),
    );
    let other = Sandbox::new(&Registry::new([]));
    let two = Served::run(
        other
            .program(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .args(["--upstream", &one.index()]),
    );
    let since = Instant::now();
    for server in [&one, &two] {
        server.get(INDEX).is(508);
    }
    assert!(since.elapsed() < Duration::from_secs(10));
}

#[test]
fn what_is_switched_on_for_a_server_is_the_way_out_for_every_verb() {
    let registry = Registry::new([
        Crate::new("top", "1.0.0").needs("leaf"),
        Crate::new("leaf", "1.0.0"),
    ]);
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    let project = sandbox.project("app", &[Dep::new("top", "1")]);
    let home = sandbox.fresh("laptop-home");
    let run = |arguments: &[&str]| {
        sandbox
            .program(arguments)
            .env("CARGO_HOME", &home)
            .env("CARGO_MIRROR_DIR", sandbox.path("laptop-mirror"))
            // Nothing but what cargo's config has.
            .env("CARGO_MIRROR_UPSTREAM", "")
            .within(&project.folder)
            .outcome()
    };
    run(&["on", "--global", "--server", &server.base]).exits(0);
    run(&["prefetch", "leaf@1.0.0"]).exits(0);
    run(&["outdated"]).exits(0);
    run(&["vendor"]).exits(0);
    run(&["status"]).exits(0);
    // And the project builds out of the folder now.
    let judged = sandbox.judge(["check", "--locked"]).within(&project.folder);
    judged.outcome().exits(0);
}

#[test]
fn a_server_passes_over_what_points_at_itself() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let config = format!(
        "[source.crates-io]\nreplace-with = \"company\"\n[registries.company]\nindex = {:?}\n",
        registry.index()
    );
    write(&sandbox.path("cargo-home/config.toml"), &config);
    let base = format!("http://localhost:{port}");
    let on = sandbox.program(["on", "--global", "--server", &base]);
    on.outcome().exits(0);
    let server = Served::run(
        sandbox
            .program(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .env("CARGO_MIRROR_UPSTREAM", ""),
    );
    server.get(INDEX).is(200);
}
