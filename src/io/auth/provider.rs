//! One credential provider, asked for the token of one registry, as cargo asks it (its `util/credential`).

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::model::auth::Token;
use crate::model::text::printable;

/// More than this in one line is no token.
const MAX_LINE: u64 = 1 << 20;

/// The providers that are a part of cargo, other than those that are spoken here, and the systems they are for.
const BUILT_IN: [(&str, bool); 4] = [
    ("cargo:libsecret", cfg!(target_os = "linux")),
    ("cargo:wincred", cfg!(windows)),
    ("cargo:macos-keychain", cfg!(target_os = "macos")),
    // Not for any system without an unstable option, and then cargo fails.
    ("cargo:paseto", true),
];

/// The provider that takes tokens out of cargo's config.
pub const TOKEN: &str = "cargo:token";
/// The provider that takes the first line a command prints.
pub const FROM_STDOUT: &str = "cargo:token-from-stdout";

/// Whether a name is one of cargo's own, which no alias can hide.
pub fn is_built_in(name: &str) -> bool {
    name == TOKEN || name == FROM_STDOUT || BUILT_IN.iter().any(|(known, _)| *known == name)
}

/// How a provider is called in messages: without its arguments, in which people put secrets.
pub fn shown(provider: &[String]) -> String {
    let words = match provider {
        [first, program, ..] if first == FROM_STDOUT => format!("{first} {program}"),
        [first, ..] => first.clone(),
        [] => String::new(),
    };
    printable(&words)
}

/// The registry that a token is wanted for.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Registry<'a> {
    pub index_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub headers: &'a [String],
}

/// How long a token may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// As long as we run.
    Session,
    /// For one request.
    Never,
    /// Until so many seconds after 1970.
    Until(i64),
}

#[derive(Debug)]
pub enum ProviderAnswer {
    Token(Token, Keep),
    /// Ask the next one.
    NotFound,
    /// Ask the next one, and nobody has looked for a token.
    NotForThis,
    /// Only cargo can ask this one.
    OnlyCargo,
    Failed(String),
}

/// Asks a provider other than [`TOKEN`].
pub fn ask(provider: &[String], registry: &Registry<'_>) -> ProviderAnswer {
    let Some((first, arguments)) = provider.split_first() else {
        return ProviderAnswer::NotForThis;
    };
    if let Some((_, here)) = BUILT_IN.iter().find(|(name, _)| name == first) {
        return if *here {
            ProviderAnswer::OnlyCargo
        } else {
            ProviderAnswer::NotForThis
        };
    }
    let answer = if first == FROM_STDOUT {
        from_stdout(arguments, registry)
    } else {
        by_protocol(first, arguments, registry)
    };
    answer.unwrap_or_else(ProviderAnswer::Failed)
}

fn spawn(command: &mut Command) -> Result<Child, String> {
    // What it says on standard error is for the user: it may ask for a password.
    let spawned = command.stdout(Stdio::piped()).spawn();
    spawned.map_err(|cause| {
        let program = printable(&Path::new(command.get_program()).to_string_lossy());
        format!("cannot run `{program}`: {cause}")
    })
}

fn from_stdout(arguments: &[String], registry: &Registry<'_>) -> Result<ProviderAnswer, String> {
    let Some((program, arguments)) = arguments.split_first() else {
        return Err("it needs a command that prints a token".to_owned());
    };
    let mut command = Command::new(program);
    for argument in arguments {
        command.arg(argument.replace("{index_url}", registry.index_url));
    }
    command.env("CARGO_REGISTRY_INDEX_URL", registry.index_url);
    if let Some(name) = registry.name {
        command.env("CARGO_REGISTRY_NAME_OPT", name);
    }
    let mut child = spawn(&mut command)?;
    let mut text = String::new();
    let read = match child.stdout.take() {
        Some(stdout) => stdout.take(MAX_LINE).read_to_string(&mut text),
        None => Ok(0),
    };
    ended(&mut child)?;
    if read.is_err() {
        return Err("what it printed is no text".to_owned());
    }
    let token = text.strip_suffix('\n').unwrap_or(&text);
    if token.contains('\n') {
        return Err("it printed more than one line".to_owned());
    }
    Ok(ProviderAnswer::Token(
        Token::new(token.to_owned()),
        Keep::Session,
    ))
}

#[derive(Deserialize)]
struct Hello {
    v: Vec<u32>,
}

#[derive(Serialize)]
struct Request<'a> {
    v: u32,
    registry: &'a Registry<'a>,
    kind: &'static str,
    operation: &'static str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    args: &'a [String],
}

#[derive(Deserialize)]
enum Response {
    Ok(Granted),
    Err(Denied),
}

/// No `Debug`: it holds a token.
#[derive(Deserialize)]
struct Granted {
    kind: String,
    token: String,
    cache: String,
    expiration: Option<i64>,
}

#[derive(Deserialize)]
struct Denied {
    kind: String,
    #[serde(default)]
    message: Option<String>,
    #[serde(rename = "caused-by", default)]
    caused_by: Vec<String>,
}

/// Speaks cargo's credential provider protocol, one line of JSON a message.
fn by_protocol(
    program: &str,
    arguments: &[String],
    registry: &Registry<'_>,
) -> Result<ProviderAnswer, String> {
    let mut command = Command::new(OsStr::new(program));
    command.arg("--cargo-plugin").stdin(Stdio::piped());
    let mut child = spawn(&mut command)?;
    let answer = conversation(&mut child, arguments, registry);
    // Whoever does not keep to the protocol may not end by itself either.
    if answer.is_err() {
        let _ = child.kill();
        let _ = child.wait();
        return answer;
    }
    ended(&mut child)?;
    answer
}

fn conversation(
    child: &mut Child,
    arguments: &[String],
    registry: &Registry<'_>,
) -> Result<ProviderAnswer, String> {
    const VERSION: u32 = 1;
    // Closed when this function returns: that ends the provider.
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("it cannot be spoken to".to_owned());
    };
    let mut output = BufReader::new(output);
    let hello: Hello = message(&mut output, "it did not say hello")?;
    if !hello.v.contains(&VERSION) {
        return Err(format!(
            "it does not speak version {VERSION} of cargo's protocol"
        ));
    }
    let request = Request {
        v: VERSION,
        registry,
        kind: "get",
        operation: "read",
        args: arguments,
    };
    let mut line = serde_json::to_string(&request).map_err(|cause| cause.to_string())?;
    line.push('\n');
    input
        .write_all(line.as_bytes())
        .and_then(|()| input.flush())
        .map_err(|cause| format!("it does not listen: {cause}"))?;
    let response: Response = message(&mut output, "its answer is not one of cargo's protocol")?;
    match response {
        Response::Ok(granted) if granted.kind == "get" => {
            let keep = match (granted.cache.as_str(), granted.expiration) {
                ("session", _) => Keep::Session,
                ("expires", Some(moment)) => Keep::Until(moment),
                _ => Keep::Never,
            };
            Ok(ProviderAnswer::Token(Token::new(granted.token), keep))
        }
        Response::Ok(_) => Err("its answer is to another question".to_owned()),
        Response::Err(denied) => match denied.kind.as_str() {
            "not-found" => Ok(ProviderAnswer::NotFound),
            "url-not-supported" => Ok(ProviderAnswer::NotForThis),
            kind => {
                let said = denied.message.into_iter().chain(denied.caused_by);
                let said: Vec<String> = said.map(|text| printable(&text)).collect();
                Ok(ProviderAnswer::Failed(if said.is_empty() {
                    printable(kind)
                } else {
                    said.join(": ")
                }))
            }
        },
    }
}

/// The next message. What it says is not repeated where it cannot be read: there may be a token in it.
fn message<T: for<'a> Deserialize<'a>>(
    output: &mut BufReader<ChildStdout>,
    otherwise: &str,
) -> Result<T, String> {
    let mut line = Vec::new();
    let read = output.by_ref().take(MAX_LINE).read_until(b'\n', &mut line);
    if read.is_err() {
        return Err(otherwise.to_owned());
    }
    serde_json::from_slice(&line)
        .ok()
        .ok_or_else(|| otherwise.to_owned())
}

fn ended(child: &mut Child) -> Result<(), String> {
    match child.wait() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("it ended with {status}")),
        Err(cause) => Err(cause.to_string()),
    }
}
