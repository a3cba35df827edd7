//! What people and programs see. Standard output is data, standard error is talk.

use std::io::{self, Write};
use std::path::{Display, Path};

use anstyle::{AnsiColor, Style};
use clap::ColorChoice;

use crate::cli::json::line::{Line, Message};
use crate::cli::output::format::MessageFormat;
use crate::model::error::{Error, chain};

/// Where words and data go, and which of them.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    pub format: MessageFormat,
    pub quiet: bool,
    pub verbose: u8,
}

const GOOD: Style = AnsiColor::Green.on_default().bold();
const NOTE: Style = AnsiColor::Cyan.on_default().bold();
const WARN: Style = AnsiColor::Yellow.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();

impl Terminal {
    pub fn new(format: MessageFormat, quiet: bool, verbose: u8, color: ColorChoice) -> Self {
        match color {
            ColorChoice::Auto => anstream::ColorChoice::Auto,
            ColorChoice::Always => anstream::ColorChoice::Always,
            ColorChoice::Never => anstream::ColorChoice::Never,
        }
        .write_global();
        Self {
            format,
            quiet,
            verbose,
        }
    }

    /// A step, as cargo says it: the verb right-aligned in twelve columns.
    pub fn step(&self, verb: &str, what: &str) {
        if !self.quiet {
            talk(&format!("{GOOD}{verb:>12}{GOOD:#} {what}\n"));
        }
    }

    pub fn warning(&self, message: &str, help: Option<&str>) {
        if !self.quiet {
            talk(&format!("{WARN}warning{WARN:#}: {message}\n"));
            if let Some(help) = help {
                self.help(help);
            }
        }
    }

    pub fn note(&self, message: &str) {
        if !self.quiet {
            talk(&format!("{NOTE}note{NOTE:#}: {message}\n"));
        }
    }

    /// An error line. Shown even when all else is silenced.
    pub fn problem(&self, message: &str) {
        talk(&format!("{BAD}error{BAD:#}: {message}\n"));
    }

    pub fn line(&self, text: &str) {
        talk(&format!("{text}\n"));
    }

    pub fn help(&self, help: &str) {
        talk(&format!("{NOTE}help{NOTE:#}: {help}\n"));
    }

    /// An error, its causes and the way out, in cargo's shape.
    pub fn error(&self, error: &Error) {
        self.problem(&error.to_string());
        let causes: Vec<String> =
            std::iter::successors(std::error::Error::source(error), |error| error.source())
                .map(ToString::to_string)
                .collect();
        if !causes.is_empty() {
            self.line("\nCaused by:");
            for cause in &causes {
                self.line(&format!("  {}", cause.replace('\n', "\n  ")));
            }
            self.line("");
        }
        let hint = error.hint();
        if let Some(hint) = &hint {
            self.help(hint);
        }
        if self.format == MessageFormat::Json {
            // The error itself goes to the exit code; there is nobody left to tell that it could not be told.
            let _ = self.message(Message::Error {
                message: chain(error),
                help: hint,
            });
        }
    }

    /// One line of JSON.
    pub fn message(&self, message: Message) -> io::Result<()> {
        self.json(&Line::new(message))
    }

    pub fn json(&self, line: &Line) -> io::Result<()> {
        let mut line = serde_json::to_vec(line)?;
        line.push(b'\n');
        self.data(&line)
    }

    /// Data for whoever reads standard output.
    pub fn data(&self, bytes: &[u8]) -> io::Result<()> {
        let mut out = anstream::stdout().lock();
        out.write_all(bytes)?;
        out.flush()
    }
}

/// Nothing can be done about a terminal that is gone.
fn talk(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// A number of bytes as people say it, in decimal units.
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if count < 1000 {
        return format!("{count} B");
    }
    let mut unit = 0;
    let mut thousandths = u128::from(count);
    while thousandths >= 1_000_000 && unit + 1 < UNITS.len() {
        thousandths /= 1000;
        unit += 1;
    }
    format!(
        "{}.{} {}",
        thousandths / 1000,
        thousandths % 1000 / 100,
        UNITS[unit]
    )
}

/// A path as short as it can be said here: without the current folder, if it lies in it.
pub fn short<'p>(path: &'p Path, cwd: &Path) -> Display<'p> {
    path.strip_prefix(cwd).unwrap_or(path).display()
}

/// `1 crate`, `2 crates`.
pub fn count(number: usize, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_said_in_units() {
        let said: Vec<String> = [0, 999, 1000, 1_549, 151_516_617, 1_000_000_000_000_000]
            .map(bytes)
            .to_vec();
        assert_eq!(
            said,
            ["0 B", "999 B", "1.0 kB", "1.5 kB", "151.5 MB", "1000.0 TB"]
        );
    }
}
