//! One delivery, signed and sent.

use std::path::Path;

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use url::Url;

use crate::io::fs::file;
use crate::io::http::post::post;
use crate::io::http::settings::HttpSettings;
use crate::model::error::chain;
use crate::model::text::push_hex;
use crate::model::url::safe_url;
use crate::model::webhook::{Delivery, Webhook};

/// A secret is no longer than this, in bytes.
const MAX_SECRET: u64 = 64 << 10;

/// Sends a delivery to its hook. The error is for a message: neither secret nor query of the address is in it.
pub async fn send(
    settings: &HttpSettings,
    mirror: &Path,
    hook: &Webhook,
    id: &str,
    delivery: &Delivery,
) -> Result<(), String> {
    let secret = file::read_text(&mirror.join(&hook.secret_file), MAX_SECRET);
    let secret = secret.map_err(|error| chain(&error))?;
    let secret = secret.trim();
    if secret.is_empty() {
        return Err(format!(
            "the secret in `{}` is empty",
            hook.secret_file.display()
        ));
    }
    let url = Url::parse(&delivery.url).map_err(|cause| cause.to_string())?;
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("x-mirror-event", delivery.event.as_str().to_owned()),
        ("x-mirror-delivery", id.to_owned()),
        (
            "x-mirror-signature",
            signature(secret.as_bytes(), &delivery.body),
        ),
    ];
    let status = post(settings, &url, &headers, delivery.body.clone()).await;
    match status.map_err(|error| chain(&error))? {
        200..=299 => Ok(()),
        status => Err(format!("{} answered {status}", safe_url(&url))),
    }
}

/// `sha256=` and the HMAC of a body.
fn signature(secret: &[u8], body: &str) -> String {
    let tag = sign(&Key::new(HMAC_SHA256, secret), body.as_bytes());
    let mut text = "sha256=".to_owned();
    push_hex(&mut text, tag.as_ref());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_that_others_make() {
        // RFC 4231, test case 2.
        assert_eq!(
            signature(b"Jefe", "what do ya want for nothing?"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
