//! Lines of a catalogue that are read where they lie: in a file, or in memory where none can be written.

use std::fs::File;
use std::ops::Range;
use std::path::PathBuf;

use crate::io::fs::error::io_error;
use crate::io::fs::file::read_at;
use crate::model::error::Result;
use crate::model::errors::fs::Action;

/// Enough for most rows.
const PIECE: usize = 1024;
/// No line of ours is longer.
const LONGEST: usize = 64 << 20;

/// What lines are read from. Whoever has it goes on to read what it was when it was opened.
#[derive(Debug)]
pub enum Lines {
    File {
        file: File,
        path: PathBuf,
        length: u64,
    },
    Memory(Vec<u8>),
}

impl Lines {
    pub fn bytes(&self) -> u64 {
        match self {
            Self::File { length, .. } => *length,
            Self::Memory(bytes) => bytes.len() as u64,
        }
    }

    /// What stands between two places, as far as there is something.
    pub fn between(&self, places: Range<u64>) -> Result<Vec<u8>> {
        let length = places.end.saturating_sub(places.start);
        self.piece(places.start, usize::try_from(length).unwrap_or(usize::MAX))
    }

    fn piece(&self, offset: u64, length: usize) -> Result<Vec<u8>> {
        match self {
            Self::File { file, path, .. } => {
                read_at(file, offset, length).map_err(io_error(Action::Read, path))
            }
            Self::Memory(bytes) => {
                let from = usize::try_from(offset)
                    .unwrap_or(usize::MAX)
                    .min(bytes.len());
                let to = from.saturating_add(length).min(bytes.len());
                Ok(bytes[from..to].to_vec())
            }
        }
    }

    /// The line that begins at `offset`, without its end.
    pub fn line(&self, offset: u64) -> Result<Vec<u8>> {
        let mut length = PIECE;
        loop {
            let mut bytes = self.piece(offset, length)?;
            if let Some(end) = memchr::memchr(b'\n', &bytes) {
                bytes.truncate(end);
                return Ok(bytes);
            }
            if bytes.len() < length || length >= LONGEST {
                return Ok(bytes);
            }
            length *= 4;
        }
    }

    /// Hands over the lines from `offset` on, with where each begins, until `take` says no.
    pub fn each(
        &self,
        mut offset: u64,
        mut take: impl FnMut(u64, &[u8]) -> Result<bool>,
    ) -> Result<()> {
        let mut length = PIECE;
        loop {
            let bytes = self.piece(offset, length)?;
            let mut start = 0;
            for end in memchr::memchr_iter(b'\n', &bytes) {
                if !take(offset + start as u64, &bytes[start..end])? {
                    return Ok(());
                }
                start = end + 1;
            }
            if bytes.len() < length || start == 0 && length >= LONGEST {
                return Ok(());
            }
            offset += start as u64;
            length = (length * 4).min(if start == 0 { LONGEST } else { 1 << 20 });
        }
    }

    /// Where the first line begins that `is_before` says no to; lines are sorted so. `from` is where the first of all begins.
    pub fn bisect(&self, from: u64, mut is_before: impl FnMut(&[u8]) -> bool) -> Result<u64> {
        // Lines that begin before `low`, where one does, are before; those that begin at `high` or later are not.
        let (mut low, mut high) = (from, self.bytes());
        while low < high {
            let middle = low + (high - low) / 2;
            let start = self.next_start(middle, low)?;
            if start >= high {
                high = middle;
                continue;
            }
            let line = self.line(start)?;
            if is_before(&line) {
                low = start + line.len() as u64 + 1;
            } else {
                high = start;
            }
        }
        Ok(low)
    }

    /// Where the first line begins at or after `at`; `low` is where one does.
    fn next_start(&self, at: u64, low: u64) -> Result<u64> {
        if at <= low {
            return Ok(low);
        }
        let rest = self.line(at - 1)?;
        Ok(at + rest.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bisection_finds_the_first_line_of_a_name() {
        let words: Vec<String> = (0..500)
            .map(|at| format!("{:03}{}", at / 3 * 2, "x".repeat(at * 7 % 90)))
            .collect();
        let text = format!("head\n{}\n", words.join("\n"));
        let lines = Lines::Memory(text.clone().into_bytes());
        for wanted in 0..340 {
            let wanted = format!("{wanted:03}");
            let at = lines
                .bisect(5, |line| &line[..3] < wanted.as_bytes())
                .unwrap();
            let expected = words.iter().position(|word| word[..3] >= *wanted);
            let expected = expected.map_or(text.len(), |at| {
                5 + words[..at].iter().map(|word| word.len() + 1).sum::<usize>()
            });
            assert_eq!(at, expected as u64, "{wanted}");
        }
        let mut seen = Vec::new();
        let take = |_, line: &[u8]| {
            seen.push(String::from_utf8(line.to_vec()).unwrap());
            Ok(true)
        };
        lines.each(5, take).unwrap();
        assert_eq!(seen, words);
    }
}
