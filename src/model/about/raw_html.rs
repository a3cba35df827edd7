//! Raw HTML inside Markdown, of which a page shows the words alone.

/// What one piece of raw HTML within a paragraph comes to.
#[derive(Debug, PartialEq, Eq)]
pub enum Inline {
    Nothing,
    Break,
    /// What it shows, as its `alt` says.
    Image(String),
}

/// Elements whose content is no text for readers.
const HIDDEN: [&str; 6] = ["script", "style", "template", "noscript", "iframe", "title"];

/// Elements that stay in the line they are in. All others begin and end one.
const IN_LINE: [&str; 22] = [
    "a", "abbr", "b", "code", "em", "font", "i", "img", "kbd", "small", "span", "strong", "sub",
    "sup", "tt", "u", "del", "ins", "mark", "picture", "source", "s",
];

/// A tag, comment or the like between `<` and `>`.
pub fn inline(tag: &str) -> Inline {
    match name(tag).as_str() {
        "br" => Inline::Break,
        "img" => Inline::Image(attribute(tag, "alt").unwrap_or_default()),
        _ => Inline::Nothing,
    }
}

/// The words of a block, line by line, blanks as single ones.
pub fn words(raw: &str) -> Vec<String> {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        unescape(&rest[..at], &mut text);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = after(comment, "-->");
            continue;
        }
        let is_tag = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
        if !is_tag {
            text.push('<');
            rest = &rest[1..];
            continue;
        }
        let end = memchr::memchr(b'>', rest.as_bytes()).map_or(rest.len(), |end| end + 1);
        let (tag, behind) = rest.split_at(end);
        rest = behind;
        let name = name(tag);
        if let Inline::Image(shows) = inline(tag) {
            text.push_str("[image");
            if !shows.trim().is_empty() {
                text.push_str(": ");
                text.push_str(shows.trim());
            }
            text.push(']');
        } else if HIDDEN.contains(&name.as_str()) && !tag.starts_with("</") {
            rest = behind_element(rest, &name);
        }
        if !IN_LINE.contains(&name.as_str()) {
            text.push('\n');
        }
    }
    unescape(rest, &mut text);
    let lines = text.lines().map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.join(" ")
    });
    lines.filter(|line| !line.is_empty()).collect()
}

fn after<'a>(text: &'a str, end: &str) -> &'a str {
    memchr::memmem::find(text.as_bytes(), end.as_bytes()).map_or("", |at| &text[at + end.len()..])
}

/// What follows the end tag of an element. One that does not end hides all that follows, as it does in browsers.
fn behind_element<'a>(text: &'a str, name: &str) -> &'a str {
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(&text.as_bytes()[from..], b"</") {
        let at = from + at + 2;
        let is_end = text.get(at..at + name.len());
        if is_end.is_some_and(|end| end.eq_ignore_ascii_case(name)) {
            return after(&text[at..], ">");
        }
        from = at;
    }
    ""
}

fn name(tag: &str) -> String {
    let name = tag.trim_start_matches(['<', '/']);
    let name = name
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .take(20);
    name.collect::<String>().to_ascii_lowercase()
}

/// The value of an attribute, if it stands in quotes.
fn attribute(tag: &str, wanted: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let start = lower.find(&format!(" {wanted}="))? + wanted.len() + 2;
    let value = tag.get(start..)?;
    let quote = value
        .chars()
        .next()
        .filter(|quote| ['"', '\''].contains(quote))?;
    let value = value[1..].split(quote).next()?;
    let mut text = String::new();
    unescape(value, &mut text);
    Some(text)
}

/// The few names that people write in text.
fn unescape(text: &str, into: &mut String) {
    const NAMES: [(&str, char); 7] = [
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&apos;", '\''),
        ("&#39;", '\''),
        ("&nbsp;", ' '),
    ];
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        into.push_str(&rest[..at]);
        rest = &rest[at..];
        let named = NAMES.iter().find(|(name, _)| rest.starts_with(name));
        let (name, character) = named.copied().unwrap_or(("&", '&'));
        into.push(character);
        rest = &rest[name.len()..];
    }
    into.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_and_tags_go() {
        let of = |raw: &str| words(raw).join("|");
        assert_eq!(of("<div>a <b>b</b>\n c</div><div>d</div>"), "a b|c|d");
        assert_eq!(of("a<script>alert(1)</SCRIPT >b"), "a|b");
        assert_eq!(of("a<script>alert(1)"), "a");
        assert_eq!(
            of("<!-- a --> 1 < 2 &lt;b&gt; &amp;c &bad;"),
            "1 < 2 <b> &c &bad;"
        );
        assert_eq!(
            of("<img src=x alt='a \"b\"'><img>"),
            "[image: a \"b\"][image]"
        );
        assert_eq!(of("<p"), "");
        assert_eq!(of(&"<".repeat(100_000)).len(), 100_000);
    }
}
