//! Deliveries of web hooks that wait for their turn.
//!
//! ```text
//! <mirror>/.mirror/webhooks/20261126T170000Z-5a17c92be0b3d18f.json    one delivery to one hook
//! ```
//!
//! Whoever changes a registry leaves them here, a command as well as a server, and goes on; a server sends them. So a
//! restart forgets none, and a hook that does not answer delays nobody. Written beside and renamed, not flushed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::io::fs::error::if_there;
use crate::io::fs::file;
use crate::io::mirror::layout::Mirror;
use crate::io::mirror::settings;
use crate::io::random;
use crate::model::error::Result;
use crate::model::webhook::{Delivery, HookEvent};

/// A larger one is none of ours.
const MAX_DELIVERY: u64 = 1 << 20;

/// Leaves a delivery for each hook of the registry that wants to hear of this.
pub fn announce(mirror: &Path, event: &HookEvent) -> Result<()> {
    let settings = settings::read(mirror)?.of(&event.registry);
    for hook in settings.webhooks.iter().filter(|it| it.wants(event.event)) {
        let random: [u8; 8] = random::bytes()?;
        let moment = event.at.to_string().replace(['-', ':'], "");
        let id = format!("{moment}-{:016x}", u64::from_be_bytes(random));
        put(mirror, &id, &Delivery::new(hook, event))?;
    }
    Ok(())
}

/// Every delivery that waits, by its id: the oldest first.
pub fn waiting(mirror: &Path) -> Result<Vec<(String, Delivery)>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(Mirror::at(mirror).webhooks())
        .into_iter()
        .flatten();
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(id) = name.strip_suffix(".json") else {
            continue;
        };
        // One that another server has just sent is gone.
        let Some(text) = if_there(file::read(&entry.path(), MAX_DELIVERY))? else {
            continue;
        };
        if let Ok(delivery) = serde_json::from_slice(&text) {
            found.push((id.to_owned(), delivery));
        }
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(found)
}

/// Writes a delivery down, anew after each attempt.
pub fn put(mirror: &Path, id: &str, delivery: &Delivery) -> Result<()> {
    let text = serde_json::to_vec(delivery).unwrap_or_default();
    file::replace_own(&path(mirror, id), &text)
}

/// Forgets a delivery.
pub fn remove(mirror: &Path, id: &str) -> Result<()> {
    file::remove(&path(mirror, id))
}

fn path(mirror: &Path, id: &str) -> PathBuf {
    Mirror::at(mirror).webhooks().join(format!("{id}.json"))
}
