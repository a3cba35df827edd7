//! Cargo's config file: off undoes on, to the byte, whenever on agrees to touch the file at all.

#![no_main]

use cargo_mirror::io::config::edit;
use cargo_mirror::io::config::edit::ConfigPatch;
use cargo_mirror::io::config::edit::ReplacementTarget;
use cargo_mirror::io::config::edit::SourceReplacement;
use cargo_mirror::model::source::id::Reference;
use cargo_mirror::model::source::table::SourceTable;
use libfuzzer_sys::fuzz_target;

fn pointer(folder: &str) -> ConfigPatch {
    let registry = |url: &str| SourceTable::Registry {
        url: url.to_owned(),
    };
    let git = |reference| SourceTable::Git {
        url: "https://r.example/a".to_owned(),
        reference,
    };
    let originals = [
        registry("registry+https://r.example/index"),
        registry("sparse+https://r.example/index/"),
        git(Reference::Default),
        git(Reference::Branch("main".to_owned())),
    ];
    let sources = originals.into_iter().enumerate();
    ConfigPatch {
        crates_io: Some(ReplacementTarget::LocalRegistry(folder.to_owned())),
        sources: sources
            .map(|(at, original)| SourceReplacement {
                original,
                called: None,
                folder: format!("{folder}/{at}"),
                name: at.to_string(),
            })
            .collect(),
        hosted: Vec::new(),
    }
}

fuzz_target!(|text: &str| {
    let here = pointer("/mirror \" ' \\/crates-io");
    let there = ConfigPatch {
        crates_io: Some(ReplacementTarget::Server(
            "sparse+http://r.example/".to_owned(),
        )),
        sources: pointer("other").sources.split_off(2),
        hosted: Vec::new(),
    };
    let _ = edit::replacement(text);
    let _ = edit::current_patch(text);

    let without = edit::off(text);
    if let Ok(Some(without)) = &without {
        assert_eq!(
            edit::current_patch(without),
            Ok(ConfigPatch::default()),
            "{without}"
        );
        assert_eq!(edit::off(without).as_ref(), Ok(&Some(without.clone())));
    }
    let Ok(once) = edit::on(Some(text), &here) else {
        return;
    };
    let without = without.expect("what can be edited can be undone");
    assert!(once.parse::<toml::Table>().is_ok(), "{once}");
    let found = edit::current_patch(&once).expect("what was edited can be read");
    assert_eq!(found.crates_io, here.crates_io, "{once}");
    assert_eq!(found.sources.len(), here.sources.len(), "{once}");
    assert_eq!(edit::on(Some(&once), &here).as_ref(), Ok(&once));
    assert_eq!(edit::off(&once), Ok(without), "{once}");

    let Ok(moved) = edit::on(Some(&once), &there) else {
        // Another file may have room for folders and none for a server.
        return;
    };
    assert_eq!(edit::on(Some(&moved), &here), Ok(once));
});
