//! The names by which links find the headings of a readme.

use std::collections::{HashMap, HashSet};

use pulldown_cmark::{Event, Tag, TagEnd};

/// In bytes; what goes on after it names nothing more.
const MAX_ANCHOR: usize = 80;

/// Headings that come after so many have no names.
const MOST: usize = 1000;

/// The names of the first 1000 headings, in order, by the rules that tables of contents go by.
pub fn anchors(events: &[Event<'_>]) -> Vec<String> {
    let (mut all, mut open) = (Vec::new(), None::<String>);
    let mut used: HashSet<String> = HashSet::new();
    let mut times: HashMap<String, usize> = HashMap::new();
    for event in events {
        match (event, &mut open) {
            (Event::Start(Tag::Heading { .. }), _) if all.len() == MOST => break,
            (Event::Start(Tag::Heading { .. }), _) => open = Some(String::new()),
            (Event::Text(text) | Event::Code(text), Some(anchor)) => anchor_of(text, anchor),
            (Event::End(TagEnd::Heading(_)), _) => {
                let base = open.take().unwrap_or_default();
                let mut anchor = base.clone();
                let time = times.entry(base.clone()).or_default();
                while !anchor.is_empty() && !used.insert(anchor.clone()) {
                    *time += 1;
                    anchor = format!("{base}-{time}");
                }
                all.push(anchor);
            }
            _ => {}
        }
    }
    all
}

fn anchor_of(text: &str, anchor: &mut String) {
    for character in text.chars() {
        if anchor.len() >= MAX_ANCHOR {
            return;
        }
        match character {
            ' ' => anchor.push('-'),
            '-' | '_' => anchor.push(character),
            _ if character.is_alphanumeric() => anchor.extend(character.to_lowercase()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::Parser;

    use super::*;

    #[test]
    fn every_heading_has_a_name_of_its_own() {
        let of = |text: &str| anchors(&Parser::new(text).collect::<Vec<_>>());
        assert_eq!(
            of("# How to `use` it?\n## Über_uns\n# !"),
            ["how-to-use-it", "über_uns", ""]
        );
        assert_eq!(of("# a\n# a\n# a-1\n# a"), ["a", "a-1", "a-1-1", "a-2"]);
        assert!(of(&format!("# {}", "ä".repeat(100)))[0].len() <= MAX_ANCHOR + 1);
        assert_eq!(of(&"# a\n".repeat(MOST + 1)).len(), MOST);
    }
}
