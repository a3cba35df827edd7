//! Markdown as plain text for a terminal: the part of it that the pages of the guide are written in.
//!
//! Headings and strong words are bold, code blocks are indented, links show their text. The styles are escape codes that
//! `anstream` takes out again where colours are off, so every mark that carries meaning (bullets, backticks) is a character.

use std::fmt::Write;

use anstyle::Style;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

const BOLD: Style = Style::new().bold();
const PLAIN: Style = Style::new();
/// Narrower than this, lines would hold hardly a word.
const LEAST_WIDTH: usize = 24;
const CODE_INDENT: &str = "    ";
/// A command in a sentence stays on one line up to this many columns, so that it can be copied.
const WHOLE_CODE: usize = 40;

/// The text of a page in lines of at most `width` columns, save for code and single words that are longer.
pub fn render(page: &str, width: usize) -> String {
    let mut text = Text::new(width.max(LEAST_WIDTH));
    for event in Parser::new(page) {
        text.take(event);
    }
    text.out
}

/// Letters without a space in them, and how many columns they take.
#[derive(Default)]
struct Word {
    shown: String,
    columns: usize,
}

struct Text {
    width: usize,
    out: String,
    /// Of the paragraph, heading or item that is being read.
    words: Vec<Word>,
    /// Whether what comes next belongs to the last word.
    glued: bool,
    style: Style,
    /// For each list that is open: the number of the next item, where items are numbered.
    lists: Vec<Option<u64>>,
    /// The bullet or number of an item whose first line is still to come.
    bullet: Option<String>,
    /// Whether the last thing written was an item of a list, which needs no empty line before the next.
    after_item: bool,
    in_code: bool,
}

impl Text {
    fn new(width: usize) -> Self {
        Self {
            width,
            out: String::new(),
            words: Vec::new(),
            glued: false,
            style: PLAIN,
            lists: Vec::new(),
            bullet: None,
            after_item: false,
            in_code: false,
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.open(&tag),
            Event::End(tag) => self.close(tag),
            Event::Text(text) if self.in_code => self.code(&text),
            Event::Text(text) => text.split(' ').enumerate().for_each(|it| self.push(it)),
            Event::Code(text) => {
                let shown = format!("`{text}`");
                if shown.len() <= WHOLE_CODE {
                    self.push((0, &shown));
                } else {
                    shown.split(' ').enumerate().for_each(|it| self.push(it));
                }
            }
            Event::SoftBreak | Event::HardBreak => self.glued = false,
            // Comments, which are for those who read the source of a page.
            _ => {}
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Heading { .. } | Tag::Strong => self.style = BOLD,
            Tag::List(first) => {
                self.flush();
                self.after_item = !self.lists.is_empty();
                self.lists.push(*first);
            }
            Tag::Item => {
                let number = self.lists.last_mut().and_then(Option::as_mut);
                self.bullet = Some(number.map_or("- ".to_owned(), |number| {
                    *number += 1;
                    format!("{}. ", *number - 1)
                }));
            }
            Tag::CodeBlock(_) => {
                self.flush();
                self.gap();
                self.in_code = true;
            }
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.style = PLAIN,
            TagEnd::Heading(_) => {
                self.flush();
                self.style = PLAIN;
            }
            TagEnd::Paragraph => self.flush(),
            TagEnd::Item => {
                self.flush();
                self.after_item = true;
            }
            TagEnd::List(_) => {
                self.lists.pop();
                self.after_item = !self.lists.is_empty();
            }
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.after_item = false;
            }
            _ => {}
        }
    }

    /// Adds the piece at this place of a text to the words of the paragraph, in the style that holds now. The first piece
    /// goes on with the last word where no space is between them.
    fn push(&mut self, (place, piece): (usize, &str)) {
        if place > 0 {
            self.glued = false;
        }
        if piece.is_empty() {
            return;
        }
        if !self.glued {
            self.words.push(Word::default());
            self.glued = true;
        }
        if let Some(word) = self.words.last_mut() {
            let style = self.style;
            let _ = write!(word.shown, "{style}{piece}{style:#}");
            word.columns += piece.chars().count();
        }
    }

    /// How far what stands in the open lists is indented.
    fn indent(&self) -> usize {
        2 * self.lists.len()
    }

    /// An empty line before a block, save between the items of a list and at the very beginning.
    fn gap(&mut self) {
        if !self.out.is_empty() && !self.after_item {
            self.out.push('\n');
        }
        self.after_item = false;
    }

    /// Writes the words that were collected as lines.
    fn flush(&mut self) {
        self.glued = false;
        if self.words.is_empty() {
            return;
        }
        self.gap();
        let indent = self.indent();
        let bullet = self.bullet.take().unwrap_or_default();
        let margin = " ".repeat(indent);
        self.out
            .push_str(&margin[..indent.saturating_sub(bullet.len())]);
        self.out.push_str(&bullet);
        let mut column = indent.max(bullet.len());
        let start = column;
        for word in std::mem::take(&mut self.words) {
            if column > start && column + 1 + word.columns > self.width {
                self.out.push('\n');
                self.out.push_str(&margin);
                column = indent;
            } else if column > start {
                self.out.push(' ');
                column += 1;
            }
            self.out.push_str(&word.shown);
            column += word.columns;
        }
        self.out.push('\n');
    }

    fn code(&mut self, text: &str) {
        let margin = " ".repeat(self.indent());
        for line in text.lines() {
            if !line.is_empty() {
                self.out.push_str(&margin);
                self.out.push_str(CODE_INDENT);
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is shown where colours are off.
    fn plain(page: &str, width: usize) -> String {
        anstream::adapter::strip_str(&render(page, width)).to_string()
    }

    #[test]
    fn headings_paragraphs_lists_and_code_are_laid_out() {
        let page = "\
# Title of it

Some words with `code` and a
[link](there.md), **bold**.

- one item that is longer than a line is wide
  - within
- two

  more of two

```console
$ command --with   spaces

said
```

1. first
2. second
<!-- not shown -->
";
        let shown = "\
Title of it

Some words with `code` and
a link, bold.

- one item that is longer
  than a line is wide
  - within
- two

  more of two

    $ command --with   spaces

    said

1. first
2. second
";
        assert_eq!(plain(page, 26), shown);
    }

    #[test]
    fn a_word_that_is_too_long_gets_a_line_of_its_own() {
        let long = "x".repeat(60);
        assert_eq!(plain(&format!("a {long} b"), 30), format!("a\n{long}\nb\n"));
        // A short command is a word.
        let text = "sentence with words and `cargo mirror on`, which";
        assert_eq!(
            plain(text, 30),
            "sentence with words and\n`cargo mirror on`, which\n"
        );
        // However narrow the terminal says it is.
        assert_eq!(plain("one two", 0), "one two\n");
    }

    #[test]
    fn headings_are_bold() {
        let shown = render("# Two words\n\nplain\n", 80);
        assert_eq!(
            shown,
            format!("{BOLD}Two{BOLD:#} {BOLD}words{BOLD:#}\n\nplain\n")
        );
    }
}
