//! A frame of a dump: what is packed as one, and what its numbers must keep.

use crate::model::bundle::manifest::{BaseEntry, Codec, CrateEntry, FrameEntry, Item, Packing};

/// A frame that is unpacked in memory is no larger, in bytes. A larger one has one item, which is streamed.
pub const MAX_FRAME: u64 = 80 << 20;
/// Nor has one more items.
pub const MAX_ITEMS: usize = 1 << 16;
/// Nor is the archive that it refers back to any larger, in bytes. The largest on crates.io that others depend on have 70 MB.
pub const MAX_BASE: u64 = 72 << 20;
/// No state is larger, in bytes: that of all of crates.io is a tenth of it.
pub const MAX_STATE: u64 = 1 << 30;

/// A frame with what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Counted from 1 within the part.
    pub number: usize,
    pub entry: FrameEntry,
    pub base: Option<BaseEntry>,
    pub items: Vec<Item>,
}

impl Frame {
    /// Whether it has one item that is read as it is unpacked.
    pub fn is_streamed(&self) -> bool {
        self.entry.unpacked > MAX_FRAME || matches!(*self.items.as_slice(), [Item::Git { .. }])
    }

    /// How many bytes it takes to unpack it: its own as stored and unpacked, its base, the largest crate put together. What is
    /// streamed takes a window.
    pub fn memory(&self) -> u64 {
        if self.is_streamed() {
            return 8 << 20;
        }
        let sizes = self.items.iter().map(|item| match item {
            Item::Crate(it) => it.size,
            _ => 0,
        });
        let base = self.base.as_ref().map_or(0, |base| base.tar);
        let largest = sizes.max().unwrap_or(0);
        let frame = self.entry.stored.saturating_add(self.entry.unpacked);
        frame.saturating_add(base).saturating_add(largest)
    }

    /// Only the bytes of a crate or of a tree are streamed; what is beside them is read at once.
    fn fits_in_memory(&self) -> bool {
        let at_once = self.items.iter().map(|item| match item {
            Item::Crate(it) => (it.line.length).saturating_add(it.head.saturating_add(it.side)),
            Item::Line { line, .. } => line.length,
            Item::Root { length, .. } | Item::State { length } => *length,
            Item::Git { record, .. } => *record,
        });
        let is_state = matches!(*self.items.as_slice(), [Item::State { .. }]);
        let most = if is_state { MAX_STATE } else { MAX_FRAME };
        at_once.fold(0, u64::saturating_add) <= most
    }

    /// Whether it can be a frame, by its own numbers. Else: why not.
    pub fn check(self) -> Result<Self, &'static str> {
        let mut sum = 0_u64;
        for item in &self.items {
            let length = item.length().and_then(|length| sum.checked_add(length));
            sum = length.ok_or("its lengths are absurd")?;
            match item {
                _ if item.length() == Some(0) => return Err("something in it has no bytes"),
                Item::Git { .. } | Item::State { .. } if self.items.len() > 1 => {
                    return Err("what must be alone in a frame is not");
                }
                Item::Crate(it) if it.codec == Codec::AsIs && it.body != it.size => {
                    return Err("the size of a crate is not that of its bytes");
                }
                Item::Crate(it) if it.line.length == 0 => return Err("a crate has no line"),
                // What deflate can add at most, and some room for what a strange encoder does.
                Item::Crate(it) if it.codec != Codec::AsIs && it.size > largest(it) => {
                    return Err("a crate is too large for its archive");
                }
                // What deflate can do at most, and some room for the padding of an archive.
                Item::Crate(it)
                    if it.body > it.size.saturating_mul(1100).saturating_add(1 << 20) =>
                {
                    return Err("an archive is too large for its crate");
                }
                _ => {}
            }
        }
        if sum != self.entry.unpacked || self.items.is_empty() {
            return Err("its items do not fill it");
        }
        if sum > MAX_FRAME && self.items.len() > 1 {
            return Err("it is too large");
        }
        if !self.fits_in_memory() {
            return Err("what is read of it at once is too large");
        }
        if self.entry.packing == Packing::Plain
            && (self.entry.stored != self.entry.unpacked || self.base.is_some())
        {
            return Err("it is stored as it is, and yet not");
        }
        if self.entry.stored
            > self
                .entry
                .unpacked
                .saturating_add(1 << 20)
                .saturating_mul(2)
        {
            return Err("more bytes are stored than it can need");
        }
        let plain_crates = self.items.iter().all(|item| match item {
            Item::Crate(it) => it.codec == Codec::AsIs,
            _ => true,
        });
        if let Some(base) = &self.base {
            let all_of_it = self.items.iter().all(|item| match item {
                Item::Crate(it) => it.of.source == base.of.source && it.of != base.of,
                Item::Line { .. } => true,
                _ => false,
            });
            if !all_of_it || base.tar > MAX_BASE || sum > MAX_FRAME {
                return Err("it cannot refer back to that");
            }
        }
        if sum > MAX_FRAME && !plain_crates {
            return Err("a crate of that size is stored as it is");
        }
        Ok(self)
    }
}

/// How large a crate may be that is packed again, in bytes.
pub fn largest(it: &CrateEntry) -> u64 {
    let parts = it.head.saturating_add(it.side).saturating_add(1 << 16);
    (it.body.saturating_add(it.body / 8)).saturating_add(parts)
}
