//! How often each crate was asked for, and when last: what retention goes by.
//!
//! ```text
//! <mirror>/.mirror/use/crates-io        at 1790000000: when this was written, by the clock that the rest goes by
//!                                       serde 1.0.229 17 1790000000, a line a version
//! ```
//!
//! Written beside and renamed, not flushed: lost, it costs a worse choice of what goes first.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::io::fs::file;
use crate::io::mirror::layout::Mirror;
use crate::model::error::Result;
use crate::model::package::id::CrateId;
use crate::model::units::timestamp::Timestamp;

/// A list larger than this is none of ours.
const MAX_LIST: u64 = 1 << 30;

/// How one version was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    pub id: CrateId,
    pub times: u64,
    pub last: Timestamp,
}

fn path(mirror: &Path, source: &str) -> PathBuf {
    Mirror::at(mirror).usage(source)
}

/// What was used of a source. A list that cannot be read is as good as none, and so is a line.
pub fn read(mirror: &Path, source: &str) -> Vec<Used> {
    let text = file::read_text(&path(mirror, source), MAX_LIST).unwrap_or_default();
    text.lines().filter_map(line).collect()
}

/// When the list of a source was written, by the clock of whoever wrote it.
pub fn written(mirror: &Path, source: &str) -> Option<Timestamp> {
    let text = file::read_text(&path(mirror, source), MAX_LIST).ok()?;
    let at = text.lines().next()?.strip_prefix("at ")?;
    at.parse().ok().map(Timestamp)
}

fn line(line: &str) -> Option<Used> {
    let mut words = line.split(' ');
    Some(Used {
        id: CrateId::parse(words.next()?, words.next()?).ok()?,
        times: words.next()?.parse().ok()?,
        last: Timestamp(words.next()?.parse().ok()?),
    })
}

pub fn write(mirror: &Path, source: &str, used: &[Used], now: Timestamp) -> Result<()> {
    let mut text = String::with_capacity((used.len() + 1) * 40);
    // Writing to a String cannot fail.
    let _ = writeln!(text, "at {}", now.0);
    for Used { id, times, last } in used {
        let _ = writeln!(text, "{} {} {times} {}", id.name, id.version, last.0);
    }
    file::replace_own(&path(mirror, source), text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_the_rest_passed_over() {
        let mirror = tempfile::tempdir().unwrap();
        let used = vec![Used {
            id: CrateId::parse("a-b", "1.0.0+x").unwrap(),
            times: 3,
            last: Timestamp(17),
        }];
        write(mirror.path(), "crates-io", &used, Timestamp(18)).unwrap();
        assert_eq!(written(mirror.path(), "crates-io"), Some(Timestamp(18)));
        assert_eq!(read(mirror.path(), "crates-io"), used);
        let path = path(mirror.path(), "crates-io");
        std::fs::write(&path, "../x 1.0.0 1 1\nhalf\na-b 1.0.0+x 3 17").unwrap();
        assert_eq!(read(mirror.path(), "crates-io"), used);
        assert_eq!(read(mirror.path(), "other"), []);
    }
}
