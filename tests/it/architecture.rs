//! The floors: `cli -> serve -> ops -> io -> model`, imports point down only, and outside crates keep to theirs.

use std::fs;
use std::path::Path;

use crate::fixture::project::tree;

/// From the lowest to the highest.
const FLOORS: [&str; 5] = ["model", "io", "ops", "serve", "cli"];

/// Crates that belong on certain floors.
const OUTSIDE: [(&str, &[&str]); 29] = [
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("indicatif", &["cli"]),
    ("pulldown_cmark", &["cli"]),
    ("anstream", &["cli"]),
    ("anstyle", &["cli"]),
    ("axum", &["serve"]),
    ("http_body", &["serve"]),
    ("hyper", &["serve"]),
    ("hyper_util", &["serve"]),
    ("listenfd", &["serve"]),
    ("socket2", &["serve"]),
    ("subtle", &["serve"]),
    // One rustls, for clients and server.
    ("tokio_rustls", &["serve", "io"]),
    ("zstd", &["serve"]),
    ("reqwest", &["io"]),
    ("h2", &["io"]),
    ("rustls_platform_verifier", &["io"]),
    ("toml_edit", &["io"]),
    ("cargo_metadata", &["io"]),
    ("crates_index", &["io"]),
    ("gix_hash", &["io"]),
    ("gix_object", &["io"]),
    ("gix_odb", &["io"]),
    ("dirs", &["io"]),
    ("tempfile", &["io"]),
    ("terminal_size", &["io"]),
    ("tokio", &["io", "ops", "serve", "cli"]),
];

/// Whether a file is a page of the guide. Pages are prose on no floor: `cli::command::guide` shows them, rustdoc has them.
fn is_page(file: &str) -> bool {
    file.strip_prefix("guide/")
        .and_then(|name| name.strip_suffix(".md"))
        .is_some_and(|stem| !stem.contains('/'))
}

/// Whether the modules of the map, which are the text of `lib.rs` and `main.rs`, have this file.
fn on_the_map(map: &str, file: &str) -> bool {
    if file.starts_with("guide/") && file != "guide/" {
        return is_page(file) && map.contains(&format!("include_str!(\"{file}\")"));
    }
    let name = file.rsplit('/').next().unwrap_or_default();
    let module = name.strip_suffix(".rs").map(|stem| format!("mod {stem};"));
    module.is_some_and(|module| map.contains(&module)) || file.ends_with('/')
}

/// What stands on the wrong floor in the text of `file`, a path below `src/`.
fn faults(file: &str, text: &str) -> Vec<String> {
    let floor = file.split_once('/').map_or("", |(floor, _)| floor);
    let Some(height) = FLOORS.iter().position(|known| *known == floor) else {
        return vec![format!("src/{file}:1: there is no floor `{floor}`")];
    };
    let mut faults = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let mut fault = |what: String| faults.push(format!("src/{file}:{}: {what}", number + 1));
        // Comments may speak of everything.
        let code = line.split("//").next().unwrap_or_default();
        for above in &FLOORS[height + 1..] {
            let reaches = |start: &str| code.contains(&format!("{start}{above}"));
            if ["crate::", "super::super::", "cargo_mirror::"]
                .into_iter()
                .any(reaches)
            {
                fault(format!("`{floor}` reaches up to `{above}`"));
            }
        }
        if code.contains("crate::{") {
            fault("name the floor: `use crate::floor::...`".to_owned());
        }
        for (outside, allowed) in OUTSIDE {
            if names(code, outside) && !allowed.contains(&floor) {
                fault(format!(
                    "`{outside}` belongs to {allowed:?}, not to `{floor}`"
                ));
            }
        }
    }
    faults
}

/// Whether a line of code has a path that starts with this crate.
fn names(code: &str, outside: &str) -> bool {
    let path = code.match_indices(&format!("{outside}::")).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        !before.is_some_and(|character| character.is_alphanumeric() || "_:".contains(character))
    });
    let import = code
        .trim_start()
        .trim_start_matches("pub ")
        .strip_prefix("use ");
    path || import.is_some_and(|rest| rest.trim_end_matches(';').split(' ').next() == Some(outside))
        || code.contains(&format!("#[{outside}("))
}

#[test]
fn imports_point_down_and_outside_crates_keep_to_their_floors() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = 0;
    let mut found = Vec::new();
    for (file, bytes) in tree(&source) {
        if file.ends_with('/') {
            continue;
        }
        if !["main.rs", "lib.rs"].contains(&file.as_str()) && !is_page(&file) {
            let text = String::from_utf8(bytes).expect("source is UTF-8");
            found.extend(faults(&file, &text));
            seen += 1;
        }
    }
    assert!(seen >= 10, "only {seen} files were read");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_file_is_on_the_map() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let map = fs::read_to_string(source.join("lib.rs")).unwrap()
        + &fs::read_to_string(source.join("main.rs")).unwrap();
    for file in tree(&source).keys().filter(|file| file.contains('/')) {
        assert!(on_the_map(&map, file), "src/{file} is in no module");
    }
    for stray in [
        "guide/stray.md",
        "guide/vendor.rs",
        "guide/deep/git.md",
        "io/notes.md",
    ] {
        assert!(!on_the_map(&map, stray), "src/{stray} would not be found");
    }
}

#[test]
fn a_broken_floor_is_found_with_file_and_line() {
    for (file, text, said) in [
        (
            "io/store.rs",
            "//! Doc.\nuse crate::ops::fetch::registry;\n",
            "src/io/store.rs:2: `io` reaches up to `ops`",
        ),
        (
            "ops/fetch.rs",
            "fn f() { crate::cli::run() }\n",
            "src/ops/fetch.rs:1: `ops` reaches up to `cli`",
        ),
        (
            "model/plan.rs",
            "use tokio::fs;\n",
            "src/model/plan.rs:1: `tokio` belongs to",
        ),
        (
            "ops/vendor.rs",
            "use toml_edit::{\n",
            "src/ops/vendor.rs:1: `toml_edit` belongs to",
        ),
        (
            "io/lock.rs",
            "#[derive(clap::Args)]\n",
            "src/io/lock.rs:1: `clap` belongs to",
        ),
        ("util.rs", "", "src/util.rs:1: there is no floor ``"),
        (
            "attic/box.rs",
            "",
            "src/attic/box.rs:1: there is no floor `attic`",
        ),
        (
            "io/a.rs",
            "use crate::{model, ops};\n",
            "src/io/a.rs:1: name the floor",
        ),
    ] {
        let found = faults(file, text);
        assert!(
            found.iter().any(|fault| fault.starts_with(said)),
            "{file}: {found:?}"
        );
    }
    for (file, text) in [
        (
            "io/store.rs",
            "use crate::model::package::id::CrateId; // see crate::ops::fetch::registry\n",
        ),
        (
            "cli/args.rs",
            "use clap::Parser;\nuse crate::ops::vendor::run;\n",
        ),
        ("model/lockfile.rs", "use my_tokio::x;\nlet reqwest = 1;\n"),
    ] {
        assert_eq!(faults(file, text), [""; 0], "{file}");
    }
}
