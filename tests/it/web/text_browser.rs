//! Pages as people read them in a terminal.

use std::process::Command;

use crate::fixture::served::Served;
use crate::web::pages::{filled, registry};

/// The page of an address as w3m shows it.
fn shown(server: &Served, path: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let output = Command::new("w3m")
        .args(["-dump", "-no-proxy", "-cols", "80"])
        .arg(format!("{}{path}", server.base.trim_end_matches('/')))
        .env("HOME", home.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{path}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains("</div") && !text.contains("<p"), "{text}");
    text
}

/// Checks that all of this is said, in this order.
#[track_caller]
fn says(text: &str, words: &[&str]) {
    let mut rest = text;
    for word in words {
        let Some((_, behind)) = rest.split_once(word) else {
            panic!("`{word}` is not said, or not in its place:\n{text}");
        };
        rest = behind;
    }
}

#[test]
fn pages_can_be_read_in_a_terminal() {
    requires!(w3m);
    let registry = registry();
    let sandbox = filled(&registry);
    let server = Served::start(&sandbox, &["--offline"]);

    // What is to be put into cargo's config stands in lines of its own.
    let home = shown(&server, "/");
    let lines: Vec<&str> = home.lines().map(str::trim).collect();
    for line in [
        "[source.crates-io]",
        "replace-with = \"cargo-mirror-server\"",
    ] {
        assert!(lines.contains(&line), "{line}:\n{home}");
    }

    // First what it is and how to use it, then the readme, its table and its code.
    let leaf = shown(&server, "/crates/leaf");
    says(
        &leaf,
        &[
            "leaf",
            "A leaf, <b>small</b> & \"quoted\"",
            "leaf = \"1.2.0\"",
            "Leaf",
            "[image: build]",
            "In short",
            "Use",
            "fn main() {}",
        ],
    );
    assert!(leaf.contains("MIT OR Apache-2.0"), "{leaf}");

    // A row of a table is a line.
    let versions = shown(&server, "/crates/leaf/versions");
    for version in ["1.2.0", "1.0.0"] {
        let is_row =
            |line: &str| line.trim().starts_with(version) && line.contains("in this mirror");
        assert!(versions.lines().any(is_row), "{version}:\n{versions}");
    }

    says(
        &shown(&server, "/search?q=leaf"),
        &["leaf", "1.2.0", "A leaf"],
    );
    let code = shown(&server, "/crates/leaf/1.2.0/code/src/lib.rs");
    says(
        &code,
        &["1", "//! Leaf", "3", "pub fn a() -> bool { 1 < 2 }"],
    );
    // What stands apart on a screen stands apart here.
    server.get("/crates-io/dl/leaf/1.2.0/download").is(200);
    let status = shown(&server, "/status");
    says(
        &status,
        &[
            "100 % 1 of 1 asked for",
            "not fetched again",
            "from here from upstream",
            "The numbers",
        ],
    );
    assert!(!status.contains("mirrorStatus"), "{status}");
}
