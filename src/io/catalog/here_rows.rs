//! What is here of every crate, as rows that were written as they were found: in a registry that is copied whole they are too many
//! to be held until the catalogue is made of them.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::mem::take;
use std::path::{Path, PathBuf};

use crate::io::catalog::bytes::Lines;
use crate::io::catalog::glance::RowGlance;
use crate::io::fs::error::io_error;
use crate::io::fs::file::begin_own;
use crate::model::error::Result;
use crate::model::errors::fs::Action;
use crate::model::search::row::{Here, Row};

/// Rows of what is here. Of each crate no more than its name is in memory.
#[derive(Debug)]
pub struct HereRows {
    lines: Lines,
    /// In the spelling of the crates, sorted, each with where its row begins.
    names: Vec<(Box<str>, u64)>,
}

impl HereRows {
    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(name, _)| &**name)
    }

    /// The place of a crate among all, in the order of names.
    pub fn place(&self, name: &str) -> Option<usize> {
        let order = |(other, _): &(Box<str>, u64)| (**other).cmp(name);
        self.names.binary_search_by(order).ok()
    }

    /// The row in this place.
    pub fn row(&self, place: usize) -> Result<Row> {
        let Some((_, offset)) = self.names.get(place) else {
            return Ok(Row::default());
        };
        let line = self.lines.line(*offset)?;
        Ok(serde_json::from_slice(&line).unwrap_or_default())
    }

    /// What is here of a crate.
    pub fn get(&self, name: &str) -> Result<Option<Here>> {
        match self.place(name) {
            Some(place) => Ok(self.row(place)?.here),
            None => Ok(None),
        }
    }

    /// Hands over what is counted of the row in this place.
    pub fn glance(&self, place: usize, take: impl FnOnce(&RowGlance<'_>)) -> Result<()> {
        if let Some((_, offset)) = self.names.get(place) {
            let line = self.lines.line(*offset)?;
            if let Ok(row) = serde_json::from_slice(&line) {
                take(&row);
            }
        }
        Ok(())
    }
}

/// Rows that are being written.
#[derive(Debug)]
pub struct HereRowsWriter {
    to: RowsTo,
    length: u64,
    names: Vec<(Box<str>, u64)>,
}

#[derive(Debug)]
enum RowsTo {
    /// It has no name, so it goes with this process.
    File(BufWriter<File>, PathBuf),
    Memory(Vec<u8>),
}

/// Some rows, made by one thread before they are written with those of others.
#[derive(Debug, Default)]
pub struct SomeRows {
    lines: Vec<u8>,
    names: Vec<(Box<str>, u64)>,
}

impl SomeRows {
    pub fn add(&mut self, name: String, here: Here) {
        let boxed = name.as_str().into();
        let row = Row {
            name,
            here: Some(here),
            ..Row::default()
        };
        let before = self.lines.len();
        if serde_json::to_writer(&mut self.lines, &row).is_err() {
            self.lines.truncate(before);
            return;
        }
        self.lines.push(b'\n');
        self.names.push((boxed, before as u64));
    }
}

impl HereRowsWriter {
    /// Into a file in this folder.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        let file = begin_own(folder)?.into_file();
        Ok(Self::new(RowsTo::File(
            BufWriter::new(file),
            folder.to_owned(),
        )))
    }

    pub fn in_memory() -> Self {
        Self::new(RowsTo::Memory(Vec::new()))
    }

    fn new(to: RowsTo) -> Self {
        let (length, names) = (0, Vec::new());
        Self { to, length, names }
    }

    pub fn add(&mut self, some: SomeRows) -> Result<()> {
        match &mut self.to {
            RowsTo::File(file, folder) => {
                let written = file.write_all(&some.lines);
                written.map_err(io_error(Action::Write, folder))?;
            }
            RowsTo::Memory(memory) => memory.extend_from_slice(&some.lines),
        }
        let from = self.length;
        let names = some.names.into_iter();
        (self.names).extend(names.map(|(name, offset)| (name, from + offset)));
        self.length += some.lines.len() as u64;
        Ok(())
    }

    pub fn finish(mut self) -> Result<HereRows> {
        let mut names = take(&mut self.names);
        names.sort_unstable();
        names.dedup_by(|one, other| one.0 == other.0);
        let lines = match self.to {
            RowsTo::Memory(memory) => Lines::Memory(memory),
            RowsTo::File(file, path) => {
                let file = file.into_inner().map_err(io::IntoInnerError::into_error);
                let file = file.map_err(io_error(Action::Write, &path))?;
                let length = self.length;
                Lines::File { file, path, length }
            }
        };
        Ok(HereRows { lines, names })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::search::row::{Need, NeedKind};

    #[test]
    fn rows_are_found_by_name_in_whatever_order_they_came() {
        let folder = tempfile::tempdir().unwrap();
        let here = |at: usize| Here {
            version: format!("1.0.{at}"),
            needs: vec![Need {
                name: format!("n{at}"),
                kind: NeedKind::Normal,
                requirement: "\"^1\"\n".repeat(at * 500),
                optional: false,
            }],
            ..Here::default()
        };
        for mut writer in [
            HereRowsWriter::in_folder(folder.path()).unwrap(),
            HereRowsWriter::in_memory(),
        ] {
            for lot in [[3, 1], [4, 0], [2, 5]] {
                let mut some = SomeRows::default();
                for at in lot {
                    some.add(format!("c{at}"), here(at));
                }
                writer.add(some).unwrap();
            }
            let rows = writer.finish().unwrap();
            assert_eq!(
                rows.names().collect::<Vec<_>>(),
                ["c0", "c1", "c2", "c3", "c4", "c5"]
            );
            for at in 0..6 {
                let name = format!("c{at}");
                assert_eq!(rows.place(&name), Some(at));
                assert_eq!(rows.get(&name).unwrap(), Some(here(at)));
                let mut seen = Vec::new();
                rows.glance(at, |row| seen = row.needed()).unwrap();
                assert_eq!(seen, [format!("n{at}")]);
            }
            assert_eq!(rows.get("c6").unwrap(), None);
        }
        let left = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 0, "nobody has to sweep it");
    }
}
