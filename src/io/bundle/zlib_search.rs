//! What zlib finds at a position: the longest match among the last positions with the same hash of three bytes, of several
//! the nearest.
//!
//! zlib looks at each of them. Whatever is longer than what was found so far has all its bytes and one more, so it is in the
//! chain of the hash of any of those bytes, by three or by eight: here, the chain is followed that goes on farthest away. How
//! many positions zlib would have looked at before one is known by its number.

use crate::io::bundle::zlib_block::{MAX_MATCH, MIN_MATCH};
use crate::io::bundle::zlib_finder::{EIGHT, Finder, WINDOW, eight_at, same};

/// How far back a match may lie: the window, less what zlib reads ahead.
pub const MAX_DISTANCE: usize = WINDOW - 262;
/// How many positions zlib looks at.
const CHAIN: u32 = 4096;
/// After a match of so many bytes, it is a quarter of them.
const GOOD: usize = 32;
/// Of how many bytes within a match one chain is looked at.
const STEP: usize = 8;

/// A match: how many bytes, and how far back.
pub type Match = (usize, usize);
pub const NO_MATCH: Match = (MIN_MATCH - 1, 0);

/// The longest match at a place that was inserted, if it is longer than the one before; else none, or that one.
pub fn longest(finder: &Finder<'_>, at: usize, before: Match) -> Match {
    let (data, at) = finder.window(at);
    let most = (data.len() - at).min(MAX_MATCH);
    let nearest = finder.before_of_three(at);
    if before.0 >= most || nearest == 0 || at - nearest > MAX_DISTANCE {
        return NO_MATCH;
    }
    let mut search = Search {
        finder,
        data,
        at,
        wanted: &data[at..at + most],
        limit: at.saturating_sub(MAX_DISTANCE),
        reach: if before.0 >= GOOD { CHAIN / 4 } else { CHAIN },
        best: before,
        steps: 2 * CHAIN,
    };
    // So far away, zlib takes only the last position of the hash.
    if at - nearest == MAX_DISTANCE {
        search.look(nearest);
        return search.best;
    }
    let is_done = most >= EIGHT && search.run().is_some();
    if !is_done {
        // Few bytes, or chains full of others, as only somebody makes them who wants that.
        search.best = before;
        search.walk();
    }
    search.best
}

/// A search at a position.
struct Search<'a> {
    finder: &'a Finder<'a>,
    data: &'a [u8],
    at: usize,
    /// The bytes from there on, as far as a match can reach.
    wanted: &'a [u8],
    /// Positions up to there are out of reach.
    limit: usize,
    /// How many positions of the same hash of three bytes are looked at.
    reach: u32,
    best: Match,
    /// How many positions may be looked at here.
    steps: u32,
}

/// What a look at a position comes to.
#[derive(PartialEq, Eq)]
enum Look {
    Longer,
    No,
    /// Neither this one nor those farther away are looked at by zlib.
    End,
}

impl Search<'_> {
    /// Looks at a position as zlib does.
    #[inline]
    fn look(&mut self, from: usize) -> Look {
        if self.data[from + self.best.0] != self.wanted[self.best.0] {
            return Look::No;
        }
        let length = same(&self.data[from..], self.wanted);
        if length <= self.best.0 {
            return Look::No;
        }
        if self.finder.away(from, self.at) > self.reach {
            return Look::End;
        }
        self.best = (length, self.at - from);
        if length == self.wanted.len() {
            Look::End
        } else {
            Look::Longer
        }
    }

    /// Looks at every position, as zlib does.
    fn walk(&mut self) {
        let mut position = self.finder.before_of_three(self.at);
        for _ in 0..self.reach {
            if position <= self.limit || self.look(position) == Look::End {
                return;
            }
            position = self.finder.before_of_three(position);
        }
    }

    /// `None`: there are too many positions to look at.
    #[inline]
    fn run(&mut self) -> Option<()> {
        let mut position = self.at;
        if self.best.0 < EIGHT - 1 {
            let first = eight_at(self.wanted, 0);
            loop {
                position = self.next_of_eight(position)?;
                if position <= self.limit {
                    return self.shorter();
                }
                if eight_at(self.data, position) == first {
                    break;
                }
            }
            match self.look(position) {
                Look::Longer => {}
                Look::No => return None,
                // Those of fewer bytes may be nearer than what is out of reach.
                Look::End if self.best.0 < EIGHT => return self.shorter(),
                Look::End => return Some(()),
            }
        }
        self.longer(position)
    }

    #[inline]
    fn next_of_eight(&mut self, position: usize) -> Option<usize> {
        self.steps = self.steps.checked_sub(1)?;
        Some(self.finder.before_of_eight(position))
    }

    #[inline]
    fn next_of_three(&mut self, position: usize) -> Option<usize> {
        self.steps = self.steps.checked_sub(1)?;
        Some(self.finder.before_of_three(position))
    }

    /// Looks for matches that are longer than one of seven bytes or more. `from`: where that one is, or the position itself
    /// where it is the one before.
    #[inline]
    fn longer(&mut self, mut from: usize) -> Option<()> {
        let (finder, data, wanted) = (self.finder, self.data, self.wanted);
        let first = eight_at(wanted, 0);
        let mut position = self.next_of_eight(from)?;
        // What reaches beyond the position is not in the chains of all bytes yet.
        while from == self.at && position > self.limit && self.at - position < self.best.0 {
            match self.look(position) {
                Look::End => return Some(()),
                Look::Longer => from = position,
                Look::No => {}
            }
            position = self.next_of_eight(position)?;
        }
        'longer: while position > self.limit {
            // The last eight of the bytes that are wanted.
            let end = self.best.0 + 1 - EIGHT;
            let last = eight_at(wanted, end);
            let mut offset = 0;
            if from + self.best.0 < self.at || from == self.at {
                for inside in (STEP..end).step_by(STEP).chain([end]) {
                    let other = if from == self.at || inside == end {
                        finder.last_of_eight(eight_at(wanted, inside))
                    } else {
                        finder.before_of_eight(from + inside)
                    };
                    if other <= self.limit + inside {
                        return Some(());
                    }
                    if other + offset < position + inside {
                        (position, offset) = (other, inside);
                    }
                }
            }
            loop {
                let start = position - offset;
                let may_be = start < from
                    && eight_at(data, start + end) == last
                    && eight_at(data, start) == first;
                if may_be {
                    match self.look(start) {
                        Look::End => return Some(()),
                        Look::No => {}
                        Look::Longer => {
                            from = start;
                            position = self.next_of_eight(start)?;
                            continue 'longer;
                        }
                    }
                }
                position = self.next_of_eight(position)?;
                if position <= self.limit + offset {
                    return Some(());
                }
            }
        }
        Some(())
    }

    /// Looks for matches of seven bytes or fewer; there are none that are longer.
    #[inline(never)]
    fn shorter(&mut self) -> Option<()> {
        let (finder, wanted) = (self.finder, self.wanted);
        let first = eight_at(wanted, 0);
        let three = |at: usize| [wanted[at], wanted[at + 1], wanted[at + 2]];
        let mut position = finder.before_of_three(self.at);
        let mut offset = 0;
        if self.best.0 >= MIN_MATCH {
            while position > self.limit && self.at - position < self.best.0 {
                if self.look(position) == Look::End || self.best.0 == EIGHT - 1 {
                    return Some(());
                }
                position = self.next_of_three(position)?;
            }
            for inside in 1..=self.best.0 + 1 - MIN_MATCH {
                let other = finder.last_of_three(three(inside));
                if other + offset < position + inside {
                    (position, offset) = (other, inside);
                }
            }
        }
        while position > self.limit + offset {
            let from = position - offset;
            let different = eight_at(self.data, from) ^ first;
            let length = different.trailing_zeros() as usize / 8;
            if length > self.best.0 {
                if finder.away(from, self.at) > self.reach {
                    return Some(());
                }
                self.best = (length, self.at - from);
                if length >= EIGHT - 1 {
                    return Some(());
                }
                if length > MIN_MATCH && from + length < self.at {
                    (position, offset) = (finder.before_of_three(from), 0);
                    for inside in 1..=length + 1 - MIN_MATCH {
                        let other = if inside + MIN_MATCH > length {
                            finder.last_of_three(three(inside))
                        } else {
                            finder.before_of_three(from + inside)
                        };
                        if other + offset < position + inside {
                            (position, offset) = (other, inside);
                        }
                    }
                    // The last position of the bytes at the end may be a nearer one.
                    while position >= from + offset {
                        position = self.next_of_three(position)?;
                    }
                    continue;
                }
            }
            position = self.next_of_three(position)?;
        }
        Some(())
    }
}
