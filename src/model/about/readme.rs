//! A readme as HTML. What comes out is made of the tags and attributes that stand in this file, and of escaped text:
//! nothing that a stranger wrote is ever passed through as mark-up.
//!
//! ```text
//! raw HTML       tags dropped, their words kept
//! links          http, https and mailto, and `#` to a heading of the same readme
//! images         [image: what it shows]: nothing is loaded, from here or elsewhere
//! headings       two levels down, below those of the page
//! nesting        48 levels; deeper ones lose their marks, not their words
//! size           512 kB in, 100,000 pieces of mark-up and text, 4 MiB out; what is longer is cut, and says so
//! ```

use std::collections::HashSet;
use std::fmt::Write;

use pulldown_cmark::{
    Alignment, CodeBlockKind, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd,
};

use crate::model::about::anchors::anchors;
use crate::model::about::link::outward;
use crate::model::about::raw_html;
use crate::model::about::wording::{escape, start_of};

/// The tags that occur in a readme's HTML.
pub const TAGS: [&str; 27] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "div",
    "em",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "span",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
    "sub",
    "sup",
];

/// The attributes that occur in it.
pub const ATTRIBUTES: [&str; 8] = [
    "class", "href", "id", "rel", "scope", "start", "tabindex", "title",
];

const MAX_BYTES: usize = 512_000;
const MAX_HTML: usize = 4 << 20;
/// Starts, ends and texts. A long readme has some thousands; so many take a twentieth of a second.
const MAX_EVENTS: usize = 100_000;
const MAX_DEPTH: usize = 48;
/// What a table nests: a frame, the table, a part of it, a row, a cell.
const TABLE_DEPTH: usize = 5;
const MAX_LANGUAGE: usize = 20;

const CUT: &str = "<p>[The readme goes on; this page ends here.]</p>";

/// Whether a file of this name is Markdown, as the registry takes it.
pub fn is_markdown(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let kind = name.rsplit_once('.').map_or("", |(_, kind)| kind);
    let kinds = [
        "", "md", "markdown", "mdown", "mdwn", "mkd", "mkdn", "mkdown",
    ];
    kinds.iter().any(|known| kind.eq_ignore_ascii_case(known))
}

/// A readme that is not Markdown: as it stands.
pub fn plain(bytes: &[u8]) -> String {
    let (text, whole) = start_of(bytes, MAX_BYTES);
    let mut html = "<pre tabindex=\"0\">\n".to_owned();
    escape(&mut html, &text);
    html.push_str("</pre>");
    if !whole {
        html.push_str(CUT);
    }
    html
}

/// A readme that is Markdown.
pub fn markdown(bytes: &[u8]) -> String {
    let (text, whole) = start_of(bytes, MAX_BYTES);
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut parser = Parser::new_ext(&text, options);
    let events: Vec<Event<'_>> = parser.by_ref().take(MAX_EVENTS).collect();
    let whole = whole && parser.next().is_none();
    let mut writer = Writer::new(anchors(&events));
    for event in events {
        if writer.html.len() > MAX_HTML {
            return writer.end(false);
        }
        writer.take(event);
    }
    writer.end(whole)
}

struct Writer {
    html: String,
    /// How each tag that is open is closed; nothing for one that was left out.
    open: Vec<&'static str>,
    /// How many of them were written.
    depth: usize,
    in_link: bool,
    /// Columns of the table that is open, and which of them is next.
    columns: Vec<Alignment>,
    column: usize,
    in_head: bool,
    /// Images that are open, one within another, and what they show.
    images: usize,
    shows: String,
    /// Raw HTML that is not at its end.
    raw: Option<String>,
    /// Of all headings, and which of them is next.
    anchors: Vec<String>,
    known: HashSet<String>,
    heading: usize,
}

impl Writer {
    fn new(anchors: Vec<String>) -> Self {
        Self {
            html: String::new(),
            open: Vec::new(),
            depth: 0,
            in_link: false,
            columns: Vec::new(),
            column: 0,
            in_head: false,
            images: 0,
            shows: String::new(),
            raw: None,
            known: anchors.iter().cloned().collect(),
            anchors,
            heading: 0,
        }
    }

    fn end(mut self, whole: bool) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        if !whole {
            self.html.push_str(CUT);
        }
        self.html
    }

    fn take(&mut self, event: Event<'_>) {
        if self.images > 0 {
            return self.within_image(&event);
        }
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(TagEnd::HtmlBlock) => {
                let raw = self.raw.take().unwrap_or_default();
                self.raw_block(&raw);
            }
            Event::End(tag) => {
                self.close();
                match tag {
                    TagEnd::Link => self.in_link = false,
                    TagEnd::TableHead => self.in_head = false,
                    // Where the table was left out, its words stay apart.
                    TagEnd::TableCell => self.html.push('\n'),
                    _ => {}
                }
            }
            Event::Text(text) => escape(&mut self.html, &text),
            Event::Code(text) => {
                self.html.push_str("<code>");
                escape(&mut self.html, &text);
                self.html.push_str("</code>");
            }
            Event::Html(text) => match &mut self.raw {
                Some(raw) => raw.push_str(&text),
                None => self.raw_block(&text),
            },
            Event::InlineHtml(text) => match raw_html::inline(&text) {
                raw_html::Inline::Break => self.html.push_str("<br>"),
                raw_html::Inline::Image(shows) => self.image(&shows),
                raw_html::Inline::Nothing => {}
            },
            Event::SoftBreak => self.html.push('\n'),
            Event::HardBreak => self.html.push_str("<br>\n"),
            Event::Rule => self.html.push_str("<hr>\n"),
            Event::TaskListMarker(done) => {
                self.html.push_str(if done { "[x] " } else { "[ ] " });
            }
            // Not asked for.
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Paragraph => self.open("<p>", "</p>\n"),
            Tag::Heading { level, .. } => self.start_heading(*level),
            Tag::BlockQuote(_) => self.open("<blockquote>", "</blockquote>\n"),
            Tag::CodeBlock(kind) => {
                let mut start = "<pre tabindex=\"0\"><code>".to_owned();
                if let Some(language) = language(kind) {
                    start = format!("<pre tabindex=\"0\"><code class=\"language-{language}\">");
                }
                self.open(&start, "</code></pre>\n");
            }
            Tag::HtmlBlock => self.raw = Some(String::new()),
            Tag::List(None) => self.open("<ul>\n", "</ul>\n"),
            Tag::List(Some(1)) => self.open("<ol>\n", "</ol>\n"),
            Tag::List(Some(first)) => self.open(&format!("<ol start=\"{first}\">\n"), "</ol>\n"),
            Tag::Item => self.open("<li>", "</li>\n"),
            Tag::Table(columns) => {
                self.columns.clone_from(columns);
                if self.depth + TABLE_DEPTH > MAX_DEPTH {
                    // All of it, since what is left of a table is none.
                    self.open.push("");
                } else {
                    self.open(
                        "<div class=\"wide\" tabindex=\"0\"><table>\n",
                        "</tbody></table></div>\n",
                    );
                }
            }
            Tag::TableHead => {
                (self.in_head, self.column) = (true, 0);
                self.open_in_table("<thead><tr>", "</tr></thead>\n<tbody>\n");
            }
            Tag::TableRow => {
                self.column = 0;
                self.open_in_table("<tr>", "</tr>\n");
            }
            Tag::TableCell => self.start_cell(),
            Tag::Emphasis => self.open("<em>", "</em>"),
            Tag::Strong => self.open("<strong>", "</strong>"),
            Tag::Strikethrough => self.open("<del>", "</del>"),
            Tag::Link {
                link_type,
                dest_url,
                ..
            } => self.start_link(*link_type, dest_url),
            Tag::Image { .. } => {
                self.images = 1;
                self.shows.clear();
            }
            // Not asked for.
            _ => self.open.push(""),
        }
    }

    fn open(&mut self, start: &str, end: &'static str) {
        if self.depth >= MAX_DEPTH {
            self.open.push("");
            return;
        }
        self.html.push_str(start);
        self.open.push(end);
        self.depth += 1;
    }

    /// A part of a table, which is there if the table is.
    fn open_in_table(&mut self, start: &str, end: &'static str) {
        if self.open.last().is_some_and(|outer| outer.is_empty()) {
            self.open.push("");
        } else {
            self.open(start, end);
        }
    }

    fn close(&mut self) {
        if let Some(end) = self.open.pop().filter(|end| !end.is_empty()) {
            self.html.push_str(end);
            self.depth -= 1;
        }
    }

    fn start_heading(&mut self, level: HeadingLevel) {
        let (start, end) = match level {
            HeadingLevel::H1 => ("<h3", "</h3>\n"),
            HeadingLevel::H2 => ("<h4", "</h4>\n"),
            HeadingLevel::H3 => ("<h5", "</h5>\n"),
            HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => ("<h6", "</h6>\n"),
        };
        let anchor = self.anchors.get(self.heading).map_or("", String::as_str);
        self.heading += 1;
        let start = if anchor.is_empty() {
            format!("{start}>")
        } else {
            // Letters, digits, `-` and `_`.
            format!("{start} id=\"readme-{anchor}\">")
        };
        self.open(&start, end);
    }

    fn start_cell(&mut self) {
        let class = match self.columns.get(self.column) {
            Some(Alignment::Right) => " class=\"right\"",
            Some(Alignment::Center) => " class=\"middle\"",
            _ => "",
        };
        self.column += 1;
        if self.in_head {
            self.open_in_table(&format!("<th scope=\"col\"{class}>"), "</th>");
        } else {
            self.open_in_table(&format!("<td{class}>"), "</td>");
        }
    }

    fn start_link(&mut self, kind: LinkType, address: &str) {
        let target = match address.strip_prefix('#') {
            Some(anchor) => {
                let anchor = anchor.to_lowercase();
                let known = self.known.contains(&anchor);
                known.then(|| format!("#readme-{anchor}"))
            }
            None if kind == LinkType::Email => outward(&format!("mailto:{address}")),
            None => outward(address),
        };
        match target.filter(|_| !self.in_link) {
            Some(target) => {
                let mut start = "<a href=\"".to_owned();
                escape(&mut start, &target);
                start.push_str("\" rel=\"nofollow noopener noreferrer\">");
                self.open(&start, "</a>");
                self.in_link = true;
            }
            None => self.open.push(""),
        }
    }

    fn within_image(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(Tag::Image { .. }) => self.images += 1,
            Event::End(TagEnd::Image) => {
                self.images -= 1;
                if self.images == 0 {
                    let shows = std::mem::take(&mut self.shows);
                    self.image(&shows);
                }
            }
            Event::Text(text) | Event::Code(text) => self.shows.push_str(text),
            Event::SoftBreak | Event::HardBreak => self.shows.push(' '),
            _ => {}
        }
    }

    fn image(&mut self, shows: &str) {
        self.html.push_str("<span class=\"image\">[image");
        if !shows.trim().is_empty() {
            self.html.push_str(": ");
            escape(&mut self.html, shows.trim());
        }
        self.html.push_str("]</span>");
    }

    /// The words of raw HTML, a line where it had a block.
    fn raw_block(&mut self, raw: &str) {
        let words = raw_html::words(raw);
        if words.is_empty() {
            return;
        }
        self.html.push_str("<p>");
        for (number, line) in words.iter().enumerate() {
            if number > 0 {
                self.html.push_str("<br>\n");
            }
            escape(&mut self.html, line);
        }
        self.html.push_str("</p>\n");
    }
}

/// The language of a block of code, for style sheets.
fn language(kind: &CodeBlockKind<'_>) -> Option<String> {
    let CodeBlockKind::Fenced(said) = kind else {
        return None;
    };
    let word = said.split([' ', ',', '{', '\t']).next()?;
    let mut language = String::new();
    for character in word
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(MAX_LANGUAGE)
    {
        // Writing to a String cannot fail.
        let _ = language.write_char(character.to_ascii_lowercase());
    }
    (!language.is_empty()).then_some(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        markdown(text.as_bytes())
    }

    #[test]
    fn markdown_becomes_html() {
        for (text, expected) in [
            ("# A `b`", "<h3 id=\"readme-a-b\">A <code>b</code></h3>\n"),
            ("###### f", "<h6 id=\"readme-f\">f</h6>\n"),
            (
                "a *b* **c** ~~d~~",
                "<p>a <em>b</em> <strong>c</strong> <del>d</del></p>\n",
            ),
            ("- a\n- [x] b", "<ul>\n<li>a</li>\n<li>[x] b</li>\n</ul>\n"),
            ("3. a", "<ol start=\"3\">\n<li>a</li>\n</ol>\n"),
            (
                "```Rust,no_run\nfn a<T>() {}\n```",
                "<pre tabindex=\"0\"><code class=\"language-rust\">fn a&lt;T&gt;() {}\n</code></pre>\n",
            ),
            (
                "[a](https://r.example/?b&c \"t\")",
                "<p><a href=\"https://r.example/?b&amp;c\" rel=\"nofollow noopener noreferrer\">a</a></p>\n",
            ),
            (
                "<me@r.example>",
                "<p><a href=\"mailto:me@r.example\" rel=\"nofollow noopener noreferrer\">me@r.example</a></p>\n",
            ),
            (
                "[![build *ok*](https://r.example/a.svg)](https://r.example/)",
                "<p><a href=\"https://r.example/\" rel=\"nofollow noopener noreferrer\">\
                 <span class=\"image\">[image: build ok]</span></a></p>\n",
            ),
            ("[a](LICENSE)", "<p>a</p>\n"),
        ] {
            assert_eq!(html(text), expected, "{text}");
        }
    }

    #[test]
    fn tables_keep_their_shape() {
        assert_eq!(
            html("| a | b |\n|---|--:|\n| 1 | 2 |"),
            "<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">a</th>\n\
             <th scope=\"col\" class=\"right\">b</th>\n</tr></thead>\n<tbody>\n<tr><td>1</td>\n\
             <td class=\"right\">2</td>\n</tr>\n</tbody></table></div>\n"
        );
    }

    #[test]
    fn links_within_a_readme_find_their_headings() {
        let text = "[use](#How-to-use) [no](#nothing)\n\n## How to use!\n## How to use\n";
        assert_eq!(
            html(text),
            "<p><a href=\"#readme-how-to-use\" rel=\"nofollow noopener noreferrer\">use</a> no</p>\n\
             <h4 id=\"readme-how-to-use\">How to use!</h4>\n<h4 id=\"readme-how-to-use-1\">How to use</h4>\n"
        );
    }

    #[test]
    fn raw_html_leaves_its_words() {
        let text = "<p align=\"center\" onclick=\"x()\">\n  <img src=\"https://r.example/t.gif\" alt=\"A logo\">\n  \
                    Fast &amp; <b>small</b></p>\n\nA<br>b <kbd onclick=x>c</kbd> <!-- d -->\n";
        assert_eq!(
            html(text),
            "<p>[image: A logo]<br>\nFast &amp; small</p>\n<p>A<br>b c </p>\n"
        );
    }

    #[test]
    fn what_is_too_deep_keeps_its_words() {
        let deep = html(&format!("{} a | b", ">".repeat(20_000)));
        assert_eq!(deep.matches("<blockquote>").count(), MAX_DEPTH);
        assert_eq!(deep.matches("</blockquote>").count(), MAX_DEPTH);
        assert!(deep.contains("a | b"));
        let quotes = ">".repeat(46);
        let table = html(&format!("{quotes}a | b\n{quotes}--|--\n{quotes}c | d\n"));
        assert!(!table.contains("table") && table.contains("d\n"), "{table}");
    }

    #[test]
    fn what_is_too_long_says_so() {
        let long = html(&"a b\n\n".repeat(200_000));
        assert!(long.ends_with(CUT) && long.len() < 4 * MAX_BYTES);
        let wide = "|".repeat(4000) + "\n" + &"|-".repeat(4000) + "\n" + &"|a\n".repeat(20_000);
        let wide = html(&wide);
        assert!(wide.len() < 2 * MAX_HTML, "{}", wide.len());
        let many = html(&"# a\n".repeat(MAX_EVENTS / 3 + 1));
        assert!(many.ends_with(CUT) && many.matches("</h3>").count() == MAX_EVENTS / 3 + 1);
        assert!(plain(&vec![b'<'; MAX_BYTES + 1]).ends_with(CUT));
        assert!(html(&"é".repeat(MAX_BYTES)).ends_with(CUT));
    }
}
