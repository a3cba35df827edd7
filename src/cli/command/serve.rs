//! `serve` and `stats`: their arguments, their arms, their words.

use std::fmt::Write;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::Value;
use url::Url;

use crate::cli::exit::{Exit, block_on, finish, runtime};
use crate::cli::output::progress::Progress;
use crate::cli::output::terminal::{Terminal, bytes, count};
use crate::cli::settings;
use crate::io::cargo::command::Cargo;
use crate::io::fs::platform;
use crate::io::http::get;
use crate::io::mirror::usage;
use crate::model::error::{Error, Result};
use crate::model::input::lockfile::MAX_FILE;
use crate::model::source::id::CRATES_IO_FOLDER;
use crate::model::units::quantity;
use crate::ops::context::options::Context;
use crate::ops::gc::evict::Limits;
use crate::ops::input::read::Input;
use crate::serve::admit::forwarded::Network;
use crate::serve::admit::limits::MaxInFlight;
use crate::serve::metrics::access_log::Format;
use crate::serve::metrics::usage::top;
use crate::serve::pages::stats::Top;
use crate::serve::registry::withdrawn::Deleted;
use crate::serve::server::{self, Listening, ServeOptions};

#[derive(Debug, Args)]
#[command(after_help = SERVE_HELP)]
pub struct Serve {
    /// Address and port to listen on, unless systemd hands over sockets; may be given more than once
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: Vec<String>,
    /// Where clients find the server, if not at the host they ask for, such as behind a proxy
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// Believe the X-Forwarded-* and Forwarded headers of proxies at these addresses; may be given more than once
    #[arg(long, value_name = "CIDR", value_parser = Network::parse)]
    pub trusted_proxy: Vec<Network>,
    /// Take no upgrade from HTTP/1.1 to HTTP/2 without TLS, as if --public-url were given: a proxy that passes it on sees no request behind it
    #[arg(long)]
    pub no_h2c_upgrade: bool,
    /// Serve only what is in the mirror, and ask upstream for nothing but what is prefetched
    #[arg(long)]
    pub only_mirrored: bool,
    /// How long an index file is served before upstream is asked whether it still holds
    #[arg(long, value_name = "TIME", default_value = "1m", value_parser = quantity::duration)]
    pub refresh: Duration,
    /// What becomes of a version that is here and that upstream no longer lists
    #[arg(long, value_name = "HOW", default_value = "hide")]
    pub deleted: DeletedVersions,
    /// Mirror this, too, once the server is up: a lockfile, a list or whatever `prefetch` takes; may be given more than once
    #[arg(long, value_name = "INPUT")]
    pub prefetch: Vec<String>,
    /// Let the least recently used crates go when all take more than this: 500MB, 20GiB. What a root wants stays
    #[arg(long, value_name = "SIZE", value_parser = quantity::bytes)]
    pub max_size: Option<u64>,
    /// Let crates go that nobody has asked for in this time: 90d, 8w. What a root wants stays
    #[arg(long, value_name = "TIME", value_parser = quantity::duration)]
    pub max_age: Option<Duration>,
    /// The certificate, with its chain, to serve HTTPS with; read again when it changes and on SIGHUP
    #[arg(long, value_name = "PEM FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The key of the certificate
    #[arg(long, value_name = "PEM FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Who may read, and who may command: lines of `read TOKEN` or `admin TOKEN`; read again when it changes
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// The access log
    #[arg(long, value_name = "FORMAT", default_value = "none")]
    pub log: LogFormat,
    /// Write the access log there instead of to standard output; opened anew on SIGHUP
    #[arg(long, value_name = "FILE")]
    pub log_file: Option<PathBuf>,
    /// Keep index files and small crates ready in memory, up to this
    #[arg(long, value_name = "SIZE", default_value = "256MiB", value_parser = quantity::bytes)]
    pub memory: u64,
    /// Connections at once; 0 is no limit
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub max_connections: usize,
    /// Connections of one address at once; 0 is no limit, as behind a proxy
    #[arg(long, value_name = "N", default_value_t = 2000)]
    pub max_connections_per_address: usize,
    /// Requests in flight at once; 0 is no limit
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub max_requests: usize,
    /// Cut a client that neither sends nor takes anything for so long
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = quantity::duration)]
    pub client_timeout: Duration,
}

const SERVE_HELP: &str = "\
What is not in the mirror is fetched from upstream, checked and mirrored, unless --offline or --only-mirrored is given. \
SIGTERM and ctrl-c end it, with exit status 0.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// No log
    None,
    /// The common log format, with the user agent
    Common,
    /// One JSON object a line
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DeletedVersions {
    /// Listed as before
    Keep,
    /// Listed as yanked: lockfiles that name it go on to build, new ones do not take it
    Hide,
    /// Neither listed nor served
    Deny,
}

#[derive(Debug, Args)]
pub struct Stats {
    /// Ask this server, instead of the mirror's folder; with the token in `CARGO_MIRROR_TOKEN`
    #[arg(long, value_name = "URL", env = "CARGO_MIRROR_SERVER")]
    pub server: Option<String>,
}

pub fn serve(
    arguments: &Serve,
    common: &Context,
    cargo: &Cargo,
    terminal: Terminal,
) -> Result<u8, Exit> {
    // Bars are for work that ends.
    let progress = Progress::new(terminal, false);
    let common = Context {
        watch: progress.watch(),
        ..common.clone()
    };
    let stdin = || platform::standard_input(MAX_FILE);
    let inputs = arguments
        .prefetch
        .iter()
        .map(|word| Input::read(word, &common.cwd, cargo, stdin));
    let here = |path: &Option<PathBuf>| path.as_ref().map(|path| common.cwd.join(path));
    let options = ServeOptions {
        listen: arguments.listen.clone(),
        public_url: arguments.public_url.clone(),
        trusted: arguments.trusted_proxy.clone(),
        h2c_upgrade: !arguments.no_h2c_upgrade,
        refresh: arguments.refresh,
        only_mirrored: arguments.only_mirrored,
        deleted: match arguments.deleted {
            DeletedVersions::Keep => Deleted::Keep,
            DeletedVersions::Hide => Deleted::Hide,
            DeletedVersions::Deny => Deleted::Deny,
        },
        prefetch: inputs.collect::<Result<_>>()?,
        limits: Limits {
            max_size: arguments.max_size,
            max_age: arguments.max_age,
        },
        memory: arguments.memory,
        most: MaxInFlight {
            connections: arguments.max_connections,
            per_address: arguments.max_connections_per_address,
            requests: arguments.max_requests,
        },
        patience: arguments.client_timeout.max(Duration::from_secs(1)),
        tls: here(&arguments.tls_cert).zip(here(&arguments.tls_key)),
        token_file: here(&arguments.token_file),
        log: match arguments.log {
            LogFormat::None => Format::None,
            LogFormat::Common => Format::Common,
            LogFormat::Json => Format::Json,
        },
        log_file: here(&arguments.log_file),
        clock: settings::clock,
    };
    let runtime = runtime(16)?;
    let served = runtime.block_on(server::run(&common, options, |listening| {
        // Whoever started it may not be listening any more; that is no reason to stop.
        let _ = announce(terminal, &common, listening);
    }));
    runtime.shutdown_timeout(Duration::from_secs(2));
    served?;
    Ok(0)
}

fn announce(terminal: Terminal, common: &Context, listening: &Listening) -> std::io::Result<()> {
    #[derive(Serialize)]
    struct Said<'a> {
        reason: &'static str,
        url: &'a str,
        config: &'a str,
    }
    let Listening { base, config, .. } = listening;
    if terminal.format == crate::cli::output::format::MessageFormat::Json {
        let (reason, url) = ("listening", base);
        return terminal.json(&Said {
            reason,
            url,
            config,
        });
    }
    terminal.step("Serving", &format!("{} at {base}", common.mirror.display()));
    terminal.note(&format!(
        "`cargo mirror on --server {base}` points a project at it, as do these lines in cargo's config:"
    ));
    if listening.elsewhere {
        terminal.note(
            "other machines say this one's name or address instead of that; --public-url puts it there",
        );
    }
    terminal.data(config.as_bytes())
}

/// What is known without a server.
#[derive(Debug, Serialize)]
struct OfMirror {
    crates: usize,
    bytes: u64,
    times: u64,
    top: Vec<Top>,
    mirror: PathBuf,
}

pub fn stats(arguments: &Stats, common: &Context, terminal: Terminal) -> Result<u8, Exit> {
    let Some(server) = &arguments.server else {
        let report = of_mirror(common)?;
        finish(terminal, "stats", &report, |out| {
            let mut text = format!(
                "{} ({}) in {}, asked for {}\n",
                count(report.crates, "crate"),
                bytes(report.bytes),
                report.mirror.display(),
                times(report.times)
            );
            for top in &report.top {
                // Writing to a String cannot fail.
                let _ = writeln!(text, "{:>8} {}", top.times, top.package);
            }
            out.data(text.as_bytes())
        })?;
        return Ok(0);
    };
    let bad = |message: String| Error::InvalidResponse {
        url: server.clone(),
        what: "statistics",
        message,
    };
    let url = Url::parse(&format!("{}/-/stats", server.trim_end_matches('/')))
        .map_err(|cause| bad(cause.to_string()))?;
    let token = common.environment.get("CARGO_MIRROR_TOKEN");
    let text = block_on(get::get_text(&url, token.map(String::as_str)))?;
    let page: Value = serde_json::from_slice(&text).map_err(|cause| bad(cause.to_string()))?;
    finish(terminal, "stats", &page, |out| {
        out.data(words(&page).as_bytes())
    })?;
    Ok(0)
}

fn times(number: u64) -> String {
    format!("{number} time{}", if number == 1 { "" } else { "s" })
}

fn of_mirror(common: &Context) -> Result<OfMirror> {
    crate::io::mirror::layout::must_be_there(&common.mirror)?;
    let held = common.store().inventory()?;
    let used = usage::read(&common.mirror, CRATES_IO_FOLDER);
    Ok(OfMirror {
        crates: held.len(),
        bytes: held.iter().map(|held| held.bytes).sum(),
        times: used.iter().map(|used| used.times).sum(),
        top: top(used, 20).into_iter().map(Top::from).collect(),
        mirror: common.mirror.clone(),
    })
}

/// A server's page, for people.
fn words(page: &Value) -> String {
    let number = |path: &str| {
        page.pointer(path)
            .and_then(Value::as_u64)
            .unwrap_or_default()
    };
    let many =
        |path: &str, one: &str| count(usize::try_from(number(path)).unwrap_or(usize::MAX), one);
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "{} in {}; {}, {} in flight",
        many("/requests", "request"),
        many("/uptime_seconds", "second"),
        many("/connections", "connection"),
        number("/requests_in_flight")
    );
    for (name, at) in [("index", "/index"), ("crates", "/crates")] {
        let part = |name: &str| number(&format!("{at}/{name}"));
        let _ = writeln!(
            text,
            "{name}: {} hits, {} misses, {} stale, {} absent, {} failed",
            part("hits"),
            part("misses"),
            part("stale"),
            part("absent"),
            part("failed")
        );
    }
    let _ = writeln!(
        text,
        "bytes: {} sent, {} from upstream, {} of crates without it",
        bytes(number("/bytes_sent")),
        bytes(number("/bytes_fetched")),
        bytes(number("/bytes_saved"))
    );
    let _ = writeln!(
        text,
        "upstream: {} requests, {} errors, {} with wrong bytes",
        number("/upstream/requests"),
        number("/upstream/errors"),
        number("/upstream/checksum_mismatches")
    );
    let list = |at: &str| {
        page.pointer(at)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let word = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    for slow in list("/upstream/slowest") {
        let _ = writeln!(
            text,
            "{:>11} ms {}",
            slow["milliseconds"],
            word(&slow, "what")
        );
    }
    for top in list("/top") {
        let asked = times(top["times"].as_u64().unwrap_or_default());
        let _ = writeln!(text, "{asked:>14} {}", word(&top, "package"));
    }
    text
}
