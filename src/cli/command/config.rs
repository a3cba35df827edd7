//! `config`, and the settings of `mirror.toml` that `serve` goes by.
//!
//! A setting of `[serve]` is an option of `serve`: it is read as if it stood on the command line, unless it does already or
//! the environment has it. So there is one place that says what an option means.

use std::ffi::OsString;
use std::fmt::Write;
use std::path::Path;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};

use crate::cli::args::{self, Arguments, CommandLine};
use crate::cli::args_host::Config;
use crate::cli::args_serve::Serve;
use crate::cli::command::guide;
use crate::cli::exit::{Exit, finish};
use crate::cli::json::report::Report;
use crate::cli::json::settings::{EffectiveSettings, Setting, SettingOrigin as Origin};
use crate::cli::output::terminal::Terminal;
use crate::io::config::toml::quoted;
use crate::io::fs::file;
use crate::io::mirror::layout::Mirror;
use crate::io::mirror::settings;
use crate::model::error::{Error, Result};
use crate::model::errors::settings::SettingsError;
use crate::model::settings::bad::BadSettings;
use crate::model::settings::serve::{ServeSetting, SettingValue};
use crate::model::settings::template::REGISTRIES_TEMPLATE;

/// Settings that name files: those in `mirror.toml` are found from the mirror's folder.
const PATHS: [&str; 4] = ["tls-cert", "tls-key", "token-file", "log-file"];

/// The options of `serve`, with what `mirror.toml` adds to them.
pub fn serve_arguments(given: &CommandLine, mirror: &Path) -> Result<Box<Serve>> {
    let definition = guide::definition();
    let serve = given.matches.subcommand_matches("serve");
    let mut all = given.words.clone();
    for (_, added) in added(mirror, &definition, serve)? {
        all.extend(added.into_iter().map(OsString::from));
    }
    let parsed = definition
        .try_get_matches_from(all)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    match parsed.map(|arguments| arguments.command) {
        Ok(args::Command::Serve(serve)) => Ok(serve),
        Ok(_) => Err(bad(
            mirror,
            1,
            "it turns `serve` into another command".to_owned(),
        )),
        Err(error) => Err(bad(mirror, 1, first_line(&error))),
    }
}

/// The words that each setting of the file adds, where nothing goes before it.
fn added(
    mirror: &Path,
    definition: &Command,
    given: Option<&ArgMatches>,
) -> Result<Vec<(ServeSetting, Vec<String>)>> {
    let serve = definition.find_subcommand("serve");
    let mut added = Vec::new();
    for setting in settings::read(mirror)?.serve {
        let line = setting.line;
        let found = serve.and_then(|serve| argument(serve, &setting.key));
        let Some(argument) = found else {
            let message = format!("`{}` is no option of `serve`", setting.key);
            return Err(bad(mirror, line, message));
        };
        let words = words(mirror, &setting, argument)?;
        check(mirror, definition, &words, line)?;
        let source = given.and_then(|given| given.value_source(argument.get_id().as_str()));
        let overridden = matches!(
            source,
            Some(ValueSource::CommandLine | ValueSource::EnvVariable)
        );
        if !overridden {
            added.push((setting, words));
        }
    }
    Ok(added)
}

/// The option that a key stands for.
fn argument<'a>(serve: &'a Command, key: &str) -> Option<&'a Arg> {
    let own = |argument: &&Arg| !argument.is_global_set() && argument.get_id() != "help";
    let mut arguments = serve.get_arguments().filter(own);
    arguments.find(|argument| argument.get_long() == Some(key))
}

/// A setting as words of the command line.
fn words(mirror: &Path, setting: &ServeSetting, argument: &Arg) -> Result<Vec<String>> {
    let long = argument.get_long().unwrap_or_default();
    let wrong = |what: &str| {
        let message = format!("`serve.{}` is {what}", setting.key);
        Err(bad(mirror, setting.line, message))
    };
    let placed = |text: &String| {
        if PATHS.contains(&setting.key.as_str()) {
            file::absolute(Path::new(text), mirror)
                .display()
                .to_string()
        } else {
            text.clone()
        }
    };
    let is_flag = matches!(argument.get_action(), ArgAction::SetTrue);
    let is_list = matches!(argument.get_action(), ArgAction::Append);
    match &setting.value {
        SettingValue::Flag(true) if is_flag => Ok(vec![format!("--{long}")]),
        SettingValue::Flag(false) if is_flag => Ok(Vec::new()),
        _ if is_flag => wrong("true or false"),
        SettingValue::List(list) if is_list => Ok(list
            .iter()
            .map(|text| format!("--{long}={}", placed(text)))
            .collect()),
        _ if is_list => wrong("a list, as in [\"one\"]"),
        SettingValue::Text(text) => Ok(vec![format!("--{long}={}", placed(text))]),
        SettingValue::Flag(_) | SettingValue::List(_) => wrong("a text or a number"),
    }
}

/// Reads the words as the command line would, each setting by itself, so that an error has its line.
fn check(mirror: &Path, definition: &Command, words: &[String], line: usize) -> Result<()> {
    let start = ["cargo-mirror", "serve"].map(str::to_owned);
    let read = definition
        .clone()
        .try_get_matches_from(start.iter().chain(words));
    match read {
        Err(error) if error.kind() != clap::error::ErrorKind::MissingRequiredArgument => {
            Err(bad(mirror, line, first_line(&error)))
        }
        _ => Ok(()),
    }
}

fn first_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    first.trim_start_matches("error: ").to_owned()
}

fn bad(mirror: &Path, line: usize, message: String) -> Error {
    Error::Settings(SettingsError::Bad {
        path: Mirror::at(mirror).settings(),
        source: BadSettings { line, message },
    })
}

pub fn config(
    arguments: &Config,
    mirror: &Path,
    given: &CommandLine,
    terminal: Terminal,
) -> Result<u8, Exit> {
    if arguments.defaults {
        terminal.data(template().as_bytes())?;
        return Ok(0);
    }
    let settings = effective(mirror, &given.matches)?;
    let line = || {
        Report::Config(EffectiveSettings {
            mirror: mirror.to_owned(),
            settings: settings.clone(),
        })
    };
    finish(terminal, line, |out| {
        let mut text = String::new();
        for Setting {
            key,
            value,
            origin,
            line,
        } in &settings
        {
            let origin = match (origin, line) {
                (Origin::Default, _) => "default".to_owned(),
                (Origin::CommandLine, _) => "command line".to_owned(),
                (Origin::Environment, _) => "environment".to_owned(),
                (Origin::File, Some(line)) => format!("mirror.toml, line {line}"),
                (Origin::File, None) => "mirror.toml".to_owned(),
            };
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{key} = {value}  # {origin}");
        }
        out.data(text.as_bytes())
    })?;
    Ok(0)
}

/// Every setting as it holds, with where it comes from.
fn effective(mirror: &Path, matches: &ArgMatches) -> Result<Vec<Setting>> {
    let definition = guide::definition();
    let from = match matches.value_source("mirror") {
        Some(ValueSource::CommandLine) => Origin::CommandLine,
        Some(ValueSource::EnvVariable) => Origin::Environment,
        _ => Origin::Default,
    };
    let mut settings = vec![Setting {
        key: "mirror".to_owned(),
        value: quoted(&mirror.to_string_lossy()),
        origin: from,
        line: None,
    }];
    let file = added(mirror, &definition, None)?;
    let serve = definition.find_subcommand("serve");
    let own = serve.into_iter().flat_map(Command::get_arguments);
    for argument in own.filter(|argument| !argument.is_global_set()) {
        let Some(key) = key_of(argument) else {
            continue;
        };
        let said = file.iter().find(|(setting, _)| setting.key == key);
        let (value, origin, line) = match said {
            Some((setting, _)) => (value(&setting.value), Origin::File, Some(setting.line)),
            None => match default(argument) {
                Some(value) => (value, Origin::Default, None),
                None => continue,
            },
        };
        let key = format!("serve.{key}");
        settings.push(Setting {
            key,
            value,
            origin,
            line,
        });
    }
    for (key, value) in settings::others(mirror)? {
        settings.push(Setting {
            key,
            value,
            origin: Origin::File,
            line: None,
        });
    }
    Ok(settings)
}

/// The key of an option in `[serve]`.
fn key_of(argument: &Arg) -> Option<&str> {
    argument.get_long().filter(|long| *long != "help")
}

fn value(value: &SettingValue) -> String {
    match value {
        SettingValue::Flag(on) => on.to_string(),
        SettingValue::Text(text) => quoted(text),
        SettingValue::List(list) => {
            let quoted: Vec<String> = list.iter().map(|text| quoted(text)).collect();
            format!("[{}]", quoted.join(", "))
        }
    }
}

/// The value that holds where nobody says anything; `None`: there is none, and that means something, too.
fn default(argument: &Arg) -> Option<String> {
    if matches!(argument.get_action(), ArgAction::SetTrue) {
        return Some(false.to_string());
    }
    let defaults = argument.get_default_values().iter();
    let texts: Vec<String> = defaults
        .map(|text| quoted(&text.to_string_lossy()))
        .collect();
    if matches!(argument.get_action(), ArgAction::Append) {
        return Some(format!("[{}]", texts.join(", ")));
    }
    texts.into_iter().next()
}

/// A `mirror.toml` in which every key is a comment that says what holds without it.
pub fn template() -> String {
    let definition = guide::definition();
    let mut text = "# Settings of this mirror. Every line may be left out; what is commented out holds by default.\n\
                    # Options on the command line and in the environment go before it.\n\n[serve]\n"
        .to_owned();
    let serve = definition.find_subcommand("serve");
    let own = serve.into_iter().flat_map(Command::get_arguments);
    for argument in own.filter(|argument| !argument.is_global_set()) {
        let Some(key) = key_of(argument) else {
            continue;
        };
        let help = argument.get_help().map(ToString::to_string);
        // Writing to a String cannot fail.
        let _ = writeln!(text, "# {}", help.unwrap_or_default());
        let kinds: Vec<String> = argument
            .get_possible_values()
            .iter()
            .map(|value| value.get_name().to_owned())
            .collect();
        if !kinds.is_empty() && !matches!(argument.get_action(), ArgAction::SetTrue) {
            let _ = writeln!(text, "# One of: {}", kinds.join(", "));
        }
        let example = || {
            let name = argument.get_value_names().and_then(<[_]>::first);
            quoted(name.map_or("", |name| name.as_str()))
        };
        match default(argument) {
            Some(value) => {
                let _ = writeln!(text, "# {key} = {value}\n");
            }
            None => {
                let _ = writeln!(text, "# {key} = {}    # not set by default\n", example());
            }
        }
    }
    text + REGISTRIES_TEMPLATE
}
