//! `[web]`: what a server shows to browsers, and whether it takes part in searches.

use serde::Deserialize;

use crate::model::about::wording::one_line;

/// Longer titles are cut, in characters.
const MAX_TITLE: usize = 80;

/// What a server has besides the registry protocol.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct WebSettings {
    /// Pages for browsers; without them there is one page of plain text.
    pub pages: bool,
    /// The search API.
    pub api: bool,
    /// Whether pages show what is inside packages.
    pub code: bool,
    /// What the server is called on its pages.
    title: String,
}

impl Default for WebSettings {
    fn default() -> Self {
        Self {
            pages: true,
            api: true,
            code: true,
            title: String::new(),
        }
    }
}

impl WebSettings {
    /// What the server is called on its pages; never empty.
    pub fn title(&self) -> String {
        let title = one_line(&self.title, MAX_TITLE);
        if title.is_empty() {
            "cargo mirror".to_owned()
        } else {
            title
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_on_unless_it_is_said_otherwise() {
        let settings: WebSettings = toml::from_str("code = false").unwrap();
        assert!(settings.pages && settings.api && !settings.code);
        assert_eq!(settings.title(), "cargo mirror");
        let named: WebSettings = toml::from_str("title = \" Crates\\n at \\u001bAcme \"").unwrap();
        assert_eq!(named.title(), "Crates at Acme");
        assert!(toml::from_str::<WebSettings>("page = true").is_err());
    }
}
