//! What must hold of searches, of the rows of a dump and of the members of archives, whatever a stranger has put into them.

use std::collections::HashSet;
use std::io::{self, Read, Write};

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

/// The first byte chooses a table, the others are its file. It says the same in whatever pieces it comes.
#[allow(dead_code, reason = "each target has its own law")]
pub(super) fn dump_row(bytes: &[u8]) {
    let Some((first, csv)) = bytes.split_first() else {
        return;
    };
    let table = Table::ALL[usize::from(*first) % Table::ALL.len()];
    let read = |file: &mut dyn Read| {
        let mut seen = Vec::new();
        match rows(table, file, |row| seen.push(format!("{row:?}"))) {
            Ok(count) => assert_eq!(count, seen.len() as u64),
            Err(bad) => assert!(!bad.to_string().is_empty()),
        }
        seen
    };
    let (mut whole, mut pieces) = (csv, BytePieces(csv));
    assert_eq!(read(&mut whole), read(&mut pieces));
}

/// Gives a byte at a time.
struct BytePieces<'b>(&'b [u8]);

impl Read for BytePieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let one = buffer.len().min(1);
        self.0.read(&mut buffer[..one])
    }
}

/// The bytes as members of an archive, which end in 255: how each says its path, of which kind it is, its path.
#[allow(dead_code, reason = "each target has its own law")]
pub(super) fn member(bytes: &[u8]) {
    let id = CrateId::parse("foo", "1.0.0").unwrap();
    let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut tar = tar::Builder::new(gzip);
    for member in bytes.split(|byte| *byte == u8::MAX) {
        if let [way, kind, path @ ..] = member {
            append(&mut tar, *way, *kind, path);
        }
    }
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

/// One member, of one byte, whose path is in its header, in two parts there, before it as GNU has it, or before it as POSIX has it.
fn append(tar: &mut tar::Builder<impl Write>, way: u8, kind: u8, path: &[u8]) {
    let mut header = match way % 4 {
        1 => tar::Header::new_ustar(),
        _ => tar::Header::new_gnu(),
    };
    match way % 4 {
        2 => {
            let mut long = tar::Header::new_gnu();
            long.set_entry_type(tar::EntryType::GNULongName);
            long.set_size(path.len() as u64 + 1);
            long.set_cksum();
            tar.append(&long, &[path, b"\0"].concat()[..]).unwrap();
        }
        3 => tar.append_pax_extensions([("path", path)]).unwrap(),
        _ => {}
    }
    header.set_size(1);
    header.set_mode(0o644);
    header.set_entry_type(tar::EntryType::new(kind));
    let mut name = path;
    if let Some(ustar) = header.as_ustar_mut() {
        let cut = path.iter().rposition(|byte| *byte == b'/');
        if let Some(cut) = cut.filter(|cut| *cut <= ustar.prefix.len()) {
            ustar.prefix[..cut].copy_from_slice(&path[..cut]);
            name = &path[cut + 1..];
        }
    }
    let field = &mut header.as_old_mut().name;
    let length = name.len().min(field.len());
    field[..length].copy_from_slice(&name[..length]);
    header.set_cksum();
    tar.append(&header, &b"x"[..]).unwrap();
}
