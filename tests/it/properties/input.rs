//! What holds for all input, tried on much of it: strange names, raw lines in any order, lockfiles of every version.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Component, Path};
use std::time::{Duration, Instant};

use cargo_mirror::model::error::Error;
use cargo_mirror::model::errors::fs::FsError;
use cargo_mirror::model::index::file::{Change, IndexFile, IndexLine, find_line};
use cargo_mirror::model::input::closure::{Closure, Wanted};
use cargo_mirror::model::input::lockfile::Locked;
use cargo_mirror::model::input::spec::{Requirement, Spec};
use cargo_mirror::model::input::{lockfile, spec};
use cargo_mirror::model::package::checksum::Sha256;
use cargo_mirror::model::package::id::{CrateId, CrateName, Version};
use cargo_mirror::model::plan::{Plan, Stored};
use cargo_mirror::model::source::id::{CRATES_IO, RegistrySource, SourceId};
use cargo_mirror::ops::input::read::read_lockfile;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use proptest::sample::select;

use crate::fixture::settings;

/// What people with bad intentions build names of.
const PIECES: &[&str] = &[
    "a", "B", "7", "-", "_", ".", "..", "/", "\\", ":", "\0", "\n", " ", "~", "%2e", "con", "NUL",
    "com1", "crate", "1.0.0", "+", "é", "\u{ff0f}", "\u{202e}", "*", "?", "|",
];

fn strange() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        vec(select(PIECES), 0..6).prop_map(|pieces| pieces.concat()),
        ("1\\.0\\.0[-+]", vec(select(PIECES), 0..6))
            .prop_map(|(start, pieces)| start + &pieces.concat()),
    ]
}

fn name() -> impl Strategy<Value = CrateName> {
    "[a-zA-Z0-9_][a-zA-Z0-9_-]{0,63}"
        .prop_filter_map("a device", |name| CrateName::parse(&name).ok())
}

fn version() -> impl Strategy<Value = Version> {
    let number = || prop_oneof![0..20u64, any::<u64>()];
    (
        number(),
        number(),
        number(),
        "(-[a-z]{1,9}(\\.[1-9])?)?(\\+[a-zA-Z0-9.-]{0,20}[a-z])?",
    )
        .prop_filter_map("empty parts", |(major, minor, patch, rest)| {
            Version::parse("a", &format!("{major}.{minor}.{patch}{rest}")).ok()
        })
}

fn id() -> impl Strategy<Value = CrateId> {
    (name(), version()).prop_map(|(name, version)| CrateId { name, version })
}

fn checksum() -> impl Strategy<Value = Sha256> {
    "[0-9a-f]{64}".prop_map(|text| Sha256::parse(&text).unwrap())
}

/// Whether both paths of a crate stay where they are put, on every system.
fn stays(id: &CrateId) -> Result<(), TestCaseError> {
    let root = Path::new("/mirror/crates-io");
    let (file, index) = (id.file_name(), id.name.index_path());
    let plain = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte))
    };
    prop_assert!(plain(&file) && file.len() <= 255);
    prop_assert!(plain(&index.replace('/', "")));
    for path in [root.join(&file), root.join("index").join(&index)] {
        prop_assert!(path.starts_with(root));
        let inside = path.strip_prefix(root).unwrap().components();
        for component in inside {
            prop_assert!(matches!(component, Component::Normal(_)));
            let stem = component.as_os_str().to_string_lossy().to_lowercase();
            let stem = stem.split('.').next().unwrap_or_default();
            prop_assert!(!["con", "prn", "aux", "nul", "com1", "lpt9"].contains(&stem));
        }
    }
    let joined = root.join(&file);
    prop_assert_eq!(joined.parent(), Some(root));
    Ok(())
}

proptest! {
    #![proptest_config(settings::properties())]

    #[test]
    fn names_and_versions_never_leave_the_mirror(
        strange_name in strange(),
        strange_version in strange(),
        id in id(),
    ) {
        stays(&id)?;
        for (name, version) in [
            (strange_name.as_str(), strange_version.as_str()),
            (strange_name.as_str(), "1.0.0"),
            ("a", strange_version.as_str()),
        ] {
            match CrateId::parse(name, version) {
                Ok(id) => {
                    prop_assert_eq!(id.to_string(), format!("{}@{}", name, version));
                    stays(&id)?;
                }
                Err(error) => prop_assert!(!error.to_string().contains(char::is_control)),
            }
        }
    }

    /// No two crates share a file.
    #[test]
    fn file_names_tell_crates_apart(one in id(), other in id()) {
        prop_assert_eq!(one.file_name() == other.file_name(), one == other);
    }

    #[test]
    fn checksums_print_and_read_back(bytes in any::<[u8; 32]>(), junk in "[0-9a-fA-Fg]{62,66}") {
        let text = bytes.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        let checksum = Sha256::parse(&text).unwrap();
        prop_assert_eq!(checksum.as_bytes(), &bytes);
        prop_assert_eq!(&checksum.to_string(), &text);
        prop_assert_eq!(Sha256::parse(&text.to_uppercase()), Ok(checksum));
        let fits = junk.len() == 64 && !junk.contains('g');
        prop_assert_eq!(Sha256::parse(&junk).is_ok(), fits);
    }
}

/// A raw index line with fields that nobody knows yet, spelt in some way.
fn index_line(name: &'static str) -> impl Strategy<Value = (Version, String)> {
    let extra = btree_map("x[a-z]{1,8}", "[ -~é\u{202e}]{0,20}", 0..4);
    let space = || select(&["", " ", "\t", "  "]);
    (version(), checksum(), any::<bool>(), extra, space(), space()).prop_map(
        move |(version, checksum, yanked, extra, one, other)| {
            let mut raw = format!(
                "{{{one}\"vers\":{other}\"{version}\",\"name\"{one}:\"{name}\",\"deps\":[],\"yanked\":{yanked}"
            );
            for (key, value) in extra {
                let value = serde_json::Value::from(value);
                let _ = write!(raw, ",{other}\"{key}\":{value}");
            }
            let _ = write!(raw, ",\"cksum\":\"{checksum}\"{other}}}");
            (version, raw)
        },
    )
}

/// Lines of different versions, in any order.
fn index_lines() -> impl Strategy<Value = Vec<String>> {
    vec(index_line("Foo"), 0..12)
        .prop_map(|lines| {
            let lines: BTreeMap<Version, String> = lines.into_iter().collect();
            lines.into_values().collect::<Vec<String>>()
        })
        .prop_shuffle()
}

proptest! {
    #![proptest_config(settings::properties())]

    #[test]
    fn raw_lines_survive_in_any_order(
        lines in index_lines(),
        newline in select(&["\n", "\r\n", "\n\n"]),
        junk in "[ -~]{0,20}",
    ) {
        let mut file = IndexFile::default();
        for raw in &lines {
            let line = IndexLine::parse(raw.as_bytes()).unwrap();
            prop_assert_eq!(file.put(line.clone()), Change::Added);
            prop_assert_eq!(file.put(line), Change::Unchanged);
        }
        let rendered = String::from_utf8(file.render()).unwrap();
        let there: BTreeSet<&str> = rendered.lines().collect();
        prop_assert_eq!(there, lines.iter().map(String::as_str).collect());
        prop_assert_eq!(rendered.lines().count(), lines.len());

        let text = lines.join(newline);
        let read = IndexFile::parse(text.as_bytes());
        prop_assert_eq!(&read, &file);
        prop_assert!(read.lines().is_sorted_by_key(|line| &line.id().version));
        let stranger = IndexFile::parse(format!("{junk}{newline}{text}").as_bytes());
        prop_assert_eq!(stranger.lines(), file.lines());
        prop_assert!(String::from_utf8(stranger.render()).unwrap().ends_with(&rendered));

        for line in file.lines() {
            let found = find_line(text.as_bytes(), line.id(), Some(line.checksum()));
            prop_assert_eq!(found.as_ref(), Some(line));
        }
    }

    /// Yanked and back: not a byte is lost, and nothing else is changed on the way.
    #[test]
    fn yanking_and_back_is_the_same_line((_, raw) in index_line("Foo")) {
        let line = IndexLine::parse(raw.as_bytes()).unwrap();
        let flipped = line.with_yanked(!line.yanked());
        prop_assert_eq!(flipped.yanked(), !line.yanked());
        let key = |yanked: bool| format!(",\"yanked\":{yanked}");
        let expected = raw.replacen(&key(line.yanked()), &key(flipped.yanked()), 1);
        prop_assert_eq!(flipped.raw(), expected.as_bytes());
        prop_assert_eq!(flipped.with_yanked(line.yanked()), line.clone());
        prop_assert_eq!(line.with_yanked(line.yanked()), line);
    }

    #[test]
    fn any_bytes_are_an_index_file(bytes in vec(any::<u8>(), 0..200), id in id()) {
        let file = IndexFile::parse(&bytes);
        prop_assert_eq!(IndexFile::parse(&file.render()), file);
        prop_assert_eq!(find_line(&bytes, &id, None), None);
    }

    #[test]
    fn a_plan_is_a_partition(
        wanted in btree_map(id(), (proptest::option::of(checksum()), stored()), 0..20),
    ) {
        let mut expected = Vec::new();
        let mut compared = Vec::new();
        for (id, (checksum, stored)) in wanted {
            expected.push(id.clone());
            let bytes = true;
            compared.push((Wanted { id, checksum, bytes }, stored));
        }
        let plan = Plan::compare(compared.clone());
        prop_assert_eq!(plan.len() + plan.keep.len() + plan.refused.len(), compared.len());

        let mut parts: Vec<CrateId> = plan.keep.clone();
        parts.extend(plan.refused.iter().map(|(id, ..)| id.clone()));
        for (name, items) in &plan.fetch {
            for item in items {
                prop_assert_eq!(&item.wanted.id.name, name);
                prop_assert!(item.line || item.bytes);
                parts.push(item.wanted.id.clone());
            }
        }
        parts.sort();
        prop_assert_eq!(parts, expected);

        for (wanted, stored) in &compared {
            if *stored == Stored::Whole {
                prop_assert!(plan.keep.contains(&wanted.id));
            }
        }
    }

    #[test]
    fn a_closure_has_each_crate_once(
        ids in btree_map(id(), proptest::option::of(checksum()), 0..10),
        bare in any::<u16>(),
    ) {
        let locked = |checksums: bool| {
            let locked = ids.iter().enumerate().filter(move |(at, _)| checksums || bare >> at & 1 == 1);
            let locked = locked.map(move |(_, (id, checksum))| Locked {
                id: id.clone(),
                source: SourceId::CRATES_IO,
                checksum: checksum.filter(|_| checksums),
            });
            locked.collect::<Vec<Locked>>()
        };
        let mut closure = Closure::default();
        for input in [false, true, false, true] {
            closure.add(locked(input));
        }
        let there: Vec<_> = closure.of(&RegistrySource::CratesIo).iter().map(|wanted| (wanted.id.clone(), wanted.checksum)).collect();
        prop_assert_eq!(there, ids.into_iter().collect::<Vec<_>>());
    }
}

fn stored() -> impl Strategy<Value = Stored> {
    prop_oneof![
        Just(Stored::Whole),
        (any::<bool>(), any::<bool>()).prop_map(|(line, bytes)| Stored::Lacks { line, bytes }),
        checksum().prop_map(Stored::Other),
    ]
}

fn requirement() -> impl Strategy<Value = Requirement> {
    let comparator = (
        select(&["", "^", "~", "=", ">", ">=", "<", "<=", "= "]),
        select(&[
            "0",
            "1",
            "1.2",
            "0.0.3",
            "1.*",
            "1.2.*",
            "1.0.0-rc.1",
            "9.9.9-a",
        ]),
    )
        .prop_map(|(operator, version)| format!("{operator}{version}"));
    prop_oneof![
        Just(Requirement::Newest),
        version().prop_map(Requirement::Exactly),
        vec(comparator, 1..4).prop_filter_map("no requirement", |all| {
            semver::VersionReq::parse(&all.join(", "))
                .ok()
                .map(Requirement::Matching)
        }),
    ]
}

fn spec() -> impl Strategy<Value = Spec> {
    let features = btree_set("[a-zA-Z0-9_é][a-z0-9_+./?-]{0,9}", 0..4);
    (name(), requirement(), features).prop_map(|(name, wanted, features)| Spec {
        name,
        wanted,
        features,
    })
}

proptest! {
    #![proptest_config(settings::properties())]

    #[test]
    fn list_entries_print_and_read_back(
        specs in vec(spec(), 0..6),
        newline in select(&["\n", "\r\n", "\n\n", " # why\n", "\n  # more\n\t"]),
    ) {
        for spec in &specs {
            prop_assert_eq!(&spec::parse_spec(&spec.to_string()).unwrap(), spec);
        }
        let lines: Vec<String> = specs.iter().map(ToString::to_string).collect();
        let text = lines.join(newline);
        prop_assert_eq!(spec::parse(&text).unwrap(), specs);
    }

    #[test]
    fn strange_entries_are_refused_or_print_and_read_back(
        text in strange(),
        name in "[a-z]{1,3}",
        parts in vec(select(&["@", "=", "\"", "[", "]", ",", "1", "*", "x", "#", " ", ">", "1.0.0", "std"]), 0..8),
    ) {
        for entry in [text, name + &parts.concat()] {
            if let Ok(spec) = spec::parse_spec(&entry) {
                let printed = spec.to_string();
                prop_assert!(!printed.contains(char::is_control));
                prop_assert_eq!(spec::parse_spec(&printed).unwrap(), spec);
            }
            let _ = spec::parse(&entry);
        }
    }
}

/// Packages as some lockfile could hold them.
fn locked() -> impl Strategy<Value = Vec<Locked>> {
    let source = select(&[
        CRATES_IO,
        "registry+https://r.example/index",
        "sparse+https://r.example/index/",
        "git+https://r.example/a?branch=main#0123456789abcdef",
        "future+something",
    ]);
    btree_map((id(), source), proptest::option::of(checksum()), 0..12).prop_map(|packages| {
        let mut locked: Vec<Locked> = packages
            .into_iter()
            .map(|((id, source), checksum)| Locked {
                id,
                source: SourceId::parse(source),
                checksum,
            })
            .collect();
        locked.sort();
        locked
    })
}

/// The same as the text of a lockfile of this version; every third package is an unused patch.
fn lockfile_text(version: u32, locked: &[Locked]) -> String {
    let mut text = "# This file is automatically @generated by Cargo.\n".to_owned();
    let mut metadata = String::new();
    if version > 2 {
        let _ = writeln!(text, "version = {version}");
    }
    let root = if version == 1 {
        "[root]"
    } else {
        "[[package]]"
    };
    let _ = writeln!(text, "\n{root}\nname = \"app\"\nversion = \"0.1.0\"");
    for (at, package) in locked.iter().enumerate() {
        let table = if at % 3 == 2 {
            "patch.unused"
        } else {
            "package"
        };
        let source = package.source.text();
        let (name, number) = (&package.id.name, &package.id.version);
        let _ = writeln!(
            text,
            "\n[[{table}]]\nname = \"{name}\"\nversion = \"{number}\"\nsource = \"{source}\""
        );
        let known = package.checksum.map(|checksum| checksum.to_string());
        if version == 1 {
            let known = known.unwrap_or_else(|| "<none>".to_owned());
            let _ = writeln!(
                metadata,
                "\"checksum {name} {number} ({source})\" = \"{known}\""
            );
        } else if let Some(known) = known {
            let _ = writeln!(text, "checksum = \"{known}\"");
        }
        let _ = writeln!(text, "dependencies = [\n \"app\",\n]");
    }
    if version == 1 {
        let _ = write!(text, "\n[metadata]\n{metadata}");
    }
    text
}

proptest! {
    #![proptest_config(settings::properties())]

    #[test]
    fn lockfiles_of_every_version_hold_what_was_put_in(
        locked in locked(),
        version in 1..=4u32,
        windows in any::<bool>(),
    ) {
        let mut text = lockfile_text(version, &locked);
        prop_assert!(lockfile::looks_like_one(&text));
        if windows {
            text = text.replace('\n', "\r\n");
        }
        prop_assert_eq!(lockfile::parse(&text).unwrap(), locked);
    }

    #[test]
    fn any_bytes_are_a_lockfile_or_an_error(
        bytes in vec(any::<u8>(), 0..300),
        text in any::<String>(),
        locked in locked(),
        cut in any::<prop::sample::Index>(),
        piece in strange(),
    ) {
        let whole = lockfile_text(4, &locked);
        let at = cut.index(whole.len());
        let (before, after) = whole.split_at(at);
        for text in [
            String::from_utf8_lossy(&bytes).into_owned(),
            text,
            before.to_owned(),
            format!("{before}{piece}{after}"),
        ] {
            match lockfile::parse(&text) {
                Ok(locked) => locked.iter().try_for_each(|package| stays(&package.id))?,
                Err(error) => {
                    let said = error.to_string();
                    prop_assert!(said.len() < 1000 && !said.contains(char::is_control), "{}", said);
                }
            }
        }
    }
}

/// Far more than it takes on a busy machine, far less than what grows with the square of the length.
#[track_caller]
fn quick<T>(work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    let taken = start.elapsed();
    assert!(taken < Duration::from_mins(1), "it took {taken:?}");
    result
}

#[test]
fn huge_lines_end_soon_and_are_not_repeated() {
    let huge = "a".repeat(settings::number_of(50, 5) << 20);
    for error in [
        CrateId::parse(&huge, "1.0.0").unwrap_err(),
        CrateId::parse("a", &huge).unwrap_err(),
        Sha256::parse(&huge).unwrap_err(),
    ] {
        assert!(error.to_string().len() < 300);
    }
    for entry in [
        huge.clone(),
        format!("a@{huge}"),
        format!("a={huge}"),
        format!("a[{huge}"),
        format!("a = \"{huge}"),
        format!("a[\"{huge}]"),
    ] {
        let error = quick(|| spec::parse(&entry)).unwrap_err().to_string();
        assert!(error.len() < 300, "{}", &error[..300]);
    }
    let good = format!(
        r#"{{"name":"a","vers":"1.0.0","cksum":"{}"}}"#,
        "a".repeat(64)
    );
    let wide = good.replace('}', &format!(r#","x":"{huge}"}}"#));
    let id = CrateId::parse("a", "1.0.0").unwrap();
    let line = quick(|| find_line(format!("{huge}\n{wide}\n").as_bytes(), &id, None)).unwrap();
    assert_eq!(line.raw(), wide.as_bytes());
    let file = quick(|| IndexFile::parse(format!("{huge}\n{wide}\n{good}").as_bytes()));
    assert_eq!(file.get(&id).unwrap().raw(), good.as_bytes());
}

/// A parsed TOML file takes many times its size in memory: what no lockfile needs is not even parsed.
#[test]
fn a_huge_lockfile_is_refused_unparsed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Cargo.lock");
    let long = format!("version = 4\nx = \"{}\"\n", "a".repeat(50 << 20));
    fs::write(&path, long).unwrap();
    let error = quick(|| read_lockfile(&path)).unwrap_err();
    assert!(
        matches!(error, Error::Fs(FsError::TooLarge { .. })),
        "{error}"
    );
}
