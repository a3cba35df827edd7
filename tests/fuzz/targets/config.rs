//! Cargo's config file: off undoes on, to the byte, whenever on agrees to touch the file at all.

#![no_main]

use cargo_mirror::io::config::{self, Pointer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let pointer = |folder: &str| Pointer {
        local_registry: folder.to_owned(),
    };
    let (here, there) = (pointer("/mirror \" ' \\/crates-io"), pointer("other"));
    let _ = config::replacement(text);
    let _ = config::pointed_at(text);

    let without = config::off(text);
    if let Ok(Some(without)) = &without {
        assert_eq!(config::pointed_at(without), Ok(None), "{without}");
        assert_eq!(config::off(without).as_ref(), Ok(&Some(without.clone())));
    }
    let Ok(once) = config::on(Some(text), &here) else {
        return;
    };
    let without = without.expect("what can be edited can be undone");
    assert!(once.parse::<toml::Table>().is_ok(), "{once}");
    assert_eq!(
        config::pointed_at(&once),
        Ok(Some(here.local_registry.clone())),
        "{once}"
    );
    assert_eq!(config::on(Some(&once), &here).as_ref(), Ok(&once));
    assert_eq!(config::off(&once), Ok(without), "{once}");

    let moved = config::on(Some(&once), &there).expect("our own block can be moved");
    assert_eq!(config::on(Some(&moved), &here), Ok(once));
});
