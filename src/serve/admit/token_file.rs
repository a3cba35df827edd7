//! Access control by a file of tokens, one a line: `read TOKEN` or `admin TOKEN`.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use subtle::{Choice, ConstantTimeEq};

use crate::io::access::store::AccessStore;
use crate::io::fs::file;
use crate::io::fs::stamp::Stamp;
use crate::model::access::principal::{Identity, Principal};
use crate::model::access::refusal::Refusal;
use crate::model::error::{Error, Result};
use crate::model::errors::serve::ServeError;
use crate::model::package::checksum::Sha256;
use crate::model::units::timestamp::Timestamp;

/// Upper bound for the token file; larger files are rejected.
const MAX_FILE: u64 = 16 << 20;

/// What a request may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    None,
    Read,
    Admin,
}

/// The tokens of a file, by their hashes: a comparison of hashes takes as long for every token, however much of it is right
/// and however long it is.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tokens(Vec<(Sha256, Right)>);

impl Tokens {
    fn parse(path: &Path, text: &str) -> Result<Self> {
        let mut tokens = Vec::new();
        // Some editors begin a text with a byte order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let right = match line.split_whitespace().collect::<Vec<_>>().as_slice() {
                ["read", token] => Some((*token, Right::Read)),
                ["admin", token] => Some((*token, Right::Admin)),
                _ => None,
            };
            let Some((token, right)) = right else {
                return Err(Error::Serve(ServeError::Tokens {
                    path: path.to_owned(),
                    line: number + 1,
                }));
            };
            tokens.push((hash(token.as_bytes()), right));
        }
        Ok(Self(tokens))
    }

    fn right(&self, token: &[u8]) -> Right {
        let given = hash(token);
        let mut right = Right::None;
        for (known, grants) in &self.0 {
            let same: Choice = known.as_bytes().ct_eq(given.as_bytes());
            if bool::from(same) {
                right = right.max(*grants);
            }
        }
        right
    }
}

fn hash(token: &[u8]) -> Sha256 {
    Sha256::of(token)
}

/// The access control of a server.
#[derive(Debug)]
pub struct AccessControl {
    file: Option<PathBuf>,
    tokens: RwLock<(Option<Stamp>, Arc<Tokens>)>,
}

impl AccessControl {
    /// Without a token file every client may read and none may administer.
    pub fn open(file: Option<PathBuf>) -> Result<Self> {
        let access = Self {
            file,
            tokens: RwLock::default(),
        };
        access.reload()?;
        Ok(access)
    }

    /// Whether reading takes a token.
    pub fn required(&self) -> bool {
        self.file.is_some()
    }

    /// Reads the file again, if it has changed. While it is broken, its previous contents stay in effect.
    pub fn reload(&self) -> Result<bool> {
        let Some(path) = &self.file else {
            return Ok(false);
        };
        // Taken before it is read: what is written in between is read the next time.
        let stamp = Stamp::at(path);
        let known = self.tokens.read().unwrap_or_else(PoisonError::into_inner).0;
        if known.is_some() && known == stamp {
            return Ok(false);
        }
        let tokens = Tokens::parse(path, &file::read_text(path, MAX_FILE)?)?;
        *self.tokens.write().unwrap_or_else(PoisonError::into_inner) = (stamp, Arc::new(tokens));
        Ok(true)
    }

    /// What the file looks like now.
    pub fn stamps(&self) -> Vec<Option<Stamp>> {
        self.file.iter().map(|path| Stamp::at(path)).collect()
    }

    /// Who sends a request, and what they may do at most: a line of the token file as one of the built-in users `reader` and
    /// `admin`, else an account of the mirror, whose records are read. Without an `Authorization` header it is
    /// [`Refusal::NoToken`]; a registry that is open for reading lets such a request go on as [`Principal::anonymous`].
    pub fn identify(
        &self,
        accounts: &AccessStore,
        authorization: Option<&[u8]>,
        now: Timestamp,
    ) -> Result<Identity, Refusal> {
        match self.built_in(authorization) {
            Some(principal) => Ok(principal.into()),
            None => accounts.identify(authorization, now),
        }
    }

    /// Who the token file says that it is.
    pub fn built_in(&self, authorization: Option<&[u8]>) -> Option<Principal> {
        if !self.required() || authorization.is_none() {
            return None;
        }
        match self.right(authorization) {
            Right::Admin => Some(Principal::built_in_admin()),
            Right::Read => Some(Principal::built_in_reader()),
            Right::None => None,
        }
    }

    /// What the value of an `Authorization` header grants. Cargo sends the bare token.
    pub fn right(&self, authorization: Option<&[u8]>) -> Right {
        let nobody = if self.required() {
            Right::None
        } else {
            Right::Read
        };
        let Some(token) = authorization else {
            return nobody;
        };
        let bearer = token
            .get(..7)
            .is_some_and(|start| start.eq_ignore_ascii_case(b"bearer "));
        let token = if bearer { &token[7..] } else { token };
        let tokens = Arc::clone(&self.tokens.read().unwrap_or_else(PoisonError::into_inner).1);
        nobody.max(tokens.right(token.trim_ascii()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_grants_what_its_line_says() {
        let path = Path::new("tokens");
        let text = "# people\nread one\n\n  admin\ttwo \nread two\n";
        let access = AccessControl {
            file: Some(path.to_owned()),
            tokens: RwLock::new((None, Arc::new(Tokens::parse(path, text).unwrap()))),
        };
        for (said, right) in [
            (None, Right::None),
            (Some("one"), Right::Read),
            (Some("Bearer one"), Right::Read),
            (Some("bearer  two"), Right::Admin),
            (Some("two"), Right::Admin),
            (Some("on"), Right::None),
            (Some("onee"), Right::None),
            (Some(""), Right::None),
            (Some("# people"), Right::None),
        ] {
            assert_eq!(access.right(said.map(str::as_bytes)), right, "{said:?}");
        }
        // A file that is missing or invalid changes nothing.
        assert!(access.reload().is_err());
        assert_eq!(access.right(Some(b"one")), Right::Read);
        for broken in ["reads one", "read", "read one two"] {
            let parsed = Tokens::parse(path, broken);
            assert!(
                matches!(
                    parsed,
                    Err(Error::Serve(ServeError::Tokens { line: 1, .. }))
                ),
                "{broken}"
            );
        }
    }

    #[test]
    fn lines_of_the_file_are_built_in_users_and_others_have_accounts() {
        let mirror = tempfile::tempdir().unwrap();
        let path = mirror.path().join("tokens");
        std::fs::write(&path, "read one\nadmin two\n").unwrap();
        let accounts = AccessStore::open(mirror.path());
        let access = AccessControl::open(Some(path)).unwrap();
        let who = |said: Option<&str>| {
            let identity = access.identify(&accounts, said.map(str::as_bytes), Timestamp(1));
            let principal = identity.and_then(|identity| identity.within("corp"));
            principal.map(|principal| principal.name().to_owned())
        };
        assert_eq!(who(Some("one")), Ok("reader".to_owned()));
        assert_eq!(who(Some("Bearer two")), Ok("admin".to_owned()));
        assert_eq!(who(Some("three")), Err(Refusal::Unknown));
        assert_eq!(who(None), Err(Refusal::NoToken));
        let account = "0123456789abcdef0123456789abcdef";
        accounts.first_admin(account, Timestamp(1)).unwrap();
        assert_eq!(who(Some(account)), Ok("admin".to_owned()));
        // Without a file, everybody reads, but nobody is anybody by a token that is not known.
        let open = AccessControl::open(None).unwrap();
        let stranger = open.identify(&accounts, Some(b"x"), Timestamp(1));
        assert_eq!(stranger, Err(Refusal::Unknown));
    }

    #[test]
    fn without_a_file_everybody_reads_and_nobody_commands() {
        let access = AccessControl::open(None).unwrap();
        assert_eq!(access.right(None), Right::Read);
        assert_eq!(access.right(Some(b"anything")), Right::Read);
    }
}
