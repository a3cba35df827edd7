//! What upstream answers where an index file is asked for, and whether that can be one.
//!
//! A proxy's login page comes with status 200, and a cache that has lost a file may send an empty one. Where no tree of a git
//! index vouches for a file, nothing is removed by such an answer.

use std::time::Duration;

use crate::io::git::tree_index::file_id;
use crate::io::mirror::index_cache::CachedIndex;
use crate::io::upstream::answer::UpstreamAnswer;
use crate::io::upstream::registry::Upstream;
use crate::model::error::Result;
use crate::model::index::file::IndexFile;
use crate::model::index::validator::Validator;
use crate::model::package::id::CrateName;
use crate::model::sync::tree::FileId;
use crate::model::sync::troubles::{Trouble, TroubleKind};
use crate::model::units::timestamp::Timestamp;
use crate::ops::sync::judged::{Expected, Judged, Touch};

/// A file that is empty so long is meant to be: the registry has deleted all versions.
const BELIEVED_AFTER: Duration = Duration::from_hours(24);
const EMPTY: &str = "its index file is empty, so nothing of it is removed for a day";
const FOREIGN: &str = "what upstream sent in place of its index file cannot be read as one, so nothing of it is removed";

/// What upstream says.
pub(super) enum Told {
    File {
        text: Vec<u8>,
        id: FileId,
        validator: Option<Validator>,
        /// Whether it is the one that the git index names, if that says anything.
        in_step: bool,
    },
    Unchanged,
    Gone,
    OutOfStep,
}

/// Asks upstream for the index file of a crate. `kept`: what it has answered in this run already.
pub(super) async fn ask(
    upstream: &Upstream,
    touch: &Touch,
    kept: Option<CachedIndex>,
) -> Result<Told> {
    let name = &touch.name;
    if let Some(kept) = kept {
        let id = file_id(&kept.text);
        let in_step = !matches!(touch.expected, Expected::File(expected) if expected != id);
        if in_step && !matches!(touch.expected, Expected::Gone) {
            return Ok(Told::File {
                text: kept.text,
                id,
                validator: kept.validator,
                in_step,
            });
        }
    }
    match &touch.expected {
        Expected::File(expected) => {
            let first = upstream.index_file_if_changed(name, None).await?;
            let told = Told::answered(first, expected);
            if matches!(told, Told::File { in_step: true, .. }) {
                return Ok(told);
            }
            let anew = upstream.index_file_anew(name).await?;
            Ok(Told::answered(anew, expected))
        }
        // Both must say so.
        Expected::Gone => Ok(match upstream.index_file_anew(name).await? {
            UpstreamAnswer::Absent => Told::Gone,
            // Some servers keep an empty file.
            UpstreamAnswer::Text { text, .. } if text.trim_ascii().is_empty() => Told::Gone,
            UpstreamAnswer::Text { .. } | UpstreamAnswer::Unchanged => Told::OutOfStep,
        }),
        Expected::Unknown(known) => {
            match upstream.index_file_if_changed(name, known.as_ref()).await? {
                UpstreamAnswer::Text { text, validator } => Ok(Told::file(text, validator, None)),
                UpstreamAnswer::Unchanged => Ok(Told::Unchanged),
                UpstreamAnswer::Absent => past_caches(upstream, name).await,
            }
        }
    }
}

/// Asks past the caches on the way, where nobody vouches for an answer by which versions would be removed.
pub(super) async fn past_caches(upstream: &Upstream, name: &CrateName) -> Result<Told> {
    Ok(match upstream.index_file_anew(name).await? {
        UpstreamAnswer::Text { text, validator } => Told::file(text, validator, None),
        UpstreamAnswer::Absent | UpstreamAnswer::Unchanged => Told::Gone,
    })
}

impl Told {
    /// What an answer says of a file that the git index has.
    fn answered(answer: UpstreamAnswer, expected: &FileId) -> Self {
        match answer {
            UpstreamAnswer::Text { text, validator } => Self::file(text, validator, Some(expected)),
            UpstreamAnswer::Absent | UpstreamAnswer::Unchanged => Self::OutOfStep,
        }
    }

    fn file(text: Vec<u8>, validator: Option<Validator>, expected: Option<&FileId>) -> Self {
        let id = file_id(&text);
        Self::File {
            in_step: expected.is_none_or(|expected| *expected == id),
            text,
            id,
            validator,
        }
    }
}

/// The lines of a file, but for those of other crates: nobody may speak for them here.
pub(super) fn own_lines(touch: &Touch, mut file: IndexFile, judged: &mut Judged) -> IndexFile {
    let before = file.lines().len();
    file.retain(|line| line.id().name.shares_file_with(&touch.name));
    if file.lines().len() < before {
        let cause = "its index file has lines of another crate".to_owned();
        judged
            .failed
            .push((touch.name.to_string(), TroubleKind::Failed, cause, None));
    }
    file
}

/// Why nothing may be removed by this file. `loses`: versions that are here are not in it; `before`: the trouble that the
/// crate was in.
pub(super) fn doubt(
    file: &IndexFile,
    loses: bool,
    before: Option<&Trouble>,
    now: Timestamp,
) -> Option<&'static str> {
    if file.has_foreign() && (loses || file.lines().is_empty()) {
        return Some(FOREIGN);
    }
    let was_empty = before
        .filter(|before| before.cause == EMPTY)
        .is_some_and(|before| now.since(before.first) >= BELIEVED_AFTER);
    (loses && file.lines().is_empty() && !was_empty).then_some(EMPTY)
}

impl Judged {
    /// Its answer was none: what is known of its file stays as it was.
    pub(super) fn doubted(&mut self, name: &CrateName, cause: &str) {
        (self.id, self.validator) = (None, None);
        self.failed.push((
            name.to_string(),
            TroubleKind::Failed,
            cause.to_owned(),
            None,
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_removed_by_what_is_no_index_file() {
        let line = format!(
            r#"{{"name":"a","vers":"1.0.0","deps":[],"cksum":"{}","features":{{}},"yanked":false}}"#,
            "0".repeat(64)
        );
        let file = |text: &str| IndexFile::parse(text.as_bytes());
        let now = Timestamp(1_000_000);
        let ask = |text: &str, loses| doubt(&file(text), loses, None, now);
        assert_eq!(ask("<html>\n", true), Some(FOREIGN));
        assert_eq!(ask("<html>\n", false), Some(FOREIGN));
        assert_eq!(ask(&format!("{line}\n{{}}\n"), true), Some(FOREIGN));
        // A line of a later format, and nothing is lost.
        assert_eq!(ask(&format!("{line}\n{{}}\n"), false), None);
        assert_eq!(ask(&line, true), None);
        assert_eq!(ask("", false), None);
        assert_eq!(ask("", true), Some(EMPTY));
        let mut trouble = Trouble {
            kind: TroubleKind::Failed,
            cause: EMPTY.to_owned(),
            first: Timestamp(now.0 - 86_399),
            last: now,
            times: 3,
            next: now,
        };
        assert_eq!(doubt(&file(""), true, Some(&trouble), now), Some(EMPTY));
        trouble.first = Timestamp(now.0 - 86_400);
        assert_eq!(doubt(&file(""), true, Some(&trouble), now), None);
        assert_eq!(
            doubt(&file("<html>"), true, Some(&trouble), now),
            Some(FOREIGN)
        );
    }
}
