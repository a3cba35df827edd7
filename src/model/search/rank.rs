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
//! nobody uses. So each kind of fit is worth points, and so is each doubling of use: see [`points`] and [`Use::points`].
//! Crates of equal points are in the order of [`Use`].

use std::cmp::Reverse;

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

/// What a crate is worth for a query: fit and use together. A name of one word counts half a doubling more: it is the crate that those
/// of longer names belong to, which everybody has with it.
pub fn points(tier: Tier, used: Use, name: &str) -> u8 {
    let of_tier: u8 = match tier {
        Tier::Exact => return u8::MAX,
        Tier::Begins => 28,
        Tier::Named => 24,
        Tier::Inside => 14,
        Tier::Said => 8,
        Tier::Within => 0,
    };
    of_tier
        .saturating_add(used.points())
        .saturating_add(u8::from(!name.contains('-')))
        .min(u8::MAX - 1)
}

/// How a crate fits a query; `None`: not at all. Everything fits an empty query.
pub fn tier(query: &Query, text: Searched<'_>) -> Option<Tier> {
    let (words, wanted) = (query.words(), query.name());
    if text.name == wanted {
        return Some(Tier::Exact);
    }
    if let Some(rest) = text.name.strip_prefix(wanted) {
        let whole = rest.starts_with('-') || !rest.contains('-');
        // A single letter begins so many names that it says nothing.
        let short = query.short().is_some() && !rest.starts_with('-');
        return Some(if whole && !short {
            Tier::Begins
        } else {
            Tier::Named
        });
    }
    if words.iter().all(|word| has_word(text.name, word)) {
        return Some(Tier::Named);
    }
    let long = |word: &&String| word.chars().count() > SHORT;
    if words
        .iter()
        .all(|word| long(&word) && text.name.contains(word.as_str()))
    {
        return Some(Tier::Inside);
    }
    let said = |word: &String| {
        has_word(text.name, word)
            || has_word(text.keywords, word)
            || has_word(text.description, word)
    };
    if words.iter().all(said) {
        return Some(Tier::Said);
    }
    let within = |word: &String| {
        said(word)
            || long(&word)
                && (text.name.contains(word.as_str())
                    || text.keywords.contains(word.as_str())
                    || text.description.contains(word.as_str()))
    };
    words.iter().all(within).then_some(Tier::Within)
}

/// Whether a word stands in a text with no letter and no digit beside it.
fn has_word(text: &str, word: &str) -> bool {
    let mut from = 0;
    while let Some(at) = text[from..].find(word).map(|at| from + at) {
        let end = at + word.len();
        let before = text[..at].chars().next_back();
        let after = text[end..].chars().next();
        if ![before, after]
            .into_iter()
            .flatten()
            .any(char::is_alphanumeric)
        {
            return true;
        }
        // On to the next character, which may have several bytes.
        from = at + text[at..].chars().next().map_or(1, char::len_utf8);
    }
    false
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
        tier(&Query::parse(query), text)
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
        let used = |downloads| Use {
            downloads,
            dependants: 0,
        };
        assert!(
            points(Tier::Said, used(300_000_000), "a") > points(Tier::Named, used(100_000), "a")
        );
        assert!(points(Tier::Named, used(100_000), "a") > points(Tier::Said, used(100_000), "a"));
        assert!(points(Tier::Exact, used(0), "a") > points(Tier::Begins, used(u64::MAX - 1), "a"));
    }
}
