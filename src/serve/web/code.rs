//! What is inside a package: its files, and those that are text. Nothing is unpacked to disk.

use std::fmt::Write;

use maud::{Markup, PreEscaped, html};

use crate::model::about::index_line::LineFacts;
use crate::model::about::wording::{escape, is_shown};
use crate::serve::registry::shelf::{KnownCrate, Release};
use crate::serve::web::catalog;
use crate::serve::web::frame::Told;
use crate::serve::web::head::{Tab, head};
use crate::serve::web::package::{MAX_SOURCE, SourceFile, list, read_file};
use crate::serve::web::view::{Made, View};
use crate::serve::web::words::{counted, size};

/// How far a file is searched for what no text has.
const LOOKED: usize = 8192;

pub fn files(view: &View<'_>, known: &KnownCrate, release: &Release) -> Made {
    let id = release.id();
    if !release.is_here() {
        return not_here(view, release);
    }
    let Some(listed) = list(view.source, id) else {
        return broken(view, release);
    };
    let facts = LineFacts::read(release.line.raw());
    let description = catalog::description(view, &known.name);
    let main = html! {
        (head(view, known, release, &facts, Tab::Code, description.as_deref()))
        h2 { (counted(listed.count, "file", "files")) ", " (size(listed.size)) }
        div.wide tabindex="0" {
            table {
                thead {
                    tr {
                        th scope="col" { "File" }
                        th.right scope="col" { "Size" }
                    }
                }
                tbody {
                    @for file in &listed.files {
                        tr {
                            th.mono scope="row" { a href=(view.links.file(id, &file.path)) { (shown(&file.path)) } }
                            td.right.nobreak { (size(file.size)) }
                        }
                    }
                }
            }
        }
        @if listed.count > listed.files.len() {
            p { "More files are not listed." }
        }
    };
    let title = format!("{} {}: code", known.name, release.version());
    view.page(&title, &main, &[told(release)])
}

pub fn file(view: &View<'_>, known: &KnownCrate, release: &Release, path: &str) -> Made {
    let id = release.id();
    if !release.is_here() {
        return not_here(view, release);
    }
    let Some(found) = read_file(view.source, id, path) else {
        let heading = "There is no such file";
        let why = html! {
            p {
                "The package has no " code { (shown(path)) } ". "
                a href=(view.links.files(id)) { "Its files" }
            }
        };
        return view.absent(heading, &why);
    };
    let facts = LineFacts::read(release.line.raw());
    let main = html! {
        (head(view, known, release, &facts, Tab::Code, None))
        h2.path.mono {
            a href=(view.links.files(id)) { "files" } " / " (shown(path))
        }
        (text(&found))
    };
    let title = format!("{} {}: {}", known.name, release.version(), shown(path));
    view.page(&title, &main, &[told(release)])
}

fn told(release: &Release) -> Told {
    let from = format!("the package {}, in this mirror", release.id().file_name());
    Told::new("Files", from, None)
}

fn not_here(view: &View<'_>, release: &Release) -> Made {
    let heading = format!("{} is not in this mirror", release.id());
    let why = html! {
        p { "So there is no code of it to look at: no page fetches anything." }
        p { a href=(view.links.version(release.id())) { "What the index says of it" } }
    };
    view.absent(&heading, &why)
}

fn broken(view: &View<'_>, release: &Release) -> Made {
    let heading = format!("{} cannot be read", release.id());
    let why = html! {
        p { "The package is in this mirror, but it is not one that cargo would unpack." }
        p { a href=(view.links.version(release.id())) { "What the index says of it" } }
    };
    view.absent(&heading, &why)
}

fn text(found: &SourceFile) -> Markup {
    let Some(bytes) = &found.bytes else {
        return html! {
            p.note { "It has " (size(found.size)) ", and no more than " (size(MAX_SOURCE)) " are shown." }
        };
    };
    if bytes[..bytes.len().min(LOOKED)].contains(&0) {
        return html! { p.note { "It is no text; it has " (size(found.size)) "." } };
    }
    let text = String::from_utf8_lossy(bytes);
    if text.is_empty() {
        return html! { p.note { "It is empty." } };
    }
    html! {
        pre.code tabindex="0" { (PreEscaped(lines(&text))) }
    }
}

/// Lines with their numbers, each number a link to itself.
fn lines(text: &str) -> String {
    let mut html = String::with_capacity(text.len() * 2);
    // What follows the last end of line is no line.
    let text = text.strip_suffix('\n').unwrap_or(text);
    for (number, line) in text.split('\n').enumerate() {
        let number = number + 1;
        // Writing to a String cannot fail.
        let _ = write!(
            html,
            "<span id=\"L{number}\"><a href=\"#L{number}\">{number}</a>"
        );
        visible(&mut html, line.strip_suffix('\r').unwrap_or(line));
        html.push_str("\n</span>");
    }
    html
}

/// Appends a line. A mark that would turn it around, or that is not shown at all, is named instead.
fn visible(html: &mut String, line: &str) {
    let mut from = 0;
    for (at, character) in line.char_indices() {
        if is_shown(character) || character == '\t' {
            continue;
        }
        escape(html, &line[from..at]);
        // Writing to a String cannot fail.
        let _ = write!(html, "<mark>U+{:04X}</mark>", u32::from(character));
        from = at + character.len_utf8();
    }
    escape(html, &line[from..]);
}

/// A path as it can be read.
fn shown(path: &str) -> String {
    path.chars()
        .filter(|character| is_shown(*character))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_numbered_and_show_what_they_hide() {
        assert_eq!(
            lines("a<b>\r\n\n\u{202e}c\x1b\n"),
            "<span id=\"L1\"><a href=\"#L1\">1</a>a&lt;b&gt;\n</span>\
             <span id=\"L2\"><a href=\"#L2\">2</a>\n</span>\
             <span id=\"L3\"><a href=\"#L3\">3</a><mark>U+202E</mark>c<mark>U+001B</mark>\n</span>"
        );
        assert!(lines("a\nb").ends_with("b\n</span>"));
    }

    #[test]
    fn what_is_no_text_is_not_shown_as_one() {
        let of = |bytes: Option<&[u8]>| {
            text(&SourceFile {
                size: 5,
                bytes: bytes.map(<[u8]>::to_vec),
            })
            .into_string()
        };
        assert!(of(Some(b"\x7fELF\0")).contains("no text"));
        assert!(of(Some(b"")).contains("empty"));
        assert!(of(None).contains("1.0 MB"));
        assert!(of(Some(b"fn a() {}")).contains("fn a() {}"));
    }
}
