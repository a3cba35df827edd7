//! A catalogue made of rows: what is looked through, the rows behind it, and who depends on whom.
//!
//! Rows are gone through twice, once to count and once to write, so that they need not all be in memory: a source of them lets
//! each be glanced at, and gives it when it is asked for.

use std::collections::HashMap;
use std::io::{self, Write};

use crate::io::catalog::glance::RowGlance;
use crate::model::error::Result;
use crate::model::search::query::plain;
use crate::model::search::rank::Use;
use crate::model::search::row::{Need, Row};
use crate::model::search::text;

/// Where rows come from.
pub trait RowSource {
    /// Hands over what is counted of every row, with a key to ask for the row by.
    fn each(&mut self, take: &mut dyn FnMut(u64, &RowGlance<'_>)) -> Result<()>;

    fn row(&mut self, key: u64) -> Result<Row>;
}

impl RowSource for Vec<Row> {
    fn each(&mut self, take: &mut dyn FnMut(u64, &RowGlance<'_>)) -> Result<()> {
        for (key, row) in self.iter().enumerate() {
            take(key as u64, &RowGlance::of(row));
        }
        Ok(())
    }

    fn row(&mut self, key: u64) -> Result<Row> {
        let at = usize::try_from(key).unwrap_or(usize::MAX);
        Ok(self.get(at).cloned().unwrap_or_default())
    }
}

/// Lines as they are written, with how many bytes there are by now.
pub struct CountedWriter<W> {
    to: W,
    length: u64,
}

impl<W: Write> CountedWriter<W> {
    pub fn new(to: W) -> Self {
        Self { to, length: 0 }
    }

    pub fn into_inner(self) -> W {
        self.to
    }
}

impl<W: Write> Write for CountedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Who depends on a crate, as numbers until the names are written.
struct Edge {
    target: u32,
    /// The place of the dependant in the order of crates.
    rank: u32,
    need: u32,
}

/// A row that was glanced at.
struct CountedRow {
    used: Use,
    /// Folded.
    name: Box<str>,
    key: u64,
}

/// One target: how often it is depended on, each dependant once, and its number.
#[derive(Default, Clone, Copy)]
struct Target {
    dependants: u32,
    number: u32,
}

/// Writes a catalogue. `search` gets the lines that are looked through, `rows` and `dependants` go after their heads.
///
/// `failed` makes an error of a failure to write.
pub fn write<W: Write>(
    source: &mut dyn RowSource,
    search: &mut impl Write,
    rows: &mut CountedWriter<W>,
    dependants: &mut CountedWriter<W>,
    failed: &dyn Fn(io::Error) -> crate::model::error::Error,
) -> Result<u64> {
    let (targets, counted) = count(source)?;
    let (mut edges, mut needs, mut names) = (Vec::new(), Needs::default(), Vec::new());
    let (mut searched, mut line) = (String::new(), Vec::new());
    for (rank, one) in counted.iter().enumerate() {
        let mut row = source.row(one.key)?;
        row.dependants = one.used.dependants;
        searched.clear();
        text::line(&row, rows.length, &mut searched);
        search.write_all(searched.as_bytes()).map_err(failed)?;
        line.clear();
        serde_json::to_writer(&mut line, &row).map_err(|cause| failed(cause.into()))?;
        line.push(b'\n');
        rows.write_all(&line).map_err(failed)?;
        let rank = u32::try_from(rank).unwrap_or(u32::MAX);
        for need in row.needs() {
            if let Some(target) = targets.get(&plain(&need.name)) {
                edges.push(Edge {
                    target: target.number,
                    rank,
                    need: needs.number(need),
                });
            }
        }
        let version = row.version().map_or("", |(version, _)| version);
        names.push(format!("{}\t{}", one_line(&row.name), one_line(version)).into_boxed_str());
    }
    let mut sorted: Vec<(&str, u32)> = (targets.iter())
        .map(|(name, target)| (name.as_str(), target.number))
        .collect();
    sorted.sort_unstable();
    let mut place = vec![0; sorted.len()];
    for (at, (_, number)) in sorted.iter().enumerate() {
        place[*number as usize] = at;
    }
    edges.sort_unstable_by_key(|edge: &Edge| (place[edge.target as usize], edge.rank, edge.need));
    for edge in edges {
        let target = sorted[place[edge.target as usize]].0;
        let (name, need) = (&names[edge.rank as usize], needs.text(edge.need));
        writeln!(dependants, "{}\t{name}\t{need}", one_line(target)).map_err(failed)?;
    }
    Ok(counted.len() as u64)
}

/// Glances at every row: which names are needed how often, and the rows in the order in which they are written.
fn count(source: &mut dyn RowSource) -> Result<(HashMap<String, Target>, Vec<CountedRow>)> {
    let (mut targets, mut counted) = (HashMap::<String, Target>::new(), Vec::new());
    source.each(&mut |key, row| {
        counted.push(CountedRow {
            used: Use {
                downloads: row.downloads(),
                dependants: 0,
            },
            name: plain(&row.name).into_boxed_str(),
            key,
        });
        for name in row.needed() {
            let number = u32::try_from(targets.len()).unwrap_or(u32::MAX);
            let target = targets.entry(name).or_insert(Target {
                number,
                ..Target::default()
            });
            target.dependants += 1;
        }
    })?;
    for one in &mut counted {
        one.used.dependants = (targets.get(&*one.name)).map_or(0, |target| target.dependants);
    }
    counted.sort_unstable_by(|one, other| {
        let (by_use, others) = (one.used.order(&one.name), other.used.order(&other.name));
        (by_use, one.key).cmp(&(others, other.key))
    });
    Ok((targets, counted))
}

/// A stranger's text as a field of a line.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// How a dependant asks, as `normal<TAB>^1.0<TAB>optional`: texts that repeat a thousand times.
#[derive(Default)]
struct Needs {
    numbers: HashMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
}

impl Needs {
    fn number(&mut self, need: &Need) -> u32 {
        let optional = if need.optional { "optional" } else { "" };
        let text = format!(
            "{}\t{}\t{optional}",
            need.kind.as_str(),
            one_line(&need.requirement)
        )
        .into_boxed_str();
        if let Some(number) = self.numbers.get(&text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text.clone());
        self.numbers.insert(text, number);
        number
    }

    fn text(&self, number: u32) -> &str {
        &self.texts[number as usize]
    }
}
