//! What has grown, is merged or made anew answers alike.

use std::collections::{BTreeMap, HashSet};

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

use crate::io::catalog::base::OpenFor;
use crate::io::catalog::fresh::{Changed, append};
use crate::io::catalog::snapshot::Catalog;
use crate::io::catalog::write::{GoneName, write};
use crate::model::search::origin::Origin;
use crate::model::search::query::Query;
use crate::model::search::row::{About, Dumped, Here, Need, NeedKind, Row};
use crate::model::search::text::{SearchWanted, Sort};
use crate::model::units::timestamp::Timestamp;

const WORDS: [&str; 8] = ["http", "json", "async", "client", "Web", "fast", "h", "a"];

fn here() -> impl Strategy<Value = Here> {
    let needs = proptest::collection::btree_map(0_usize..12, 0_u8..3, 0..4);
    let words = proptest::collection::vec(proptest::sample::select(&WORDS[..]), 0..4);
    (needs, words, 0_u64..5).prop_map(|(needs, words, published)| Here {
        version: "1.0.0".to_owned(),
        versions: 1,
        published: Some(Timestamp(published)),
        needs: needs.into_iter().map(need).collect(),
        manifest: Some(About {
            description: Some(words.join(" ")),
            ..About::default()
        }),
        ..Here::default()
    })
}

fn need((of, kind): (usize, u8)) -> Need {
    let kinds = [NeedKind::Normal, NeedKind::Build, NeedKind::Dev];
    Need {
        name: name(of),
        kind: kinds[usize::from(kind)],
        requirement: "^1".to_owned(),
        optional: kind == 1,
    }
}

/// Names with words in common; some are depended on and never there.
fn name(of: usize) -> String {
    let (one, two) = (WORDS[of % 5], WORDS[of / 5 + 2]);
    format!("{one}_{two}{of}")
}

fn dumped() -> impl Strategy<Value = Option<Dumped>> {
    let needs = proptest::collection::btree_map(0_usize..12, 0_u8..3, 0..3);
    let dumped = (0_u64..1000, needs).prop_map(|(downloads, needs)| Dumped {
        version: Some("0.9.0".to_owned()),
        downloads,
        needs: needs.into_iter().map(need).collect(),
        ..Dumped::default()
    });
    proptest::option::of(dumped)
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (proptest::option::of(here()), dumped());
    proptest::collection::btree_map(0_usize..10, row, 0..10).prop_map(|rows| {
        let rows = rows.into_iter().map(|(of, (here, dump))| Row {
            name: name(of),
            here,
            dump,
            dependants: 0,
        });
        rows.filter(|row| row.here.is_some() || row.dump.is_some())
            .collect()
    })
}

/// All that can be asked of a catalogue.
fn asked(catalog: &Catalog) -> Vec<String> {
    let mut said = vec![catalog.len().to_string()];
    for query in [
        "",
        "http",
        "json client",
        "htt",
        "h",
        "ast",
        "web-async",
        "as",
    ] {
        for sort in [Sort::Relevance, Sort::Use, Sort::Recent, Sort::Name] {
            for names_only in [false, true] {
                let wanted = SearchWanted {
                    query: Query::parse(query),
                    names_only,
                    sort,
                    skip: 1,
                    most: 5,
                };
                said.push(format!(
                    "{query} {:?}",
                    catalog.search(&wanted, &HashSet::new()).unwrap()
                ));
            }
        }
    }
    for of in 0..12 {
        said.push(format!("{:?}", catalog.row(&name(of)).unwrap()));
        said.push(format!(
            "{:?}",
            catalog.dependants(&name(of), 0, 100).unwrap()
        ));
        said.push(format!(
            "{:?}",
            catalog.dependants(&name(of), 1, 1).unwrap()
        ));
    }
    said.push(format!("{:?}", catalog.names("http", 3)));
    said
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct("tests/regressions/catalog.txt"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_has_grown_answers_as_what_is_made_anew(
        before in rows(),
        changes in proptest::collection::vec((0_usize..10, proptest::option::of(here())), 0..6),
        split in 0_usize..6,
    ) {
        let changes: Vec<Changed> = changes.into_iter().map(|(of, here)| Changed { name: name(of), here }).collect();
        let mut after: BTreeMap<String, Row> = before.iter().map(|row| (row.name.clone(), row.clone())).collect();
        for changed in &changes {
            let row = after.entry(changed.name.clone()).or_insert_with(|| Row { name: changed.name.clone(), ..Row::default() });
            row.here.clone_from(&changed.here);
            if row.here.is_none() && row.dump.is_none() {
                after.remove(&changed.name);
            }
        }
        let mut after: Vec<Row> = after.into_values().collect();
        let anew = Catalog::of_rows(&mut after, Origin::default()).unwrap();
        let expected = asked(&anew);

        // In memory, at once and one after the other.
        let base = Catalog::of_rows(&mut before.clone(), Origin::default()).unwrap();
        let split = split.min(changes.len());
        let grown = base.with(changes[..split].to_vec()).unwrap().with(changes[split..].to_vec()).unwrap();
        prop_assert_eq!(&asked(&grown), &expected);

        // On disk, grown and then merged.
        let folder = tempfile::tempdir().unwrap();
        let (number, origin) = ("1".to_owned(), Origin::default());
        write(folder.path(), &mut before.clone(), number, origin.clone(), None).unwrap();
        append(folder.path(), "0", &changes).unwrap();
        append(folder.path(), "1", &changes[..split]).unwrap();
        append(folder.path(), "1", &changes[split..]).unwrap();
        let mut grown = Catalog::open(folder.path(), OpenFor::Little).unwrap().unwrap();
        prop_assert_eq!(&asked(&grown), &expected);
        write(folder.path(), &mut grown, "2".to_owned(), origin, None).unwrap();
        let merged = Catalog::open(folder.path(), OpenFor::Little).unwrap().unwrap();
        prop_assert_eq!(merged.changes(), 0);
        prop_assert_eq!(&asked(&merged), &expected);
        // The old one goes on to read what it was.
        prop_assert_eq!(&asked(&grown), &expected);
    }
}

#[test]
fn files_of_two_makings_are_no_catalogue() {
    let folder = tempfile::tempdir().unwrap();
    assert!(
        Catalog::open(folder.path(), OpenFor::Little)
            .unwrap()
            .is_none()
    );
    let row = |name: &str| Row {
        name: name.to_owned(),
        dump: Some(Dumped::default()),
        ..Row::default()
    };
    let one = |number: &str, name: &str| {
        let gone = [GoneName {
            name: "Long_gone".to_owned(),
            deleted: Some(Timestamp(1)),
            message: None,
        }];
        let mut rows = vec![row(name)];
        write(
            folder.path(),
            &mut rows,
            number.to_owned(),
            Origin::default(),
            Some(&gone),
        )
        .unwrap();
    };
    one("1", "first");
    let rows = std::fs::read(folder.path().join("rows")).unwrap();
    one("2", "second");
    let catalog = Catalog::open(folder.path(), OpenFor::Little)
        .unwrap()
        .unwrap();
    assert_eq!(catalog.row("Second").unwrap().unwrap().name, "second");
    assert!(catalog.gone("long-gone").unwrap().is_some());
    std::fs::write(folder.path().join("rows"), rows).unwrap();
    assert!(
        Catalog::open(folder.path(), OpenFor::Little)
            .unwrap()
            .is_none()
    );
    std::fs::write(folder.path().join("origin"), "{").unwrap();
    assert!(
        Catalog::open(folder.path(), OpenFor::Little)
            .unwrap()
            .is_none()
    );
}

#[test]
fn a_large_catalogue_is_indexed_and_answers_alike() {
    let folder = tempfile::tempdir().unwrap();
    let rows = (0..10_100).map(|number| {
        let (one, two) = (WORDS[number % 8], WORDS[number / 8 % 7]);
        let description = (number % 3 == 0).then(|| format!("no-std {two} for {one}.{number}"));
        let about = About {
            description,
            ..About::default()
        };
        Row {
            name: format!("{one}_{two}{number}"),
            dump: Some(Dumped {
                downloads: number as u64 % 977,
                about,
                ..Dumped::default()
            }),
            ..Row::default()
        }
    });
    let (number, origin) = ("1".to_owned(), Origin::default());
    write(
        folder.path(),
        &mut rows.collect::<Vec<_>>(),
        number,
        origin,
        None,
    )
    .unwrap();
    let [little, much] = [OpenFor::Little, OpenFor::Much].map(|purpose| {
        let catalog = Catalog::open(folder.path(), purpose).unwrap();
        let changed = Changed {
            name: "no-std-web".to_owned(),
            here: Some(Here::default()),
        };
        catalog.unwrap().with(vec![changed]).unwrap()
    });
    assert!(asked(&much) == asked(&little));
    let found = |catalog: &Catalog, query: &str| {
        let query = Query::parse(query);
        let most = 20_000;
        let wanted = SearchWanted {
            query,
            most,
            ..SearchWanted::default()
        };
        catalog.search(&wanted, &HashSet::new()).unwrap()
    };
    // Words with a hyphen or a point are found by reading the lines that may have them.
    for (query, least) in [
        ("no-std", 3000),
        ("web.1", 1),
        ("std http-j", 1),
        // Short words: nothing in it begins with the first.
        ("or a", 0),
        ("1009", 1),
    ] {
        let (found, expected) = (found(&much, query), found(&little, query));
        assert!(
            found == expected && found.total >= least,
            "{query}: {}",
            found.total
        );
    }
}
