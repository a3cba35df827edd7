//! How cargo hands a tar archive to its encoder, by the archive alone: what deflate makes of it depends on that.
//!
//! ```text
//! header          512 bytes at once
//! data            8 KiB at a time, as `std::io::copy` does
//! padding         at once
//! GNU long name   its text, then the zero byte that ends it, by itself
//! the end         1024 zeros at once
//! ```

/// A block of a tar archive, in bytes.
const BLOCK: usize = 512;
/// What `std::io::copy` reads at once, in bytes.
const COPY: usize = 8 << 10;

/// The pieces of an archive, in order. Whatever is not as cargo writes it comes in pieces, too.
pub fn pieces(tar: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    let mut left = tar;
    while let Some((header, rest)) = left.split_at_checked(BLOCK) {
        let Some(size) = size_of(header) else { break };
        let Some((data, rest)) = rest.split_at_checked(size) else {
            break;
        };
        let Some((padding, rest)) = rest.split_at_checked(size.next_multiple_of(BLOCK) - size)
        else {
            break;
        };
        pieces.push(header);
        let (text, zero) = match header[156] {
            b'L' | b'K' if size > 0 => data.split_at(size - 1),
            _ => (data, &[][..]),
        };
        pieces.extend(text.chunks(COPY));
        pieces.extend(
            [zero, padding]
                .into_iter()
                .filter(|piece| !piece.is_empty()),
        );
        left = rest;
    }
    if left.len() == 2 * BLOCK {
        pieces.push(left);
    } else {
        pieces.extend(left.chunks(COPY));
    }
    pieces
}

/// The size of a file by its header. `None` where that is no header of one.
fn size_of(header: &[u8]) -> Option<usize> {
    if header[0] == 0 {
        return None;
    }
    let digits = header[124..136].iter().copied();
    let digits = digits.skip_while(|byte| *byte == b' ');
    let mut size = 0_usize;
    for digit in digits.take_while(|byte| !matches!(byte, 0 | b' ')) {
        if !(b'0'..=b'7').contains(&digit) {
            return None;
        }
        size = size
            .checked_mul(8)?
            .checked_add(usize::from(digit - b'0'))?;
    }
    Some(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_follow_the_writes_of_the_tar_crate() {
        /// Notes how long each write is.
        #[derive(Default)]
        struct Noting(Vec<u8>, Vec<usize>);
        impl std::io::Write for Noting {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                self.0.extend_from_slice(bytes);
                self.1.push(bytes.len());
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let mut noting = Noting::default();
        let mut builder = tar::Builder::new(&mut noting);
        let long = format!("a-1.0.0/{}/lib.rs", "x".repeat(120));
        for (name, length) in [
            ("a-1.0.0/Cargo.toml", 300),
            ("a-1.0.0/empty", 0),
            (&long, 20_000),
        ] {
            let mut header = tar::Header::new_gnu();
            header.set_size(length);
            header.set_mode(0o644);
            let data = vec![7_u8; usize::try_from(length).unwrap()];
            builder.append_data(&mut header, name, &data[..]).unwrap();
        }
        builder.finish().unwrap();
        drop(builder);
        let lengths: Vec<usize> = pieces(&noting.0).iter().map(|piece| piece.len()).collect();
        assert_eq!(lengths, noting.1);
        assert_eq!(pieces(&noting.0).concat(), noting.0);
        // Whatever it is, nothing of it is lost.
        for junk in [vec![1_u8; 3000], vec![0; 5000], noting.0[..700].to_vec()] {
            assert_eq!(pieces(&junk).concat(), junk);
        }
    }
}
