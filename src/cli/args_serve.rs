//! Arguments of `serve` and `stats`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::model::units::quantity;
use crate::serve::admit::network::Network;

#[derive(Debug, Args)]
#[command(after_help = SERVE_HELP)]
pub struct Serve {
    /// Address and port to listen on, unless systemd passes sockets; repeatable
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: Vec<String>,
    /// URL at which clients reach the server, such as that of a proxy; may have a path
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// Trust the X-Forwarded-* and Forwarded headers of proxies at these addresses; repeatable
    #[arg(long, value_name = "CIDR", value_parser = Network::parse)]
    pub trusted_proxy: Vec<Network>,
    /// Whether to take the upgrade from HTTP/1.1 to HTTP/2 without TLS, which cargo asks for on http:// addresses
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub h2c_upgrade: H2cUpgrade,
    /// Serve only what is in the mirror; fetch from upstream only for --prefetch and /-/prefetch
    #[arg(long)]
    pub only_mirrored: bool,
    /// Time after which an index file is revalidated with upstream
    #[arg(long, value_name = "TIME", default_value = "1m", value_parser = quantity::duration)]
    pub refresh: Duration,
    /// How to serve a mirrored version that upstream has deleted
    #[arg(long, value_name = "HOW", default_value = "hide")]
    pub deleted: DeletedVersions,
    /// Mirror this input once the server is up: a lockfile, a list or another input of `prefetch`; repeatable
    #[arg(long, value_name = "INPUT")]
    pub prefetch: Vec<String>,
    /// Keep the copy of a registry that `[sync]` describes current, with this pause between two runs [default: `every` of
    /// `[sync]`, else not at all]
    #[arg(long, value_name = "TIME", value_parser = quantity::duration)]
    pub sync: Option<Duration>,
    /// Evict the least recently used crates beyond this size, except those of roots: 500MB, 20GiB
    #[arg(long, value_name = "SIZE", value_parser = quantity::bytes)]
    pub max_size: Option<u64>,
    /// Evict crates not requested within this time, except those of roots: 90d, 8w
    #[arg(long, value_name = "TIME", value_parser = quantity::duration)]
    pub max_age: Option<Duration>,
    /// Bucket that many servers share: `s3://BUCKET/PREFIX`, `gs://BUCKET/PREFIX` or `az://CONTAINER/PREFIX`; what
    /// this server fetches is added to it, and what others have added is served
    #[arg(long, value_name = "URL", env = "CARGO_MIRROR_STORE")]
    pub store: Option<String>,
    /// Address of the object store, for stores that speak another's protocol [default: from the environment]
    #[arg(long, value_name = "URL", requires = "store")]
    pub store_endpoint: Option<String>,
    /// Address at which clients reach the object store, for redirects
    #[arg(long, value_name = "URL", requires = "store")]
    pub store_public_endpoint: Option<String>,
    /// Whether to redirect clients to the bucket for crates that are not on this server's disk
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub redirect: RedirectClients,
    /// Serve crates below this size without a redirect
    #[arg(long, value_name = "SIZE", default_value = "256KiB", value_parser = quantity::bytes)]
    pub redirect_above: u64,
    /// Certificate and chain for HTTPS; reloaded when it changes and on SIGHUP
    #[arg(long, value_name = "PEM FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Private key of the certificate
    #[arg(long, value_name = "PEM FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Tokens of clients: lines of `read TOKEN` or `admin TOKEN`; reloaded when it changes and on SIGHUP
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Format of the access log
    #[arg(long, value_name = "FORMAT", default_value = "none")]
    pub log: LogFormat,
    /// Write the access log to this file instead of standard output; reopened on SIGHUP
    #[arg(long, value_name = "FILE")]
    pub log_file: Option<PathBuf>,
    /// Memory for cached index files and small crates
    #[arg(long, value_name = "SIZE", default_value = "256MiB", value_parser = quantity::bytes)]
    pub memory: u64,
    /// Maximum number of connections; 0 is unlimited
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub max_connections: usize,
    /// Maximum number of connections from one address; 0 is unlimited, for use behind a proxy
    #[arg(long, value_name = "N", default_value_t = 2000)]
    pub max_connections_per_address: usize,
    /// Maximum number of requests in flight; 0 is unlimited
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub max_requests: usize,
    /// Disconnect a client that neither sends nor receives for this time
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = quantity::duration)]
    pub client_timeout: Duration,
}

const SERVE_HELP: &str = "\
Missing crates are fetched from upstream, verified and mirrored, unless --offline or --only-mirrored is given. SIGTERM \
and ctrl-c stop the server with exit status 0.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// No log
    None,
    /// Common log format with user agent
    Common,
    /// One JSON object per line
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RedirectClients {
    /// Never
    Never,
    /// Where --store-public-endpoint says how clients reach the store
    Auto,
    /// Always; clients reach the store as this server does
    Always,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum H2cUpgrade {
    /// From clients that connect directly, as far as the request shows; through a proxy it would bypass the proxy's rules
    Auto,
    /// From all clients
    Always,
    /// From none
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DeletedVersions {
    /// List it as before
    Keep,
    /// List it as yanked: existing lockfiles still build, new ones do not select it
    Hide,
    /// Neither list nor serve it
    Deny,
}

#[derive(Debug, Args)]
pub struct Stats {
    /// Query this server instead of the mirror's folder, with the token in `CARGO_MIRROR_TOKEN`
    #[arg(long, value_name = "URL", env = "CARGO_MIRROR_SERVER")]
    pub server: Option<String>,
}
