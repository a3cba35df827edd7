//! Texts of strangers, made fit for a page.

use std::borrow::Cow;

/// Marks that make a text read in another order than it is written.
pub const fn turns_text(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character is shown at all: no control character, and none that turns the text around.
pub fn is_shown(character: char) -> bool {
    !character.is_control() && !turns_text(character)
}

/// One line of at most `most` characters: blanks and line ends as single blanks, what cannot be shown left out.
pub fn one_line(text: &str, most: usize) -> String {
    let mut line = String::new();
    let (mut blank, mut left) = (false, most);
    // What is cut off is not looked at: a description may be megabytes.
    for character in text.chars().take(most.saturating_mul(8)) {
        if character.is_whitespace() {
            blank = !line.is_empty();
            continue;
        }
        if !is_shown(character) {
            continue;
        }
        let takes = 1 + usize::from(blank);
        if left < takes + 1 {
            line.push('…');
            return line;
        }
        if blank {
            line.push(' ');
        }
        line.push(character);
        (blank, left) = (false, left - takes);
    }
    line
}

/// As much of a text as is read, and whether that is all.
pub fn start_of(bytes: &[u8], most: usize) -> (Cow<'_, str>, bool) {
    let read = &bytes[..bytes.len().min(most)];
    (String::from_utf8_lossy(read), read.len() == bytes.len())
}

/// Appends a text to HTML. What is no mark-up here cannot become any.
pub fn escape(html: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\n' | '\t' => html.push(character),
            _ if is_shown(character) => html.push(character),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_short_and_shows_what_it_is() {
        assert_eq!(one_line(" a\n\n b\tc ", 300), "a b c");
        assert_eq!(one_line("a\u{1b}[31mb\u{202e}c\0", 300), "a[31mbc");
        assert_eq!(one_line(&" ".repeat(10_000), 300), "");
        assert_eq!(one_line("abcdef", 4), "abc…");
        assert_eq!(one_line("abcd", 5), "abcd");
        assert_eq!(one_line(&"ä".repeat(1000), 300).chars().count(), 300);
    }

    #[test]
    fn nothing_escapes() {
        let mut html = String::new();
        escape(&mut html, "<a href='x' b=\"y\">&amp;\u{202e}\u{0}\n</a>");
        assert_eq!(
            html,
            "&lt;a href=&#39;x&#39; b=&quot;y&quot;&gt;&amp;amp;\n&lt;/a&gt;"
        );
    }
}
