//! Signatures and keys as OpenSSH writes them, for Ed25519 only (`PROTOCOL.sshsig`, `PROTOCOL.key`, RFC 8709). Nothing is
//! computed here; `io::bundle::keys` does that.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use crate::model::package::checksum::Sha256;

/// What the manifest of a dump is signed for, so that no signature of something else passes for one.
pub const BUNDLE: &str = "cargo-mirror-bundle";
/// What a key that takes the place of another is signed for.
pub const ROTATION: &str = "cargo-mirror-key";

const KIND: &str = "ssh-ed25519";
const HASH: &str = "sha512";
const MAGIC: &[u8] = b"SSHSIG";
const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----\n";
const END: &str = "-----END SSH SIGNATURE-----\n";
/// How ssh-keygen breaks lines of a signature, in characters.
const WIDTH: usize = 70;

const KEY_MAGIC: &[u8] = b"openssh-key-v1\0";
const KEY_BEGIN: &str = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
const KEY_END: &str = "-----END OPENSSH PRIVATE KEY-----\n";

/// Why a text is no key or signature of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    #[error("it is not a public key of OpenSSH")]
    NotPublic,
    #[error("it is not a private key of OpenSSH")]
    NotPrivate,
    #[error("it is protected with a passphrase")]
    Encrypted,
    #[error("it is protected with a passphrase, and its public half is not beside it")]
    NoPublicHalf,
    #[error("it is a key of the kind `{}`, and only ssh-ed25519 is known", crate::model::text::printable(.0))]
    Kind(String),
    #[error("it is not a signature as ssh-keygen writes it")]
    NotSignature,
}

/// A public Ed25519 key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublicKey(pub [u8; 32]);

impl PublicKey {
    /// Reads `ssh-ed25519 AAAA... comment`.
    pub fn parse(text: &str) -> Result<Self, BadKey> {
        let mut words = text.split_whitespace();
        match words.next() {
            Some(KIND) => {}
            Some(kind) if kind.starts_with("ssh-") || kind.starts_with("ecdsa-") => {
                return Err(BadKey::Kind(kind.to_owned()));
            }
            _ => return Err(BadKey::NotPublic),
        }
        let blob = words.next().and_then(|text| STANDARD.decode(text).ok());
        Self::of_blob(&blob.ok_or(BadKey::NotPublic)?).ok_or(BadKey::NotPublic)
    }

    fn of_blob(blob: &[u8]) -> Option<Self> {
        let mut wire = Wire(blob);
        let sound = wire.string()? == KIND.as_bytes();
        let key = wire.string()?.try_into().ok()?;
        (sound && wire.0.is_empty()).then_some(Self(key))
    }

    fn blob(self) -> Vec<u8> {
        let mut blob = Vec::new();
        put(&mut blob, KIND.as_bytes());
        put(&mut blob, &self.0);
        blob
    }

    /// As `ssh-keygen -l` shows it.
    pub fn fingerprint(self) -> String {
        format!(
            "SHA256:{}",
            STANDARD_NO_PAD.encode(Sha256::of(self.blob()).as_bytes())
        )
    }
}

/// As a file `*.pub` has it, without the comment.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{KIND} {}", STANDARD.encode(self.blob()))
    }
}

/// A signature and the key that it claims to be of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub key: PublicKey,
    pub namespace: String,
    pub raw: [u8; 64],
}

/// What is signed: not the message, but its SHA-512 and what it is for.
pub fn signed_data(namespace: &str, sha512: &[u8]) -> Vec<u8> {
    let mut data = MAGIC.to_vec();
    for part in [namespace.as_bytes(), b"", HASH.as_bytes(), sha512] {
        put(&mut data, part);
    }
    data
}

impl Signature {
    /// As `ssh-keygen -Y sign` writes it.
    pub fn armored(&self) -> String {
        let mut blob = MAGIC.to_vec();
        blob.extend(1_u32.to_be_bytes());
        put(&mut blob, &self.key.blob());
        put(&mut blob, self.namespace.as_bytes());
        put(&mut blob, b"");
        put(&mut blob, HASH.as_bytes());
        let mut signature = Vec::new();
        put(&mut signature, KIND.as_bytes());
        put(&mut signature, &self.raw);
        put(&mut blob, &signature);
        armor(BEGIN, &blob, END)
    }

    /// Reads signatures that follow each other, each spelled as [`Signature::armored`] does: no bit may be another.
    pub fn parse_all(text: &[u8]) -> Result<Vec<Self>, BadKey> {
        let text = std::str::from_utf8(text).map_err(|_cause| BadKey::NotSignature)?;
        let mut found = Vec::new();
        let mut left = text;
        while !left.is_empty() {
            let end = left.find(END).ok_or(BadKey::NotSignature)? + END.len();
            let (one, rest) = left.split_at(end);
            left = rest;
            let signature = unarmor(BEGIN, one, END).and_then(|blob| Self::of_blob(&blob));
            let signature = signature.ok_or(BadKey::NotSignature)?;
            if signature.armored() != one {
                return Err(BadKey::NotSignature);
            }
            found.push(signature);
        }
        Ok(found)
    }

    fn of_blob(blob: &[u8]) -> Option<Self> {
        let mut wire = Wire(blob.strip_prefix(MAGIC)?);
        if wire.number()? != 1 {
            return None;
        }
        let key = PublicKey::of_blob(wire.string()?)?;
        let namespace = String::from_utf8(wire.string()?.to_vec()).ok()?;
        let plain = wire.string()?.is_empty() && wire.string()? == HASH.as_bytes();
        let mut signature = Wire(wire.string()?);
        let kind = signature.string()? == KIND.as_bytes();
        let raw = signature.string()?.try_into().ok()?;
        let whole = plain && kind && signature.0.is_empty() && wire.0.is_empty();
        whole.then_some(Self {
            key,
            namespace,
            raw,
        })
    }
}

/// A private Ed25519 key, as a seed of 32 bytes, with its public key. Not shown by `Debug`.
pub struct PrivateKey {
    pub seed: [u8; 32],
    pub public: PublicKey,
}

impl PrivateKey {
    /// As `ssh-keygen` writes a key without a passphrase. `check`: four random bytes.
    pub fn render(&self, comment: &str, check: [u8; 4]) -> String {
        let mut inner = [check, check].concat();
        put(&mut inner, KIND.as_bytes());
        put(&mut inner, &self.public.0);
        put(&mut inner, &[self.seed, self.public.0].concat());
        put(&mut inner, comment.as_bytes());
        for pad in 1.. {
            if inner.len() % 8 == 0 {
                break;
            }
            inner.push(pad);
        }
        let mut blob = KEY_MAGIC.to_vec();
        for part in [&b"none"[..], b"none", b""] {
            put(&mut blob, part);
        }
        blob.extend(1_u32.to_be_bytes());
        put(&mut blob, &self.public.blob());
        put(&mut blob, &inner);
        armor(KEY_BEGIN, &blob, KEY_END)
    }

    pub fn parse(text: &str) -> Result<Self, BadKey> {
        let text = text.trim_start().replace("\r\n", "\n");
        let text = format!("{}\n", text.trim_end());
        let blob = unarmor(KEY_BEGIN, &text, KEY_END).ok_or(BadKey::NotPrivate)?;
        let mut wire = Wire(blob.strip_prefix(KEY_MAGIC).ok_or(BadKey::NotPrivate)?);
        let cipher = wire.string().ok_or(BadKey::NotPrivate)?;
        if cipher != b"none" {
            return Err(BadKey::Encrypted);
        }
        Self::of_inner(&mut wire)?.ok_or(BadKey::NotPrivate)
    }

    fn of_inner(wire: &mut Wire<'_>) -> Result<Option<Self>, BadKey> {
        let mut inner = || {
            wire.string()?;
            wire.string()?;
            let one = wire.number()? == 1;
            wire.string()?;
            let mut inner = Wire(wire.string()?);
            let same = inner.number()? == inner.number()?;
            (one && same).then_some(inner)
        };
        let Some(mut inner) = inner() else {
            return Ok(None);
        };
        match inner.string() {
            Some(kind) if kind == KIND.as_bytes() => {}
            Some(kind) => return Err(BadKey::Kind(String::from_utf8_lossy(kind).into_owned())),
            None => return Ok(None),
        }
        let mut key = || {
            let public: [u8; 32] = inner.string()?.try_into().ok()?;
            let both: [u8; 64] = inner.string()?.try_into().ok()?;
            let seed = both[..32].try_into().ok()?;
            (both[32..] == public).then_some(Self {
                seed,
                public: PublicKey(public),
            })
        };
        Ok(key())
    }
}

fn put(blob: &mut Vec<u8>, part: &[u8]) {
    // Nothing here comes near to 4 GiB.
    blob.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
    blob.extend(part);
}

/// What is left to read of a blob.
struct Wire<'a>(&'a [u8]);

impl<'a> Wire<'a> {
    fn number(&mut self) -> Option<u32> {
        let (number, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(u32::from_be_bytes(*number))
    }

    fn string(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (string, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(string)
    }
}

fn armor(begin: &str, blob: &[u8], end: &str) -> String {
    let mut text = begin.to_owned();
    let encoded = STANDARD.encode(blob);
    let mut left = encoded.as_str();
    while !left.is_empty() {
        let (line, rest) = left.split_at(left.len().min(WIDTH));
        text.push_str(line);
        text.push('\n');
        left = rest;
    }
    text.push_str(end);
    text
}

fn unarmor(begin: &str, text: &str, end: &str) -> Option<Vec<u8>> {
    let inner = text.strip_prefix(begin)?.strip_suffix(end)?;
    STANDARD.decode(inner.replace('\n', "")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature() -> Signature {
        Signature {
            key: PublicKey([7; 32]),
            namespace: BUNDLE.to_owned(),
            raw: [9; 64],
        }
    }

    #[test]
    fn signatures_read_as_they_are_written_and_in_no_other_spelling() {
        let text = signature().armored();
        let twice = format!("{text}{text}");
        assert_eq!(
            Signature::parse_all(twice.as_bytes()).unwrap(),
            [signature(), signature()]
        );
        for bit in 0..text.len() * 8 {
            let mut changed = text.clone().into_bytes();
            changed[bit / 8] ^= 1 << (bit % 8);
            if let Ok(read) = Signature::parse_all(&changed) {
                assert_ne!(read, [signature()], "bit {bit} changes nothing");
            }
        }
    }

    #[test]
    fn keys_read_as_they_are_written() {
        let key = PrivateKey {
            seed: [1; 32],
            public: PublicKey([2; 32]),
        };
        let text = key.render("me@here", [5; 4]);
        let read = PrivateKey::parse(&text).unwrap();
        assert_eq!((read.seed, read.public), (key.seed, key.public));
        let public = format!("{} me@here", key.public);
        assert_eq!(PublicKey::parse(&public), Ok(key.public));
        assert_eq!(
            PublicKey::parse("ssh-rsa AAAA"),
            Err(BadKey::Kind("ssh-rsa".to_owned()))
        );
        for cut in 0..text.len() - 1 {
            assert!(PrivateKey::parse(&text[..cut]).is_err());
        }
    }
}
