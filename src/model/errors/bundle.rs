//! Dumps: files that cannot be read or believed, keys, what is missing.

use std::path::PathBuf;

use crate::model::bundle::manifest::{BundleId, Listed};
use crate::model::bundle::reading::BadManifestText;
use crate::model::bundle::sshsig::BadKey;
use crate::model::text::printable;
use crate::model::units::timestamp::Timestamp;

#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    #[error("`{}` is not a dump, or not all of one", .0.display())]
    NotOne(PathBuf),
    #[error("`{}` is damaged: {what}, bytes {from} to {to}", .path.display())]
    Damaged {
        path: PathBuf,
        what: String,
        from: u64,
        to: u64,
    },
    #[error("`{}` is damaged or made up", .path.display())]
    Manifest {
        path: PathBuf,
        source: BadManifestText,
    },
    #[error("`{}` is damaged or made up: {why}", .path.display())]
    Content { path: PathBuf, why: String },
    #[error("`{}` exists already", .0.display())]
    Exists(PathBuf),
    #[error("another process is writing `{}`", .0.display())]
    BeingWritten(PathBuf),
    #[error("one file of {limit} bytes cannot hold {what}")]
    TooLarge { what: String, limit: u64 },
    #[error("`{}` is neither a dump, nor a state, nor the folder of a mirror", .0.display())]
    NotKnown(PathBuf),
    #[error("`{}` and `{}` claim to be the same part and are not the same", .one.display(), .other.display())]
    Twins { one: PathBuf, other: PathBuf },
    #[error("the mirror lacks {} that the {asked} for", count(.packages.len()))]
    Lacks {
        asked: &'static str,
        packages: Vec<String>,
    },
    #[error(
        "the dump refers back to {} that this mirror does not have, {} first of all", count(.bases.len()), .bases.first().map(|it| it.id.to_string()).unwrap_or_default()
    )]
    NoBase {
        bases: Vec<Listed>,
        previous: Option<BundleId>,
    },
    #[error("`{}` is older than the dump of {newest} that was imported before", .path.display())]
    Replayed { path: PathBuf, newest: Timestamp },
    #[error("`{}` is not signed", .0.display())]
    Unsigned(PathBuf),
    #[error("`{}` has a signature that does not fit its contents", .0.display())]
    BadSignature(PathBuf),
    #[error("`{}` is signed with a key that is not trusted here: {fingerprint}", .path.display())]
    Untrusted { path: PathBuf, fingerprint: String },
    #[error("there is no room for the dump in `{}`: {needed} bytes are needed, {free} are free", .folder.display())]
    NoRoom {
        folder: PathBuf,
        needed: u64,
        free: u64,
    },
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
    #[error("`{}` cannot be the name of a receiver", printable(.0))]
    ReceiverName(String),
    #[error("no dump for `{0}` is waited for")]
    NothingSent(String),
    #[error("the registry `{}` is not hosted in this mirror", printable(.0))]
    NotHosted(String),
    #[error("the key could not be used: {0}")]
    Crypto(&'static str),
    #[error("standard output cannot take both the dump and lines of JSON")]
    PipeOfJson,
    /// An item of a dump, named beside it.
    #[error("{0}")]
    Refused(&'static str),
}

fn count(number: usize) -> String {
    format!("{number} package{}", if number == 1 { "" } else { "s" })
}

impl BundleError {
    /// The way out, where there is one to name.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NotOne(_) => {
                "it was cut off or is something else; copy it again and compare the number of bytes"
            }
            Self::Manifest {
                source: BadManifestText::Version(_),
                ..
            } => "a newer cargo-mirror has written it: update this one",
            Self::Damaged { .. } | Self::Manifest { .. } | Self::Content { .. } => {
                "copy it again; if it stays so, export it again"
            }
            Self::Exists(_) => "name another file, or remove it first",
            Self::BeingWritten(_) => "wait until it is done, or name another file",
            Self::TooLarge { .. } => "allow larger parts with --split",
            Self::NotKnown(_) => "name a file that `export` or `state` has written, or a mirror",
            Self::Twins { .. } => {
                "one of them was damaged or changed: `cargo mirror bundle verify`"
            }
            Self::Lacks { packages, .. } => {
                let some = packages.iter().take(5).cloned().collect::<Vec<_>>();
                let more = packages.len().saturating_sub(some.len());
                let more = if more > 0 {
                    format!(" and {more} more")
                } else {
                    String::new()
                };
                return Some(format!(
                    "fetch them with `cargo mirror prefetch`: {}{more}",
                    some.join(", ")
                ));
            }
            Self::NoBase { previous, .. } => {
                let first = match previous {
                    Some(id) => format!("import the dump before it first ({id})"),
                    None => "import the dump that it was made against first".to_owned(),
                };
                return Some(format!(
                    "{first}, or export again with `--since` and the state that `cargo mirror state FILE` writes here"
                ));
            }
            Self::Replayed { .. } => {
                "an old dump can bring back what has been yanked since; --allow-older takes it all the same"
            }
            Self::Unsigned(_) => {
                "have it signed (`cargo mirror help bundles`), or take it as it is with --allow-unsigned"
            }
            Self::BadSignature(_) => "do not use it: it was changed after it was signed",
            Self::Untrusted { .. } => {
                "compare the fingerprint with its owner by another way; then `cargo mirror key trust FILE` with the public key"
            }
            Self::NoRoom { .. } => "make room on that disk, or name another folder with --mirror",
            Self::TooFewSignatures { .. } => {
                "have it signed by more of them (`export --sign-with ONE --sign-with OTHER`), or trust their keys; \
                 `cargo mirror key threshold` says how many are wanted"
            }
            Self::NotHosted(name) => {
                return Some(format!(
                    "`cargo mirror registry new {name} --url URL` makes it, with the address that lockfiles have; then import again"
                ));
            }
            Self::Threshold(_) => "`cargo mirror key threshold NUMBER` writes it anew",
            Self::NothingSent(_) => {
                "`cargo mirror export FILE --for NAME` makes one; a receipt can be named at any time"
            }
            Self::PipeOfJson => "name a file, or leave out --message-format",
            Self::Refused(_) => return None,
            key => return key.key_hint().map(str::to_owned),
        };
        Some(hint.to_owned())
    }

    /// The way out of what has to do with keys.
    fn key_hint(&self) -> Option<&'static str> {
        Some(match self {
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
            Self::KeyName(_) | Self::ReceiverName(_) => {
                "letters, digits and `-_.@` may stand in one, at most 64 of them"
            }
            Self::WhichKey(_) => "say which with --sign-with NAME",
            Self::Rotation { .. } => {
                "trust the older key first, or trust the new public key itself"
            }
            _ => return None,
        })
    }
}
