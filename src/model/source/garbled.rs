//! References of git sources that lockfiles before version 4 cannot hold.

use crate::model::source::id::GitSource;

/// The first version of lockfiles in which references are encoded.
const ENCODED: u32 = 4;

/// A git source whose reference cargo cannot read back out of a lockfile of this version: it stands there raw and is read
/// as form data, where `+` is a space and `&` and `#` end it (rust-lang/cargo#11085). Such a package cannot be taken from a
/// directory source.
pub fn is_garbled(text: &str, version: u32) -> bool {
    if version >= ENCODED || !text.starts_with("git+") {
        return false;
    }
    raw_reference(text).is_some_and(|raw| {
        let read = GitSource::parse(text);
        read.is_none_or(|read| read.reference.key().map(|(_, name)| name) != Some(raw))
    })
}

/// What stands between `?branch=` and the like and the commit.
pub fn raw_reference(text: &str) -> Option<&str> {
    let (before, _) = text.rsplit_once('#')?;
    let (_, query) = before.split_once('?')?;
    let keys = ["branch=", "tag=", "rev=", "ref="];
    keys.iter().find_map(|key| query.strip_prefix(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_that_old_lockfiles_garble_are_known() {
        let commit = "1111111111111111111111111111111111111111";
        for (reference, garbled) in [
            ("?tag=v1.0", false),
            ("?branch=feat/a", false),
            ("?branch=ümlaut", false),
            ("?tag=v1.0+build.7", true),
            ("?branch=wei&rd=x;y", true),
            ("?branch=feat/a#b%c", true),
            ("?branch=a%2Fb", true),
            ("", false),
        ] {
            let source = format!("git+https://r.example/m{reference}#{commit}");
            assert_eq!(is_garbled(&source, 3), garbled, "{reference}");
            assert!(!is_garbled(&source, 4), "{reference}");
        }
    }
}
