//! A value for each crate of a registry, by names in lower case. All names are in one text: a quarter of a million strings by
//! themselves take more memory than everything else that a copy is compared with.

/// Names, sorted, each with its value.
#[derive(Debug, Clone)]
pub struct NameMap<V> {
    text: String,
    entries: Vec<NameEntry<V>>,
}

#[derive(Debug, Clone, Copy)]
struct NameEntry<V> {
    start: u32,
    /// Crate names are short.
    length: u8,
    value: V,
}

impl<V> NameEntry<V> {
    fn name<'t>(&self, text: &'t str) -> &'t str {
        let start = self.start as usize;
        &text[start..start + usize::from(self.length)]
    }
}

impl<V> Default for NameMap<V> {
    fn default() -> Self {
        let (text, entries) = (String::new(), Vec::new());
        Self { text, entries }
    }
}

impl<V> NameMap<V> {
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn get(&self, name: &str) -> Option<&V> {
        let order = |entry: &NameEntry<V>| entry.name(&self.text).cmp(name);
        let at = self.entries.binary_search_by(order).ok()?;
        Some(&self.entries[at].value)
    }

    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// In the order of names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        let entries = self.entries.iter();
        entries.map(|entry| (entry.name(&self.text), &entry.value))
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(name, _)| name)
    }
}

impl<V: PartialEq> PartialEq for NameMap<V> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<V: Eq> Eq for NameMap<V> {}

/// Names as they come.
#[derive(Debug)]
pub struct NameMapBuilder<V>(NameMap<V>);

impl<V> Default for NameMapBuilder<V> {
    fn default() -> Self {
        Self(NameMap::default())
    }
}

impl<V> NameMapBuilder<V> {
    /// With room for so many names.
    pub fn with_capacity(names: usize) -> Self {
        /// About what the name of a crate has.
        const NAME: usize = 12;
        Self(NameMap {
            text: String::with_capacity(names * NAME),
            entries: Vec::with_capacity(names),
        })
    }

    /// Takes the name of a crate. Of one that comes twice the last value holds.
    pub fn push(&mut self, name: &str, value: V) {
        let text = &mut self.0.text;
        // No registry comes near 4 GiB of names, and no name of a crate to 255 bytes.
        let (Ok(start), Ok(length)) = (u32::try_from(text.len()), u8::try_from(name.len())) else {
            return;
        };
        text.push_str(name);
        self.0.entries.push(NameEntry {
            start,
            length,
            value,
        });
    }

    pub fn finish(self) -> NameMap<V> {
        let NameMap { text, mut entries } = self.0;
        let order = |one: &NameEntry<V>, other: &NameEntry<V>| {
            let names = one.name(&text).cmp(other.name(&text));
            // The last one first, for the others to go.
            names.then(other.start.cmp(&one.start))
        };
        entries.sort_unstable_by(order);
        entries.dedup_by(|one, other| one.name(&text) == other.name(&text));
        NameMap { text, entries }
    }
}

impl<V> NameMap<Option<V>> {
    /// Those that have a value.
    pub fn present(self) -> NameMap<V> {
        let entries = self.entries.into_iter().filter_map(|entry| {
            Some(NameEntry {
                start: entry.start,
                length: entry.length,
                value: entry.value?,
            })
        });
        NameMap {
            entries: entries.collect(),
            text: self.text,
        }
    }
}

impl<N: AsRef<str>, V> FromIterator<(N, V)> for NameMap<V> {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(all: I) -> Self {
        let mut builder = NameMapBuilder::default();
        for (name, value) in all {
            builder.push(name.as_ref(), value);
        }
        builder.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn it_holds_what_a_map_of_strings_does(
            all in prop::collection::vec(("[a-c]{1,2}", prop::option::of(0_u8..9)), 0..20),
        ) {
            let map: NameMap<Option<u8>> = all.iter().map(|(name, value)| (name, *value)).collect();
            let plain: BTreeMap<&str, Option<u8>> =
                all.iter().map(|(name, value)| (name.as_str(), *value)).collect();
            let entries: Vec<(&str, Option<u8>)> =
                map.iter().map(|(name, value)| (name, *value)).collect();
            prop_assert_eq!(entries, plain.clone().into_iter().collect::<Vec<_>>());
            for name in ["a", "b", "ab", "cc", "", "d"] {
                prop_assert_eq!(map.get(name), plain.get(name));
            }
            let present: BTreeMap<String, u8> =
                map.present().iter().map(|(name, value)| (name.to_owned(), *value)).collect();
            let expected = plain.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
            prop_assert_eq!(present, expected.collect());
        }
    }
}
