//! The text of an index line: memory of its own, or a piece of the file that it came in.

use std::ops::{Deref, Range};
use std::sync::Arc;

/// The text of an index line, without its end of line.
#[derive(Debug, Clone)]
pub(super) enum RawLine {
    Own(Arc<[u8]>),
    /// A piece of a text, from here to there.
    Piece(Arc<[u8]>, u32, u32),
}

impl RawLine {
    /// A piece of a text, which stays in memory as a whole as long as any of its pieces does. A copy where it lies beyond
    /// 4 GiB, as in no file that is read.
    pub(super) fn piece(text: &Arc<[u8]>, place: Range<usize>) -> Self {
        match (u32::try_from(place.start), u32::try_from(place.end)) {
            (Ok(start), Ok(end)) => Self::Piece(Arc::clone(text), start, end),
            _ => Self::Own(text[place].into()),
        }
    }
}

impl Deref for RawLine {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Own(text) => text,
            Self::Piece(text, start, end) => &text[*start as usize..*end as usize],
        }
    }
}

impl PartialEq for RawLine {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for RawLine {}

#[cfg(test)]
mod tests {
    use crate::model::index::file::{IndexFile, IndexLine};

    #[test]
    fn a_shared_text_is_read_as_one_that_is_not() {
        let line = |name: &str, version: &str| {
            let checksum = "00".repeat(32);
            format!(r#"{{"name":"{name}","vers":"{version}","deps":[],"cksum":"{checksum}"}}"#)
        };
        let (one, two) = (line("a", "2.0.0"), line("A", "1.0.0"));
        let text = format!("\n{one}\r\nno line\n\n{two}  \n{two}");
        let shared = IndexFile::parse_shared(&text.as_bytes().into());
        assert_eq!(shared, IndexFile::parse(text.as_bytes()));
        assert!(shared.has_foreign());
        let raw: Vec<&[u8]> = shared.lines().iter().map(IndexLine::raw).collect();
        assert_eq!(raw, [two.as_bytes(), one.as_bytes()]);
        assert_eq!(
            shared.render(),
            format!("no line\n{two}\n{one}\n").into_bytes()
        );
    }
}
