//! What people could not find, and complained about: each query, and the crate they wanted.
//!
//! The rows are the crates that compete for these words, with their names, keywords, descriptions and downloads as
//! they were about 2026, typed in as facts. The numbers are issues of crates.io, unless they say otherwise. Both lists are files,
//! which `tests/it/search/complaints.rs` makes a database dump of.

use std::collections::HashSet;

use crate::model::search::find::{find, in_memory};
use crate::model::search::query::Query;
use crate::model::search::row::{About, Dumped, Row};
use crate::model::search::text::{SearchWanted, Text, line};

/// Name, keywords, description, thousands of downloads.
const ROWS: &str = include_str!("../../../tests/it/search/complaints/crates.txt");

/// The thread, what was looked for, what was wanted. Where a thread names a kind of trouble and no words, the words are an example.
const COMPLAINTS: &str = include_str!("../../../tests/it/search/complaints/wanted.txt");

fn corpus() -> (Text, Vec<Row>) {
    let rows = ROWS.lines().filter(|line| !line.is_empty()).map(|line| {
        let fields: Vec<&str> = line.split('|').collect();
        let [name, keywords, description, thousands] = fields[..] else {
            panic!("{line}");
        };
        let thousands: u64 = thousands.parse().unwrap();
        Row {
            name: name.to_owned(),
            dump: Some(Dumped {
                downloads: thousands * 1000,
                about: About {
                    description: Some(description.to_owned()),
                    keywords: keywords.split(' ').map(str::to_owned).collect(),
                    ..About::default()
                },
                ..Dumped::default()
            }),
            ..Row::default()
        }
    });
    let mut rows: Vec<Row> = rows.collect();
    rows.sort_by(|one, other| {
        let key = |row: &Row| row.usage().downloads;
        key(other).cmp(&key(one))
    });
    let mut lines = String::new();
    for (at, row) in rows.iter().enumerate() {
        line(row, at as u64, &mut lines);
    }
    (Text::new(lines).unwrap(), rows)
}

fn found(text: &Text, rows: &[Row], query: &str) -> Vec<String> {
    let wanted = SearchWanted {
        query: Query::parse(query),
        most: 10,
        ..SearchWanted::default()
    };
    let (none, empty) = (HashSet::new(), Text::default());
    let hits = find(text, &empty, &none, &none, &wanted, &mut in_memory).unwrap();
    let names = hits.hits.iter().map(|hit| {
        let at = hit.offset(text, &empty).unwrap();
        rows[usize::try_from(at).unwrap()].name.clone()
    });
    names.collect()
}

#[test]
fn what_people_could_not_find_is_found() {
    let (text, rows) = corpus();
    let mut wrong = String::new();
    let complaints: Vec<&str> = COMPLAINTS.lines().filter(|line| !line.is_empty()).collect();
    for line in &complaints {
        let fields: Vec<&str> = line.split('|').collect();
        let [who, query, wanted] = fields[..] else {
            panic!("{line}");
        };
        let found = found(&text, &rows, query);
        let at = found.iter().position(|name| name == wanted);
        let is_name = Query::parse(query).name() == Query::parse(wanted).name();
        let most = if is_name { 1 } else { 3 };
        if at.is_none_or(|at| at >= most) {
            let found = found.join(" ");
            wrong.push_str(who);
            wrong.push_str(": `");
            wrong.push_str(query);
            wrong.push_str("` finds ");
            wrong.push_str(&found);
            wrong.push('\n');
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(complaints.len() >= 30);
}

#[test]
fn orders_are_total_and_the_name_itself_is_first_only_by_relevance() {
    use crate::model::search::text::Sort;
    let (text, rows) = corpus();
    let (none, empty) = (HashSet::new(), Text::default());
    for sort in [Sort::Use, Sort::Recent, Sort::Name, Sort::Relevance] {
        let page = |skip: usize, most: usize| {
            let query = Query::parse("json");
            let wanted = SearchWanted {
                query,
                sort,
                skip,
                most,
                names_only: false,
            };
            find(&text, &empty, &none, &none, &wanted, &mut in_memory).unwrap()
        };
        let all = page(0, 100);
        assert_eq!(all.hits.len(), all.total);
        // Pages are parts of the whole, whatever their size.
        for size in [1, 2, 3, 7] {
            let paged: Vec<_> = (0..all.total)
                .step_by(size)
                .flat_map(|skip| page(skip, size).hits)
                .collect();
            assert_eq!(paged, all.hits, "{size}");
        }
        let first = all.hits[0].offset(&text, &empty).unwrap();
        let is_exact = rows[usize::try_from(first).unwrap()].name == "json";
        assert_eq!(is_exact, matches!(sort, Sort::Relevance | Sort::Name));
    }
}
