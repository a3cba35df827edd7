//! Completion scripts and the manual page, from the one definition of the arguments.

use std::io;
use std::path::Path;

use clap::Command;
use clap_complete::Shell;

use crate::cli::command::guide;
use crate::io::fs::file;
use crate::model::error::{Error, Result};
use crate::model::errors::fs::{Action, FsError};

const BINARY: &str = "cargo-mirror";

pub fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    // The script completes the binary's own name, so usage lines must bear it too.
    clap_complete::generate(shell, &mut guide::completed(BINARY), BINARY, &mut script);
    script
}

/// The page of the program, followed by those of its commands.
pub fn manual(mut command: Command) -> io::Result<Vec<u8>> {
    command.build();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        let man = clap_mangen::Man::new(sub.clone());
        page.extend_from_slice(
            format!(".SH \"CARGO MIRROR {}\"\n", sub.get_name().to_uppercase()).as_bytes(),
        );
        man.render_description_section(&mut page)?;
        man.render_synopsis_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    page.extend_from_slice(b".SH GUIDE\nPages that `cargo mirror help TOPIC` shows.\n");
    for topic in &guide::TOPICS {
        let (name, title) = (topic.name, topic.title().replace('-', "\\-"));
        page.extend_from_slice(format!(".TP\n\\fB{name}\\fR\n{title}\n").as_bytes());
    }
    Ok(page)
}

/// Writes all of them into a folder.
pub fn all(folder: &Path) -> Result<()> {
    file::create_dir_all(folder)?;
    let write = |name: &str, bytes: &[u8]| {
        file::replace(&folder.join(name), &String::from_utf8_lossy(bytes))
    };
    for (shell, name) in [
        (Shell::Bash, "cargo-mirror.bash"),
        (Shell::Elvish, "cargo-mirror.elv"),
        (Shell::Fish, "cargo-mirror.fish"),
        (Shell::PowerShell, "_cargo-mirror.ps1"),
        (Shell::Zsh, "_cargo-mirror"),
    ] {
        write(name, &completions(shell))?;
    }
    let manual = manual(guide::definition()).map_err(|source| {
        Error::Fs(FsError::Io {
            action: Action::Write,
            path: folder.join("cargo-mirror.1"),
            source,
        })
    })?;
    write("cargo-mirror.1", &manual)
}
