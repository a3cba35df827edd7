//! Catalogues written: beside what is there, then renamed, the file that says which belong together last.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::io::catalog::base::{HEAD, Made};
use crate::io::catalog::build::{self, CountedWriter, RowSource};
use crate::io::fs::error::io_error;
use crate::io::fs::file::{self, begin_own, rename};
use crate::model::error::{Error, Result};
use crate::model::errors::fs::Action;
use crate::model::search::origin::Origin;
use crate::model::units::timestamp::Timestamp;

/// A name that the registry has no more, or never gives away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoneName {
    pub name: String,
    /// `None`: nobody may publish it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Writes a catalogue into a folder, in place of what is there. `gone` are the names that the registry has deleted; `None`: what is
/// known of them stays.
pub fn write(
    folder: &Path,
    source: &mut dyn RowSource,
    number: String,
    origin: Origin,
    gone: Option<&[GoneName]>,
) -> Result<u64> {
    let failed = |cause: io::Error| -> Error { io_error(Action::Write, folder)(cause) };
    let head = format!("{HEAD}{number}\n");
    let begin = || -> Result<_> {
        let mut file = begin_own(folder)?;
        file.write_all(head.as_bytes()).map_err(failed)?;
        Ok(file)
    };
    let (search, rows, dependants) = (begin()?, begin()?, begin()?);
    let mut search = BufWriter::new(search);
    let mut rows = CountedWriter::new(BufWriter::new(rows));
    let mut dependants = CountedWriter::new(BufWriter::new(dependants));
    let crates = build::write(source, &mut search, &mut rows, &mut dependants, &failed)?;
    if let Some(gone) = gone {
        let lines = gone
            .iter()
            .filter_map(|gone| serde_json::to_string(gone).ok());
        let text: String = lines.map(|line| line + "\n").collect();
        file::replace_own(&folder.join("deleted"), text.as_bytes())?;
    }
    let made = Made {
        number,
        crates,
        origin,
    };
    let made = serde_json::to_string(&made).unwrap_or_default();
    let mut origin = begin_own(folder)?;
    origin.write_all(made.as_bytes()).map_err(failed)?;
    let whole = |file: BufWriter<_>| {
        let file = file.into_inner();
        file.map_err(|cause| failed(cause.into_error()))
    };
    // All of them are written by now: until the last has its name there is no catalogue, and whoever is killed in between
    // leaves none, not even what a dump has said.
    for (name, file) in [
        ("rows", whole(rows.into_inner())?),
        ("dependants", whole(dependants.into_inner())?),
        ("search", whole(search)?),
        ("origin", origin),
    ] {
        rename(&file.into_temp_path(), &folder.join(name))?;
    }
    // What it was made of has these already.
    file::remove(&folder.join("fresh"))?;
    Ok(crates)
}
