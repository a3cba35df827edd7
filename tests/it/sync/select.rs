//! What a copy takes: rules, closures, roots; and that the real cargo gets along with it.

use crate::fixture::command::Run;
use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::write;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::trees::IndexTrees;

/// `app` needs `lib` 1 and, for its build, an exact `tool`; `lib` needs an older `base`; and there is more that nobody needs.
fn registry() -> Registry {
    let lib = |version: &str, base: &str| Crate::new("lib", version).dep(Dep::new("base", base));
    Registry::new([
        Crate::new("app", "1.0.0")
            .needs("lib")
            .dep(Dep::new("tool", "=0.3.1").build()),
        Crate::new("app", "1.1.0")
            .needs("lib")
            .dep(Dep::new("tool", "=0.3.1").build()),
        Crate::new("app", "2.0.0-rc.1"),
        lib("1.0.0", "0.1"),
        lib("1.5.0", "0.2")
            .dep(Dep::new("extra", "1").optional())
            .dep(Dep::new("tests-only", "1").dev()),
        lib("2.0.0", "1"),
        Crate::new("base", "0.1.0"),
        Crate::new("base", "0.2.0"),
        Crate::new("base", "0.2.7"),
        Crate::new("base", "0.2.8").yanked(),
        Crate::new("base", "1.0.0"),
        Crate::new("tool", "0.3.0"),
        Crate::new("tool", "0.3.1"),
        Crate::new("tool", "0.4.0"),
        Crate::new("extra", "1.0.0"),
        Crate::new("tests-only", "1.0.0"),
        Crate::new("other", "1.0.0"),
    ])
}

fn sync(sandbox: &Sandbox, trees: &IndexTrees<'_>, more: &[&str]) -> Run {
    let url = trees.url();
    sandbox.program(["sync", "--index-git", &url]).args(more)
}

#[track_caller]
fn takes(more: &[&str], expected: &[&str]) {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    for without_git in [false, true] {
        let mirror = sandbox.fresh("mirror");
        let run = if without_git {
            let list = sandbox.path("names");
            write(&list, "app\nlib\nbase\ntool\nextra\ntests-only\nother\n");
            let list = list.to_str().unwrap();
            sandbox
                .program(["sync", "--index-git", "none", "--names-from", list])
                .args(more)
        } else {
            sync(&sandbox, &trees, more)
        };
        let run = run.args(["-m", mirror.to_str().unwrap()]);
        run.outcome().no_panic().exits(0);
        assert_eq!(
            sound(&mirror, &registry).names(),
            expected,
            "{more:?}, without git: {without_git}"
        );
    }
}

#[test]
fn rules_take_what_they_say() {
    takes(
        &["--names", "app,base@0.2", "--exclude", "base@=0.2.0"],
        &[
            "app-1.0.0",
            "app-1.1.0",
            "app-2.0.0-rc.1",
            "base-0.2.7",
            "base-0.2.8",
        ],
    );
    takes(
        &["--versions", "latest", "--exclude", "t*"],
        &[
            "app-1.1.0",
            "base-1.0.0",
            "extra-1.0.0",
            "lib-2.0.0",
            "other-1.0.0",
        ],
    );
    takes(
        &["--names", "base", "--versions", "per-compatible"],
        &["base-0.1.0", "base-0.2.7", "base-1.0.0"],
    );
    takes(
        &[
            "--names",
            "APP,base",
            "--pre-releases",
            "none",
            "--no-yanked",
        ],
        &[
            "app-1.0.0",
            "app-1.1.0",
            "base-0.1.0",
            "base-0.2.0",
            "base-0.2.7",
            "base-1.0.0",
        ],
    );
    takes(&["--names", "app,base", "--max-size", "10"], &[]);
}

#[test]
fn a_closure_has_what_builds_resolve_to_and_cargo_never_picks_what_is_not_there() {
    let closure = [
        "app-1.1.0",
        "base-0.2.7",
        "extra-1.0.0",
        "lib-1.5.0",
        "tool-0.3.1",
    ];
    takes(
        &["--names", "app", "--versions", "latest", "--closure"],
        &closure,
    );

    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    let select = ["--names", "app", "--versions", "latest", "--closure"];
    sync(&sandbox, &trees, &select).outcome().exits(0);
    // Resolved by the real cargo, with no lockfile and no network, from nothing but the mirror.
    let project = sandbox.unlocked("project", &[Dep::new("app", "1")]);
    sandbox.run(&project, ["on"]).exits(0);
    sandbox
        .judge(["generate-lockfile"])
        .within(&project.folder)
        .outcome()
        .exits(0);
    let lockfile = project.read("Cargo.lock");
    for (name, version) in [
        ("app", "1.1.0"),
        ("lib", "1.5.0"),
        ("base", "0.2.7"),
        ("tool", "0.3.1"),
    ] {
        assert!(
            lockfile.contains(&format!("name = \"{name}\"\nversion = \"{version}\"")),
            "{lockfile}"
        );
    }
    sandbox.builds(&project);
    // Another feature of a dependency is there, too.
    let wider = sandbox.unlocked(
        "wider",
        &[
            Dep::new("app", "1"),
            Dep::new("lib", "1").features(&["extra"]),
        ],
    );
    sandbox.run(&wider, ["on"]).exits(0);
    sandbox
        .judge(["check"])
        .within(&wider.folder)
        .outcome()
        .exits(0);

    // What comes to need more, gets more: a crate that has not changed itself is in the closure now.
    registry.publish(
        &Crate::new("app", "1.2.0")
            .needs("lib")
            .dep(Dep::new("base", "0.1"))
            .needs("other"),
    );
    trees.commit(&registry);
    sync(&sandbox, &trees, &select)
        .outcome()
        .exits(0)
        .says("3 added");
    let fresh = sandbox.fresh("mirror");
    sync(&sandbox, &trees, &select)
        .args(["-m", fresh.to_str().unwrap()])
        .outcome()
        .exits(0);
    // What is no longer selected stays until `gc`, which keeps what is.
    sandbox.program(["gc", "--yes"]).outcome().exits(0);
    assert_eq!(
        sound(&sandbox.mirror(), &registry),
        sound(&fresh, &registry)
    );
}

#[test]
fn another_selection_begins_anew_and_fetches_only_what_is_missing() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    sync(
        &sandbox,
        &trees,
        &["--names", "lib", "--versions", "latest"],
    )
    .outcome()
    .exits(0);
    registry.forget();
    sync(&sandbox, &trees, &["--names", "lib,extra"])
        .outcome()
        .exits(0)
        .says("3 added");
    assert_eq!(registry.count(&registry.download_path("lib", "2.0.0")), 0);
    // And back: nothing is fetched, nothing goes.
    registry.forget();
    sync(
        &sandbox,
        &trees,
        &["--names", "lib", "--versions", "latest"],
    )
    .outcome()
    .exits(0);
    assert!(
        registry
            .paths()
            .iter()
            .all(|path| !path.starts_with("/dl/"))
    );
    assert_eq!(sound(&sandbox.mirror(), &registry).crates.len(), 4);
    sandbox.program(["gc", "--yes"]).outcome().exits(0);
    assert_eq!(sound(&sandbox.mirror(), &registry).names(), ["lib-2.0.0"]);
}

#[test]
fn gc_keeps_a_whole_copy_and_what_roots_want_besides() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    let project = sandbox.project("project", &[Dep::new("tool", "=0.3.0")]);
    sync(&sandbox, &trees, &[]).outcome().exits(0);
    let whole = sound(&sandbox.mirror(), &registry);
    sandbox.program(["gc", "--yes"]).outcome().exits(0);
    assert_eq!(sound(&sandbox.mirror(), &registry), whole);
    sandbox.run(&project, ["vendor"]).exits(0);
    sync(&sandbox, &trees, &["--names", "extra"])
        .outcome()
        .exits(0);
    sandbox.program(["gc", "--yes"]).outcome().exits(0);
    assert_eq!(
        sound(&sandbox.mirror(), &registry).names(),
        ["extra-1.0.0", "tool-0.3.0"]
    );
    sandbox.builds(&project);
}

#[test]
fn lockfiles_are_followed_so_that_they_can_be_updated_in_flight() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    let project = sandbox.unlocked("project", &[Dep::new("lib", "1")]);
    project.write(
        "Cargo.toml",
        project
            .read("Cargo.toml")
            .replace("version = \"1\"", "version = \"=1.0.0\""),
    );
    sandbox.lock(&project);
    sandbox.run(&project, ["vendor"]).exits(0);
    // Nothing is selected but what lockfiles use.
    let select = ["--names", "app@=9.9.9", "--follow-roots"];
    sync(&sandbox, &trees, &select).outcome().exits(0);
    let held = sound(&sandbox.mirror(), &registry);
    let expected = [
        "base-0.1.0",
        "base-0.2.7",
        "base-1.0.0",
        "extra-1.0.0",
        "lib-1.0.0",
        "lib-1.5.0",
        "lib-2.0.0",
    ];
    assert_eq!(held.names(), expected);
    project.write(
        "Cargo.toml",
        project.read("Cargo.toml").replace("=1.0.0", "1"),
    );
    sandbox
        .judge(["update"])
        .within(&project.folder)
        .outcome()
        .exits(0);
    assert!(project.read("Cargo.lock").contains("version = \"1.5.0\""));
    sandbox.builds(&project);
}

#[test]
fn a_dry_run_says_what_is_needed_and_writes_nothing() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    let run = sync(&sandbox, &trees, &["-n"]).outcome().exits(0);
    run.says("17 versions to fetch")
        .says("60 KiB a version")
        .says("free");
    assert!(!sandbox.mirror().join("crates-io").exists());
    let report = sync(
        &sandbox,
        &trees,
        &["-n", "--names", "lib", "--message-format", "json"],
    )
    .outcome()
    .exits(0)
    .report();
    assert_eq!(report["needed"]["versions"], 3);
    assert!(
        registry
            .paths()
            .iter()
            .all(|path| !path.starts_with("/dl/"))
    );
}

#[test]
fn settings_are_read_and_a_private_name_is_never_asked_for() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    let url = trees.url();
    write(
        &sandbox.mirror().join("mirror.toml"),
        format!(
            "private-names = [\"to*\"]\n[sync]\nindex-git = \"{url}\"\ncontact = \"mirror@r.example\"\n\
             [sync.select]\nnames = [\"t*\", \"base\"]\nversions = \"latest\"\n"
        ),
    );
    let run = sandbox.program(["sync"]).outcome().exits(0);
    run.says("1 not asked for");
    assert_eq!(
        sound(&sandbox.mirror(), &registry).names(),
        ["base-1.0.0", "tests-only-1.0.0"]
    );
    let agents = registry
        .asked()
        .into_iter()
        .filter_map(|asked| Some(asked.headers.get("user-agent")?.to_str().ok()?.to_owned()));
    assert!(agents.clone().count() > 0);
    for agent in agents {
        assert!(
            agent.starts_with("cargo-mirror/") && agent.ends_with("(mirror@r.example)"),
            "{agent}"
        );
    }
    assert!(registry.paths().iter().all(|path| !path.contains("tool")));
    // The command line goes before the file.
    sandbox
        .program(["sync", "--names", "extra"])
        .outcome()
        .exits(0);
    assert!(
        sandbox
            .mirror()
            .join("crates-io/extra-1.0.0.crate")
            .exists()
    );
    write(
        &sandbox.mirror().join("mirror.toml"),
        "[sync.select]\nversions = \"newest\"\n",
    );
    sandbox
        .program(["sync"])
        .outcome()
        .exits(101)
        .says("line 2")
        .says("`versions`");
}

/// A database dump of the registry, with the tables that a selection looks at.
fn dump(path: &std::path::Path) {
    dump_with(path, "1,10\n2,500\n3,900\n4,70\n5,1\n7,800\n");
}

/// The same with other downloads: `id,downloads`, a line each.
pub(super) fn dump_with(path: &std::path::Path, downloads: &str) {
    let crates = "id,name\n1,app\n2,lib\n3,base\n4,tool\n5,Extra\n6,tests-only\n7,other\n";
    let downloads = &format!("crate_id,downloads\n{downloads}");
    let categories = "id,slug\n1,parsing\n2,network-programming\n";
    let of = "crate_id,category_id\n2,1\n7,1\n3,2\n";
    // app needs tool and Extra, lib needs tool twice, base needs itself; an older version of lib needed other; for tests
    // alone, three need tests-only.
    let shown = "crate_id,version_id\n1,11\n2,3\n3,13\n4,14\n7,17\n";
    let needs = "id,version_id,crate_id,req,kind,optional\n1,11,4,^1,0,f\n2,11,5,^1,1,t\n3,3,4,^1,0,f\n4,3,4,^1,1,f\n\
                 5,13,3,^1,0,f\n6,13,3,^1,1,f\n7,2,7,^1,0,f\n8,1,7,^1,0,f\n9,11,6,^1,2,f\n10,3,6,^1,2,f\n11,13,6,^1,2,f\n";
    let versions = "id,crate_id,num,yanked,crate_size,tar_sha256,downloads,created_at\n\
                    1,2,1.0.0,f,1000,x,1,2024-01-01 00:00:00\n2,2,1.5.0,f,2000,x,1,2024-01-01 00:00:00\n\
                    3,2,2.0.0,f,3000,x,1,2024-01-01 00:00:00\n";
    let mut tar = tar::Builder::new(Vec::new());
    for (name, text) in [
        ("crates", crates),
        ("crate_downloads", downloads),
        ("categories", categories),
        ("crates_categories", of),
        ("default_versions", shown),
        ("dependencies", needs),
        ("versions", versions),
    ] {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        let inner = format!("2026-01-01-020000/data/{name}.csv");
        tar.append_data(&mut header, inner, text.as_bytes())
            .unwrap();
    }
    write(
        path,
        crate::fixture::package::gzip(&tar.into_inner().unwrap()),
    );
}

#[test]
fn a_dump_knows_names_downloads_categories_and_sizes() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    let path = sandbox.path("db-dump.tar.gz");
    dump(&path);
    let with = |more: &[&str], without_git: bool| {
        let mirror = sandbox.fresh("mirror");
        let url = trees.url();
        let index = if without_git { "none" } else { &url };
        let run = sandbox.program([
            "sync",
            "--index-git",
            index,
            "--versions",
            "latest",
            "--names-from",
        ]);
        let run = run
            .args([path.as_path()])
            .args(more)
            .args(["-m", mirror.to_str().unwrap()]);
        run.outcome().no_panic().exits(0);
        // What is selected by rank is a root, too.
        sandbox
            .program(["gc", "--yes", "-m", mirror.to_str().unwrap()])
            .outcome()
            .exits(0);
        let held = sound(&mirror, &registry);
        held.names()
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    for without_git in [false, true] {
        assert_eq!(
            with(&["--top", "3"], without_git),
            ["base-1.0.0", "lib-2.0.0", "other-1.0.0"]
        );
        assert_eq!(
            with(&["--categories", "parsing"], without_git),
            ["lib-2.0.0", "other-1.0.0"]
        );
        assert_eq!(
            with(&["--top", "2", "--top-by", "dependents"], without_git),
            ["extra-1.0.0", "tool-0.4.0"]
        );
        let all = with(&["--top", "1", "--closure"], without_git);
        assert_eq!(all, ["base-1.0.0"]);
    }
    let run = sandbox.program([
        "sync",
        "-n",
        "--index-git",
        &trees.url(),
        "--names",
        "lib",
        "--names-from",
    ]);
    let run = run.args([path.as_path()]).outcome().exits(0);
    run.says("3 versions to fetch (6.0 kB)");
    let run = sandbox.program([
        "sync",
        "--index-git",
        &trees.url(),
        "--categories",
        "parsing",
    ]);
    run.outcome()
        .exits(101)
        .says("nothing says which crates have them");
}
