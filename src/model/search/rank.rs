//! How well a crate fits a query, and what comes first: the name itself, then what is both close and much used.
//!
//! ```text
//! 0 exact     the name is what was asked for              always first
//! 1 begins    its name begins with it, up to the end of a word, or as one word: `serde` serde-json, `thiserr` thiserror
//! 2 named     its name begins with it otherwise, or all words are words of its name: `json` serde-json
//! 3 inside    all words stand inside its name
//! 4 said      all words are words of its name, its keywords or its description
//! 5 within    all words stand inside those
//! ```
//!
//! A crate that half of all others use and whose description has the words is wanted more often than one of that name that
//! nobody uses. So each kind of fit is worth points, and so is each doubling of use: see [`points`], [`worth`] and [`Use::points`].
//! Crates of equal points are in the order of [`Use`].

use std::cmp::Reverse;

use memchr::memmem;

use crate::model::search::query::{Query, SHORT};

/// How well a crate fits. The best is the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    Exact,
    Begins,
    Named,
    Inside,
    Said,
    Within,
}

impl Tier {
    /// Whether the name alone fits.
    pub fn is_of_name(self) -> bool {
        self <= Self::Inside
    }
}

/// The texts of a crate as they are searched: folded (see [`crate::model::search::query::field`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Searched<'l> {
    pub name: &'l str,
    /// With blanks between them.
    pub keywords: &'l str,
    pub description: &'l str,
}

/// How much a crate is used, as far as is known. The most used come first.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// Of the registry's dump: from the beginning, by everybody.
    pub downloads: u64,
    /// Crates whose newest version depends on it, as far as they are known here.
    pub dependants: u32,
}

impl Use {
    /// Two for each doubling of downloads. Where there is no dump, dependants stand for them: a crate that another one depends
    /// on has some thousand downloads at least.
    pub fn points(self) -> u8 {
        let doubled = |count: u64| 2 * u8::try_from((count + 1).ilog2()).unwrap_or(u8::MAX / 2);
        let of_dependants = 20 + doubled(u64::from(self.dependants));
        doubled(self.downloads).max(of_dependants)
    }

    /// What crates are ordered by, the name last: no two are equal.
    pub fn order(self, name: &str) -> (Reverse<u8>, Reverse<u64>, Reverse<u32>, &str) {
        (
            Reverse(self.points()),
            Reverse(self.downloads),
            Reverse(self.dependants),
            name,
        )
    }
}

/// More points than anything can have.
pub const MOST_POINTS: usize = 256;

/// What a crate is worth for every query: its use, and half a doubling more for a name of one word. That is the crate which those of
/// longer names belong to, and which everybody has with it.
pub fn worth(used: Use, name: &str) -> u8 {
    used.points().saturating_add(u8::from(!name.contains('-')))
}

/// What a crate is worth for a query: how it fits, and what it is worth for every one.
pub fn points(tier: Tier, worth: u8) -> u8 {
    let of_tier: u8 = match tier {
        Tier::Exact => return u8::MAX,
        Tier::Begins => 28,
        Tier::Named => 24,
        Tier::Inside => 14,
        Tier::Said => 8,
        Tier::Within => 0,
    };
    of_tier.saturating_add(worth).min(u8::MAX - 1)
}

/// A query made ready to be held against many crates.
pub struct Judge<'q> {
    query: &'q Query,
    words: Vec<JudgedWord<'q>>,
}

struct JudgedWord<'q> {
    finder: memmem::Finder<'q>,
    length: usize,
    /// Whether it is looked for inside of words.
    is_long: bool,
}

/// How a word stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stands {
    Nowhere,
    Inside,
    /// With no letter and no digit beside it.
    Whole,
}

impl<'q> Judge<'q> {
    pub fn new(query: &'q Query) -> Self {
        let words = query.words().iter().map(|word| JudgedWord {
            finder: memmem::Finder::new(word.as_bytes()),
            length: word.len(),
            is_long: is_long(word),
        });
        Self {
            words: words.collect(),
            query,
        }
    }

    /// How a crate fits; `None`: not at all. Everything fits an empty query.
    pub fn tier(&self, text: Searched<'_>) -> Option<Tier> {
        if let Some(tier) = self.of_name(text.name) {
            return Some(tier);
        }
        let mut tier = Tier::Said;
        for word in &self.words {
            let fields = [text.name, text.keywords, text.description];
            match fields.iter().map(|field| word.stands_in(field)).max() {
                Some(Stands::Whole) => {}
                Some(Stands::Inside) if word.is_long => tier = Tier::Within,
                _ => return None,
            }
        }
        Some(tier)
    }

    /// How a name fits, whatever else its crate says of itself. `None`: it does not.
    pub fn of_name(&self, name: &str) -> Option<Tier> {
        let wanted = self.query.name();
        if let Some(rest) = name.strip_prefix(wanted) {
            if rest.is_empty() && !wanted.is_empty() {
                return Some(Tier::Exact);
            }
            let whole = rest.starts_with('-') || !rest.contains('-');
            // A single letter begins so many names that it says nothing.
            let short = self.query.short().is_some() && !rest.starts_with('-');
            return Some(if whole && !short {
                Tier::Begins
            } else {
                Tier::Named
            });
        }
        let (mut are_whole, mut are_long) = (true, true);
        for word in &self.words {
            match word.stands_in(name) {
                Stands::Nowhere => return None,
                Stands::Inside => are_whole = false,
                Stands::Whole => {}
            }
            are_long &= word.is_long;
        }
        match (are_whole, are_long) {
            (true, _) => Some(Tier::Named),
            (false, true) => Some(Tier::Inside),
            (false, false) => None,
        }
    }
}

/// Whether a word is looked for inside of others.
pub fn is_long(word: &str) -> bool {
    word.chars().count() > SHORT
}

impl JudgedWord<'_> {
    fn stands_in(&self, text: &str) -> Stands {
        let (mut stands, mut from) = (Stands::Nowhere, 0);
        while let Some(at) = self.finder.find(&text.as_bytes()[from..]) {
            let at = from + at;
            let before = text[..at].chars().next_back();
            let after = text[at + self.length..].chars().next();
            let beside = [before, after].into_iter().flatten();
            if !beside.into_iter().any(char::is_alphanumeric) {
                return Stands::Whole;
            }
            stands = Stands::Inside;
            // On to the next character, which may have several bytes.
            from = at + text[at..].chars().next().map_or(1, char::len_utf8);
        }
        stands
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(query: &str, name: &str, keywords: &str, description: &str) -> Option<Tier> {
        let text = Searched {
            name,
            keywords,
            description,
        };
        Judge::new(&Query::parse(query)).tier(text)
    }

    #[test]
    fn fits_are_told_apart() {
        let said = |query| of(query, "serde-json", "json serde", "a json file format");
        assert_eq!(said("Serde_Json"), Some(Tier::Exact));
        assert_eq!(said("serde json"), Some(Tier::Exact));
        assert_eq!(said("serde"), Some(Tier::Begins));
        assert_eq!(said("serde-js"), Some(Tier::Begins));
        assert_eq!(said("ser"), Some(Tier::Named));
        assert_eq!(said("json"), Some(Tier::Named));
        assert_eq!(said("json serde"), Some(Tier::Named));
        assert_eq!(said("erd"), Some(Tier::Inside));
        assert_eq!(said("json file"), Some(Tier::Said));
        assert_eq!(said("form"), Some(Tier::Within));
        assert_eq!(said("json xml"), None);
        assert_eq!(said("a format"), Some(Tier::Said));
        assert_eq!(said("o format"), None);
        assert_eq!(said(""), Some(Tier::Named));
        assert_eq!(of("é", "a", "", "xéx é"), Some(Tier::Said));
    }

    #[test]
    fn use_makes_up_for_a_worse_fit_and_the_name_itself_is_first() {
        let of = |tier, downloads| {
            let dependants = 0;
            let used = Use {
                downloads,
                dependants,
            };
            points(tier, worth(used, "a"))
        };
        assert!(of(Tier::Said, 300_000_000) > of(Tier::Named, 100_000));
        assert!(of(Tier::Named, 100_000) > of(Tier::Said, 100_000));
        assert!(of(Tier::Exact, 0) > of(Tier::Begins, u64::MAX - 1));
    }
}
