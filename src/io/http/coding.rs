//! Content codings, decoded as libcurl does: `gzip` and `deflate`, in any case, nested if need be.

use std::io::Write;

use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// Maximum nesting; more would be an attack.
const MOST: usize = 5;

/// What one piece of a body may come to in one layer, in bytes. Deflate packs a thousand to one, and layers multiply: without
/// this a few kilobytes could take all memory.
const MAX_DECODED: usize = 64 << 20;

/// Decodes a body piece by piece.
pub struct Decoder {
    /// The outermost first.
    layers: Vec<CodingLayer>,
}

enum CodingLayer {
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
    /// Nothing has come that would tell zlib's wrapping from bare deflate.
    Undecided(Vec<u8>),
    Zlib(Box<ZlibDecoder<Vec<u8>>>),
    Deflate(Box<DeflateDecoder<Vec<u8>>>),
}

impl Decoder {
    /// By the values of `Content-Encoding`; `None`: the bytes are as they are.
    pub(super) fn of<'a>(values: impl Iterator<Item = &'a str>) -> Result<Option<Self>, String> {
        let mut layers = Vec::new();
        for coding in values.flat_map(|value| value.split(',')) {
            match coding.trim().to_ascii_lowercase().as_str() {
                "" | "identity" | "none" => {}
                "gzip" | "x-gzip" => {
                    layers.push(CodingLayer::Gzip(Box::new(MultiGzDecoder::new(Vec::new()))));
                }
                "deflate" => layers.push(CodingLayer::Undecided(Vec::new())),
                other => {
                    return Err(format!(
                        "it is encoded as `{other}`, which nobody asked for"
                    ));
                }
            }
        }
        if layers.len() > MOST {
            return Err(format!("it is encoded {} times over", layers.len()));
        }
        layers.reverse();
        Ok((!layers.is_empty()).then_some(Self { layers }))
    }

    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let mut bytes = bytes.to_vec();
        for layer in &mut self.layers {
            bytes = layer.take(&bytes).map_err(|cause| cause.to_string())?;
        }
        Ok(bytes)
    }

    /// What is left at the end of the body, which must be the end of the coding as well.
    pub(super) fn end(&mut self) -> Result<Vec<u8>, String> {
        let mut last = Vec::new();
        for layer in &mut self.layers {
            let mut bytes = layer.take(&last).map_err(|cause| cause.to_string())?;
            bytes.extend(layer.end().map_err(|cause| cause.to_string())?);
            last = bytes;
        }
        Ok(last)
    }
}

impl CodingLayer {
    fn take(&mut self, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        if let Self::Undecided(start) = self {
            start.extend_from_slice(bytes);
            let [first, second, ..] = start[..] else {
                return Ok(Vec::new());
            };
            let start = std::mem::take(start);
            let zlib = first & 15 == 8 && (u16::from(first) << 8 | u16::from(second)) % 31 == 0;
            *self = if zlib {
                Self::Zlib(Box::new(ZlibDecoder::new(Vec::new())))
            } else {
                Self::Deflate(Box::new(DeflateDecoder::new(Vec::new())))
            };
            return self.take(&start);
        }
        match self {
            Self::Gzip(decoder) => {
                feed(&mut **decoder, bytes, |it| it.get_ref().len())?;
                Ok(std::mem::take(decoder.get_mut()))
            }
            Self::Zlib(decoder) => {
                feed(&mut **decoder, bytes, |it| it.get_ref().len())?;
                Ok(std::mem::take(decoder.get_mut()))
            }
            Self::Deflate(decoder) => {
                feed(&mut **decoder, bytes, |it| it.get_ref().len())?;
                Ok(std::mem::take(decoder.get_mut()))
            }
            Self::Undecided(_) => unreachable!("decided above"),
        }
    }

    fn end(&mut self) -> std::io::Result<Vec<u8>> {
        let cut = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
        match self {
            Self::Gzip(decoder) => {
                decoder.try_finish()?;
                Ok(std::mem::take(decoder.get_mut()))
            }
            Self::Zlib(decoder) => {
                decoder.try_finish()?;
                Ok(std::mem::take(decoder.get_mut()))
            }
            Self::Deflate(decoder) => {
                decoder.try_finish()?;
                Ok(std::mem::take(decoder.get_mut()))
            }
            Self::Undecided(start) if start.is_empty() => Ok(Vec::new()),
            Self::Undecided(_) => Err(cut()),
        }
    }
}

/// Decodes a little at a time, so that what comes of it is looked at before it is much.
fn feed<D: Write>(
    decoder: &mut D,
    bytes: &[u8],
    so_far: impl Fn(&D) -> usize,
) -> std::io::Result<()> {
    for some in bytes.chunks(1 << 10) {
        decoder.write_all(some)?;
        if so_far(decoder) > MAX_DECODED {
            let cause = format!("a piece of it decodes to more than {MAX_DECODED} bytes");
            return Err(std::io::Error::other(cause));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn undone(coding: &str, bytes: &[u8], piece: usize) -> Result<Vec<u8>, String> {
        let mut decoder = Decoder::of(std::iter::once(coding))?.unwrap();
        let mut all = Vec::new();
        for piece in bytes.chunks(piece) {
            all.extend(decoder.take(piece)?);
        }
        all.extend(decoder.end()?);
        Ok(all)
    }

    #[test]
    fn what_libcurl_reads_is_read() {
        let text = b"one line of many\n".repeat(1000);
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(&text).unwrap();
        let zlib = zlib.finish().unwrap();
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::fast());
        bare.write_all(&text).unwrap();
        let bare = bare.finish().unwrap();
        for (coding, bytes) in [
            ("GZIP", gzip(&text)),
            ("x-gzip", gzip(&text)),
            ("Deflate", zlib),
            ("deflate", bare),
            ("gzip, identity, gzip", gzip(&gzip(&text))),
        ] {
            for piece in [1, 7, 100_000] {
                assert_eq!(undone(coding, &bytes, piece).unwrap(), text, "{coding}");
            }
        }
    }

    #[test]
    fn few_bytes_do_not_take_all_memory() {
        let zeros = gzip(&vec![0; 32 << 20]);
        // Four times as much in the end, out of far less.
        let bomb = gzip(&gzip(&zeros.repeat(4)));
        let said = undone("gzip, gzip, gzip", &bomb, 1 << 20).unwrap_err();
        assert!(said.contains("decodes to more than"), "{said}");
        assert_eq!(undone("gzip", &zeros, 1 << 20).unwrap().len(), 32 << 20);
    }

    #[test]
    fn half_a_body_is_an_error_and_so_is_what_nobody_asked_for() {
        let whole = gzip(&b"one line of many\n".repeat(1000));
        for length in 1..whole.len() {
            assert!(undone("gzip", &whole[..length], 64).is_err(), "{length}");
        }
        assert!(Decoder::of(std::iter::once("br")).is_err());
        assert!(Decoder::of(std::iter::once("gzip,gzip,gzip,gzip,gzip,gzip")).is_err());
        assert!(Decoder::of(std::iter::once("Identity")).unwrap().is_none());
    }
}
