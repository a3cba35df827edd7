//! The body of a publish: in whatever pieces it comes, the same is read of it, and no more is held than the bounds say.

#![no_main]

use cargo_mirror::model::hosting::upload::{BadUpload, Framing, UploadPart};
use libfuzzer_sys::fuzz_target;

const MOST: u64 = 1 << 12;

fn read(body: &[u8], piece: usize) -> Result<(String, Vec<u8>), BadUpload> {
    let mut framing = Framing::new(MOST, MOST);
    let (mut named, mut krate) = (String::new(), Vec::new());
    for mut bytes in body.chunks(piece) {
        while let Some(part) = framing.next(&mut bytes)? {
            match part {
                UploadPart::Metadata(metadata) => {
                    assert!(named.is_empty(), "the metadata comes once");
                    named = format!("{metadata:?}");
                }
                UploadPart::Length(length) => assert!(length <= MOST),
                UploadPart::Bytes(bytes) => krate.extend_from_slice(bytes),
            }
        }
        assert!(bytes.is_empty(), "all that came is taken in");
    }
    framing.end().map(|()| (named, krate))
}

fuzz_target!(|bytes: &[u8]| {
    let Some((first, body)) = bytes.split_first() else {
        return;
    };
    let whole = read(body, body.len().max(1));
    let pieces = read(body, usize::from(*first).max(1));
    match (&whole, &pieces) {
        (Ok(whole), Ok(pieces)) => assert_eq!(whole, pieces),
        (Err(_), Err(_)) => {}
        other => panic!("{other:?}"),
    }
    if let Ok((_, krate)) = whole {
        // Two lengths, two parts, and nothing else.
        assert!(krate.len() + 8 <= body.len());
    }
});
