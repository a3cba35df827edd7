//! Parts of dumps, opened and put in order: whose they are, who signed them, which are missing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::io::bundle::keys::{KeyRing, fits};
use crate::io::bundle::reader::DumpPart;
use crate::io::fs::error::io_error;
use crate::io::fs::file::absolute;
use crate::io::fs::platform;
use crate::io::store::registry::RegistryStore;
use crate::io::store::staging::StagedFile;
use crate::model::bundle::manifest::BundleId;
use crate::model::bundle::sshsig::BUNDLE;
use crate::model::bundle::trust::Signer;
use crate::model::error::{Error, Result};
use crate::model::errors::bundle_file::BundleFileError;
use crate::model::errors::fs::Action;
use crate::model::errors::signing::SigningError;
use crate::ops::bundle::options::{DumpSummary, Origin};

/// A dump, of which some parts are open.
#[derive(Debug)]
pub struct OpenedDump {
    pub summary: DumpSummary,
    /// In order.
    pub parts: Vec<DumpPart>,
}

/// What came through a pipe is kept in the mirror's staging folder until this is dropped.
#[derive(Debug, Default)]
pub struct Opened {
    /// The oldest first.
    pub dumps: Vec<OpenedDump>,
    spooled: Vec<StagedFile>,
}

/// Opens parts. `spool`: where what comes through a pipe is kept meanwhile.
pub fn open(
    cwd: &Path,
    origins: &[Origin],
    keys: &KeyRing,
    spool: Option<&RegistryStore>,
) -> Result<Opened> {
    let (signers, threshold) = (keys.signers()?, keys.threshold()?);
    let mut opened = Opened::default();
    let mut dumps: BTreeMap<(u64, BundleId), Vec<DumpPart>> = BTreeMap::new();
    for origin in origins {
        let part = match (origin, spool) {
            (Origin::File(path), _) => DumpPart::open(&absolute(path, cwd))?,
            (Origin::Pipe, Some(store)) => {
                let (part, spooled) = spooled(store)?;
                opened.spooled.push(spooled);
                part
            }
            (Origin::Pipe, None) => DumpPart::open(Path::new("-"))?,
        };
        let key = (part.head.sequence, part.head.id.clone());
        dumps.entry(key).or_default().push(part);
    }
    for parts in dumps.into_values() {
        opened.dumps.push(in_order(parts, &signers, threshold)?);
    }
    Ok(opened)
}

/// All of standard input, in a file: it is looked into from its end.
fn spooled(store: &RegistryStore) -> Result<(DumpPart, StagedFile)> {
    let name = Path::new("standard input");
    let mut file = store.incoming()?;
    platform::copy_standard_input(|bytes| file.write(bytes))?;
    if file.length() == 0 {
        return Err(Error::BundleFile(BundleFileError::NotOne(name.to_owned())));
    }
    let place = file.path().unwrap_or(name).to_owned();
    let reader = std::fs::File::open(&place).map_err(io_error(Action::Read, &place))?;
    Ok((DumpPart::of(reader, &place, name)?, file))
}

/// Sorts the parts of a dump, and finds out what does not belong together.
fn in_order(mut parts: Vec<DumpPart>, signers: &[Signer], threshold: usize) -> Result<OpenedDump> {
    parts.sort_by_key(|part| part.head.part);
    let twins = |one: &DumpPart, other: &DumpPart| {
        Error::BundleFile(BundleFileError::Twins {
            one: one.path.clone(),
            other: other.path.clone(),
        })
    };
    let mut unique: Vec<DumpPart> = Vec::new();
    for part in parts {
        match unique.last() {
            // The same part twice is no more than once.
            Some(last) if last.head.part == part.head.part => {
                if last.checksum != part.checksum {
                    return Err(twins(last, &part));
                }
            }
            _ => unique.push(part),
        }
    }
    let heads = |part: &DumpPart| {
        let mut head = part.head.clone();
        head.part = 0;
        head
    };
    let first = unique.first();
    if let Some(first) = first
        && let Some(other) = unique.iter().find(|part| heads(part) != heads(first))
    {
        return Err(twins(first, other));
    }
    let last = unique.iter().find(|part| part.end.parts.is_some());
    if let Some(last) = last {
        for part in &unique {
            let at = part.head.part as usize - 1;
            let known = last.end.others.get(at);
            // The last part knows all before it.
            if part.head.part > last.head.part || known.is_some_and(|it| *it != part.checksum) {
                return Err(twins(part, last));
            }
        }
    }
    let parts_known = last.and_then(|part| part.end.parts);
    let given: Vec<u32> = unique.iter().map(|part| part.head.part).collect();
    let highest = parts_known.or(given.last().copied()).unwrap_or(0);
    let missing = (1..=highest).filter(|part| !given.contains(part)).collect();
    let (signed, trusted) = signed_by(&unique, signers, threshold)?;
    let Some(first) = unique.first() else {
        unreachable!("a dump was opened with a part")
    };
    let head = &first.head;
    Ok(OpenedDump {
        summary: DumpSummary {
            id: head.id.clone(),
            mirror: head.mirror.clone(),
            sequence: head.sequence,
            previous: head.previous.clone(),
            created: head.created,
            expires: head.expires,
            given,
            parts: parts_known,
            missing,
            signed,
            trusted,
        },
        parts: unique,
    })
}

/// Who signed all of these parts, and whether each of them has the signatures of `threshold` keys that are trusted. One that
/// does not fit is an error.
fn signed_by(
    parts: &[DumpPart],
    signers: &[Signer],
    threshold: usize,
) -> Result<(Vec<String>, bool)> {
    let mut names = BTreeSet::new();
    let mut trusted = true;
    for part in parts {
        for signature in &part.signatures {
            if !fits(signature, BUNDLE, part.manifest()) {
                let path = part.path.clone();
                return Err(Error::Signing(SigningError::BadSignature(path)));
            }
            let known = signers.iter().find(|signer| signer.key == signature.key);
            names.insert(match known {
                Some(signer) => signer.name.clone(),
                None => signature.key.fingerprint(),
            });
        }
        trusted &= trusted_keys(part, signers) >= threshold;
    }
    Ok((names.into_iter().collect(), trusted))
}

/// How many different keys that are trusted have signed a part.
fn trusted_keys(part: &DumpPart, signers: &[Signer]) -> usize {
    let known = |key| signers.iter().any(|signer| signer.key == key);
    let keys = part.signatures.iter().map(|it| it.key);
    keys.filter(|key| known(*key))
        .collect::<BTreeSet<_>>()
        .len()
}

impl OpenedDump {
    /// An error unless every part is signed by `threshold` of those who are trusted.
    pub fn must_be_trusted(&self, signers: &[Signer], threshold: usize) -> Result<()> {
        for part in &self.parts {
            let path = part.path.clone();
            let Some(first) = part.signatures.first() else {
                return Err(Error::Signing(SigningError::Unsigned(path)));
            };
            let trusted = trusted_keys(part, signers);
            if trusted == 0 {
                let fingerprint = first.key.fingerprint();
                return Err(Error::Signing(SigningError::Untrusted {
                    path,
                    fingerprint,
                }));
            }
            if trusted < threshold {
                return Err(Error::Signing(SigningError::TooFewSignatures {
                    path,
                    trusted,
                    threshold,
                }));
            }
        }
        Ok(())
    }
}
