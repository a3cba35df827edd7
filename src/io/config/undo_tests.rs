//! The laws of the edit: on twice is on once, off undoes it to the byte, and nobody else's lines are lost.

use proptest::prelude::*;

use crate::io::config::block::{BEGIN, BEGIN_MADE, END};
use crate::io::config::block_tests::{folder, pointer, turned_on};
use crate::io::config::edit::{
    ConfigPatch, PulledIndex, ReplacementTarget, block, current_patch, off, on, table_name_of,
};
use crate::io::config::sources_tests::{MANY, git, main_branch, registry, replaced};
use crate::io::config::toml::{ends_line, newline, values};
use crate::model::source::id::Reference;
use crate::model::source::table::SourceTable;

/// Parts of config files that say nothing about crates.io, in any order.
const PARTS: &[&str] = &[
    "\n",
    "# a comment\n",
    "[net]\nretry = 3 # often\n",
    "[build]\nrustflags = [\n  \"-C\", # one\n  \"x\",\n]\n",
    "[[job]]\nname = 'a'\n\n[[job]]\n",
    "[env]\nTEXT = \"\"\"\n# cargo mirror: begin (`cargo mirror off` takes this out)\n[source.crates-io]\n\"\"\"\n",
    "  [term]  # indented\n\tcolor = 'auto'\n",
    "[source.other]\nregistry = 'https://r.example/index'\n",
    "[registries]\ncompany.index = \"sparse+https://\u{fc}.example/\"\n",
];

/// What stands before the first table.
const TOPS: &[&str] = &[
    "",
    "# first\n",
    "paths = ['/a']\nalias.b = 'build'\n",
    "source.crates-io.replace-with = 'company' # why\n",
    "source.crates-io = { registry = 'r', replace-with = \"company\" }\n",
];

const SOURCES: &[&str] = &[
    "",
    "[source.crates-io]\n",
    "[source.crates-io] # mine\nregistry = 'r'\n",
    "[source.\"crates-io\"]\n# c\nreplace-with=\"company\"# tight\nregistry = 'r'\n",
    "[source]\ncrates-io.replace-with = 'company'\n",
    "[source]\ncrates-io = { replace-with = 'company' }\n",
    "[source]\n",
];

prop_compose! {
    /// A config file of any shape that has room for us.
    fn config()(
        top in proptest::sample::select(TOPS),
        mut parts in proptest::sample::subsequence(PARTS, 0..PARTS.len()).prop_shuffle(),
        source in proptest::sample::select(SOURCES),
        at in any::<proptest::sample::Index>(),
        bom in any::<bool>(),
        windows_lines in proptest::sample::select(&[0, 1, usize::MAX]),
        cut in any::<bool>(),
    ) -> String {
        parts.insert(at.index(parts.len() + 1), source);
        let mut text = top.to_owned() + &parts.concat();
        if cut {
            text.truncate(text.trim_end().len());
        }
        text = text.replacen('\n', "\r\n", windows_lines);
        if bom {
            text.insert(0, '\u{feff}');
        }
        text
    }
}

fn valid_config() -> impl Strategy<Value = String> {
    config().prop_filter("valid TOML", |text| values(text).is_some())
}

fn path() -> impl Strategy<Value = String> {
    proptest::collection::vec(any::<char>(), 0..12).prop_map(String::from_iter)
}

/// Whether all lines of one text stand in another, in the same order.
fn survive<'t>(lines: impl Iterator<Item = &'t str>, text: &str) -> bool {
    let mut there = text.lines();
    lines
        .filter(|line| !line.contains("replace-with"))
        .all(|line| there.any(|other| other == line))
}

proptest! {
    #[test]
    fn off_undoes_on(text in valid_config(), path in path(), other in path()) {
        let once = on(Some(&text), &pointer(&path)).unwrap();
        prop_assert_eq!(folder(&once), Some(path.clone()));
        prop_assert_eq!(&on(Some(&once), &pointer(&path)).unwrap(), &once);
        prop_assert!(survive(text.lines(), &once));
        prop_assert_eq!(off(&once).unwrap(), Some(text.clone()));
        let twice = on(Some(&once), &pointer(&other)).unwrap();
        prop_assert_eq!(&twice, &on(Some(&text), &pointer(&other)).unwrap());
        prop_assert_eq!(off(&twice).unwrap(), Some(text));
    }

    #[test]
    fn off_keeps_what_came_later(
        text in valid_config(),
        gap in any::<bool>(),
        path in path(),
        other in path(),
    ) {
        let newline = newline(&text);
        let glue = if ends_line(&text) || gap { "" } else { newline };
        let later = format!("{}[later]{newline}x = 1", if gap { newline } else { "" });
        let grown = on(Some(&text), &pointer(&path)).unwrap() + &later;
        prop_assert_eq!(off(&grown).unwrap().unwrap(), format!("{text}{glue}{later}"));
        prop_assert_eq!(&on(Some(&grown), &pointer(&path)).unwrap(), &grown);
        let moved = on(Some(&grown), &pointer(&other)).unwrap();
        prop_assert!(moved.ends_with(&later));
        prop_assert_eq!(off(&moved).unwrap(), off(&grown).unwrap());
    }

    #[test]
    fn other_ends_of_line_are_still_undone(text in valid_config()) {
        let text = text.replace('\r', "");
        let windows = turned_on(&text).replace('\n', "\r\n");
        prop_assert_eq!(&turned_on(&windows), &windows);
        prop_assert_eq!(off(&windows).unwrap().unwrap(), text.replace('\n', "\r\n"));
    }

    /// Whatever lines were lost: either the others come back, or nothing is done.
    #[test]
    fn a_damaged_block_never_costs_other_lines(
        text in valid_config(),
        lost in proptest::collection::vec(any::<proptest::sample::Index>(), 1..4),
    ) {
        let whole = turned_on(&text);
        let count = whole.split_inclusive('\n').count();
        let lost: Vec<usize> = lost.iter().map(|index| index.index(count)).collect();
        let damaged: String = whole
            .split_inclusive('\n')
            .enumerate()
            .filter(|(at, _)| !lost.contains(at))
            .map(|(_, line)| line)
            .collect();
        if values(&damaged).is_some() && let Ok(result) = off(&damaged) {
            let result = result.unwrap();
            let ours = [END, "[source.cargo-mirror]", "[source.crates-io]"];
            let theirs = damaged
                .trim_start_matches('\u{feff}')
                .lines()
                .filter(|line| !line.is_empty() && !line.starts_with(BEGIN))
                .filter(|line| !line.starts_with("local-registry") && !ours.contains(line));
            let result = result.trim_start_matches('\u{feff}');
            prop_assert!(survive(theirs, result), "{damaged:?} {result:?}");
            prop_assert_eq!(current_patch(result).unwrap(), ConfigPatch::default());
        }
    }
}

/// What may stand in for what: any of these sources, in any number.
fn pointers() -> impl Strategy<Value = ConfigPatch> {
    let originals = vec![
        registry("sparse+https://r.example/index/"),
        registry("registry+https://r.example/index"),
        registry("registry+ssh://git@r.example/index.git"),
        git("https://r.example/a/b", Reference::Default),
        main_branch(),
        git(
            "https://r.example/a/b",
            Reference::Tag("v1 \"x\" #2".to_owned()),
        ),
        git("file:///srv/\u{fc}", Reference::Rev("0123abc".to_owned())),
    ];
    let server = "sparse+http://r.example/crates-io/index/".to_owned();
    let crates_io = prop_oneof![
        Just(None),
        Just(Some(ReplacementTarget::Server(server))),
        path().prop_map(|path| Some(ReplacementTarget::LocalRegistry(path))),
    ];
    let originals = proptest::sample::subsequence(originals, 0..=7);
    (crates_io, originals, path(), "[a-z0-9.]{1,4}").prop_map(
        |(crates_io, originals, path, name)| {
            let (mut sources, mut pulled) = (originals, Vec::new());
            if matches!(crates_io, Some(ReplacementTarget::Server(_))) {
                let is_registry = |it: &SourceTable| matches!(it, SourceTable::Registry { .. });
                sources.retain(is_registry);
                pulled.append(&mut sources);
            }
            let sources = sources.into_iter().enumerate();
            let pulled = pulled.into_iter().enumerate();
            let mut pointer = ConfigPatch {
                crates_io,
                hosted: Vec::new(),
                pulled: pulled
                    .map(|(at, original)| PulledIndex {
                        original,
                        called: None,
                        name: format!("{name}-{at}"),
                        index: format!("sparse+http://r.example/registries/{name}-{at}/index/"),
                    })
                    .collect(),
                sources: sources
                    .map(|(at, original)| {
                        replaced(original, &format!("{path}/{at}"), &format!("{name}-{at}"))
                    })
                    .collect(),
            };
            pointer.sources.sort();
            pointer.pulled.sort();
            pointer
        },
    )
}

/// Tables that users may have for the same sources.
const OWN: &[&str] = &[
    "[source.company]\nregistry = 'sparse+https://r.example/index/'\n",
    "[source.company] # in house\nregistry = 'sparse+https://r.example/index'\nreplace-with = 'z' # yes\n",
    "[source.git-index]\n  registry = \"https://r.example/index/\" # old\n",
    "[source.\"git+https://r.example/a/b?branch=main\"]\ngit = \"https://r.example/a/b\"\nbranch = \"main\"\nreplace-with = \"vendored\"\n",
    "[source.\"git+https://r.example/a/b\"]\ngit = \"https://r.example/a/b.git\"\n",
    "[source.rev]\nreplace-with='''z'''\nrev = '0123abc'\ngit = 'file:///srv/\u{fc}'\n\n",
    "[registries.company]\nindex = 'sparse+https://r.example/index/'\n",
];

prop_compose! {
    fn config_with_sources()(
        text in valid_config(),
        own in proptest::sample::subsequence(OWN, 0..=OWN.len()).prop_shuffle(),
        first in any::<bool>(),
    ) -> String {
        let own = own.concat();
        if first && text.starts_with(['[', '\n']) {
            own + &text
        } else if ends_line(&text) {
            text + &own
        } else {
            text + "\n" + &own
        }
    }
}

/// With what the sources are called in the file.
fn renamed(pointer: &ConfigPatch, text: &str) -> ConfigPatch {
    let mut pointer = pointer.clone();
    for source in &mut pointer.sources {
        if let Some((title, _)) = table_name_of(text, &source.original).unwrap() {
            source.called = Some(title);
        }
    }
    for pulled in &mut pointer.pulled {
        if let Some((title, _)) = table_name_of(text, &pulled.original).unwrap() {
            pulled.called = Some(title);
        }
    }
    pointer
}

proptest! {
    #[test]
    fn off_undoes_on_for_many_sources(
        text in config_with_sources().prop_filter("valid TOML", |text| values(text).is_some()),
        here in pointers(),
        there in pointers(),
    ) {
        let once = on(Some(&text), &here).unwrap();
        let found = current_patch(&once).unwrap();
        prop_assert_eq!(&found.crates_io, &here.crates_io);
        let places = |pointer: &ConfigPatch| {
            let places = pointer.sources.iter();
            let places = places.map(|source| (source.original.location(), source.folder.clone()));
            let pulled = pointer.pulled.iter();
            let pulled = pulled.map(|pulled| (pulled.original.location(), pulled.index.clone()));
            let places = places.chain(pulled);
            places.collect::<std::collections::BTreeSet<_>>()
        };
        prop_assert_eq!(places(&found), places(&here));
        prop_assert_eq!(&on(Some(&once), &here).unwrap(), &once);
        prop_assert_eq!(&on(Some(&once), &renamed(&here, &text)).unwrap(), &once);
        prop_assert!(survive(text.lines(), &once));
        prop_assert_eq!(off(&once).unwrap(), Some(text.clone()));
        let twice = on(Some(&once), &there).unwrap();
        prop_assert_eq!(&twice, &on(Some(&text), &there).unwrap());
        prop_assert_eq!(off(&twice).unwrap(), Some(text));
    }

    /// What a formatter may do: other spaces, other order of tables, blank lines, no end-of-line comments.
    #[test]
    fn what_a_formatter_left_is_still_undone(
        text in config_with_sources().prop_filter("valid TOML", |text| values(text).is_some()),
        here in pointers(),
        spaces in proptest::sample::select(&["=", "  =  "]),
        quote in any::<bool>(),
    ) {
        let text = text.trim_start_matches('\u{feff}').to_owned();
        let once = on(Some(&text), &here).unwrap();
        let mut formatted = once.replace(" = ", spaces);
        if quote {
            formatted = formatted.replace("\n\n", "\n").replace("\n[", "\n\n\n[");
        }
        prop_assume!(values(&formatted).is_some());
        if let Ok(back) = off(&formatted) {
            let back = back.unwrap_or_default();
            prop_assert_eq!(current_patch(&back).unwrap(), ConfigPatch::default());
            prop_assert!(!back.contains("cargo-mirror"), "{}\n----\n{}", formatted, back);
        }
    }

    /// Whatever lines were lost: either the others come back, or nothing is done.
    #[test]
    fn a_damaged_block_of_many_sources_never_costs_other_lines(
        text in config_with_sources().prop_filter("valid TOML", |text| values(text).is_some()),
        here in pointers(),
        lost in proptest::collection::vec(any::<proptest::sample::Index>(), 1..4),
    ) {
        let whole = on(Some(&text), &here).unwrap();
        let count = whole.split_inclusive('\n').count();
        let lost: Vec<usize> = lost.iter().map(|index| index.index(count)).collect();
        let damaged: String = whole
            .split_inclusive('\n')
            .enumerate()
            .filter(|(at, _)| !lost.contains(at))
            .map(|(_, line)| line)
            .collect();
        if values(&damaged).is_some() && let Ok(result) = off(&damaged) {
            let result = result.unwrap_or_default();
            let block = block(&renamed(&here, &text));
            let ours: Vec<&str> = block.lines().collect();
            let theirs = damaged
                .trim_start_matches('\u{feff}')
                .lines()
                .filter(|line| !line.is_empty() && !line.starts_with("# "))
                .filter(|line| !ours.contains(line));
            let result = result.trim_start_matches('\u{feff}');
            prop_assert!(survive(theirs, result), "{damaged}\n----\n{result}");
        }
    }
}

/// Lines of ours, of others, and of neither.
fn lines_of_any_kind() -> impl Strategy<Value = String> {
    let known: Vec<String> = MANY
        .lines()
        .chain(OWN.iter().chain(SOURCES).flat_map(|text| text.lines()))
        .chain(MANY.split("\n\n"))
        .chain(OWN.iter().copied())
        .chain([
            "",
            BEGIN_MADE,
            "[source.crates-io]\nreplace-with = \"cargo-mirror\"",
            "[source.other]\ngit = 'x'\nreplace-with = \"cargo-mirror-git-b-1\"",
            "[source.\"git+https://r.example/a/b\"]\ngit = \"https://r.example/a/b\"\nreplace-with = \"cargo-mirror-x\"",
            "[source.cargo-mirror-x]\ndirectory = 'd'",
            "[source.cargo-mirror-git-b-1]\ndirectory = 'd'",
            MANY,
            "# before: replace-with = 'company'",
            "# before: source.company.replace-with = 'z'",
            "replace-with = \"cargo-mirror-x\" # cargo mirror",
            "[source.cargo-mirror-x]",
            "[source.cargo-mirror-server]",
            "[registries.cargo-mirror-server]",
            "index = 'x'",
            "directory = 'd'",
            "[source]",
            "[source.crates-io.deep]",
            "cargo-mirror-x = { directory = 'd' }",
            "company = { registry = 'r', replace-with = 'cargo-mirror-x' }",
            "x = 1",
        ])
        .map(str::to_owned)
        .collect();
    proptest::collection::vec(proptest::sample::select(known), 0..14)
        .prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: u32::MAX, ..ProptestConfig::default() })]

    /// The same as the fuzz target.
    #[test]
    fn whatever_can_be_edited_can_be_undone(
        text in lines_of_any_kind().prop_filter("valid TOML", |text| values(text).is_some()),
        here in pointers(),
        there in pointers(),
    ) {
        let without = off(&text);
        if let Ok(Some(without)) = &without {
            prop_assert_eq!(current_patch(without).unwrap(), ConfigPatch::default(), "{}", without);
            prop_assert_eq!(off(without).unwrap(), Some(without.clone()));
        }
        if let Ok(once) = on(Some(&text), &here) {
            prop_assert_eq!(&on(Some(&once), &here).unwrap(), &once);
            prop_assert_eq!(off(&once).unwrap(), without.unwrap());
            if let Ok(moved) = on(Some(&once), &there) {
                prop_assert_eq!(on(Some(&moved), &here).unwrap(), once);
            }
        }
    }
}
