//! Which packages a build reads, and how a build is proven: questions for the real cargo and rustc.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cargo_metadata::{DependencyKind, Node, PackageId};

use crate::io::cargo::command::Cargo;
use crate::io::config::default_index::as_cargo_takes;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::cargo::CargoError;
use crate::model::errors::cause::CargoSaid;
use crate::model::input::build_filter::BuildFilter;
use crate::model::package::id::CrateId;
use crate::model::source::id::SourceId;

impl Cargo {
    /// The platform that builds run on, by the toolchain that `folder` uses.
    pub fn host(&self, folder: &Path) -> Result<String> {
        let said = self.rustc(&["-vV"], folder)?;
        let host = said.lines().find_map(|line| line.strip_prefix("host: "));
        host.map(str::to_owned).ok_or_else(|| {
            Error::Cargo(CargoError::Failed {
                command: "rustc -vV".to_owned(),
                said: CargoSaid("it names no host".to_owned()),
            })
        })
    }

    /// The platforms that the toolchain that `folder` uses can build for.
    pub fn targets(&self, folder: &Path) -> Result<BTreeSet<String>> {
        let said = self.rustc(&["--print", "target-list"], folder)?;
        Ok(said.lines().map(str::to_owned).collect())
    }

    /// The packages that the builds of `selection` read, of whichever source. Cargo must find all of them, or stand-ins
    /// (see `io::cargo::stubs`).
    ///
    /// Before it builds, cargo wants every package at hand that it can reach by dependencies that are active for the
    /// target *or the host*, whatever it then compiles (`PackageSet::download_accessible`); `cargo metadata` with both as
    /// filters walks the same ways. One target at a time: a way that leads over one target's dependency and then another's
    /// is taken by no build.
    pub fn reads(
        &self,
        project: &Path,
        selection: &BuildFilter,
    ) -> Result<BTreeSet<(CrateId, SourceId)>> {
        let mut filters: Vec<Vec<&str>> = Vec::new();
        for target in &selection.targets {
            let mut filter = vec!["--filter-platform", target];
            if let Some(host) = selection.host.as_ref().filter(|host| *host != target) {
                filter.extend(["--filter-platform", host]);
            }
            filters.push(filter);
        }
        if filters.is_empty() {
            filters.push(Vec::new());
        }
        let mut read = BTreeSet::new();
        for filter in filters {
            self.read_with(&filter, project, selection, &mut read)?;
        }
        Ok(read)
    }

    fn read_with(
        &self,
        filter: &[&str],
        project: &Path,
        selection: &BuildFilter,
        read: &mut BTreeSet<(CrateId, SourceId)>,
    ) -> Result<()> {
        let mut options = vec!["--locked".to_owned(), "--offline".to_owned()];
        options.extend(filter.iter().map(|&word| word.to_owned()));
        options.extend(selection.feature_arguments());
        let shown = format!("metadata {}", options.join(" "));
        for config in &self.configs {
            options.extend(["--config".to_owned(), config.clone()]);
        }
        let mut command = self.metadata(project);
        command.other_options(options);
        if let Some(home) = &self.home {
            // What cargo learns of rustc is written there, too, and not beside the project.
            command
                .env("CARGO_HOME", home)
                .env("CARGO_TARGET_DIR", home.join("target"));
        }
        let metadata = command
            .exec()
            .map_err(|cause| self.failed(&shown, chain(&cause).trim(), project))?;
        let unclear = |what: &str| {
            Error::Cargo(CargoError::Failed {
                command: shown.clone(),
                said: CargoSaid(what.to_owned()),
            })
        };
        let resolve = metadata.resolve.as_ref();
        let resolve = resolve.ok_or_else(|| unclear("it says nothing of dependencies"))?;
        let nodes: BTreeMap<&PackageId, &Node> =
            resolve.nodes.iter().map(|node| (&node.id, node)).collect();
        let mut reached: BTreeSet<&PackageId> = BTreeSet::new();
        let mut ahead: Vec<&PackageId> = metadata.workspace_members.iter().collect();
        while let Some(id) = ahead.pop() {
            if !reached.insert(id) {
                continue;
            }
            let node = nodes
                .get(id)
                .ok_or_else(|| unclear("a package is lacking"))?;
            let deps = node.deps.iter().filter(|dep| {
                let kinds = &dep.dep_kinds;
                // One that is a dev-dependency everywhere, or a normal one elsewhere, may stay in: that is a crate too
                // many, never one too few.
                let dev = !kinds.is_empty()
                    && kinds
                        .iter()
                        .all(|kind| kind.kind == DependencyKind::Development);
                !(selection.no_dev && dev)
            });
            ahead.extend(deps.map(|dep| &dep.pkg));
        }
        for package in &metadata.packages {
            if let Some(source) = &package.source
                && reached.contains(&package.id)
            {
                let id = CrateId::parse(&package.name, &package.version.to_string())?;
                read.insert((id, as_cargo_takes(SourceId::parse(&source.repr))));
            }
        }
        Ok(())
    }
}

/// What cargo is asked to do to prove that a mirror is enough: find and unpack all that it should hold, or build the
/// project, too. Plain `cargo fetch` wants every package of a lockfile, so where some are left out, `cargo tree` wants
/// exactly what a build wants.
pub fn proofs(selection: Option<&BuildFilter>, build: bool) -> Vec<Vec<String>> {
    let words = |text: &str| -> Vec<String> { text.split(' ').map(str::to_owned).collect() };
    let plain = if build {
        words("build --workspace --frozen")
    } else {
        words("fetch --locked --offline")
    };
    let Some(selection) = selection else {
        return vec![plain];
    };
    let mut way = if build {
        plain
    } else {
        words("tree --workspace --frozen")
    };
    if !build && selection.no_dev {
        way.extend(words("--edges normal,build"));
    }
    // A build of everything is that of the default features, as without a selection.
    if !build || !selection.has_all_features() {
        way.extend(selection.feature_arguments());
    }
    let targets: Vec<&str> = if selection.targets.is_empty() {
        vec!["all"]
    } else {
        selection.targets.iter().map(String::as_str).collect()
    };
    let for_target = |target: &str| {
        let mut way = way.clone();
        let is_host = selection.host.as_deref() == Some(target);
        if !build || !is_host && target != "all" {
            way.extend(["--target".to_owned(), target.to_owned()]);
        }
        way
    };
    targets.into_iter().map(for_target).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_asks_for_no_more_than_was_asked_for() {
        let said = |text: &str, build| -> Vec<String> {
            let selection = BuildFilter::parse(text);
            let ways = proofs(selection.as_ref(), build);
            ways.iter().map(|way| way.join(" ")).collect()
        };
        assert_eq!(said("", false), ["fetch --locked --offline"]);
        assert_eq!(said("", true), ["build --workspace --frozen"]);
        let two = "--target a --target h --host h";
        assert_eq!(
            said(two, false),
            [
                "tree --workspace --frozen --all-features --target a",
                "tree --workspace --frozen --all-features --target h",
            ]
        );
        assert_eq!(
            said(two, true),
            [
                "build --workspace --frozen --target a",
                "build --workspace --frozen",
            ]
        );
        let less = "--no-dev --features x --no-default-features";
        assert_eq!(
            said(less, false),
            [
                "tree --workspace --frozen --edges normal,build --features x --no-default-features --target all"
            ]
        );
        assert_eq!(
            said(less, true),
            ["build --workspace --frozen --features x --no-default-features"]
        );
    }
}
