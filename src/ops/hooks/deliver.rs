//! Web hooks delivered: what waits is sent, hook by hook, and tried again later where it fails.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;

use crate::io::hooks::send::send;
use crate::io::hooks::spool;
use crate::io::http::settings::{HttpSettings, http_settings};
use crate::io::mirror::settings;
use crate::io::task::blocking;
use crate::model::error::{Error, Result, chain};
use crate::model::event::Event;
use crate::model::settings::file::Settings;
use crate::model::url::without_credentials;
use crate::model::webhook::{Delivery, GIVEN_UP_AFTER};
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::options::Context;

/// Pause between two looks at the spool.
const LOOK: Duration = Duration::from_millis(500);

/// Delivers until it is dropped. What is under way then is sent again by the next server: a hook may hear of one thing
/// twice, under one id.
pub async fn run(common: Context) {
    let mut said = String::new();
    loop {
        match round(&common).await {
            Ok(()) => said.clear(),
            // The server ends.
            Err(Error::Interrupted) => return,
            Err(error) => {
                let now = chain(&error);
                if now != said {
                    (common.mirror.watch)(&Event::Warning {
                        message: format!("no web hook is called: {now}"),
                        help: error.hint(),
                    });
                    said = now;
                }
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Sends everything that is due, each hook's in order until one fails, different hooks at once.
async fn round(common: &Context) -> Result<()> {
    let mirror = common.mirror.folder.clone();
    let waiting = blocking("looking for web hooks", move || spool::waiting(&mirror)).await?;
    let now = common.mirror.clock.now();
    let mut due: BTreeMap<String, Vec<(String, Delivery)>> = BTreeMap::new();
    for (id, delivery) in waiting {
        if delivery.next <= now {
            due.entry(delivery.url.clone())
                .or_default()
                .push((id, delivery));
        }
    }
    if due.is_empty() {
        return Ok(());
    }
    let settings = settings::read(&common.mirror.folder)?;
    let http = http_settings(&common.place.config(&common.place.cwd)?);
    let each = due.into_values().map(|deliveries| async {
        // After a failure the rest waits for the next round: it keeps its order, and a hook that is down takes the time of
        // one delivery a round.
        for (id, delivery) in deliveries {
            if !one(&common.mirror, &settings, &http, &id, delivery).await? {
                break;
            }
        }
        Ok(())
    });
    join_all(each).await.into_iter().collect()
}

/// Whether it is done with: sent, or taken out of the settings.
async fn one(
    open: &OpenMirror,
    settings: &Settings,
    http: &HttpSettings,
    id: &str,
    delivery: Delivery,
) -> Result<bool> {
    let mirror = &open.folder;
    let hooks = settings.of(&delivery.registry).webhooks;
    let Some(hook) = hooks.iter().find(|hook| hook.url == delivery.url) else {
        // It was taken out of the settings.
        spool::remove(mirror, id)?;
        return Ok(true);
    };
    let sent = send(http, mirror, hook, id, &delivery).await;
    let Err(cause) = sent else {
        spool::remove(mirror, id)?;
        return Ok(true);
    };
    let (first, event) = (delivery.attempts == 0, delivery.event.as_str());
    let Some(again) = delivery.again(open.clock.now()) else {
        (open.watch)(&Event::Warning {
            message: format!(
                "a web hook for `{event}` is given up after {} hours: {cause}",
                GIVEN_UP_AFTER.as_secs() / 3600
            ),
            help: None,
        });
        spool::remove(mirror, id)?;
        return Ok(false);
    };
    if first {
        (open.watch)(&Event::Warning {
            message: format!(
                "the web hook at {} for `{event}` failed: {cause}",
                shown(&hook.url)
            ),
            help: Some("it is tried again for a day, ever less often".to_owned()),
        });
    }
    spool::put(mirror, id, &again)?;
    Ok(false)
}

/// The address without what may be a secret in it.
fn shown(url: &str) -> String {
    let bare = url.split(['?', '#']).next().unwrap_or_default();
    without_credentials(bare)
}
