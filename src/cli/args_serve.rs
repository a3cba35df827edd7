//! Arguments of `serve` and `stats`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::model::units::quantity;
use crate::serve::admit::forwarded::Network;

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
