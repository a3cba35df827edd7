//! The README cannot lie: every console block on it is run, in order, on one project, and must say the same words.

use std::fmt::Write;

use crate::fixture::bench::Bench;
use crate::fixture::command::Outcome;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::Project;
use crate::fixture::registry::Registry;

#[test]
fn every_console_block_says_what_the_program_says() {
    let registry = Registry::new([
        // Nothing is built for that platform here.
        Crate::new("top", "1.0.0")
            .needs("leaf")
            .dep(Dep::new("elsewhere", "1").target("cfg(target_os = \"redox\")")),
        Crate::new("elsewhere", "1.0.0"),
        Crate::new("leaf", "1.0.0"),
    ]);
    let bench = Bench::new(&registry);
    let project = bench.project("project", &[Dep::new("top", "1")]);

    let mut commands = 0;
    for block in blocks(include_str!("../../README.md")) {
        let mut said = String::new();
        for line in block.lines().filter(|line| line.starts_with("$ ")) {
            commands += 1;
            let outcome = run(&bench, &project, &line[2..]).exits(0);
            let _ = writeln!(said, "{line}");
            said.push_str(&outcome.stderr);
            said.push_str(&outcome.stdout);
        }
        let said = said
            .replace(&project.folder.display().to_string(), "/home/you/project")
            .replace(
                &bench.mirror().display().to_string(),
                "/home/you/.local/share/cargo-mirror",
            )
            // Where the system does not let a test take the network away.
            .replace("the network forbidden to it", "the network taken away");
        assert_eq!(words(&said), words(&block));
    }
    assert!(commands >= 7, "only {commands} commands were found");
}

fn run(bench: &Bench, project: &Project, command: &str) -> Outcome {
    let words: Vec<&str> = command.split(' ').collect();
    match words.as_slice() {
        ["cargo", "mirror", arguments @ ..] => bench.program(arguments),
        ["cargo", arguments @ ..] => bench.judge(arguments),
        _ => panic!("the README has a command that no test can run: {command}"),
    }
    .within(&project.folder)
    .outcome()
}

/// The texts of the console blocks of a page.
fn blocks(page: &str) -> Vec<String> {
    let parts = page.split("```console\n").skip(1);
    parts
        .filter_map(|part| Some(part.split_once("```")?.0.to_owned()))
        .collect()
}

/// A text without what differs from run to run: numbers, and the units that go with them.
fn words(text: &str) -> String {
    let mut plain = String::new();
    for line in text.lines() {
        for word in line.split(' ') {
            let bare = word.trim_matches(|character: char| "():;,".contains(character));
            let number = bare.trim_end_matches('s');
            if ["B", "kB", "MB"].contains(&bare) {
                plain.push_str("bytes");
            } else if !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || c == '.') {
                plain.push('N');
            } else {
                plain.push_str(word);
            }
            plain.push(' ');
        }
        plain.push('\n');
    }
    plain
}
