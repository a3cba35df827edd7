//! How much of an archive is read before it is taken for a bomb.

use std::cell::Cell;
use std::io::{self, Read};

/// Cargo's bound on what a package may unpack to: 512 MiB, or 20 times its compressed size (`unpack_package`,
/// sources/registry/mod.rs).
const MAX_UNPACKED: u64 = 512 << 20;
const MAX_RATIO: u64 = 20;
/// What may stand between two entries: headers, long names, extensions. The tar reader takes them into memory whole.
pub(super) const MAX_HEADERS: u64 = 1 << 20;

/// How much an archive of this many compressed bytes may unpack to.
pub(super) fn unpacked_limit(size: u64) -> u64 {
    MAX_UNPACKED.max(size.saturating_mul(MAX_RATIO))
}

/// Stands for "the bound was reached" on its way through the tar reader, which only knows `std::io::Error`.
const BOMB: &str = "unpacks to more than its bound";

/// Whether a bound was reached, whatever the tar reader says of it.
pub(super) fn is_bomb(cause: &io::Error) -> bool {
    let first: &(dyn std::error::Error + 'static) = cause;
    std::iter::successors(Some(first), |error| error.source())
        .any(|error| error.to_string().contains(BOMB))
}

/// Fails, rather than ends, when more than `left` bytes are read, or more than `until_entry`.
pub(super) struct Bounded<'c, R> {
    pub(super) inner: R,
    left: u64,
    until_entry: &'c Cell<u64>,
}

impl<'c, R> Bounded<'c, R> {
    pub(super) fn new(inner: R, limit: u64, until_entry: &'c Cell<u64>) -> Self {
        // Tar headers and padding come on top of what cargo counts, so the bound is a little wider than cargo's.
        Self {
            inner,
            left: limit.saturating_add(limit / 8),
            until_entry,
        }
    }
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let less = |left: u64| {
            left.checked_sub(read as u64)
                .ok_or_else(|| io::Error::other(BOMB))
        };
        self.left = less(self.left)?;
        self.until_entry.set(less(self.until_entry.get())?);
        Ok(read)
    }
}
