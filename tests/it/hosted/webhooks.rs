//! Web hooks: signed, tried again, and never in the way.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::fixture::package::Crate;
use crate::fixture::project::write;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::Served;
use crate::fixture::wait::until;

/// A request that a hook got: its head and its body.
pub(crate) type Heard = Arc<Mutex<Vec<(String, String)>>>;

/// Hears what it is told, and answers each with the next status; the last for ever.
pub(crate) fn listener(statuses: &'static [u16]) -> (String, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook?key=unsaid", listener.local_addr().unwrap());
    let told = Heard::default();
    let teller = Arc::clone(&told);
    thread::spawn(move || {
        for (number, stream) in listener.incoming().flatten().enumerate() {
            let mut stream = stream;
            let mut all = Vec::new();
            let mut buffer = [0; 4096];
            let (head, body) = loop {
                let read = stream.read(&mut buffer).unwrap_or(0);
                all.extend_from_slice(&buffer[..read]);
                let text = String::from_utf8_lossy(&all).into_owned();
                if let Some((head, body)) = text.split_once("\r\n\r\n") {
                    let length = head.to_lowercase();
                    let length = length.split("content-length: ").nth(1).unwrap();
                    let length: usize = length.lines().next().unwrap().parse().unwrap();
                    if body.len() >= length || read == 0 {
                        break (head.to_owned(), body.to_owned());
                    }
                }
                assert!(read > 0, "the request ends early");
            };
            teller.lock().unwrap().push((head, body));
            let status = statuses[number.min(statuses.len() - 1)];
            let _ = write!(
                stream,
                "HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
        }
    });
    (url, told)
}

/// A mirror that hosts `corp`, with these hooks.
fn hosted(hooks: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::new(&Registry::new([]));
    let url = "sparse+https://crates.example.com/registries/corp/index/";
    sandbox
        .program(["registry", "new", "corp", "--url", url])
        .outcome()
        .exits(0);
    let mut settings = fs::read_to_string(sandbox.mirror().join("mirror.toml")).unwrap();
    for (url, events) in hooks {
        write!(settings, "\n[[registries.corp.webhooks]]\nurl = \"{url}\"\nsecret-file = \"hook-secret\"\nevents = [{events}]\n").expect("text grows");
    }
    write(&sandbox.mirror().join("mirror.toml"), settings);
    write(
        &sandbox.mirror().join("hook-secret"),
        "sekrit-of-the-hook\n",
    );
    sandbox
}

fn add(sandbox: &Sandbox, version: &str) {
    let file = sandbox.path(&format!("acme-log-{version}.crate"));
    write(&file, Crate::new("acme-log", version).bytes());
    let run = sandbox.program(["add", "--registry", "corp"]).args([&file]);
    run.outcome().exits(0);
}

#[test]
fn a_hook_is_told_signed_and_again_until_it_takes_it() {
    let (url, told) = listener(&[500, 200]);
    let (yanks, of_yanks) = listener(&[200]);
    let sandbox = hosted(&[(&url, ""), (&yanks, "\"yank\"")]);
    // Nobody listens yet: a command leaves it for the server.
    add(&sandbox, "1.0.0");
    assert_eq!(told.lock().unwrap().len(), 0);
    let offset = sandbox.path("offset");
    let run = sandbox.program(["serve", "--listen", "127.0.0.1:0", "--offline"]);
    let server = Served::run(run.env("CARGO_MIRROR_CLOCK_OFFSET", &offset));
    until("tried", || told.lock().unwrap().len() == 1);
    // Not again before its time.
    thread::sleep(Duration::from_millis(1200));
    assert_eq!(told.lock().unwrap().len(), 1);
    write(&offset, "60");
    until("tried again", || told.lock().unwrap().len() == 2);
    {
        let told = told.lock().unwrap();
        let header = |at: usize, name: &str| {
            let head = &told[at].0;
            let line = head
                .lines()
                .find(|line| line.to_lowercase().starts_with(name));
            line.unwrap_or_else(|| panic!("{name}: {head}")).to_owned()
        };
        assert_eq!(
            header(0, "x-mirror-delivery"),
            header(1, "x-mirror-delivery")
        );
        assert_eq!(
            header(0, "x-mirror-signature"),
            header(1, "x-mirror-signature")
        );
        assert!(header(0, "x-mirror-event").ends_with("publish"));
        let body: Value = serde_json::from_str(&told[0].1).unwrap();
        assert_eq!(body["event"], "publish");
        assert_eq!(body["crate"], "acme-log");
        assert_eq!(body["version"], "1.0.0");
        assert_eq!(body["by"], "operator");
        assert_eq!(body["checksum"].as_str().unwrap().len(), 64);
    }
    sandbox
        .program(["yank", "acme-log@1.0.0"])
        .outcome()
        .exits(0);
    until("told of the yank", || of_yanks.lock().unwrap().len() == 1);
    until("told of both", || told.lock().unwrap().len() == 3);
    let waiting = sandbox.mirror().join(".mirror/webhooks");
    until("empty", || fs::read_dir(&waiting).unwrap().next().is_none());
    drop(server);
}

#[test]
fn a_hook_that_is_away_delays_nothing_and_keeps_its_secrets() {
    // Takes the connection and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook?key=unsaid", silent.local_addr().unwrap());
    let sandbox = hosted(&[(&url, ""), ("http://127.0.0.1:1/hook?key=unsaid", "")]);
    let run = sandbox.program(["serve", "--listen", "127.0.0.1:0", "--offline", "-v"]);
    let mut running = run.start();
    let line = running.line_with("sparse+");
    let start = line.find("http").unwrap();
    let end = line.find("/crates-io").unwrap();
    let base = line[start..end].to_owned();
    let server = Served::at(running, base);
    let since = Instant::now();
    add(&sandbox, "1.0.0");
    let path = "/registries/corp/index/ac/me/acme-log";
    let line = server.get(path);
    assert_eq!(line.status, 200);
    assert!(
        since.elapsed() < Duration::from_secs(8),
        "{:?}",
        since.elapsed()
    );
    let waiting = sandbox.mirror().join(".mirror/webhooks");
    let tried = || {
        let files = fs::read_dir(&waiting).unwrap().flatten();
        let text = files.map(|file| fs::read_to_string(file.path()).unwrap_or_default());
        text.filter(|text| text.contains("\"attempts\":1")).count() >= 1
    };
    until("tried", tried);
    for file in fs::read_dir(&waiting).unwrap().flatten() {
        let text = fs::read_to_string(file.path()).unwrap();
        assert!(!text.contains("sekrit"), "{text}");
    }
    let said = server.stop();
    assert!(said.stderr.contains("web hook"), "{said}");
    for secret in ["sekrit", "unsaid"] {
        assert!(!said.stderr.contains(secret), "{said}");
    }
}

#[test]
fn a_hook_hears_of_removals_and_of_private_names_that_crates_io_is_asked_for() {
    let (url, told) = listener(&[200]);
    let sandbox = hosted(&[(&url, "\"remove\", \"unyank\", \"private-name\"")]);
    add(&sandbox, "1.0.0");
    let server = Served::start(&sandbox, &["--offline"]);
    let run = |line: &str| {
        let run = sandbox.program(line.split(' ')).outcome();
        run.exits(0);
    };
    let heard = |number: usize, event: &str, said: &str| {
        until(event, || told.lock().unwrap().len() == number);
        let (head, body) = told.lock().unwrap()[number - 1].clone();
        let event = format!("x-mirror-event: {event}");
        assert!(head.to_lowercase().contains(&event), "{head}");
        assert!(body.contains(said), "{body}");
    };
    server.get("/crates-io/index/ac/me/acme_log").is(404);
    heard(1, "private-name", r#""registry":"corp","crate":"acme_log""#);
    run("yank acme-log@1.0.0");
    run("yank acme-log@1.0.0 --undo");
    heard(2, "unyank", r#""version":"1.0.0""#);
    run("remove acme-log@1.0.0 --yes");
    heard(3, "remove", r#""version":"1.0.0""#);
    server.stop().exits(0).no_panic();
}
