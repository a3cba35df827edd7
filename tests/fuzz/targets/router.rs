//! Whatever a request says, the router ends, and what it finds is made of names that stay within the mirror; the headers that
//! ask for a part, an encoding or a tag are read without harm.

#![no_main]

use std::path::{Component, Path};

use cargo_mirror::serve::negotiate::{Coding, Part, part, tag_matches};
use cargo_mirror::serve::router::{Place, Route, route};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let inside = |path: &str| {
        let plain = |part: Component<'_>| matches!(part, Component::Normal(_));
        assert!(Path::new(path).components().all(plain), "{path}");
        assert!(!path.contains(['\\', '\0', ':']), "{path}");
    };
    let source = |place: Place<'_>| inside(&place.folder());
    match route(&text) {
        Route::Config(place) => source(place),
        Route::Index(place, name) => {
            source(place);
            inside(&name.index_path());
            assert!(text.ends_with(&name.index_path()));
        }
        Route::Crate(place, id) => {
            source(place);
            inside(&id.file_name());
        }
        _ => {}
    }
    let length = bytes.len() as u64 * 37;
    if let Part::Range(from, to) = part(bytes, length) {
        assert!(from < to && to <= length);
    }
    let _ = (Coding::accepted(bytes), tag_matches(bytes, "abc"));
});
