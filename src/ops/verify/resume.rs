//! How far a `verify` is, noted in `.mirror/verify` now and then: the shards that were found sound. A shard with damage
//! is not noted, so a resumed run finds it again.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::io::mirror::verify_progress::{cursor_path, read_cursor, remove_cursor, write_cursor};
use crate::model::event::Event;
use crate::model::package::id::CrateName;
use crate::model::units::timestamp::Timestamp;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::verify::options::{Extent, VerifyOptions};

/// How often it is written.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug, Default, Serialize, Deserialize)]
struct Cursor {
    /// What the run was asked for. Another question is not resumed.
    asked: String,
    checked: usize,
    /// `<source>/<shard>`
    done: BTreeSet<String>,
}

/// The question in words: whether a run can go on where another ended.
fn asked(options: &VerifyOptions, sources: &[String]) -> String {
    let extent = match &options.extent {
        Extent::All => "all".to_owned(),
        Extent::Quick => "quick".to_owned(),
        Extent::Since(moment) => format!("since {}", Timestamp::from(*moment)),
        Extent::Named(names) => {
            let names: Vec<&str> = names.iter().map(CrateName::as_str).collect();
            format!("named {}", names.join(" "))
        }
    };
    let archives = if options.archives { ", archives" } else { "" };
    format!("{extent}{archives} of {}", sources.join(" "))
}

pub struct Progress {
    path: Option<PathBuf>,
    resumed: Cursor,
    state: Mutex<(Cursor, Instant)>,
}

impl Progress {
    pub fn start(mirror: &OpenMirror, options: &VerifyOptions, sources: &[String]) -> Self {
        let asked = asked(options, sources);
        let path = cursor_path(&mirror.folder);
        let mut resumed = Cursor::default();
        if options.resume {
            let read = read_cursor(&path);
            match read.and_then(|text| serde_json::from_slice::<Cursor>(&text).ok()) {
                Some(cursor) if cursor.asked == asked => resumed = cursor,
                _ => (mirror.watch)(&Event::Warning {
                    message:
                        "there is no run with these options to resume; starting from the beginning"
                            .to_owned(),
                    help: None,
                }),
            }
        }
        let cursor = Cursor {
            asked,
            checked: resumed.checked,
            done: resumed.done.clone(),
        };
        // A look at some crates only is part of a repair, and over in a moment.
        let kept = !matches!(options.extent, Extent::Named(_) | Extent::Quick);
        Self {
            path: kept.then_some(path),
            resumed,
            state: Mutex::new((cursor, Instant::now())),
        }
    }

    pub fn resumed(&self) -> usize {
        self.resumed.checked
    }

    pub fn is_done(&self, source: &str, shard: &str) -> bool {
        !self.resumed.done.is_empty() && self.resumed.done.contains(&format!("{source}/{shard}"))
    }

    /// A shard is through, and sound.
    pub fn done(&self, source: &str, shard: &str, checked: usize) {
        let Some(path) = &self.path else {
            return;
        };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (cursor, written) = &mut *state;
        cursor.done.insert(format!("{source}/{shard}"));
        cursor.checked += checked;
        if written.elapsed() >= PAUSE {
            if let Ok(text) = serde_json::to_vec(cursor) {
                write_cursor(path, &text);
            }
            *written = Instant::now();
        }
    }

    pub fn finish(&self) {
        if let Some(path) = &self.path {
            remove_cursor(path);
        }
    }
}
