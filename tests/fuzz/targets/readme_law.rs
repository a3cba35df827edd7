//! What must hold of every readme, whatever bytes it has: what comes out has the tags and attributes of the filter's own lists
//! and no others, no address off the list of schemes, and every tag is closed in the order in which it was opened.

use cargo_mirror::model::about::readme::{ATTRIBUTES, TAGS, markdown, plain};

/// Those that are never closed.
const EMPTY: [&str; 2] = ["br", "hr"];

pub(super) fn holds(bytes: &[u8]) {
    for html in [markdown(bytes), plain(bytes)] {
        is_harmless(&html);
    }
}

fn is_harmless(html: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        assert!(!rest[..at].contains('>'), "a bracket that is none of a tag");
        let end = rest.find('>').expect("a tag ends");
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "tags are closed in order");
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(TAGS.contains(&name), "{name}");
        if !EMPTY.contains(&name) {
            open.push(name);
        }
        // Values are in double quotes, which are escaped within them.
        let mut parts = attributes.split('"');
        while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
            let name = name.trim().strip_suffix('=').expect("a value has a name");
            assert!(ATTRIBUTES.contains(&name), "{name}");
            let schemes = ["https://", "http://", "mailto:", "#readme-"];
            assert!(
                name != "href" || schemes.iter().any(|scheme| value.starts_with(scheme)),
                "{value}"
            );
        }
    }
    assert!(open.is_empty() && !rest.contains('>'), "all is closed");
}
