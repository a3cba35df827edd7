//! README and guide cannot lie: every console block is run, page by page and in order, on one project, and must say the
//! same words. A block that no test knows fails.
//!
//! A block that cannot be run here carries a comment on the line above it, `<!-- run by tests/it/FILE.rs: WHY -->`; those are
//! counted. Blocks in other languages are known by their language, below.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::fixture::command::Outcome;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::Project;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;

/// Console blocks that another test runs, on all pages.
const RUN_ELSEWHERE: usize = 4;

/// Blocks of shell that are shown and not run here, by what they begin with, and why.
const SHELL: [(&str, &str); 14] = [
    (
        "cargo mirror catalog import",
        "takes a dump of crates.io; tests/it/search/dump.rs makes one",
    ),
    (
        "cargo search",
        "asks a server; tests/it/search/api.rs does it",
    ),
    (
        "cargo info",
        "asks a server; tests/it/search/api.rs does it",
    ),
    (
        "cargo install",
        "builds and installs the program, for minutes",
    ),
    (
        "cargo mirror serve",
        "runs until it is stopped; tests/it/serve/cargo_client.rs does it",
    ),
    (
        "cargo mirror on --server",
        "names a server of somebody; tests/it/serve/cargo_client.rs does it",
    ),
    ("cargo test", "runs these very tests"),
    (
        "cargo login",
        "asks a server; tests/it/hosted/publish.rs does it",
    ),
    (
        "cargo publish",
        "asks a server; tests/it/hosted/publish.rs does it",
    ),
    (
        "cargo add",
        "asks a server; tests/it/hosted/publish.rs does it",
    ),
    (
        "cargo mirror add",
        "names files of somebody; tests/it/hosted/commands.rs does it",
    ),
    (
        "cargo mirror yank",
        "names a crate of somebody; tests/it/hosted/commands.rs does it",
    ),
    (
        "cargo mirror remove",
        "names a crate of somebody; tests/it/hosted/commands.rs does it",
    ),
    ("bash .ci/run", "runs these very tests"),
];

/// A block of code between fences.
struct Block {
    language: String,
    text: String,
    /// The test that runs it, as a comment above it says.
    elsewhere: Option<String>,
    line: usize,
}

/// README and the pages of the guide, by their paths. Read while the test runs: a page is mended without a build.
fn pages() -> BTreeMap<String, String> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = fs::read_dir(top.join("src/guide")).expect("there is a guide");
    let files = folder.map(|entry| {
        let name = entry.expect("the folder can be read").file_name();
        format!("src/guide/{}", name.display())
    });
    let read = |file: String| {
        let text = fs::read_to_string(top.join(&file)).expect("a page is text");
        (file, text.replace("\r\n", "\n"))
    };
    files.chain(["README.md".to_owned()]).map(read).collect()
}

/// A command without the variables that are set for it.
fn without_variables(line: &str) -> &str {
    match line.split_once(' ') {
        Some((word, rest)) if word.contains('=') => without_variables(rest),
        _ => line,
    }
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    let mut above = "";
    for (number, line) in page.lines().enumerate() {
        match line.trim_start().strip_prefix("```") {
            Some(_) if open => open = false,
            Some(language) => {
                open = true;
                let reason = above.strip_prefix("<!-- run by tests/it/");
                blocks.push(Block {
                    language: language.to_owned(),
                    text: String::new(),
                    elsewhere: reason.and_then(|reason| Some(reason.split_once(':')?.0.to_owned())),
                    line: number + 1,
                });
            }
            None if open => {
                let block = blocks.last_mut().expect("a block is open");
                let _ = writeln!(block.text, "{line}");
            }
            None => above = line,
        }
    }
    assert!(!open, "a block does not end");
    blocks
}

#[test]
fn every_console_block_says_what_the_program_says() {
    let registry = Registry::new([
        // Nothing is built for that platform here.
        Crate::new("regex", "1.11.1")
            .dep(Dep::new("memchr", "2"))
            .dep(Dep::new("regex-syntax", "0.8")),
        Crate::new("memchr", "2.7.4"),
        Crate::new("regex-syntax", "0.8.5"),
        Crate::new("redox_syscall", "0.5.7"),
    ]);
    let mut wrong = String::new();
    let mut commands = 0;
    for (file, page) in pages() {
        let blocks = blocks(&page);
        let here = |block: &&Block| block.language == "console" && block.elsewhere.is_none();
        if !blocks.iter().any(|block| here(&block)) {
            continue;
        }
        let sandbox = Sandbox::new(&registry);
        let project = sandbox.project(
            "project",
            &[
                Dep::new("regex", "1"),
                Dep::new("redox_syscall", "0.5").target("cfg(target_os = \"redox\")"),
            ],
        );
        for block in blocks.iter().filter(here) {
            let mut said = String::new();
            for line in block.text.lines().filter(|line| line.starts_with("$ ")) {
                commands += 1;
                let _ = writeln!(said, "{line}");
                said.push_str(&run(&sandbox, &project, &line[2..]));
            }
            let said = said
                .replace(&project.folder.display().to_string(), "/home/you/project")
                .replace(
                    &sandbox.mirror().display().to_string(),
                    "/home/you/.local/share/cargo-mirror",
                )
                // Where the system does not let a test take the network away.
                .replace("net.offline set", "no network");
            if words(&said) != words(&block.text) {
                let line = block.line;
                let _ = writeln!(wrong, "{file}:{line} says\n{}\nand not\n{said}", block.text);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(commands >= 30, "only {commands} commands were found");
}

/// What a command says, on standard error and then on standard output.
fn run(sandbox: &Sandbox, project: &Project, command: &str) -> String {
    let words: Vec<&str> = command.split(' ').collect();
    // `$ echo "text" > file` and `$ cat file` are as good without a shell.
    if let Some((text, file)) = command
        .strip_prefix("echo \"")
        .and_then(|rest| rest.split_once("\" > "))
    {
        project.write(file, format!("{text}\n"));
        return String::new();
    }
    let ended: Outcome = match words.as_slice() {
        ["cat", file] => return project.read(file),
        ["cargo", "mirror", arguments @ ..] => sandbox.program(arguments),
        ["cargo", arguments @ ..] => sandbox.judge(arguments),
        _ => panic!("the page has a command that no test can run: {command}"),
    }
    .within(&project.folder)
    .outcome()
    .no_panic();
    let failed = match ended.code {
        Some(0) => String::new(),
        code => format!("exit status {code:?}\n"),
    };
    ended.stderr + &ended.stdout + &failed
}

/// A text without what differs from run to run: numbers, and the units that go with them.
fn words(text: &str) -> String {
    let mut plain = String::new();
    for line in text.lines() {
        for word in line.split(' ') {
            let bare = word.trim_matches(|character: char| "():;,".contains(character));
            let number = bare.trim_end_matches('s');
            let digits =
                |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_hexdigit());
            if ["B", "kB", "MB"].contains(&bare) {
                plain.push_str("bytes");
            } else if [16, 32].contains(&bare.len()) && digits(bare) {
                // Before numbers: some have no letter in them.
                plain.push_str("ID");
            } else if !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || c == '.') {
                plain.push('N');
            } else if bare.len() == 50 && bare.starts_with("cmr_") {
                plain.push_str("TOKEN");
            } else if bare.len() == 20 && bare.starts_with("20") && bare.ends_with('Z') {
                plain.push_str("TIME");
            } else {
                plain.push_str(word);
            }
            plain.push(' ');
        }
        plain.push('\n');
    }
    plain
}

#[test]
fn every_block_of_every_page_is_known_to_a_test() {
    let mut elsewhere = 0;
    for (file, page) in pages() {
        for block in blocks(&page) {
            let at = format!("{file}:{}", block.line);
            match block.language.as_str() {
                "console" => {
                    if let Some(test) = &block.elsewhere {
                        elsewhere += 1;
                        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
                            .join("tests/it")
                            .join(test);
                        assert!(path.is_file(), "{at}: there is no tests/it/{test}");
                    }
                    assert!(block.text.starts_with("$ "), "{at}: what is to be run?");
                }
                "sh" => {
                    let known = |line: &str| SHELL.iter().any(|(start, _)| line.starts_with(start));
                    let lines = block.text.lines().map(str::trim_start);
                    let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
                    assert!(
                        lines.all(|line| known(without_variables(line))),
                        "{at}: no test knows of it"
                    );
                }
                "toml" => {
                    let read = block.text.parse::<toml_edit::DocumentMut>();
                    assert!(read.is_ok(), "{at}: {read:?}");
                }
                "json" => {
                    for line in block.text.lines() {
                        let read = serde_json::from_str::<serde_json::Value>(line);
                        assert!(read.is_ok(), "{at}: {read:?}");
                    }
                }
                // tests/it/hosted/host.rs runs nginx with its.
                "nginx" if file == "src/guide/host.md" => {}
                // tests/it/sync/guide.rs gives systemd its units, and runs the commands of its recipes.
                "ini" | "yaml" if file == "src/guide/sync.md" => {}
                // tests/it/serve/deployed.rs runs the proxies with theirs, and gives systemd its units.
                "nginx" | "caddyfile" | "haproxy" | "vcl" | "ini" => {
                    assert_eq!(file, "src/guide/deploy.md", "{at}");
                }
                // These take a network and minutes: the image's command line is checked below. Traefik is not packaged.
                "dockerfile" | "yaml" => {
                    let known = [
                        "src/guide/deploy.md",
                        "src/guide/ci.md",
                        // tests/it/hosted/host.rs runs the commands of these.
                        "src/guide/host.md",
                        // It takes a GitLab; the exchange is tried in src/ops/access/tests.rs.
                        "src/guide/people.md",
                    ];
                    assert!(known.contains(&file.as_str()), "{at}");
                }
                // tests/it/docs/guide.rs has the same test, and runs it.
                "rust,ignore" => assert_eq!(file, "src/guide/contributing.md", "{at}"),
                // Trees and lists to read.
                "text" => {}
                language => panic!("{at}: no test knows of a block of `{language}`"),
            }
        }
    }
    assert_eq!(elsewhere, RUN_ELSEWHERE);
}

#[test]
fn the_image_starts_a_server() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let pages = pages();
    let blocks = blocks(&pages["src/guide/deploy.md"]);
    let image = blocks.iter().find(|block| block.language == "dockerfile");
    let image = &image.expect("there is an image").text;
    let entry = image
        .lines()
        .find_map(|line| line.strip_prefix("ENTRYPOINT "));
    let words: Vec<String> = serde_json::from_str(entry.expect("it starts something")).unwrap();
    assert_eq!(words[..2], ["cargo-mirror", "serve"]);
    // Whatever the command line has, it is no bad usage.
    let run = sandbox.program(&words[1..]).args(["--help"]);
    run.outcome().exits(0).answers("Usage: cargo mirror serve");
}

#[test]
fn the_readme_is_short_and_every_link_on_it_leads_somewhere() {
    let pages = pages();
    let readme = &pages["README.md"];
    assert!(readme.lines().count() <= 150, "{}", readme.lines().count());
    for (file, page) in &pages {
        for (number, line) in page.lines().enumerate() {
            let at = format!("{file}:{}", number + 1);
            // What the program says is as long as it is.
            let said = line.contains("; in /home/you/");
            assert!(line.chars().count() <= 120 || said, "{at} is long");
            // The terminal shows no tables, and links only as their text.
            let table = file != "README.md" && line.starts_with('|');
            assert!(
                !table && (file == "README.md" || !line.contains("](")),
                "{at}"
            );
        }
    }
    for link in readme.split("](").skip(1) {
        let target = link.split(')').next().unwrap_or_default();
        let path = target.split('#').next().unwrap_or_default();
        assert!(
            target.starts_with("https:")
                || Path::new(env!("CARGO_MANIFEST_DIR")).join(path).exists(),
            "{target}"
        );
    }
}
