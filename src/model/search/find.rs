//! Searches: which lines fit, and in which order.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::convert::Infallible;
use std::ops::Range;

use memchr::memmem;

use crate::model::search::query::Query;
use crate::model::search::rank::{Judge, MOST_POINTS, Tier, is_long, points};
use crate::model::search::text::{Indexed, SearchWanted, Sort, Text, searched};
use crate::model::search::words::{LineSet, words_of};

/// Lines of an indexed text are read in pieces of so many bytes.
const PIECE: u32 = 256 << 10;
/// Rather than to read twice, so many bytes that nobody wants are read along.
const GAP: u32 = 16 << 10;

/// A crate that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub tier: Tier,
    /// Whether its line is in the second text.
    pub is_fresh: bool,
    line: u32,
}

/// What fits, the best first, and how many there are in all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    pub total: usize,
    pub hits: Vec<Hit>,
}

impl Hit {
    /// Where its row begins: in the rows of the first text, or in those of the second.
    pub fn offset(&self, base: &Text, fresh: &Text) -> Option<u64> {
        let text = if self.is_fresh { fresh } else { base };
        text.offset(self.line as usize)
    }
}

/// Reads what an indexed text was made of: the bytes from and to there.
pub type ReadPlaces<'r, E> = &'r mut dyn FnMut(Range<u32>) -> Result<Vec<u8>, E>;

/// For texts that are not indexed: nothing is read.
pub fn in_memory(_: Range<u32>) -> Result<Vec<u8>, Infallible> {
    Ok(Vec::new())
}

/// Looks through two texts as if the lines of the second stood in the first, in place of those of the names in `replaced`; those of
/// the names in `hidden` are passed over. `read` reads what the first was made of.
///
/// # Errors
///
/// Those of `read`.
#[expect(
    clippy::implicit_hasher,
    reason = "there is one caller, and it has a set of the usual kind"
)]
pub fn find<E>(
    base: &Text,
    fresh: &Text,
    replaced: &HashSet<String>,
    hidden: &HashSet<String>,
    wanted: &SearchWanted,
    read: ReadPlaces<'_, E>,
) -> Result<Hits, E> {
    let mut buckets: Vec<Vec<Hit>> = Vec::new();
    buckets.resize_with(MOST_POINTS, Vec::new);
    let by_points = wanted.sort == Sort::Relevance && !wanted.query.is_empty();
    for (text, is_fresh) in [(base, false), (fresh, true)] {
        each(text, wanted, read, &mut |line, tier| {
            let has =
                |names: &HashSet<String>| !names.is_empty() && names.contains(text.name(line));
            if wanted.names_only && !tier.is_of_name() || !is_fresh && has(replaced) || has(hidden)
            {
                return;
            }
            let points = if by_points {
                points(tier, text.points(line))
            } else {
                0
            };
            buckets[usize::from(points)].push(Hit {
                tier,
                is_fresh,
                line: u32::try_from(line).unwrap_or(u32::MAX),
            });
        })?;
    }
    let total = buckets.iter().map(Vec::len).sum();
    let last = wanted.skip.saturating_add(wanted.most);
    let mut hits: Vec<Hit> = Vec::with_capacity(last.min(total));
    for mut bucket in buckets.into_iter().rev() {
        if hits.len() >= last {
            break;
        }
        let most = last - hits.len();
        order(&mut bucket, wanted.sort, base, fresh, most);
        hits.extend(bucket.into_iter().take(most));
    }
    hits.drain(..wanted.skip.min(hits.len()));
    Ok(Hits { total, hits })
}

/// Puts the first `most` into their order. Without a second text, lines are in the order of use already.
fn order(hits: &mut Vec<Hit>, sort: Sort, base: &Text, fresh: &Text, most: usize) {
    let of = |hit: &Hit| {
        let text = if hit.is_fresh { fresh } else { base };
        let line = hit.line as usize;
        (text.numbers(line), text.name(line))
    };
    match sort {
        Sort::Relevance | Sort::Use if fresh.is_empty() => {}
        Sort::Relevance | Sort::Use => first(hits, most, |hit| {
            let (numbers, name) = of(hit);
            numbers.used().order(name)
        }),
        Sort::Recent => first(hits, most, |hit| {
            let (numbers, name) = of(hit);
            (Reverse(numbers.updated), numbers.used().order(name))
        }),
        Sort::Arrived => first(hits, most, |hit| {
            let (numbers, name) = of(hit);
            (Reverse(numbers.arrived), numbers.used().order(name))
        }),
        Sort::Name => first(hits, most, |hit| of(hit).1),
    }
}

fn first<K: Ord>(hits: &mut Vec<Hit>, most: usize, key: impl Fn(&Hit) -> K) {
    let mut keyed: Vec<(K, Hit)> = hits.drain(..).map(|hit| (key(&hit), hit)).collect();
    if most < keyed.len() {
        keyed.select_nth_unstable_by(most, |one, other| one.0.cmp(&other.0));
        keyed.truncate(most);
    }
    keyed.sort_by(|one, other| one.0.cmp(&other.0));
    hits.extend(keyed.into_iter().map(|(_, hit)| hit));
}

/// Hands over each line that fits, in the order of lines.
fn each<E>(
    text: &Text,
    wanted: &SearchWanted,
    read: ReadPlaces<'_, E>,
    found: &mut dyn FnMut(usize, Tier),
) -> Result<(), E> {
    let query = &wanted.query;
    let judge = Judge::new(query);
    let mut by_name = |line: usize| {
        if let Some(tier) = judge.of_name(text.name(line)) {
            found(line, tier);
        }
    };
    if query.is_empty() {
        (0..text.len()).for_each(by_name);
    } else if let Some(start) = query.short() {
        // It is nearly everywhere; as the start of a name it means something.
        let mut lines = text.beginning_lines(start).to_vec();
        lines.sort_unstable();
        for line in lines {
            by_name(line as usize);
        }
    } else if let Some(indexed) = text.words() {
        return by_words(text, indexed, wanted, &judge, read, found);
    } else {
        run_through(text, query, &judge, found);
    }
    Ok(())
}

/// Without an index: stops at each line that has the longest word.
fn run_through(text: &Text, query: &Query, judge: &Judge<'_>, found: &mut dyn FnMut(usize, Tier)) {
    let (lines, starts) = text.lines();
    let longest = query.words().iter().max_by_key(|word| word.len());
    let finder = memmem::Finder::new(longest.map_or("", String::as_str));
    let (mut line, mut from) = (0, 0);
    while let Some(at) = finder.find(&lines.as_bytes()[from..]).map(|at| from + at) {
        line += starts[line..].partition_point(|start| *start as usize <= at) - 1;
        let start = starts[line] as usize;
        from = (starts.get(line + 1)).map_or(lines.len(), |next| *next as usize);
        if let Some(tier) = searched(&lines[start..from]).and_then(|text| judge.tier(text)) {
            found(line, tier);
        }
        if from >= lines.len() {
            break;
        }
    }
}

/// With an index: it says which lines have all words, and whether whole. A word with something else than letters and digits in it it
/// knows in parts only; so lines that may have it are read.
fn by_words<E>(
    text: &Text,
    indexed: &Indexed,
    wanted: &SearchWanted,
    judge: &Judge<'_>,
    read: ReadPlaces<'_, E>,
    found: &mut dyn FnMut(usize, Tier),
) -> Result<(), E> {
    let (query, words) = (&wanted.query, &indexed.words);
    let mut within = LineSet::all(text.len());
    let (mut said, mut in_name, mut is_sure) = (within.clone(), within.clone(), true);
    for word in query.words() {
        if word.chars().all(char::is_alphanumeric) {
            let lines = words.lines(word, is_long(word));
            within.keep(&lines.within);
            in_name.keep(&lines.in_name);
            said.keep(&lines.whole);
        } else {
            is_sure = false;
            // Those of a letter or two are in most words.
            for part in words_of(word).filter(|part| is_long(part)) {
                let lines = words.lines(part, true);
                within.keep(&lines.within);
                in_name.keep(&lines.in_name);
            }
        }
    }
    // The start of a name may have a short word as the start of a longer one.
    for line in text.beginning_lines(query.name()) {
        within.insert(*line as usize);
        in_name.insert(*line as usize);
    }
    let (mut fits, mut unsure) = (Vec::new(), Vec::new());
    for line in within.lines() {
        let of_name = in_name.has(line).then(|| judge.of_name(text.name(line)));
        match of_name.flatten() {
            Some(tier) => fits.push((line, tier)),
            None if wanted.names_only => {}
            None if !is_sure => unsure.push(line),
            None if said.has(line) => fits.push((line, Tier::Said)),
            None => fits.push((line, Tier::Within)),
        }
    }
    if !unsure.is_empty() {
        reread(&indexed.places, &unsure, judge, read, &mut fits)?;
        fits.sort_unstable();
    }
    for (line, tier) in fits {
        found(line, tier);
    }
    Ok(())
}

/// Judges lines by what they were made of, some of them at a time.
fn reread<E>(
    places: &[u32],
    lines: &[usize],
    judge: &Judge<'_>,
    read: ReadPlaces<'_, E>,
    fits: &mut Vec<(usize, Tier)>,
) -> Result<(), E> {
    let mut rest = lines;
    while let Some(first) = rest.first() {
        let from = places[*first];
        let together = rest.windows(2).take_while(|pair| {
            let (end, next, next_end) = (places[pair[0] + 1], places[pair[1]], places[pair[1] + 1]);
            next - end <= GAP && next_end - from <= PIECE
        });
        let (piece, behind) = rest.split_at(together.count() + 1);
        rest = behind;
        let last = piece[piece.len() - 1];
        let bytes = read(from..places[last + 1])?;
        for line in piece {
            let of_line = (places[*line] - from) as usize..(places[line + 1] - from) as usize;
            let text = bytes
                .get(of_line)
                .and_then(|line| str::from_utf8(line).ok());
            let tier = text.and_then(searched).and_then(|text| judge.tier(text));
            fits.extend(tier.map(|tier| (*line, tier)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::*;

    const PARTS: [&str; 14] = [
        "serde", "json", "ser", "a", "o", "é", "-", " ", "x", "no-std", "++", "jsö", ".", "de",
    ];

    fn text() -> impl Strategy<Value = String> {
        proptest::collection::vec(proptest::sample::select(&PARTS[..]), 0..6)
            .prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn an_index_finds_what_a_run_through_the_lines_finds(
            rows in proptest::collection::vec((text(), text(), text(), 0_u32..3), 0..80),
            queries in proptest::collection::vec((text(), any::<bool>()), 1..20),
        ) {
            let mut lines = String::new();
            for (name, keywords, description, used) in rows {
                let name = name.replace([' ', '+'], "");
                let keywords = keywords.trim();
                let description = description.trim();
                let _ = writeln!(lines, "n{name}\t{keywords}\t{description}\t0 {used} 0 0 0 0");
            }
            let plain = Text::new(lines.clone()).unwrap();
            let indexed = Text::new(lines.clone()).unwrap().indexed();
            let (fresh, none) = (Text::default(), HashSet::new());
            let mut read = |places: Range<u32>| -> Result<Vec<u8>, Infallible> {
                Ok(lines.as_bytes()[places.start as usize..places.end as usize].to_vec())
            };
            for (query, names_only) in queries {
                for query in [query.clone(), format!("n{query}")] {
                    let query = Query::parse(&query);
                    let most = 1000;
                    let wanted = SearchWanted { query, names_only, most, ..SearchWanted::default() };
                    let expected = find(&plain, &fresh, &none, &none, &wanted, &mut in_memory).unwrap();
                    let found = find(&indexed, &fresh, &none, &none, &wanted, &mut read).unwrap();
                    prop_assert_eq!(found, expected, "{:?}", wanted);
                }
            }
            let names = |text: &Text| text.beginning("n").map(str::to_owned).collect::<Vec<_>>();
            prop_assert_eq!(names(&plain), names(&indexed));
        }
    }
}
