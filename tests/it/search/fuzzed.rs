//! The laws of the fuzz targets `query`, `dump_row` and `member`.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

#[path = "../../fuzz/targets/searched.rs"]
mod searched;

/// Panics where it is broken.
type Law = fn(&[u8]);

#[test]
fn the_seeds_of_the_fuzz_targets_keep_their_laws() {
    let mut seen = 0;
    let laws: [(&str, Law); 3] = [
        ("query", searched::query),
        ("dump_row", searched::dump_row),
        ("member", searched::member),
    ];
    for (name, law) in laws {
        let seeds = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/fuzz/seeds")
            .join(name);
        for entry in fs::read_dir(seeds).unwrap() {
            law(&fs::read(entry.unwrap().path()).unwrap());
            seen += 1;
        }
    }
    assert!(seen > 25);
}

proptest! {
    #[test]
    fn queries_end_with_an_order(text in "[a-zA-Z_+ -]{0,20}|\\PC{0,30}|(a|serde|é|İ|\u{0}|\t){0,60}") {
        searched::query(text.as_bytes());
    }

    #[test]
    fn rows_end(
        table in "[p-}]",
        head in "(id|name|crate_id|num|yanked|version_id|downloads|tar_sha256|login|slug|x)(,(id|name|crate_id|num|yanked|login)){0,5}",
        rows in proptest::collection::vec("([0-9a-z\", \\n]|\u{0}|é){0,20}", 0..5),
    ) {
        searched::dump_row(format!("{table}{head}\n{}", rows.join("\n")).as_bytes());
    }

    #[test]
    fn members_stay_within_their_package(
        members in proptest::collection::vec(
            ("[0-3][0-7\u{0}LSgx]", "(foo-1.0.0/|/|\\.\\./|\\\\|\u{0}|é|[a-z.]|d{90}/){0,12}"),
            1..4,
        ),
    ) {
        let members: Vec<_> = members.iter().map(|(way, path)| format!("{way}{path}").into_bytes()).collect();
        searched::member(&members.join(&u8::MAX));
    }
}
