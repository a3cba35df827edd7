//! Deflate to the bit as zlib does it at level 9, by which cargo packed crates from November 2018 to April 2025.
//!
//! What zlib finds is the longest match among the last 4096 positions with the same hash of three bytes (a quarter of them
//! where the match before is long), of several the nearest; it looks at each of them. Here, positions are chained by more of
//! their bytes, too, and each has its number among those of its hash, so that only those are looked at which can be the
//! longest.

use std::io::{self, Write};

use crate::io::bundle::zlib_block::{BlockWriter, MAX_MATCH, MIN_MATCH};

const WINDOW: usize = 32 << 10;
/// How far back a match may lie: the window, less what zlib reads ahead.
const MAX_DISTANCE: usize = WINDOW - 262;
/// A match of three bytes that is farther away is none.
const TOO_FAR: usize = 4096;
/// How many positions zlib looks at.
const CHAIN: u32 = 4096;
/// After a match of so many bytes, it is a quarter of them.
const GOOD: usize = 32;

/// A match: how many bytes, from where.
type Match = (usize, usize);
const NO_MATCH: Match = (MIN_MATCH - 1, 0);

/// Packs at most 4 GiB into a raw deflate stream.
pub fn deflate<W: Write>(data: &[u8], sink: W) -> io::Result<W> {
    if u32::try_from(data.len()).is_err() {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut block = BlockWriter::new(sink);
    let mut finder = Finder::new(data);
    // Where the block begins; where the next symbol is looked for; whether the byte before is still to be written.
    let (mut start, mut at, mut pending) = (0, 0, false);
    // The match that begins at the byte before.
    let mut before = NO_MATCH;
    while at < data.len() {
        finder.insert(at);
        let mut found = NO_MATCH;
        if before.0 < MAX_MATCH {
            found = finder.longest(at, before);
            if found.0 == MIN_MATCH && at - found.1 > TOO_FAR {
                found = NO_MATCH;
            }
        }
        let (length, from) = before;
        let is_full;
        if length >= MIN_MATCH && found.0 <= length {
            is_full = block.copy(at - 1 - from, length);
            let end = at - 1 + length;
            for inside in at + 1..end {
                finder.insert(inside);
            }
            (at, pending, before) = (end, false, NO_MATCH);
            if is_full {
                block.end_block(&data[start..at], false)?;
                start = at;
            }
        } else {
            is_full = pending && block.literal(data[at - 1]);
            if is_full {
                block.end_block(&data[start..at], false)?;
                start = at;
            }
            (pending, before) = (true, found);
            at += 1;
        }
    }
    if pending {
        block.literal(data[at - 1]);
    }
    block.end_block(&data[start..], true)?;
    block.finish()
}

/// Positions with the same hash, the last one first. 0 ends a chain: zlib never refers to the first byte.
struct Chain {
    heads: Vec<u32>,
    /// By the position, modulo the window.
    before: Vec<u32>,
}

impl Chain {
    fn new(heads: usize) -> Self {
        let (heads, before) = (vec![0; heads], vec![0; WINDOW]);
        Self { heads, before }
    }

    #[expect(clippy::cast_possible_truncation, reason = "there are at most 4 GiB")]
    fn insert(&mut self, hash: usize, at: usize) {
        let head = &mut self.heads[hash];
        self.before[at % WINDOW] = *head;
        *head = at as u32;
    }
}

/// By the hash of how many bytes positions are chained, besides that of three.
const FOUR: usize = 4;
const FIVE: usize = 5;
const EIGHT: usize = 8;
const HASH_BITS: u32 = 16;

/// No chain of sound bytes has so many positions at which the bytes are others.
const MAX_STRANGERS: u32 = 100;

/// A hash of the first bytes of eight.
fn hash_of<const BYTES: usize>(eight: u64) -> usize {
    let first = eight << (64 - 8 * BYTES);
    let hash = first.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - HASH_BITS);
    usize::try_from(hash).unwrap_or_default()
}

/// The positions in the window.
struct Finder<'a> {
    data: &'a [u8],
    /// As zlib has it.
    three: Chain,
    /// How many positions each hash of three bytes has had, and the number of each position among them.
    counts: Vec<u32>,
    numbers: Vec<u32>,
    four: Chain,
    five: Chain,
    eight: Chain,
}

impl<'a> Finder<'a> {
    fn new(data: &'a [u8]) -> Self {
        let heads = 1 << HASH_BITS;
        Self {
            data,
            three: Chain::new(WINDOW),
            counts: vec![0; WINDOW],
            numbers: vec![0; WINDOW],
            four: Chain::new(heads),
            five: Chain::new(heads),
            eight: Chain::new(heads),
        }
    }

    fn insert(&mut self, at: usize) {
        let Some(&[one, two, three]) = self.data.get(at..at + MIN_MATCH) else {
            return;
        };
        let hash = (usize::from(one) << 10) ^ (usize::from(two) << 5) ^ usize::from(three);
        let hash = hash % WINDOW;
        self.three.insert(hash, at);
        self.counts[hash] = self.counts[hash].wrapping_add(1);
        self.numbers[at % WINDOW] = self.counts[hash];
        if let Some(eight) = self.data[at..].first_chunk() {
            let eight = u64::from_le_bytes(*eight);
            self.four.insert(hash_of::<FOUR>(eight), at);
            self.five.insert(hash_of::<FIVE>(eight), at);
            self.eight.insert(hash_of::<EIGHT>(eight), at);
        }
    }

    /// The longest match at a position that was inserted, if it is longer than the one before; else that one.
    fn longest(&self, at: usize, before: Match) -> Match {
        let left = self.data.len() - at;
        let most = left.min(MAX_MATCH);
        if before.0 >= most {
            return (most, before.1);
        }
        let mut search = Search {
            data: self.data,
            at,
            wanted: &self.data[at..at + most],
            numbers: &self.numbers,
            reach: if before.0 >= GOOD { CHAIN / 4 } else { CHAIN },
            best: before,
        };
        // Who has more bytes in common is in all of the chains: if one has found something, the next find nothing longer.
        for (chain, least, most) in [
            (&self.eight, EIGHT, MAX_MATCH),
            (&self.five, FIVE, EIGHT - 1),
            (&self.four, FOUR, FIVE - 1),
            (&self.three, MIN_MATCH, FOUR - 1),
        ] {
            if left < EIGHT || search.best.0 >= most {
                break;
            }
            let is_done = search.walk(chain, least, most);
            if !is_done {
                // A chain full of others, as only somebody makes it who wants that.
                search.best = before;
                search.walk(&self.three, MIN_MATCH, MAX_MATCH);
                return search.best;
            }
            if search.best.0 + 1 >= least {
                break;
            }
        }
        if left < EIGHT {
            search.walk(&self.three, MIN_MATCH, MAX_MATCH);
        }
        search.best
    }
}

/// A search at a position.
struct Search<'a> {
    data: &'a [u8],
    at: usize,
    /// The bytes from there on, as far as a match can reach.
    wanted: &'a [u8],
    numbers: &'a [u32],
    /// How many positions of the same hash of three bytes are looked at.
    reach: u32,
    best: Match,
}

impl Search<'_> {
    /// Looks for a match of `least` bytes or more along a chain, until nothing is in reach, or one of `enough` bytes is found.
    /// `false`: the chain has too many positions that have nothing to do with this one.
    fn walk(&mut self, chain: &Chain, least: usize, enough: usize) -> bool {
        let number = self.numbers[self.at % WINDOW];
        let enough = enough.min(self.wanted.len());
        let mut longest = self.best.0.max(least - 1);
        let mut next = chain.before[self.at % WINDOW];
        let mut strangers = 0;
        for _ in 0..=2 * self.reach {
            let position = next as usize;
            let distance = self.at - position;
            if next == 0 || distance > MAX_DISTANCE {
                return true;
            }
            let away = number.wrapping_sub(self.numbers[position % WINDOW]);
            // So far away, zlib takes only the last position of the hash.
            if away > self.reach || distance == MAX_DISTANCE && away != 1 {
                // Of another hash, the number says nothing.
                let is_same = self.data[position..position + MIN_MATCH] == self.wanted[..MIN_MATCH];
                if is_same || least == MIN_MATCH {
                    return true;
                }
                strangers += 1;
                if strangers > MAX_STRANGERS {
                    return false;
                }
            } else if self.data[position + longest] == self.wanted[longest] {
                let length = same(&self.data[position..], self.wanted);
                if length > longest {
                    longest = length;
                    self.best = (length, position);
                    if length >= enough {
                        return true;
                    }
                }
            }
            next = chain.before[position % WINDOW];
        }
        false
    }
}

/// How many bytes are the same from the start; at most all of `other`, which is not the longer one.
fn same(one: &[u8], other: &[u8]) -> usize {
    let mut length = 0;
    while let (Some(one), Some(other)) =
        (one[length..].first_chunk(), other[length..].first_chunk())
    {
        let different = u64::from_le_bytes(*one) ^ u64::from_le_bytes(*other);
        if different != 0 {
            return length + different.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    let rest = one[length..].iter().zip(&other[length..]);
    length + rest.take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::package::checksum::Sha256;

    /// What zlib 1.2.13 makes of the inputs: their names and lengths, the length of the output and its SHA-256.
    const OUTPUTS: &str = "\
nothing 0 2 9b4fb24edd6d1d8830e272398263cdbf026b97392cc35387b991dc0248a628f9
one 1 3 0478ff08791395acc1e1ad65701b5bcb801d4257c91d26eb277528151f72d403
five 5 7 0a8ca04c9ff5fbc2046e111bea08409b8170c3287c51b66c72d7aabec5e72e04
fixed 26 12 2450fe17218fe9a49e40a659b6c5da4379dbbbf0e0d0844cad77d11f9d754081
zeros 300000 307 4dfd593eac6334a737232f5d9384a46cd9460f560fe2097459e0c6a1c752d12b
noise 100000 100035 8db003ab473310068149f7210b1daf4b60ee09cdef3885eac13278616deb3d2f
two 200000 30635 60d63000a05844486bc5e1cdac7b5fa86c7642cfe6d0802e8f6b9ada9a491ee7
four 200000 58288 c1577ece4c47bfcc72538a237ddb4e193a5827d8b03e0070665d5b664c599189
words 421063 32223 23fb904e5cb04ab73e922e46249f1c6037a7065fc4d8c8a0dda3b97adccd21c0
few words 79778 6312 1da3c1276cf45cb0c8a806811cc50b15320ebbf3a1282f4ede4c03c30632bd6d
collisions 200000 193465 69d9a238fa73ffabdb74d9e77305d833aa9739f9df709524e1f12ba5201dd250
far 65110 32839 d532e18ed9499728ed80bc0d1813e621c154009bdadb19c9ef177c45af8f3d07";

    /// Numbers below 2^16 that are always the same.
    struct Numbers(u32);

    impl Numbers {
        fn next(&mut self) -> u32 {
            self.0 = (self.0).wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            self.0 >> 16
        }

        fn bytes(&mut self, length: usize, below: u32) -> Vec<u8> {
            let bytes = (0..length).map(|_| u8::try_from(self.next() % below).unwrap());
            bytes.collect()
        }
    }

    fn inputs() -> Vec<(&'static str, Vec<u8>)> {
        let mut numbers = Numbers(1);
        let words: Vec<Vec<u8>> = (3..40).map(|length| numbers.bytes(length, 26)).collect();
        let text = |which: &[u8]| -> Vec<u8> {
            let words = which.iter().map(|it| &words[usize::from(*it)]);
            words.flatten().copied().collect()
        };
        vec![
            ("nothing", Vec::new()),
            ("one", numbers.bytes(1, 256)),
            ("five", numbers.bytes(5, 256)),
            ("fixed", b"abcabcabcabcabc, abc, abcd".to_vec()),
            ("zeros", vec![0; 300_000]),
            ("noise", numbers.bytes(100_000, 256)),
            ("two", numbers.bytes(200_000, 2)),
            ("four", numbers.bytes(200_000, 4)),
            ("words", text(&numbers.bytes(20_000, 37))),
            ("few words", text(&numbers.bytes(20_000, 3))),
            // Every four bytes have the same hash, and no two are the same.
            ("collisions", {
                let word = |it: u32| (0x1234_0000 + it).wrapping_mul(0x9937_733d).to_le_bytes();
                (0..50_000).flat_map(|_| word(numbers.next())).collect()
            }),
            ("far", {
                let start = numbers.bytes(MAX_DISTANCE - 1, 251);
                [&start[..], &start, &start[..100]].concat()
            }),
        ]
    }

    #[test]
    fn bytes_are_those_of_zlib() {
        let outputs: Vec<String> = (inputs().iter())
            .map(|(name, data)| {
                let packed = deflate(data, Vec::new()).unwrap();
                format!(
                    "{name} {} {} {}",
                    data.len(),
                    packed.len(),
                    Sha256::of(&packed)
                )
            })
            .collect();
        assert_eq!(outputs.join("\n"), OUTPUTS);
    }
}
