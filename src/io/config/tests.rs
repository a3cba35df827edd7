//! The laws of the edit: on twice is on once, off undoes it to the byte, and nobody else's lines are lost.

use std::path::Path;

use proptest::prelude::*;

use crate::io::config::block::{BEGIN, BEGIN_MADE, END};
use crate::io::config::document::marked_line;
use crate::io::config::edit::{
    ConfigError, ConfigPatch, HostedIndex, ReplacementTarget, SourceReplacement, block,
    current_patch, off, on, replacement, table_name_of,
};
use crate::io::config::toml::{ends_line, newline, values};
use crate::model::source::id::Reference;
use crate::model::source::table::SourceTable;

fn pointer(path: &str) -> ConfigPatch {
    ConfigPatch {
        crates_io: Some(ReplacementTarget::LocalRegistry(path.to_owned())),
        ..ConfigPatch::default()
    }
}

/// The folder that stands in for crates.io.
fn folder(text: &str) -> Option<String> {
    match current_patch(text).unwrap().crates_io {
        Some(ReplacementTarget::LocalRegistry(path)) => Some(path),
        Some(ReplacementTarget::Server(_)) => panic!("{text}"),
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
        current_patch(text).unwrap_err(),
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
            prop_assert_eq!(current_patch(result).unwrap(), ConfigPatch::default());
        }
    }
}

/// Builds take crates.io, a sparse registry, a git index and two sources of one repository from the mirror.
const MANY: &str = "\
# cargo mirror: begin (`cargo mirror off` takes this out)
[source.crates-io]
replace-with = \"cargo-mirror\"

[source.cargo-mirror]
local-registry = \"/m/crates-io\"

[source.\"registry+https://r.example/git-index\"]
registry = \"https://r.example/git-index\"
replace-with = \"cargo-mirror-r.example-2\"

[source.\"cargo-mirror-r.example-2\"]
local-registry = \"/m/registries/r.example-2\"

[source.\"sparse+https://r.example/index/\"]
registry = \"sparse+https://r.example/index/\"
replace-with = \"cargo-mirror-r.example-1\"

[source.\"cargo-mirror-r.example-1\"]
local-registry = \"/m/registries/r.example-1\"

[source.\"git+https://r.example/a/b\"]
git = \"https://r.example/a/b\"
replace-with = \"cargo-mirror-git-b-2\"

[source.cargo-mirror-git-b-2]
directory = \"/m/git/b-2\"

[source.\"git+https://r.example/a/b?branch=main\"]
git = \"https://r.example/a/b\"
branch = \"main\"
replace-with = \"cargo-mirror-git-b-1\"

[source.cargo-mirror-git-b-1]
directory = \"/m/git/b-1\"
# cargo mirror: end
";

fn registry(url: &str) -> SourceTable {
    SourceTable::Registry {
        url: url.to_owned(),
    }
}

fn git(url: &str, reference: Reference) -> SourceTable {
    SourceTable::Git {
        url: url.to_owned(),
        reference,
    }
}

fn main_branch() -> SourceTable {
    git(
        "https://r.example/a/b",
        Reference::Branch("main".to_owned()),
    )
}

fn replaced(original: SourceTable, folder: &str, name: &str) -> SourceReplacement {
    SourceReplacement {
        original,
        called: None,
        folder: folder.to_owned(),
        name: name.to_owned(),
    }
}

fn many() -> ConfigPatch {
    let mut pointer = pointer("/m/crates-io");
    pointer.sources = vec![
        replaced(
            registry("registry+https://r.example/git-index"),
            "/m/registries/r.example-2",
            "r.example-2",
        ),
        replaced(
            registry("sparse+https://r.example/index/"),
            "/m/registries/r.example-1",
            "r.example-1",
        ),
        replaced(
            git("https://r.example/a/b", Reference::Default),
            "/m/git/b-2",
            "git-b-2",
        ),
        replaced(main_branch(), "/m/git/b-1", "git-b-1"),
    ];
    pointer
}

/// One source and nothing else.
fn only(original: SourceTable) -> ConfigPatch {
    ConfigPatch {
        crates_io: None,
        sources: vec![replaced(original, "/m/x", "x")],
        hosted: Vec::new(),
    }
}

/// The text with the pointer, after a look at every law.
#[track_caller]
fn pointed(text: &str, pointer: &ConfigPatch) -> String {
    let once = on(Some(text), pointer).unwrap();
    assert_eq!(on(Some(&once), pointer).unwrap(), once);
    assert_eq!(off(&once).unwrap().as_deref(), Some(text));
    once
}

#[track_caller]
fn refused(text: &str, pointer: &ConfigPatch, said: &str) {
    let error = on(Some(text), pointer).unwrap_err().to_string();
    assert!(error.contains(said), "{error}");
}

#[test]
fn every_source_has_its_two_tables() {
    assert_eq!(block(&many()), MANY);
    assert_eq!(pointed("[net]\n", &many()), format!("[net]\n\n{MANY}"));
    assert_eq!(current_patch(MANY).unwrap(), many());
    let mut shuffled = many();
    shuffled.sources.reverse();
    shuffled.sources.push(shuffled.sources[0].clone());
    assert_eq!(block(&shuffled), MANY);

    let made = on(None, &many()).unwrap();
    assert_eq!(made, MANY.replace(BEGIN, BEGIN_MADE));
    assert_eq!(off(&made).unwrap(), None);
    let one = on(Some(&made), &pointer("/m")).unwrap();
    assert_eq!(one, on(None, &pointer("/m")).unwrap());
    assert_eq!(on(Some(&one), &many()).unwrap(), made);
}

#[test]
fn the_registries_of_a_server_come_and_go_with_it() {
    let hosted = |name: &str| HostedIndex {
        name: name.to_owned(),
        index: format!("sparse+https://r.example/registries/{name}/index/"),
    };
    let server = ConfigPatch {
        crates_io: Some(ReplacementTarget::Server(
            "sparse+http://10.0.0.1/crates-io/index/".to_owned(),
        )),
        hosted: vec![hosted("corp"), hosted("own")],
        ..ConfigPatch::default()
    };
    let table = |name: &str| {
        let index = hosted(name).index;
        format!("[registries.{name}]\nindex = {index:?}\n")
    };
    let once = pointed("", &server);
    assert!(
        once.contains(&table("corp")) && once.contains(&table("own")),
        "{once}"
    );
    assert_eq!(current_patch(&once).unwrap(), server);
    // What the user calls so stays the user's, before and after.
    for text in [
        "[registries.own]\nindex = 'x'\n",
        "registries.own.index = 'x'\n",
        "[registries.own]\ntoken = 'x'\n",
    ] {
        let once = pointed(text, &server);
        assert!(
            once.starts_with(text) && once.contains(&table("corp")),
            "{once}"
        );
        assert_eq!(once.matches("own").count(), 1, "{once}");
    }
    // One that the user has put between our comments does not go.
    let theirs = "[registries.theirs]\nindex = \"sparse+https://r.example/elsewhere/\"\n";
    let added = once.replace(
        "# cargo mirror: end",
        &format!("{theirs}# cargo mirror: end"),
    );
    assert!(off(&added).unwrap().unwrap().contains(theirs));
}

#[test]
fn a_server_stands_in_for_crates_io() {
    let index = "sparse+http://r.example:8080/crates-io/index/";
    let server = ConfigPatch {
        crates_io: Some(ReplacementTarget::Server(index.to_owned())),
        ..ConfigPatch::default()
    };
    let lines = "\
# cargo mirror: begin (`cargo mirror off` takes this out)
[source.crates-io]
replace-with = \"cargo-mirror-server\"

[source.cargo-mirror-server]
registry = \"sparse+http://r.example:8080/crates-io/index/\"

[registries.cargo-mirror-server]
index = \"sparse+http://r.example:8080/crates-io/index/\"
# cargo mirror: end
";
    assert_eq!(block(&server), lines);
    for text in [
        "",
        "[registries.own]\nindex = 'x'\n",
        "registries.own.index = 'x'\n",
    ] {
        let once = pointed(text, &server);
        assert_eq!(once, format!("{text}\n{lines}"));
        assert_eq!(current_patch(&once).unwrap(), server);
        assert_eq!(
            replacement(&once).unwrap().as_deref(),
            Some("cargo-mirror-server")
        );
        assert_eq!(
            on(Some(&once), &many()).unwrap(),
            format!("{text}\n{MANY}"),
            "from a server to a folder"
        );
    }
    // As it was written when one table was thought to be enough.
    let source = format!("[source.cargo-mirror-server]\nregistry = {index:?}\n\n");
    let older = lines.replace(&source, "");
    assert_ne!(older, lines);
    assert_eq!(current_patch(&older).unwrap(), server);
    assert_eq!(off(&older).unwrap().as_deref(), Some(""));
    let bare = lines
        .replace("# cargo mirror: end\n", "")
        .replace(BEGIN, "");
    assert_eq!(off(&bare).unwrap().as_deref(), Some(""));
    refused(
        "registries = {}\n",
        &server,
        "`registries` is written as an inline table",
    );
    assert!(on(Some("registries = {}\n"), &many()).is_ok());
    refused(
        "[registries.cargo-mirror-server]\nindex = 'x'\n",
        &server,
        "it has a `[registries.cargo-mirror-server]`",
    );
    let token = lines.replace("# cargo mirror: end\n", "token = 'x'\n");
    let error = off(&token).unwrap_err().to_string();
    assert!(error.contains("holds `token`"), "{error}");
}

/// To cargo, two tables for one source are a mistake: the user's must do for us.
#[test]
fn a_table_that_the_user_has_for_a_source_is_used() {
    let marked = marked_line("cargo-mirror-x");
    let stand = |key: &str, before: &str| {
        format!("\n{BEGIN}\n{before}[source.cargo-mirror-x]\n{key} = \"/m/x\"\n{END}\n")
    };
    // By any name, in any spelling.
    for (head, tail, original) in [
        (
            "[source.mine] # why",
            "\ngit = 'https://r.example/a/b.git/'\nbranch = \"main\"\n",
            main_branch(),
        ),
        (
            "[source.\"git+https://r.example/a/b?branch=main\"]",
            "\ngit = 'https://r.example/a/b'\nbranch = 'main'",
            main_branch(),
        ),
        (
            "[source.a]\ngit = 'https://r.example/a/b'\ntag = 'main'\n\n[source.b]",
            "\ngit = 'https://r.example/a/b'\n[net]\n",
            git("https://r.example/a/b.git", Reference::Default),
        ),
        (
            "[source.company]",
            "\nregistry = 'sparse+https://r.example/index'\n",
            registry("sparse+https://r.example/index/"),
        ),
        (
            "[source.company]",
            "\nregistry = 'https://r.example/index/'\n",
            registry("registry+https://r.example/index"),
        ),
    ] {
        let key = match original {
            SourceTable::Git { .. } => "directory",
            SourceTable::Registry { .. } => "local-registry",
        };
        let after = pointed(&format!("{head}{tail}"), &only(original.clone()));
        assert_eq!(after, format!("{head}\n{marked}{tail}{}", stand(key, "")));
        let found = current_patch(&after).unwrap().sources;
        assert_eq!(found[0].original.location(), original.location());
        assert_eq!(found[0].folder, "/m/x");
        assert!(
            table_name_of(&after, &original)
                .unwrap()
                .unwrap()
                .1
                .is_some()
        );
    }
    // What replaced it before is kept as it was written.
    for (head, tail, title) in [
        (
            "[source.mine]\ngit = 'https://r.example/a/b'\nreplace-with = ",
            " # by hand\nbranch = \"main\"\n",
            "mine",
        ),
        (
            "[source]\n'a b' = { git = 'https://r.example/a/b', branch = 'main', replace-with=",
            "}\n",
            "\"a b\"",
        ),
        (
            "source.mine.git = 'https://r.example/a/b'\nsource.mine.branch = 'main'\nsource.mine.replace-with=",
            "\n",
            "mine",
        ),
    ] {
        let after = pointed(&format!("{head}'vendor ed'{tail}"), &only(main_branch()));
        let before = format!("# before: source.{title}.replace-with = 'vendor ed'\n");
        assert_eq!(
            after,
            format!(
                "{head}\"cargo-mirror-x\"{tail}{}",
                stand("directory", &before)
            )
        );
    }
}

#[test]
fn what_cargo_vendor_had_written_comes_back() {
    let vendored = "\
[source.crates-io]
replace-with = \"vendored-sources\"

[source.\"git+https://r.example/a/b?branch=main\"]
git = \"https://r.example/a/b\"
branch = \"main\"
replace-with = \"vendored-sources\"

[source.vendored-sources]
directory = \"vendor\"
";
    let after = pointed(vendored, &many());
    assert_eq!(after.matches("# before: ").count(), 2, "{after}");
    assert_eq!(current_patch(&after).unwrap(), many());
    // A formatter changes what is between the words, and the order.
    let (own, ours) = after.split_once(BEGIN).unwrap();
    for formatted in [
        format!("{}{BEGIN}{}", own, ours.replace(" = ", "=")),
        format!("{BEGIN}{ours}{}", own.replace(" = ", "  =  ")),
    ] {
        let values_of = |text: &str| values(text).unwrap();
        let back = off(&formatted).unwrap().unwrap();
        assert_eq!(values_of(&back), values_of(vendored), "{formatted}");
        assert_eq!(current_patch(&back).unwrap(), ConfigPatch::default());
    }
}

#[test]
fn a_source_is_refused_where_there_is_no_room_for_it() {
    refused(
        "[source]\nmine = { git = 'https://r.example/a/b', branch = 'main' }\n",
        &only(main_branch()),
        "`source.mine` is written as an inline table",
    );
    refused(
        "source.'a.b'.git = 'https://r.example/a/b'\nsource.'a.b'.branch = 'main'\n",
        &only(main_branch()),
        "`source.\"a.b\"` is written as dotted keys",
    );
    refused(
        "[source.\"git+https://r.example/a/b?branch=main\"]\ngit = 'https://r.example/c'\n",
        &only(main_branch()),
        "is another source than its name says",
    );
    refused(
        "[source.cargo-mirror-own]\ndirectory = 'd'\n",
        &pointer("/m"),
        "it has a `[source.cargo-mirror-own]`",
    );
    let mut twice = only(main_branch());
    twice.sources.push(replaced(main_branch(), "/m/y", "y"));
    refused("", &twice, "from two folders of the mirror at once");
    let mut other_spelling = only(main_branch());
    let same = git(
        "https://r.example/a/b.git",
        Reference::Branch("main".to_owned()),
    );
    other_spelling.sources.push(replaced(same, "/m/y", "y"));
    refused("", &other_spelling, "from two folders");
    let secret = only(git("https://me:secret@r.example/a", Reference::Default));
    let own = "[source.\"git+https://me:secret@r.example/a\"]\ngit = 'x'\n";
    let error = on(Some(own), &secret).unwrap_err().to_string();
    assert!(!error.contains("secret"), "{error}");
}

#[test]
fn a_source_has_the_name_that_another_config_has_for_it() {
    let mut pointer = only(main_branch());
    pointer.sources[0].called = Some("company".to_owned());
    let after = pointed("", &pointer);
    assert!(
        after.contains("[source.company]\ngit = \"https://r.example/a/b\"\nbranch = \"main\"\n"),
        "{after}"
    );
    assert_eq!(current_patch(&after).unwrap(), pointer);
    let own = "[source.mine]\ngit = 'https://r.example/a/b'\nbranch = 'main'\n";
    let after = pointed(own, &pointer);
    assert!(!after.contains("company"), "{after}");
}

#[test]
fn without_their_comments_the_tables_go_one_by_one() {
    let bare: String = pointed("[net]\nretry = 1\n", &many())
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.to_owned() + "\n")
        .collect();
    assert_eq!(current_patch(&bare).unwrap(), many());
    assert_eq!(off(&bare).unwrap().unwrap(), "[net]\nretry = 1\n");
    // The user's table is not one that we would have written.
    let own = "[source.mine]\ngit = 'https://r.example/a/b'\nbranch = 'main'\n";
    let bare = pointed(own, &many())
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.trim_end_matches(" # cargo mirror").to_owned() + "\n")
        .collect::<String>();
    assert_eq!(off(&bare).unwrap().unwrap(), own);
    // Nor is one that something else needs.
    let used = bare.replace(
        "[source.mine]",
        "[source.\"git+https://r.example/a/b?branch=main\"]",
    );
    let used = format!(
        "[source.z]\ndirectory = 'd'\nreplace-with = \"git+https://r.example/a/b?branch=main\"\n{used}"
    );
    assert!(off(&used).unwrap().unwrap().contains("[source.\"git+"));
}

#[test]
fn tables_that_came_into_our_block_are_not_lost() {
    let text = pointed("[net]\n", &many());
    let inside = text.replace(END, &format!("\n[source.own]\nregistry = \"x\"\n{END}"));
    assert_eq!(
        off(&inside).unwrap().unwrap(),
        "[net]\n\n[source.own]\nregistry = \"x\"\n"
    );
    let grown = text.replace("branch = \"main\"\n", "branch = \"main\"\nnote = 1\n");
    let back = off(&grown).unwrap().unwrap();
    assert!(back.contains("branch = \"main\"\nnote = 1\n"), "{back}");
    assert_eq!(current_patch(&back).unwrap(), ConfigPatch::default());
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
            let sources = originals.into_iter().enumerate();
            let mut pointer = ConfigPatch {
                crates_io,
                hosted: Vec::new(),
                sources: sources
                    .map(|(at, original)| {
                        replaced(original, &format!("{path}/{at}"), &format!("{name}-{at}"))
                    })
                    .collect(),
            };
            pointer.sources.sort();
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
