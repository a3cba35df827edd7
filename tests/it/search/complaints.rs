//! What people complained that they could not find, looked for in a database dump that was taken in: as many crates as are
//! indexed by a server, most of them of names that crowd in.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::fixture::package::{Archive, Crate};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::Served;

/// Name, keywords, description, thousands of downloads.
const CRATES: &str = include_str!("complaints/crates.txt");
/// The thread, what was looked for, what was wanted.
const WANTED: &str = include_str!("complaints/wanted.txt");
/// From so many crates on a server makes an index of their words.
const INDEXED: usize = 10_000;

fn wanted() -> Vec<(&'static str, &'static str, &'static str)> {
    let lines = WANTED.lines().map(|line| {
        let fields: Vec<&str> = line.split('|').collect();
        let [who, query, wanted] = fields[..] else {
            panic!("{line}");
        };
        (who, query, wanted)
    });
    lines.collect()
}

/// A dump of the crates that compete, and of thousands that nobody uses: each has the words of a complaint in its name, or
/// in what it says of itself.
fn dump(sandbox: &Sandbox) -> PathBuf {
    let mut crates =
        "created_at,description,documentation,homepage,id,name,readme,repository,updated_at\n"
            .to_owned();
    let mut downloads = "crate_id,downloads\n".to_owned();
    let (mut words, mut of_words) = (Vec::<&str>::new(), "crate_id,keyword_id\n".to_owned());
    let (mut versions, mut shown) = (
        "checksum,crate_id,crate_size,created_at,id,license,num,yanked\n".to_owned(),
        "crate_id,version_id\n".to_owned(),
    );
    let mut count = 0;
    let mut add = |name: &str, keywords: &[&'static str], description: &str, used: u64| {
        count += 1;
        let said = description.replace('"', "\"\"");
        let when = "2026-01-01 00:00:00";
        writeln!(crates, "{when},\"{said}\",,,{count},{name},,,{when}").unwrap();
        writeln!(downloads, "{count},{used}").unwrap();
        writeln!(versions, "aa,{count},10,{when},{count},MIT,1.0.0,f").unwrap();
        writeln!(shown, "{count},{count}").unwrap();
        for word in keywords {
            let known = words.iter().position(|known| known == word);
            let number = known.unwrap_or_else(|| {
                words.push(word);
                words.len() - 1
            });
            writeln!(of_words, "{count},{number}").unwrap();
        }
        count
    };
    for line in CRATES.lines() {
        let fields: Vec<&str> = line.split('|').collect();
        let [name, keywords, description, thousands] = fields[..] else {
            panic!("{line}");
        };
        let keywords: Vec<&str> = keywords.split_whitespace().collect();
        add(
            name,
            &keywords,
            description,
            thousands.parse::<u64>().unwrap() * 1000,
        );
    }
    let complaints = wanted();
    for number in 0.. {
        let (_, query, _) = complaints[number % complaints.len()];
        let words: Vec<&str> = query.split(' ').collect();
        let name = words.join(if number % 2 == 0 { "-" } else { "_" });
        let added = match number % 3 {
            0 => add(&format!("{name}-{number}"), &[], "placeholder", 40),
            1 => add(&format!("a{number}-{name}"), &words, query, 300),
            _ => add(
                &format!("x{number}"),
                &words,
                &format!("{query} for all"),
                1000,
            ),
        };
        if added > INDEXED {
            break;
        }
    }
    let mut keywords = "id,keyword\n".to_owned();
    for (number, word) in words.iter().enumerate() {
        writeln!(keywords, "{number},{word}").unwrap();
    }
    let mut archive = Archive::new();
    for (name, text) in [
        (
            "metadata.json",
            r#"{"timestamp":"2026-11-25T02:00:13.123Z"}"#,
        ),
        ("data/keywords.csv", &keywords),
        ("data/crates.csv", &crates),
        ("data/crate_downloads.csv", &downloads),
        ("data/crates_keywords.csv", &of_words),
        ("data/versions.csv", &versions),
        ("data/default_versions.csv", &shown),
    ] {
        archive = archive.file(&format!("2026-11-25-020013/{name}"), text.as_bytes());
    }
    let path = sandbox.path("db-dump.tar.gz");
    fs::write(&path, archive.finish()).unwrap();
    path
}

#[test]
fn what_people_could_not_find_is_found_in_a_dump_among_ten_thousand_others() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    sandbox.program(["prefetch", "leaf"]).outcome().exits(0);
    let path = dump(&sandbox);
    let import = ["catalog", "import", path.to_str().unwrap()];
    sandbox.program(import).outcome().exits(0).no_panic();
    let server = Served::start(&sandbox, &["--offline"]);
    let mut wrong = String::new();
    for (who, query, wanted) in wanted() {
        // As cargo sends words: joined by a plus, which is escaped.
        let path = format!("/api/v1/crates?q={}&per_page=3", query.replace(' ', "%2B"));
        let found: Value = serde_json::from_slice(&server.get(&path).is(200).body).unwrap();
        let names: Vec<&str> = (found["crates"].as_array().unwrap().iter())
            .map(|found| found["name"].as_str().unwrap())
            .collect();
        let folded = |text: &str| text.to_lowercase().replace([' ', '_'], "-");
        let most = if folded(query) == folded(wanted) {
            1
        } else {
            3
        };
        if !names.iter().take(most).any(|name| *name == wanted) {
            writeln!(wrong, "{who}: `{query}` finds {}", names.join(" ")).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    // A command, which makes no index, finds the same.
    let found = sandbox
        .program(["search", "http", "client"])
        .outcome()
        .exits(0);
    let first: Vec<&str> = (found.stdout.lines().take(3))
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(first.contains(&"reqwest"), "{first:?}");
}
