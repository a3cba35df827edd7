//! Registries other than crates.io: with a sparse index or a git one, each in a folder of its own.

use std::fmt::Write as _;
use std::fs;

use cargo_mirror::io::config::default_index::DEFAULT_INDEX;
use cargo_mirror::model::source::id::RegistrySource;

use crate::fixture::index::GitIndex;
use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::{Project, changed, tree};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::server::Fault;

const MARKERS: &str = "/dl/{crate}/{version}/{prefix}/{lowerprefix}/{sha256-checksum}";

/// A project whose dependencies are `(package, requirement, registry)`; no registry is crates.io.
fn project(
    sandbox: &Sandbox,
    name: &str,
    deps: &[(&str, &str, Option<&str>)],
    registries: &[(&str, &str)],
) -> Project {
    let project = sandbox.unlocked(name, &[]);
    let mut manifest = project.read("Cargo.toml");
    for (number, (package, requirement, registry)) in deps.iter().enumerate() {
        let dep = format!("dep{number}");
        write!(
            manifest,
            "\n[dependencies.{dep}]\npackage = {package:?}\nversion = {requirement:?}\n"
        )
        .expect("text grows");
        if let Some(registry) = registry {
            writeln!(manifest, "registry = {registry:?}").expect("text grows");
        }
    }
    project.write("Cargo.toml", manifest);
    let mut config = String::new();
    for (name, index) in registries {
        writeln!(config, "[registries.{name}]\nindex = {index:?}").expect("text grows");
    }
    project.write(".cargo/config.toml", config);
    sandbox.lock(&project);
    project
}

/// The folder of a registry, from how a lockfile names it.
fn folder(sandbox: &Sandbox, source: &str) -> std::path::PathBuf {
    let registry = RegistrySource::parse(source).expect("the source is a registry");
    sandbox.mirror().join(registry.folder())
}

/// The real cargo builds with an empty home and without network, everything taken from the mirror; the lockfile stays.
#[track_caller]
fn builds(sandbox: &Sandbox, project: &Project, sources: &[&str]) {
    let mut arguments = vec![
        "source.crates-io.replace-with='m'".to_owned(),
        format!(
            "source.m.local-registry='{}'",
            sandbox.mirror().join("crates-io").display()
        ),
    ];
    for (number, source) in sources.iter().enumerate() {
        let url = source.strip_prefix("registry+").unwrap_or(source);
        let table = format!("source.{source:?}");
        arguments.extend([
            format!("{table}.registry={url:?}"),
            format!("{table}.replace-with='m{number}'"),
            format!(
                "source.m{number}.local-registry='{}'",
                folder(sandbox, source).display()
            ),
        ]);
    }
    let lockfile = project.read("Cargo.lock");
    let mut run = sandbox.judge(["check", "--frozen"]).within(&project.folder);
    for argument in &arguments {
        run = run.args(["--config", argument]);
    }
    run.outcome().exits(0);
    assert_eq!(project.read("Cargo.lock"), lockfile);
}

#[test]
fn sparse_and_git_indexes_build_without_network() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0"), Crate::new("beta", "1.0.0")]);
    // The same name and version as on crates.io, and other bytes.
    let alpha = Crate::new("alpha", "1.0.0").file("src/other.rs", "// other\n");
    let sparse = Registry::with_template(
        MARKERS,
        MARKERS,
        [
            alpha.clone(),
            Crate::new("PrivCrate", "0.2.1+build5").needs("alpha"),
        ],
    );
    let sandbox = Sandbox::new(&registry);
    let crates = [
        alpha.clone().file("src/third.rs", "// third\n"),
        Crate::new("Mixed_Case", "1.0.0-rc.1+b.2").needs("alpha"),
    ];
    let files = GitIndex::with_folder(&sandbox, "files", &crates);
    let served = Registry::with_template(MARKERS, MARKERS, [Crate::new("delta", "1.0.0")]);
    let dl = format!("{}{MARKERS}", served.root());
    let http = GitIndex::new(&sandbox, "http", &dl, &[Crate::new("delta", "1.0.0")]);
    let project = project(
        &sandbox,
        "app",
        &[
            ("alpha", "1", None),
            ("beta", "1", None),
            ("PrivCrate", "0.2", Some("sparse")),
            ("Mixed_Case", "=1.0.0-rc.1", Some("files")),
            ("delta", "1", Some("http")),
        ],
        &[
            ("sparse", &sparse.index()),
            ("files", &files.url()),
            ("http", &http.url()),
        ],
    );
    let run = sandbox
        .run(&project, ["prefetch", ".", "--dry-run"])
        .exits(0);
    run.answers(&format!("fetch delta@1.0.0 from {}", http.source()))
        .answers("fetch beta@1.0.0\n");
    sandbox.run(&project, ["status"]).exits(1);
    let run = sandbox.run(&project, ["prefetch", "."]).exits(0).no_panic();
    run.says("7 downloaded").says("all of it is mirrored");
    sound(&sandbox.mirror(), &registry);
    let sources = [&sparse.index(), &files.source(), &http.source()];
    let sources = sources.map(String::as_str);
    builds(&sandbox, &project, &sources);
    for source in sources {
        assert!(folder(&sandbox, source).join("index").is_dir(), "{source}");
    }
    // No build looks there yet.
    let run = sandbox.run(&project, ["status"]).exits(1);
    run.answers("7 packages in ")
        .answers("not ready: 1 not using the mirror, though all of it is mirrored");
    sandbox.program(["verify"]).outcome().exits(0);

    // Once more, and nobody is asked.
    fs::rename(&files.folder, sandbox.path("elsewhere")).unwrap();
    for registry in [&registry, &sparse, &served] {
        registry.forget();
    }
    let run = sandbox.run(&project, ["prefetch", "."]).exits(0);
    run.says("7 already there");
    for registry in [&registry, &sparse, &served] {
        assert_eq!(registry.paths(), [""; 0]);
    }
}

#[test]
fn cargos_own_clone_is_enough_without_network() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let crates = [Crate::new("alpha", "1.0.0"), Crate::new("beta", "1.0.0")];
    let index = GitIndex::with_folder(&sandbox, "files", &crates);
    let deps = [("alpha", "1", Some("files")), ("beta", "1", Some("files"))];
    let project = project(&sandbox, "app", &deps, &[("files", &index.url())]);
    sandbox.warm(&project);
    fs::rename(&index.folder, sandbox.path("elsewhere")).unwrap();
    // What cargo has made of its clone so far may be gone: the clone itself is read, too.
    let clones = sandbox.path("cargo-home").join("registry/index");
    for clone in fs::read_dir(&clones).unwrap() {
        fs::remove_dir_all(clone.unwrap().path().join(".cache")).unwrap();
    }
    let run = sandbox
        .run(&project, ["prefetch", ".", "--offline"])
        .exits(0)
        .no_panic();
    run.says("2 from cargo's cache");
    builds(&sandbox, &project, &[&index.source()]);
}

#[test]
fn an_old_clone_is_brought_up_to_date_by_cargo() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let served = Registry::with_template(
        MARKERS,
        MARKERS,
        [Crate::new("alpha", "1.0.0"), Crate::new("alpha", "1.1.0")],
    );
    let dl = format!("{}{MARKERS}", served.root());
    let index = GitIndex::new(&sandbox, "http", &dl, &[Crate::new("alpha", "1.0.0")]);
    let registries = [("http", &*index.url())];
    let old = project(
        &sandbox,
        "old",
        &[("alpha", "1", Some("http"))],
        &registries,
    );
    sandbox.warm(&old);
    index.publish(&[Crate::new("alpha", "1.1.0")]);
    let new = project(
        &sandbox,
        "new",
        &[("alpha", "1", Some("http"))],
        &registries,
    );
    sandbox
        .run(&new, ["prefetch", ".", "--offline"])
        .exits(101)
        .says("alpha@1.1.0 from registry+file://");
    sandbox.run(&new, ["prefetch", "."]).exits(0).no_panic();
    builds(&sandbox, &new, &[&index.source()]);

    // What cargo says of an index that it cannot fetch is passed on.
    let newer = Crate::new("alpha", "1.2.0");
    served.publish(&newer);
    index.publish(&[newer]);
    fs::remove_file(new.path("Cargo.lock")).unwrap();
    sandbox.lock(&new);
    fs::rename(&index.folder, sandbox.path("elsewhere")).unwrap();
    let run = sandbox.program(["prefetch", "."]).within(&new.folder);
    let run = run
        .env("CARGO_NET_RETRY", "0")
        .outcome()
        .exits(101)
        .no_panic();
    run.says("alpha@1.2.0 from registry+file://")
        .never_says("generate-lockfile")
        .never_says("cargo-mirror-asks")
        .says("failed to fetch");
    let run = sandbox.run(&new, ["status"]).exits(1);
    run.answers("missing alpha@1.2.0 from registry+file://")
        .answers("failed alpha@1.2.0 from registry+file://");
}

#[test]
fn gaps_are_told_failures_remembered_damage_repaired() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let private = Registry::new([
        Crate::new("alpha", "1.0.0").file("src/x.rs", "// x\n"),
        Crate::new("beta", "1.0.0"),
    ]);
    let sandbox = Sandbox::new(&registry);
    let deps = [
        ("alpha", "1", None),
        ("alpha", "1", Some("private")),
        ("beta", "1", Some("private")),
    ];
    let project = project(&sandbox, "app", &deps, &[("private", &private.index())]);
    let beta = private.download_path("beta", "1.0.0");
    private.always(&beta, Fault::Status(403));
    let told = format!("beta@1.0.0 from {}", private.index());
    let run = sandbox.run(&project, ["prefetch", "."]).exits(101);
    run.says(&told);
    let run = sandbox.run(&project, ["status"]).exits(1);
    run.answers(&format!("missing {told}"))
        .answers(&format!("failed {told}"));
    private.mend();
    sandbox.run(&project, ["vendor"]).exits(0);
    let run = sandbox.run(&project, ["status"]).exits(0);
    assert!(!run.stdout.contains("failed "), "{run}");

    let ours = folder(&sandbox, &private.index());
    let before = tree(&ours);
    fs::remove_file(ours.join("beta-1.0.0.crate")).unwrap();
    fs::write(ours.join("alpha-1.0.0.crate"), "rot").unwrap();
    let json = sandbox.run(&project, ["status", "--message-format", "json"]);
    let report = json.exits(1).report();
    assert_eq!(report["missing"][0]["source"], private.index());
    assert_eq!(report["damaged"][0]["package"], "alpha@1.0.0");
    assert_eq!(report["damaged"].as_array().map(Vec::len), Some(1));
    registry.forget();
    sandbox.run(&project, ["repair"]).exits(0);
    assert_eq!(changed(&before, &tree(&ours)), [""; 0]);
    assert_eq!(registry.paths(), [""; 0], "the other registry is not asked");
    sandbox.run(&project, ["status"]).exits(0);
    sandbox.builds_frozen(&project);

    // Without a root nobody knows whose folder it is.
    fs::remove_dir_all(sandbox.mirror().join(".mirror/roots")).unwrap();
    fs::remove_file(ours.join("beta-1.0.0.crate")).unwrap();
    let run = sandbox.run(&project, ["repair"]).exits(1);
    run.says("nobody knows which registry");
}

#[test]
fn what_no_root_wants_of_another_registry_goes() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0"), Crate::new("beta", "1.0.0")]);
    let private = Registry::new([Crate::new("alpha", "1.0.0"), Crate::new("beta", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let registries = [("private", &*private.index())];
    let deps = [("alpha", "1", None), ("beta", "1", Some("private"))];
    let stays = project(&sandbox, "stays", &deps, &registries);
    let deps = [("beta", "1", None), ("alpha", "1", Some("private"))];
    let goes = project(&sandbox, "goes", &deps, &registries);
    for project in [&stays, &goes] {
        sandbox.run(project, ["prefetch", "."]).exits(0);
    }
    sandbox
        .program(["roots", "forget", "goes"])
        .outcome()
        .exits(0);
    let run = sandbox.program(["gc", "--yes"]).outcome().exits(0);
    run.answers("drop alpha@1.0.0 from registries/127.0.0.1-")
        .answers("drop beta@1.0.0 (")
        .says("Dropped 2 crates");
    assert_eq!(sound(&sandbox.mirror(), &registry).names(), ["alpha-1.0.0"]);
    builds(&sandbox, &stays, &[&private.index()]);
}

#[test]
fn crates_io_by_the_name_of_its_sparse_index_is_crates_io() {
    let registry = Registry::new([
        Crate::new("alpha", "1.0.0").needs("beta"),
        Crate::new("beta", "1.0.0"),
    ]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    let lockfile = project.read("Cargo.lock");
    let start = lockfile.find("registry+").unwrap();
    let end = start + lockfile[start..].find('"').unwrap();
    let crates_io = &lockfile[start..end];
    project.write("Cargo.lock", lockfile.replace(crates_io, DEFAULT_INDEX));
    let manifest = project.read("Cargo.toml");
    let dep = "[dependencies.alpha]\n";
    project.write(
        "Cargo.toml",
        manifest.replace(dep, &format!("{dep}registry = \"same\"\n")),
    );
    let config = format!("[registries.same]\nindex = {DEFAULT_INDEX:?}\n");
    project.write(".cargo/config.toml", config);
    sandbox.run(&project, ["prefetch", "."]).exits(0).no_panic();
    let held = sound(&sandbox.mirror(), &registry);
    assert_eq!(held.names(), ["alpha-1.0.0", "beta-1.0.0"]);
    builds(&sandbox, &project, &[]);
    sandbox.run(&project, ["on"]).exits(0);
    sandbox.run(&project, ["status"]).exits(0);
}
