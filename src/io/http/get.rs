//! One question to a server of ours.

use std::time::Duration;

use reqwest::header::AUTHORIZATION;
use url::Url;

use crate::model::error::{Cause, Error, Result, chain};
use crate::model::url::safe_url;

/// An answer larger than this is none.
const MAX_ANSWER: usize = 16 << 20;
const PATIENCE: Duration = Duration::from_secs(30);

/// The text behind a URL, asked for with this token.
pub async fn get_text(url: &Url, token: Option<&str>) -> Result<Vec<u8>> {
    let network = |cause: reqwest::Error| Error::NoServer {
        url: safe_url(url),
        source: Cause(chain(&cause.without_url())),
    };
    let client = reqwest::Client::builder()
        .user_agent(concat!("cargo-mirror/", env!("CARGO_PKG_VERSION")))
        .timeout(PATIENCE)
        .build()
        .map_err(|cause| Error::Client(Cause(chain(&cause))))?;
    let mut request = client.get(url.clone());
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, token);
    }
    let mut response = request.send().await.map_err(network)?;
    if !response.status().is_success() {
        return Err(Error::ServerSays {
            url: safe_url(url),
            status: response.status().as_u16(),
        });
    }
    let mut text = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(network)? {
        if text.len() + chunk.len() > MAX_ANSWER {
            let message = format!("it is larger than {MAX_ANSWER} bytes");
            return Err(Error::InvalidResponse {
                url: safe_url(url),
                what: "statistics",
                message,
            });
        }
        text.extend_from_slice(&chunk);
    }
    Ok(text)
}
