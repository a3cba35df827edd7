//! Which lines have a word, so that those who search all day need not run through every line each time.
//!
//! ```text
//! vocabulary   "\nserde\njson\n"    each word once, in the order in which they first occur
//! lists        of each word the numbers of its lines, and whether it is in the name there: differences, seven bits a byte
//! ```
//!
//! A word is letters and digits with none beside them. One that is looked for inside of others is searched for in the vocabulary,
//! which is a tenth of the text; its lines are those of all words that have it. So what is found is what a run through the text
//! would find.

use std::collections::HashMap;

use memchr::memmem;

/// The words of numbered lines.
#[derive(Debug)]
pub struct Words {
    /// Each after a line feed, and one at the end.
    vocabulary: String,
    /// Where each word begins in the vocabulary.
    starts: Box<[u32]>,
    /// Where the list of each word begins, and where the last one ends.
    lists: Box<[u32]>,
    bytes: Box<[u8]>,
    lines: usize,
}

/// Some of the lines, by number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineSet {
    bits: Vec<u64>,
}

impl LineSet {
    fn none(lines: usize) -> Self {
        let bits = vec![0; lines.div_ceil(64)];
        Self { bits }
    }

    pub fn all(lines: usize) -> Self {
        let mut bits = vec![u64::MAX; lines.div_ceil(64)];
        if let (Some(last), rest @ 1..) = (bits.last_mut(), lines % 64) {
            *last = (1 << rest) - 1;
        }
        Self { bits }
    }

    pub fn insert(&mut self, line: usize) {
        if let Some(bits) = self.bits.get_mut(line / 64) {
            *bits |= 1 << (line % 64);
        }
    }

    pub fn has(&self, line: usize) -> bool {
        let bits = self.bits.get(line / 64).copied().unwrap_or_default();
        (bits >> (line % 64)) & 1 == 1
    }

    /// Keeps those that are in both.
    pub fn keep(&mut self, others: &Self) {
        for (bits, others) in self.bits.iter_mut().zip(&others.bits) {
            *bits &= others;
        }
    }

    /// In their order.
    pub fn lines(&self) -> impl Iterator<Item = usize> {
        self.bits.iter().enumerate().flat_map(|(at, bits)| {
            let mut rest = *bits;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros() as usize;
                (rest != 0).then(|| {
                    rest &= rest - 1;
                    at * 64 + bit
                })
            })
        })
    }
}

/// Where a word is.
#[derive(Debug)]
pub struct WordLines {
    /// Lines that have it as a word.
    pub whole: LineSet,
    /// Lines that have it, be it in other words.
    pub within: LineSet,
    /// Those of these that have it in their names.
    pub in_name: LineSet,
}

/// The runs of letters and digits of a text.
pub fn words_of(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty())
}

impl Words {
    /// Takes the words of lines, each a name and what else it has, and numbered as they come. `None`: they are more than can be
    /// numbered.
    pub fn of<'t>(lines: impl Iterator<Item = (&'t str, &'t str)>) -> Option<Self> {
        const END: u32 = u32::MAX;
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let (mut vocabulary, mut starts) = ("\n".to_owned(), Vec::new());
        // Of each word the line after its last one, and how long its list is.
        let (mut last, mut lengths) = (Vec::<u32>::new(), Vec::<u32>::new());
        // The numbers of the words as they come, so that the second pass need not look them up.
        let (mut sequence, mut count) = (Vec::new(), 0_u32);
        for (name, rest) in lines {
            let in_name = words_of(name).map(|word| (word, 1));
            for (word, in_name) in in_name.chain(words_of(rest).map(|word| (word, 0))) {
                let number = *numbers.entry(word).or_insert_with(|| {
                    starts.push(u32::try_from(vocabulary.len()).unwrap_or(END));
                    vocabulary.push_str(word);
                    vocabulary.push('\n');
                    last.push(0);
                    lengths.push(0);
                    u32::try_from(lengths.len() - 1).unwrap_or(END)
                });
                let at = number as usize;
                if last[at] <= count {
                    let more = u64::from(count + 1 - last[at]) << 1;
                    lengths[at] += encoded(more).map(|_| 1).sum::<u32>();
                    last[at] = count + 1;
                    sequence.push((number, in_name));
                }
            }
            sequence.push((END, 0));
            count = count.checked_add(1)?;
        }
        drop(numbers);
        u32::try_from(vocabulary.len()).ok()?;
        let (mut lists, mut end) = (Vec::with_capacity(lengths.len() + 1), 0_u32);
        for length in &lengths {
            lists.push(end);
            end = end.checked_add(*length)?;
        }
        let mut bytes = vec![0; end as usize];
        let mut next = lists.clone();
        lists.push(end);
        last.fill(0);
        let mut line = 0;
        for (number, in_name) in sequence {
            if number == END {
                line += 1;
                continue;
            }
            let at = number as usize;
            for byte in encoded((u64::from(line + 1 - last[at]) << 1) | in_name) {
                bytes[next[at] as usize] = byte;
                next[at] += 1;
            }
            last[at] = line + 1;
        }
        vocabulary.shrink_to_fit();
        Some(Self {
            vocabulary,
            starts: starts.into(),
            lists: lists.into(),
            bytes: bytes.into(),
            lines: count as usize,
        })
    }

    /// The lines of a word, which is letters and digits. `inside`: whether those count that have it in longer words.
    pub fn lines(&self, word: &str, inside: bool) -> WordLines {
        let none = || LineSet::none(self.lines);
        let mut found = WordLines {
            whole: none(),
            within: none(),
            in_name: none(),
        };
        let before = format!("\n{word}\n");
        let looked_for = if inside { word } else { &before };
        let finder = memmem::Finder::new(looked_for.as_bytes());
        let (text, mut from) = (self.vocabulary.as_bytes(), 0);
        while let Some(at) = finder.find(&text[from..]).map(|at| from + at) {
            let number = self.number(if inside { at } else { at + 1 });
            let next = (self.starts.get(number + 1)).map_or(text.len(), |next| *next as usize);
            let length = next - self.starts[number] as usize - 1;
            if length == word.len() {
                self.each(number, |line, _| found.whole.insert(line));
            }
            self.each(number, |line, in_name| {
                found.within.insert(line);
                if in_name {
                    found.in_name.insert(line);
                }
            });
            // On with the next word.
            from = next;
        }
        found
    }

    /// The word that this place in the vocabulary is of.
    fn number(&self, at: usize) -> usize {
        let before = self.starts.partition_point(|start| *start as usize <= at);
        before.saturating_sub(1)
    }

    fn each(&self, number: usize, mut take: impl FnMut(usize, bool)) {
        let list = self.lists[number] as usize..self.lists[number + 1] as usize;
        // Lines are counted from one here.
        let (mut line, mut more, mut shift) = (0_usize, 0_usize, 0);
        for byte in &self.bytes[list] {
            more |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                line += more >> 1;
                take(line - 1, more & 1 == 1);
                (more, shift) = (0, 0);
            }
        }
    }
}

/// A number, the lowest seven bits first; all bytes but the last have the eighth bit.
fn encoded(number: u64) -> impl Iterator<Item = u8> {
    let mut rest = Some(number);
    std::iter::from_fn(move || {
        let now = rest?;
        let low = (now & 0x7f) as u8;
        rest = (now > 0x7f).then_some(now >> 7);
        Some(if rest.is_some() { low | 0x80 } else { low })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole_and_in_others() {
        let mut lines = vec![("serde", "json\ta json, file"), ("josephine", "\té json5")];
        lines.resize(40_000, ("x", ""));
        lines.push(("serde-x", "Sé"));
        let words = Words::of(lines.iter().copied()).unwrap();
        let lines = |set: LineSet| set.lines().collect::<Vec<_>>();
        let whole = |word| lines(words.lines(word, false).within);
        let within = |word| lines(words.lines(word, true).within);
        assert_eq!((whole("json"), within("json")), (vec![0], vec![0, 1]));
        assert_eq!((whole("serd"), within("serd")), (vec![], vec![0, 40_000]));
        assert_eq!((whole("é"), within("é")), (vec![1], vec![1, 40_000]));
        assert_eq!((whole("x").len(), within("zz")), (39_999, vec![]));
        let json = words.lines("json", true);
        assert_eq!((lines(json.whole), lines(json.in_name)), (vec![0], vec![]));
        assert_eq!(lines(words.lines("o", true).in_name), [1]);
        let none = Words::of(std::iter::empty()).unwrap();
        assert!(none.lines("a", true).within.bits.is_empty());
    }

    #[test]
    fn sets_are_kept_and_counted() {
        let mut set = LineSet::all(130);
        assert_eq!(set.lines().count(), 130);
        let mut others = LineSet::none(130);
        for line in [0, 63, 64, 129] {
            others.insert(line);
        }
        set.keep(&others);
        assert_eq!(set.lines().collect::<Vec<_>>(), [0, 63, 64, 129]);
        assert!(set.has(129) && !set.has(128) && !set.has(1000));
    }
}
