//! `key`: words and exit codes.

use std::fmt::Write;
use std::path::Path;

use crate::cli::args_bundle::{Key, KeyCommand};
use crate::cli::command::export::key_ring;
use crate::cli::exit::{Exit, finish};
use crate::cli::json::bundle::{KeyLine, KeyReport};
use crate::cli::json::report::Report;
use crate::cli::output::terminal::Terminal;
use crate::io::bundle::keys::KeyRing;
use crate::io::fs::file::absolute;
use crate::model::bundle::sshsig::PublicKey;
use crate::model::error::Result;

pub fn key(arguments: &Key, cwd: &Path, terminal: Terminal) -> Result<u8, Exit> {
    let (report, words) = match &arguments.command {
        KeyCommand::New {
            name,
            after,
            folder,
        } => {
            let ring = key_ring(folder, cwd)?;
            let after = after.as_ref().map(|word| ring.key(word, cwd));
            let (made, file) = ring.create(name, after.transpose()?.as_ref())?;
            let words = format!(
                "{} {name}\ngive this file to those who import: {}\n",
                made.public.fingerprint(),
                file.display()
            );
            let mut report = of(&ring, vec![(name.clone(), made.public)])?;
            report.file = Some(file);
            (report, words)
        }
        KeyCommand::Show { name, folder } => {
            let ring = key_ring(folder, cwd)?;
            let public = ring.public(name)?;
            let words = format!("{public} {name}\n");
            (of(&ring, vec![(name.clone(), public)])?, words)
        }
        KeyCommand::Trust { file, name, folder } => {
            let ring = key_ring(folder, cwd)?;
            let signer = ring.trust(&absolute(file, cwd), name.as_deref())?;
            let words = format!(
                "dumps signed by {} are taken from now on: {}\n",
                signer.name,
                signer.key.fingerprint()
            );
            (of(&ring, vec![(signer.name, signer.key)])?, words)
        }
        KeyCommand::Threshold { number, folder } => {
            let ring = key_ring(folder, cwd)?;
            if let Some(number) = number {
                ring.set_threshold(usize::from(*number))?;
            }
            let report = of(&ring, Vec::new())?;
            let words = match report.threshold {
                1 => "a dump is taken with the signature of 1 trusted key\n".to_owned(),
                number => format!("a dump is taken with the signatures of {number} trusted keys\n"),
            };
            (report, words)
        }
        KeyCommand::List { folder } => {
            let ring = key_ring(folder, cwd)?;
            let mut keys = Vec::new();
            for name in ring.names()? {
                let public = ring.public(&name)?;
                keys.push((name, public));
            }
            for signer in ring.signers()? {
                if !keys.iter().any(|(_, key)| *key == signer.key) {
                    keys.push((signer.name, signer.key));
                }
            }
            let report = of(&ring, keys)?;
            let mut words = String::new();
            for line in &report.keys {
                let use_of = match (line.private, line.trusted) {
                    (true, true) => "signs, trusted",
                    (true, false) => "signs",
                    (false, _) => "trusted",
                };
                // Writing to a String cannot fail.
                let _ = writeln!(words, "{} {} ({use_of})", line.fingerprint, line.name);
            }
            (report, words)
        }
    };
    finish(
        terminal,
        || Report::Key(report),
        |out| out.data(words.as_bytes()),
    )?;
    Ok(0)
}

fn of(ring: &KeyRing, keys: Vec<(String, PublicKey)>) -> Result<KeyReport> {
    let (own, signers) = (ring.names()?, ring.signers()?);
    let line = |(name, key): (String, PublicKey)| KeyLine {
        private: own.contains(&name),
        trusted: signers.iter().any(|signer| signer.key == key),
        fingerprint: key.fingerprint(),
        public: key.to_string(),
        name,
    };
    Ok(KeyReport {
        keys: keys.into_iter().map(line).collect(),
        file: None,
        threshold: ring.threshold()?,
    })
}
