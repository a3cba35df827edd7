//! While the server runs: signals, and files that are read again when they change (tokens, certificate, cargo's config).

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::io::fs::stamp::Stamp;
use crate::model::error::{Error, chain};
use crate::model::event::Event;
use crate::serve::net::listen::ConnectionContext;
use crate::serve::net::tls::Certificate;
use crate::serve::registry::notices;
use crate::serve::registry::state::ServerState;

/// Waits for a signal to stop. Meanwhile reads again what has changed on disk.
pub async fn until_stopped(
    context: &ConnectionContext,
    certificate: Option<&Arc<Certificate>>,
    mut signals: Signals,
) {
    const LOOK: Duration = Duration::from_secs(2);
    let mut reported = Reported::default();
    let mut turned_away = 0;
    loop {
        let signal = tokio::select! {
            signal = signals.next() => signal,
            () = tokio::time::sleep(LOOK) => Received::Nothing,
        };
        match signal {
            Received::Stop => return,
            Received::Reload => context.log.reopen(),
            Received::Nothing => {}
        }
        let state = &context.state;
        if signal == Received::Nothing {
            state.look_at_limits(&mut turned_away);
            state.look_at_room();
        }
        let tokens = state.access.reload();
        let asked = signal == Received::Reload;
        for source in state.sources() {
            let Some(pull) = &source.pull else { continue };
            match pull.reload() {
                Ok(false) => {}
                Ok(true) => (state.common.mirror.watch)(&Event::Note {
                    message: format!("cargo's config was read again for {}", source.prefix),
                }),
                // Once: it is not tried again before something changes.
                Err(error) => reported.failed(state, "config", Vec::new(), &error, true),
            }
        }
        let renewed = certificate.map_or(Ok(false), |certificate| certificate.reload());
        let stamps = || certificate.map(|it| it.stamps()).unwrap_or_default();
        let files = [
            ("tokens", tokens, state.access.stamps()),
            ("certificate", renewed, stamps()),
        ];
        for (what, reloaded, stamps) in files {
            match reloaded {
                Ok(false) => reported.right(what),
                Ok(true) => {
                    reported.right(what);
                    (state.common.mirror.watch)(&Event::Step {
                        verb: "Read",
                        what: format!("the {what} again"),
                    });
                }
                Err(error) => reported.failed(state, what, stamps, &error, asked),
            }
        }
    }
}

/// Files that could not be read again, with the state for which the log says so. They are looked at every two seconds and
/// logged once per change.
#[derive(Default)]
struct Reported(HashMap<&'static str, (Vec<Option<Stamp>>, String)>);

impl Reported {
    fn right(&mut self, what: &'static str) {
        self.0.remove(what);
    }

    fn failed(
        &mut self,
        state: &ServerState,
        what: &'static str,
        stamps: Vec<Option<Stamp>>,
        error: &Error,
        asked: bool,
    ) {
        let now = (stamps, chain(error));
        if !asked && self.0.get(what) == Some(&now) {
            return;
        }
        state.stats.reload_errors.add(1);
        (state.common.mirror.watch)(&Event::Warning {
            message: format!("{}; the previous contents stay in effect", now.1),
            help: notices::hint(error),
        });
        self.0.insert(what, now);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Received {
    Stop,
    Reload,
    Nothing,
}

#[cfg(unix)]
pub struct Signals(Option<[tokio::signal::unix::Signal; 3]>);

#[cfg(unix)]
impl Signals {
    pub fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let all = || {
            Some([
                signal(SignalKind::terminate()).ok()?,
                signal(SignalKind::interrupt()).ok()?,
                signal(SignalKind::hangup()).ok()?,
            ])
        };
        Self(all())
    }

    async fn next(&mut self) -> Received {
        let Some([terminate, interrupt, hangup]) = &mut self.0 else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => Received::Stop,
            _ = interrupt.recv() => Received::Stop,
            _ = hangup.recv() => Received::Reload,
        }
    }
}

#[cfg(not(unix))]
pub struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub fn listen() -> Self {
        Self
    }

    async fn next(&mut self) -> Received {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Received::Stop,
            Err(_) => std::future::pending().await,
        }
    }
}
