//! The positions of the window, chained by the hash of three bytes, as zlib chains them, and by that of eight.

use crate::io::bundle::zlib_block::MIN_MATCH;

pub const WINDOW: usize = 32 << 10;
/// By the hash of how many bytes positions are chained, besides that of three.
pub const EIGHT: usize = 8;
const HASH_BITS: u32 = 15;
/// The part of an entry that is the position; above it is its number among those of its hash.
const POSITION: u32 = 0xffff;

/// Positions are counted from `base` and less than twice the window. 0 ends a chain: zlib never refers to the first byte.
pub struct Finder<'a> {
    data: &'a [u8],
    base: usize,
    /// By the hash of three bytes, the last position. Of each position, modulo the window, the entry before it.
    three: (Box<[u32; WINDOW]>, Box<[u32; WINDOW]>),
    eight: (Box<[u16; WINDOW]>, Box<[u16; WINDOW]>),
}

impl<'a> Finder<'a> {
    pub fn new(data: &'a [u8]) -> Self {
        Self {
            data,
            base: 0,
            three: (zeros(), zeros()),
            eight: (zeros(), zeros()),
        }
    }

    /// The data from where positions are counted on, and a place in it as a position.
    #[inline]
    pub fn window(&self, at: usize) -> (&'a [u8], usize) {
        (&self.data[self.base..], at - self.base)
    }

    /// Inserts what begins at a place; places come in order.
    #[inline]
    pub fn insert(&mut self, at: usize) {
        if at - self.base >= 2 * WINDOW {
            self.slide();
        }
        let position = at - self.base;
        let Some(first) = self.data[at..].first_chunk() else {
            return;
        };
        let (last, before) = &mut self.three;
        let entry = &mut last[hash_of_three(*first)];
        before[position % WINDOW] = *entry;
        *entry = (*entry & !POSITION).wrapping_add(POSITION + 1) | low(position);
        if let Some(first) = self.data[at..].first_chunk() {
            let (last, before) = &mut self.eight;
            let entry = &mut last[hash_of_eight(u64::from_le_bytes(*first))];
            before[position % WINDOW] = *entry;
            *entry = half(position);
        }
    }

    #[cold]
    fn slide(&mut self) {
        self.base += WINDOW;
        for entries in [&mut self.three.0, &mut self.three.1] {
            for entry in &mut **entries {
                *entry -= (*entry & POSITION).min(low(WINDOW));
            }
        }
        for entries in [&mut self.eight.0, &mut self.eight.1] {
            for entry in &mut **entries {
                *entry = entry.saturating_sub(half(WINDOW));
            }
        }
    }

    /// The last position with that hash of three bytes.
    #[inline]
    pub fn last_of_three(&self, bytes: [u8; MIN_MATCH]) -> usize {
        (self.three.0[hash_of_three(bytes)] & POSITION) as usize
    }

    /// The last position before that one with the same hash of three bytes.
    #[inline]
    pub fn before_of_three(&self, position: usize) -> usize {
        (self.three.1[position % WINDOW] & POSITION) as usize
    }

    /// How many positions of the same hash of three bytes there are from one to a later one.
    #[inline]
    pub fn away(&self, position: usize, later: usize) -> u32 {
        let number = |position: usize| self.three.1[position % WINDOW] >> 16;
        number(later).wrapping_sub(number(position)) & POSITION
    }

    /// The last position with that hash of eight bytes.
    #[inline]
    pub fn last_of_eight(&self, bytes: u64) -> usize {
        usize::from(self.eight.0[hash_of_eight(bytes)])
    }

    /// The last position before that one with the same hash of eight bytes.
    #[inline]
    pub fn before_of_eight(&self, position: usize) -> usize {
        usize::from(self.eight.1[position % WINDOW])
    }
}

/// In place: these are large.
#[expect(
    clippy::unnecessary_box_returns,
    reason = "by value, it would go over the stack"
)]
fn zeros<T: Copy + Default>() -> Box<[T; WINDOW]> {
    let zeros = vec![T::default(); WINDOW].into_boxed_slice().try_into();
    zeros.unwrap_or_else(|_| Box::new([T::default(); WINDOW]))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "less than twice the window"
)]
fn low(position: usize) -> u32 {
    position as u32
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "less than twice the window"
)]
fn half(position: usize) -> u16 {
    position as u16
}

/// The hash of zlib.
#[inline]
fn hash_of_three([one, two, three]: [u8; MIN_MATCH]) -> usize {
    let hash = (usize::from(one) << 10) ^ (usize::from(two) << 5) ^ usize::from(three);
    hash % WINDOW
}

#[inline]
fn hash_of_eight(bytes: u64) -> usize {
    let hash = bytes.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - HASH_BITS);
    usize::try_from(hash).unwrap_or_default() % WINDOW
}

/// Eight bytes as a number, which is 0 where there are fewer.
#[inline]
pub fn eight_at(data: &[u8], at: usize) -> u64 {
    let bytes = data[at..].first_chunk();
    bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// How many bytes are the same from the start; at most all of `other`, which is not the longer one.
#[inline]
pub fn same(one: &[u8], other: &[u8]) -> usize {
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
