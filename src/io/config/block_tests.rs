//! The block that stands in for crates.io: where it goes, what it replaces, how `off` takes it out.

use std::path::Path;

use crate::io::config::block::{BEGIN_MADE, END};
use crate::io::config::document::marked_line;
use crate::io::config::edit::{
    ConfigError, ConfigPatch, ReplacementTarget, block, current_patch, off, on,
};

pub(super) fn pointer(path: &str) -> ConfigPatch {
    ConfigPatch {
        crates_io: Some(ReplacementTarget::LocalRegistry(path.to_owned())),
        ..ConfigPatch::default()
    }
}

/// The folder that stands in for crates.io.
pub(super) fn folder(text: &str) -> Option<String> {
    match current_patch(text).unwrap().crates_io {
        Some(ReplacementTarget::LocalRegistry(path)) => Some(path),
        Some(ReplacementTarget::Server(_)) => panic!("{text}"),
        None => None,
    }
}

pub(super) fn turned_on(text: &str) -> String {
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
