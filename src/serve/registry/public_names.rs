//! Tells when crates.io has a crate of a private name: in the log, in the metrics, to the web hooks of the registry.

use std::sync::Arc;
use std::time::Duration;

use crate::io::hooks::spool;
use crate::model::error::Result;
use crate::model::event::Event;
use crate::model::package::id::CrateName;
use crate::model::source::id::CRATES_IO_FOLDER;
use crate::model::webhook::{HookEvent, HookKind};
use crate::ops::publish::appeared::{self, NameLook};
use crate::serve::answer::body::blocking;
use crate::serve::registry::notices;
use crate::serve::registry::state::ServerState;
use crate::serve::registry::upstream::RegistryUpstream;

/// Whether the day has changed is looked at this often.
const PAUSE: Duration = Duration::from_mins(10);

/// Looks every day, for as long as the server runs.
pub async fn watch(state: Arc<ServerState>) {
    loop {
        if let Err(error) = look(&state).await {
            notices::warn(&state.common.mirror.watch, &error);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn look(state: &Arc<ServerState>) -> Result<()> {
    let names = state.private_names();
    if names.of_registries().is_empty() {
        return Ok(());
    }
    // Without one only the index tells.
    let catalog = state.catalog(&state.crates_io).await.ok();
    let is_dumped = |name: &CrateName| {
        let row = catalog.as_ref().map(|catalog| catalog.row(name.as_str()));
        row.is_some_and(|row| matches!(row, Ok(Some(row)) if row.dump.is_some()))
    };
    let may_ask = |registry: &str| {
        let registry = state.hosted(registry);
        registry.is_some_and(|registry| registry.policy.ask_crates_io)
    };
    let pull = state.crates_io.pull.as_ref();
    let upstream = pull.map(RegistryUpstream::upstream);
    let looking = NameLook {
        mirror: &state.common.mirror,
        accounts: &state.hosting.accounts,
        names: &names,
        upstream: upstream.as_deref(),
        is_known: &is_dumped,
        may_ask: &may_ask,
    };
    for (name, registry) in appeared::look(&looking).await? {
        tell(state, name, registry).await;
    }
    Ok(())
}

async fn tell(state: &Arc<ServerState>, name: CrateName, registry: String) {
    state.stats.public_names.add(1);
    (state.common.mirror.watch)(&Event::Warning {
        message: format!(
            "{CRATES_IO_FOLDER} has a crate `{name}`, which is a private crate of the registry `{registry}`"
        ),
        help: Some(format!(
            "whoever leaves out `registry = \"{registry}\"` takes that one where this mirror is not asked; `allow-public` in mirror.toml says that both are meant to exist"
        )),
    });
    let event = HookEvent {
        event: HookKind::PublicName,
        registry,
        name: name.to_string(),
        version: None,
        checksum: None,
        by: CRATES_IO_FOLDER.to_owned(),
        at: state.common.mirror.clock.now(),
    };
    let mirror = state.common.mirror.folder.clone();
    let announced = blocking("leaving a web hook", move || {
        spool::announce(&mirror, &event)
    });
    if let Err(error) = announced.await {
        state.hook_lost(&error);
    }
}
