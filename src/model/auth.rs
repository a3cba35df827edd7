//! Logins to registries: the token, which nobody ever gets to see, and why there is none.

use std::fmt;

use crate::model::text::printable;

/// What a registry lets somebody in for. It can be sent, and nothing else: it cannot be printed by mistake.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The token itself, for the header of a request alone.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// A server's answer that it does not let us in.
#[derive(Debug, Clone)]
pub struct Challenge {
    /// Safe to show.
    pub url: String,
    /// Who has said so: `host` or `host:port`.
    pub host: String,
    /// 401 or 403.
    pub status: u16,
    /// Whether the request carried a token.
    pub with_token: bool,
    /// What came with it, as credential providers get to see it: `name: value`.
    pub headers: Vec<String>,
}

impl Challenge {
    /// Where a token is to be had, if the registry has said it: `WWW-Authenticate: Cargo login_url="..."`.
    pub fn login_url(&self) -> Option<String> {
        let mut challenges = self.headers.iter().filter_map(|header| {
            let (name, value) = header.split_once(':')?;
            name.eq_ignore_ascii_case("www-authenticate")
                .then_some(value.trim())
        });
        challenges.find_map(login_url)
    }
}

/// The `login_url` of a challenge of the scheme `Cargo`, which may stand beside others.
fn login_url(challenges: &str) -> Option<String> {
    let lower = challenges.to_ascii_lowercase();
    let scheme = lower.match_indices("cargo").find(|(at, word)| {
        let before = lower[..*at].trim_end();
        let after = &lower[at + word.len()..];
        (before.is_empty() || before.ends_with(',')) && after.starts_with([' ', '\t'])
    });
    let after = scheme?.0 + "cargo".len();
    let parameter = after + lower[after..].find("login_url")? + "login_url".len();
    let value = challenges[parameter..].trim_start().strip_prefix('=')?;
    let value = value.trim_start();
    let text = match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => value.split([',', ' ', '\t']).next()?,
    };
    // A URL that parses has nothing in it that a terminal would obey.
    let mut url = url::Url::parse(text).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    // Both succeed for such URLs.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Some(url.into())
}

/// `AuthFailure` there is no login to a registry that wants one.
#[derive(Debug, Clone)]
pub struct AuthError {
    /// What cargo's config calls the registry.
    pub name: Option<String>,
    /// The address of its index, safe to show.
    pub index: String,
    /// Where a token is to be had.
    pub login_url: Option<String>,
    pub why: AuthFailure,
}

#[derive(Debug, Clone)]
pub enum AuthFailure {
    /// No provider is configured, and cargo then uses no token even where there is one.
    NoProvider { token: bool },
    /// No provider had one.
    NotFound {
        /// The programs of the providers that were asked.
        asked: Vec<String>,
    },
    /// The registry did not take it.
    Rejected,
    /// More names for one registry than one.
    Ambiguous(Vec<String>),
    /// A provider that only cargo has.
    BuiltIn(String),
    /// A provider failed.
    Provider { program: String, message: String },
    /// What a provider gave cannot stand in a header.
    Unsendable,
    /// Somebody else than the registry wants to know who we are.
    Elsewhere { host: String, status: u16 },
}

/// The name under which cargo keeps crates.io in its config.
pub const CRATES_IO_NAME: &str = "crates-io";

impl AuthError {
    fn registry(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.index)
    }

    /// The ways to log in with a token, for a registry that has a name.
    fn ways(&self, name: &str) -> String {
        let mut ways = format!(
            "run `cargo login --registry {name}`, or set {}",
            token_variable(name)
        );
        if let Some(url) = &self.login_url {
            ways.push_str("; a token is to be had at ");
            ways.push_str(url);
        }
        ways
    }

    fn naming(&self) -> String {
        let mut text = format!(
            "give the registry a name in cargo's config, `[registries.my-registry] index = \"{}\"`, then {}",
            self.index,
            self.ways("my-registry")
        );
        if matches!(self.why, AuthFailure::NoProvider { .. }) {
            text.push_str(", and say `[registry] global-credential-providers = [\"cargo:token\"]`");
        }
        text
    }

    /// What the user can do about it, for the help line.
    pub fn hint(&self) -> String {
        let name = match (&self.why, &self.name) {
            (AuthFailure::NoProvider { .. } | AuthFailure::NotFound { .. }, None) => {
                return self.naming();
            }
            (_, name) => name.as_deref().unwrap_or("my-registry"),
        };
        match &self.why {
            AuthFailure::NoProvider { token } => {
                let line = "write `[registry] global-credential-providers = [\"cargo:token\"]` into cargo's config, or set \
                            CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS=cargo:token";
                if *token {
                    format!(
                        "{line}; until then neither cargo nor this program uses the token that is set"
                    )
                } else {
                    format!("{line}; then {}", self.ways(name))
                }
            }
            AuthFailure::NotFound { asked }
                if asked.iter().any(|program| program == "cargo:token") =>
            {
                self.ways(name)
            }
            AuthFailure::NotFound { asked } => {
                let mut hint = format!("log in with {}", quoted(asked));
                if let Some(url) = &self.login_url {
                    hint.push_str("; a token is to be had at ");
                    hint.push_str(url);
                }
                hint
            }
            AuthFailure::Rejected => format!("it may have expired: {}", self.ways(name)),
            AuthFailure::Ambiguous(_) => "let one name of it stand in cargo's config".to_owned(),
            AuthFailure::BuiltIn(program) => {
                let external = program.replace("cargo:", "cargo-credential-");
                format!(
                    "only cargo itself can ask `{program}`: install {external} and name that as `credential-provider`, \
                     or add \"cargo:token\" to `registry.global-credential-providers` and set {}",
                    token_variable(name)
                )
            }
            AuthFailure::Provider { program, .. } => {
                format!("see what `{program}` says when cargo asks it, with `cargo fetch -v`")
            }
            AuthFailure::Unsendable => {
                "a token is one line of ASCII without spaces around it".to_owned()
            }
            AuthFailure::Elsewhere { host, .. } => {
                format!("if that host may have the token, run again with --send-token-to {host}")
            }
        }
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let registry = self.registry();
        match &self.why {
            AuthFailure::NoProvider { .. } => write!(
                f,
                "the registry `{registry}` wants a login, and authenticated registries require a credential-provider \
                 to be configured"
            ),
            AuthFailure::NotFound { .. } => write!(
                f,
                "the registry `{registry}` wants a login, and no token was found for it"
            ),
            AuthFailure::Rejected => write!(f, "token rejected for `{registry}`"),
            AuthFailure::Ambiguous(names) => write!(
                f,
                "the registry {} wants a login, and cargo's config has several names for it: {}",
                self.index,
                quoted(names)
            ),
            AuthFailure::BuiltIn(program) => write!(
                f,
                "the registry `{registry}` wants a login, and its credential provider is built into cargo: `{program}`"
            ),
            AuthFailure::Provider { program, message } => write!(
                f,
                "the credential provider `{program}` failed for the registry `{registry}`: {message}"
            ),
            AuthFailure::Unsendable => write!(
                f,
                "the token for the registry `{registry}` has characters that cannot be sent"
            ),
            AuthFailure::Elsewhere { host, status } => write!(
                f,
                "{host} answered {status}: the registry `{registry}` keeps its crates there, and its token is not sent \
                 to other hosts"
            ),
        }
    }
}

impl std::error::Error for AuthError {}

/// The variable cargo reads a registry's token from.
pub fn token_variable(name: &str) -> String {
    if name == CRATES_IO_NAME {
        "CARGO_REGISTRY_TOKEN".to_owned()
    } else {
        variable(&format!("registries.{name}.token"))
    }
}

/// The variable for a key of cargo's config.
pub fn variable(key: &str) -> String {
    format!("CARGO_{key}")
        .to_uppercase()
        .replace(['-', '.'], "_")
}

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", printable(name)))
        .collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(value: &str) -> Challenge {
        Challenge {
            url: String::new(),
            host: String::new(),
            status: 401,
            with_token: false,
            headers: vec!["server: x".to_owned(), format!("WWW-Authenticate: {value}")],
        }
    }

    #[test]
    fn the_login_address_is_read_out_of_a_challenge() {
        for value in [
            "Cargo login_url=\"https://r.example/me\"",
            "cargo realm=\"x\", login_url = \"https://r.example/me\"",
            "Basic realm=\"cargo\", Cargo login_url=https://r.example/me",
            "Cargo login_url=\"https://me:secret@r.example/me\"",
        ] {
            let url = refusal(value).login_url();
            assert_eq!(url.as_deref(), Some("https://r.example/me"), "{value}");
        }
        for value in [
            "Basic realm=\"x\"",
            "Cargo",
            "Cargo login_url",
            "Cargo login_url=\"file:///etc\"",
            "Cargo login_url=\"nonsense\"",
            "NotCargo login_url=\"https://r.example/me\"",
        ] {
            assert_eq!(refusal(value).login_url(), None, "{value}");
        }
    }

    #[test]
    fn a_token_shows_nothing_of_itself() {
        let token = Token::new("sekrit".to_owned());
        assert_eq!(
            format!("{token:?} {:#?}", Some(&token)).find("sekrit"),
            None
        );
    }

    #[test]
    fn variables_are_named_as_cargo_names_them() {
        assert_eq!(
            token_variable("my-reg.x"),
            "CARGO_REGISTRIES_MY_REG_X_TOKEN"
        );
        assert_eq!(token_variable("crates-io"), "CARGO_REGISTRY_TOKEN");
    }
}
