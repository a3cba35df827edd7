//! The one style sheet and the icon of all pages. Their names change with their texts, so that browsers may keep them for
//! ever.

use std::sync::OnceLock;

use hyper::header::{CACHE_CONTROL, HeaderValue};
use hyper::{Response, StatusCode};

use crate::model::package::checksum::Sha256;
use crate::serve::answer::body::{Body, text};

pub const STYLE: &str = include_str!("style.css");

/// A crate of three slats.
pub const ICON: &str = concat!(
    r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">"#,
    r#"<path fill="none" stroke="currentColor" stroke-width="1.5" d="M1.75 2.75h12.5v10.5H1.75zM1.75 6.25h12.5M1.75 9.75h12.5M4.75 2.75v10.5M11.25 2.75v10.5"/></svg>"#
);

/// The same for the tab of a browser, which has no text whose colour it could take.
const TAB_ICON: &str = concat!(
    r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="2" fill="#b5541c"/>"##,
    r##"<path fill="none" stroke="#fff" stroke-width="1.5" d="M2.75 3.75h10.5v8.5H2.75zM2.75 6.75h10.5M2.75 9.25h10.5M5.5 3.75v8.5M10.5 3.75v8.5"/></svg>"##
);

const CSS: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";

fn digest(text: &str) -> String {
    Sha256::of(text).to_string()[..12].to_owned()
}

pub fn style_name() -> String {
    static NAME: OnceLock<String> = OnceLock::new();
    let name = NAME.get_or_init(|| format!("style-{}.css", digest(STYLE)));
    name.clone()
}

pub fn icon_name() -> String {
    static NAME: OnceLock<String> = OnceLock::new();
    let name = NAME.get_or_init(|| format!("icon-{}.svg", digest(TAB_ICON)));
    name.clone()
}

/// What belongs to all pages, by its name. `None`: there is nothing of this name, or no longer.
pub fn part(name: &str) -> Option<Response<Body>> {
    let (kind, content) = if name == style_name() {
        (CSS, STYLE)
    } else if name == icon_name() {
        (SVG, TAB_ICON)
    } else {
        return None;
    };
    let mut answer = text(StatusCode::OK, kind, content);
    let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
    answer.headers_mut().insert(CACHE_CONTROL, forever);
    Some(answer)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The colours of the style sheet by their names: those of light, and those of dark schemes.
    fn colours() -> [BTreeMap<String, [f64; 3]>; 2] {
        let (light, dark) = STYLE
            .split_once("@media (prefers-color-scheme: dark)")
            .unwrap();
        let dark = dark.split_once("}\n}").unwrap().0;
        let light = light.split_once('}').unwrap().0;
        [light, dark].map(|text| {
            let lines = text
                .lines()
                .filter_map(|line| line.trim().strip_prefix("--"));
            let named = lines.filter_map(|line| line.strip_suffix(';')?.split_once(": #"));
            named
                .map(|(name, digits)| {
                    let part = |at: usize| {
                        f64::from(u8::from_str_radix(&digits[at..at + 2], 16).unwrap()) / 255.0
                    };
                    (name.to_owned(), [part(0), part(2), part(4)])
                })
                .collect()
        })
    }

    /// WCAG 2.2, relative luminance.
    fn luminance(colour: [f64; 3]) -> f64 {
        let linear = colour.map(|part| {
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn every_text_can_be_read_on_every_ground() {
        for (scheme, colours) in ["light", "dark"].iter().zip(colours()) {
            assert!(colours.len() >= 12, "{scheme}: {colours:?}");
            for text in ["ink", "dim", "link", "good", "bad"] {
                for ground in ["paper", "card", "mark"] {
                    let contrast = contrast(colours[text], colours[ground]);
                    assert!(
                        contrast >= 4.5,
                        "{scheme}: {text} on {ground}: {contrast:.2}"
                    );
                }
            }
            let contrast_of_button = contrast(colours["on-accent"], colours["accent"]);
            assert!(
                contrast_of_button >= 4.5,
                "{scheme}: {contrast_of_button:.2}"
            );
            // Lines of charts and edges of fields are no text: 3:1.
            for line in ["edge", "hit", "miss", "link"] {
                let contrast = contrast(colours[line], colours["paper"]);
                assert!(contrast >= 3.0, "{scheme}: {line}: {contrast:.2}");
            }
        }
    }

    #[test]
    fn the_style_sheet_loads_nothing_and_names_every_colour() {
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
        let (_, rules) = STYLE.split_once("/* rules */").unwrap();
        assert!(!rules.contains('#'), "a colour has no name");
        for colours in colours() {
            for name in colours.keys() {
                assert!(
                    rules.contains(&format!("var(--{name})")),
                    "{name} is not used"
                );
            }
        }
    }

    #[test]
    fn parts_are_found_by_their_names_alone() {
        assert!(part(&style_name()).is_some() && part(&icon_name()).is_some());
        assert!(part("style.css").is_none() && part("").is_none());
    }
}
