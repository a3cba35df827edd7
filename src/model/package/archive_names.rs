//! The names in an archive: those that occur twice, and those that are hardly meant to be in it.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::model::package::id::is_device_name;

/// How a name occurs again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twin {
    Same,
    InAnotherCase,
}

/// Files that hold secrets by custom.
const SECRETS: [&str; 9] = [
    ".env",
    ".netrc",
    ".npmrc",
    ".pypirc",
    "credentials",
    "credentials.toml",
    "id_dsa",
    "id_ecdsa",
    "id_rsa",
];

/// More are not told.
const TOLD: usize = 10;

/// Hashes of a fixed size, because an archive of empty files has a name every 512 bytes.
#[derive(Debug, Default)]
pub(super) struct Names {
    seen: HashMap<u64, (u64, bool)>,
    /// Whether names that differ in case only are twins.
    in_any_case: bool,
    suspicious: Vec<String>,
}

impl Names {
    pub(super) fn in_any_case() -> Self {
        Self {
            in_any_case: true,
            ..Self::default()
        }
    }

    /// Takes a name in, and says whether it was there before.
    pub(super) fn add(&mut self, name: &str, is_folder: bool) -> Option<Twin> {
        let name = name.trim_end_matches('/');
        if !is_folder && self.suspicious.len() < TOLD && is_suspicious(name) {
            self.suspicious.push(name.to_owned());
        }
        let exact = hash(name);
        let key = if self.in_any_case {
            hash(&name.to_lowercase())
        } else {
            exact
        };
        match self.seen.insert(key, (exact, is_folder)) {
            // Folders may be named again, in any case: they are merged.
            Some((_, was_folder)) if is_folder && was_folder => None,
            Some((before, _)) if before == exact => Some(Twin::Same),
            Some(_) => Some(Twin::InAnotherCase),
            None => None,
        }
    }

    pub(super) fn suspicious(self) -> Vec<String> {
        self.suspicious
    }
}

fn is_suspicious(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or_default().to_lowercase();
    let device = |part: &str| is_device_name(part.split('.').next().unwrap_or_default());
    SECRETS.contains(&file.as_str())
        || file.starts_with(".env.") && !file.ends_with(".example")
        || path.split('/').skip(1).any(device)
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hardly_meant_is_told() {
        let mut names = Names::in_any_case();
        for name in [
            "a-1/.env",
            "a-1/.env.production",
            "a-1/.env.example",
            "a-1/keys/id_rsa",
            "a-1/src/aux.rs",
            "a-1/src/lib.rs",
            "a-1/id_rsa.pub",
        ] {
            assert_eq!(names.add(name, false), None);
        }
        assert_eq!(
            names.add("a-1/src/LIB.rs", false),
            Some(Twin::InAnotherCase)
        );
        assert_eq!(names.add("a-1/.env", false), Some(Twin::Same));
        let told = names.suspicious();
        assert_eq!(
            told[..4],
            [
                "a-1/.env",
                "a-1/.env.production",
                "a-1/keys/id_rsa",
                "a-1/src/aux.rs"
            ]
        );
    }
}
