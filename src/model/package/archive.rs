//! What is inside a `.crate`: a gzipped tar, read as cargo reads it.
//!
//! Read with bounds, because the bytes may be a stranger's. Cargo decompresses the first member of the gzip stream and no
//! more, so an archive with a second member can show other files to a reader that goes on than to cargo: nothing may
//! follow the first. Cargo 1.96 and later refuse every entry that is not a regular file or a folder (CVE-2026-5223);
//! earlier ones unpack links and can be made to write elsewhere.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Component, Path};

use crate::model::package::archive_bounds::{Bounded, MAX_HEADERS, is_bomb, unpacked_limit};
use crate::model::package::archive_names::{Names, Twin};
use crate::model::package::id::CrateId;
use crate::model::text::printable;

/// How large a manifest or a lockfile inside an archive may be.
const MAX_FILE: u64 = 16 << 20;

/// Why cargo would not, or should not, unpack an archive.
#[derive(Debug, thiserror::Error)]
pub enum BadPackage {
    #[error("it is not a gzipped tar archive: {0}")]
    Archive(#[from] io::Error),
    #[error("it holds `{}`, which is a {kind}", printable(.entry))]
    Kind { entry: String, kind: &'static str },
    #[error("it holds `{}`, which lies outside `{folder}/`", printable(.entry))]
    Outside { entry: String, folder: String },
    #[error("it unpacks to more than {limit} bytes")]
    Bomb { limit: u64 },
    #[error("its `{entry}` is larger than {limit} bytes")]
    Text { entry: &'static str, limit: u64 },
    #[error("{0} follows what cargo reads of it")]
    Trailing(&'static str),
    #[error("it holds `{}` twice", printable(.entry))]
    Twice { entry: String },
    #[error(
        "it holds `{}` twice, in upper and lower case: on some file systems they are one file",
        printable(.entry)
    )]
    CaseTwins { entry: String },
    #[error("it holds `{}`, whose name is not UTF-8", printable(.entry))]
    NotUtf8 { entry: String },
    #[error("it holds `{}` with two different sizes", printable(.entry))]
    TwoSizes { entry: String },
}

/// The texts of a package that say what it is.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Contents {
    pub manifest: Option<String>,
    pub lockfile: Option<String>,
    /// Whether there is a program to install: `src/main.rs`, something under `src/bin/`, or a `[[bin]]` table.
    pub has_binary: bool,
    /// How many files and folders there are.
    pub entries: u64,
    /// Entries that may be there by mistake, if they were asked for: `.env`, private keys, names that Windows cannot have.
    pub suspicious: Vec<String>,
}

/// Walks a whole archive of `size` compressed bytes and checks every entry, as a careful registry would before it takes
/// it: besides what [`read`] refuses, no file may occur twice, not even in upper and lower case, and names are UTF-8.
pub fn check(archive: impl Read, size: u64, id: &CrateId) -> Result<Contents, BadPackage> {
    walk(archive, size, id, Some(Names::in_any_case()))
}

/// The same but for names that differ in case only: crates.io has taken such crates, and cargo unpacks them.
pub fn inspect(archive: impl Read, size: u64, id: &CrateId) -> Result<Contents, BadPackage> {
    walk(archive, size, id, Some(Names::default()))
}

/// The same with no more refused than what cargo refuses, or reads otherwise than other programs do: the archives that
/// registries have taken in years past must stay usable.
pub fn read(archive: impl Read, size: u64, id: &CrateId) -> Result<Contents, BadPackage> {
    walk(archive, size, id, None)
}

fn walk(
    archive: impl Read,
    size: u64,
    id: &CrateId,
    mut names: Option<Names>,
) -> Result<Contents, BadPackage> {
    let folder = format!("{}-{}", id.name, id.version);
    let limit = unpacked_limit(size);
    let mut contents = Contents::default();
    let until_entry = Cell::new(MAX_HEADERS);
    let inner = flate2::bufread::GzDecoder::new(BufReader::new(archive));
    let mut tar = tar::Archive::new(Bounded::new(inner, limit, &until_entry));
    let mut entries = tar.entries()?;
    loop {
        until_entry.set(MAX_HEADERS);
        let Some(entry) = entries.next() else {
            break;
        };
        until_entry.set(u64::MAX);
        contents.entries += 1;
        let mut entry = entry.map_err(|cause| bomb_or(cause, limit))?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let kind = entry.header().entry_type();
        check_kind(&mut entry, &name, limit)?;
        let Some(inner) = inner_path(&name, &folder).map(str::to_owned) else {
            return Err(BadPackage::Outside {
                entry: name,
                folder,
            });
        };
        if let Some(names) = &mut names {
            if std::str::from_utf8(&entry.path_bytes()).is_err() {
                return Err(BadPackage::NotUtf8 { entry: name });
            }
            match names.add(&name, kind.is_dir()) {
                None => {}
                Some(Twin::Same) => return Err(BadPackage::Twice { entry: name }),
                Some(Twin::InAnotherCase) => return Err(BadPackage::CaseTwins { entry: name }),
            }
        }
        match inner.as_str() {
            "Cargo.lock" => contents.lockfile = Some(read_text(&mut entry, "Cargo.lock", limit)?),
            "Cargo.toml" => {
                let manifest = read_text(&mut entry, "Cargo.toml", limit)?;
                contents.has_binary |= manifest.lines().any(|line| line.trim() == "[[bin]]");
                contents.manifest = Some(manifest);
            }
            _ => contents.has_binary |= inner == "src/main.rs" || inner.starts_with("src/bin/"),
        }
        io::copy(&mut entry, &mut io::sink()).map_err(|cause| bomb_or(cause, limit))?;
    }
    until_entry.set(u64::MAX);
    nothing_follows(tar.into_inner(), limit)?;
    contents.suspicious = names.map(Names::suspicious).unwrap_or_default();
    Ok(contents)
}

/// The path of an entry within its package. `None`: it lies outside.
pub(super) fn inner_path<'a>(name: &'a str, folder: &str) -> Option<&'a str> {
    let mut components = Path::new(name).components();
    let inside = components
        .next()
        .is_some_and(|first| first.as_os_str() == folder)
        && components.all(|component| matches!(component, Component::Normal(_)))
        && !name.contains('\\')
        && !name.contains('\0');
    inside.then(|| name[folder.len()..].trim_start_matches('/'))
}

/// Only regular files and folders, of one size each.
pub(super) fn check_kind(
    entry: &mut tar::Entry<'_, impl Read>,
    name: &str,
    limit: u64,
) -> Result<(), BadPackage> {
    let kind = entry.header().entry_type();
    let refused = |kind| {
        Err(BadPackage::Kind {
            entry: name.to_owned(),
            kind,
        })
    };
    if !(kind.is_file() || kind.is_dir()) {
        return refused(kind_name(kind));
    }
    let size = entry.header().size()?;
    let extensions = entry.pax_extensions();
    let extensions = extensions.map_err(|cause| bomb_or(cause, limit))?;
    for extension in extensions.into_iter().flatten() {
        let extension = extension?;
        // Some readers go by the header, others by the extension.
        if extension.key_bytes() == b"size"
            && extension.value_bytes() != size.to_string().as_bytes()
        {
            return Err(BadPackage::TwoSizes {
                entry: name.to_owned(),
            });
        }
        if extension.key_bytes().starts_with(b"GNU.sparse.") {
            return refused("sparse file");
        }
    }
    Ok(())
}

/// After the end of the tar archive there is padding and no more, and after the first gzip member nothing.
fn nothing_follows<R: Read>(
    mut tar: Bounded<'_, flate2::bufread::GzDecoder<BufReader<R>>>,
    limit: u64,
) -> Result<(), BadPackage> {
    let mut buffer = [0; 4096];
    loop {
        match tar.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) if buffer[..read].iter().all(|byte| *byte == 0) => {}
            Ok(_) => return Err(BadPackage::Trailing("more than padding")),
            Err(cause) => return Err(bomb_or(cause, limit)),
        }
    }
    match tar.inner.into_inner().fill_buf()? {
        [] => Ok(()),
        [0x1f, 0x8b, ..] => Err(BadPackage::Trailing("a second gzip member")),
        _ => Err(BadPackage::Trailing("other data")),
    }
}

fn read_text(entry: &mut impl Read, name: &'static str, limit: u64) -> Result<String, BadPackage> {
    let mut text = Vec::new();
    entry
        .take(MAX_FILE + 1)
        .read_to_end(&mut text)
        .map_err(|cause| bomb_or(cause, limit))?;
    if text.len() as u64 > MAX_FILE {
        return Err(BadPackage::Text {
            entry: name,
            limit: MAX_FILE,
        });
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Why the tar reader failed: a bound was reached, or it is no archive.
pub(super) fn bomb_or(cause: io::Error, limit: u64) -> BadPackage {
    if is_bomb(&cause) {
        BadPackage::Bomb { limit }
    } else {
        BadPackage::Archive(cause)
    }
}

fn kind_name(kind: tar::EntryType) -> &'static str {
    match kind {
        tar::EntryType::Symlink => "symbolic link",
        tar::EntryType::Link => "hard link",
        tar::EntryType::Char | tar::EntryType::Block => "device",
        tar::EntryType::Fifo => "named pipe",
        tar::EntryType::GNUSparse => "sparse file",
        tar::EntryType::Continuous => "contiguous file",
        _ => "special entry",
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn id() -> CrateId {
        CrateId::parse("foo", "1.0.0").unwrap()
    }

    fn archive(
        build: impl FnOnce(&mut tar::Builder<flate2::write::GzEncoder<Vec<u8>>>),
    ) -> Vec<u8> {
        let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut tar = tar::Builder::new(gzip);
        build(&mut tar);
        tar.into_inner().unwrap().finish().unwrap()
    }

    fn file(tar: &mut tar::Builder<impl Write>, path: &str, text: &str) {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        // `set_path` refuses what we want to test.
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_mode(0o644);
        header.set_cksum();
        tar.append(&header, text.as_bytes()).unwrap();
    }

    fn checked(bytes: &[u8]) -> Result<Contents, BadPackage> {
        check(bytes, bytes.len() as u64, &id())
    }

    fn both(bytes: &[u8]) -> [Result<Contents, BadPackage>; 2] {
        [checked(bytes), read(bytes, bytes.len() as u64, &id())]
    }

    #[test]
    fn a_sound_package_says_what_it_is() {
        let bytes = archive(|tar| {
            file(tar, "foo-1.0.0/Cargo.toml", "[package]\n[[bin]]\n");
            file(tar, "foo-1.0.0/Cargo.lock", "version = 4\n");
        });
        let contents = checked(&bytes).unwrap();
        assert!(contents.has_binary);
        assert_eq!(contents.lockfile.as_deref(), Some("version = 4\n"));
        let library = archive(|tar| file(tar, "foo-1.0.0/src/lib.rs", ""));
        assert!(!checked(&library).unwrap().has_binary);
    }

    #[test]
    fn links_and_devices_are_refused() {
        for (kind, said) in [
            (tar::EntryType::Symlink, "symbolic link"),
            (tar::EntryType::Link, "hard link"),
            (tar::EntryType::Char, "device"),
            (tar::EntryType::Fifo, "named pipe"),
        ] {
            let bytes = archive(|tar| {
                let mut header = tar::Header::new_gnu();
                header.set_entry_type(kind);
                header.set_size(0);
                tar.append_link(&mut header, "foo-1.0.0/evil", "../../bar-1.0.0/src/lib.rs")
                    .unwrap();
            });
            let error = checked(&bytes).unwrap_err().to_string();
            assert!(
                error.contains(said) && error.contains("foo-1.0.0/evil"),
                "{error}"
            );
        }
    }

    #[test]
    fn only_regular_files_and_folders_are_let_through() {
        for (kind, said) in [
            (tar::EntryType::Continuous, "contiguous file"),
            (tar::EntryType::new(b'Z'), "special entry"),
        ] {
            let bytes = archive(|tar| {
                let mut header = tar::Header::new_gnu();
                header.set_entry_type(kind);
                header.set_size(0);
                header.set_path("foo-1.0.0/odd").unwrap();
                header.set_cksum();
                tar.append(&header, io::empty()).unwrap();
            });
            for refused in both(&bytes) {
                let error = refused.unwrap_err();
                assert!(error.to_string().contains(said), "{error}");
            }
        }
    }

    #[test]
    fn a_second_member_is_refused_and_the_first_is_what_cargo_reads() {
        let first = archive(|tar| file(tar, "foo-1.0.0/Cargo.toml", "[package]\n"));
        let second = archive(|tar| file(tar, "foo-1.0.0/Cargo.toml", "[[bin]]\n"));
        for (more, said) in [(&second[..], "second gzip member"), (b"\0", "other data")] {
            let bytes = [&first[..], more].concat();
            for refused in both(&bytes) {
                let error = refused.unwrap_err();
                assert!(error.to_string().contains(said), "{error}");
            }
        }
        // The same within one member: behind the end of the tar archive.
        let mut tar = Vec::new();
        for bytes in [&first, &second] {
            flate2::read::GzDecoder::new(&bytes[..])
                .read_to_end(&mut tar)
                .unwrap();
        }
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&tar).unwrap();
        let error = checked(&gzip.finish().unwrap()).unwrap_err();
        assert!(matches!(error, BadPackage::Trailing(_)), "{error}");
    }

    #[test]
    fn a_file_that_occurs_twice_is_refused_where_care_is_asked_for() {
        for (other, said) in [
            ("foo-1.0.0/src/lib.rs", "twice"),
            ("foo-1.0.0/src/LIB.rs", "upper and lower case"),
            ("foo-1.0.0/SRC/lib.rs", "upper and lower case"),
        ] {
            let bytes = archive(|tar| {
                file(tar, "foo-1.0.0/src/lib.rs", "1");
                file(tar, other, "2");
            });
            let error = checked(&bytes).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
            read(&bytes[..], bytes.len() as u64, &id()).unwrap();
        }
    }

    #[test]
    fn entries_outside_the_package_are_refused() {
        for path in [
            "evil",
            "foo-1.0.0/../evil",
            "/foo-1.0.0/evil",
            "bar-1.0.0/evil",
            "foo-1.0.0/..\\evil",
        ] {
            let error = checked(&archive(|tar| file(tar, path, ""))).unwrap_err();
            assert!(
                matches!(error, BadPackage::Outside { .. }),
                "{path}: {error}"
            );
        }
    }

    #[test]
    fn what_is_no_archive_is_refused() {
        assert!(matches!(checked(b"<html>"), Err(BadPackage::Archive(_))));
        let mut cut = archive(|tar| file(tar, "foo-1.0.0/a", &"x".repeat(10_000)));
        cut.truncate(cut.len() / 2);
        assert!(matches!(checked(&cut), Err(BadPackage::Archive(_))));
    }

    #[test]
    fn a_bomb_is_refused_before_it_goes_off() {
        let zeros = archive(|tar| {
            let mut header = tar::Header::new_gnu();
            header.set_size(1 << 30);
            header.set_path("foo-1.0.0/zeros").unwrap();
            header.set_cksum();
            tar.append(&header, io::repeat(0).take(1 << 30)).unwrap();
        });
        assert!(matches!(checked(&zeros), Err(BadPackage::Bomb { .. })));
    }
    #[test]
    fn a_name_that_fills_the_memory_is_refused() {
        for kind in [tar::EntryType::GNULongName, tar::EntryType::XHeader] {
            let name = archive(|tar| {
                let mut header = tar::Header::new_gnu();
                header.set_entry_type(kind);
                header.set_size(MAX_HEADERS);
                header.set_cksum();
                tar.append(&header, io::repeat(b'a').take(MAX_HEADERS))
                    .unwrap();
                file(tar, "foo-1.0.0/a", "");
            });
            assert!(matches!(checked(&name), Err(BadPackage::Bomb { .. })));
        }
        let long = format!("foo-1.0.0/{}", "a".repeat(4000));
        let fine = archive(|tar| {
            let mut header = tar::Header::new_gnu();
            header.set_size(0);
            tar.append_data(&mut header, &long, io::empty()).unwrap();
        });
        checked(&fine).unwrap();
    }

    #[test]
    fn a_lockfile_that_fills_the_memory_is_refused() {
        let packed = |size| {
            archive(|tar| {
                let mut header = tar::Header::new_gnu();
                header.set_size(size);
                header.set_path("foo-1.0.0/Cargo.lock").unwrap();
                header.set_cksum();
                tar.append(&header, io::repeat(b'#').take(size)).unwrap();
            })
        };
        assert!(checked(&packed(MAX_FILE)).is_ok());
        let error = checked(&packed(MAX_FILE + 1)).unwrap_err().to_string();
        assert!(error.starts_with("its `Cargo.lock` is larger"), "{error}");
    }
}
