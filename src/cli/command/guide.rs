//! `cargo mirror help`: the pages of the guide (`src/guide`), and all that is known of a command.

use std::io;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::error::ErrorKind;
use clap::{Command, CommandFactory};

use crate::cli::args::{Arguments, Help};
use crate::cli::exit::EXIT_USAGE;
use crate::cli::output::markdown;
use crate::cli::output::terminal::Terminal;
use crate::io::fs::platform;

/// Lines that are longer are hard to read, however wide the terminal is. Clap's help has the same limit.
const MAX_WIDTH: usize = 100;

/// A page of the guide.
pub struct Topic {
    pub name: &'static str,
    /// The commands that the page is about.
    pub commands: &'static [&'static str],
    /// The whole page. Its first line is its title.
    pub text: &'static str,
}

macro_rules! topic {
    ($name:literal, $commands:expr) => {
        Topic {
            name: $name,
            commands: &$commands,
            text: include_str!(concat!("../../guide/", $name, ".md")),
        }
    };
}

/// In the order in which a newcomer may want to read them.
pub const TOPICS: [Topic; 24] = [
    topic!("vendor", ["vendor", "status"]),
    topic!("prefetch", ["prefetch"]),
    topic!("config", ["on", "off"]),
    topic!("prune", ["vendor", "prefetch"]),
    topic!("git", []),
    topic!("registries", []),
    topic!("verify", ["verify", "repair"]),
    topic!("gc", ["roots", "gc"]),
    topic!(
        "bundles",
        ["export", "import", "bundle", "key", "state", "diff"]
    ),
    topic!("buckets", ["push", "pull", "doctor", "serve"]),
    topic!("outdated", ["outdated"]),
    topic!("search", ["search", "show", "catalog"]),
    topic!("serve", ["serve", "stats"]),
    topic!("web", ["serve"]),
    topic!("deploy", ["serve"]),
    topic!("hosting", ["registry", "add", "yank", "remove"]),
    topic!("people", ["user", "team", "token", "owner", "audit-log"]),
    topic!("host", ["host"]),
    topic!("sync", ["sync"]),
    topic!("settings", ["config", "serve"]),
    topic!("ci", []),
    topic!("output", []),
    topic!("layout", []),
    topic!("contributing", []),
];

impl Topic {
    pub fn title(&self) -> &'static str {
        let first = self.text.lines().next().unwrap_or_default();
        first.trim_start_matches('#').trim()
    }
}

/// The command line as it is parsed: `help` knows the topics and commands, and each command names its pages.
pub fn definition() -> Command {
    TOPICS.iter().fold(known(), |command, topic| {
        topic.commands.iter().fold(command, |command, name| {
            // A build without some features has not all of them.
            if command.find_subcommand(name).is_none() {
                return command;
            }
            command.mut_subcommand(*name, |sub| {
                let before = sub.get_after_help().map(ToString::to_string);
                let pages = pages(name).join(" and ");
                let pointer = format!("Guide: {pages}");
                match before {
                    Some(text) if text.ends_with(&pointer) => sub,
                    Some(text) => sub.after_help(format!("{text}\n\n{pointer}")),
                    None => sub.after_help(pointer),
                }
            })
        })
    })
}

/// The same without the pointers from commands to pages.
fn known() -> Command {
    let command = Arguments::command();
    let values = subjects(&command).into_iter();
    let values = values.map(|(name, about)| PossibleValue::new(name).help(about));
    let values = PossibleValuesParser::new(values);
    let names: Vec<&str> = TOPICS.iter().map(|topic| topic.name).collect();
    let after = format!(
        "Exit status: 0 done, 1 the answer is no, 2 bad usage, 101 failure.\n\n\
         The guide: `cargo mirror help TOPIC`, where TOPIC is {}.",
        names.join(", ")
    );
    command.after_help(after).mut_subcommand("help", |help| {
        help.mut_arg("about", |about| about.value_parser(values))
    })
}

/// The command line for completion scripts of `binary`. Some shells complete subcommands only, so here topics are
/// subcommands of `help`. They come in after the rest is built, or each would get every global option.
pub fn completed(binary: &str) -> Command {
    let subjects = subjects(&Arguments::command()).into_iter();
    let subjects: Vec<Command> = subjects
        .map(|(name, about)| {
            let full = format!("{binary} help {name}");
            Command::new(name)
                .bin_name(full)
                .about(about)
                .disable_help_flag(true)
        })
        .collect();
    let mut command = definition().bin_name(binary.to_owned());
    command.build();
    command.mut_subcommand("help", |help| {
        let about = help.get_about().cloned().unwrap_or_default();
        Command::new("help")
            .bin_name(format!("{binary} help"))
            .about(about)
            .disable_help_flag(true)
            .disable_help_subcommand(true)
            .subcommands(subjects)
    })
}

/// What `help` can be asked about, each with a line about it: topics, then the commands that are no topics.
fn subjects(command: &Command) -> Vec<(String, String)> {
    let topics = TOPICS
        .iter()
        .map(|topic| (topic.name.to_owned(), topic.title().to_owned()));
    let commands = command
        .get_subcommands()
        .filter(|sub| !sub.is_hide_set() && TOPICS.iter().all(|topic| topic.name != sub.get_name()))
        .map(|sub| {
            let about = sub.get_about().map(ToString::to_string);
            (sub.get_name().to_owned(), about.unwrap_or_default())
        });
    topics.chain(commands).collect()
}

/// How to see each page that is about a command.
fn pages(command: &str) -> Vec<String> {
    TOPICS
        .iter()
        .filter(|topic| topic.commands.contains(&command))
        .map(|topic| format!("`cargo mirror help {}`", topic.name))
        .collect()
}

/// Shows what was asked for, on standard output: it is the answer.
pub fn help(asked: &Help, terminal: Terminal) -> io::Result<u8> {
    let mut command = known();
    command.build();
    let Some(about) = &asked.about else {
        return terminal.data(overview(&command).as_bytes()).map(|()| 0);
    };
    let topic = TOPICS.iter().find(|topic| topic.name == about);
    let mut parts = Vec::new();
    if let Some(sub) = command.find_subcommand_mut(about) {
        let sub = match &asked.within {
            None => sub,
            Some(within) if sub.find_subcommand(within).is_some() => {
                let text = sub.find_subcommand_mut(within).map(long_help);
                return terminal
                    .data(text.unwrap_or_default().as_bytes())
                    .map(|()| 0);
            }
            Some(within) => return no_command(sub, within),
        };
        parts.push(long_help(sub));
        let own = format!("`cargo mirror help {about}`");
        let mut others = pages(about);
        others.retain(|page| *page != own);
        if !others.is_empty() {
            let width = platform::terminal_width().unwrap_or(MAX_WIDTH);
            let guide = format!("Guide: {}", others.join(" and "));
            parts.push(markdown::render(&guide, width.min(MAX_WIDTH)));
        }
    } else if let Some(within) = &asked.within {
        return no_command(&mut command, within);
    }
    if let Some(topic) = topic {
        let width = platform::terminal_width().unwrap_or(MAX_WIDTH);
        parts.push(markdown::render(topic.text, width.min(MAX_WIDTH)));
    }
    terminal.data(parts.join("\n").as_bytes()).map(|()| 0)
}

fn long_help(command: &mut Command) -> String {
    command.render_long_help().ansi().to_string()
}

fn no_command(command: &mut Command, within: &str) -> io::Result<u8> {
    let message = format!("`{}` has no command `{within}`", command.get_name());
    command
        .error(ErrorKind::InvalidSubcommand, message)
        .print()?;
    Ok(EXIT_USAGE)
}

/// Every command and every topic, with a line about each, laid out by clap as its own help is.
fn overview(command: &Command) -> String {
    let topics = TOPICS
        .iter()
        .map(|topic| Command::new(topic.name).about(topic.title()));
    let mut topics = Command::new("topics")
        .disable_help_subcommand(true)
        .subcommands(topics)
        .help_template("{subcommands}");
    let mut commands = command
        .clone()
        .help_template("{about}\n\n{usage-heading} {usage}");
    let head = commands.render_help().ansi().to_string();
    let head = head.trim_end();
    let mut commands = commands.help_template("{subcommands}");
    let heading = command.get_styles().get_header();
    format!(
        "{head}\n\n{heading}Commands:{heading:#}\n{}\n\n{heading}Topics of the guide:{heading:#}\n{}\n\n\
         `cargo mirror help NAME` shows a page of the guide, or the full help of a command.\n\
         `cargo mirror NAME --help` shows the options of a command alone.\n\
         `cargo mirror --help` shows the options for every command.\n",
        commands.render_help().ansi().to_string().trim_end(),
        topics.render_help().ansi().to_string().trim_end(),
    )
}
