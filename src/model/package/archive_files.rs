//! The files of a package, one after another, as its `.crate` has them: for looking into it without unpacking anything.

use std::cell::Cell;
use std::io::{self, BufReader, Read};

use crate::model::package::archive::{BadPackage, bomb_or, check_kind, inner_path};
use crate::model::package::archive_bounds::{Bounded, MAX_HEADERS, unpacked_limit};
use crate::model::package::id::CrateId;

/// A longer path cannot be unpacked, in bytes (`PATH_MAX` of Linux). Archives may hold some of a megabyte.
const MAX_PATH: usize = 4096;

/// One regular file of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Within the package, with `/`.
    pub path: String,
    /// In bytes.
    pub size: u64,
}

/// Whether a reader wants more files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    On,
    Enough,
}

/// Shows every file of an archive of `size` compressed bytes to `look`, in the order of the archive, until it has seen
/// enough. What [`crate::model::package::archive::read`] refuses is refused here as soon as it is met.
pub fn look_through(
    archive: impl Read,
    size: u64,
    id: &CrateId,
    mut look: impl FnMut(&Member, &mut dyn Read) -> io::Result<Next>,
) -> Result<(), BadPackage> {
    let folder = format!("{}-{}", id.name, id.version);
    let limit = unpacked_limit(size);
    let until_entry = Cell::new(MAX_HEADERS);
    let inner = flate2::bufread::GzDecoder::new(BufReader::new(archive));
    let mut tar = tar::Archive::new(Bounded::new(inner, limit, &until_entry));
    let mut entries = tar.entries()?;
    loop {
        until_entry.set(MAX_HEADERS);
        let Some(entry) = entries.next() else {
            return Ok(());
        };
        until_entry.set(u64::MAX);
        let mut entry = entry.map_err(|cause| bomb_or(cause, limit))?;
        let length = entry.path_bytes().len();
        if length > MAX_PATH {
            let said = format!(
                "it holds a path of {length} bytes, and no system takes more than {MAX_PATH}"
            );
            return Err(io::Error::new(io::ErrorKind::InvalidData, said).into());
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        check_kind(&mut entry, &name, limit)?;
        let Some(path) = inner_path(&name, &folder) else {
            return Err(BadPackage::Outside {
                entry: name,
                folder,
            });
        };
        if entry.header().entry_type().is_file() {
            let member = Member {
                path: path.to_owned(),
                size: entry.size(),
            };
            let next = look(&member, &mut entry).map_err(|cause| bomb_or(cause, limit))?;
            if next == Next::Enough {
                return Ok(());
            }
        }
        io::copy(&mut entry, &mut io::sink()).map_err(|cause| bomb_or(cause, limit))?;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn archive(files: &[(&str, &str)]) -> Vec<u8> {
        let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut tar = tar::Builder::new(gzip);
        for (path, text) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
            header.set_mode(0o644);
            header.set_cksum();
            tar.append(&header, text.as_bytes()).unwrap();
        }
        let mut gzip = tar.into_inner().unwrap();
        gzip.flush().unwrap();
        gzip.finish().unwrap()
    }

    fn paths(bytes: &[u8], enough: &str) -> Result<Vec<String>, BadPackage> {
        let id = CrateId::parse("foo", "1.0.0").unwrap();
        let mut seen = Vec::new();
        look_through(bytes, bytes.len() as u64, &id, |member, text| {
            let mut read = String::new();
            text.read_to_string(&mut read)?;
            assert_eq!(read.len() as u64, member.size);
            seen.push(format!("{} {read}", member.path));
            Ok(if member.path == enough {
                Next::Enough
            } else {
                Next::On
            })
        })?;
        Ok(seen)
    }

    #[test]
    fn files_are_seen_until_it_is_enough() {
        let bytes = archive(&[
            ("foo-1.0.0/Cargo.toml", "a"),
            ("foo-1.0.0/src/lib.rs", "b"),
            ("foo-1.0.0/z", "c"),
        ]);
        assert_eq!(
            paths(&bytes, "").unwrap(),
            ["Cargo.toml a", "src/lib.rs b", "z c"]
        );
        assert_eq!(paths(&bytes, "Cargo.toml").unwrap(), ["Cargo.toml a"]);
    }

    #[test]
    fn paths_that_no_system_takes_are_refused() {
        let with = |length: usize| {
            let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            let mut tar = tar::Builder::new(gzip);
            let mut header = tar::Header::new_gnu();
            header.set_size(0);
            header.set_mode(0o644);
            let path = format!("foo-1.0.0/{}", "d/".repeat(length / 4));
            let path = format!("{path}{}", "f".repeat(length - path.len()));
            assert_eq!(path.len(), length);
            tar.append_data(&mut header, path, io::empty()).unwrap();
            tar.into_inner().unwrap().finish().unwrap()
        };
        assert_eq!(paths(&with(MAX_PATH), "").unwrap().len(), 1);
        assert!(paths(&with(MAX_PATH + 1), "").is_err());
    }

    #[test]
    fn what_lies_outside_is_refused() {
        for path in [
            "evil",
            "foo-1.0.0/../evil",
            "/foo-1.0.0/evil",
            "foo-1.0.0/..\\evil",
        ] {
            let bytes = archive(&[("foo-1.0.0/a", ""), (path, "")]);
            assert!(
                matches!(paths(&bytes, ""), Err(BadPackage::Outside { .. })),
                "{path}"
            );
        }
        assert!(paths(b"<html>", "").is_err());
    }
}
