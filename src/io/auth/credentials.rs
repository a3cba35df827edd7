//! Who we are to a registry, by cargo's rules (its `util/auth`): what its config calls the registry, which credential
//! providers it names, in which order, and the token that stands in config, environment or `credentials.toml`.

use std::path::{Path, PathBuf};

use toml::{Table, Value};
use url::Url;

use crate::io::auth::provider::{self, Keep, ProviderAnswer};
use crate::io::config::default_index::DEFAULT_INDEX;
use crate::io::config::load::{CargoConfig, Setting, files};
use crate::io::fs::file;
use crate::io::fs::stamp::Stamp;
use crate::model::auth::{AuthFailure, CRATES_IO_NAME, Token, token_variable, variable};
use crate::model::url::without_credentials;

/// A file of credentials larger than this is a mistake.
const MAX_CREDENTIALS: u64 = 16 << 20;

/// What is known of a login before anybody wants one.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The address of the index, as cargo names it to providers.
    index: String,
    names: Vec<String>,
    /// Programs and their arguments, in the order in which they are asked.
    providers: Vec<Vec<String>>,
    /// Whether somebody has named them; else they are cargo's default, which it does not use for logins.
    configured: bool,
    /// The token in environment or config files, which `credentials.toml` stands between.
    from_environment: Option<Token>,
    from_config: Option<Token>,
    cargo_home: PathBuf,
}

impl CargoConfig {
    /// What this config calls the registry with this index: the names in the environment, else those in its files.
    pub fn registry_names(&self, index: &str) -> Vec<String> {
        let Some(wanted) = canonical(index) else {
            return Vec::new();
        };
        let is_it = |address: &str| canonical(address).is_some_and(|address| address == wanted);
        let mut names: Vec<String> = self
            .variables()
            .filter_map(|(key, value)| {
                let name = key.strip_prefix("CARGO_REGISTRIES_")?;
                let name = name.strip_suffix("_INDEX")?;
                is_it(value).then(|| name.to_lowercase())
            })
            .collect();
        if names.is_empty() {
            names = self.names_in_files(&is_it);
        }
        names.sort();
        names.dedup();
        names
    }

    /// The names of registries in files alone. Cargo would be told the others by the environment in any case.
    fn names_in_files(&self, is_it: &dyn Fn(&str) -> bool) -> Vec<String> {
        let tables = self.all(&["registries"]);
        let names = tables
            .iter()
            .filter_map(|tables| tables.value.as_table())
            .flat_map(Table::keys);
        let mut names: Vec<String> = names
            .filter(|name| {
                // A closer file may have another address under the same name.
                let index = self.get(&["registries", name, "index"]);
                index.is_some_and(|index| index.value.as_str().is_some_and(is_it))
            })
            .cloned()
            .collect();
        names.sort();
        names.dedup();
        names
    }

    /// The names in files of a registry with this index, for a cargo that does not read them all.
    pub fn registry_names_in_files(&self, index: &str) -> Vec<String> {
        let Some(wanted) = canonical(index) else {
            return Vec::new();
        };
        let is_it = |address: &str| canonical(address).is_some_and(|address| address == wanted);
        self.names_in_files(&is_it)
    }

    /// What is known of a login to the registry with this index: `sparse+...`, or the address of a git repository.
    pub fn credentials(&self, index: &str) -> Credentials {
        let index = index.to_owned();
        let names = if index == DEFAULT_INDEX {
            vec![CRATES_IO_NAME.to_owned()]
        } else {
            self.registry_names(&index)
        };
        let name = names.first().map(String::as_str);
        let own = name.and_then(|name| self.own_provider(name));
        let global = self.global_providers();
        let configured = own.is_some() || !global.is_empty();
        let providers = match own {
            Some(own) => vec![own],
            None if global.is_empty() => vec![vec![provider::TOKEN.to_owned()]],
            None => global,
        };
        let from_config = name.and_then(|name| {
            let token = self.get(&path_of(name, "token"))?;
            Some(Token::new(token.value.as_str()?.to_owned()))
        });
        let from_environment = name.and_then(|name| {
            let token = self.variable(&token_variable(name))?;
            Some(Token::new(token.to_owned()))
        });
        Credentials {
            index,
            providers,
            configured,
            from_environment,
            from_config,
            cargo_home: self.cargo_home().to_owned(),
            names,
        }
    }

    /// `registries.<name>.credential-provider`.
    fn own_provider(&self, name: &str) -> Option<Vec<String>> {
        let path = path_of(name, "credential-provider");
        let words = match self.variable(&variable(&path.join("."))) {
            Some(text) => (split(text), None),
            None => self.words(&path)?,
        };
        self.resolved(words.0, words.1)
    }

    /// `registry.global-credential-providers`: the last one counts most, and files are joined, the closest last.
    fn global_providers(&self) -> Vec<Vec<String>> {
        let environment = self
            .variable("CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS")
            .unwrap_or_default();
        let environment = environment
            .split_whitespace()
            .rev()
            .map(|word| (split(word), None));
        let settings = self.all(&["registry", "global-credential-providers"]);
        let files = settings.iter().flat_map(|setting| {
            let values = setting.value.as_array().into_iter().flatten().rev();
            values.filter_map(|value| Some((split(value.as_str()?), Some(setting.file))))
        });
        environment
            .chain(files)
            .filter_map(|(words, file)| self.resolved(words, file))
            .collect()
    }

    /// A program with its arguments: one text with spaces, or a list.
    fn words(&self, key: &[&str]) -> Option<(Vec<String>, Option<&Path>)> {
        let Setting { value, file } = self.get(key)?;
        let words = match value {
            Value::String(text) => split(text),
            Value::Array(values) => values
                .iter()
                .filter_map(|value| Some(value.as_str()?.to_owned()))
                .collect(),
            _ => return None,
        };
        Some((words, Some(file)))
    }

    /// A provider with its alias followed and its path found. `file`: where it is named, unless in the environment.
    fn resolved<'a>(
        &'a self,
        mut words: Vec<String>,
        mut file: Option<&'a Path>,
    ) -> Option<Vec<String>> {
        if let [name] = &words[..]
            && !provider::is_built_in(name)
        {
            let key = ["credential-alias", name];
            if let Some(text) = self.variable(&variable(&key.join("."))) {
                (words, file) = (split(text), None);
            } else if let Some(alias) = self.words(&key) {
                (words, file) = alias;
            }
        }
        let program = words.first_mut()?;
        if program.contains(['/', '\\'])
            && let Some(root) = file.and_then(Path::parent).and_then(Path::parent)
        {
            *program = root.join(&program).to_string_lossy().into_owned();
        }
        Some(words)
    }
}

/// What the files look like that say who we are to registries, and which registries those are: cargo's config, but for what
/// it includes, and what `cargo login` has saved.
pub fn stamps(folder: &Path, cargo_home: &Path) -> Vec<(PathBuf, Option<Stamp>)> {
    let files = files(folder, cargo_home).into_iter();
    let all = files.chain(saved_in(cargo_home));
    all.map(|path| {
        let stamp = Stamp::at(&path);
        (path, stamp)
    })
    .collect()
}

impl Credentials {
    /// Whether a login is likely to be wanted: nobody gives one who has named neither registry nor provider, and the index
    /// of crates.io is open.
    pub fn any(&self) -> bool {
        self.index != DEFAULT_INDEX && (self.configured || !self.names.is_empty())
    }

    pub fn name(&self) -> Option<&str> {
        self.names.first().map(String::as_str)
    }

    /// The address of the index, safe to show.
    pub fn index(&self) -> String {
        without_credentials(&self.index)
    }

    /// Asks one provider after another. `headers` came with the answer that wanted a login. Blocks, for as long as a user
    /// may take to type a password.
    pub fn ask(&self, headers: &[String]) -> Result<(Token, Keep), AuthFailure> {
        if self.names.len() > 1 {
            return Err(AuthFailure::Ambiguous(self.names.clone()));
        }
        if !self.configured {
            let token = self.token().is_some();
            return Err(AuthFailure::NoProvider { token });
        }
        let registry = provider::Registry {
            index_url: &self.index,
            name: self.name(),
            headers,
        };
        let mut only_cargo = None;
        for words in &self.providers {
            let answer = match &words[..] {
                [first, ..] if first == provider::TOKEN => match self.token() {
                    Some(token) => ProviderAnswer::Token(token, Keep::Session),
                    None => ProviderAnswer::NotFound,
                },
                _ => provider::ask(words, &registry),
            };
            match answer {
                ProviderAnswer::Token(token, keep) => return Ok((token, keep)),
                ProviderAnswer::NotFound | ProviderAnswer::NotForThis => {}
                // Another one may have it too.
                ProviderAnswer::OnlyCargo => {
                    only_cargo = only_cargo.or_else(|| words.first().cloned());
                }
                ProviderAnswer::Failed(message) => {
                    return Err(AuthFailure::Provider {
                        program: provider::shown(words),
                        message,
                    });
                }
            }
        }
        Err(match only_cargo {
            Some(program) => AuthFailure::BuiltIn(program),
            None => AuthFailure::NotFound {
                asked: self
                    .providers
                    .iter()
                    .map(|words| provider::shown(words))
                    .collect(),
            },
        })
    }

    /// The token that stands somewhere: the environment goes first, then `credentials.toml`, then cargo's config.
    fn token(&self) -> Option<Token> {
        let saved = || saved_token(&self.cargo_home, self.name()?);
        self.from_environment
            .clone()
            .or_else(saved)
            .or_else(|| self.from_config.clone())
    }
}

/// Where cargo's config has a setting of a registry.
fn path_of<'a>(name: &'a str, key: &'a str) -> Vec<&'a str> {
    if name == CRATES_IO_NAME {
        vec!["registry", key]
    } else {
        vec!["registries", name, key]
    }
}

/// Where `cargo login` saves tokens.
fn saved_in(cargo_home: &Path) -> [PathBuf; 2] {
    ["credentials", "credentials.toml"].map(|file| cargo_home.join(file))
}

/// What `cargo login` has saved. As with `config`, the file without an ending wins. A file that cannot be read is as good
/// as none, and what is in it is in no message.
fn saved_token(cargo_home: &Path, name: &str) -> Option<Token> {
    let files = saved_in(cargo_home);
    let file = files.iter().find(|file| file.is_file())?;
    let text = file::read_text(file, MAX_CREDENTIALS).ok()?;
    let table: Table = toml::from_str(&text).ok()?;
    let path = path_of(name, "token");
    let (last, tables) = path.split_last()?;
    let found = tables
        .iter()
        .try_fold(&table, |table, name| table.get(*name)?.as_table())
        .and_then(|table| table.get(*last));
    // Before Rust 1.22, the token of crates.io stood alone.
    let found = found.or_else(|| {
        let old = name == CRATES_IO_NAME;
        table.get("token").filter(|_| old)
    });
    Some(Token::new(found?.as_str()?.to_owned()))
}

/// The address of an index as cargo compares it (`CanonicalUrl`).
fn canonical(index: &str) -> Option<Url> {
    let index = index.strip_prefix("registry+").unwrap_or(index);
    let mut url = Url::parse(index).ok()?;
    if url.cannot_be_a_base() {
        return None;
    }
    if url.path().ends_with('/') {
        url.path_segments_mut().ok()?.pop_if_empty();
    }
    if url.host_str() == Some("github.com") {
        let secure = format!("https{}", &url[url::Position::AfterScheme..]);
        url = Url::parse(&secure).ok()?;
        let path = url.path().to_lowercase();
        url.set_path(&path);
    }
    if let Some(bare) = url.path().strip_suffix(".git") {
        let bare = bare.to_owned();
        url.set_path(&bare);
    }
    Some(url)
}

fn split(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
