//! What the writer evicts: crates beyond `--max-size` and `--max-age`, and some of the others when the disk is full.

use std::time::{Duration, Instant};

use crate::model::error::Result;
use crate::model::event::{Event, Watch};
use crate::ops::gc::evict::{self, Evicted};
use crate::serve::metrics::usage::Leap;
use crate::serve::registry::notices;
use crate::serve::registry::writer::WriterConfig;

/// Pause between two rounds that evict for age: each evicts only a part.
const APART: Duration = Duration::from_hours(1);
/// Attempts to make room without one crate stored in between; after that, something else is filling the disk.
const TRIES: u32 = 3;
/// Nothing more goes for this long then: a full disk must not empty the mirror in a moment.
const SPARED: Duration = Duration::from_mins(1);

/// What the writer knows of sizes, and when it evicted last.
#[derive(Debug, Default)]
pub struct Eviction {
    /// What the crates take, as far as is known.
    size: Option<u64>,
    /// Bytes stored since the folder was last listed.
    unlisted: u64,
    /// Until then nothing is evicted for its age.
    spared_until: Option<Instant>,
    made: Option<Room>,
}

/// Room that was made on a full disk.
#[derive(Debug)]
struct Room {
    at: Instant,
    /// How often it was made since a crate was last stored.
    tries: u32,
}

impl Eviction {
    pub fn stored(&mut self, bytes: u64) {
        self.size = self.size.map(|size| size + bytes);
        self.unlisted += bytes;
        if let Some(made) = &mut self.made {
            made.tries = 0;
        }
    }

    pub fn is_too_large(&self, config: &WriterConfig) -> bool {
        match (self.size, config.limits.max_size) {
            // Another server may store into the same folder, so the folder is listed anew from time to time.
            (Some(size), Some(most)) => size > most || self.unlisted > most / 8,
            _ => false,
        }
    }

    /// Evicts what is beyond the limits.
    pub fn let_go(&mut self, config: &WriterConfig) {
        let WriterConfig {
            common,
            store,
            limits,
            usage,
            stats,
            ..
        } = config;
        if !limits.any() {
            return;
        }
        self.unlisted = 0;
        let now = common.mirror.clock.now();
        if let Some(leap) = usage.look(now, limits.max_age) {
            stats.clock_leaps.add(1);
            say_leap(&common.mirror.watch, leap);
            return;
        }
        let mut limits = *limits;
        if self
            .spared_until
            .is_some_and(|until| Instant::now() < until)
        {
            limits.max_age = None;
        }
        match evict::evict(&common.mirror, store, limits, &usage.last(), now) {
            Ok(Some(evicted)) => {
                account(config, &evicted, "that were not used recently");
                if evicted.more {
                    self.spared_until = Some(Instant::now() + APART);
                }
                // If roots alone want more than that, looking again and again does not help.
                let over = limits
                    .max_size
                    .is_some_and(|most| evicted.bytes_kept > most);
                self.size = (!over).then_some(evicted.bytes_kept);
            }
            // Not now; the next round tries again.
            Ok(None) => self.size = None,
            Err(error) => {
                self.size = None;
                notices::warn(&common.mirror.watch, &error);
            }
        }
    }

    /// Makes room for so many bytes on a disk that is full, if limits say that anything may go. `asked`: when the room was
    /// found to be missing; what was evicted since then was evicted for others that found the same. Whether it is worth
    /// another try.
    pub fn make_room(&mut self, config: &WriterConfig, bytes: u64, asked: Instant) -> Result<bool> {
        if !config.limits.any() {
            return Ok(false);
        }
        let mut tries = 1;
        if let Some(made) = &self.made {
            if made.at >= asked {
                return Ok(true);
            }
            if made.at.elapsed() < SPARED {
                tries += made.tries;
            }
        }
        if tries > TRIES {
            return Ok(false);
        }
        let (common, store) = (&config.common, &config.store);
        let used = config.usage.last();
        let evicted = evict::make_room(&common.mirror, store, bytes, &used)?;
        let Some(evicted) = evicted.filter(|evicted| !evicted.dropped.is_empty()) else {
            return Ok(false);
        };
        self.size = Some(evicted.bytes_kept);
        account(config, &evicted, "to make room on a full disk");
        let at = Instant::now();
        self.made = Some(Room { at, tries });
        Ok(true)
    }
}

/// Tells everybody what is gone.
fn account(config: &WriterConfig, evicted: &Evicted, why: &str) {
    say_evicted(&config.common.mirror.watch, evicted, why);
    for held in &evicted.dropped {
        (config.gone)(&held.id);
    }
    let ids = evicted.dropped.iter().map(|held| &held.id);
    config.usage.forget(ids);
    config.stats.evicted.add(evicted.dropped.len() as u64);
    config
        .stats
        .evicted_bytes
        .add(evicted.dropped.iter().map(|held| held.bytes).sum());
}

fn say_evicted(watch: &Watch, evicted: &Evicted, why: &str) {
    const NAMED: usize = 10;
    if evicted.dropped.is_empty() {
        return;
    }
    let named = evicted.dropped.iter().take(NAMED);
    let mut named: Vec<String> = named.map(|held| held.id.to_string()).collect();
    if evicted.dropped.len() > NAMED {
        named.push("and others".to_owned());
    }
    let bytes: u64 = evicted.dropped.iter().map(|held| held.bytes).sum();
    watch(&Event::Step {
        verb: "Evicted",
        what: format!(
            "{} crate{} ({bytes} bytes) {why}: {}",
            evicted.dropped.len(),
            if evicted.dropped.len() == 1 { "" } else { "s" },
            named.join(", ")
        ),
    });
}

fn say_leap(watch: &Watch, leap: Leap) {
    watch(&Event::Warning {
        message: format!(
            "the clock says {}, but use was last looked at when it said {}; nothing is evicted in this round, and what was \
             used how long ago is counted from now",
            leap.to, leap.from
        ),
        help: Some("look at this machine's clock, and at what sets it".to_owned()),
    });
}
