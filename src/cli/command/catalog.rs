//! Runs `search`, `show` and `catalog`, and prints their answers. What others wrote is escaped for the terminal.

use std::fmt::Write;

use crate::cli::args_catalog::{CatalogArguments, CatalogCommand, Search, Show};
use crate::cli::exit::{EXIT_NO, Exit, block_on, finish};
use crate::cli::json::catalog::{Catalogs, Searched, Shown, kind};
use crate::cli::json::report::Report;
use crate::cli::output::terminal::{Terminal, bytes, count, short};
use crate::io::fs::file;
use crate::model::about::wording::{is_shown, one_line};
use crate::model::error::Error;
use crate::model::package::id::{CrateName, Version};
use crate::model::search::origin::Origin;
use crate::model::search::query::Query;
use crate::model::search::row::{Fact, FactSource, Row};
use crate::model::search::text::SearchWanted;
use crate::model::source::id::CRATES_IO_FOLDER;
use crate::ops::catalog::import::{self, Configured};
use crate::ops::catalog::look::{self, CatalogReport, SearchReport, ShowReport, ShowWanted};
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::options::Context;

/// Descriptions in a list are cut after this many characters.
const MOST_DESCRIPTION: usize = 120;
/// Longer texts are cut.
const MOST_TEXT: usize = 300;
/// No more dependants are listed.
const MOST_DEPENDANTS: usize = 1000;

pub fn search(arguments: &Search, mirror: &OpenMirror, terminal: Terminal) -> Result<u8, Exit> {
    let registry = look::registry(&mirror.folder, arguments.registry.registry.as_deref())?;
    let text = arguments.words.join(" ");
    let wanted = SearchWanted {
        query: Query::parse(&text),
        names_only: arguments.names,
        sort: arguments.sort.map(Into::into).unwrap_or_default(),
        skip: 0,
        most: usize::from(arguments.limit),
    };
    let report = look::search(mirror, &registry, &wanted)?;
    let line = || Report::Search(Searched::of(&report, &text));
    finish(terminal, line, |out| {
        out.data(found(&report).as_bytes())?;
        let more = report.found.total - report.found.rows.len();
        if more > 0 {
            out.note(&format!(
                "{} more; -n N shows more at once",
                count(more, "crate")
            ));
        }
        out.note(&format!("searched: {}", origin(&report.origin)));
        Ok(())
    })?;
    Ok(if report.found.total == 0 { EXIT_NO } else { 0 })
}

/// A line a crate, as cargo writes them.
fn found(report: &SearchReport) -> String {
    let rows = &report.found.rows;
    let left = |row: &Row| {
        let version = row.version().map_or("", |(version, _)| version);
        format!(
            "{} = \"{}\"",
            one_line(&row.name, MOST_TEXT),
            one_line(version, MOST_TEXT)
        )
    };
    let width = rows
        .iter()
        .map(|found| left(&found.row).chars().count())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for found in rows {
        let row = &found.row;
        let description = row.description().map_or("", |(text, _)| text);
        let mut said = Vec::new();
        if row.here.as_ref().is_some_and(|here| here.yanked) {
            said.push("[yanked]".to_owned());
        }
        if row.here.is_none() {
            said.push("[not mirrored]".to_owned());
        }
        said.push(one_line(description, MOST_DESCRIPTION));
        let line = format!("{:width$}    # {}", left(row), said.join(" ").trim());
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}", line.trim_end_matches([' ', '#']));
    }
    text
}

/// What was looked at, and of what day it is.
fn origin(origin: &Origin) -> String {
    let mut parts = Vec::new();
    if let Some(mirror) = &origin.mirror {
        let crates = usize::try_from(mirror.crates).unwrap_or(usize::MAX);
        parts.push(format!(
            "{} in the mirror as of {}",
            count(crates, "crate"),
            mirror.at
        ));
    }
    match &origin.dump {
        Some(dump) => {
            let crates = usize::try_from(dump.crates).unwrap_or(usize::MAX);
            parts.push(format!(
                "{} of the database dump of {}",
                count(crates, "crate"),
                dump.at
            ));
        }
        None => parts.push("no database dump".to_owned()),
    }
    parts.join(", ")
}

pub fn show(arguments: &Show, mirror: &OpenMirror, terminal: Terminal) -> Result<u8, Exit> {
    let registry = look::registry(&mirror.folder, arguments.registry.registry.as_deref())?;
    let (name, version) = match arguments.package.split_once('@') {
        Some((name, version)) => (name, Some(version)),
        None => (arguments.package.as_str(), None),
    };
    let version = version.map(|version| Version::parse(name, version));
    let version = version.transpose().map_err(Error::from)?;
    let name = CrateName::parse(name).map_err(Error::from)?;
    let wanted = ShowWanted {
        dependants: if arguments.dependants {
            MOST_DEPENDANTS
        } else {
            0
        },
        readme: arguments.readme,
    };
    let report = look::show(mirror, &registry, &name, version.as_ref(), wanted)?;
    let line = || Report::Show(Box::new(Shown::from(&report)));
    finish(terminal, line, |out| {
        out.data(words(&report, arguments).as_bytes())?;
        out.note(&format!("known: {}", origin(&report.origin)));
        Ok(())
    })?;
    Ok(0)
}

fn words(report: &ShowReport, arguments: &Show) -> String {
    let mut text = about(report);
    // Writing to a String cannot fail.
    if arguments.deps {
        text += &dependencies(report);
    }
    if arguments.features {
        text += &features(report);
    }
    if let Some(dependants) = &report.dependants {
        let _ = writeln!(text, "dependants:");
        for one in dependants {
            let ways = one.ways.iter().map(|way| {
                let optional = if way.optional { ", optional" } else { "" };
                format!(
                    "{} ({}{optional})",
                    one_line(&way.requirement, MOST_TEXT),
                    way.kind.as_str()
                )
            });
            let ways = ways.collect::<Vec<_>>().join(", ");
            let _ = writeln!(
                text,
                "  {} {}  {ways}",
                one.name,
                one_line(&one.version, MOST_TEXT)
            );
        }
        let more = (report.row.dependants as usize).saturating_sub(dependants.len());
        if more > 0 {
            let _ = writeln!(text, "  and {more} more");
        }
    }
    if arguments.readme {
        match &report.readme {
            Some(readme) => {
                let _ = writeln!(text, "\n{}", fit_for_a_terminal(readme));
            }
            None => text += "readme: none in the mirror\n",
        }
    }
    text
}

/// A stranger's text of many lines, without anything that a terminal would obey.
fn fit_for_a_terminal(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let shown = line.chars().map(|c| if c == '\t' { ' ' } else { c });
        shown.filter(|c| is_shown(*c)).collect::<String>()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Where a fact comes from, where it is not the mirror itself.
fn marked(from: FactSource) -> &'static str {
    if from == FactSource::Dump {
        " (dump)"
    } else {
        ""
    }
}

fn line(text: &mut String, name: &str, value: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "  {name:<14} {value}");
}

fn about(report: &ShowReport) -> String {
    let row = report.presented();
    let mut text = String::new();
    let state = match (report.yanked, report.size, &report.facts) {
        (true, Some(_), _) => ", yanked",
        (true, None, _) => ", yanked, its package is not in the mirror",
        (false, Some(_), _) => "",
        (false, None, Some(_)) => ", its package is not in the mirror",
        (false, None, None) => ", not in the mirror",
    };
    // Writing to a String cannot fail.
    let version = one_line(&report.version, MOST_TEXT);
    let _ = writeln!(text, "{} {version}{state}", row.name);
    if let Some((said, from)) = row.description() {
        let _ = writeln!(text, "{}{}", one_line(said, MOST_TEXT), marked(from));
    }
    own_words(&row, &mut text);
    figures(report, &row, &mut text);
    if let Some(gone) = &report.gone {
        let message = gone.message.as_deref().unwrap_or("no reason is given");
        let said = match gone.deleted {
            Some(at) => format!("{at}: {} (dump)", one_line(message, MOST_TEXT)),
            None => "the registry keeps this name to itself (dump)".to_owned(),
        };
        line(&mut text, "deleted", &said);
    }
    text
}

/// What the package says of itself.
fn own_words(row: &Row, text: &mut String) {
    let fields: [(&str, Fact<&str>); 6] = [
        ("license", row.text(|about| about.license.as_ref())),
        (
            "rust-version",
            row.text(|about| about.rust_version.as_ref()),
        ),
        ("edition", row.text(|about| about.edition.as_ref())),
        ("homepage", row.text(|about| about.homepage.as_ref())),
        (
            "documentation",
            row.text(|about| about.documentation.as_ref()),
        ),
        ("repository", row.text(|about| about.repository.as_ref())),
    ];
    for (name, fact) in fields {
        if let Some((value, from)) = fact {
            let value = one_line(value, MOST_TEXT);
            line(text, name, &format!("{value}{}", marked(from)));
        }
    }
    let lists = [
        ("keywords", row.list(|about| &about.keywords)),
        ("categories", row.list(|about| &about.categories)),
    ];
    for (name, fact) in lists {
        if let Some((list, from)) = fact {
            let list = one_line(&list.join(", "), MOST_TEXT);
            line(text, name, &format!("{list}{}", marked(from)));
        }
    }
}

/// What the index and the dump say.
fn figures(report: &ShowReport, row: &Row, text: &mut String) {
    let facts = report.facts.as_ref();
    if let Some(published) = facts.and_then(|facts| facts.published) {
        line(text, "published", &published.to_string());
    }
    if let Some(size) = report.size {
        line(text, "size", &bytes(size));
    }
    if let Some(dump) = &row.dump {
        line(text, "downloads", &format!("{} (dump)", dump.downloads));
        if !dump.owners.is_empty() {
            let owners = one_line(&dump.owners.join(", "), MOST_TEXT);
            line(text, "owners", &format!("{owners} (dump)"));
        }
    }
    if let Some(facts) = facts {
        line(text, "dependencies", &facts.needs.len().to_string());
    }
    line(text, "dependants", &format!("{} known", row.dependants));
    let newest = report.versions.iter().take(5).map(ToString::to_string);
    let newest: Vec<String> = newest.collect();
    if !newest.is_empty() {
        let more = match report.versions.len() - newest.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let newest = newest.join(", ");
        line(
            text,
            "versions",
            &format!("{newest}{more}, in the mirror's index"),
        );
    }
}

fn dependencies(report: &ShowReport) -> String {
    let Some(facts) = &report.facts else {
        return "dependencies: not known, this version is not in the mirror's index\n".to_owned();
    };
    let mut text = "dependencies:\n".to_owned();
    for needed in &facts.needs {
        let mut said = vec![kind(needed.kind).to_owned()];
        if needed.optional {
            said.push("optional".to_owned());
        }
        if let Some(package) = needed
            .package
            .as_ref()
            .filter(|package| package.as_str() != needed.name)
        {
            said.push(format!("package {package}"));
        }
        said.extend(needed.target.clone());
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "  {} {}  ({})",
            needed.name,
            needed.requirement,
            said.join(", ")
        );
    }
    text
}

fn features(report: &ShowReport) -> String {
    let Some(facts) = &report.facts else {
        return "features: not known, this version is not in the mirror's index\n".to_owned();
    };
    let mut text = "features:\n".to_owned();
    for feature in &facts.features {
        let mark = if feature.by_default { "+" } else { " " };
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            " {mark}{} = [{}]",
            feature.name,
            feature.enables.join(", ")
        );
    }
    text
}

pub fn catalog(
    arguments: &CatalogArguments,
    common: &Context,
    terminal: Terminal,
) -> Result<u8, Exit> {
    let reports = match &arguments.command {
        None | Some(CatalogCommand::Status) => look::status(&common.mirror)?,
        Some(CatalogCommand::Rebuild(named)) => {
            let registry = look::registry(&common.mirror.folder, named.registry.as_deref())?;
            let catalog = look::rebuild(&common.mirror, &registry)?;
            vec![look::report(registry, &catalog)]
        }
        Some(CatalogCommand::Import { file: Some(path) }) => {
            let path = file::absolute(path, &common.place.cwd);
            let report = import::run(&common.mirror, CRATES_IO_FOLDER, &path)?;
            imported(terminal, &report);
            vec![of_import(&report)]
        }
        Some(CatalogCommand::Import { file: None }) => {
            match block_on(import::configured(common))? {
                Configured::Imported(report) => {
                    imported(terminal, &report);
                    vec![of_import(&report)]
                }
                Configured::Fresh(origin) => {
                    terminal.note("the database dump was taken already: it is not a day old, or has not changed");
                    let catalog = look::catalog(&common.mirror, CRATES_IO_FOLDER)?;
                    let report = look::report(CRATES_IO_FOLDER.to_owned(), &catalog);
                    vec![CatalogReport { origin, ..report }]
                }
            }
        }
    };
    let line = || {
        Report::Catalog(Catalogs {
            mirror: common.mirror.folder.clone(),
            catalogs: reports.iter().map(Into::into).collect(),
        })
    };
    finish(terminal, line, |out| {
        let mut text = String::new();
        for report in &reports {
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "{}: {} can be searched for: {}",
                report.registry,
                count(report.crates, "crate"),
                origin(&report.origin)
            );
        }
        if reports.is_empty() {
            let mirror = short(&common.mirror.folder, &common.place.cwd);
            out.note(&format!("there is no registry in {mirror}"));
        }
        out.data(text.as_bytes())
    })?;
    Ok(0)
}

fn of_import(report: &import::Report) -> CatalogReport {
    CatalogReport {
        registry: CRATES_IO_FOLDER.to_owned(),
        crates: usize::try_from(report.crates).unwrap_or(usize::MAX),
        changes: 0,
        origin: report.origin.clone(),
    }
}

fn imported(terminal: Terminal, report: &import::Report) {
    let crates = report.origin.dump.map_or(0, |dump| dump.crates);
    let crates = usize::try_from(crates).unwrap_or(usize::MAX);
    terminal.step(
        "Imported",
        &format!(
            "{}, {} deleted or reserved",
            count(crates, "crate"),
            count(report.gone, "name")
        ),
    );
    if report.strange > 0 {
        let strange = usize::try_from(report.strange).unwrap_or(usize::MAX);
        let rows = count(strange, "row");
        terminal.warning(
            &format!("{rows} of the dump left out, whose names no crate can have"),
            None,
        );
    }
}
