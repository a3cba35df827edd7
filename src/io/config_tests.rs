//! The laws of the edit: on twice is on once, off undoes it to the byte, and nobody else's lines are lost.

use std::path::Path;

use proptest::prelude::*;

use crate::io::config::{
    ConfigError, Pointer, Replaced, Stand, block, named, off, on, pointed_at, replacement,
};
use crate::io::config_block::{BEGIN, BEGIN_MADE, END};
use crate::io::config_text::marked_line;
use crate::io::toml_text::{ends_line, newline, values};
use crate::model::original::Original;
use crate::model::source::Reference;

fn pointer(path: &str) -> Pointer {
    Pointer {
        crates_io: Some(Stand::LocalRegistry(path.to_owned())),
        sources: Vec::new(),
    }
}

/// The folder that stands in for crates.io.
fn folder(text: &str) -> Option<String> {
    match pointed_at(text).unwrap().crates_io {
        Some(Stand::LocalRegistry(path)) => Some(path),
        Some(Stand::Server(_)) => panic!("{text}"),
        None => None,
    }
}

fn turned_on(text: &str) -> String {
    on(Some(text), &pointer("/m/crates-io")).unwrap()
}

#[track_caller]
fn check(before: &str, after: &str) {
    assert_eq!(turned_on(before), after);
    assert_eq!(turned_on(after), after);
    assert_eq!(off(after).unwrap().as_deref(), Some(before));
    assert_eq!(folder(after).as_deref(), Some("/m/crates-io"));
}

#[track_caller]
fn check_refused(text: &str, said: &str) {
    let error = on(Some(text), &pointer("/m")).unwrap_err();
    let ConfigError::Shape { message, .. } = &error else {
        panic!("{error:?}");
    };
    assert!(message.contains(said), "{message}");
    assert_eq!(off(text).unwrap().as_deref(), Some(text));
    assert_eq!(folder(text), None);
}

const BLOCK: &str = "\
# cargo mirror: begin (`cargo mirror off` takes this out)
[source.crates-io]
replace-with = \"cargo-mirror\"

[source.cargo-mirror]
local-registry = \"/m/crates-io\"
# cargo mirror: end
";

/// The block of a file that replaces crates.io itself, with the comment for `before`.
fn short_block(before: &str) -> String {
    let table = "[source.crates-io]\nreplace-with = \"cargo-mirror\"\n\n[source.cargo-mirror]\n";
    BLOCK.replace(table, &format!("{before}[source.cargo-mirror]\n"))
}

#[test]
fn the_block_goes_to_the_end_after_one_newline() {
    assert_eq!(block(&pointer("/m/crates-io")), BLOCK);
    for text in ["", "[net]\n", "[net]", "# only this", "\n\n", "\u{feff}"] {
        check(text, &format!("{text}\n{BLOCK}"));
    }
    check(
        "[net]\r\nretry = 1\r\n",
        &format!("[net]\r\nretry = 1\r\n\n{BLOCK}")
            .replace("\r\n", "\n")
            .replace('\n', "\r\n"),
    );
}

#[test]
fn a_file_of_ours_goes_and_an_empty_one_stays() {
    let made = on(None, &pointer("/m")).unwrap();
    assert!(made.starts_with(BEGIN_MADE));
    assert_eq!(on(Some(&made), &pointer("/m")).unwrap(), made);
    assert_eq!(off(&made).unwrap(), None);
    assert_eq!(off(&format!("\n{made}\n")).unwrap(), None);
    let more = format!("# mine\n{made}[net]\n");
    let moved = on(Some(&more), &pointer("/n")).unwrap();
    assert_eq!(moved, more.replace("/m", "/n"));
    assert_eq!(
        off(&moved).unwrap().as_deref(),
        Some("# mine\n[net]\n"),
        "what the user wrote stays"
    );
    assert_eq!(off(&turned_on("")).unwrap().as_deref(), Some(""));
}

#[test]
fn a_former_replacement_is_kept_as_it_was_written() {
    for (head, value, tail) in [
        ("[source.crates-io]\nreplace-with = ", "'company'", "\n"),
        (
            "[source.\"crates-io\"]\n  replace-with=",
            "\"\\u0063o\"",
            "# why\n[net]",
        ),
        ("source.crates-io.replace-with = ", "'company'", " # why\n"),
        (
            "[source]\ncrates-io = { replace-with = ",
            "\"a\"",
            ", registry = 'b' }\n",
        ),
        (
            "[source]\ncrates-io.replace-with = ",
            "\"\"\"a\"\"\"",
            "\n[[x]]\n",
        ),
    ] {
        let block = short_block(&format!("# before: replace-with = {value}\n"));
        check(
            &format!("{head}{value}{tail}"),
            &format!("{head}\"cargo-mirror\"{tail}\n{block}"),
        );
    }
}

#[test]
fn a_table_of_the_user_gets_one_line() {
    let block = short_block("");
    let marked = marked_line("cargo-mirror");
    for (head, tail) in [
        ("[source.crates-io]", ""),
        ("[source.crates-io]", "\n"),
        (
            "a = 1\n [ source . 'crates-io' ]  # mine",
            "\nregistry = 'x'\n",
        ),
        ("\u{feff}[source.crates-io]", "\n\n[source.crates-io.x]\n"),
    ] {
        check(
            &format!("{head}{tail}"),
            &format!("{head}\nreplace-with = \"cargo-mirror\" # cargo mirror{tail}\n{block}"),
        );
    }
    check(
        "[source.crates-io] # mine\r\nregistry = 'x'\r\n",
        &format!("[source.crates-io] # mine\n{marked}\nregistry = 'x'\n\n{block}")
            .replace('\n', "\r\n"),
    );
}

#[test]
fn forms_that_leave_no_room_are_refused() {
    check_refused("source = {}\n", "`source` is written as an inline table");
    check_refused(
        "source = { crates-io = { replace-with = 'a' } }\n",
        "`source` is written as an inline table",
    );
    check_refused("[[source]]\n", "`source` is written as an array of tables");
    check_refused("source = 1\n", "`source` is written as a value");
    check_refused(
        "[source]\ncrates-io = { registry = 'a' }\n",
        "`source.crates-io` is written as an inline table",
    );
    check_refused(
        "source.crates-io.registry = 'a'\n",
        "`source.crates-io` is written as dotted keys",
    );
    check_refused(
        "[source.crates-io]\nreplace-with = \"\"\"\na\"\"\"\n",
        "does not stand on one line",
    );
    check_refused(
        "[source.crates-io.replace-with]\na = 1\n",
        "does not stand on one line",
    );
}

#[test]
fn a_source_of_our_name_that_is_not_ours_is_left_alone() {
    for text in [
        "[source.cargo-mirror]\ndirectory = 'd'\n",
        "[source.cargo-mirror]\nlocal-registry = 'd'\n",
        "[source.cargo-mirror]\nregistry = 'd'\n[source.crates-io]\nreplace-with = 'cargo-mirror'\n",
    ] {
        check_refused(text, "it has a `[source.cargo-mirror]`");
    }
}

#[test]
fn the_block_keeps_its_place() {
    let text = format!("{}[later]\nx = 1\n", turned_on("a = 1"));
    let moved = on(Some(&text), &pointer("/n")).unwrap();
    assert_eq!(moved, text.replace("/m/crates-io", "/n"));
    assert_eq!(
        off(&moved).unwrap().unwrap(),
        "a = 1\n[later]\nx = 1\n",
        "two lines must not become one"
    );
}

#[test]
fn a_path_changed_by_hand_is_still_ours() {
    let text = turned_on("a = 1\n").replace("\"/m/crates-io\"", "'C:\\m'");
    assert_eq!(folder(&text).as_deref(), Some("C:\\m"));
    assert_eq!(off(&text).unwrap().unwrap(), "a = 1\n");
}

#[test]
fn any_path_is_quoted_on_one_line() {
    let path = "C:\\m \"x\" ''' \t\r\n\0\u{7f}\u{85}\u{fc}\u{feff}#";
    let text = on(None, &pointer(path)).unwrap();
    assert_eq!(folder(&text).as_deref(), Some(path));
    assert_eq!(text.lines().count(), block(&pointer("/m")).lines().count());
    assert_eq!(off(&text).unwrap(), None);
}

#[test]
fn a_replacement_changed_by_hand_is_the_new_former_one() {
    let first = turned_on("[source.crates-io]\nreplace-with = 'company'\n");
    let changed = first.replacen("\"cargo-mirror\"", "\"other\"", 1);
    assert_eq!(folder(&changed), None);
    let other = "[source.crates-io]\nreplace-with = \"other\"\n";
    assert_eq!(off(&changed).unwrap().unwrap(), other);
    assert_eq!(turned_on(&changed), turned_on(other));

    let inside = turned_on("").replacen("\"cargo-mirror\"", "\"other\"", 1);
    assert_eq!(off(&inside).unwrap().unwrap(), other);
}

#[test]
fn without_its_comments_the_block_goes_line_by_line() {
    for (before, after) in [
        ("[net]\n", "[net]\n"),
        ("[net]", "[net]\n"),
        (
            "[source.crates-io]\nregistry = 'x'\n",
            "[source.crates-io]\nregistry = 'x'\n",
        ),
        ("[source.crates-io]\nreplace-with = 'x'\n[net]\n", "[net]\n"),
    ] {
        let bare: String = turned_on(before)
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.trim_end_matches(" # cargo mirror").to_owned() + "\n")
            .collect();
        assert!(folder(&bare).is_some());
        assert_eq!(off(&bare).unwrap().unwrap(), after);
    }
    let inline = turned_on("[source]\ncrates-io = { replace-with = 'x' }\n");
    let bare = inline.replace("# before", "# was");
    assert!(off(&bare).is_err(), "it cannot be known what to put back");
}

#[test]
fn a_block_written_anew_by_a_formatter_is_still_undone() {
    let text = turned_on("[source.crates-io]\nreplace-with = 'x'\n\n[net]\n");
    let formatted = text.replace(
        "[source.cargo-mirror]\nlocal-registry = ",
        "\n[source.cargo-mirror]\n  local-registry  =  ",
    );
    assert_eq!(
        off(&formatted).unwrap().unwrap(),
        "[source.crates-io]\nreplace-with = 'x'\n\n[net]\n"
    );
    let again = turned_on(&formatted);
    assert_eq!(again, text);
}

#[test]
fn what_was_put_into_our_table_is_not_lost() {
    let text = turned_on("[net]\n") + "retry = 1\n";
    let error = off(&text).unwrap_err().to_string();
    assert!(error.contains("holds `retry`"), "{error}");
    assert!(on(Some(&text), &pointer("/m")).is_err());
    let inside = turned_on("[net]\n").replace("# cargo mirror: end", "[env]\nA = '1'\n$0");
    assert_eq!(
        off(&inside.replace("$0", "# cargo mirror: end"))
            .unwrap()
            .unwrap(),
        "[net]\n[env]\nA = '1'\n"
    );
}

#[test]
fn a_block_in_a_string_is_a_string() {
    let text = format!("[env]\nTEXT = '''\n{BLOCK}'''\nMORE = ['''\n{END}\n''']\n");
    assert_eq!(off(&text).unwrap().as_deref(), Some(text.as_str()));
    check(&text, &format!("{text}\n{BLOCK}"));
}

#[test]
fn broken_toml_is_refused_with_its_place() {
    let text = "[net]\nretry = = 3\n";
    let errors = [
        on(Some(text), &pointer("/m")).unwrap_err(),
        off(text).unwrap_err(),
        pointed_at(text).unwrap_err(),
    ];
    for error in errors {
        assert!(
            matches!(
                error,
                ConfigError::Syntax {
                    line: 2,
                    column: 9,
                    ..
                }
            ),
            "{error:?}"
        );
        assert_eq!(
            error.clone().at(Path::new("c.toml")).to_string(),
            format!("`c.toml` is not valid TOML, {error}")
        );
    }
}

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
            prop_assert_eq!(pointed_at(result).unwrap(), Pointer::default());
        }
    }
}
