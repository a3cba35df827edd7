//! Files that the program writes and the repository keeps: the completions and the man page are current.

use std::path::Path;

use crate::fixture::project::tree;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;

#[test]
fn completions_and_man_page_are_current() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let fresh = sandbox.fresh("completions");
    let run = sandbox.program(["generate"]).args([&fresh]);
    run.outcome().exits(0);
    let (fresh, kept) = (
        tree(&fresh),
        tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("completions")),
    );
    let names: Vec<&String> = fresh.keys().collect();
    assert_eq!(
        names,
        [
            "_cargo-mirror",
            "_cargo-mirror.ps1",
            "cargo-mirror.1",
            "cargo-mirror.bash",
            "cargo-mirror.elv",
            "cargo-mirror.fish",
        ]
    );
    for (name, bytes) in &fresh {
        // A checkout may have the ends of lines of its platform.
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("\r\n", "\n");
        assert!(
            kept.get(name).is_some_and(|kept| text(kept) == text(bytes)),
            "completions/{name} is out of date: run `cargo run -- mirror generate completions`"
        );
    }
    assert_eq!(kept.len(), fresh.len(), "completions/ holds something else");
}
