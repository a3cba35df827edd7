//! A lockfile: whatever its bytes are, no package in it can name a file outside the mirror.

#![no_main]

use cargo_mirror::model::input::lockfile;
use libfuzzer_sys::fuzz_target;

#[path = "inside.rs"]
mod inside;

fuzz_target!(|text: &str| {
    // Both are asked of every input file.
    let _ = lockfile::looks_like_one(text);
    let locked = match lockfile::parse(text) {
        Ok(locked) => locked,
        Err(error) => {
            let message = error.to_string();
            assert!(
                !message.contains('\0') && !message.contains('\u{1b}'),
                "{message:?}"
            );
            return;
        }
    };
    assert!(locked.is_sorted(), "{locked:?}");
    for pair in locked.windows(2) {
        let (one, other) = (&pair[0], &pair[1]);
        assert!(
            (&one.id, &one.source) != (&other.id, &other.source),
            "{one:?} and {other:?}"
        );
    }
    for package in &locked {
        inside::stays(&package.id);
        // What is shown to people is one line.
        assert!(!package.id.to_string().contains(char::is_control));
    }
});
