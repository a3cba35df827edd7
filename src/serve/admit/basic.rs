//! `Authorization: Basic`, as browsers send it for pages: the password is a token, the name is of no interest.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Longer ones hold no token.
const LONGEST: usize = 4096;

/// The password of a header's value. `None`: it is another scheme, or broken.
pub fn password(authorization: &[u8]) -> Option<Vec<u8>> {
    let start = authorization.get(..6)?;
    if !start.eq_ignore_ascii_case(b"basic ") || authorization.len() > LONGEST {
        return None;
    }
    let said = STANDARD.decode(authorization[6..].trim_ascii()).ok()?;
    let colon = memchr::memchr(b':', &said)?;
    Some(said[colon + 1..].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_what_follows_the_first_colon() {
        let of = |said: &str| password(format!("Basic {}", STANDARD.encode(said)).as_bytes());
        assert_eq!(of("me:token"), Some(b"token".to_vec()));
        assert_eq!(of(":a:b"), Some(b"a:b".to_vec()));
        assert_eq!(of("token"), None);
        assert_eq!(password(b"basic OnQ="), Some(b"t".to_vec()));
        assert_eq!(password(b"Basic !"), None);
        assert_eq!(password(b"token"), None);
        assert_eq!(password(b"Bearer OnQ="), None);
    }
}
