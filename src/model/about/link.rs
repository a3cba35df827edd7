//! Links that strangers write: which of them a page may carry.

use url::Url;

/// Longer addresses are none that anybody wants to follow.
const LONGEST: usize = 2000;

/// An address as a page may link to it: `http`, `https` or `mailto`, written anew by the parser that browsers agree with.
/// `None` for every other scheme, for what is no whole address, and for one that begins with a name and `@`, which is how
/// one host is made to look like another.
pub fn outward(text: &str) -> Option<String> {
    let url = (text.len() <= LONGEST).then(|| Url::parse(text.trim()).ok())??;
    let sound = match url.scheme() {
        "http" | "https" => url.has_host() && url.username().is_empty() && url.password().is_none(),
        "mailto" => true,
        _ => false,
    };
    sound.then(|| url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_scheme_but_three_is_let_through() {
        for (text, link) in [
            ("https://r.example/a?b=c#d", "https://r.example/a?b=c#d"),
            (" HTTP://R.Example/a b\"'>", "http://r.example/a%20b%22'%3E"),
            ("mailto:me@r.example", "mailto:me@r.example"),
        ] {
            assert_eq!(outward(text).as_deref(), Some(link), "{text}");
        }
        for text in [
            "",
            "a",
            "/a",
            "//r.example/a",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " java\nscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "javascript&colon;alert(1)",
            "vbscript:x",
            "data:text/html,<script>alert(1)</script>",
            "file:///etc/passwd",
            "blob:https://r.example/1",
            "https://crates.io@r.example/",
            "https://a:b@r.example/",
            "https:///",
        ] {
            assert_eq!(outward(text), None, "{text:?}");
        }
        assert_eq!(
            outward(&format!("https://r.example/{}", "a".repeat(2000))),
            None
        );
    }
}
