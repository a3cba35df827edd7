//! Frames: packed and unpacked by zstd, with a long window, so that versions of a crate refer to each other.

use std::io;

use zstd::zstd_safe::{CCtx, CParameter, DCtx, DParameter, compress_bound, get_error_name};

/// The window of a frame: 128 MiB, as a power of 2, which is what zstd unpacks without being asked to take more. From the end
/// of the largest frames it does not reach back to the start of their base, and need not: what is alike stands at the same
/// place.
pub const WINDOW: u32 = 27;

/// Packs bytes. `base`: what they may refer back to.
pub fn pack(plain: &[u8], base: &[u8], level: i32) -> io::Result<Vec<u8>> {
    let mut context = CCtx::create();
    let parameters = [
        CParameter::CompressionLevel(level),
        CParameter::ChecksumFlag(true),
        CParameter::EnableLongDistanceMatching(true),
        CParameter::WindowLog(window(plain.len() + base.len())),
    ];
    for parameter in parameters {
        context.set_parameter(parameter).map_err(failed)?;
    }
    if !base.is_empty() {
        context.ref_prefix(base).map_err(failed)?;
    }
    let mut packed = Vec::with_capacity(compress_bound(plain.len()));
    context.compress2(&mut packed, plain).map_err(failed)?;
    Ok(packed)
}

/// The smallest window that reaches over so many bytes.
fn window(bytes: usize) -> u32 {
    bytes.next_power_of_two().ilog2().clamp(17, WINDOW)
}

/// Unpacks a frame of exactly `length` bytes.
pub fn unpack(packed: &[u8], base: &[u8], length: usize) -> io::Result<Vec<u8>> {
    let mut context = DCtx::create();
    let window = DParameter::WindowLogMax(WINDOW);
    context.set_parameter(window).map_err(failed)?;
    if !base.is_empty() {
        context.ref_prefix(base).map_err(failed)?;
    }
    let mut plain = Vec::with_capacity(length);
    context.decompress(&mut plain, packed).map_err(failed)?;
    if plain.len() != length {
        let why = format!("it unpacks to {} bytes, not {length}", plain.len());
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    }
    Ok(plain)
}

fn failed(code: usize) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, get_error_name(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked_with_its_base_and_no_other() {
        let base: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
        let mut plain = base.clone();
        plain[1000] ^= 1;
        let packed = pack(&plain, &base, 9).unwrap();
        assert!(packed.len() < 1000, "{}", packed.len());
        assert_eq!(unpack(&packed, &base, plain.len()).unwrap(), plain);
        assert!(unpack(&packed, &base[1..], plain.len()).is_err());
        assert!(unpack(&packed, &[], plain.len()).is_err());
        assert!(unpack(&packed, &base, plain.len() - 1).is_err());
        assert!(unpack(&packed, &base, plain.len() + 1).is_err());
    }
    #[test]
    fn an_archive_that_is_larger_than_half_the_window_refers_back_to_one_of_its_size() {
        let mut state = 1_u64;
        let mut noise = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let base: Vec<u8> = (0..9_u32 << 20)
            .flat_map(|_| noise().to_le_bytes())
            .collect();
        let mut plain = base.clone();
        plain.splice(1000..1000, *b"shifts all that follows");
        let packed = pack(&plain, &base, 1).unwrap();
        assert!(packed.len() < plain.len() / 100, "{}", packed.len());
        assert!(unpack(&packed, &base, plain.len()).unwrap() == plain);
    }
}
