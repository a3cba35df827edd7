//! Where a token may go.

use std::fmt;
use std::sync::Arc;

use reqwest::header::HeaderValue;
use url::Url;

/// A token that may be sent to some origins and to no others.
#[derive(Clone)]
pub struct Authorization {
    /// The value of the header, marked so that nothing prints it.
    pub(super) header: HeaderValue,
    pub(super) scope: Arc<Scope>,
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

impl Authorization {
    pub fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// Whether a request for this address may carry it.
    pub fn may_go_to(&self, url: &Url) -> bool {
        self.scope.covers(url)
    }
}

/// Where a token may be sent to.
#[derive(Debug)]
pub struct Scope {
    pub(super) index: Option<Url>,
    /// Other hosts that the user trusts with it: `host` or `host:port`.
    pub(super) hosts: Vec<String>,
}

impl Scope {
    pub(super) fn covers(&self, url: &Url) -> bool {
        let Some(index) = &self.index else {
            return false;
        };
        if url.origin() == index.origin() {
            return true;
        }
        // The token of an https registry is never sent over plain http.
        let locked = !matches!(index.scheme(), "http" | "file");
        let downgraded = locked && url.scheme() != "https";
        let (host, port) = (url.host_str(), url.port_or_known_default());
        let (Some(host), Some(port)) = (host, port) else {
            return false;
        };
        let whole = format!("{host}:{port}");
        let named = |named: &String| *named == whole || *named == host_of(url);
        !downgraded && self.hosts.iter().any(named)
    }
}

/// `host`, or `host:port` where the port is not the usual one.
pub fn host_of(url: &Url) -> String {
    url[url::Position::BeforeHost..url::Position::AfterPort].to_owned()
}
