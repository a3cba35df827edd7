//! What a server did over the last day and month, as it is kept: `<mirror>/.mirror/history`.
//!
//! Written beside and renamed, not flushed: lost, it costs a picture.

use std::path::Path;

use crate::io::fs::file;
use crate::io::mirror::layout::Mirror;
use crate::model::error::Result;
use crate::model::mirror::history::FigureHistory;

/// A longer one is none of ours.
const MAX_HISTORY: u64 = 4 << 20;

/// What was kept; nothing where it cannot be read.
pub fn read(mirror: &Path) -> FigureHistory {
    let text = file::read_text(&Mirror::at(mirror).history(), MAX_HISTORY);
    FigureHistory::parse(&text.unwrap_or_default())
}

pub fn write(mirror: &Path, history: &FigureHistory) -> Result<()> {
    file::replace_own(&Mirror::at(mirror).history(), history.render().as_bytes())
}
