//! Modification times that say something: the seal and the mark of a `.crate`.

use std::fs::Metadata;
use std::time::{Duration, SystemTime};

use crate::model::package::checksum::Sha256;
use crate::model::units::timestamp::Timestamp;

/// The seal of these bytes as a timestamp (`Last-Modified` of the crate): equal on every mirror.
pub fn time_of(checksum: &Sha256) -> Timestamp {
    seal(checksum).into()
}

/// How much is read at once when a file is hashed or copied.
pub const BUFFER: usize = 64 << 10;

/// Where cargo, too, sets its clock for files without a time (2006-07-24).
const BASE: u64 = 1_153_704_088;

/// The modification time that says "a run has this in hand": a second in July 2006, before all seals.
pub fn mark() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(BASE - 1_000_000)
}

/// The modification time that says "hashed, and these are the bytes": a second in 2006 or 2007, from the checksum's first
/// 24 bits. Even seconds only, so that FAT and its relatives on USB disks keep it.
pub fn seal(checksum: &Sha256) -> SystemTime {
    let bits = checksum.as_bytes()[..3]
        .iter()
        .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    SystemTime::UNIX_EPOCH + Duration::from_secs(BASE + 2 * bits)
}

/// What a modification time says of a `.crate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seal {
    Right,
    /// The seal of other bytes.
    Wrong,
    None,
}

/// What the modification time says.
pub fn seal_state(meta: &Metadata, checksum: &Sha256) -> Seal {
    let Ok(time) = meta.modified() else {
        return Seal::None;
    };
    let zero = Sha256::parse(&"0".repeat(64)).map(|zero| seal(&zero));
    let last = Sha256::parse(&"f".repeat(64)).map(|last| seal(&last));
    match (zero, last) {
        _ if time == seal(checksum) => Seal::Right,
        (Ok(first), Ok(last)) if (first..=last).contains(&time) => {
            let since = time.duration_since(first).unwrap_or_default();
            if since.subsec_nanos() == 0 && since.as_secs() % 2 == 0 {
                Seal::Wrong
            } else {
                Seal::None
            }
        }
        _ => Seal::None,
    }
}

/// Whether a run had it in hand: it was about to get its line, or to lose it, and to go.
pub fn is_marked(meta: &Metadata) -> bool {
    meta.modified().is_ok_and(|time| time == mark())
}

/// When anything about the file last changed. Modification times are seals here, so only systems that keep a time of
/// change apart from it can tell.
#[cfg(unix)]
pub fn changed_since(meta: &Metadata, since: SystemTime) -> bool {
    use std::os::unix::fs::MetadataExt;
    let seconds = u64::try_from(meta.ctime()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds + 1) >= since
}

#[cfg(not(unix))]
pub fn changed_since(_meta: &Metadata, _since: SystemTime) -> bool {
    true
}
