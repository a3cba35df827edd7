//! A dump from its first byte to its last: one pass, the tables as they come, memory for one row.
//!
//! ```text
//! 2026-11-25-020013/metadata.json      "timestamp": when it was made
//! 2026-11-25-020013/data/crates.csv    a line of column names, then rows; fields may hold newlines and quotes
//! ```
//!
//! Columns are found by their names, so that new ones and another order do no harm. A table that nobody asks for is passed
//! over unread.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use csv::{ErrorKind, ReaderBuilder, StringRecord};
use flate2::read::MultiGzDecoder;
use serde::Deserialize;

use crate::io::dump::row::{DumpRow, Fields, Table};
use crate::io::fs::error::io_error;
use crate::model::error::{Error, Result};
use crate::model::errors::catalog::{BadDump, CatalogError};
use crate::model::errors::fs::Action;
use crate::model::units::timestamp::Timestamp;

/// The longest row: a readme is 5 MB at most where it is kept whole.
const MAX_ROW: u64 = 64 << 20;
/// What may stand between two files of the archive.
const MAX_HEADERS: u64 = 1 << 20;
const BUFFER: usize = 256 << 10;

/// What a pass over a dump has seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DumpSeen {
    /// When the dump was made, by its own word.
    pub made: Option<Timestamp>,
    /// The tables that were asked for and there, in their order, with how many rows each has.
    pub tables: Vec<(Table, u64)>,
}

impl DumpSeen {
    /// Whether a table was read.
    pub fn has(&self, table: Table) -> bool {
        self.tables.iter().any(|(seen, _)| *seen == table)
    }
}

/// Reads a dump, `.tar.gz` or `.tar`, and hands over each row of the tables in `wanted`. A failure of `each` ends the pass and is
/// returned. Those of `needed` must be there.
///
/// # Errors
///
/// [`CatalogError::Dump`], with table, line and column, for what is no dump, ends early or has another form.
pub fn read(
    path: &Path,
    wanted: &[Table],
    needed: &[Table],
    each: impl FnMut(DumpRow<'_>) -> Result<()>,
) -> Result<DumpSeen> {
    let failed = || io_error(Action::Read, path);
    let mut file = File::open(path).map_err(failed())?;
    let mut magic = [0; 2];
    let is_gzip = file.read_exact(&mut magic).is_ok() && magic == [0x1f, 0x8b];
    file.seek(SeekFrom::Start(0)).map_err(failed())?;
    let file = BufReader::with_capacity(BUFFER, file);
    let seen = if is_gzip {
        pass(MultiGzDecoder::new(file), wanted, needed, each)
    } else {
        pass(file, wanted, needed, each)
    };
    seen.map_err(|stop| match stop {
        Stop::Bad(bad) => Error::Catalog(CatalogError::Dump {
            path: path.to_owned(),
            source: Box::new(bad),
        }),
        Stop::Failed(error) => error,
    })
}

/// Why a pass ends early.
enum Stop {
    Bad(BadDump),
    /// Whoever takes the rows has failed.
    Failed(Error),
}

impl From<BadDump> for Stop {
    fn from(bad: BadDump) -> Self {
        Self::Bad(bad)
    }
}

fn pass(
    archive: impl Read,
    wanted: &[Table],
    needed: &[Table],
    mut each: impl FnMut(DumpRow<'_>) -> Result<()>,
) -> Result<DumpSeen, Stop> {
    let mut seen = DumpSeen::default();
    let left = Cell::new(MAX_HEADERS);
    let bounded = Bounded {
        inner: archive,
        left: &left,
    };
    let mut tar = tar::Archive::new(bounded);
    let in_headers = |cause| cut_or(cause, "the list of its files", BadDump::Archive);
    let mut entries = tar.entries().map_err(in_headers)?;
    loop {
        left.set(MAX_HEADERS);
        let Some(entry) = entries.next() else {
            break;
        };
        let mut entry = entry.map_err(in_headers)?;
        left.set(u64::MAX);
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let mut parts = path.rsplit('/');
        let name = parts.next().unwrap_or_default();
        if name == "metadata.json" && seen.made.is_none() {
            left.set(MAX_HEADERS);
            seen.made = made(&mut entry);
            left.set(u64::MAX);
        }
        let table = |stem| Table::ALL.into_iter().find(|table| table.name() == stem);
        let table = name.strip_suffix(".csv").and_then(table);
        let table = table.filter(|table| parts.next() == Some("data") && wanted.contains(table));
        let Some(table) = table else {
            // The archive's own reader goes on to the next file; here is where a cut one is told.
            let place = name.to_owned();
            io::copy(&mut entry, &mut io::sink())
                .map_err(|cause| cut_or(cause, &place, BadDump::Archive))?;
            continue;
        };
        let rows = self::table(table, &mut entry, &left, &mut each)?;
        seen.tables.push((table, rows));
    }
    let missing = needed.iter().find(|table| !seen.has(**table));
    match missing {
        Some(table) => Err(BadDump::NoTable(table.name()).into()),
        None => Ok(seen),
    }
}

/// When the dump was made.
fn made(entry: &mut impl Read) -> Option<Timestamp> {
    #[derive(Deserialize)]
    struct Metadata {
        timestamp: String,
    }
    let mut text = String::new();
    entry.take(1 << 16).read_to_string(&mut text).ok()?;
    let metadata: Metadata = serde_json::from_str(&text).ok()?;
    Timestamp::parse(&metadata.timestamp)
}

/// Reads the rows of one table, as they stand in its file.
pub fn rows(
    table: Table,
    csv: impl Read,
    mut each: impl FnMut(DumpRow<'_>),
) -> Result<u64, BadDump> {
    let left = Cell::new(u64::MAX);
    let mut bounded = Bounded {
        inner: csv,
        left: &left,
    };
    let read = self::table(table, &mut bounded, &left, &mut |row| {
        each(row);
        Ok(())
    });
    read.map_err(|stop| match stop {
        Stop::Bad(bad) => bad,
        Stop::Failed(error) => BadDump::Csv {
            table: table.name(),
            message: error.to_string(),
        },
    })
}

/// All rows of one table.
fn table(
    table: Table,
    entry: &mut impl Read,
    left: &Cell<u64>,
    each: &mut impl FnMut(DumpRow<'_>) -> Result<()>,
) -> Result<u64, Stop> {
    // The reader fills its buffer before it asks for more.
    let most = MAX_ROW + BUFFER as u64;
    left.set(most);
    let mut csv = ReaderBuilder::new()
        .buffer_capacity(BUFFER)
        .from_reader(entry);
    let failed = |cause: csv::Error, line: u64| bad_row(table, line, cause);
    let columns = {
        let heads = csv.headers().map_err(|cause| failed(cause, 1))?;
        columns(table, heads)?
    };
    let (mut record, mut rows) = (StringRecord::new(), 0);
    loop {
        left.set(most);
        let line = csv.position().line();
        if !csv
            .read_record(&mut record)
            .map_err(|cause| failed(cause, line))?
        {
            break;
        }
        let mut values = [None; 11];
        for (value, column) in values.iter_mut().zip(&columns) {
            *value = column.and_then(|column| record.get(column));
        }
        let fields = Fields {
            table,
            line,
            values,
        };
        each(fields.row()?).map_err(Stop::Failed)?;
        rows += 1;
    }
    left.set(u64::MAX);
    Ok(rows)
}

/// Where the columns of a table are.
fn columns(table: Table, heads: &StringRecord) -> Result<Vec<Option<usize>>, BadDump> {
    let wanted = table.columns().iter();
    wanted
        .map(|wanted| {
            let name = wanted.trim_end_matches('?');
            let mut spellings = name.split('|');
            let found = spellings.find_map(|name| heads.iter().position(|head| head == name));
            if found.is_none() && !wanted.ends_with('?') {
                return Err(BadDump::NoColumn {
                    table: table.name(),
                    column: name,
                });
            }
            Ok(found)
        })
        .collect()
}

fn bad_row(table: Table, line: u64, cause: csv::Error) -> BadDump {
    let message = cause.to_string();
    let name = table.name();
    match cause.into_kind() {
        ErrorKind::Io(cause) if cause.to_string().contains(TOO_LONG) => BadDump::LongRow {
            table: name,
            line,
            limit: MAX_ROW,
        },
        ErrorKind::Io(cause) => {
            let csv = |_| BadDump::Csv {
                table: name,
                message,
            };
            cut_or(cause, &format!("{name}.csv"), csv)
        }
        _ => BadDump::Csv {
            table: name,
            message,
        },
    }
}

/// An archive that ends in the middle of something, or what `otherwise` makes of it.
fn cut_or(cause: io::Error, place: &str, otherwise: impl FnOnce(io::Error) -> BadDump) -> BadDump {
    let text = cause.to_string();
    if cause.kind() == io::ErrorKind::UnexpectedEof
        || text.contains("unexpected end of file")
        || text.contains("unexpected EOF")
    {
        BadDump::Cut {
            place: place.to_owned(),
        }
    } else {
        otherwise(cause)
    }
}

/// Stands for "the bound was reached" on its way through readers that only know `std::io::Error`.
const TOO_LONG: &str = "longer than its bound";

/// Fails, rather than ends, when more than `left` bytes are read.
struct Bounded<'c, R> {
    inner: R,
    left: &'c Cell<u64>,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let left = self.left.get().checked_sub(read as u64);
        self.left
            .set(left.ok_or_else(|| io::Error::other(TOO_LONG))?);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn dump(files: &[(&str, &str)]) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for (name, text) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
            let path = format!("2026-11-25-020013/{name}");
            tar.append_data(&mut header, path, text.as_bytes()).unwrap();
        }
        let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut gzip = gzip;
        gzip.write_all(&tar.into_inner().unwrap()).unwrap();
        gzip.finish().unwrap()
    }

    /// What a pass hands over, as text, or what is wrong.
    fn rows(
        bytes: &[u8],
        wanted: &[Table],
    ) -> std::result::Result<(DumpSeen, Vec<String>), String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let mut rows = Vec::new();
        let seen = read(file.path(), wanted, wanted, |row| {
            rows.push(format!("{row:?}"));
            Ok(())
        });
        let chain = |error: Error| crate::model::error::chain(&error);
        seen.map(|seen| (seen, rows)).map_err(chain)
    }

    const CRATES: &str = "created_at,description,id,name,readme\n\
        2014-11-20 22:39:35.1,\"two\nlines, \"\"quoted\"\"\",7,serde,\"x,\ny\"\n";

    #[test]
    fn tables_are_read_as_they_come_by_the_names_of_their_columns() {
        let bytes = dump(&[
            (
                "metadata.json",
                r#"{"timestamp":"2026-11-25T02:00:13.123Z"}"#,
            ),
            (
                "data/versions.csv",
                "checksum,crate_id,crate_size,id,num,yanked\nab,7,10,1,1.0.0,t\n",
            ),
            ("data/readme.csv", "not read"),
            ("data/crates.csv", CRATES),
        ]);
        let (seen, rows) = rows(&bytes, &[Table::Crates, Table::Versions]).unwrap();
        assert_eq!(seen.made, Timestamp::parse("2026-11-25T02:00:13Z"));
        assert_eq!(seen.tables, [(Table::Versions, 1), (Table::Crates, 1)]);
        assert!(
            rows[0].contains("checksum: \"ab\"") && rows[0].contains("yanked: true"),
            "{rows:?}"
        );
        assert!(rows[1].contains(r#"two\nlines, \"quoted\""#), "{rows:?}");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let said =
            |files: &[(&str, &str)], wanted: &[Table]| rows(&dump(files), wanted).unwrap_err();
        for (text, expected) in [
            ("id,name\n1,a\nx,b\n", "has `x` as id in line 3"),
            ("id,name\n1,\n", "has `` as name in line 2"),
            ("id\n1\n", "has no column `name`"),
            ("id,name\n1,a,b\n", "no table of commas and quotes"),
            ("id,name\n1,\"a", "has no"),
        ] {
            let wanted: &[Table] = if text.ends_with("\"a") {
                &[Table::Crates, Table::Users]
            } else {
                &[Table::Crates]
            };
            let error = said(&[("data/crates.csv", text)], wanted);
            assert!(error.contains(expected), "{text}: {error}");
        }
        let error = said(&[("data/users.csv", "id,login\n")], &[Table::Crates]);
        assert!(error.ends_with("it has no crates.csv"), "{error}");
        assert!(rows(b"<html>", &[]).unwrap_err().contains("no tar archive"));
        let whole = dump(&[(
            "data/crates.csv",
            &format!("{CRATES}{}", "8,".repeat(50_000)),
        )]);
        for cut in [20, whole.len() / 2, whole.len() - 10] {
            let error = rows(&whole[..cut], &[Table::Crates]).unwrap_err();
            assert!(
                error.contains("ends in the middle") || error.contains("commas"),
                "{cut}: {error}"
            );
        }
    }

    #[test]
    fn a_row_that_fills_the_memory_is_refused() {
        let endless = format!(
            "id,name\n1,\"{}",
            "x".repeat(usize::try_from(MAX_ROW).unwrap() + BUFFER * 2)
        );
        let error = rows(&dump(&[("data/crates.csv", &endless)]), &[Table::Crates]).unwrap_err();
        assert!(error.contains("has a row of more than"), "{error}");
    }
}
