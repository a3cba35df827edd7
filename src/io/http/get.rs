//! One GET request to a `cargo mirror` server.

use std::time::Duration;

use reqwest::header::AUTHORIZATION;
use url::Url;

use crate::io::http::client::client;
use crate::io::http::network_error::network;
use crate::io::http::settings::HttpSettings;
use crate::model::error::{Error, Result};
use crate::model::errors::cause::Cause;
use crate::model::errors::serve::ServeError;
use crate::model::errors::upstream::UpstreamError;
use crate::model::url::safe_url;

/// Upper bound for answers; larger ones are rejected.
const MAX_ANSWER: usize = 16 << 20;
const PATIENCE: Duration = Duration::from_secs(30);

/// The text behind a URL, asked for with this token, by the settings that hold for all requests.
pub async fn get_text(settings: &HttpSettings, url: &Url, token: Option<&str>) -> Result<Vec<u8>> {
    let network = |cause: reqwest::Error| match network(url, cause) {
        Error::Upstream(UpstreamError::Network { url, source }) => {
            Error::Serve(ServeError::NoServer { url, source })
        }
        other => other,
    };
    let proxy = settings.proxies.of(url);
    proxy.map_err(|message| Error::Upstream(UpstreamError::Client(Cause(message))))?;
    let mut request = client(settings)?.get(url.clone()).timeout(PATIENCE);
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, token);
    }
    let mut response = request.send().await.map_err(network)?;
    if !response.status().is_success() {
        return Err(Error::Serve(ServeError::ServerSays {
            url: safe_url(url),
            status: response.status().as_u16(),
        }));
    }
    let mut text = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(network)? {
        if text.len() + chunk.len() > MAX_ANSWER {
            let message = format!("it is larger than {MAX_ANSWER} bytes");
            return Err(Error::Upstream(UpstreamError::InvalidResponse {
                url: safe_url(url),
                what: "statistics",
                message,
            }));
        }
        text.extend_from_slice(&chunk);
    }
    Ok(text)
}
