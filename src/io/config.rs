//! Cargo's config file: pointing builds at the mirror, and undoing it exactly. Text in, text out; no disk here.
//!
//! What we add stands in one block between two comments, and everything that undoing needs stands in the file itself,
//! so `off` works in another clone and after the mirror is lost:
//!
//! ```toml
//! # cargo mirror: begin (`cargo mirror off` takes this out)
//! # before: replace-with = 'company'        <- only if crates.io was replaced before; else the table comes next
//! [source.crates-io]
//! replace-with = "cargo-mirror"
//!
//! [source.cargo-mirror]
//! local-registry = "/path/to/mirror/crates-io"
//! # cargo mirror: end
//! ```
//!
//! A file that has its own `[source.crates-io]` keeps it: one value in it is replaced, or one marked line added.
//!
//! The parser only finds the places; edits are splices of the text, so each byte that is not ours stays. `detach`
//! takes what is ours out and `attach` puts it in, both keeping the block's place, so doing either twice changes
//! nothing. Each looks at its result again as values, and refuses rather than hands out a wrong edit.

use std::path::Path;

use toml::{Table as Values, Value as AnyValue};
use toml_edit::Item;

use crate::io::config_text::{
    BEGIN, BEGIN_MADE, Config, CratesIo, NAME, QUOTED_NAME, render, shape, value_of,
};
use crate::io::toml_text::{
    Edit, ends_line, is_blank, newline, quoted, splice, starts_line, values, without_newline,
};
use crate::model::error::Error;

/// What builds are to be pointed at. One field a source: git sources will be a list of tables beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    /// The folder that stands in for crates.io, with forward slashes. Cargo reads a relative one from the folder that
    /// holds `.cargo`.
    pub local_registry: String,
}

/// Why a config file cannot be edited. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("line {line}, column {column}: {message}")]
    Syntax {
        line: usize,
        column: usize,
        message: String,
    },
    #[error("{message}")]
    Shape { message: String, help: String },
}

impl ConfigError {
    /// The same, said of this file.
    pub fn at(self, path: &Path) -> Error {
        let path = path.to_owned();
        match self {
            Self::Syntax {
                line,
                column,
                message,
            } => Error::ConfigSyntax {
                path,
                line,
                column,
                message,
            },
            Self::Shape { message, help } => Error::ConfigShape {
                path,
                message,
                help,
            },
        }
    }
}

/// Points a config file at the mirror; `None` stands for a file that is not there yet.
pub fn on(text: Option<&str>, pointer: &Pointer) -> Result<String, ConfigError> {
    let Some(text) = text else {
        return attach("", &Place::of_new_file(), "\n", pointer);
    };
    let (base, place) = detach(text)?;
    attach(&base, &place, newline(text), pointer)
}

/// Takes out what is ours and puts back what was there. `None`: we made the file and nothing else is in it.
pub fn off(text: &str) -> Result<Option<String>, ConfigError> {
    let (base, place) = detach(text)?;
    Ok((!(place.made && is_blank(&base))).then_some(base))
}

/// The lines to paste by hand into a config file that does not replace crates.io.
pub fn block(pointer: &Pointer) -> String {
    render(
        BEGIN,
        CratesIo::InBlock,
        &quoted(&pointer.local_registry),
        "\n",
    )
}

/// The folder that this file points builds at, if it does.
pub fn pointed_at(text: &str) -> Result<Option<String>, ConfigError> {
    let config = Config::parse(text)?;
    let path = config.our_path().filter(|_| config.points_at_us());
    Ok(path.and_then(Item::as_str).map(str::to_owned))
}

/// The source that this file has crates.io replaced by, ours or another.
pub fn replacement(text: &str) -> Result<Option<String>, ConfigError> {
    Config::parse(text)?;
    let name = values(text).and_then(|config| {
        let crates_io = config.get("source")?.get("crates-io")?;
        Some(crates_io.get("replace-with")?.as_str()?.to_owned())
    });
    Ok(name)
}

/// Where our block goes, in the text without it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    at: usize,
    /// The end of line before the block that came with it and goes with it.
    separator: String,
    made: bool,
}

impl Place {
    fn of_new_file() -> Self {
        Self {
            at: 0,
            separator: String::new(),
            made: true,
        }
    }

    fn at_end_of(base: &str, separator: &str) -> Self {
        Self {
            at: base.len(),
            separator: separator.to_owned(),
            made: false,
        }
    }
}

/// Puts our block into a text that has nothing of ours.
fn attach(
    base: &str,
    place: &Place,
    newline: &str,
    pointer: &Pointer,
) -> Result<String, ConfigError> {
    let config = Config::parse(base)?;
    let (edit, crates_io) = config.replace_crates_io(newline)?;
    let begin = if place.made { BEGIN_MADE } else { BEGIN };
    let block = render(begin, crates_io, &quoted(&pointer.local_registry), newline);
    let block = Edit {
        range: place.at..place.at,
        text: format!("{}{block}", place.separator),
    };
    let edits: Vec<Edit> = edit.into_iter().chain([block]).collect();
    let result = splice(base, 0..base.len(), &edits);

    let expected = values(base).and_then(|config| pointed(config, pointer));
    let as_meant = expected.is_some() && values(&result) == expected;
    let undone = || detach(&result).is_ok_and(|(text, at)| text == base && at == *place);
    if as_meant && undone() {
        Ok(result)
    } else {
        Err(shape(
            "its `source` tables are written in a way that cannot be added to and undone safely",
            "write them as `[source.NAME]` tables, then run the same command again",
        ))
    }
}

/// Takes out what is ours, and says where our block stood, or else where it would go.
fn detach(text: &str) -> Result<(String, Place), ConfigError> {
    let config = Config::parse(text)?;
    let marks = config.marks();
    if !config.has_something_of_ours(&marks) {
        return Ok((text.to_owned(), Place::at_end_of(text, newline(text))));
    }
    config.refuse_additions_to_our_table()?;

    let (base, place, before) = if let Some(block) = config.find_block() {
        let edits = config.release_crates_io(Some(&block.range), block.before)?;
        let start = if block.made {
            block.range.start
        } else {
            without_newline(text, block.range.start)
        };
        let separator = &text[start..block.range.start];
        let mut base = splice(text, 0..start, &edits);
        let rest = splice(text, block.range.end..text.len(), &edits);
        // What was written after the block must not become part of the last line before it.
        let glued = !(ends_line(&base) || starts_line(&rest));
        if glued {
            base.push_str(separator);
        }
        let place = Place {
            at: base.len(),
            separator: if glued { "" } else { separator }.to_owned(),
            made: block.made,
        };
        (base + &rest, place, block.before)
    } else {
        // Something, a formatter perhaps, has changed our block: what is ours goes line by line.
        let mut edits = config.release_crates_io(None, marks.before)?;
        edits.extend(config.remove_scattered(&marks)?);
        let base = splice(text, 0..text.len(), &edits);
        let mut place = Place::at_end_of(&base, newline(text));
        if marks.made && is_blank(&base) {
            place.made = true;
            place.separator.clear();
        }
        (base, place, marks.before)
    };

    let expected = values(text).map(|config| pruned(released(config, before)));
    let as_meant = expected.is_some() && values(&base).map(pruned) == expected;
    if as_meant {
        Ok((base, place))
    } else {
        Err(shape(
            "what `cargo mirror` added cannot be told from the rest of it",
            format!("take `[source.{NAME}]` and `replace-with = {QUOTED_NAME}` out by hand"),
        ))
    }
}

/// What `attach` is meant to do to the values.
fn pointed(mut config: Values, pointer: &Pointer) -> Option<Values> {
    let table = || AnyValue::Table(Values::new());
    let source = config.entry("source").or_insert_with(table);
    let source = source.as_table_mut()?;
    let crates_io = source.entry("crates-io").or_insert_with(table);
    let name = AnyValue::String(NAME.to_owned());
    crates_io
        .as_table_mut()?
        .insert("replace-with".to_owned(), name);
    let path = AnyValue::String(pointer.local_registry.clone());
    let ours = Values::from_iter([("local-registry".to_owned(), path)]);
    source.insert(NAME.to_owned(), AnyValue::Table(ours));
    Some(config)
}

/// What `detach` is meant to do to the values.
fn released(mut config: Values, before: Option<&str>) -> Values {
    if let Some(AnyValue::Table(source)) = config.get_mut("source") {
        source.remove(NAME);
        if let Some(AnyValue::Table(crates_io)) = source.get_mut("crates-io")
            && crates_io.get("replace-with").and_then(AnyValue::as_str) == Some(NAME)
        {
            crates_io.remove("replace-with");
            if let Some(value) = before.and_then(value_of) {
                crates_io.insert("replace-with".to_owned(), value);
            }
        }
    }
    config
}

/// Without the empty tables that `detach` may leave behind or take along: they mean nothing.
fn pruned(mut config: Values) -> Values {
    let is_empty = |value: &AnyValue| value.as_table().is_some_and(Values::is_empty);
    if let Some(AnyValue::Table(source)) = config.get_mut("source")
        && source.get("crates-io").is_some_and(is_empty)
    {
        source.remove("crates-io");
    }
    if config.get("source").is_some_and(is_empty) {
        config.remove("source");
    }
    config
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::io::config_text::{END, MARKED_LINE};

    fn pointer(path: &str) -> Pointer {
        Pointer {
            local_registry: path.to_owned(),
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
        assert_eq!(pointed_at(after).unwrap().as_deref(), Some("/m/crates-io"));
    }

    #[track_caller]
    fn check_refused(text: &str, said: &str) {
        let error = on(Some(text), &pointer("/m")).unwrap_err();
        let ConfigError::Shape { message, .. } = &error else {
            panic!("{error:?}");
        };
        assert!(message.contains(said), "{message}");
        assert_eq!(off(text).unwrap().as_deref(), Some(text));
        assert_eq!(pointed_at(text).unwrap(), None);
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
        let table =
            "[source.crates-io]\nreplace-with = \"cargo-mirror\"\n\n[source.cargo-mirror]\n";
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
            &format!("[source.crates-io] # mine\n{MARKED_LINE}\nregistry = 'x'\n\n{block}")
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
        assert_eq!(pointed_at(&text).unwrap().as_deref(), Some("C:\\m"));
        assert_eq!(off(&text).unwrap().unwrap(), "a = 1\n");
    }

    #[test]
    fn any_path_is_quoted_on_one_line() {
        let path = "C:\\m \"x\" ''' \t\r\n\0\u{7f}\u{85}\u{fc}\u{feff}#";
        let text = on(None, &pointer(path)).unwrap();
        assert_eq!(pointed_at(&text).unwrap().as_deref(), Some(path));
        assert_eq!(text.lines().count(), block(&pointer("/m")).lines().count());
        assert_eq!(off(&text).unwrap(), None);
    }

    #[test]
    fn a_replacement_changed_by_hand_is_the_new_former_one() {
        let first = turned_on("[source.crates-io]\nreplace-with = 'company'\n");
        let changed = first.replacen("\"cargo-mirror\"", "\"other\"", 1);
        assert_eq!(pointed_at(&changed).unwrap(), None);
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
            assert!(pointed_at(&bare).unwrap().is_some());
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
            prop_assert_eq!(pointed_at(&once).unwrap(), Some(path.clone()));
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
                prop_assert_eq!(pointed_at(result).unwrap(), None);
            }
        }
    }
}
