//! What was last seen of the index objects of a bucket, so that a `push` or `pull` with nothing to do reads none of them.
//!
//! ```text
//! <mirror>/.mirror/buckets/<hash of its address>    "path TAB state of the object TAB digest of the file here", a line each
//! ```
//!
//! All of it can be lost without harm: what is missing is compared anew.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::io::fs::error::if_there;
use crate::io::fs::file::{create_dir_all, read_text, replace_own};
use crate::io::mirror::layout::Mirror;
use crate::model::error::Result;
use crate::model::package::checksum::Sha256;

/// A quarter of a million crates, of some hundred bytes each.
const MAX_NOTES: u64 = 256 << 20;

/// What was last seen of one index object, and of the file here that says the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexNote {
    pub object: String,
    pub file: String,
}

/// By path in the mirror.
pub type IndexNotes = BTreeMap<String, IndexNote>;

fn place(mirror: &Path, bucket: &str) -> PathBuf {
    Mirror::at(mirror).bucket_notes(&digest(bucket.as_bytes()))
}

/// Tells texts apart.
pub fn digest(text: &[u8]) -> String {
    Sha256::of(text).to_string()[..32].to_owned()
}

pub fn read_notes(mirror: &Path, bucket: &str) -> Result<IndexNotes> {
    let text = if_there(read_text(&place(mirror, bucket), MAX_NOTES))?.unwrap_or_default();
    let notes = text.lines().filter_map(|line| {
        let mut fields = line.split('\t');
        let path = fields.next()?.to_owned();
        let (object, file) = (fields.next()?.to_owned(), fields.next()?.to_owned());
        Some((path, IndexNote { object, file }))
    });
    Ok(notes.collect())
}

pub fn write_notes(mirror: &Path, bucket: &str, notes: &IndexNotes) -> Result<()> {
    let path = place(mirror, bucket);
    if let Some(folder) = path.parent() {
        create_dir_all(folder)?;
    }
    let mut text = String::new();
    for (path, note) in notes {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{path}\t{}\t{}", note.object, note.file);
    }
    replace_own(&path, text.as_bytes())
}
