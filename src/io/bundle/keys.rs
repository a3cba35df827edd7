//! Keys on this machine, and what is done with them.
//!
//! ```text
//! <config folder>/cargo-mirror/keys/NAME            private, readable by its owner only, as OpenSSH writes it
//! <config folder>/cargo-mirror/keys/NAME.pub        public
//! <config folder>/cargo-mirror/keys/NAME.rotation   the older key's word for it, where there is one
//! <config folder>/cargo-mirror/allowed_signers      whose dumps are taken (model::bundle::trust)
//! <config folder>/cargo-mirror/threshold            how many of them must have signed one; 1 without the file
//! ```

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA512, digest};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::io::bundle::ssh_keygen;
use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::file::{create_dir_all, read_text, replace};
use crate::io::random;
use crate::model::bundle::sshsig::{
    BUNDLE, BadKey, PrivateKey, PublicKey, ROTATION, Signature, signed_data,
};
use crate::model::bundle::trust::{self, Signer};
use crate::model::error::{Error, Result};
use crate::model::errors::fs::Action;
use crate::model::errors::signing::SigningError;

/// No key, signature or list of signers is larger, in bytes.
const MAX_FILE: u64 = 1 << 20;

/// The folder of keys.
#[derive(Debug, Clone)]
pub struct KeyRing {
    folder: PathBuf,
}

/// A key to sign with.
pub struct SigningKey {
    pub name: String,
    pub public: PublicKey,
    with: SignsWith,
}

enum SignsWith {
    Pair(Ed25519KeyPair),
    /// The key that `ssh-keygen` is told of.
    SshKeygen(PathBuf),
}

/// Whether a signature is one of these bytes.
pub fn fits(signature: &Signature, namespace: &str, message: &[u8]) -> bool {
    let data = signed_data(namespace, digest(&SHA512, message).as_ref());
    let key = UnparsedPublicKey::new(&ED25519, &signature.key.0);
    signature.namespace == namespace && key.verify(&data, &signature.raw).is_ok()
}

impl SigningKey {
    fn of(name: &str, key: &PrivateKey) -> Result<Self> {
        let pair = Ed25519KeyPair::from_seed_and_public_key(&key.seed, &key.public.0);
        let pair = pair.map_err(|_cause| {
            Error::Signing(SigningError::Crypto(
                "its two halves do not belong together",
            ))
        })?;
        Ok(Self {
            name: name.to_owned(),
            public: key.public,
            with: SignsWith::Pair(pair),
        })
    }

    /// A key that only `ssh-keygen` can use. It is tried at once: a passphrase that nobody knows must not come up when all the
    /// work is done.
    fn elsewhere(name: &str, path: &Path, public: PublicKey) -> Result<Self> {
        let key = Self {
            name: name.to_owned(),
            public,
            with: SignsWith::SshKeygen(path.to_owned()),
        };
        key.sign(b"")?;
        Ok(key)
    }

    /// Signs what a dump is known by.
    pub fn sign(&self, manifest: &[u8]) -> Result<String> {
        self.sign_for(BUNDLE, manifest)
    }

    fn sign_for(&self, namespace: &str, message: &[u8]) -> Result<String> {
        let pair = match &self.with {
            SignsWith::Pair(pair) => pair,
            SignsWith::SshKeygen(path) => {
                let text = ssh_keygen::sign(path, namespace, message)?;
                let signatures = Signature::parse_all(text.as_bytes());
                let sound = signatures.is_ok_and(|signatures| {
                    let ours =
                        |it: &Signature| it.key == self.public && fits(it, namespace, message);
                    signatures.len() == 1 && signatures.iter().all(ours)
                });
                if !sound {
                    return Err(Error::Signing(SigningError::SshKeygen {
                        key: path.clone(),
                        why: "what it has signed with is another key".to_owned(),
                    }));
                }
                return Ok(text);
            }
        };
        let data = signed_data(namespace, digest(&SHA512, message).as_ref());
        let mut raw = [0; 64];
        raw.copy_from_slice(pair.sign(&data).as_ref());
        let signature = Signature {
            key: self.public,
            namespace: namespace.to_owned(),
            raw,
        };
        Ok(signature.armored())
    }
}

impl KeyRing {
    pub fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn path(&self, name: &str) -> Result<PathBuf> {
        if trust::is_name(name) {
            Ok(self.folder.join("keys").join(name))
        } else {
            Err(Error::Signing(SigningError::KeyName(name.to_owned())))
        }
    }

    /// Where the list of those is whose dumps are taken.
    pub fn signers_path(&self) -> PathBuf {
        self.folder.join("allowed_signers")
    }

    /// Makes a key. `after`: an older key that vouches for it. Returns it and the file to give to others.
    pub fn create(&self, name: &str, after: Option<&SigningKey>) -> Result<(SigningKey, PathBuf)> {
        let path = self.path(name)?;
        let seed: [u8; 32] = random::bytes()?;
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed);
        let pair =
            pair.map_err(|_cause| Error::Signing(SigningError::Crypto("no key can be made")))?;
        let mut public = [0; 32];
        public.copy_from_slice(pair.public_key().as_ref());
        let key = PrivateKey {
            seed,
            public: PublicKey(public),
        };
        create_dir_all(path.parent().unwrap_or(&self.folder))?;
        write_private(&path, &key.render(name, random::bytes()?), name)?;
        let public = path.with_file_name(format!("{name}.pub"));
        replace(&public, &format!("{} {name}\n", key.public))?;
        let made = SigningKey::of(name, &key)?;
        let Some(after) = after else {
            return Ok((made, public));
        };
        let to = Signer {
            name: name.to_owned(),
            key: key.public,
        };
        let text = trust::statement(&after.public, &to);
        let signature = after.sign_for(ROTATION, text.as_bytes())?;
        let rotation = path.with_file_name(format!("{name}.rotation"));
        replace(&rotation, &format!("{text}{signature}"))?;
        Ok((made, rotation))
    }

    /// The key of a name, or in a file.
    pub fn key(&self, word: &str, cwd: &Path) -> Result<SigningKey> {
        let own = self.path(word).ok().filter(|path| path.is_file());
        let path = own.unwrap_or_else(|| cwd.join(word));
        let text = if_there(read_text(&path, MAX_FILE))?;
        let text = text.ok_or_else(|| Error::Signing(SigningError::NoSuchKey(word.to_owned())))?;
        let bad = |source| {
            let path = path.clone();
            Error::Signing(SigningError::Key { path, source })
        };
        match PrivateKey::parse(&text) {
            Ok(key) => SigningKey::of(word, &key),
            // OpenSSH keeps the public half beside it.
            Err(BadKey::Encrypted) => {
                let mut public = path.clone().into_os_string();
                public.push(".pub");
                let text = if_there(read_text(Path::new(&public), MAX_FILE))?;
                let text = text.ok_or_else(|| bad(BadKey::NoPublicHalf))?;
                let public = PublicKey::parse(&text).map_err(bad)?;
                SigningKey::elsewhere(word, &path, public)
            }
            // A public key stands for one that an agent holds.
            Err(private) => match PublicKey::parse(&text) {
                Ok(public) => SigningKey::elsewhere(word, &path, public),
                Err(BadKey::NotPublic) => Err(bad(private)),
                Err(public) => Err(bad(public)),
            },
        }
    }

    /// How many trusted keys must have signed a dump.
    pub fn threshold(&self) -> Result<usize> {
        let path = self.threshold_path();
        let Some(text) = if_there(read_text(&path, MAX_FILE))? else {
            return Ok(1);
        };
        // What cannot be read must not let more in.
        let number = text.trim().parse().ok().filter(|number| *number > 0);
        number.ok_or(Error::Signing(SigningError::Threshold(path)))
    }

    /// Wants so many signatures of a dump from now on.
    pub fn set_threshold(&self, number: usize) -> Result<()> {
        create_dir_all(&self.folder)?;
        replace(&self.threshold_path(), &format!("{number}\n"))
    }

    fn threshold_path(&self) -> PathBuf {
        self.folder.join("threshold")
    }

    /// The names of the keys to sign with, sorted.
    pub fn names(&self) -> Result<Vec<String>> {
        let folder = self.folder.join("keys");
        let entries = match fs::read_dir(&folder) {
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(io_error(Action::List, &folder))?,
        };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut names: Vec<String> = names
            .filter(|name| trust::is_name(name))
            .filter(|name| {
                let ending = Path::new(name).extension();
                ending.is_none_or(|ending| ending != "pub" && ending != "rotation")
            })
            .collect();
        names.sort();
        Ok(names)
    }

    /// The public key of a name.
    pub fn public(&self, name: &str) -> Result<PublicKey> {
        let path = self.path(name)?.with_file_name(format!("{name}.pub"));
        let text = if_there(read_text(&path, MAX_FILE))?;
        let text = text.ok_or_else(|| Error::Signing(SigningError::NoSuchKey(name.to_owned())))?;
        PublicKey::parse(&text).map_err(|source| Error::Signing(SigningError::Key { path, source }))
    }

    /// Whose dumps are taken.
    pub fn signers(&self) -> Result<Vec<Signer>> {
        let text = if_there(read_text(&self.signers_path(), MAX_FILE))?;
        Ok(trust::parse(&text.unwrap_or_default()))
    }

    /// Takes dumps of the key in a file from now on: a public key, or the word of an older key for a newer one.
    pub fn trust(&self, path: &Path, name: Option<&str>) -> Result<Signer> {
        let text = read_text(path, MAX_FILE)?;
        let signer = if text.starts_with("cargo-mirror key") {
            self.successor(path, &text)?
        } else {
            let key = PublicKey::parse(&text).map_err(|source| {
                let path = path.to_owned();
                Error::Signing(SigningError::Key { path, source })
            })?;
            let stem = path.file_stem().map(|stem| stem.to_string_lossy());
            let name = name.map(str::to_owned).or(stem.map(Into::into));
            let name = name.unwrap_or_default();
            if !trust::is_name(&name) {
                return Err(Error::Signing(SigningError::KeyName(name)));
            }
            Signer { name, key }
        };
        if !self.signers()?.iter().any(|it| it.key == signer.key) {
            let path = self.signers_path();
            let before = if_there(read_text(&path, MAX_FILE))?.unwrap_or_default();
            let gap = if before.is_empty() || before.ends_with('\n') {
                ""
            } else {
                "\n"
            };
            replace(&path, &format!("{before}{gap}{}", signer.line()))?;
        }
        Ok(signer)
    }

    /// The key that a trusted one hands over to.
    fn successor(&self, path: &Path, text: &str) -> Result<Signer> {
        let refused = || Error::Signing(SigningError::BadSignature(path.to_owned()));
        let at = text.find("-----BEGIN").ok_or_else(refused)?;
        let (statement, signature) = text.split_at(at);
        let (from, to) = trust::parse_statement(statement).ok_or_else(refused)?;
        let signatures = Signature::parse_all(signature.as_bytes());
        let sound = signatures.is_ok_and(|signatures| {
            let fits = |it: &Signature| it.key == from && fits(it, ROTATION, statement.as_bytes());
            !signatures.is_empty() && signatures.iter().all(fits)
        });
        if !sound {
            return Err(refused());
        }
        if !self.signers()?.iter().any(|it| it.key == from) {
            return Err(Error::Signing(SigningError::Rotation {
                path: path.to_owned(),
                fingerprint: from.fingerprint(),
            }));
        }
        Ok(to)
    }
}

/// Writes a file that was not there and that nobody else may read.
fn write_private(path: &Path, text: &str, name: &str) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = match options.open(path) {
        Err(cause) if cause.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(Error::Signing(SigningError::KeyExists(name.to_owned())));
        }
        file => file.map_err(io_error(Action::Write, path))?,
    };
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all());
    written.map_err(io_error(Action::Write, path))
}
