//! Access tokens: their text, which is shown once, and the record that is kept of one.
//!
//! ```text
//! cmr_ 0123456789abcdefghijABCDEFGHIJklmnopqrst 0aB3dE
//!      40 characters of base 62, 238 random bits  CRC-32 of all before it, in base 62
//! ```
//!
//! The prefix lets secret scanners find a token that was committed; the checksum tells a mistyped token from a revoked one.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::access::people::Login;
use crate::model::access::scope::{CratePattern, Scope};
use crate::model::package::checksum::Sha256;
use crate::model::units::timestamp::Timestamp;

/// How each of our tokens starts.
pub const TOKEN_PREFIX: &str = "cmr_";

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_LENGTH: usize = 40;
const CHECK_LENGTH: usize = 6;

/// How many random bytes a new token is made from.
pub const RANDOM_BYTES: usize = 96;

/// The text of a token. It can be shown on purpose, and not by mistake.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenText(String);

impl TokenText {
    /// Makes a token of random bytes.
    pub fn generate(random: &[u8; RANDOM_BYTES]) -> Self {
        // Of 256 values 248 fall on the 62 characters evenly. Some 93 of the 96 bytes are such; should fewer than 40 be, once in
        // more runs than there are atoms, the rest is a little less even.
        let even = random.iter().filter(|byte| **byte < 248);
        let characters = even.chain(random).take(RANDOM_LENGTH);
        let mut text = TOKEN_PREFIX.to_owned();
        text.extend(characters.map(|byte| char::from(ALPHABET[usize::from(byte % 62)])));
        text.push_str(&check(&text));
        Self(text)
    }

    /// The token itself, for the one time that it is shown.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept of a token: the name of its record.
    pub fn hash(text: &[u8]) -> Sha256 {
        Sha256::of(text)
    }

    /// Whether a text has the prefix of our tokens and cannot be one.
    pub fn is_mistyped(text: &[u8]) -> bool {
        let Some(rest) = text.strip_prefix(TOKEN_PREFIX.as_bytes()) else {
            return false;
        };
        let whole = rest.len() == RANDOM_LENGTH + CHECK_LENGTH && rest.is_ascii();
        let text = std::str::from_utf8(text).ok().filter(|_| whole);
        !text.is_some_and(|text| {
            let (said, given) = text.split_at(text.len() - CHECK_LENGTH);
            check(said) == given
        })
    }
}

impl fmt::Debug for TokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenText")
    }
}

fn check(text: &str) -> String {
    let mut left = usize::try_from(crc32fast::hash(text.as_bytes())).unwrap_or_default();
    let mut digits = [0; CHECK_LENGTH];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[left % 62];
        left /= 62;
    }
    digits.into_iter().map(char::from).collect()
}

/// Who holds a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holder {
    User(Login),
    /// A run of CI, in words: issuer, repository, workflow.
    Run(String),
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(login) => f.write_str(login.as_str()),
            Self::Run(run) => f.write_str(run),
        }
    }
}

/// What is kept of a token, in a file named by its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRecord {
    /// Names the token in lists and logs: 16 hexadecimal digits, of no use to whoever reads them.
    pub id: String,
    pub holder: Holder,
    /// What it is for, in its owner's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    pub scopes: Vec<Scope>,
    /// Registries it is limited to; none: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub registries: Vec<String>,
    /// Crates it is limited to; none: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crates: Vec<CratePattern>,
    pub created: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Timestamp>,
}

impl TokenRecord {
    /// Since when it grants nothing, if it does not.
    pub fn ended(&self, now: Timestamp) -> Option<Timestamp> {
        let expired = self.expires.filter(|expires| *expires <= now);
        self.revoked.into_iter().chain(expired).min()
    }
}

/// How a token is named in lists and logs.
pub fn token_id(hash: &Sha256) -> String {
    let mut id = TokenText::hash(hash.as_bytes()).to_string();
    id.truncate(16);
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_their_shape_and_check_themselves() {
        let mut random = [0; RANDOM_BYTES];
        for (at, byte) in random.iter_mut().enumerate() {
            *byte = u8::try_from(at * 37 % 256).unwrap();
        }
        let token = TokenText::generate(&random);
        let text = token.expose();
        assert_eq!(text.len(), 50);
        assert!(text.starts_with("cmr_"));
        assert!(!TokenText::is_mistyped(text.as_bytes()));
        assert_eq!(format!("{token:?}"), "TokenText");
        for at in 4..text.len() {
            let mut typo = text.as_bytes().to_vec();
            typo[at] = if typo[at] == b'x' { b'y' } else { b'x' };
            assert!(TokenText::is_mistyped(&typo), "{at}");
        }
        for other in ["", "x", "secret token", "Bearer x"] {
            assert!(!TokenText::is_mistyped(other.as_bytes()), "{other}");
        }
        for broken in ["cmr_", "cmr_é", &text[..49], &format!("{text}x")] {
            assert!(TokenText::is_mistyped(broken.as_bytes()), "{broken}");
        }
    }

    #[test]
    fn even_a_poor_source_gives_a_whole_token() {
        for byte in [0, 248, 255] {
            let token = TokenText::generate(&[byte; RANDOM_BYTES]);
            assert!(!TokenText::is_mistyped(token.expose().as_bytes()));
        }
    }

    #[test]
    fn an_id_says_nothing_of_the_hash() {
        let hash = TokenText::hash(b"a token");
        assert!(!hash.to_string().contains(&token_id(&hash)));
    }
}
