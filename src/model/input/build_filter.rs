//! What a project is built for, where that is less than everything: the rest of its lockfile is *pruned*.
//!
//! A pruned package keeps its index line, because cargo resolves the whole lockfile before it builds any of it; its
//! `.crate` is left out, because no build that was asked for reads it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::model::package::id::CrateId;
use crate::model::source::id::SourceId;

/// What stands for the platform of this machine.
pub const HOST: &str = "host";

/// What a project is built for. Without targets: for all of them; without features: with all of them.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct BuildFilter {
    pub targets: BTreeSet<String>,
    /// Where it is built. Build scripts and procedural macros run there, so what it needs is never left out.
    pub host: Option<String>,
    pub no_dev: bool,
    pub features: BTreeSet<String>,
    pub no_default_features: bool,
}

impl BuildFilter {
    /// Whether nothing is left out.
    pub fn is_everything(&self) -> bool {
        self.targets.is_empty() && !self.no_dev && self.has_all_features()
    }

    pub fn has_all_features(&self) -> bool {
        self.features.is_empty() && !self.no_default_features
    }

    /// The features, as arguments for cargo.
    pub fn feature_arguments(&self) -> Vec<String> {
        if self.has_all_features() {
            return vec!["--all-features".to_owned()];
        }
        let mut arguments = Vec::new();
        if !self.features.is_empty() {
            let features: Vec<&str> = self.features.iter().map(String::as_str).collect();
            arguments.extend(["--features".to_owned(), features.join(",")]);
        }
        if self.no_default_features {
            arguments.push("--no-default-features".to_owned());
        }
        arguments
    }

    /// Reads what [`fmt::Display`] wrote. `None`: it is something else, perhaps of a later version.
    pub fn parse(text: &str) -> Option<Self> {
        let mut selection = Self::default();
        let mut words = text.split(' ');
        while let Some(word) = words.next() {
            match word {
                "--no-dev" => selection.no_dev = true,
                "--no-default-features" => selection.no_default_features = true,
                "--target" => {
                    selection.targets.insert(words.next()?.to_owned());
                }
                "--host" => selection.host = Some(words.next()?.to_owned()),
                "--features" => {
                    let features = words.next()?.split(',').map(str::to_owned);
                    selection.features.extend(features);
                }
                _ => return None,
            }
        }
        (!selection.is_everything()).then_some(selection)
    }

    /// For people: what the rest is not needed for.
    pub fn told(&self) -> String {
        let mut parts = Vec::new();
        if !self.targets.is_empty() {
            let targets: Vec<&str> = self.targets.iter().map(String::as_str).collect();
            parts.push(format!("for {}", targets.join(", ")));
            let host = self.host.as_ref();
            if let Some(host) = host.filter(|host| !self.targets.contains(*host)) {
                parts.push(format!("built on {host}"));
            }
        }
        if self.no_dev {
            parts.push("without dev-dependencies".to_owned());
        }
        if !self.has_all_features() {
            parts.push(format!("with {}", self.feature_arguments().join(" ")));
        }
        parts.join(", ")
    }
}

/// As the words of a command line.
impl fmt::Display for BuildFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = Vec::new();
        for target in &self.targets {
            words.extend(["--target", target]);
        }
        if let Some(host) = &self.host {
            words.extend(["--host", host]);
        }
        if self.no_dev {
            words.push("--no-dev");
        }
        let features = if self.has_all_features() {
            Vec::new()
        } else {
            self.feature_arguments()
        };
        words.extend(features.iter().map(String::as_str));
        f.write_str(&words.join(" "))
    }
}

/// Packages that are left out, and how large their `.crate` files are, where that is known.
pub type Pruned = BTreeMap<(CrateId, SourceId), Option<u64>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selections_read_as_they_are_written() {
        let some = |text: &str| BuildFilter::parse(text).unwrap();
        for text in [
            "--target x86_64-unknown-linux-gnu --host x86_64-unknown-linux-gnu",
            "--target a --target b --host c --no-dev --features x,y/z --no-default-features",
            "--no-dev",
            "--no-default-features",
        ] {
            assert_eq!(some(text).to_string(), text);
        }
        for text in ["", "--host x", "--target", "--everything", "--features"] {
            assert_eq!(BuildFilter::parse(text), None, "{text}");
        }
        assert_eq!(
            some("--target a --target b --host c --no-dev --features x").told(),
            "for a, b, built on c, without dev-dependencies, with --features x"
        );
        assert_eq!(some("--no-dev").feature_arguments(), ["--all-features"]);
    }
}
