//! SHA-256 digests, and the proof that bytes match one.

use std::fmt;
use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256 as Sha256Hash};

use crate::model::package::id::{CrateId, Invalid};

/// A SHA-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// The digest of these bytes.
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        let mut hashing = Hashing::default();
        hashing.update(bytes.as_ref());
        hashing.finish()
    }

    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let bytes = text.as_bytes();
        let mut digest = [0; 32];
        if bytes.len() != 64 {
            return Err(Invalid::Checksum(text.to_owned()));
        }
        for (byte, pair) in digest.iter_mut().zip(bytes.chunks_exact(2)) {
            let digit = |character: u8| char::from(character).to_digit(16);
            match (digit(pair[0]), digit(pair[1])) {
                (Some(high), Some(low)) => {
                    *byte = u8::try_from(high * 16 + low).unwrap_or_default();
                }
                _ => return Err(Invalid::Checksum(text.to_owned())),
            }
        }
        Ok(Self(digest))
    }

    /// A digest as a file format has it.
    pub fn of_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A mirror's lists have one for each file: digit by digit through the formatter would be seen in a run's time.
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 64];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 0xf)];
        }
        f.write_str(&String::from_utf8_lossy(&text))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Hash for Sha256 {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0[..8].hash(state);
    }
}

/// A running SHA-256.
#[derive(Debug, Default, Clone)]
pub struct Hashing(Sha256Hash);

impl Hashing {
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub fn finish(self) -> Sha256 {
        Sha256(self.0.finalize().into())
    }
}

/// Something that takes bytes and hashes every one of them on the way.
pub trait Hashed {
    /// The digest of all bytes taken so far.
    fn digest(&self) -> Sha256;
}

/// Bytes whose SHA-256 equals the checksum of `id`. The store takes nothing else, and there is no other way to make one
/// than [`Verified::check`].
#[derive(Debug)]
pub struct Verified<B> {
    id: CrateId,
    checksum: Sha256,
    body: B,
}

impl<B: Hashed> Verified<B> {
    /// Compares the digest of `body` with `expected`; hands the digest back when they differ.
    pub fn check(id: &CrateId, expected: &Sha256, body: B) -> Result<Self, Sha256> {
        let actual = body.digest();
        if actual == *expected {
            Ok(Self {
                id: id.clone(),
                checksum: actual,
                body,
            })
        } else {
            Err(actual)
        }
    }
}

impl<B> Verified<B> {
    pub fn id(&self) -> &CrateId {
        &self.id
    }

    pub fn checksum(&self) -> &Sha256 {
        &self.checksum
    }

    pub fn body(&self) -> &B {
        &self.body
    }

    pub fn into_body(self) -> B {
        self.body
    }
}
