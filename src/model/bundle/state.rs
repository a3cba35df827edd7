//! What somebody has, without names: a sorted list of keys of 8 bytes. It is small enough to be carried back across a gap,
//! and enough to leave out of a dump what is there already.
//!
//! ```text
//! cargo-mirror state 1\n
//! <number of keys>\n
//! keys             u64, big-endian, ascending, each once
//! SHA-256          of everything before it, 32 bytes
//! ```

use crate::model::bundle::manifest::{Item, Listed};
use crate::model::package::checksum::Sha256;

const HEADER: &str = "cargo-mirror state 1\n";

/// The first 8 bytes of a SHA-256.
pub fn key_of(bytes: &[u8]) -> u64 {
    let mut eight = [0; 8];
    eight.copy_from_slice(&Sha256::of(bytes).as_bytes()[..8]);
    u64::from_be_bytes(eight)
}

/// That the bytes of a crate are there.
pub fn bytes_key(of: &Listed) -> u64 {
    key_of(format!("crate {of}").as_bytes())
}

/// That a crate's index has this line.
pub fn line_key(of: &Listed, line: u64) -> u64 {
    key_of(format!("line {of} {line:016x}").as_bytes())
}

/// That a git source is there.
pub fn git_key(folder: &str, checksum: &Sha256) -> u64 {
    key_of(format!("git {folder} {checksum}").as_bytes())
}

/// That a root is there.
pub fn root_key(id: &str, text: u64) -> u64 {
    key_of(format!("root {id} {text:016x}").as_bytes())
}

/// The keys that are there once an item has arrived.
pub fn keys(item: &Item) -> Vec<u64> {
    match item {
        Item::Crate(it) => vec![bytes_key(&it.of), line_key(&it.of, it.line.key)],
        Item::Line { of, line } => vec![line_key(of, line.key)],
        Item::Git {
            folder, checksum, ..
        } => vec![git_key(folder, checksum)],
        Item::Root { id, key, .. } => vec![root_key(id, *key)],
        Item::State { .. } => Vec::new(),
    }
}

/// What somebody has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownState(Vec<u64>);

impl KnownState {
    pub fn of(mut keys: Vec<u64>) -> Self {
        keys.sort_unstable();
        keys.dedup();
        Self(keys)
    }

    pub fn has(&self, key: u64) -> bool {
        self.0.binary_search(&key).is_ok()
    }

    /// Whether everything of an item is there.
    pub fn has_item(&self, item: &Item) -> bool {
        keys(item).into_iter().all(|key| self.has(key))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn into_keys(self) -> Vec<u64> {
        self.0
    }

    /// Whether bytes begin as a state does.
    pub fn looks_like_one(start: &[u8]) -> bool {
        start.starts_with(HEADER.as_bytes())
    }

    pub fn render(&self) -> Vec<u8> {
        let mut bytes = format!("{HEADER}{}\n", self.0.len()).into_bytes();
        bytes.extend(self.0.iter().flat_map(|key| key.to_be_bytes()));
        bytes.extend(Sha256::of(&bytes).as_bytes());
        bytes
    }

    /// Reads a state. `None` where the bytes are none, or not all of one.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(HEADER.as_bytes())?;
        let line = rest.iter().position(|byte| *byte == b'\n')?;
        let count: usize = std::str::from_utf8(&rest[..line]).ok()?.parse().ok()?;
        let body = &rest[line + 1..];
        if body.len() != count.checked_mul(8)?.checked_add(32)? {
            return None;
        }
        let mut keys = Vec::with_capacity(count);
        for eight in body[..count * 8].chunks_exact(8) {
            keys.push(u64::from_be_bytes(eight.try_into().ok()?));
        }
        let state = Self(keys);
        let ascending = state.0.windows(2).all(|pair| pair[0] < pair[1]);
        (ascending && state.render() == bytes).then_some(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_reads_as_it_was_written() {
        let state = KnownState::of(vec![9, 3, 9, u64::MAX, 0]);
        assert_eq!(state.len(), 4);
        assert!(state.has(3) && !state.has(4));
        let bytes = state.render();
        assert_eq!(KnownState::parse(&bytes), Some(state));
        for cut in 0..bytes.len() {
            assert_eq!(KnownState::parse(&bytes[..cut]), None);
            let mut changed = bytes.clone();
            changed[cut] ^= 1;
            assert_eq!(KnownState::parse(&changed), None, "byte {cut}");
        }
    }
}
