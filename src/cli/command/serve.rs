//! Runs `serve` and `stats`: their arguments, and what they print.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use crate::cli::args_serve::{
    DeletedVersions, H2cUpgrade, LogFormat, RedirectClients, Serve, Stats,
};
use crate::cli::args_sync::Sync;
use crate::cli::command::sync;
use crate::cli::exit::{Exit, block_on, finish, runtime};
use crate::cli::json::line::Message;
use crate::cli::json::mirror::{Requested, Statistics};
use crate::cli::json::report::{Report, StatsReport};
use crate::cli::output::chart;
use crate::cli::output::format::MessageFormat;
use crate::cli::output::progress::Progress;
use crate::cli::output::terminal::{Terminal, bytes, count};
use crate::io::cargo::command::Cargo;
use crate::io::fs::platform;
use crate::io::http::get;
use crate::io::http::settings::http_settings;
use crate::io::mirror::layout::hosted;
use crate::io::mirror::settings as mirror_settings;
use crate::io::mirror::usage;
use crate::model::error::{Error, Result};
use crate::model::errors::config::CargoConfigError;
use crate::model::errors::hosting::HostingError;
use crate::model::errors::upstream::UpstreamError;
use crate::model::event::{Event, Watch};
use crate::model::input::lockfile::MAX_FILE;
use crate::model::mirror::history::{Figures, Slot};
use crate::model::source::id::CRATES_IO_FOLDER;
use crate::ops::bucket::open::Endpoints;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::options::Context;
use crate::ops::gc::evict::Limits;
use crate::ops::gc::selected::size_of;
use crate::ops::input::read::Input;
use crate::serve::admit::forwarded::Upgrade;
use crate::serve::admit::limits::ServeLimits;
use crate::serve::metrics::access_log::Format;
use crate::serve::metrics::usage::top;
use crate::serve::registry::copies::KeptCopy;
use crate::serve::registry::shared_bucket::{Redirect, ShareOptions};
use crate::serve::registry::source::PulledRegistry;
use crate::serve::registry::withdrawn::Deleted;
use crate::serve::server::{self, Listening, ServeOptions};

pub fn serve(
    arguments: &Serve,
    common: &Context,
    cargo: &Cargo,
    terminal: Terminal,
) -> Result<u8, Exit> {
    // Bars are for work that ends.
    let progress = Progress::new(terminal, false);
    let mut common = common.clone();
    common.mirror.watch = quiet_about_retries(progress.watch());
    let stdin = || platform::standard_input(MAX_FILE);
    let inputs = arguments
        .prefetch
        .iter()
        .map(|word| Input::read(word, &common.place.cwd, cargo, stdin));
    let here = |path: &Option<PathBuf>| path.as_ref().map(|path| common.place.cwd.join(path));
    let set = mirror_settings::read(&common.mirror.folder)?;
    let options = ServeOptions {
        pulled: pulled(&common.mirror.folder)?,
        listen: arguments.listen.clone(),
        public_url: arguments.public_url.clone(),
        trusted: arguments.trusted_proxy.clone(),
        h2c_upgrade: match arguments.h2c_upgrade {
            H2cUpgrade::Auto => Upgrade::Auto,
            H2cUpgrade::Always => Upgrade::Always,
            H2cUpgrade::Never => Upgrade::Never,
        },
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
        share: share(arguments),
        memory: arguments.memory,
        most: ServeLimits {
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
        web: set.web,
        readmes: set.catalog.readmes,
        copy: copy(arguments.sync, &common)?,
    };
    // Who waits for the bucket that accounts are in holds a thread.
    let runtime = runtime(if options.share.is_some() { 64 } else { 16 })?;
    let served = runtime.block_on(server::run(&common, options, |listening| {
        // Whoever started it may not be listening any more; that is no reason to stop.
        let _ = announce(terminal, &common.mirror.folder, listening);
    }));
    runtime.shutdown_timeout(Duration::from_secs(2));
    served?;
    Ok(0)
}

/// The bucket that servers share, if the command line or the settings name one.
fn share(arguments: &Serve) -> Option<ShareOptions> {
    Some(ShareOptions {
        url: arguments.store.clone()?,
        endpoints: Endpoints {
            endpoint: arguments.store_endpoint.clone(),
            public: arguments.store_public_endpoint.clone(),
        },
        redirect: match arguments.redirect {
            RedirectClients::Never => Redirect::Never,
            RedirectClients::Auto => Redirect::Auto,
            RedirectClients::Always => Redirect::Always,
        },
        redirect_above: arguments.redirect_above,
    })
}

/// The copy that is kept current beside serving, if the settings or the command line want one.
fn copy(every: Option<Duration>, common: &Context) -> Result<Option<KeptCopy>> {
    let set = mirror_settings::read(&common.mirror.folder)?.sync;
    let Some(every) = every.or(set.every) else {
        return Ok(None);
    };
    let (with, options, _) = sync::planned(&Sync::default(), common)?;
    Ok(Some(KeptCopy {
        options,
        upstream: with.upstream.named,
        every,
    }))
}

/// The registries that the settings name beside crates.io.
fn pulled(mirror: &Path) -> Result<Vec<PulledRegistry>> {
    let settings = mirror_settings::read(mirror)?;
    let hosted = hosted(mirror);
    let pulled = settings.upstreams.into_iter().map(|(name, settings)| {
        if hosted.contains(&name) {
            return Err(Error::Hosting(HostingError::RegistryExists(name)));
        }
        Ok(PulledRegistry {
            name,
            registry: settings.registry,
            refresh: settings.refresh,
            limits: Limits {
                max_size: settings.max_size,
                max_age: settings.max_age,
            },
            closed: settings.closed,
        })
    });
    pulled.collect()
}

/// What was tried again and came has troubled no client; what does not come is written down by the server itself.
fn quiet_about_retries(watch: Watch) -> Watch {
    Arc::new(move |event| match event {
        Event::Retry {
            what,
            cause,
            milliseconds,
        } => watch(&Event::Note {
            message: format!("{what}: {cause}; tried again in {milliseconds} ms"),
        }),
        event => watch(event),
    })
}

fn announce(terminal: Terminal, mirror: &Path, listening: &Listening) -> std::io::Result<()> {
    let Listening { base, config, .. } = listening;
    if terminal.format == MessageFormat::Json {
        return terminal.message(Message::Listening {
            url: base.clone(),
            config: config.clone(),
        });
    }
    terminal.step("Serving", &format!("{} at {base}", mirror.display()));
    terminal.note(&format!(
        "`cargo mirror on --server {base}` points a project at this server, as do these lines in cargo's config:"
    ));
    if listening.elsewhere {
        terminal.note(
            "on other machines, replace the host with the name or address of this one; --public-url sets it",
        );
    }
    terminal.data(config.as_bytes())
}

pub fn stats(arguments: &Stats, common: &Context, terminal: Terminal) -> Result<u8, Exit> {
    let Some(server) = &arguments.server else {
        let report = of_mirror(&common.mirror)?;
        let mut text = format!(
            "{} ({}) in {}, requested {}\n",
            count(report.crates, "crate"),
            bytes(report.bytes),
            report.mirror.display(),
            times(report.times)
        );
        for top in &report.top {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{:>8} {}", top.times, top.package);
        }
        let line = || Report::Stats(StatsReport::Mirror(report));
        finish(terminal, line, |out| out.data(text.as_bytes()))?;
        return Ok(0);
    };
    let bad = |message: String| {
        Error::Upstream(UpstreamError::InvalidResponse {
            url: server.clone(),
            what: "statistics",
            message,
        })
    };
    let url = server_url(server, "-/stats")?;
    let token = common.place.environment.get("CARGO_MIRROR_TOKEN");
    let settings = http_settings(&common.place.config(&common.place.cwd)?);
    let text = block_on(get::get_text(&settings, &url, token.map(String::as_str)))?;
    let mut page: Map<String, Value> =
        serde_json::from_slice(&text).map_err(|cause| bad(cause.to_string()))?;
    let mut text = words(&Value::Object(page.clone()));
    if terminal.format == MessageFormat::Human
        && let Some(width) = platform::terminal_width()
    {
        let url = server_url(server, "-/history")?;
        // A server of an older version has none.
        let history = block_on(get::get_text(&settings, &url, token.map(String::as_str)));
        let history = history
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok());
        text += &history
            .map(|history| drawn(&history, width))
            .unwrap_or_default();
    }
    // `version` is that of the line.
    if let Some(version) = page.remove("version") {
        page.insert("server_version".to_owned(), version);
    }
    let line = || Report::Stats(StatsReport::Server(page));
    finish(terminal, line, |out| out.data(text.as_bytes()))?;
    Ok(0)
}

/// What a server has counted over time.
#[derive(Deserialize)]
struct DrawnHistory {
    day: DrawnSpan,
    month: DrawnSpan,
}

#[derive(Deserialize)]
struct DrawnSpan {
    slots: Vec<Slot>,
}

/// The last day and month in pictures, for a terminal of this width.
fn drawn(history: &DrawnHistory, width: usize) -> String {
    const LEFT: usize = 20;
    let width = width.saturating_sub(LEFT + 26).clamp(24, 144);
    let mut text = String::new();
    for (name, span) in [("day", &history.day), ("month", &history.month)] {
        let all = span.slots.iter().map(|slot| slot.figures);
        let sum = all
            .clone()
            .fold(Figures::default(), |sum, one| sum.and(&one));
        let series =
            |get: fn(&Figures) -> u64| -> Vec<u64> { all.clone().map(|one| get(&one)).collect() };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "last {name}, until now:");
        for (what, get, total) in [
            (
                "hits",
                (|one| one.hits) as fn(&Figures) -> u64,
                sum.hits.to_string(),
            ),
            ("misses", |one| one.misses, sum.misses.to_string()),
            ("bytes saved", |one| one.saved, bytes(sum.saved)),
        ] {
            let line = chart::line(&series(get), width, |one, two| one + two);
            let _ = writeln!(text, "{what:>LEFT$} {line} {total}");
        }
        let median = |percent: u64| {
            sum.time(percent)
                .map_or("-".to_owned(), |time| format!("{time} ms"))
        };
        let slowest = series(|one| one.time(100).unwrap_or_default());
        let line = chart::line(&slowest, width, u64::max);
        let _ = writeln!(
            text,
            "{:>LEFT$} {line} half within {}, all within {}",
            "upstream's answers",
            median(50),
            median(100)
        );
    }
    text
}

/// An address of a server.
fn server_url(server: &str, path: &str) -> Result<Url> {
    let bad = |message: String| {
        Error::Config(CargoConfigError::ServerUrl {
            url: server.to_owned(),
            message,
        })
    };
    if !server.starts_with("http://") && !server.starts_with("https://") {
        let message = "it does not start with http:// or https://";
        return Err(bad(message.to_owned()));
    }
    let url = format!("{}/{path}", server.trim_end_matches('/'));
    Url::parse(&url).map_err(|cause| bad(cause.to_string()))
}

fn times(number: u64) -> String {
    format!("{number} time{}", if number == 1 { "" } else { "s" })
}

/// What is known without a server.
fn of_mirror(open: &OpenMirror) -> Result<Statistics> {
    crate::io::mirror::layout::must_be_there(&open.folder)?;
    let held = size_of(&open.store());
    let used = usage::read(&open.folder, CRATES_IO_FOLDER);
    Ok(Statistics {
        crates: held.crates,
        bytes: held.bytes,
        times: used.iter().map(|used| used.times).sum(),
        top: top(used, 20).into_iter().map(Requested::from).collect(),
        mirror: open.folder.clone(),
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
        "bytes: {} sent, {} from upstream, {} served from the mirror",
        bytes(number("/bytes_sent")),
        bytes(number("/bytes_fetched")),
        bytes(number("/bytes_saved"))
    );
    let _ = writeln!(
        text,
        "upstream: {} requests, {} errors, {} checksum mismatches",
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
