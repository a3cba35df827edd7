//! One POST request, tried once.

use std::time::Duration;

use url::Url;

use crate::io::http::client::client;
use crate::io::http::network_error::network;
use crate::io::http::settings::HttpSettings;
use crate::model::error::Result;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Posts a body with these headers. Returns the status of the answer, whose body is not read; redirects are not followed.
pub async fn post(
    settings: &HttpSettings,
    url: &Url,
    headers: &[(&'static str, String)],
    body: String,
) -> Result<u16> {
    let mut request = client(settings)?.post(url.clone()).timeout(PATIENCE);
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let answer = request.body(body).send().await;
    let answer = answer.map_err(|cause| network(url, cause))?;
    Ok(answer.status().as_u16())
}
