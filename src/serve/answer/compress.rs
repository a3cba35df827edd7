//! Texts made smaller for the wire.

use std::io::Write;

use crate::serve::answer::negotiate::Coding;

/// A text in another encoding. `None`: it would not be smaller. Takes milliseconds for a large one.
pub fn compress(text: &[u8], coding: Coding) -> Option<Vec<u8>> {
    let packed = match coding {
        Coding::Identity => None,
        Coding::Gzip => gzip(text),
        Coding::Zstd => zstd::bulk::compress(text, 3).ok(),
    };
    packed.filter(|packed| packed.len() < text.len())
}

fn gzip(text: &[u8]) -> Option<Vec<u8>> {
    let packed = Vec::with_capacity(text.len() / 6);
    let mut encoder = flate2::write::GzEncoder::new(packed, flate2::Compression::new(5));
    encoder.write_all(text).ok()?;
    encoder.finish().ok()
}
