//! The digest of a file.

use std::io::{self, ErrorKind, Read};

use crate::model::package::checksum::{Hashing, Sha256};

/// Reads to the end with a buffer of the caller's: the digest, and how many bytes there were.
pub fn hash(mut file: impl Read, buffer: &mut [u8]) -> io::Result<(Sha256, u64)> {
    let mut hashing = Hashing::default();
    let mut length = 0;
    loop {
        match file.read(buffer) {
            Ok(0) => return Ok((hashing.finish(), length)),
            Ok(read) => {
                hashing.update(&buffer[..read]);
                length += read as u64;
            }
            Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
}
