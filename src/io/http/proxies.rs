//! Which proxy a request goes through, as cargo and its libcurl have it: cargo's `http.proxy`, else git's, else the
//! environment; and none for the hosts that `no_proxy` names, wherever the proxy was named.

use url::Url;

use crate::io::config::load::{CargoConfig, Environment};
use crate::io::git::config;
use crate::model::proxy::{address, is_exempt};
use crate::model::url::safe_url;

/// The variables that libcurl looks at.
const VARIABLES: [&str; 7] = [
    "http_proxy",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
];

/// The rules for one cargo config.
#[derive(Clone, Default)]
pub struct Proxies {
    /// Empty: no proxy, whatever the environment says.
    configured: Option<String>,
    environment: Environment,
}

/// Addresses of proxies hold passwords.
impl std::fmt::Debug for Proxies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proxies").finish_non_exhaustive()
    }
}

impl Proxies {
    pub(super) fn new(config: &CargoConfig, configured: Option<String>) -> Self {
        let environment: Environment = config
            .variables()
            .filter(|(name, value)| VARIABLES.contains(name) && !value.is_empty())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let git = || config::proxy(config.environment());
        Self {
            configured: configured.or_else(git),
            environment,
        }
    }

    /// The proxy for a request to `url`.
    pub fn of(&self, url: &Url) -> Result<Option<Url>, String> {
        let Some(host) = url.host() else {
            return Ok(None);
        };
        let variable = |name: &str| self.environment.get(name).map(String::as_str);
        let exceptions = variable("no_proxy").or_else(|| variable("NO_PROXY"));
        if exceptions.is_some_and(|list| is_exempt(&host, list)) {
            return Ok(None);
        }
        let named = match &self.configured {
            Some(named) => Some(named.as_str()),
            // In capitals, a CGI program would take it from a request's header `Proxy`.
            None if url.scheme() == "http" => variable("http_proxy"),
            None => variable("https_proxy").or_else(|| variable("HTTPS_PROXY")),
        };
        let named = named.or_else(|| variable("all_proxy").or_else(|| variable("ALL_PROXY")));
        match named {
            None | Some("") => Ok(None),
            Some(named) => match address(named) {
                Ok(proxy) => Ok(Some(proxy)),
                Err(message) => Err(format!(
                    "`{}` is not the address of a proxy: {message}",
                    Url::parse(named)
                        .map_or_else(|_| "http.proxy".to_owned(), |url| safe_url(&url))
                )),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(configured: Option<&str>, variables: &[(&str, &str)], url: &str) -> Option<String> {
        let pairs = variables.iter();
        let proxies = Proxies {
            configured: configured.map(str::to_owned),
            environment: pairs
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        };
        let found = proxies.of(&Url::parse(url).unwrap()).unwrap();
        found.map(|url| url.host_str().unwrap().to_owned())
    }

    #[test]
    fn the_order_is_that_of_cargo() {
        let all = [("http_proxy", "low:1"), ("ALL_PROXY", "all:1")];
        let http = "http://r.example/";
        let https = "https://r.example/";
        assert_eq!(proxy(Some("own:1"), &all, http).as_deref(), Some("own"));
        assert_eq!(proxy(Some(""), &all, http), None);
        assert_eq!(proxy(None, &all, http).as_deref(), Some("low"));
        assert_eq!(proxy(None, &all, https).as_deref(), Some("all"));
        assert_eq!(proxy(None, &[("HTTP_PROXY", "up:1")], http), None);
        let both = [("HTTPS_PROXY", "up:1"), ("https_proxy", "low:1")];
        assert_eq!(proxy(None, &both, https).as_deref(), Some("low"));
        let spared = [("NO_PROXY", "r.example"), ("no_proxy", "other")];
        assert_eq!(proxy(Some("own:1"), &spared[..1], http), None);
        assert_eq!(proxy(Some("own:1"), &spared, http).as_deref(), Some("own"));
    }
}
