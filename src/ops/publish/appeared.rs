//! The daily look whether crates.io has a crate of a private name: whoever puts it there waits for somebody who leaves out
//! `registry =`.
//!
//! What is here says so without a question: the mirrored index and the catalogue. crates.io itself is asked only about names
//! of registries whose settings allow it, since a question tells the name.

use std::sync::Arc;

use futures_util::{StreamExt, stream};

use crate::io::access::private_names::PrivateNames;
use crate::io::access::store::AccessStore;
use crate::io::task::blocking;
use crate::io::upstream::registry::Upstream;
use crate::model::error::Result;
use crate::model::package::id::CrateName;
use crate::model::units::timestamp::Timestamp;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::publish::public::{Taken, taken};

const DAY: u64 = 24 * 60 * 60;
/// What is still so is told again after that.
const AGAIN: u64 = 30 * DAY;
/// Names that are looked for at once.
const AT_ONCE: usize = 4;

/// What a look goes by.
pub struct NameLook<'l> {
    pub mirror: &'l OpenMirror,
    pub accounts: &'l Arc<AccessStore>,
    pub names: &'l PrivateNames,
    /// crates.io, where it may be asked at all.
    pub upstream: Option<&'l Upstream>,
    /// Whether a name is known to be there, in any spelling.
    pub is_known: &'l (dyn Fn(&CrateName) -> bool + Sync),
    /// Whether crates.io may be asked about names of a registry.
    pub may_ask: &'l (dyn Fn(&str) -> bool + Sync),
}

/// The private names that crates.io has and nobody was told of this month, with their registries. Of all who look for the same
/// accounts, one a day does; the others find nothing.
pub async fn look(looking: &NameLook<'_>) -> Result<Vec<(CrateName, String)>> {
    let now = looking.mirror.clock.now();
    let day = now.0 / DAY;
    let tomorrow = Timestamp((day + 1) * DAY);
    let what = format!("a look for public names on day {day}");
    if !first(looking, what, tomorrow, now).await? {
        return Ok(Vec::new());
    }
    let names = looking.names.of_registries().into_iter();
    let asked = names.map(|(name, registry)| async move {
        let upstream = looking.upstream.filter(|_| (looking.may_ask)(&registry));
        let is_there =
            (looking.is_known)(&name) || taken(looking.mirror, upstream, &name).await == Taken::Yes;
        is_there.then_some((name, registry))
    });
    let mut asked = stream::iter(asked).buffered(AT_ONCE);
    let mut found = Vec::new();
    while let Some(one) = asked.next().await {
        let Some((name, registry)) = one else {
            continue;
        };
        let what = format!("told that crates.io has {name} of {registry}");
        if first(looking, what, Timestamp(now.0.saturating_add(AGAIN)), now).await? {
            found.push((name, registry));
        }
    }
    Ok(found)
}

async fn first(
    looking: &NameLook<'_>,
    what: String,
    until: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    let accounts = Arc::clone(looking.accounts);
    blocking("looking whether it was done before", move || {
        accounts.take_once(&what, until, now)
    })
    .await
}
