//! Prefix codes as zlib makes them: by a heap whose ties it breaks by depth, with its own way out of codes that are too long.

use std::array::from_fn;

/// Literals, the end of a block, and lengths.
pub const LITERAL_CODES: usize = 286;
/// With those that only the fixed code has.
const MAX_CODES: usize = 288;
/// A code and the nodes above its symbols, and one that is never used: the heap begins at 1.
const NODES: usize = 2 * MAX_CODES + 1;
const MAX_BITS: usize = 15;

/// Bits, the lowest first, and how many.
pub type CodeBits = (u64, u32);

/// The number of a length or distance among its codes, and the bits that follow it.
#[derive(Debug, Clone, Copy)]
pub struct Ranged {
    pub number: usize,
    pub extra: CodeBits,
}

/// Of a length less 3.
pub fn length_code(length: u8) -> Ranged {
    match length {
        // The longest one has a code of its own.
        255 => Ranged {
            number: 28,
            extra: (0, 0),
        },
        0..8 => Ranged {
            number: usize::from(length),
            extra: (0, 0),
        },
        _ => ranged(u32::from(length), 2),
    }
}

/// Of a distance.
pub fn distance_code(distance: u16) -> Ranged {
    let distance = u32::from(distance) - 1;
    if distance < 4 {
        return Ranged {
            number: distance as usize,
            extra: (0, 0),
        };
    }
    ranged(distance, 1)
}

/// Each power of two is divided in as many ranges as `bits` can count.
fn ranged(value: u32, bits: u32) -> Ranged {
    let extra = value.ilog2() - bits;
    let within = (value >> extra) - (1 << bits);
    Ranged {
        number: (((extra + 1) << bits) + within) as usize,
        extra: (u64::from(value & ((1 << extra) - 1)), extra),
    }
}

/// How often symbols occur, and the code that was made of it.
pub struct Code {
    symbols: usize,
    /// No code has more bits.
    longest: u8,
    frequencies: [u16; MAX_CODES],
    /// Of the symbols up to the last one that has a code.
    lengths: Vec<u8>,
    codes: [u16; MAX_CODES],
}

impl Code {
    pub fn new(symbols: usize, longest: u8) -> Self {
        Self {
            symbols,
            longest,
            frequencies: [0; MAX_CODES],
            lengths: Vec::new(),
            codes: [0; MAX_CODES],
        }
    }

    /// The fixed code of literals and lengths.
    pub fn fixed_literals() -> Self {
        let mut code = Self::new(MAX_CODES, 9);
        code.lengths = (0..MAX_CODES)
            .map(|symbol| match symbol {
                144..256 => 9,
                256..280 => 7,
                _ => 8,
            })
            .collect();
        code.number();
        code
    }

    /// The fixed code of distances.
    pub fn fixed_distances() -> Self {
        let mut code = Self::new(30, 5);
        code.lengths = vec![5; 30];
        code.number();
        code
    }

    pub fn count(&mut self, symbol: usize) {
        self.frequencies[symbol] += 1;
    }

    pub fn clear(&mut self) {
        self.frequencies.fill(0);
    }

    pub fn of(&self, symbol: usize) -> CodeBits {
        let length = self.lengths.get(symbol).copied().unwrap_or(0);
        (u64::from(self.codes[symbol]), u32::from(length))
    }

    /// How many bits each symbol has, up to the last that has any.
    pub fn lengths(&self) -> &[u8] {
        &self.lengths
    }

    /// How many bits all symbols take.
    pub fn bits(&self) -> usize {
        let lengths = self.lengths.iter().zip(&self.frequencies);
        let bits = lengths.map(|(length, count)| usize::from(*length) * usize::from(*count));
        bits.sum()
    }

    /// Makes the code. There are always two symbols at least.
    pub fn build(&mut self) {
        let mut heap = Heap::of(&self.frequencies[..self.symbols]);
        let last = heap.last;
        let mut above = [0; NODES];
        // The nodes in the order in which they were merged: the rarest first, the root last.
        let mut merged = Vec::with_capacity(2 * self.symbols);
        let mut node = self.symbols;
        while heap.size > 1 {
            let one = heap.take();
            let other = heap.least();
            merged.extend([one, other]);
            (above[one], above[other]) = (node, node);
            heap.replace_least(node, one);
            node += 1;
        }
        merged.push(heap.least());
        self.measure(&merged, &above, last);
        self.number();
    }

    /// The lengths of all codes.
    fn measure(&mut self, merged: &[usize], above: &[usize; NODES], last: usize) {
        let longest = usize::from(self.longest);
        let (mut depth, mut counts, mut too_long) = ([0_usize; NODES], [0_usize; MAX_BITS + 1], 0);
        for &node in merged.iter().rev().skip(1) {
            depth[node] = depth[above[node]] + 1;
            if depth[node] > longest {
                depth[node] = longest;
                too_long += 1;
            }
            if node <= last {
                counts[depth[node]] += 1;
            }
        }
        let mut left: i32 = too_long;
        while left > 0 {
            let shorter = (1..longest).rev().find(|bits| counts[*bits] > 0);
            let shorter = shorter.unwrap_or(1);
            counts[shorter] -= 1;
            counts[shorter + 1] += 2;
            counts[longest] -= 1;
            left -= 2;
        }
        if too_long > 0 {
            let mut leaves = merged.iter().filter(|node| **node <= last);
            for bits in (1..=longest).rev() {
                for leaf in leaves.by_ref().take(counts[bits]) {
                    depth[*leaf] = bits;
                }
            }
        }
        self.lengths.clear();
        let lengths = depth[..=last].iter();
        let lengths = lengths.map(|bits| u8::try_from(*bits).unwrap_or(self.longest));
        self.lengths.extend(lengths);
    }

    /// The codes, by their lengths.
    fn number(&mut self) {
        let mut counts = [0_u16; MAX_BITS + 1];
        for length in self.lengths.iter().filter(|length| **length > 0) {
            counts[usize::from(*length)] += 1;
        }
        let mut first = 0;
        let mut next: [u16; MAX_BITS + 1] = from_fn(|bits| {
            let before = bits.checked_sub(1).map_or(0, |it| counts[it]);
            first = (first + before) << 1;
            first
        });
        for (code, length) in self.codes.iter_mut().zip(&self.lengths) {
            if let Some(unused) = u32::from(*length).checked_sub(1).map(|it| 15 - it) {
                let number = &mut next[usize::from(*length)];
                *code = number.reverse_bits() >> unused;
                *number += 1;
            }
        }
    }
}

/// The heap of zlib.
struct Heap {
    nodes: [usize; NODES],
    size: usize,
    weights: [u16; NODES],
    depths: [u8; NODES],
    /// The last symbol.
    last: usize,
}

impl Heap {
    fn of(frequencies: &[u16]) -> Self {
        let mut heap = Self {
            nodes: [0; NODES],
            size: 0,
            weights: [0; NODES],
            depths: [0; NODES],
            last: 0,
        };
        heap.weights[..frequencies.len()].copy_from_slice(frequencies);
        let mut last = None;
        for symbol in (0..frequencies.len()).filter(|symbol| frequencies[*symbol] != 0) {
            heap.push(symbol);
            last = Some(symbol);
        }
        // A decoder may want two.
        while heap.size < 2 {
            let added = match last {
                Some(last) if last < 2 => last + 1,
                _ => 0,
            };
            heap.weights[added] = 1;
            heap.push(added);
            last = last.max(Some(added));
        }
        heap.last = last.unwrap_or(0);
        for root in (1..=heap.size / 2).rev() {
            heap.sift(root);
        }
        heap
    }

    fn push(&mut self, node: usize) {
        self.size += 1;
        self.nodes[self.size] = node;
    }

    fn least(&self) -> usize {
        self.nodes[1]
    }

    fn take(&mut self) -> usize {
        let least = self.nodes[1];
        self.nodes[1] = self.nodes[self.size];
        self.size -= 1;
        self.sift(1);
        least
    }

    /// Puts a node in the place of the least, above that one and another.
    fn replace_least(&mut self, node: usize, other: usize) {
        let least = self.nodes[1];
        self.weights[node] = self.weights[least] + self.weights[other];
        self.depths[node] = self.depths[least].max(self.depths[other]) + 1;
        self.nodes[1] = node;
        self.sift(1);
    }

    fn sift(&mut self, mut root: usize) {
        let key = |node: usize| (self.weights[node], self.depths[node]);
        let moved = self.nodes[root];
        loop {
            let mut child = 2 * root;
            if child > self.size {
                break;
            }
            if child < self.size && key(self.nodes[child + 1]) <= key(self.nodes[child]) {
                child += 1;
            }
            if key(moved) <= key(self.nodes[child]) {
                break;
            }
            self.nodes[root] = self.nodes[child];
            root = child;
        }
        self.nodes[root] = moved;
    }
}
