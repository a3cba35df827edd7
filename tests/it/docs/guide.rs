//! `cargo mirror help`: the guide in the terminal.

use std::fs;
use std::path::Path;

use crate::fixture::package::{Crate, Dep};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;

/// The names of the pages in the repository.
fn names() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/guide");
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .map(|name| name.strip_suffix(".md").expect("a page").to_owned())
        .collect()
}

#[test]
fn every_page_is_a_topic_that_is_listed_and_shown() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let overview = sandbox.program(["help"]).outcome().exits(0);
    let options = sandbox.program(["--help"]).outcome().exits(0);
    assert!(names().len() >= 10);
    for name in names() {
        let listed = |line: &str| line.trim_start().starts_with(&format!("{name} "));
        assert!(overview.stdout.lines().any(listed), "{name}: {overview}");
        assert!(options.stdout.contains(&name), "{name}: {options}");
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/guide/{name}.md"));
        let text = fs::read_to_string(page).unwrap();
        let title = text.lines().next().unwrap().trim_start_matches("# ").trim();
        let shown = sandbox.program(["help", &name]).outcome().exits(0);
        assert_eq!(shown.stderr, "", "{name}");
        assert!(shown.stdout.lines().any(|line| line == title), "{shown}");
        // Markdown's own marks are gone, and no colour comes where nobody asked for it.
        for mark in ["```", "](", "\u{1b}", "<!--", "\n#"] {
            assert!(!shown.stdout.contains(mark), "{mark:?}: {shown}");
        }
        let code = |line: &str| line.starts_with("    ");
        let long = |line: &&str| line.chars().count() > 100 && !code(line);
        assert_eq!(shown.stdout.lines().find(long), None, "{name}");
    }
}

#[test]
fn a_command_shows_its_options_and_its_page_or_where_that_is() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let vendor = sandbox.program(["help", "vendor"]).outcome().exits(0);
    vendor
        .answers("Usage: cargo mirror vendor")
        .answers("--recursive")
        .answers("ready offline")
        .answers("cargo mirror help prune");
    let on = sandbox.program(["help", "on"]).outcome().exits(0);
    on.answers("Usage: cargo mirror on")
        .answers("cargo mirror help config");
    for command in ["on", "off", "vendor", "gc", "serve", "stats"] {
        let own = sandbox.program([command, "--help"]).outcome().exits(0);
        own.answers("Guide: `cargo mirror help ");
    }
    let git = sandbox.program(["help", "git"]).outcome().exits(0);
    assert!(!git.stdout.contains("Usage:"), "{git}");
    let add = sandbox.program(["help", "roots", "add"]).outcome().exits(0);
    add.answers("Usage: cargo mirror roots add");
}

#[test]
fn an_unknown_topic_names_near_ones_and_is_bad_usage() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let wrong = sandbox.program(["help", "regisitries"]).outcome().exits(2);
    assert_eq!(wrong.stdout, "");
    wrong.says("regisitries").says("'registries'");
    for arguments in [
        &["help", "git", "add"][..],
        &["help", "roots", "ad"],
        &["help", "vendor", "vendor"],
        &["help", ""],
    ] {
        let run = sandbox.program(arguments).outcome().exits(2);
        assert_eq!(run.stdout, "", "{arguments:?}");
    }
}

#[test]
fn help_helps_where_the_config_is_broken() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let folder = sandbox.fresh("broken");
    crate::fixture::project::write(&folder.join(".cargo/config.toml"), "= broken");
    let run = sandbox.program(["help", "config"]).within(&folder);
    run.env("CARGO_HOME", "")
        .env_remove("HOME")
        .outcome()
        .exits(0)
        .answers("cargo mirror on");
}

#[test]
fn headings_are_bold_where_colours_are_on() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let run = sandbox.program(["help", "git", "--color", "always"]);
    run.outcome().exits(0).answers("\u{1b}[1m");
}

#[test]
fn completions_and_man_page_know_the_topics() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let answers = |arguments: &[&str]| sandbox.program(arguments).outcome().exits(0).stdout;
    let manual = answers(&["man"]);
    let scripts = ["bash", "zsh", "fish"].map(|shell| answers(&["completions", shell]));
    for name in names() {
        assert!(manual.contains(&format!("\\fB{name}\\fR")), "{name}");
        assert!(
            scripts.iter().all(|script| script.contains(&name)),
            "{name}"
        );
    }
}

// The template for tests in src/guide/contributing.md.
#[test]
fn a_second_run_downloads_nothing() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    sandbox.run(&project, ["vendor"]).exits(0);
    registry.forget(); // what it was asked so far
    let again = sandbox.run(&project, ["vendor"]).exits(0);
    again.says("1 already there").says("ready offline");
    assert_eq!(registry.paths(), [""; 0]);
    sandbox.builds(&project); // the judge: real cargo, no network
}

#[test]
fn the_template_for_tests_is_the_one_above() {
    let page = include_str!("../../../src/guide/contributing.md").replace("\r\n", "\n");
    let here = include_str!("guide.rs").replace("\r\n", "\n");
    let template = page.split("```rust,ignore\n").nth(1).unwrap();
    let template = template.split("```").next().unwrap();
    assert!(here.contains(template), "{template}");
}
