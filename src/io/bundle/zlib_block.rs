//! Blocks of a deflate stream as zlib writes them: of 16383 symbols, with the prefix codes to which its own heap comes, with
//! the fixed ones where those are no longer, or stored.

use std::io::{self, Write};

use crate::io::bundle::zlib_code::{Code, CodeBits, LITERAL_CODES, distance_code, length_code};

pub const MIN_MATCH: usize = 3;
pub const MAX_MATCH: usize = 258;
/// A block ends with so many symbols (zlib's `memLevel` 8).
const SYMBOLS: usize = (16 << 10) - 1;
/// The symbol that ends a block; that of the shortest length follows.
const END: usize = 256;
const DISTANCE_CODES: usize = 30;
/// Symbols of the code in which the lengths of the other two are written.
const LENGTH_CODES: usize = 19;
/// In which order its own lengths are written.
const ORDER: [usize; LENGTH_CODES] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// A literal byte, or a reference back: its length less 3, and how far.
#[derive(Debug, Clone, Copy)]
enum Symbol {
    Literal(u8),
    Copy(u8, u16),
}

/// The block that is being filled, and where blocks go.
pub struct BlockWriter<W> {
    sink: W,
    bits: BitQueue,
    symbols: Vec<Symbol>,
    literals: Code,
    distances: Code,
}

impl<W: Write> BlockWriter<W> {
    pub fn new(sink: W) -> Self {
        let mut block = Self {
            sink,
            bits: BitQueue::default(),
            symbols: Vec::with_capacity(SYMBOLS),
            literals: Code::new(LITERAL_CODES, 15),
            distances: Code::new(DISTANCE_CODES, 15),
        };
        block.literals.count(END);
        block
    }

    /// Adds a byte. `true`: the block is full.
    pub fn literal(&mut self, byte: u8) -> bool {
        self.symbols.push(Symbol::Literal(byte));
        self.literals.count(usize::from(byte));
        self.symbols.len() == SYMBOLS
    }

    /// Adds a reference back, of 3 to 258 bytes, at most 32 KiB. `true`: the block is full.
    #[expect(clippy::cast_possible_truncation, reason = "both are in range")]
    pub fn copy(&mut self, distance: usize, length: usize) -> bool {
        let (length, distance) = ((length - MIN_MATCH) as u8, distance as u16);
        self.symbols.push(Symbol::Copy(length, distance));
        self.literals.count(END + 1 + length_code(length).number);
        self.distances.count(distance_code(distance).number);
        self.symbols.len() == SYMBOLS
    }

    /// Ends the block. `plain`: what its symbols stand for.
    pub fn end_block(&mut self, plain: &[u8], last: bool) -> io::Result<()> {
        self.literals.build();
        self.distances.build();
        let lengths = Lengths::of(&self.literals, &self.distances);
        let (dynamic, fixed) = self.costs(&lengths);
        let last = u64::from(last);
        if plain.len() + 4 <= dynamic.min(fixed) {
            self.bits.put((last, 3));
            self.bits.align();
            let length = u16::try_from(plain.len()).unwrap_or(u16::MAX);
            self.bits.bytes.extend_from_slice(&length.to_le_bytes());
            self.bits.bytes.extend_from_slice(&(!length).to_le_bytes());
            self.bits.bytes.extend_from_slice(plain);
        } else if fixed <= dynamic {
            self.bits.put((2 + last, 3));
            let (literals, distances) = (Code::fixed_literals(), Code::fixed_distances());
            put_symbols(&mut self.bits, &self.symbols, &literals, &distances);
        } else {
            self.bits.put((4 + last, 3));
            lengths.put(&mut self.bits, &self.literals, &self.distances);
            let (literals, distances) = (&self.literals, &self.distances);
            put_symbols(&mut self.bits, &self.symbols, literals, distances);
        }
        self.symbols.clear();
        self.literals.clear();
        self.literals.count(END);
        self.distances.clear();
        self.send()
    }

    /// How many bytes the block takes with codes of its own and with the fixed ones.
    fn costs(&self, lengths: &Lengths) -> (usize, usize) {
        let (mut extra, mut fixed) = (0, 0);
        for symbol in &self.symbols {
            match *symbol {
                Symbol::Literal(byte) => fixed += fixed_bits(usize::from(byte)),
                Symbol::Copy(length, distance) => {
                    let (length, distance) = (length_code(length), distance_code(distance));
                    fixed += fixed_bits(END + 1 + length.number) + 5;
                    extra += (length.extra.1 + distance.extra.1) as usize;
                }
            }
        }
        fixed += fixed_bits(END);
        let dynamic = self.literals.bits() + self.distances.bits() + lengths.bits();
        let whole = |bits: usize| (3 + bits + extra).div_ceil(8);
        (whole(dynamic), whole(fixed))
    }

    fn send(&mut self) -> io::Result<()> {
        self.sink.write_all(&self.bits.bytes)?;
        self.bits.bytes.clear();
        Ok(())
    }

    /// What was written to, once the last block has ended.
    pub fn finish(mut self) -> io::Result<W> {
        self.bits.align();
        self.send()?;
        Ok(self.sink)
    }
}

/// How long the fixed code of a literal or length is.
fn fixed_bits(symbol: usize) -> usize {
    match symbol {
        144..256 => 9,
        END..280 => 7,
        _ => 8,
    }
}

fn put_symbols(bits: &mut BitQueue, symbols: &[Symbol], literals: &Code, distances: &Code) {
    for symbol in symbols {
        match *symbol {
            Symbol::Literal(byte) => bits.put(literals.of(usize::from(byte))),
            Symbol::Copy(length, distance) => {
                let length = length_code(length);
                bits.put(literals.of(END + 1 + length.number));
                bits.put(length.extra);
                let distance = distance_code(distance);
                bits.put(distances.of(distance.number));
                bits.put(distance.extra);
            }
        }
    }
    bits.put(literals.of(END));
}

/// How the lengths of both codes are written: runs of them, in a code of their own.
struct Lengths {
    code: Code,
    /// The symbol, and how much longer than its shortest the run is.
    runs: Vec<(usize, u64)>,
    /// How many lengths of that code are written.
    written: usize,
}

impl Lengths {
    fn of(literals: &Code, distances: &Code) -> Self {
        let mut code = Code::new(LENGTH_CODES, 7);
        let runs = [runs(literals.lengths()), runs(distances.lengths())].concat();
        for (symbol, _) in &runs {
            code.count(*symbol);
        }
        code.build();
        let used = |symbol: &usize| code.of(*symbol).1 != 0;
        let written = ORDER
            .iter()
            .rposition(used)
            .map_or(4, |last| (last + 1).max(4));
        Self {
            code,
            runs,
            written,
        }
    }

    fn bits(&self) -> usize {
        let extra = self.runs.iter().map(|(symbol, _)| run_bits(*symbol));
        let extra: u32 = extra.sum();
        14 + 3 * self.written + self.code.bits() + extra as usize
    }

    fn put(&self, bits: &mut BitQueue, literals: &Code, distances: &Code) {
        let (literals, distances) = (literals.lengths().len(), distances.lengths().len());
        bits.put((literals as u64 - 257, 5));
        bits.put((distances as u64 - 1, 5));
        bits.put((self.written as u64 - 4, 4));
        for symbol in &ORDER[..self.written] {
            bits.put((u64::from(self.code.of(*symbol).1), 3));
        }
        for (symbol, extra) in &self.runs {
            bits.put(self.code.of(*symbol));
            bits.put((*extra, run_bits(*symbol)));
        }
    }
}

/// How many bits follow a symbol and say how long a run is.
fn run_bits(symbol: usize) -> u32 {
    match symbol {
        16 => 2,
        17 => 3,
        18 => 7,
        _ => 0,
    }
}

fn runs(lengths: &[u8]) -> Vec<(usize, u64)> {
    let mut runs = Vec::new();
    let mut before = None;
    for run in lengths.chunk_by(|one, other| one == other) {
        let symbol = usize::from(run[0]);
        let mut left = run.len() as u64;
        while left > 0 {
            // The first of a run is written by itself, but zeros.
            let repeats = symbol == 0 || before == Some(symbol);
            let most = match (symbol, repeats) {
                (0, _) => 138,
                (_, true) => 6,
                (_, false) => 7,
            };
            let mut now = left.min(most);
            left -= now;
            if now < if repeats { 3 } else { 4 } {
                runs.extend((0..now).map(|_| (symbol, 0)));
            } else if symbol == 0 {
                let (code, least) = if now <= 10 { (17, 3) } else { (18, 11) };
                runs.push((code, now - least));
            } else {
                if !repeats {
                    runs.push((symbol, 0));
                    now -= 1;
                }
                runs.push((16, now - 3));
            }
            before = Some(symbol);
        }
    }
    runs
}

/// Bits on their way into bytes, the lowest first.
#[derive(Debug, Default)]
struct BitQueue {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl BitQueue {
    /// At most 32.
    fn put(&mut self, (bits, count): CodeBits) {
        self.held |= bits << self.count;
        self.count += count;
        if self.count >= 32 {
            self.bytes.extend_from_slice(&self.held.to_le_bytes()[..4]);
            self.held >>= 32;
            self.count -= 32;
        }
    }

    /// Fills the last byte up.
    fn align(&mut self) {
        let bytes = self.count.div_ceil(8) as usize;
        self.bytes
            .extend_from_slice(&self.held.to_le_bytes()[..bytes]);
        (self.held, self.count) = (0, 0);
    }
}
