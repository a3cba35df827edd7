//! What somebody looks for: a few words, folded as names are.

/// More of a query is not looked at, in characters.
pub const MOST_LETTERS: usize = 100;
/// More words are not looked at.
pub const MOST_WORDS: usize = 8;
/// A word this short stands whole in what is found, or begins its name: inside of words it is everywhere.
pub const SHORT: usize = 2;

/// The words of a query in lower case, with `-` for `_`. All of them stand in what is found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Query {
    words: Vec<String>,
    name: String,
}

impl Query {
    /// Reads a query. Cargo joins words with `+`, and escapes it; so it is a blank here. Control characters are blanks, too.
    pub fn parse(text: &str) -> Self {
        let cut: String = text.chars().take(MOST_LETTERS).collect();
        let folded = plain(&cut).replace(['+', '"'], " ");
        let words = folded.split(|c: char| c.is_whitespace() || c.is_control());
        let words = words.map(|word| word.trim_matches('-'));
        let words: Vec<String> = (words.filter(|word| !word.is_empty()).take(MOST_WORDS))
            .map(str::to_owned)
            .collect();
        let name = words.join("-");
        Self { words, name }
    }

    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The name that the words would be: joined with `-`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether everything is found.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The start of names that is looked for, where the query is a word of one or two letters.
    pub fn short(&self) -> Option<&str> {
        match self.words.as_slice() {
            [word] if word.chars().count() <= SHORT => Some(word),
            _ => None,
        }
    }
}

/// A text as it is compared: in lower case, with `-` for `_`.
pub fn plain(text: &str) -> String {
    let folded = text.to_lowercase();
    if folded.contains('_') {
        folded.replace('_', "-")
    } else {
        folded
    }
}

/// A text as one field of a line that is searched: folded, in one line, blanks single, cut after `most` characters.
pub fn field(text: &str, most: usize) -> String {
    let mut folded = String::with_capacity(text.len().min(most));
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(&plain(word));
        // No text has more characters than bytes.
        if folded.len() >= most
            && let Some((end, _)) = folded.char_indices().nth(most)
        {
            folded.truncate(end);
            break;
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_folded_and_bounded() {
        let words = |text: &str| Query::parse(text).words().join("|");
        assert_eq!(words("Serde_JSON"), "serde-json");
        assert_eq!(words(" http+client\tx "), "http|client|x");
        assert_eq!(words("\"quoted words\""), "quoted|words");
        assert_eq!(words("a b c d e f g h i j"), "a|b|c|d|e|f|g|h");
        assert_eq!(words(&"x".repeat(1000)).len(), MOST_LETTERS);
        assert_eq!(words(" _ - \u{0}\u{1b} "), "");
        assert_eq!(Query::parse("serde json").name(), "serde-json");
        assert_eq!(Query::parse("Ab").short(), Some("ab"));
        assert_eq!(Query::parse("abc").short(), None);
    }

    #[test]
    fn fields_are_one_bounded_line() {
        assert_eq!(field("A\tB_c\r\n\u{1b}[31m  D", 300), "a b-c [31m d");
        assert_eq!(field(&" ".repeat(10_000), 300), "");
        assert_eq!(field(&"é".repeat(1000), 300).chars().count(), 300);
        assert_eq!(field(&"é ".repeat(1000), 300).chars().count(), 300);
    }
}
