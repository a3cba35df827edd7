//! Random bytes of the system, for tokens and signatures.

use crate::model::error::{Error, Result};
use crate::model::errors::access::AccessError;

/// Bytes that nobody can guess.
pub fn bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes)
        .map_err(|_unspecified| Error::Access(AccessError::NoRandomness))?;
    Ok(bytes)
}
