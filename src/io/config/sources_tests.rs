//! Blocks of several sources: registries, git repositories, a server; tables that the user has for them.

use crate::io::config::block::{BEGIN, BEGIN_MADE, END};
use crate::io::config::block_tests::pointer;
use crate::io::config::document::marked_line;
use crate::io::config::edit::{
    ConfigPatch, ReplacementTarget, SourceReplacement, block, current_patch, off, on, replacement,
    table_name_of,
};
use crate::io::config::toml::values;
use crate::model::source::id::Reference;
use crate::model::source::table::SourceTable;

/// Builds take crates.io, a sparse registry, a git index and two sources of one repository from the mirror.
pub(super) const MANY: &str = "\
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

pub(super) fn registry(url: &str) -> SourceTable {
    SourceTable::Registry {
        url: url.to_owned(),
    }
}

pub(super) fn git(url: &str, reference: Reference) -> SourceTable {
    SourceTable::Git {
        url: url.to_owned(),
        reference,
    }
}

pub(super) fn main_branch() -> SourceTable {
    git(
        "https://r.example/a/b",
        Reference::Branch("main".to_owned()),
    )
}

pub(super) fn replaced(original: SourceTable, folder: &str, name: &str) -> SourceReplacement {
    SourceReplacement {
        original,
        called: None,
        folder: folder.to_owned(),
        name: name.to_owned(),
    }
}

pub(super) fn many() -> ConfigPatch {
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
        ..ConfigPatch::default()
    }
}

/// The text with the pointer, after a look at every law.
#[track_caller]
pub(super) fn pointed(text: &str, pointer: &ConfigPatch) -> String {
    let once = on(Some(text), pointer).unwrap();
    assert_eq!(on(Some(&once), pointer).unwrap(), once);
    assert_eq!(off(&once).unwrap().as_deref(), Some(text));
    once
}

#[track_caller]
pub(super) fn refused(text: &str, pointer: &ConfigPatch, said: &str) {
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
