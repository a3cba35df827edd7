//! A `.crate` taken apart into its tar archive and what it takes to pack that again to the very bytes, and put together.
//!
//! ```text
//! gzip header   what cargo writes, or literally
//! deflate       zlib-rs at level 9 with cargo's own writes, whose output depends on how it is fed (`pieces`); the last bytes
//!               are kept literally, because versions of zlib-rs end a stream differently
//!               else zlib at level 9 (`zlib`), if that is it to the bit
//!               else preflate: what is not as another encoder would have done it
//! gzip trailer  computed
//! ```
//!
//! What none of them can repeat is kept as it is. Taking apart includes putting together: what comes out is known to be right.

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc, Decompress, FlushDecompress, Status};
use preflate_rs::{PreflateConfig, preflate_whole_deflate_stream, recreate_whole_deflate_stream};

use crate::io::bundle::tar_writes::pieces;
use crate::io::bundle::zlib;
use crate::model::bundle::manifest::Codec;
use crate::model::package::id::CrateId;

/// The trailer of a gzip file: CRC-32 and length, in bytes.
const TRAILER: usize = 8;
/// At least so much of the end is kept literally, in bytes.
const MIN_TAIL: usize = 16;
/// An end of so many bytes is surely the same encoder's.
const SHORT_TAIL: usize = 64;
/// An encoder that differs earlier than so many bytes before the end is another one.
const MAX_TAIL: usize = 8 << 10;

/// What it takes to put a crate together, besides its archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    pub codec: Codec,
    /// The gzip header; empty where it is what cargo writes.
    pub head: Vec<u8>,
    /// The literal end of the deflate stream, or the corrections.
    pub side: Vec<u8>,
}

/// Takes a crate apart; its archive is appended to `out`. `None`: it is kept as it is, and nothing is appended. An archive of
/// more than `limit` bytes is not unpacked.
pub fn take_apart(id: &CrateId, bytes: &[u8], limit: usize, out: &mut Vec<u8>) -> Option<Recipe> {
    let start = out.len();
    let recipe = unpack(bytes, limit, out).and_then(|(header, deflate)| {
        let tar = &out[start..];
        let (codec, side) = recipe(deflate, tar)?;
        let head = if header == standard_head(id) {
            Vec::new()
        } else {
            header.to_vec()
        };
        Some(Recipe { codec, head, side })
    });
    if recipe.is_none() {
        out.truncate(start);
    }
    recipe
}

fn recipe(deflate: &[u8], tar: &[u8]) -> Option<(Codec, Vec<u8>)> {
    match tail(deflate, tar) {
        Some(tail) if tail.len() <= SHORT_TAIL => Some((Codec::ZlibRs9, tail)),
        _ if is_of_zlib(deflate, tar) => Some((Codec::Zlib9, Vec::new())),
        tail => match (corrections(deflate, tar), tail) {
            (Some(side), tail) if tail.as_ref().is_none_or(|it| it.len() > side.len()) => {
                Some((Codec::Preflate07, side))
            }
            // A small crate of another encoder may be all literal end: it is better off as it is.
            (_, Some(tail)) if tail.len() <= deflate.len() / 2 => Some((Codec::ZlibRs9, tail)),
            _ => None,
        },
    }
}

/// The tar archive of a crate, for others to refer back to. `None` where it is no gzip file, or too large.
pub fn tar_of(bytes: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut tar = Vec::new();
    unpack(bytes, limit, &mut tar)?;
    Some(tar)
}

/// How large the archive of a gzip file claims to be, by its last bytes.
pub fn claimed_length(bytes: [u8; 4]) -> u64 {
    u64::from(u32::from_le_bytes(bytes))
}

/// Puts a crate of so many bytes together. The caller compares its checksum.
pub fn put_together(
    id: &CrateId,
    codec: Codec,
    (body, head, side): (&[u8], &[u8], &[u8]),
    length_of_all: usize,
) -> io::Result<Vec<u8>> {
    if codec == Codec::AsIs {
        return Ok(body.to_vec());
    }
    let standard;
    let head = if head.is_empty() {
        standard = standard_head(id);
        &standard
    } else {
        head
    };
    let length = length_of_all.checked_sub(head.len() + TRAILER);
    let length = length.ok_or_else(|| bad("it is smaller than its header"))?;
    let mut whole = head.to_vec();
    whole.reserve_exact(length + TRAILER);
    if codec == Codec::Preflate07 {
        let made = recreate(body, side)?;
        if made.len() != length {
            return Err(bad("its archive is packed to another length"));
        }
        whole.extend_from_slice(&made);
    } else {
        let before = length.checked_sub(side.len());
        let before = before.ok_or_else(|| bad("its end is longer than itself"))?;
        let prefix = Prefix::new(before);
        let made = match codec {
            Codec::Zlib9 => zlib::deflate(body, prefix)?,
            _ => deflate_as_cargo(body, prefix)?,
        };
        if made.bytes.len() != before {
            return Err(bad("its archive is packed shorter than it was"));
        }
        whole.extend_from_slice(&made.bytes);
        whole.extend_from_slice(side);
    }
    let mut crc = Crc::new();
    crc.update(body);
    whole.extend(crc.sum().to_le_bytes());
    whole.extend(crc.amount().to_le_bytes());
    Ok(whole)
}

fn bad(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// What cargo writes before the deflate stream (since December 2017).
fn standard_head(id: &CrateId) -> Vec<u8> {
    let mut head = vec![0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 2, 0xff];
    head.extend(id.file_name().bytes());
    head.push(0);
    head
}

/// Header and deflate stream of a gzip file that is nothing else; what is in it is appended to `out`.
fn unpack<'b>(bytes: &'b [u8], limit: usize, out: &mut Vec<u8>) -> Option<(&'b [u8], &'b [u8])> {
    let header = head_length(bytes)?;
    let trailer: [u8; TRAILER] = *bytes.last_chunk()?;
    let claimed = claimed_length([trailer[4], trailer[5], trailer[6], trailer[7]]);
    let claimed = usize::try_from(claimed).ok().filter(|it| *it <= limit)?;
    let packed = bytes.get(header..bytes.len() - TRAILER)?;
    let start = out.len();
    // Room for one byte more, so that a stream which claims too little is found out. Not by `decompress_vec`, which fills all
    // that a vector has room for with zeros first.
    out.resize(start + claimed + 1, 0);
    let mut inflate = Decompress::new(false);
    let status = inflate.decompress(packed, &mut out[start..], FlushDecompress::Finish);
    let length = usize::try_from(inflate.total_out()).ok()?;
    out.truncate(start + length);
    let tar = &out[start..];
    let whole = status.ok()? == Status::StreamEnd
        && inflate.total_in() == packed.len() as u64
        && tar.len() == claimed;
    let mut crc = Crc::new();
    crc.update(tar);
    let sound = crc.sum().to_le_bytes() == trailer[..4];
    (whole && sound).then_some((&bytes[..header], packed))
}

/// The length of a gzip header (RFC 1952).
fn head_length(bytes: &[u8]) -> Option<usize> {
    const CHECKED: u8 = 2;
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    let flags = *bytes.get(3)?;
    if bytes[..3] != [0x1f, 0x8b, 8] {
        return None;
    }
    let mut at = 10;
    if flags & EXTRA != 0 {
        let length = bytes.get(at..at + 2)?;
        at += 2 + usize::from(u16::from_le_bytes([length[0], length[1]]));
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            at += memchr::memchr(0, bytes.get(at..)?)? + 1;
        }
    }
    if flags & CHECKED != 0 {
        at += 2;
    }
    (at + TRAILER <= bytes.len()).then_some(at)
}

/// The end of a deflate stream that differs from what zlib-rs makes of the archive. `None`: too much does.
fn tail(deflate: &[u8], tar: &[u8]) -> Option<Vec<u8>> {
    let made = deflate_as_cargo(tar, Compare::new(deflate, MAX_TAIL)).ok()?;
    let same = made.same.min(deflate.len().saturating_sub(MIN_TAIL));
    (deflate.len() - same <= MAX_TAIL.max(MIN_TAIL)).then(|| deflate[same..].to_vec())
}

/// Whether zlib makes this stream of the archive.
fn is_of_zlib(deflate: &[u8], tar: &[u8]) -> bool {
    let made = zlib::deflate(tar, Compare::new(deflate, 0));
    made.is_ok_and(|made| made.same == deflate.len() && made.at == deflate.len())
}

/// Packs an archive as cargo does since April 2025: level 9, written in the same pieces.
fn deflate_as_cargo<W: Write>(tar: &[u8], sink: W) -> io::Result<W> {
    let mut encoder = DeflateEncoder::new(sink, Compression::best());
    for piece in pieces(tar) {
        encoder.write_all(piece)?;
    }
    encoder.finish()
}

/// Keeps the first bytes that are written to it.
struct Prefix {
    bytes: Vec<u8>,
    wanted: usize,
}

impl Prefix {
    fn new(wanted: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(wanted),
            wanted,
        }
    }
}

impl Write for Prefix {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let lacking = (self.wanted - self.bytes.len()).min(bytes.len());
        self.bytes.extend_from_slice(&bytes[..lacking]);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Compares what is written to it, and has enough once it is clear that this is another encoder's.
struct Compare<'a> {
    expected: &'a [u8],
    at: usize,
    /// How many bytes from the start are the same.
    same: usize,
    /// How many bytes at the end may differ.
    tail: usize,
}

impl<'a> Compare<'a> {
    fn new(expected: &'a [u8], tail: usize) -> Self {
        Self {
            expected,
            at: 0,
            same: 0,
            tail,
        }
    }
}

impl Write for Compare<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.same == self.at {
            let expected = self.expected.get(self.at..).unwrap_or_default();
            let same = bytes
                .iter()
                .zip(expected)
                .take_while(|(one, other)| one == other);
            self.same += same.count();
        }
        self.at += bytes.len();
        let left = self.expected.len() - self.same;
        if self.same != self.at && left > self.tail {
            return Err(bad("another encoder"));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Preflate's corrections for a stream; `None` if they are too large or do not reproduce it bit for bit.
fn corrections(deflate: &[u8], tar: &[u8]) -> Option<Vec<u8>> {
    let config = PreflateConfig {
        plain_text_limit: tar.len() + (1 << 20),
        // It is tried out here, all of it and as it will be done.
        verify_compression: false,
        ..PreflateConfig::default()
    };
    let analysed = catch_unwind(|| preflate_whole_deflate_stream(deflate, &config));
    let (result, plain) = analysed.ok()?.ok()?;
    let same = result.compressed_size == deflate.len() && plain.text() == tar;
    let corrections = result.corrections;
    // More than that, and the bytes themselves are better.
    let worth_it = same && corrections.len() <= deflate.len() / 4 + 1024;
    drop(plain);
    (worth_it && recreate(tar, &corrections).ok()? == deflate).then_some(corrections)
}

/// Preflate is made for sound input: whatever else it does with a stranger's corrections is an error here.
fn recreate(tar: &[u8], corrections: &[u8]) -> io::Result<Vec<u8>> {
    let made = catch_unwind(AssertUnwindSafe(|| {
        recreate_whole_deflate_stream(tar, corrections)
    }));
    match made {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(cause)) => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("its corrections cannot be applied: {cause}"),
        )),
        Err(_) => Err(bad("its corrections make no sense")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every `.crate` of cargo's cache on this machine comes back to the bit.
    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "a test, which looks at the machine it runs on"
    )]
    fn crates_of_this_machine_come_back_to_the_bit() {
        let home = std::env::var_os("CARGO_HOME").map(std::path::PathBuf::from);
        let user = crate::io::fs::platform::home_folder().map(|home| home.join(".cargo"));
        let mut paths = Vec::new();
        for home in home.into_iter().chain(user) {
            for registry in std::fs::read_dir(home.join("registry/cache"))
                .into_iter()
                .flatten()
            {
                let files = std::fs::read_dir(registry.unwrap().path())
                    .into_iter()
                    .flatten();
                paths.extend(files.map(|file| file.unwrap().path()));
            }
        }
        paths.sort();
        paths.dedup();
        if std::env::var("CARGO_MIRROR_TESTS").as_deref() != Ok("full") {
            let step = (paths.len() / 40).max(1);
            paths = paths.into_iter().step_by(step).collect();
        }
        let outcomes = crate::io::fs::parallel::on_all_cores(&paths, |path| {
            let name = path.file_name()?.to_str()?;
            let id = CrateId::of_file_name(name).find(|id| id.file_name() == name)?;
            let bytes = std::fs::read(path).unwrap();
            let mut tar = Vec::new();
            let Some(recipe) = take_apart(&id, &bytes, 80 << 20, &mut tar) else {
                return Some((Codec::AsIs, 0, name.to_owned()));
            };
            let Recipe { codec, head, side } = &recipe;
            let again = put_together(&id, *codec, (&tar, head, side), bytes.len()).unwrap();
            assert!(again == bytes, "{name} with {}", codec.word());
            Some((*codec, side.len(), name.to_owned()))
        });
        let mut counts = [0; Codec::ALL.len()];
        for (codec, side, name) in outcomes.into_iter().flatten() {
            counts[codec as usize] += 1;
            if codec == Codec::AsIs || side > 64 {
                eprintln!("{name}: {} {side}", codec.word());
            }
        }
        eprintln!("as they are, zlib-rs, preflate, zlib: {counts:?}");
    }
}
