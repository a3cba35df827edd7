//! Filling the mirror while serving: what was named at the start, and what an administrator sends later.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body::Body as _;
use hyper::body::Incoming;
use hyper::{Response, StatusCode};
use serde::Serialize;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use crate::model::error::{Error, Result, chain};
use crate::model::event::{Event, Watch};
use crate::model::input::lockfile::MAX_FILE;
use crate::ops::context::options::Context;
use crate::ops::input::read::Input;
use crate::ops::vendor::report::VendorReport;
use crate::ops::vendor::run as vendor;
use crate::serve::answer::body::{Body, JSON, error, for_clients, text};
use crate::serve::metrics::counters::Stats;
use crate::serve::registry::notices;
use crate::serve::registry::state::ServerState;

/// What an administrator sends must have come by then.
const PATIENCE: Duration = Duration::from_mins(1);
/// More than this do not wait.
const QUEUE: usize = 64;

/// The way to what is being prefetched.
pub struct Prefetching {
    queue: mpsc::Sender<Input>,
    waiting: AtomicU64,
    done: AtomicU64,
    last: Mutex<Option<String>>,
}

#[derive(Debug, Serialize)]
pub struct PrefetchPage {
    /// What was named at the start or sent later, and is not done.
    waiting: u64,
    done: u64,
    fetched: u64,
    failed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
}

impl Prefetching {
    /// Begins with what was named at the start; one after the other, beside everything else.
    pub fn start(common: &Context, inputs: Vec<Input>, stats: &Arc<Stats>) -> Arc<Self> {
        let (queue, mut receiver) = mpsc::channel::<Input>(QUEUE);
        let prefetching = Arc::new(Self {
            queue,
            waiting: AtomicU64::new(inputs.len() as u64),
            done: AtomicU64::new(0),
            last: Mutex::new(None),
        });
        let (common, stats, shared) = (common.clone(), Arc::clone(stats), Arc::clone(&prefetching));
        tokio::spawn(async move {
            // One by one: what is wrong with one of them is not held against the next.
            let mut first = inputs.into_iter();
            loop {
                let input = match first.next() {
                    Some(input) => Some(input),
                    None => receiver.recv().await,
                };
                let Some(input) = input else {
                    return;
                };
                match apart(&common, vec![input]).await {
                    Ok(report) => {
                        stats
                            .prefetched
                            .add((report.fetched + report.reused) as u64);
                        stats.prefetch_failures.add(report.failed.len() as u64);
                        for failed in &report.failed {
                            let message = format!("{}: {}", failed.package, failed.cause);
                            shared.failed(&common.mirror.watch, &message, None);
                        }
                    }
                    Err(error) => {
                        stats.prefetch_failures.add(1);
                        shared.failed(&common.mirror.watch, &chain(&error), notices::hint(&error));
                    }
                }
                shared.done.fetch_add(1, Ordering::Relaxed);
                shared.waiting.fetch_sub(1, Ordering::Relaxed);
            }
        });
        prefetching
    }

    fn enqueue(&self, input: Input) -> bool {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let taken = self.queue.try_send(input).is_ok();
        if !taken {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
        }
        taken
    }

    fn failed(&self, watch: &Watch, message: &str, help: Option<String>) {
        watch(&Event::Warning {
            message: format!("prefetch: {message}"),
            help,
        });
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(message.to_owned());
    }

    pub fn page(&self, state: &ServerState) -> PrefetchPage {
        PrefetchPage {
            waiting: self.waiting.load(Ordering::Relaxed),
            done: self.done.load(Ordering::Relaxed),
            fetched: state.stats.prefetched.get(),
            failed: state.stats.prefetch_failures.get(),
            last_error: self
                .last
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
        }
    }

    /// Takes a lockfile or a list from a request.
    pub async fn take(&self, state: &ServerState, body: Incoming) -> Response<Body> {
        if state.common.upstream.offline {
            return error(
                StatusCode::CONFLICT,
                "the server is offline: it fetches nothing",
            );
        }
        let received = match tokio::time::timeout(PATIENCE, receive(body)).await {
            Ok(Ok(received)) => received,
            Ok(Err(answer)) => return *answer,
            Err(_) => return error(StatusCode::REQUEST_TIMEOUT, "the body did not come"),
        };
        let input = match read(&state.common, &received) {
            Ok(input) => input,
            Err(cause) => return error(StatusCode::UNPROCESSABLE_ENTITY, &for_clients(&cause)),
        };
        let packages = packages(&input);
        if self.enqueue(input) {
            let said = serde_json::json!({ "accepted": packages });
            text(StatusCode::ACCEPTED, JSON, format!("{said}\n"))
        } else {
            error(StatusCode::TOO_MANY_REQUESTS, "too much is waiting already")
        }
    }
}

fn packages(input: &Input) -> usize {
    match input {
        Input::Lockfile(_, locked) | Input::StandardLibrary { locked, .. } => locked.len(),
        Input::Specs(_, specs) => specs.len(),
        Input::Project(_) => 1,
    }
}

async fn receive(mut body: Incoming) -> Result<Vec<u8>, Box<Response<Body>>> {
    let limit = usize::try_from(MAX_FILE).unwrap_or(usize::MAX);
    let mut received = Vec::new();
    while let Some(frame) =
        std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await
    {
        let Ok(frame) = frame else {
            return Err(Box::new(error(
                StatusCode::BAD_REQUEST,
                "the body broke off",
            )));
        };
        if let Ok(bytes) = frame.into_data() {
            if received.len() + bytes.len() > limit {
                let detail = "no lockfile is that large";
                return Err(Box::new(error(StatusCode::PAYLOAD_TOO_LARGE, detail)));
            }
            received.extend_from_slice(&bytes);
        }
    }
    Ok(received)
}

/// A lockfile, else a list.
fn read(common: &Context, received: &[u8]) -> Result<Input> {
    let text = String::from_utf8_lossy(received).into_owned();
    let cargo = common.cargo();
    Input::read("-", &common.place.cwd, &cargo, || Ok(text))
}

/// Runs it on its own thread: its future need not be `Send`. It is cancelled when the caller is dropped.
async fn apart(common: &Context, inputs: Vec<Input>) -> Result<VendorReport> {
    let doing = "prefetching";
    let (_waiting, left) = oneshot::channel::<()>();
    let (common, runtime) = (common.clone(), Handle::current());
    let work = move || {
        runtime.block_on(async {
            tokio::select! {
                report = run(&common, inputs) => report,
                _ = left => Err(Error::Panicked { doing }),
            }
        })
    };
    let ended = tokio::task::spawn_blocking(work).await;
    ended.unwrap_or(Err(Error::Panicked { doing }))
}

async fn run(common: &Context, inputs: Vec<Input>) -> Result<VendorReport> {
    vendor::run(common, vendor::VendorOptions::all_of(inputs)).await
}
