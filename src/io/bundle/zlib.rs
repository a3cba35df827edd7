//! Deflate to the bit as zlib does it at level 9, by which cargo packed crates from November 2018 to April 2025.
//!
//! What it refers back to is found by `zlib_search`, and its blocks are written by `zlib_block`.

use std::io::{self, Write};

use crate::io::bundle::zlib_block::{BlockWriter, MAX_MATCH, MIN_MATCH};
use crate::io::bundle::zlib_finder::Finder;
use crate::io::bundle::zlib_search::{NO_MATCH, longest};

/// A match of three bytes that is farther away is none.
const TOO_FAR: usize = 4096;

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
            found = longest(&finder, at, before);
            if found.0 == MIN_MATCH && found.1 > TOO_FAR {
                found = NO_MATCH;
            }
        }
        let (length, distance) = before;
        let is_full;
        if length >= MIN_MATCH && found.0 <= length {
            is_full = block.copy(distance, length);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::bundle::zlib_search::MAX_DISTANCE;
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
far 65110 32839 d532e18ed9499728ed80bc0d1813e621c154009bdadb19c9ef177c45af8f3d07
periods 300192 22026 1384f077fd2bca0eb49b96990408b55a5530e0278b9fd334dd270fe7299d8421
lines 300062 23511 8f88196d527694eebe616c7187efcf7624e3f0a69ccff60cc4a90f9737fa859d
sparse 300000 17218 5831fa30866535190ec9b4d064086d4a2f43291fa4723a37a3c89b2494d0f5e4";

    /// Numbers below 2^16 that are always the same.
    struct Numbers(u32);

    impl Numbers {
        fn next(&mut self) -> u32 {
            self.0 = (self.0).wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            self.0 >> 16
        }

        fn below(&mut self, end: u32) -> usize {
            (self.next() % end) as usize
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
            ("periods", {
                let mut all = Vec::new();
                while all.len() < 300_000 {
                    let length = 1 + numbers.below(40);
                    let period = numbers.bytes(length, 256);
                    all.extend(period.repeat(1 + numbers.below(30)));
                }
                all
            }),
            ("lines", {
                let mut all = Vec::new();
                while all.len() < 300_000 {
                    all.extend(b"    ".repeat(numbers.below(12)));
                    for _ in 0..=numbers.below(8) {
                        all.extend(&words[numbers.below(37)]);
                    }
                    all.push(b'\n');
                }
                all
            }),
            ("sparse", {
                let mut next = || match numbers.below(50) {
                    0 => u8::try_from(numbers.below(256)).unwrap(),
                    _ => 0,
                };
                (0..300_000).map(|_| next()).collect()
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
