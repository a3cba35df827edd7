//! The manifest of a dump: what is in it, a line an item, in the order of the payload.
//!
//! ```text
//! cargo-mirror bundle 1 | 2 | 3      2 where something below tells what was removed, 3 where a crate may be `zlib-9`
//! bundle 8f0c…                       32 hexadecimal digits, made at random
//! mirror 11d4…                       which mirror wrote it
//! sequence 1764172800                grows with every dump of that mirror
//! previous 77aa… | -                 the dump before it
//! created 2026-11-26T16:00:00Z
//! expires 2027-02-26T16:00:00Z | -
//! part 1
//! frame zstd 81234 901234 <SHA-256>  how it is stored, bytes as stored, bytes unpacked, SHA-256 of the stored bytes
//! base crates-io serde 1.0.228 <SHA-256> 471040             whose inflated archive the frame refers back to
//! crate crates-io serde 1.0.229 <SHA-256> 81000 1204 <key> zlib-rs-9 0 16 482816
//! line crates-io winapi 0.3.9 <SHA-256> 900 <key>           an index line by itself
//! git git/shared-0123456-89abcdef 512 20480 <SHA-256>       the record, then a tar archive of the tree
//! root 2a9f00c1d2e3f405 300
//! state 1000
//! gone crates-io serde 1.0.227 <SHA-256> 2026-11-20T08:00:00Z   of the last part: a version that was removed, and when
//! other <SHA-256>                    of the last part: the manifest of each part before it, in order
//! end 3 | -                          of the last part: how many parts there are
//! ```
//!
//! The bytes of the items of a frame follow each other without gaps; their lengths are here and nowhere else. The text has
//! one spelling for each content, so what [`Entry::parse`] accepts is what [`Entry`] writes.

use std::fmt;

use crate::model::package::checksum::Sha256;
use crate::model::package::id::CrateId;
use crate::model::units::timestamp::Timestamp;

/// The version of the format, by the first line. A dump is of the lowest that can say what it has to say, so that older
/// programs read it as long as they can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BundleFormat {
    One,
    /// It may tell what was removed.
    Two,
    /// And crates may be packed again as zlib does it.
    Three,
}

impl BundleFormat {
    /// The first line.
    pub fn line(self) -> &'static str {
        match self {
            Self::One => "cargo-mirror bundle 1",
            Self::Two => "cargo-mirror bundle 2",
            Self::Three => "cargo-mirror bundle 3",
        }
    }

    pub fn parse(line: &str) -> Option<Self> {
        [Self::One, Self::Two, Self::Three]
            .into_iter()
            .find(|format| format.line() == line)
    }
}

/// No line is longer: a name, a version and a folder are bounded.
pub const MAX_LINE: usize = 2048;

/// What names a dump, or the mirror that wrote it: 16 random bytes in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BundleId(String);

impl BundleId {
    pub fn of(random: [u8; 16]) -> Self {
        Self(format!("{:032x}", u128::from_be_bytes(random)))
    }

    pub fn parse(text: &str) -> Option<Self> {
        let sound = text.len() == 32 && text.bytes().all(is_hex);
        sound.then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for BundleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)
}

/// What stands before the first frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleHead {
    pub format: BundleFormat,
    pub id: BundleId,
    pub mirror: BundleId,
    pub sequence: u64,
    pub previous: Option<BundleId>,
    pub created: Timestamp,
    pub expires: Option<Timestamp>,
    /// From 1.
    pub part: u32,
}

impl fmt::Display for BundleHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, mirror, sequence) = (&self.id, &self.mirror, self.sequence);
        writeln!(
            f,
            "{}\nbundle {id}\nmirror {mirror}\nsequence {sequence}",
            self.format.line()
        )?;
        match &self.previous {
            Some(previous) => writeln!(f, "previous {previous}")?,
            None => writeln!(f, "previous -")?,
        }
        writeln!(f, "created {}", self.created)?;
        match self.expires {
            Some(expires) => writeln!(f, "expires {expires}")?,
            None => writeln!(f, "expires -")?,
        }
        writeln!(f, "part {}", self.part)
    }
}

/// How the bytes of a frame are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// As they are.
    Plain,
    /// One zstd frame.
    Zstd,
}

/// How a `.crate` is stored. A word never changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// Its own bytes.
    AsIs,
    /// Its tar archive, packed again by zlib-rs at level 9 with the writes of cargo; the last bytes literally.
    ZlibRs9,
    /// Its tar archive and the corrections of preflate 0.7.
    Preflate07,
    /// Its tar archive, packed again by zlib at level 9; the last bytes literally, of which there may be none. From version 3.
    Zlib9,
}

impl Codec {
    pub const ALL: [Self; 4] = [Self::AsIs, Self::ZlibRs9, Self::Preflate07, Self::Zlib9];

    pub fn word(self) -> &'static str {
        match self {
            Self::AsIs => "as-is",
            Self::ZlibRs9 => "zlib-rs-9",
            Self::Preflate07 => "preflate-0.7",
            Self::Zlib9 => "zlib-9",
        }
    }
}

/// A crate of a source, by the source's folder in a mirror.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    pub source: String,
    pub id: CrateId,
    pub checksum: Sha256,
}

impl fmt::Display for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CrateId { name, version } = &self.id;
        write!(f, "{} {name} {version} {}", self.source, self.checksum)
    }
}

/// A frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameEntry {
    pub packing: Packing,
    pub stored: u64,
    pub unpacked: u64,
    pub checksum: Sha256,
}

/// The crate whose archive a frame refers back to, and how long that archive is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseEntry {
    pub of: Listed,
    pub tar: u64,
}

/// An index line: its length, and the first 8 bytes of its SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineEntry {
    pub length: u64,
    pub key: u64,
}

/// A crate with its index line, and how its bytes are stored: `body`, `head` and `side` bytes, then the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrateEntry {
    pub of: Listed,
    /// Of the `.crate`, in bytes.
    pub size: u64,
    pub line: LineEntry,
    pub codec: Codec,
    /// Of the gzip header; 0 where it is the one that cargo writes for this name.
    pub head: u64,
    /// Of the literal end, or of the corrections.
    pub side: u64,
    /// Of the tar archive, or of the `.crate` itself.
    pub body: u64,
}

/// Something in a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    Crate(CrateEntry),
    Line {
        of: Listed,
        line: LineEntry,
    },
    Git {
        folder: String,
        /// Of its record, in bytes.
        record: u64,
        tar: u64,
        /// Of what makes it this tree: the list of its files, or the record where it has no tree.
        checksum: Sha256,
    },
    Root {
        id: String,
        length: u64,
        key: u64,
    },
    State {
        length: u64,
    },
}

impl Item {
    /// How many bytes of the frame it takes; `None` where that is absurd.
    pub fn length(&self) -> Option<u64> {
        match self {
            Self::Crate(it) => {
                let line = it.line.length.checked_add(it.head)?;
                line.checked_add(it.side)?.checked_add(it.body)
            }
            Self::Line { line, .. } => Some(line.length),
            Self::Git { record, tar, .. } => record.checked_add(*tar),
            Self::Root { length, .. } | Self::State { length } => Some(*length),
        }
    }
}

/// A version that the sender has no longer, since it was removed where it was published, and when that was noticed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GoneEntry {
    pub of: Listed,
    pub at: Timestamp,
}

/// What stands after the last frame of a part.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BundleEnd {
    /// Of the last part: what was removed, in order, each once.
    pub gone: Vec<GoneEntry>,
    /// Of the last part: the manifests of those before it.
    pub others: Vec<Sha256>,
    /// Of the last part: how many there are.
    pub parts: Option<u32>,
}

/// One line after the head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    Frame(FrameEntry),
    Base(BaseEntry),
    Item(Item),
    Gone(GoneEntry),
    Other(Sha256),
    End(Option<u32>),
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(frame) => {
                let packing = match frame.packing {
                    Packing::Plain => "plain",
                    Packing::Zstd => "zstd",
                };
                let FrameEntry {
                    stored,
                    unpacked,
                    checksum,
                    ..
                } = frame;
                write!(f, "frame {packing} {stored} {unpacked} {checksum}")
            }
            Self::Base(base) => write!(f, "base {} {}", base.of, base.tar),
            Self::Item(item) => item.fmt(f),
            Self::Gone(gone) => write!(f, "gone {} {}", gone.of, gone.at),
            Self::Other(checksum) => write!(f, "other {checksum}"),
            Self::End(Some(parts)) => write!(f, "end {parts}"),
            Self::End(None) => write!(f, "end -"),
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crate(it) => {
                let LineEntry { length, key } = it.line;
                write!(f, "crate {} {} {length} {key:016x} ", it.of, it.size)?;
                let (codec, head) = (it.codec.word(), it.head);
                write!(f, "{codec} {head} {} {}", it.side, it.body)
            }
            Self::Line { of, line } => write!(f, "line {of} {} {:016x}", line.length, line.key),
            Self::Git {
                folder,
                record,
                tar,
                checksum,
            } => write!(f, "git {folder} {record} {tar} {checksum}"),
            Self::Root { id, length, key } => write!(f, "root {id} {length} {key:016x}"),
            Self::State { length } => write!(f, "state {length}"),
        }
    }
}

impl Entry {
    /// The first version of the format that has it.
    pub fn since(&self) -> BundleFormat {
        match self {
            Self::Item(Item::Crate(it)) if it.codec == Codec::Zlib9 => BundleFormat::Three,
            Self::Gone(_) => BundleFormat::Two,
            _ => BundleFormat::One,
        }
    }

    /// Reads one line. `None` where it says nothing of this format, or not as [`Entry`] writes it.
    pub fn parse(line: &str) -> Option<Self> {
        if line.len() > MAX_LINE {
            return None;
        }
        let words: Vec<&str> = line.split(' ').collect();
        let entry = match *words.as_slice() {
            ["frame", packing, stored, unpacked, checksum] => Self::Frame(FrameEntry {
                packing: match packing {
                    "plain" => Packing::Plain,
                    "zstd" => Packing::Zstd,
                    _ => return None,
                },
                stored: stored.parse().ok()?,
                unpacked: unpacked.parse().ok()?,
                checksum: Sha256::parse(checksum).ok()?,
            }),
            ["base", source, name, version, checksum, tar] => Self::Base(BaseEntry {
                of: listed(source, name, version, checksum)?,
                tar: tar.parse().ok()?,
            }),
            ["gone", source, name, version, checksum, at] => Self::Gone(GoneEntry {
                of: listed(source, name, version, checksum)?,
                at: Timestamp::parse(at)?,
            }),
            ["other", checksum] => Self::Other(Sha256::parse(checksum).ok()?),
            ["end", "-"] => Self::End(None),
            ["end", parts] => Self::End(Some(parts.parse().ok()?)),
            _ => Self::Item(item(&words)?),
        };
        // One spelling for each content.
        (entry.to_string() == line).then_some(entry)
    }
}

fn item(words: &[&str]) -> Option<Item> {
    let key = |digits: &str| u64::from_str_radix(digits, 16).ok();
    Some(match *words {
        [
            "crate",
            source,
            name,
            version,
            checksum,
            crate_size,
            line,
            digits,
            codec,
            head,
            side,
            body,
        ] => Item::Crate(CrateEntry {
            of: listed(source, name, version, checksum)?,
            size: crate_size.parse().ok()?,
            line: LineEntry {
                length: line.parse().ok()?,
                key: key(digits)?,
            },
            codec: Codec::ALL.into_iter().find(|it| it.word() == codec)?,
            head: head.parse().ok()?,
            side: side.parse().ok()?,
            body: body.parse().ok()?,
        }),
        ["line", source, name, version, checksum, length, digits] => Item::Line {
            of: listed(source, name, version, checksum)?,
            line: LineEntry {
                length: length.parse().ok()?,
                key: key(digits)?,
            },
        },
        ["git", folder, record, tar, checksum] => Item::Git {
            folder: is_source(folder, "git/").then(|| folder.to_owned())?,
            record: record.parse().ok()?,
            tar: tar.parse().ok()?,
            checksum: Sha256::parse(checksum).ok()?,
        },
        ["root", id, length, digits] => Item::Root {
            id: (id.len() == 16 && id.bytes().all(is_hex)).then(|| id.to_owned())?,
            length: length.parse().ok()?,
            key: key(digits)?,
        },
        ["state", length] => Item::State {
            length: length.parse().ok()?,
        },
        _ => return None,
    })
}

fn listed(source: &str, name: &str, version: &str, checksum: &str) -> Option<Listed> {
    Some(Listed {
        source: is_registry(source).then(|| source.to_owned())?,
        id: CrateId::parse(name, version).ok()?,
        checksum: Sha256::parse(checksum).ok()?,
    })
}

/// Whether this is the folder that a registry has in a mirror.
pub fn is_registry(folder: &str) -> bool {
    folder == "crates-io" || is_source(folder, "registries/")
}

/// One level below the folder `start`, of characters that any file system takes, and not hidden. Windows leaves dots at the end out.
fn is_source(folder: &str, start: &str) -> bool {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    folder.strip_prefix(start).is_some_and(|name| {
        let at_ends = name.starts_with('.') || name.ends_with('.');
        (1..=255).contains(&name.len()) && !at_ends && name.bytes().all(safe)
    })
}
