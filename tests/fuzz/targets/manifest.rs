//! From a manifest to a line of the index, and back through the strict reader: a line without faults is one that we read
//! ourselves, and yanking it and taking that back gives the same bytes.

#![no_main]

use cargo_mirror::model::index::file::IndexLine;
use cargo_mirror::model::index::from_manifest::{self, OwnAddresses};
use cargo_mirror::model::index::strict;
use cargo_mirror::model::package::checksum::Hashing;
use cargo_mirror::model::package::manifest::Manifest;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(manifest) = Manifest::parse(text) else {
        return;
    };
    let own = OwnAddresses::new(["sparse+https://r.example/index/"]);
    let checksum = Hashing::default().finish();
    let line = match from_manifest::line(&manifest, &checksum, &own, None) {
        Ok(line) => line,
        Err(bad) => {
            assert!(!bad.is_empty(), "a refusal says why");
            return;
        }
    };
    let raw = line.render();
    assert!(!raw.contains(&b'\n'));
    if !strict::faults(&raw).is_empty() {
        return;
    }
    let read = IndexLine::parse(&raw).expect("what has no fault can be read");
    assert_eq!(
        read.id(),
        &line.id().expect("its name and version were checked")
    );
    let yanked = read.with_yanked(true);
    assert!(yanked.yanked());
    assert_eq!(yanked.with_yanked(false), read);
    // The same again: nothing depends on a hash or a clock.
    let again = from_manifest::line(&manifest, &checksum, &own, None);
    assert_eq!(again.map(|line| line.render()), Ok(raw));
});
