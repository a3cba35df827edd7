//! Who we are to a registry, by cargo's rules (its `util/auth`): what its config calls the registry, which credential
//! providers it names, in which order, and the token that stands in config, environment or `credentials.toml`.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

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

/// What is known of a login to the registry with this index: `sparse+...`, or the address of a git repository.
pub fn credentials(config: &CargoConfig, index: &str) -> Credentials {
    let index = index.to_owned();
    let names = if index == DEFAULT_INDEX {
        vec![CRATES_IO_NAME.to_owned()]
    } else {
        config.registry_names(&index)
    };
    let name = names.first().map(String::as_str);
    let own = name.and_then(|name| own_provider(config, name));
    let global = global_providers(config);
    let configured = own.is_some() || !global.is_empty();
    let providers = match own {
        Some(own) => vec![own],
        None if global.is_empty() => vec![vec![provider::TOKEN.to_owned()]],
        None => global,
    };
    let from_config = name.and_then(|name| {
        let token = config.get(&path_of(name, "token"))?;
        Some(Token::new(token.value.as_str()?.to_owned()))
    });
    let from_environment = name.and_then(|name| {
        let token = config.variable(&token_variable(name))?;
        Some(Token::new(token.to_owned()))
    });
    Credentials {
        index,
        providers,
        configured,
        from_environment,
        from_config,
        cargo_home: config.cargo_home().to_owned(),
        names,
    }
}

/// `registries.<name>.credential-provider`.
fn own_provider(config: &CargoConfig, name: &str) -> Option<Vec<String>> {
    let path = path_of(name, "credential-provider");
    let words = match config.variable(&variable(&path.join("."))) {
        Some(text) => (split(text), None),
        None => words_of(config, &path)?,
    };
    resolved(config, words.0, words.1)
}

/// `registry.global-credential-providers`: the last one counts most, and files are joined, the closest last.
fn global_providers(config: &CargoConfig) -> Vec<Vec<String>> {
    let environment = config
        .variable("CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS")
        .unwrap_or_default();
    let environment = environment
        .split_whitespace()
        .rev()
        .map(|word| (split(word), None));
    let settings = config.all(&["registry", "global-credential-providers"]);
    let files = settings.iter().flat_map(|setting| {
        let values = setting.value.as_array().into_iter().flatten().rev();
        values.filter_map(|value| Some((split(value.as_str()?), Some(setting.file))))
    });
    environment
        .chain(files)
        .filter_map(|(words, file)| resolved(config, words, file))
        .collect()
}

/// A program with its arguments: one text with spaces, or a list.
fn words_of<'c>(config: &'c CargoConfig, key: &[&str]) -> Option<(Vec<String>, Option<&'c Path>)> {
    let Setting { value, file } = config.get(key)?;
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
    config: &'a CargoConfig,
    mut words: Vec<String>,
    mut file: Option<&'a Path>,
) -> Option<Vec<String>> {
    if let [name] = &words[..]
        && !provider::is_built_in(name)
    {
        let key = ["credential-alias", name];
        if let Some(text) = config.variable(&variable(&key.join("."))) {
            (words, file) = (split(text), None);
        } else if let Some(alias) = words_of(config, &key) {
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

fn split(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
