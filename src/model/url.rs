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

/// Takes out what lets somebody in: of `ssh://git@host/` the user name is part of the address and says nothing.
pub fn without_login(address: &str) -> String {
    let bare = address.split_once('+').map_or(address, |(_, bare)| bare);
    let is_plain = |url: &Url| url.scheme() == "ssh" && url.password().is_none();
    if Url::parse(bare).as_ref().is_ok_and(is_plain) {
        address.to_owned()
    } else {
        without_credentials(address)
    }
}

/// The address that stands for all its spellings (cargo's `CanonicalUrl`): without a slash or `.git` at its end, and all of
/// GitHub in lower case. Two addresses name one registry or repository if these are equal. `None`: it is no address.
pub fn canonical(address: &str) -> Option<Url> {
    let address = address.strip_prefix("registry+").unwrap_or(address);
    let mut url = Url::parse(address).ok()?;
    if url.cannot_be_a_base() {
        return None;
    }
    if url.path().ends_with('/') {
        url.path_segments_mut().ok()?.pop_if_empty();
    }
    // Since 1.96 cargo leaves sparse addresses as they are here, and none ever ended in `.git`.
    if url.scheme().contains('+') {
        return Some(url);
    }
    if url.host_str() == Some("github.com") {
        let secure = format!("https{}", &url[url::Position::AfterScheme..]);
        url = Url::parse(&secure).ok()?;
        let path = url.path().to_lowercase();
        url.set_path(&path);
    }
    if let Some(bare) = url.path().strip_suffix(".git").map(str::to_owned) {
        url.set_path(&bare);
    }
    Some(url)
}
