//! An index file: raw lines in, the same raw lines out, whatever else stands there.

#![no_main]

use cargo_mirror::model::index::file::Change;
use cargo_mirror::model::index::file::IndexFile;
use cargo_mirror::model::index::file::IndexLine;
use cargo_mirror::model::index::file::find_line;
use libfuzzer_sys::fuzz_target;

#[path = "inside.rs"]
mod inside;

fuzz_target!(|bytes: &[u8]| {
    let raw = |line: &'_ [u8]| line.trim_ascii_end().to_vec();
    let given: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(raw).collect();

    let file = IndexFile::parse(bytes);
    let rendered = file.render();
    let again = IndexFile::parse(&rendered);
    assert_eq!(again, file);
    assert_eq!(again.render(), rendered);

    // No line is made up, and none is lost but for a later one of the same version.
    for line in rendered.split_terminator() {
        assert!(given.iter().any(|given| given == line));
    }
    for given in given.iter().filter(|given| !given.is_empty()) {
        match IndexLine::parse(given) {
            Ok(line) => assert!(file.get(line.id()).is_some()),
            Err(_) => assert!(rendered.split_terminator().any(|line| line == given)),
        }
    }

    // One by one they make the same file.
    let mut grown = IndexFile::default();
    for line in file.lines().iter().rev() {
        assert_eq!(grown.put(line.clone()), Change::Added);
        assert_eq!(grown.put(line.clone()), Change::Unchanged);
    }
    assert_eq!(grown.lines(), file.lines());

    for line in file.lines() {
        inside::stays(line.id());
        assert_eq!(IndexLine::parse(line.raw()).unwrap(), *line);
        let _ = line.features();

        // The last one of a version, or the one with the checksum.
        let found = find_line(&rendered, line.id(), None);
        let by_checksum = find_line(&rendered, line.id(), Some(line.checksum()));
        assert_eq!(by_checksum, found);
        // The version may be spelt with escapes, which a search for its text does not see.
        if let Some(found) = found {
            assert_eq!(found, *line);
        }
    }
});

trait Lines {
    fn split_terminator(&self) -> impl Iterator<Item = &[u8]>;
}

impl Lines for Vec<u8> {
    fn split_terminator(&self) -> impl Iterator<Item = &[u8]> {
        self.split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
    }
}
