//! What must hold of searches, of the rows of a dump and of the members of archives, whatever a stranger has put into them.

use std::collections::HashSet;

use cargo_mirror::io::dump::reader::rows;
use cargo_mirror::io::dump::row::Table;
use cargo_mirror::model::package::archive_files::{Next, look_through};
use cargo_mirror::model::package::id::CrateId;
use cargo_mirror::model::search::find::{find, in_memory};
use cargo_mirror::model::search::query::{MOST_LETTERS, MOST_WORDS, Query};
use cargo_mirror::model::search::rank::Tier;
use cargo_mirror::model::search::row::Row;
use cargo_mirror::model::search::text::{SearchWanted, Sort, Text, line};

/// The bytes as a query, and as the name of a crate that is looked for.
#[allow(dead_code, reason = "each target has its own law")]
pub(super) fn query(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let query = Query::parse(&text);
    assert!(query.words().len() <= MOST_WORDS);
    let letters: usize = query.words().iter().map(|word| word.chars().count()).sum();
    // A letter may become three when it is folded.
    assert!(letters <= MOST_LETTERS * 3);
    for word in query.words() {
        assert!(!word.is_empty() && !word.contains(|c: char| c.is_whitespace() || c.is_control()));
        assert!(!word.contains('_'));
    }
    let mut lines = String::new();
    for (at, name) in ["serde", "serde_json", "a", &*text].iter().enumerate() {
        let row = Row {
            name: (*name).replace(|c: char| c.is_control(), ""),
            ..Row::default()
        };
        line(&row, at as u64, &mut lines);
    }
    let (text, empty, none) = (Text::new(lines).unwrap(), Text::default(), HashSet::new());
    for sort in [Sort::Relevance, Sort::Use, Sort::Recent, Sort::Name] {
        for names_only in [false, true] {
            let wanted = SearchWanted {
                query: query.clone(),
                names_only,
                sort,
                skip: 0,
                most: 10,
            };
            let hits = find(&text, &empty, &none, &none, &wanted, &mut in_memory).unwrap();
            assert!(hits.total <= text.len() && hits.hits.len() == hits.total);
            let exact = hits.hits.iter().position(|hit| hit.tier == Tier::Exact);
            assert!(sort != Sort::Relevance || query.is_empty() || exact.is_none_or(|at| at == 0));
        }
    }
}

/// The bytes as the file of each table.
#[allow(dead_code, reason = "each target has its own law")]
pub(super) fn dump_row(bytes: &[u8]) {
    for table in Table::ALL {
        let mut seen = 0;
        match rows(table, bytes, |_| seen += 1) {
            Ok(count) => assert_eq!(count, seen),
            Err(bad) => assert!(!bad.to_string().is_empty()),
        }
    }
}

/// The bytes as the path of a member.
#[allow(dead_code, reason = "each target has its own law")]
pub(super) fn member(bytes: &[u8]) {
    let id = CrateId::parse("foo", "1.0.0").unwrap();
    let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut tar = tar::Builder::new(gzip);
    let mut header = tar::Header::new_gnu();
    header.set_size(1);
    header.set_mode(0o644);
    let name = &mut header.as_old_mut().name;
    let length = bytes.len().min(name.len());
    name[..length].copy_from_slice(&bytes[..length]);
    header.set_cksum();
    tar.append(&header, &b"x"[..]).unwrap();
    let archive = tar.into_inner().unwrap().finish().unwrap();
    let looked = look_through(&archive[..], archive.len() as u64, &id, |member, text| {
        let path = &member.path;
        assert!(
            !path.starts_with('/') && !path.contains(['\\', '\0']),
            "{path:?}"
        );
        assert!(path.split('/').all(|part| part != ".."), "{path:?}");
        let mut all = Vec::new();
        text.read_to_end(&mut all)?;
        assert_eq!(all.len() as u64, member.size);
        Ok(Next::On)
    });
    // What is refused is refused with a reason.
    if let Err(bad) = looked {
        assert!(!bad.to_string().is_empty());
    }
}
