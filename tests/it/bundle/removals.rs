//! What was removed at the sender: told, followed unless something speaks against it, once and after a kill.

use std::fs;
use std::path::Path;

use crate::fixture::bundle::{Crafted, export, import, on, same};
use crate::fixture::package::Crate;
use crate::fixture::project::{tree, write};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::trees::IndexTrees;

/// Versions of two crates, and as many crates more as are asked for.
fn registry(more: usize) -> Registry {
    let crates = ["1.0.0", "1.1.0"].map(|version| Crate::new("apple", version));
    let others = (0..more).map(|number| Crate::new(&format!("crate-{number}"), "1.0.0"));
    Registry::new(
        crates
            .into_iter()
            .chain([Crate::new("pear", "2.0.0")])
            .chain(others),
    )
}

fn sync(sandbox: &Sandbox, trees: &IndexTrees<'_>) {
    let url = trees.url();
    let words = ["sync", "--index-git", &url, "--allow-mass-removal"];
    on(sandbox, "mirror", &words).exits(0);
}

fn quarantined(mirror: &Path) -> Vec<String> {
    let files = tree(&mirror.join(".mirror/quarantine")).into_keys();
    files
        .filter(|path| path.strip_suffix(".crate").is_some())
        .collect()
}

#[test]
fn what_upstream_removed_goes_on_the_other_side_too() {
    let registry = registry(0);
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    sync(&sandbox, &trees);
    export(&sandbox, "first.cmb", &[]);
    // Nothing was removed, so programs that know nothing of removals read it.
    let first = fs::read(sandbox.path("first.cmb")).unwrap();
    import(&sandbox, "other", &["first.cmb"]).exits(0);
    import(&sandbox, "wants", &["first.cmb"]).exits(0);
    on(&sandbox, "wants", &["prefetch", "apple=1.0.0"]).exits(0);

    registry.withdraw("apple", "1.0.0");
    registry.withdraw_all("pear");
    trees.commit(&registry);
    sync(&sandbox, &trees);
    on(
        &sandbox,
        "mirror",
        &["export", "second.cmb", "--since", "first.cmb"],
    )
    .exits(0)
    .answers("0 crates (0 B), 2 removals");
    on(&sandbox, "mirror", &["bundle", "list", "second.cmb"])
        .exits(0)
        .answers("gone crates-io apple@1.0.0 2")
        .answers("gone crates-io pear@2.0.0 2");
    on(&sandbox, "mirror", &["diff", "other", "second.cmb"])
        .exits(1)
        .answers("+ gone crates-io apple@1.0.0")
        .answers("- crate crates-io apple@1.0.0");
    let before = tree(&sandbox.path("other"));
    on(
        &sandbox,
        "other",
        &["import", "--allow-unsigned", "-n", "second.cmb"],
    )
    .exits(0)
    .answers("remove 2 versions");
    assert!(before == tree(&sandbox.path("other")));
    import(&sandbox, "other", &["second.cmb"])
        .exits(0)
        .answers("removed 2 versions");
    same(&sandbox.mirror(), &sandbox.path("other"));
    on(&sandbox, "other", &["verify"]).exits(0);
    on(&sandbox, "mirror", &["diff", "other", "second.cmb"]).never_answers("gone");
    // Put aside, not lost.
    let aside = tree(&sandbox.path("other/.mirror/removed"));
    assert!(
        aside
            .keys()
            .any(|path| path.ends_with("crates-io/pear-2.0.0.crate"))
    );

    // Twice is once.
    let before = tree(&sandbox.path("other"));
    import(&sandbox, "other", &["second.cmb"])
        .exits(0)
        .never_answers("removed");
    assert!(before == tree(&sandbox.path("other")));

    // What a root wants stays, and that is said.
    let run = import(&sandbox, "wants", &["second.cmb"]);
    run.exits(0)
        .answers("removed 1 version")
        .says("apple@1.0.0 was removed where the dump comes from, and stays here: a root wants it");
    let kept = sandbox.path("wants/crates-io");
    assert!(kept.join("apple-1.0.0.crate").exists() && !kept.join("pear-2.0.0.crate").exists());
    on(&sandbox, "wants", &["verify"]).exits(0);

    // The receiver has been told: the next dump does not tell it again. A state of one that kept it does.
    on(
        &sandbox,
        "mirror",
        &["export", "third.cmb", "--since", "second.cmb"],
    )
    .exits(0)
    .never_answers("removal");
    on(&sandbox, "wants", &["state", "wants.state"]).exits(0);
    on(
        &sandbox,
        "mirror",
        &["export", "fourth.cmb", "--since", "wants.state"],
    )
    .exits(0)
    .answers("1 removal;");
    // What has been told is handed on.
    on(
        &sandbox,
        "other",
        &["export", "onward.cmb", "--since", "first.cmb"],
    )
    .exits(0)
    .answers("2 removals");
    // A whole dump tells all, to one who may have older ones.
    on(&sandbox, "mirror", &["export", "all.cmb"])
        .exits(0)
        .answers("2 removals");
    import(&sandbox, "empty", &["all.cmb"])
        .exits(0)
        .never_answers("removed");
    assert!(first.len() > 200);
}

#[test]
fn settings_and_flags_say_what_becomes_of_it() {
    let registry = registry(30);
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    sync(&sandbox, &trees);
    export(&sandbox, "first.cmb", &[]);
    for mirror in ["keep", "drop", "many"] {
        import(&sandbox, mirror, &["first.cmb"]).exits(0);
    }
    registry.withdraw("apple", "1.0.0");
    trees.commit(&registry);
    sync(&sandbox, &trees);
    export(&sandbox, "second.cmb", &["--since", "first.cmb"]);
    write(
        &sandbox.path("keep/mirror.toml"),
        "[sync]\non-removed = \"keep\"\n",
    );
    import(&sandbox, "keep", &["second.cmb"])
        .exits(0)
        .says("stays here: `on-removed` says `keep`");
    assert!(sandbox.path("keep/crates-io/apple-1.0.0.crate").exists());
    let drop = ["--on-removed", "drop", "second.cmb"];
    import(&sandbox, "drop", &drop)
        .exits(0)
        .answers("removed 1 version");
    assert!(!sandbox.path("drop/crates-io/apple-1.0.0.crate").exists());
    assert!(!sandbox.path("drop/.mirror/removed").exists());

    // Very many at once are not followed unasked.
    for number in 0..20 {
        registry.withdraw_all(&format!("crate-{number}"));
    }
    trees.commit(&registry);
    sync(&sandbox, &trees);
    export(&sandbox, "third.cmb", &["--since", "first.cmb"]);
    let before = tree(&sandbox.path("many/crates-io"));
    import(&sandbox, "many", &["third.cmb"])
        .exits(101)
        .says("21 of 32 crates would lose versions at once")
        .says("--allow-mass-removal");
    assert!(before == tree(&sandbox.path("many/crates-io")));
    import(&sandbox, "many", &["--allow-mass-removal", "third.cmb"])
        .exits(0)
        .answers("removed 21 versions");
    same(&sandbox.mirror(), &sandbox.path("many"));

    // Of other bytes under that number nothing was said.
    let told = |text: String| {
        let sum = "c".repeat(64);
        let gone = format!("gone crates-io pear 2.0.0 {sum} 2026-01-01T00:00:00Z\nend 1\n");
        text.replace("bundle 1\n", "bundle 2\n")
            .replace("end 1\n", &gone)
    };
    let crafted = Crafted {
        edit: Some(told),
        sequence: 9,
        ..Crafted::default()
    };
    crafted.write(&sandbox.path("crafted.cmb"));
    import(&sandbox, "many", &["crafted.cmb"])
        .exits(0)
        .says("pear@2.0.0 was removed")
        .says("it is here with other bytes");
    assert!(sandbox.path("many/crates-io/pear-2.0.0.crate").exists());
}

#[test]
fn a_removal_that_is_killed_leaves_a_sound_mirror_and_goes_on() {
    requires!(debug_build);
    let registry = registry(0);
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    sync(&sandbox, &trees);
    export(&sandbox, "first.cmb", &[]);
    registry.withdraw("apple", "1.0.0");
    registry.withdraw_all("pear");
    trees.commit(&registry);
    sync(&sandbox, &trees);
    export(&sandbox, "second.cmb", &["--since", "first.cmb"]);
    let mut kills = 0;
    for (step, policy) in [
        ("sync-state-renamed:1", "hold 1d"),
        ("index-renamed:1", "hold 1d"),
        ("line-removed:1", "hold 1d"),
        ("crate-put-aside:1", "hold 1d"),
        ("crate-put-aside:2", "hold 1d"),
        ("line-removed:1", "drop"),
        ("crate-removed:1", "drop"),
        ("crate-removed:2", "drop"),
    ] {
        let _ = fs::remove_dir_all(sandbox.path("other"));
        import(&sandbox, "other", &["first.cmb"]).exits(0);
        let words = [
            "import",
            "--allow-unsigned",
            "--on-removed",
            policy,
            "second.cmb",
        ];
        let run = sandbox.program(words).env("CARGO_MIRROR_TEST_KILL", step);
        let run = run.env("CARGO_MIRROR_DIR", sandbox.path("other")).outcome();
        kills += usize::from(run.code.is_none());
        on(&sandbox, "other", &["verify"]).exits(0);
        import(&sandbox, "other", &["--on-removed", policy, "second.cmb"]).exits(0);
        same(&sandbox.mirror(), &sandbox.path("other"));
        on(&sandbox, "other", &["verify"]).exits(0);
    }
    assert!(kills >= 6, "only {kills} kills");
}

#[test]
fn a_version_that_was_removed_from_a_hosted_registry_goes_and_its_number_stays_used() {
    requires!(debug_build);
    let sandbox = Sandbox::new(&Registry::new([]));
    let new = [
        "registry",
        "new",
        "corp",
        "--url",
        "https://r.example/index/",
    ];
    on(&sandbox, "mirror", &new).exits(0);
    for version in ["1.0.0", "1.1.0", "1.2.0"] {
        let file = sandbox.path(&format!("acme-{version}.crate"));
        write(&file, Crate::new("acme", version).bytes());
        let file = file.display().to_string();
        on(&sandbox, "mirror", &["add", "--offline", &file]).exits(0);
    }
    export(&sandbox, "first.cmb", &["--hosted"]);
    for version in ["acme@1.0.0", "acme@1.1.0"] {
        on(&sandbox, "mirror", &["remove", version, "--yes"]).exits(0);
    }
    export(
        &sandbox,
        "second.cmb",
        &["--hosted", "--since", "first.cmb"],
    );
    export(&sandbox, "without.cmb", &["--since", "first.cmb"]);
    on(&sandbox, "mirror", &["bundle", "list", "without.cmb"])
        .exits(0)
        .never_answers("gone");
    let index = |mirror: &str| {
        let path = sandbox
            .path(mirror)
            .join("registries/corp/index/ac/me/acme");
        fs::read_to_string(path).unwrap()
    };
    let mut kills = 0;
    for step in [
        "none:1",
        "line-removed:1",
        "withdrawn-line:1",
        "import-removed:1",
        "secret-renamed:1",
    ] {
        let _ = fs::remove_dir_all(sandbox.path("other"));
        on(&sandbox, "other", &new).exits(0);
        import(&sandbox, "other", &["first.cmb"]).exits(0);
        let words = ["import", "--allow-unsigned", "second.cmb"];
        let run = sandbox.program(words).env("CARGO_MIRROR_TEST_KILL", step);
        let run = run.env("CARGO_MIRROR_DIR", sandbox.path("other")).outcome();
        kills += usize::from(run.code.is_none());
        import(&sandbox, "other", &["second.cmb"]).exits(0);
        assert_eq!(index("mirror"), index("other"), "{step}");
        on(&sandbox, "other", &["verify"]).exits(0);
        assert_eq!(quarantined(&sandbox.path("other")).len(), 2, "{step}");
        let folder = sandbox.path("other/registries/corp");
        assert!(!folder.join("acme-1.0.0.crate").exists(), "{step}");
    }
    assert_eq!(kills, 4);
    // Its number is not given to other bytes there either.
    let file = sandbox.path("acme-1.0.0.crate");
    write(&file, Crate::new("acme", "1.0.0").file("x", "y").bytes());
    let file = file.display().to_string();
    on(&sandbox, "other", &["add", "--offline", &file])
        .exits(101)
        .says("its number is not used again");
}
