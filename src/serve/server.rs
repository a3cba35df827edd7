//! The server as a whole: start, run, graceful stop.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::watch;
use url::Url;

use crate::io::config::own_address::Own;
use crate::io::fs::platform;
use crate::io::mirror::layout::{Mirror, hosted};
use crate::io::mirror::pruned::Pruned;
use crate::model::error::{Error, Result};
use crate::model::errors::bucket::BucketError;
use crate::model::errors::hosting::HostingError;
use crate::model::errors::serve::ServeError;
use crate::model::event::Event;
use crate::model::settings::web::WebSettings;
use crate::model::source::id::{CRATES_IO_FOLDER, REGISTRIES_FOLDER, RegistrySource};
use crate::ops::access::token;
use crate::ops::context::options::Context;
use crate::ops::gc::evict;
use crate::ops::hooks::deliver;
use crate::ops::input::read::Input;
use crate::serve::admit::forwarded::{Front, Upgrade};
use crate::serve::admit::limits::{Limits, ServeLimits};
use crate::serve::admit::network::Network;
use crate::serve::admit::token_file::AccessControl;
use crate::serve::answer::cache::Cache;
use crate::serve::answer::pages::PageCache;
use crate::serve::answer::recheck::Rechecks;
use crate::serve::answer::single_flight::SingleFlight;
use crate::serve::metrics::access_log::{self, Log};
use crate::serve::metrics::counters::Stats;
use crate::serve::metrics::history::{PACE, Recorder};
use crate::serve::net::bind;
use crate::serve::net::listen::{self, ConnectionContext, GRACE, Workers};
use crate::serve::net::systemd::notify;
use crate::serve::net::tls::Certificate;
use crate::serve::pages::home::config_lines;
use crate::serve::registry::catalogue::{self, Searches};
use crate::serve::registry::copies::{self, KeptCopy};
use crate::serve::registry::hosted::{Hosting, watch_private_names};
use crate::serve::registry::notices::Notices;
use crate::serve::registry::prefetch::Prefetching;
use crate::serve::registry::public_names;
use crate::serve::registry::shared_bucket::{Share, ShareOptions};
use crate::serve::registry::shared_hosting::SharedHosting;
use crate::serve::registry::source::{Late, PulledRegistry, Source, SourceOptions};
use crate::serve::registry::state::{NegativeCache, ServerState};
use crate::serve::registry::withdrawn::Deleted;
use crate::serve::reload;

/// How long a stopping server waits for crates that are being stored.
const LAST: Duration = Duration::from_secs(1);

/// How the mirror is served.
pub struct ServeOptions {
    /// Addresses and ports, unless systemd hands over sockets.
    pub listen: Vec<String>,
    /// Where clients find the server, if not at the host they name.
    pub public_url: Option<String>,
    /// Proxies in front whose headers are believed.
    pub trusted: Vec<Network>,
    /// Whether HTTP/2 may be asked for on a connection that has begun without.
    pub h2c_upgrade: Upgrade,
    /// How long an index file is served before upstream is asked again.
    pub refresh: Duration,
    /// Whether only what is in the mirror is served, though upstream could be asked.
    pub only_mirrored: bool,
    /// What becomes of versions that upstream no longer lists.
    pub deleted: Deleted,
    pub prefetch: Vec<Input>,
    /// Registries that crates are pulled from, besides crates.io.
    pub pulled: Vec<PulledRegistry>,
    pub limits: evict::Limits,
    /// The bucket that servers share.
    pub share: Option<ShareOptions>,
    /// Bytes of the memory cache.
    pub memory: u64,
    pub most: ServeLimits,
    /// Idle timeout: a client that neither sends nor reads for this long is disconnected.
    pub patience: Duration,
    /// Certificate chain and key.
    pub tls: Option<(PathBuf, PathBuf)>,
    pub token_file: Option<PathBuf>,
    pub log: access_log::Format,
    pub log_file: Option<PathBuf>,
    /// What it shows to browsers.
    pub web: WebSettings,
    /// Whether it shows readmes.
    pub readmes: bool,
    /// The copy that is kept current beside serving.
    pub copy: Option<KeptCopy>,
}

/// What is printed once the server listens.
pub struct Listening {
    pub addresses: Vec<SocketAddr>,
    /// Where clients find it; those on this machine, where the machine's other names are not known.
    pub base: String,
    /// Whether other machines find it under another name.
    pub elsewhere: bool,
    /// The lines of cargo's config that a client needs.
    pub config: String,
}

/// Serves until a signal stops it.
pub async fn run(
    common: &Context,
    options: ServeOptions,
    say: impl FnOnce(&Listening),
) -> Result<()> {
    // A signal that comes before this ends the process at once, as it does any other; nothing is open yet.
    let signals = reload::Signals::listen();
    let files = platform::allow_many_files();
    let public = options.public_url.as_deref().map(public_url).transpose()?;
    let listeners = bind::bind(&options.listen)?;
    let certificate = match options.tls.clone() {
        Some((certificate, key)) => Some(Certificate::open(certificate, key)?),
        None => None,
    };
    let tls = certificate
        .as_ref()
        .map(Certificate::acceptor)
        .transpose()?;
    let counters: Arc<Stats> = Arc::default();
    let log = Log::start(options.log, options.log_file.clone(), &counters)?;
    let own = Own {
        bound: listeners
            .iter()
            .filter_map(|it| it.local_addr().ok())
            .collect(),
        public: public.clone(),
    };
    let mut common = common.clone();
    common.place.own = own;
    let copy = options.copy.clone();
    let share = open_share(&common, &options).await?;
    common.mirror.hosts = share.as_ref().map(|share| share.waiting());
    let (common, whole) = (&common, Late::default());
    let hosting = open_hosting(common, &options, &counters, &whole).await;
    if let (Err(_), Some(share)) = (&hosting, &share) {
        share.end().await;
    }
    let (shared, of_all) = ((share, hosting?), (&counters, &whole));
    let (state, patience) = build(common, options, shared, public, files, of_all)?;

    let (stop, stopped) = watch::channel(false);
    let context = Arc::new(ConnectionContext {
        state: Arc::clone(&state),
        tls,
        log,
        patience,
        stop: stopped,
    });
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let workers = Arc::new(Workers::start(cores, &context)?);

    let bound = listeners.iter().filter_map(|it| it.local_addr().ok());
    let addresses: Vec<SocketAddr> = bound.collect();
    let own = || own_base(&addresses, certificate.is_some());
    let base = state.front.public.clone().unwrap_or_else(own);
    begin(common, &state, copy);
    let everywhere = addresses.first().is_some_and(|it| it.ip().is_unspecified());
    say(&Listening {
        elsewhere: state.front.public.is_none() && everywhere,
        config: config_lines(&base),
        addresses,
        base,
    });
    // After that: what the first client gives reason to say follows it in the log.
    for listener in listeners {
        let (workers, context) = (Arc::clone(&workers), Arc::clone(&context));
        tokio::spawn(listen::accept(listener, workers, context));
    }
    notify(&common.place.environment, "READY=1\nSTATUS=serving\n");

    reload::until_stopped(&context, certificate.as_ref(), signals).await;

    notify(&common.place.environment, "STOPPING=1\n");
    let _ = stop.send(true);
    finish(&state, context).await;
    Ok(())
}

/// What goes on beside serving, for as long as the server runs.
fn begin(common: &Context, state: &Arc<ServerState>, copy: Option<KeptCopy>) {
    tokio::spawn(deliver::run(common.clone()));
    tokio::spawn(catalogue::prepare(Arc::clone(state)));
    tokio::spawn(record(Arc::clone(state)));
    tokio::spawn(public_names::watch(Arc::clone(state)));
    match &state.hosting.shared {
        Some(shared) => drop(tokio::spawn(Arc::clone(shared).watch(Arc::clone(state)))),
        None => drop(tokio::spawn(watch_private_names(Arc::clone(state)))),
    }
    if let Some(copy) = copy {
        tokio::spawn(copies::keep(common.clone(), copy));
    }
}

/// Adds what was counted to the history, every minute.
async fn record(state: Arc<ServerState>) {
    let mut minutes = tokio::time::interval(PACE);
    loop {
        minutes.tick().await;
        let state = Arc::clone(&state);
        let saved = tokio::task::spawn_blocking(move || save_history(&state));
        let _ = saved.await;
    }
}

fn save_history(state: &ServerState) {
    let now = state.common.mirror.clock.now();
    state
        .recorder
        .save(&state.common.mirror.folder, &state.stats, now);
}

/// Lets requests end, and writes what is not yet written.
async fn finish(state: &Arc<ServerState>, context: Arc<ConnectionContext>) {
    let since = Instant::now();
    while state.limits.connections() > 0 && since.elapsed() < GRACE {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // A client has its crate a moment before it is stored.
    let since = Instant::now();
    while !state.under_way.is_empty() && since.elapsed() < LAST {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    if let Some(share) = &state.share {
        let since = Instant::now();
        while share.pending.load(Ordering::SeqCst) > 0 && since.elapsed() < LAST {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        share.end().await;
    }
    let ending = Arc::clone(state);
    let ended = tokio::task::spawn_blocking(move || {
        for source in ending.sources() {
            if let Some(writer) = &source.writer {
                writer.stop();
            }
            source.store.end();
        }
        context.log.stop();
        save_history(&ending);
    });
    let _ = ended.await;
}

/// The base URL for clients on this machine.
fn own_base(addresses: &[SocketAddr], tls: bool) -> String {
    let scheme = if tls { "https" } else { "http" };
    let address = addresses.first().copied().map(reachable);
    let address = address.as_ref().map(ToString::to_string);
    format!("{scheme}://{}", address.unwrap_or_default())
}

/// An address that clients on this machine can ask, where the server listens on all that the machine has.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

/// Transfers from upstream and connections of clients, fitted to how many files may be open at once.
fn fitted(common: &Context, options: &ServeOptions, files: usize) -> Context {
    let most = options.most.fitted(files).connections;
    if most < options.most.connections {
        (common.mirror.watch)(&Event::Warning {
            message: format!(
                "this process may have {files} files open at once, so no more than {most} connections are let in"
            ),
            help: Some(
                "raise the limit of open files (LimitNOFILE= in a systemd unit, ulimit -n), or lower --max-connections"
                    .to_owned(),
            ),
        });
    }
    let mut fitted = common.clone();
    fitted.upstream.jobs = common.upstream.jobs.min((files / 8).max(1));
    fitted
}

/// The bucket that servers share, where there is to be one. What it could not do rightly is refused.
async fn open_share(common: &Context, options: &ServeOptions) -> Result<Option<Arc<Share>>> {
    let Some(share) = &options.share else {
        return Ok(None);
    };
    let refuse = |what: &str| {
        Err(Error::Bucket(BucketError::Unsupported {
            what: what.to_owned(),
        }))
    };
    if options.only_mirrored || common.upstream.offline {
        return refuse("sharing what no server fetches");
    }
    let own = hosted(&common.mirror.folder);
    if !own.is_empty() {
        return Err(Error::Hosting(HostingError::HostedHere { registries: own }));
    }
    Share::open(common, share.clone()).await.map(Some)
}

/// What the shared bucket hosts; and the first administrator, whom accounts are given to begin with.
async fn open_hosting(
    common: &Context,
    options: &ServeOptions,
    counters: &Arc<Stats>,
    whole: &Late,
) -> Result<Option<Arc<SharedHosting>>> {
    token::first_admin(common)?;
    let Some(bucket) = &common.mirror.hosts else {
        return Ok(None);
    };
    if Mirror::at(&common.mirror.folder)
        .access()
        .join("users")
        .is_dir()
    {
        (common.mirror.watch)(&Event::Warning {
            message:
                "the accounts of this mirror's folder do not hold: those of the shared bucket do"
                    .to_owned(),
            help: Some(
                "`cargo mirror user new` and `token new` with --store make them there".to_owned(),
            ),
        });
    }
    let limits = options.limits;
    let hosting = SharedHosting::open(common, bucket, limits, counters, whole).await?;
    hosting.must_be_private().await?;
    Ok(Some(hosting))
}

/// crates.io, and by their names the registries that are pulled through beside it.
fn open_sources(
    common: &Context,
    options: &ServeOptions,
    share: Option<&Arc<Share>>,
    counters: &Arc<Stats>,
    whole: &Late,
) -> Result<(Source, HashMap<String, Arc<Source>>)> {
    let of_crates_io = SourceOptions {
        registry: RegistrySource::CratesIo,
        prefix: CRATES_IO_FOLDER.to_owned(),
        refresh: options.refresh,
        limits: options.limits,
        deleted: options.deleted,
        closed: false,
        hosted: false,
        pulls: !(common.upstream.offline || options.only_mirrored),
        share: share.cloned(),
    };
    let mut registries = HashMap::new();
    for pulled in &options.pulled {
        let of_registry = SourceOptions {
            registry: pulled.registry.clone(),
            prefix: format!("{REGISTRIES_FOLDER}/{}", pulled.name),
            refresh: pulled.refresh.unwrap_or(options.refresh),
            limits: pulled.limits,
            closed: pulled.closed,
            ..of_crates_io.clone()
        };
        let source = Source::open(common, of_registry, counters, whole)?;
        registries.insert(pulled.name.clone(), Arc::new(source));
    }
    let crates_io = Source::open(common, of_crates_io, counters, whole)?;
    if crates_io.pull.is_none() && !crates_io.store.folder().is_dir() {
        (common.mirror.watch)(&Event::Warning {
            message: format!(
                "the mirror `{}` has no crates yet, and upstream is not asked for any",
                common.mirror.folder.display()
            ),
            help: Some(
                "`cargo mirror prefetch` fills it, also while it is served; or leave out --offline and --only-mirrored".to_owned(),
            ),
        });
    }
    Ok((crates_io, registries))
}

/// Everything that requests share, and the idle timeout of connections.
fn build(
    common: &Context,
    options: ServeOptions,
    (share, hosting): (Option<Arc<Share>>, Option<Arc<SharedHosting>>),
    public: Option<String>,
    files: usize,
    (counters, whole): (&Arc<Stats>, &Late),
) -> Result<(Arc<ServerState>, Duration)> {
    let common = &fitted(common, &options, files);
    let (crates_io, mut registries) =
        open_sources(common, &options, share.as_ref(), counters, whole)?;
    registries.extend(hosting.iter().flat_map(|hosting| hosting.sources()));
    let state = Arc::new(ServerState {
        started: common.mirror.clock.elapsed(),
        runtime: Handle::current(),
        cache: Cache::new(
            usize::try_from(options.memory).unwrap_or(usize::MAX),
            files / 8,
        ),
        crates_io: Arc::new(crates_io),
        registries: RwLock::new(registries),
        under_way: SingleFlight::default(),
        absent: NegativeCache::default(),
        access: AccessControl::open(options.token_file)?,
        hosting: Hosting::open(common, hosting)?,
        searches: Searches::default(),
        limits: Limits::new(options.most.fitted(files), counters),
        stats: Arc::clone(counters),
        recorder: Recorder::load(&common.mirror.folder),
        rechecks: Rechecks::default(),
        refreshed: AtomicU64::new(0),
        pruned: Pruned::of(&common.mirror.folder),
        notices: Notices::default(),
        store_failed: AtomicU64::new(0),
        room_made: AtomicU64::new(0),
        front: Front::new(public, options.trusted, options.h2c_upgrade),
        prefetching: Prefetching::start(common, options.prefetch, counters),
        web: options.web,
        readmes: options.readmes,
        made_pages: PageCache::default(),
        share,
        common: common.clone(),
    });
    if let Ok(mut whole) = whole.write() {
        *whole = Arc::downgrade(&state);
    }
    // Known before the first client finds out.
    for source in state.sources() {
        if source.pull.is_some()
            && let Err(error) = source.store.begin()
        {
            state.stored(Some(&error));
        }
    }
    Ok((state, options.patience))
}

/// The base of all URLs: without a slash at its end.
fn public_url(text: &str) -> Result<String> {
    let bad = |message: String| {
        Error::Serve(ServeError::PublicUrl {
            url: text.to_owned(),
            message,
        })
    };
    let url = Url::parse(text).map_err(|cause| bad(cause.to_string()))?;
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !plain {
        return Err(bad(
            "it must begin with http:// or https://, a host, and no more than a path".to_owned(),
        ));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}
