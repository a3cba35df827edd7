//! What the server says of itself: to people, to `cargo mirror stats`, to Prometheus, to load balancers.

use std::fmt::Write;
use std::sync::Arc;

use hyper::{Response, StatusCode};
use serde::Serialize;

use crate::io::mirror::usage::Used;
use crate::serve::answer::body::{Body, HttpError, PLAIN, blocking, text};
use crate::serve::metrics::counters::{Counter, Hits, Slow, Stats};
use crate::serve::pages::shared;
use crate::serve::registry::copies::{self, CopyAge};
use crate::serve::registry::notices::Matter;
use crate::serve::registry::state::ServerState;

/// Whether it can serve what is in the mirror. Upstream does not count: without it the server still does what it can.
pub async fn ready(state: &Arc<ServerState>) -> Response<Body> {
    let source = Arc::clone(&state.crates_io);
    let there = blocking("looking at the mirror", move || {
        if source.pull.is_some() {
            // Somebody may have cleared it.
            let _ = source.store.create();
        }
        Ok(source.store.folder().is_dir())
    })
    .await;
    if let Some(share) = &state.share
        && !share.answers(state.now()).await
    {
        return HttpError::later("the shared bucket does not answer").answer();
    }
    if there.unwrap_or(false) {
        let degraded = state.notices.is_wrong(Matter::Store);
        text(
            StatusCode::OK,
            PLAIN,
            if degraded {
                "ready\ndegraded: crates are passed through without being stored; see the server's log\n"
            } else {
                "ready\n"
            },
        )
    } else {
        HttpError::later("the mirror's folder cannot be read").answer()
    }
}

fn withdrawn(state: &ServerState) -> usize {
    let sources = state.sources();
    sources.iter().map(|source| source.withdrawn.count()).sum()
}

fn upstream_fails(state: &ServerState) -> bool {
    let mut sources = state.sources().into_iter();
    sources.any(|source| source.notices.is_wrong(Matter::Upstream))
}

#[derive(Serialize)]
struct StatsPage {
    version: &'static str,
    uptime_seconds: u64,
    connections: usize,
    requests_in_flight: usize,
    requests: u64,
    not_modified: u64,
    unauthorized: u64,
    malformed: u64,
    rejected_limit: u64,
    index: Counted,
    crates: Counted,
    bytes_sent: u64,
    /// Bytes of crates that were served without upstream.
    bytes_saved: u64,
    bytes_fetched: u64,
    aborted: u64,
    upstream: UpstreamPage,
    cache_bytes: usize,
    under_way: usize,
    stored: u64,
    store_errors: u64,
    /// Whether what comes can be stored, as far as is known.
    storing: bool,
    /// Crates that were passed on without being stored.
    passed_on: u64,
    /// Versions that are here and that upstream no longer lists.
    withdrawn: usize,
    /// Requests to crates.io's place for private names.
    private_names: u64,
    /// Private names of which crates.io was found to have a crate.
    public_names: u64,
    /// Changes that web hooks are not told of.
    hooks_lost: u64,
    reload_errors: u64,
    clock_leaps: u64,
    evicted: u64,
    evicted_bytes: u64,
    prefetch: crate::serve::registry::prefetch::PrefetchPage,
    top: Vec<Top>,
}

#[derive(Serialize)]
struct Counted {
    hits: u64,
    misses: u64,
    stale: u64,
    absent: u64,
    failed: u64,
}

#[derive(Serialize)]
struct UpstreamPage {
    requests: u64,
    errors: u64,
    checksum_mismatches: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
    slowest: Vec<Slow>,
}

/// A crate that is asked for often.
#[derive(Debug, Serialize)]
pub struct Top {
    pub package: String,
    pub times: u64,
    pub last: String,
}

impl From<Used> for Top {
    fn from(used: Used) -> Self {
        Self {
            package: used.id.to_string(),
            times: used.times,
            last: used.last.to_string(),
        }
    }
}

impl From<&Hits> for Counted {
    fn from(hits: &Hits) -> Self {
        Self {
            hits: hits.hits.get(),
            misses: hits.misses.get(),
            stale: hits.stale.get(),
            absent: hits.absent.get(),
            failed: hits.failed.get(),
        }
    }
}

#[expect(
    clippy::similar_names,
    reason = "the state of the server and its statistics"
)]
pub fn stats(state: &ServerState) -> String {
    const TOP: usize = 20;
    let stats: &Stats = &state.stats;
    let page = StatsPage {
        version: env!("CARGO_PKG_VERSION"),
        uptime_seconds: state.uptime().as_secs(),
        connections: state.limits.connections(),
        requests_in_flight: state.limits.requests(),
        requests: stats.requests.get(),
        not_modified: stats.not_modified.get(),
        unauthorized: stats.unauthorized.get(),
        malformed: stats.malformed.get(),
        rejected_limit: stats.rejected_limit.get(),
        index: (&stats.index).into(),
        crates: (&stats.crates).into(),
        bytes_sent: stats.sent.get(),
        bytes_saved: stats.saved.get(),
        bytes_fetched: stats.fetched.get(),
        aborted: stats.aborted.get(),
        upstream: UpstreamPage {
            requests: stats.upstream_requests.get(),
            errors: stats.upstream_errors.get(),
            checksum_mismatches: stats.checksum_mismatches.get(),
            last_error: stats.last_error(),
            slowest: state.slowest(),
        },
        cache_bytes: state.cache.bytes(),
        under_way: state.under_way.len(),
        stored: stats.stored.get(),
        store_errors: stats.store_errors.get(),
        storing: !state.notices.is_wrong(Matter::Store),
        passed_on: stats.passed.get(),
        withdrawn: withdrawn(state),
        private_names: stats.private_names.get(),
        public_names: stats.public_names.get(),
        hooks_lost: stats.hooks_lost.get(),
        reload_errors: stats.reload_errors.get(),
        clock_leaps: stats.clock_leaps.get(),
        evicted: stats.evicted.get(),
        evicted_bytes: stats.evicted_bytes.get(),
        prefetch: state.prefetching.page(state),
        top: state
            .crates_io
            .usage
            .top(TOP)
            .into_iter()
            .map(Top::from)
            .collect(),
    };
    serde_json::to_string_pretty(&page).unwrap_or_default() + "\n"
}

#[expect(
    clippy::similar_names,
    reason = "the state of the server and its statistics"
)]
pub fn metrics(state: &ServerState) -> String {
    let stats: &Stats = &state.stats;
    let mut text = String::with_capacity(4096);
    let mut metric = |name: &str, kind: &str, help: &str, values: &[(&str, u64)]| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "# HELP cargo_mirror_{name} {help}");
        let _ = writeln!(text, "# TYPE cargo_mirror_{name} {kind}");
        for (labels, value) in values {
            let _ = writeln!(text, "cargo_mirror_{name}{labels} {value}");
        }
    };
    for (name, help, counter) in COUNTERS {
        metric(name, "counter", help, &[("", counter(stats).get())]);
    }
    for (name, hits) in [("index", &stats.index), ("crates", &stats.crates)] {
        metric(
            &format!("{name}_total"),
            "counter",
            "Responses by origin.",
            &[
                ("{from=\"hit\"}", hits.hits.get()),
                ("{from=\"miss\"}", hits.misses.get()),
                ("{from=\"stale\"}", hits.stale.get()),
                ("{from=\"absent\"}", hits.absent.get()),
                ("{from=\"failed\"}", hits.failed.get()),
            ],
        );
    }
    let gauges = [
        (
            "connections",
            "Open connections.",
            state.limits.connections(),
        ),
        (
            "requests_in_flight",
            "Requests in flight.",
            state.limits.requests(),
        ),
        (
            "cache_bytes",
            "Size of the memory cache in bytes.",
            state.cache.bytes(),
        ),
        (
            "under_way",
            "Transfers from upstream in progress.",
            state.under_way.len(),
        ),
        (
            "withdrawn",
            "Mirrored versions that upstream has deleted.",
            withdrawn(state),
        ),
        (
            "store_failing",
            "1 while crates cannot be stored and are passed through.",
            usize::from(state.notices.is_wrong(Matter::Store)),
        ),
        (
            "upstream_failing",
            "1 while upstream cannot be reached.",
            usize::from(upstream_fails(state)),
        ),
    ];
    for (name, help, value) in gauges {
        metric(name, "gauge", help, &[("", value as u64)]);
    }
    of_copies(state, &mut metric);
    of_share(state, &mut metric);
    let uptime = state.uptime().as_secs();
    metric(
        "uptime_seconds",
        "gauge",
        "Seconds since the start.",
        &[("", uptime)],
    );
    text
}

/// What was asked of the bucket that servers share, where there is one.
fn of_share(state: &ServerState, metric: &mut impl FnMut(&str, &str, &str, &[(&str, u64)])) {
    for (name, help, values) in state.share.iter().flat_map(|share| shared::counters(share)) {
        let is_total = name.ends_with("_total");
        let kind = if is_total { "counter" } else { "gauge" };
        metric(name, kind, help, &values);
    }
}

/// What is measured of a copy: a name, what it means, and how it is found.
type CopyGauge = (&'static str, &'static str, fn(&CopyAge) -> u64);

/// How current the copies are, where there are any.
fn of_copies(state: &ServerState, metric: &mut impl FnMut(&str, &str, &str, &[(&str, u64)])) {
    let ages = copies::ages(&state.common.mirror.folder, state.common.mirror.clock.now());
    let label = |age: &CopyAge| format!("{{registry=\"{}\"}}", age.registry);
    let labels: Vec<String> = ages.iter().map(label).collect();
    let kinds: [CopyGauge; 3] = [
        (
            "copy_behind_seconds",
            "Time since upstream was asked and everything it had was followed.",
            |age| age.behind.as_secs(),
        ),
        (
            "copy_success_timestamp_seconds",
            "When that ended.",
            |age| age.success.0,
        ),
        (
            "copy_troubles",
            "Crates and versions of the copy that could not be had so far.",
            |age| age.troubles as u64,
        ),
    ];
    for (name, help, value) in kinds.into_iter().filter(|_| !ages.is_empty()) {
        let values = labels.iter().zip(&ages);
        let values: Vec<(&str, u64)> = values
            .map(|(label, age)| (label.as_str(), value(age)))
            .collect();
        metric(name, "gauge", help, &values);
    }
}

/// A counter's name without `cargo_mirror_`, what it counts, and where it is kept.
type CounterRow = (&'static str, &'static str, fn(&Stats) -> &Counter);

const COUNTERS: [CounterRow; 24] = [
    ("requests_total", "Requests.", |it| &it.requests),
    ("not_modified_total", "Responses with status 304.", |it| {
        &it.not_modified
    }),
    (
        "unauthorized_total",
        "Requests without a valid token.",
        |it| &it.unauthorized,
    ),
    ("malformed_total", "Malformed requests.", |it| &it.malformed),
    (
        "rejected_limit_total",
        "Requests and connections rejected by a limit.",
        |it| &it.rejected_limit,
    ),
    ("sent_bytes_total", "Bytes of response bodies sent.", |it| {
        &it.sent
    }),
    (
        "saved_bytes_total",
        "Bytes of crates served from the mirror.",
        |it| &it.saved,
    ),
    (
        "fetched_bytes_total",
        "Bytes of crates fetched from upstream.",
        |it| &it.fetched,
    ),
    (
        "aborted_total",
        "Responses aborted before their end.",
        |it| &it.aborted,
    ),
    ("upstream_requests_total", "Requests to upstream.", |it| {
        &it.upstream_requests
    }),
    (
        "upstream_errors_total",
        "Requests to upstream that failed.",
        |it| &it.upstream_errors,
    ),
    (
        "checksum_mismatches_total",
        "Crates with another checksum than in the index.",
        |it| &it.checksum_mismatches,
    ),
    ("stored_total", "Crates stored.", |it| &it.stored),
    ("store_errors_total", "Failures to store.", |it| {
        &it.store_errors
    }),
    ("evicted_total", "Crates evicted.", |it| &it.evicted),
    ("evicted_bytes_total", "Bytes of crates evicted.", |it| {
        &it.evicted_bytes
    }),
    (
        "passed_on_total",
        "Crates passed through without being stored.",
        |it| &it.passed,
    ),
    (
        "withdrawn_total",
        "Mirrored versions found deleted upstream.",
        |it| &it.withdrawn,
    ),
    (
        "reload_errors_total",
        "Failed reloads of the token file, the certificate or cargo's config.",
        |it| &it.reload_errors,
    ),
    (
        "clock_leaps_total",
        "Jumps of the clock that were ignored by eviction.",
        |it| &it.clock_leaps,
    ),
    (
        "log_lost_total",
        "Access log lines that could not be written.",
        |it| &it.log_lost,
    ),
    (
        "private_names_total",
        "Requests to crates.io's place for names that are private here.",
        |it| &it.private_names,
    ),
    (
        "public_names_total",
        "Names that are private here and that crates.io was found to have, too.",
        |it| &it.public_names,
    ),
    (
        "hooks_lost_total",
        "Changes that could not be left for the web hooks.",
        |it| &it.hooks_lost,
    ),
];
