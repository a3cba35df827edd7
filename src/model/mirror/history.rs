//! What a server did over the last day and month: figures by the span, bounded, for pictures.
//!
//! ```text
//! cargo-mirror history 1
//! day 1790000100 12 3 0 1 4096 100 5000 0 1 2 0 ...        from when, hits, misses, stale, failed, saved, fetched, sent, answer times
//! month 1789992000 ...
//! ```

use std::collections::VecDeque;
use std::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::model::units::timestamp::Timestamp;

const HEAD: &str = "cargo-mirror history 1";

/// The number of kinds of upstream's answer times: kind `n` took less than 2^n ms, the last one that or more.
pub const TIMES: usize = 16;

/// What was counted in some span of time.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Index files and crates that were answered without upstream.
    pub hits: u64,
    /// Those that upstream was asked for.
    pub misses: u64,
    /// Those that upstream could not be asked for, answered with what it last said.
    pub stale: u64,
    /// Those that could not be had.
    pub failed: u64,
    /// Bytes of crates that were served without upstream.
    pub saved: u64,
    /// Bytes of crates from upstream.
    pub fetched: u64,
    /// Bytes of bodies.
    pub sent: u64,
    /// How many of upstream's answers took how long (see [`TIMES`]).
    pub times: [u64; TIMES],
}

impl Figures {
    fn all(&self) -> impl Iterator<Item = u64> {
        let first = [
            self.hits,
            self.misses,
            self.stale,
            self.failed,
            self.saved,
            self.fetched,
            self.sent,
        ];
        first.into_iter().chain(self.times)
    }

    fn of(values: &mut impl Iterator<Item = u64>) -> Option<Self> {
        let mut figures = Self {
            hits: values.next()?,
            misses: values.next()?,
            stale: values.next()?,
            failed: values.next()?,
            saved: values.next()?,
            fetched: values.next()?,
            sent: values.next()?,
            times: [0; TIMES],
        };
        for time in &mut figures.times {
            *time = values.next()?;
        }
        Some(figures)
    }

    fn with(&self, other: &Self, join: impl Fn(u64, u64) -> u64) -> Self {
        let mut joined = self
            .all()
            .zip(other.all())
            .map(|(one, other)| join(one, other));
        Self::of(&mut joined).unwrap_or_default()
    }

    /// What was counted since `earlier`.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        self.with(earlier, u64::saturating_sub)
    }

    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        self.with(other, u64::saturating_add)
    }

    /// How many answers upstream gave.
    pub fn answers(&self) -> u64 {
        self.times.iter().sum()
    }

    /// The time in milliseconds that this part of upstream's answers, in percent, took no longer than; rounded up to a power of
    /// two. `None`: it gave none.
    pub fn time(&self, percent: u64) -> Option<u64> {
        let wanted = (self.answers() * percent).div_ceil(100).max(1);
        let mut seen = 0;
        for (kind, count) in self.times.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return Some(1 << kind);
            }
        }
        None
    }
}

/// The kind of an answer time.
pub fn kind_of_time(milliseconds: u64) -> usize {
    let bits = u64::BITS - milliseconds.leading_zeros();
    usize::try_from(bits).unwrap_or(TIMES).min(TIMES - 1)
}

/// How far back figures go, and how fine they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    Day,
    Month,
}

impl Span {
    /// The length of one slot, in seconds.
    pub fn seconds(self) -> u64 {
        match self {
            Self::Day => 5 * 60,
            Self::Month => 2 * 60 * 60,
        }
    }

    /// How many slots there are.
    pub fn slots(self) -> usize {
        match self {
            Self::Day => 288,
            Self::Month => 372,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
        }
    }
}

/// The figures of one slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// When it begins.
    pub at: Timestamp,
    #[serde(flatten)]
    pub figures: Figures,
}

/// The last day and the last month.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct FigureHistory {
    day: VecDeque<Slot>,
    month: VecDeque<Slot>,
}

impl FigureHistory {
    fn slots(&mut self, span: Span) -> &mut VecDeque<Slot> {
        match span {
            Span::Day => &mut self.day,
            Span::Month => &mut self.month,
        }
    }

    /// Adds what was counted up to `now`.
    pub fn add(&mut self, now: Timestamp, figures: &Figures) {
        for span in [Span::Day, Span::Month] {
            let at = Timestamp(now.0 - now.0 % span.seconds());
            let oldest = now.0.saturating_sub(span.seconds() * span.slots() as u64);
            let slots = self.slots(span);
            // A clock that was set back has no slots in its future.
            slots.retain(|slot| slot.at <= at && slot.at.0 > oldest);
            match slots.back_mut() {
                Some(slot) if slot.at == at => slot.figures = slot.figures.and(figures),
                _ => slots.push_back(Slot {
                    at,
                    figures: *figures,
                }),
            }
        }
    }

    /// Every slot up to `now`, the oldest first: one that nothing was counted in is there with zeros.
    pub fn of(&self, span: Span, now: Timestamp) -> Vec<Slot> {
        let known = match span {
            Span::Day => &self.day,
            Span::Month => &self.month,
        };
        let last = now.0 - now.0 % span.seconds();
        let times = (0..span.slots() as u64)
            .rev()
            .map(|back| last.checked_sub(back * span.seconds()));
        let slots = times.flatten().map(|at| {
            let at = Timestamp(at);
            let figures = known.binary_search_by_key(&at, |slot| slot.at);
            Slot {
                at,
                figures: figures
                    .map(|place| known[place].figures)
                    .unwrap_or_default(),
            }
        });
        slots.collect()
    }

    /// All of a span together.
    pub fn sum(&self, span: Span, now: Timestamp) -> Figures {
        let slots = self.of(span, now);
        let figures = slots.iter().map(|slot| slot.figures);
        figures.fold(Figures::default(), |sum, figures| sum.and(&figures))
    }

    pub fn render(&self) -> String {
        let mut text = format!("{HEAD}\n");
        for (span, slots) in [(Span::Day, &self.day), (Span::Month, &self.month)] {
            for slot in slots {
                // Writing to a String cannot fail.
                let _ = write!(text, "{} {}", span.name(), slot.at.0);
                for value in slot.figures.all() {
                    let _ = write!(text, " {value}");
                }
                text.push('\n');
            }
        }
        text
    }

    /// What was written; a line that cannot be read is as good as none.
    pub fn parse(text: &str) -> Self {
        let mut history = Self::default();
        let mut lines = text.lines();
        if lines.next() != Some(HEAD) {
            return history;
        }
        for line in lines {
            let Some((name, rest)) = line.split_once(' ') else {
                continue;
            };
            let mut values = rest.split(' ').map_while(|value| value.parse::<u64>().ok());
            let spans = [Span::Day, Span::Month];
            let Some(span) = spans.into_iter().find(|span| span.name() == name) else {
                continue;
            };
            let slot = values.next().map(Timestamp).zip(Figures::of(&mut values));
            if let Some((at, figures)) = slot {
                let slots = history.slots(span);
                if slots.len() < span.slots() && slots.back().is_none_or(|last| last.at < at) {
                    slots.push_back(Slot { at, figures });
                }
            }
        }
        history
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(hits: u64) -> Figures {
        Figures {
            hits,
            ..Figures::default()
        }
    }

    #[test]
    fn figures_fall_into_their_slots_and_out_of_them() {
        let start = Timestamp(1_790_000_000);
        let mut history = FigureHistory::default();
        for minute in 0..3 * 24 * 60 {
            history.add(Timestamp(start.0 + minute * 60), &hits(1));
        }
        let end = Timestamp(start.0 + 3 * 24 * 3600 - 60);
        let day = history.of(Span::Day, end);
        assert_eq!(day.len(), 288);
        assert!(day[1..287].iter().all(|slot| slot.figures.hits == 5));
        assert_eq!(history.sum(Span::Month, end).hits, 3 * 24 * 60);
        assert!(history.render().len() < 100_000);
        assert_eq!(FigureHistory::parse(&history.render()), history);
        // Nothing for a month, and it is empty; nothing is kept of what is older.
        let later = Timestamp(end.0 + 40 * 24 * 3600);
        assert_eq!(history.sum(Span::Month, later).hits, 0);
        history.add(later, &hits(1));
        assert_eq!((history.day.len(), history.month.len()), (1, 1));
        // A clock that is set back.
        history.add(start, &hits(7));
        assert_eq!(history.sum(Span::Day, start).hits, 7);
    }

    #[test]
    fn what_is_torn_is_passed_over() {
        let mut history = FigureHistory::default();
        history.add(Timestamp(1_790_000_000), &hits(3));
        let text = history.render();
        for cut in 0..text.len() {
            let read = FigureHistory::parse(&text[..cut]);
            assert!(read.day.len() + read.month.len() <= 2);
        }
        let hostile = format!(
            "{text}day 5 1\nday -1 x\nyear 1 2 3\nday 1 {}\n",
            "1 ".repeat(23)
        );
        assert_eq!(FigureHistory::parse(&hostile), history);
    }

    #[test]
    fn answer_times_are_told_to_a_power_of_two() {
        let mut figures = Figures::default();
        for milliseconds in [0, 1, 3, 3, 3, 3, 3, 3, 90, 1_000_000] {
            figures.times[kind_of_time(milliseconds)] += 1;
        }
        assert_eq!(figures.time(50), Some(4));
        assert_eq!(figures.time(90), Some(128));
        assert_eq!(figures.time(100), Some(1 << 15));
        assert_eq!(Figures::default().time(50), None);
    }
}
