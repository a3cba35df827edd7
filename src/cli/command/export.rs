//! `export`: options, words, exit codes.

use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::cli::args_bundle::{Export, KeyFolder};
use crate::cli::exit::{EXIT_FAILURE, Exit, finish};
use crate::cli::json::report::Report;
use crate::cli::output::format::MessageFormat;
use crate::cli::output::progress::Progress;
use crate::cli::output::terminal::{Terminal, bytes, count, short};
use crate::io::bundle::keys::{KeyRing, SigningKey};
use crate::io::bundle::writer::Destination;
use crate::io::fs::file::absolute;
use crate::io::fs::platform;
use crate::model::error::{Error, Result};
use crate::model::errors::bundle::BundleError;
use crate::model::errors::environment::EnvironmentError;
use crate::model::errors::signing::SigningError;
use crate::ops::bundle::export;
use crate::ops::bundle::options::{ExportOptions, ExportReport, Selection};
use crate::ops::context::options::Context;

pub fn export(
    arguments: &Export,
    common: &Context,
    terminal: Terminal,
    progress: &Arc<Progress>,
) -> Result<u8, Exit> {
    let pipe = arguments.file == Path::new("-");
    if pipe && terminal.format == MessageFormat::Json {
        return Err(Error::Bundle(BundleError::PipeOfJson).into());
    }
    let absolute = |path: &std::path::PathBuf| absolute(path, &common.place.cwd);
    let options = ExportOptions {
        destination: if pipe {
            Destination::Pipe
        } else {
            Destination::File(arguments.file.clone())
        },
        selection: if arguments.roots {
            Selection::Roots
        } else if arguments.lockfiles.is_empty() {
            Selection::All
        } else {
            Selection::Lockfiles(arguments.lockfiles.iter().map(absolute).collect())
        },
        registries: arguments.registries.clone(),
        hosted: arguments.hosted,
        since: arguments.since.clone(),
        split: arguments.split.filter(|_| !pipe),
        level: arguments.compress.0,
        keys: keys(arguments, &common.place.cwd)?,
        receiver: arguments.receiver.clone(),
        expires: arguments.expires,
        dry_run: arguments.dry_run,
    };
    let report = export::run(common, &options);
    progress.finish();
    let report = report?;
    for (item, cause) in &report.failed {
        terminal.problem(&format!("{item} is left out: {cause}"));
    }
    if pipe && !report.dry_run {
        terminal.note(words(&common.place.cwd, &report).trim_end());
    } else {
        let line = || Report::Export((&report).into());
        finish(terminal, line, |out| say(out, &common.place.cwd, &report))?;
    }
    Ok(if report.failed.is_empty() {
        0
    } else {
        EXIT_FAILURE
    })
}

/// The folder of keys.
pub fn key_ring(folder: &KeyFolder, cwd: &Path) -> Result<KeyRing> {
    let named = folder.keys.clone();
    let folder = named
        .filter(|folder| !folder.as_os_str().is_empty())
        .or_else(|| Some(platform::config_folder()?.join("cargo-mirror")))
        .ok_or(Error::Environment(EnvironmentError::NoHome))?;
    Ok(KeyRing::at(absolute(&folder, cwd)))
}

/// The keys that were asked for, or the only one.
fn keys(arguments: &Export, cwd: &Path) -> Result<Vec<SigningKey>> {
    let ring = key_ring(&arguments.folder, cwd)?;
    if !arguments.sign_with.is_empty() {
        let words = arguments.sign_with.iter();
        return words.map(|word| ring.key(word, cwd)).collect();
    }
    // A dry run asks for no passphrase.
    if arguments.no_sign || arguments.dry_run {
        return Ok(Vec::new());
    }
    match ring.names()?.as_slice() {
        [] => Ok(Vec::new()),
        [name] => Ok(vec![ring.key(name, cwd)?]),
        names => Err(Error::Signing(SigningError::WhichKey(names.to_vec()))),
    }
}

fn say(terminal: Terminal, cwd: &Path, report: &ExportReport) -> io::Result<()> {
    terminal.data(words(cwd, report).as_bytes())
}

/// `3 crates (1.2 MB), 1 git source, 2 roots in week.cmb (400.0 kB), signed: SHA256:...`
fn words(cwd: &Path, report: &ExportReport) -> String {
    let mut what = vec![format!(
        "{} ({})",
        count(report.crates, "crate"),
        bytes(report.crate_bytes)
    )];
    for (number, one) in [
        (report.lines, "index line"),
        (report.git_sources, "git source"),
        (report.roots, "root"),
        (report.removed, "removal"),
    ] {
        if number > 0 {
            what.push(count(number, one));
        }
    }
    let mut text = what.join(", ");
    if report.left_out > 0 {
        text = format!("{text}; {} that the receiver has", report.left_out);
    }
    if report.dry_run {
        return format!("would export {text}\n");
    }
    let total: u64 = report.files.iter().map(|(_, size)| size).sum();
    let place = match report.files.as_slice() {
        [(path, _)] => short(path, cwd).to_string(),
        files => count(files.len(), "part"),
    };
    text = format!("{text} in {place} ({})", bytes(total));
    match report.signed.join(" and ") {
        none if none.is_empty() => text + ", not signed\n",
        fingerprints => text + &format!(", signed with {fingerprints}\n"),
    }
}
