//! Keys, and the signatures of dumps.

use std::path::PathBuf;

use crate::model::bundle::sshsig::BadKey;
use crate::model::text::printable;

#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    #[error("`{}` is not signed", .0.display())]
    Unsigned(PathBuf),
    #[error("`{}` has a signature that does not fit its contents", .0.display())]
    BadSignature(PathBuf),
    #[error("`{}` is signed with a key that is not trusted here: {fingerprint}", .path.display())]
    Untrusted { path: PathBuf, fingerprint: String },
    #[error("cannot use `{}` as a key", .path.display())]
    Key { path: PathBuf, source: BadKey },
    #[error("there is no key `{}`", printable(.0))]
    NoSuchKey(String),
    #[error("there is a key `{0}` already")]
    KeyExists(String),
    #[error("`{}` cannot be the name of a key", printable(.0))]
    KeyName(String),
    #[error("there is more than one key: {}", .0.join(", "))]
    WhichKey(Vec<String>),
    #[error("`{}` hands over from a key that is not trusted here: {fingerprint}", .path.display())]
    Rotation { path: PathBuf, fingerprint: String },
    #[error("ssh-keygen does not sign with `{}`: {}", .key.display(), printable(.why))]
    SshKeygen { key: PathBuf, why: String },
    #[error("`{}` is signed by {trusted} of those who are trusted here, and {threshold} are wanted", .path.display())]
    TooFewSignatures {
        path: PathBuf,
        trusted: usize,
        threshold: usize,
    },
    #[error("`{}` does not say how many signatures a dump must have", .0.display())]
    Threshold(PathBuf),
    #[error("the key could not be used: {0}")]
    Crypto(&'static str),
}

impl SigningError {
    /// What the user can do about it, for the help line; `None` if there is nothing to suggest.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Unsigned(_) => {
                "have it signed (`cargo mirror help bundles`), or take it as it is with --allow-unsigned"
            }
            Self::BadSignature(_) => "do not use it: it was changed after it was signed",
            Self::Untrusted { .. } => {
                "compare the fingerprint with its owner by another way; then `cargo mirror key trust FILE` with the public key"
            }
            Self::TooFewSignatures { .. } => {
                "have it signed by more of them (`export --sign-with ONE --sign-with OTHER`), or trust their keys; \
                 `cargo mirror key threshold` says how many are wanted"
            }
            Self::Threshold(_) => "`cargo mirror key threshold NUMBER` writes it anew",
            Self::Key {
                source: BadKey::Encrypted,
                ..
            } => {
                "`cargo mirror key new NAME` makes one without; with its public half beside it, ssh-keygen can use it"
            }
            Self::Key {
                source: BadKey::NoPublicHalf,
                ..
            } => "`ssh-keygen -y -f KEY > KEY.pub` writes it",
            Self::SshKeygen { .. } => {
                "`ssh-keygen -Y sign -n test -f KEY` must work on this terminal; `ssh-add KEY` has an agent hold the key"
            }
            Self::NoSuchKey(_) | Self::Key { .. } => "`cargo mirror key list` shows the keys",
            Self::KeyExists(_) => "choose another name; a key is never replaced",
            Self::KeyName(_) => "letters, digits and `-_.@` may stand in one, at most 64 of them",
            Self::WhichKey(_) => "say which with --sign-with NAME",
            Self::Rotation { .. } => {
                "trust the older key first, or trust the new public key itself"
            }
            Self::Crypto(_) => return None,
        };
        Some(hint.to_owned())
    }
}
