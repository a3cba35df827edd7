//! URLs that are safe to print.

use url::Url;

/// A URL that is safe to paste into a bug report: user name, password and query are gone.
pub fn safe_url(url: &Url) -> String {
    let mut safe = url.clone();
    safe.set_query(None);
    // Both fail only for URLs that cannot have credentials in the first place.
    let _ = safe.set_username("");
    let _ = safe.set_password(None);
    safe.to_string()
}

/// Takes `user:password@` out of text that holds a URL, parsable or not.
pub fn without_credentials(text: &str) -> String {
    let Some(start) = text.find("://").map(|at| at + 3) else {
        return text.to_owned();
    };
    let authority_end = text[start..]
        .find(['/', '?', '#'])
        .map_or(text.len(), |at| start + at);
    match text[start..authority_end].rfind('@') {
        Some(at) => format!("{}{}", &text[..start], &text[start + at + 1..]),
        None => text.to_owned(),
    }
}
