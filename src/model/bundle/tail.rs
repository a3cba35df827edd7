//! Where the parts of a file are: the first bytes and the last ones.
//!
//! ```text
//! "CMBUNDL1"       8 bytes
//! frames           without gaps, as the manifest has them
//! manifest         one zstd frame (`model::bundle::manifest`)
//! signatures       armored SSH signatures of the manifest as stored, one after another; or nothing
//! tail             72 bytes: where the manifest begins, its length, that of the signatures (u64, little-endian each),
//!                  SHA-256 of the manifest as stored, SHA-256 of the 56 bytes before: its first 8 bytes, "CMBEND1\n"
//! ```

use crate::model::package::checksum::Sha256;

/// What a file begins with.
pub const MAGIC: &[u8; 8] = b"CMBUNDL1";
const END: &[u8; 8] = b"CMBEND1\n";
/// How long the tail is, in bytes.
pub const TAIL: usize = 72;

/// Where things are in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tail {
    pub manifest: u64,
    pub manifest_length: u64,
    pub signatures_length: u64,
    pub checksum: Sha256,
}

impl Tail {
    pub fn render(&self) -> [u8; TAIL] {
        let mut bytes = [0; TAIL];
        bytes[..8].copy_from_slice(&self.manifest.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.manifest_length.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.signatures_length.to_le_bytes());
        bytes[24..56].copy_from_slice(self.checksum.as_bytes());
        let sum = Sha256::of(&bytes[..56]);
        bytes[56..64].copy_from_slice(&sum.as_bytes()[..8]);
        bytes[64..].copy_from_slice(END);
        bytes
    }

    /// Reads the tail of a file of `length` bytes. `None` where it is not one that was written so.
    pub fn parse(bytes: &[u8; TAIL], length: u64) -> Option<Self> {
        let number = |at: usize| {
            let mut eight = [0; 8];
            eight.copy_from_slice(&bytes[at..at + 8]);
            u64::from_le_bytes(eight)
        };
        let tail = Self {
            manifest: number(0),
            manifest_length: number(8),
            signatures_length: number(16),
            checksum: Sha256::of_bytes(bytes[24..56].try_into().ok()?),
        };
        let end = tail.manifest.checked_add(tail.manifest_length)?;
        let end = end.checked_add(tail.signatures_length)?;
        let fits = end.checked_add(TAIL as u64)? == length && tail.manifest >= 8;
        (fits && tail.render() == *bytes).then_some(tail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_bit_of_a_tail_may_change() {
        let tail = Tail {
            manifest: 100,
            manifest_length: 50,
            signatures_length: 7,
            checksum: Sha256::parse(&"ab".repeat(32)).unwrap(),
        };
        let bytes = tail.render();
        assert_eq!(Tail::parse(&bytes, 157 + 72), Some(tail));
        assert_eq!(Tail::parse(&bytes, 157 + 73), None);
        for bit in 0..TAIL * 8 {
            let mut changed = bytes;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Tail::parse(&changed, 157 + 72), None, "bit {bit}");
        }
    }
}
