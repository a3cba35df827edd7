//! What the real cargo makes of the answers that a registry may give to a publish: the ground on which ours are chosen.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::fixture::command::Run;
use crate::fixture::package::Crate;
use crate::fixture::project::write;
use crate::fixture::raw::{Call, Raw};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::{CARGO, Sandbox};
use crate::hosted::world::PROVIDERS;

/// A registry whose uploads are answered by `answer`. Its index has the version from the `visible`-th look on after that.
fn registry(visible: usize, answer: impl Fn(&mut Call) + Send + Sync + 'static) -> Raw {
    let looks = Arc::new(AtomicUsize::new(0));
    let uploaded = Arc::new(AtomicUsize::new(0));
    Raw::start(move |mut call| match call.path().to_owned().as_str() {
        "/index/config.json" => {
            let host = call
                .header("host")
                .expect("cargo names the host")
                .to_owned();
            let config = format!("{{\"dl\":\"http://{host}/dl\",\"api\":\"http://{host}\"}}");
            call.sends(config.as_bytes());
        }
        "/api/v1/crates/new" => {
            let length = call.header("content-length").expect("cargo says it");
            let mut body = vec![0; length.parse().expect("it is a number")];
            call.stream.read_exact(&mut body).expect("cargo sends it");
            uploaded.fetch_add(1, Ordering::SeqCst);
            answer(&mut call);
        }
        _ if uploaded.load(Ordering::SeqCst) > 0
            && looks.fetch_add(1, Ordering::SeqCst) >= visible =>
        {
            let line = Crate::new("acme", "1.0.0").line() + "\n";
            call.sends(line.as_bytes());
        }
        _ => call.answers(&["404 Not Found", "Content-Length: 0"], b""),
    })
}

fn publish(sandbox: &Sandbox, folder: &Path, registry: &Raw) -> Run {
    let run = sandbox
        .command(CARGO)
        .args(["publish", "--registry", "corp", "--no-verify"]);
    run.within(folder)
        .env("CARGO_HOME", sandbox.fresh("home"))
        .env("CARGO_TARGET_DIR", sandbox.path("target"))
        .env("CARGO_REGISTRIES_CORP_INDEX", registry.index())
        .env("CARGO_REGISTRIES_CORP_TOKEN", "sekrit")
        .env(PROVIDERS, "cargo:token")
}

fn package(sandbox: &Sandbox) -> std::path::PathBuf {
    let folder = sandbox.fresh("package");
    let manifest = "[package]\nname = \"acme\"\nversion = \"1.0.0\"\nedition = \"2021\"\nlicense = \"MIT\"\n\
                    description = \"x\"\npublish = [\"corp\"]\n";
    write(&folder.join("Cargo.toml"), manifest);
    write(&folder.join("src/lib.rs"), "");
    folder
}

fn uploads(registry: &Raw) -> usize {
    let heads = registry.heads();
    heads.iter().filter(|head| head.starts_with("PUT ")).count()
}

/// The status and headers of an answer, its body, and what cargo prints of it.
type Row = (
    &'static [&'static str],
    &'static str,
    &'static [&'static str],
);

const REFUSALS: &[Row] = &[
    // A status with a list of errors: line breaks survive, several are joined.
    (
        &["400 Bad Request"],
        r#"{"errors":[{"detail":"first\nsecond"},{"detail":"third"}]}"#,
        &[
            "the remote server responded with an error (status 400 Bad Request): first\nsecond, third",
        ],
    ),
    // What a server says that has too much to do: no second try, however soon it were welcome.
    (
        &["429 Too Many Requests", "Retry-After: 1"],
        r#"{"errors":[{"detail":"too much is waiting already"}]}"#,
        &[
            "the remote server responded with an error (status 429 Too Many Requests): too much is waiting already",
        ],
    ),
    (
        &["503 Service Unavailable", "Retry-After: 3"],
        r#"{"errors":[{"detail":"too many connections at once"}]}"#,
        &[
            "the remote server responded with an error (status 503 Service Unavailable): too many connections at once",
        ],
    ),
    // Without a list, or with one that is none, all of the answer is shown.
    (
        &["503 Service Unavailable", "Retry-After: 3"],
        "<h1>later</h1>",
        &[
            "failed to get a 200 OK response, got 503",
            "Retry-After: 3",
            "<h1>later</h1>",
        ],
    ),
    (
        &["409 Conflict"],
        r#"{"errors":[{"message":"no detail"}]}"#,
        &["failed to get a 200 OK response, got 409", "no detail"],
    ),
    // No redirect is followed.
    (
        &["307 Temporary Redirect", "Location: /elsewhere"],
        "",
        &["failed to get a 200 OK response, got 307"],
    ),
    // Errors make a failure of a success, also when there are none of them.
    (
        &["200 OK"],
        r#"{"errors":[{"detail":"all the same"}]}"#,
        &["the remote server responded with an error: all the same"],
    ),
    (
        &["200 OK"],
        r#"{"errors":[]}"#,
        &["the remote server responded with an error: "],
    ),
    (&["200 OK"], "done", &["expected value at line 1 column 1"]),
];

#[test]
fn a_refusal_is_shown_once_and_not_tried_again() {
    let sandbox = Sandbox::new(&Registry::new([]));
    let folder = package(&sandbox);
    for (lines, body, said) in REFUSALS {
        let registry = registry(0, |call| {
            let length = format!("Content-Length: {}", body.len());
            let lines: Vec<&str> = lines.iter().copied().chain([length.as_str()]).collect();
            call.answers(&lines, body.as_bytes());
        });
        let mut outcome = publish(&sandbox, &folder, &registry).outcome().exits(101);
        for said in *said {
            // Causes are indented.
            outcome.stderr = outcome.stderr.replace("\n  ", "\n");
            outcome = outcome.says(said);
        }
        assert_eq!(uploads(&registry), 1, "{lines:?}");
    }
}

#[test]
fn cargo_waits_until_the_index_has_what_was_uploaded() {
    let sandbox = Sandbox::new(&Registry::new([]));
    let folder = package(&sandbox);
    let registry = registry(3, |call| {
        call.sends(
            br#"{"warnings":{"invalid_categories":[],"invalid_badges":[],"other":["one\ntwo"]}}"#,
        );
    });
    let done = publish(&sandbox, &folder, &registry).outcome().exits(0);
    done.says("warning: one\ntwo")
        .says("waiting for acme v1.0.0 to be available at registry `corp`")
        .says("Published acme v1.0.0 at registry `corp`");
    assert_eq!(uploads(&registry), 1);
    let looks = registry.heads();
    let looks = looks
        .iter()
        .filter(|head| head.starts_with("GET /index/ac/me/acme "));
    assert!(looks.count() >= 4);
}

#[test]
fn silence_after_an_upload_is_a_failure_of_which_nobody_knows_how_it_ended() {
    let sandbox = Sandbox::new(&Registry::new([]));
    let folder = package(&sandbox);
    let registry = registry(0, |_| thread::sleep(Duration::from_mins(1)));
    // Cargo waits for 30 seconds unless it is told otherwise, and some more until what it sent no longer counts.
    let run = publish(&sandbox, &folder, &registry).env("CARGO_HTTP_TIMEOUT", "2");
    let silent = run.outcome().exits(101);
    silent
        .says("failed to publish acme v1.0.0 to registry")
        .says("Less than 10 bytes/sec transferred the last 2 seconds");
    assert_eq!(uploads(&registry), 1);
    // The version came in nevertheless: the next run says so, and uploads nothing.
    let again = publish(&sandbox, &folder, &registry).outcome().exits(101);
    again.says("already exists on `corp` index");
    assert_eq!(uploads(&registry), 1);
}
