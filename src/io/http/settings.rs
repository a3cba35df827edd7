//! How to talk HTTP, by cargo's settings.

use std::path::PathBuf;
use std::sync::Arc;

use crate::io::config::load::{CargoConfig, relative_to_config};
use crate::io::http::proxies::Proxies;
use crate::io::http::trust;
use crate::io::http::via::Via;

/// How to talk HTTP.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    pub proxies: Proxies,
    /// The only certificates to believe.
    pub cainfo: Option<PathBuf>,
    /// Certificates that the environment names.
    pub certificates: Option<PathBuf>,
    /// For a server: the names that its requests upstream carry.
    pub via: Option<Arc<Via>>,
    /// And where that upstream was named.
    pub named: String,
    /// Seconds: to connect, and without data.
    pub timeout: u64,
    /// Bytes a second below which a transfer counts as stalled.
    pub low_speed_limit: u64,
    pub multiplexing: bool,
    /// How often a request is tried again.
    pub retries: u32,
    /// Connections to a host that multiplexes requests.
    pub lanes: usize,
    /// Whom a registry can write to, in the User-Agent.
    pub contact: Option<String>,
    /// Requests a second, at most.
    pub pace: Option<u32>,
}

/// How to talk HTTP, by cargo's `http.*` and `net.*` settings and its defaults.
pub fn http_settings(config: &CargoConfig) -> HttpSettings {
    let cainfo = config
        .variable("CARGO_HTTP_CAINFO")
        .map(PathBuf::from)
        .or_else(|| {
            let setting = config.get(&["http", "cainfo"])?;
            Some(relative_to_config(setting.value.as_str()?, setting.file))
        });
    let timeout = config.parsed(&["http", "timeout"]);
    HttpSettings {
        proxies: Proxies::new(config, config.plain(&["http", "proxy"])),
        cainfo,
        certificates: trust::named(config.variable("SSL_CERT_FILE")),
        via: None,
        named: String::new(),
        timeout: timeout
            .or_else(|| config.variable("HTTP_TIMEOUT")?.parse().ok())
            .unwrap_or(30)
            .max(1),
        low_speed_limit: config.parsed(&["http", "low-speed-limit"]).unwrap_or(10),
        multiplexing: config.parsed(&["http", "multiplexing"]).unwrap_or(true),
        retries: config.parsed(&["net", "retry"]).unwrap_or(3),
        lanes: 1,
        contact: None,
        pace: None,
    }
}
