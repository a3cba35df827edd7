//! Draws the engine's events: a bar on a terminal, lines of JSON for programs, a few words for everybody.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::json::line;
use crate::cli::output::format::MessageFormat;
use crate::cli::output::terminal::{Terminal, bytes};
use crate::model::event::{ByteOrigin, Event, Watch};
use crate::model::package::id::CrateName;

/// How often the line is drawn anew.
const FRAME: Duration = Duration::from_millis(100);
/// Retries that are told without being asked for.
const TOLD_RETRIES: u32 = 3;

/// The listener of a run, and what it has counted.
pub struct Progress {
    terminal: Terminal,
    bar: ProgressBar,
    state: Mutex<State>,
    retries: AtomicU32,
}

struct State {
    started: Instant,
    drawn: Instant,
    received: u64,
    /// What the answers that have begun will come to, and how many they are.
    announced: u64,
    begun: u64,
    in_flight: BTreeSet<CrateName>,
    stored: usize,
    /// Whether the bar counts bytes, all of which are known beforehand.
    in_bytes: bool,
}

impl Progress {
    /// A bar is drawn where there is a terminal to draw it on and `bar` allows it.
    pub fn new(terminal: Terminal, bar: bool) -> Arc<Self> {
        let wanted = bar && !terminal.quiet && terminal.format == MessageFormat::Human;
        let target = if wanted {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        // The template is a constant of ours; were it wrong, the default style would do.
        if let Ok(style) =
            ProgressStyle::with_template("{prefix:>12.cyan.bold} [{bar:24}] {pos}/{len} {wide_msg}")
        {
            bar.set_style(style.progress_chars("=> "));
        }
        let now = Instant::now();
        let state = State {
            started: now,
            drawn: now,
            received: 0,
            announced: 0,
            begun: 0,
            in_flight: BTreeSet::new(),
            stored: 0,
            in_bytes: false,
        };
        Arc::new(Self {
            terminal,
            bar,
            state: Mutex::new(state),
            retries: AtomicU32::new(0),
        })
    }

    pub fn watch(self: &Arc<Self>) -> Watch {
        let progress = Arc::clone(self);
        Arc::new(move |event| progress.hear(event))
    }

    /// Clears the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// How many crates became whole.
    pub fn stored(&self) -> usize {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .stored
    }

    fn hear(&self, event: &Event) {
        if self.terminal.format == MessageFormat::Json {
            if let Some(line) = line::of_event(event) {
                // A reader that has gone away is found out by the report.
                let _ = self.terminal.json(&line);
            }
            self.state
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .stored += usize::from(matches!(
                event,
                Event::Stored { .. } | Event::Imported { .. }
            ));
            return;
        }
        match event {
            Event::Warning { message, help } => {
                self.aside(|| self.terminal.warning(message, help.as_deref()));
            }
            Event::Note { message } if self.terminal.verbose > 0 => {
                self.aside(|| self.terminal.note(message));
            }
            Event::Waiting { lock, seconds } => self.aside(|| {
                let lock = lock.display();
                let what = format!("for another process that holds `{lock}` (up to {seconds} s)");
                self.terminal.step("Waiting", &what);
            }),
            Event::Step { verb, what } => self.aside(|| self.terminal.step(verb, what)),
            Event::Retry {
                what,
                cause,
                milliseconds,
            } => {
                let told = self.retries.fetch_add(1, Ordering::Relaxed);
                if told < TOLD_RETRIES || self.terminal.verbose > 1 {
                    let seconds = Duration::from_millis(*milliseconds).as_secs_f64();
                    let message = format!("{what}: {cause}; retrying in {seconds:.1} s");
                    self.aside(|| self.terminal.warning(&message, None));
                }
            }
            Event::Damaged { damage } => {
                let named = damage.package.as_ref().map(|id| format!("{id}: "));
                let named = named.unwrap_or_default();
                let told = format!("{named}{} ({}): {}", damage.kind, damage.path, damage.cause);
                self.aside(|| self.terminal.problem(&told));
            }
            Event::Stored {
                package,
                origin,
                bytes: size,
            } if self.terminal.verbose > 0 => {
                let verb = if *origin == ByteOrigin::Upstream {
                    "Downloaded"
                } else {
                    "Reused"
                };
                self.aside(|| {
                    self.terminal
                        .step(verb, &format!("{package} ({})", bytes(*size)));
                });
            }
            Event::Imported {
                package,
                bytes: size,
            } if self.terminal.verbose > 0 => {
                let what = format!("{package} ({})", bytes(*size));
                self.aside(|| self.terminal.step("Imported", &what));
            }
            _ => {}
        }
        self.draw(event);
    }

    /// Says something above the bar, if there is one yet: setting it aside would draw an empty one.
    fn aside(&self, say: impl FnOnce()) {
        if self.bar.length() == Some(0) {
            say();
        } else {
            self.bar.suspend(say);
        }
    }

    fn draw(&self, event: &Event) {
        if self.bar.is_hidden() && !matches!(event, Event::Stored { .. }) {
            return;
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Planned { wanted, keep } => {
                self.bar.set_prefix(if *keep == *wanted {
                    "Checking"
                } else {
                    "Fetching"
                });
                self.bar.set_length(*wanted as u64);
                self.bar.set_position(*keep as u64);
            }
            Event::Started { package, bytes } => {
                state.announced += bytes.unwrap_or(0);
                state.begun += 1;
                state.in_flight.insert(package.name.clone());
            }
            Event::Received { bytes, .. } => state.received += bytes,
            Event::Stored { package, .. } => {
                state.stored += 1;
                state.in_flight.remove(&package.name);
                self.bar.inc(1);
            }
            Event::Failed { package, .. } => {
                state.in_flight.remove(&package.name);
                self.bar.inc(1);
            }
            Event::Amount { verb, bytes } => {
                state.in_bytes = true;
                state.started = Instant::now();
                state.received = 0;
                state.announced = *bytes;
                // Numbers of bytes are said in words.
                let template = "{prefix:>12.cyan.bold} [{bar:24}] {wide_msg}";
                if let Ok(style) = ProgressStyle::with_template(template) {
                    self.bar.set_style(style.progress_chars("=> "));
                }
                self.bar.set_prefix(*verb);
                self.bar.set_length(*bytes);
                self.bar.set_position(0);
            }
            Event::Moved { bytes } => {
                state.received += bytes;
                self.bar.inc(*bytes);
            }
            Event::Checked { .. } => {
                self.bar.set_prefix("Checking");
                self.bar.inc(1);
            }
            _ => return,
        }
        if !self.bar.is_hidden() && state.drawn.elapsed() >= FRAME {
            state.drawn = Instant::now();
            self.bar.set_message(message(
                &state,
                self.bar.position(),
                self.bar.length().unwrap_or(0),
            ));
        }
    }
}

/// `58.2 of about 151.5 MB at 24.1 MB/s, 4 s left: syn, windows-sys, ...`
fn message(state: &State, done: u64, all: u64) -> String {
    if state.received == 0 {
        return String::new();
    }
    let elapsed = u64::try_from(state.started.elapsed().as_millis())
        .unwrap_or(u64::MAX)
        .max(1);
    let rate = (state.received.saturating_mul(1000) / elapsed).max(1);
    if state.in_bytes {
        let left = state.announced.saturating_sub(state.received) / rate;
        let (received, total, rate) = (bytes(state.received), bytes(state.announced), bytes(rate));
        return format!("{received} of {total} at {rate}/s, {left} s left");
    }
    // Sizes are only known as the answers begin, so the crates still to come count as average ones.
    let average = state.announced / state.begun.max(1);
    let to_come = all
        .saturating_sub(done)
        .saturating_sub(state.in_flight.len() as u64);
    let total = state.announced.max(state.received) + average * to_come;
    let left = (total - state.received) / rate;
    let names: Vec<&str> = state
        .in_flight
        .iter()
        .take(3)
        .map(CrateName::as_str)
        .collect();
    let more = if state.in_flight.len() > names.len() {
        ", ..."
    } else {
        ""
    };
    let (received, total, rate) = (bytes(state.received), bytes(total), bytes(rate));
    format!(
        "{received} of about {total} at {rate}/s, {left} s left: {}{more}",
        names.join(", ")
    )
}
