//! A `.crate`: looked through with bounds, and nothing gets through that would be unpacked elsewhere.

#![no_main]

use std::io::Write as _;

use cargo_mirror::model::package::archive;
use cargo_mirror::model::package::id::CrateId;
use flate2::Compression;
use flate2::write::GzEncoder;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let id = CrateId::parse("a", "1.0.0").unwrap();
    // As it stands, which is hardly ever a gzip stream.
    let _ = archive::check(bytes, bytes.len() as u64, &id);

    // As the tar archive inside one, with the sums of the headers set right.
    let mut tar = bytes.to_vec();
    for header in tar.chunks_exact_mut(512) {
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::none());
    gzip.write_all(&tar).unwrap();
    let gzip = gzip.finish().unwrap();
    let careful = archive::check(gzip.as_slice(), gzip.len() as u64, &id);
    let as_cargo = archive::read(gzip.as_slice(), gzip.len() as u64, &id);
    // Care refuses more, and never reads anything else.
    if let Ok(contents) = &careful {
        let read = as_cargo.as_ref().expect("cargo takes more");
        let of = |contents: &archive::Contents| {
            (
                contents.manifest.clone(),
                contents.lockfile.clone(),
                contents.has_binary,
            )
        };
        assert_eq!(of(contents), of(read));
    }
    // Cargo reads the first member of a gzip stream; whatever follows it is refused.
    let mut twin = gzip.clone();
    twin.extend(&gzip);
    assert!(archive::read(twin.as_slice(), twin.len() as u64, &id).is_err());
    if let Ok(contents) = careful {
        for text in [contents.manifest, contents.lockfile].iter().flatten() {
            assert!(text.len() <= bytes.len() * 3);
        }
    }
});
