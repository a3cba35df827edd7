//! Whose signatures are believed: a file of `allowed_signers` as ssh-keygen reads it (ssh-keygen(1), ALLOWED SIGNERS), and
//! statements by which a key hands over to another.
//!
//! ```text
//! lab namespaces="cargo-mirror-bundle,cargo-mirror-key" ssh-ed25519 AAAA... lab
//! ```

use crate::model::bundle::sshsig::{BUNDLE, PublicKey, ROTATION};

/// Somebody whose signatures are believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    pub name: String,
    pub key: PublicKey,
}

impl Signer {
    /// The line of the file.
    pub fn line(&self) -> String {
        let Self { name, key } = self;
        format!("{name} namespaces=\"{BUNDLE},{ROTATION}\" {key} {name}\n")
    }
}

/// The signers of a file. A line with an option that is not known here (dates, certificates) is passed over, because
/// believing it could be too much.
pub fn parse(text: &str) -> Vec<Signer> {
    text.lines().filter_map(signer).collect()
}

fn signer(line: &str) -> Option<Signer> {
    let line = line.trim();
    if line.starts_with('#') {
        return None;
    }
    let (name, rest) = line.split_once(char::is_whitespace)?;
    let mut rest = rest.trim_start();
    if let Some(list) = rest.strip_prefix("namespaces=\"") {
        let (list, after) = list.split_once('"')?;
        if !list.split(',').any(|name| name.trim() == BUNDLE) {
            return None;
        }
        rest = after.strip_prefix(' ')?.trim_start();
    }
    Some(Signer {
        name: name.to_owned(),
        key: PublicKey::parse(rest).ok()?,
    })
}

/// Whether this may be the name of a key: it is one of a file, too.
pub fn is_name(name: &str) -> bool {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.@".contains(&byte);
    (1..=64).contains(&name.len()) && !name.starts_with(['.', '-']) && name.bytes().all(safe)
}

/// That the key which signs this hands over to another: the text that is signed.
pub fn statement(from: &PublicKey, to: &Signer) -> String {
    format!(
        "cargo-mirror key 1\nfrom {from}\nto {}\nname {}\n",
        to.key, to.name
    )
}

/// Reads such a text: who hands over to whom.
pub fn parse_statement(text: &str) -> Option<(PublicKey, Signer)> {
    let mut lines = text.lines();
    if lines.next() != Some("cargo-mirror key 1") {
        return None;
    }
    let from = PublicKey::parse(lines.next()?.strip_prefix("from ")?).ok()?;
    let key = PublicKey::parse(lines.next()?.strip_prefix("to ")?).ok()?;
    let name = lines.next()?.strip_prefix("name ")?;
    let to = Signer {
        name: is_name(name).then(|| name.to_owned())?,
        key,
    };
    (statement(&from, &to) == text).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signers_are_read_as_ssh_keygen_does() {
        let one = Signer {
            name: "lab".to_owned(),
            key: PublicKey([3; 32]),
        };
        let key = one.key.to_string();
        let text = format!(
            "# ours\n{}\nold {key} x\nelse namespaces=\"git\" {key}\nca cert-authority {key}\n",
            one.line()
        );
        let names: Vec<String> = parse(&text).into_iter().map(|it| it.name).collect();
        assert_eq!(names, ["lab", "old"]);
        let text = statement(&one.key, &one);
        assert_eq!(parse_statement(&text), Some((one.key, one)));
        assert!(!is_name("../x") && !is_name("") && is_name("plant-7"));
    }
}
