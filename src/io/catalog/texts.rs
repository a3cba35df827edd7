//! The texts of a database dump while its tables are joined: in one piece each, by number.

use std::collections::{HashMap, HashSet};

use crate::model::about::wording::one_line;

/// Longer texts are cut, in characters.
pub(super) const MAX_FIELD: usize = 200;

/// Short texts by number, one after the other.
#[derive(Default)]
pub(super) struct Texts {
    text: String,
    places: Vec<(u32, u32, u32)>,
    is_sorted: bool,
}

impl Texts {
    pub(super) fn add(&mut self, id: u32, text: &str) {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let from = place(self.text.len());
        self.text.push_str(&one_line(text, MAX_FIELD));
        self.places.push((id, from, place(self.text.len())));
    }

    /// Lets go of all others.
    pub(super) fn keep(&mut self, wanted: &HashSet<u32>) {
        let mut kept = Self::default();
        for (id, from, to) in self.places.iter().filter(|place| wanted.contains(&place.0)) {
            let start = u32::try_from(kept.text.len()).unwrap_or(u32::MAX);
            kept.text.push_str(&self.text[*from as usize..*to as usize]);
            kept.places.push((*id, start, start + (to - from)));
        }
        *self = kept;
    }

    pub(super) fn sort(&mut self) {
        self.places.sort_unstable();
        self.is_sorted = true;
    }

    pub(super) fn get(&self, id: u32) -> Option<&str> {
        debug_assert!(self.is_sorted);
        let at = self
            .places
            .binary_search_by_key(&id, |place| place.0)
            .ok()?;
        let (_, from, to) = self.places[at];
        self.text.get(from as usize..to as usize)
    }
}

/// Texts that repeat, by number.
#[derive(Default)]
pub(super) struct Interned {
    numbers: HashMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
}

impl Interned {
    pub(super) fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text.into());
        self.numbers.insert(text.into(), number);
        number
    }

    pub(super) fn get(&self, number: u32) -> Option<&str> {
        self.texts.get(number as usize).map(Box::as_ref)
    }
}
