//! Git repositories, other registries and servers in cargo's config, with the real cargo as the judge.

use std::fs;
use std::path::{Path, PathBuf};

use cargo_mirror::model::source::id::{CRATES_IO, GitSource, RegistrySource};

use crate::fixture::command::Outcome;
use crate::fixture::package::{Crate, Dep, index_path};
use crate::fixture::project::{Project, write};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::{CARGO, Sandbox};

/// A project that takes a package from each kind of source there is, and what upstream it has.
struct World {
    crates_io: Registry,
    company: Registry,
    sandbox: Sandbox,
    project: Project,
    repository: PathBuf,
}

/// What a project says of the registries that its manifest names.
fn registries(world: &World) -> String {
    format!(
        "[registries]\ncompany.index = {:?}\nold.index = {:?}\n",
        world.company.index(),
        url(&world.sandbox.path("old-index"))
    )
}

fn world() -> World {
    let crates_io = Registry::new([Crate::new("alpha", "1.0.0")]);
    let company = Registry::new([Crate::new("beta", "1.0.0")]);
    let sandbox = Sandbox::new(&crates_io);
    let repository = sandbox.path("repository.git");
    write(&repository.join("src/lib.rs"), "");
    commit(&sandbox, &repository, "gitty", "0.1.0");
    old_registry(&sandbox);
    let world = World {
        project: sandbox.unlocked("app", &[Dep::new("alpha", "1")]),
        crates_io,
        company,
        sandbox,
        repository,
    };
    fill(&world, &world.project);
    let run = world.sandbox.program(["prefetch", "alpha@=1.0.0"]);
    run.outcome().exits(0);
    world
}

/// Lets a project depend on all of it, and locks that.
fn fill(world: &World, project: &Project) {
    let manifest = project.read("Cargo.toml");
    let repository = url(&world.repository);
    project.write(
        "Cargo.toml",
        format!(
            "{manifest}
beta = {{ version = \"1\", registry = \"company\" }}
gamma = {{ version = \"1\", registry = \"old\" }}
gitty = {{ git = \"{repository}\", branch = \"main\" }}
same = {{ git = \"{repository}\", package = \"gitty\" }}
"
        )
        .replace(
            "[dependencies.alpha]\nversion = \"1\"",
            "[dependencies]\nalpha = \"1\"",
        ),
    );
    project.write(".cargo/config.toml", registries(world));
    world.sandbox.lock(project);
}

fn url(path: &Path) -> String {
    format!("file://{}", path.display())
}

fn git(sandbox: &Sandbox, folder: &Path, arguments: &[&str]) {
    let who = ["-c", "user.name=t", "-c", "user.email=t@r.example"];
    let run = sandbox.command("git").args(who).args(arguments);
    run.within(folder).outcome().exits(0);
}

/// Commits a package of this name and version.
fn commit(sandbox: &Sandbox, folder: &Path, name: &str, version: &str) {
    let manifest =
        format!("[package]\nname = {name:?}\nversion = {version:?}\nedition = \"2021\"\n");
    write(&folder.join("Cargo.toml"), manifest);
    git(sandbox, folder, &["init", "--quiet", "-b", "main"]);
    git(sandbox, folder, &["add", "--all"]);
    git(sandbox, folder, &["commit", "--quiet", "-m", version]);
}

/// A registry with a git index, as all were once.
fn old_registry(sandbox: &Sandbox) {
    let gamma = Crate::new("gamma", "1.0.0");
    let index = sandbox.path("old-index");
    let downloads = sandbox.path("old-crates");
    write(&downloads.join("gamma-1.0.0.crate"), gamma.bytes());
    let template = format!("{}/{{crate}}-{{version}}.crate", url(&downloads));
    write(
        &index.join("config.json"),
        format!("{{\"dl\":{template:?}}}"),
    );
    write(&index.join(index_path("gamma")), gamma.line() + "\n");
    git(sandbox, &index, &["init", "--quiet"]);
    git(sandbox, &index, &["add", "--all"]);
    git(sandbox, &index, &["commit", "--quiet", "-m", "one"]);
}

/// The sources that a lockfile names.
fn sources(project: &Project) -> Vec<String> {
    let lockfile = project.read("Cargo.lock");
    let lines = lockfile
        .lines()
        .filter_map(|line| line.strip_prefix("source = "));
    lines
        .map(|line| line.trim_matches('"').to_owned())
        .collect()
}

/// Writes the folders that a mirror has for the sources of a project, all but crates.io.
fn stock(world: &World, project: &Project, mirror: &Path) {
    for source in sources(project) {
        if let Some(git) = GitSource::parse(&source) {
            let folder = mirror.join(git.folder()).join("gitty");
            let manifest = world.repository.join("Cargo.toml");
            write(&folder.join("Cargo.toml"), fs::read(manifest).unwrap());
            write(&folder.join("src/lib.rs"), "");
            write(
                &folder.join(".cargo-checksum.json"),
                "{\"files\":{},\"package\":null}",
            );
        } else if source != CRATES_IO
            && let Some(registry) = RegistrySource::parse(&source)
        {
            let name = if registry.is_sparse() {
                "beta"
            } else {
                "gamma"
            };
            let krate = Crate::new(name, "1.0.0");
            let folder = mirror.join(registry.folder());
            let file = format!("{name}-1.0.0.crate");
            write(&folder.join(file), krate.bytes());
            let index = folder.join("index").join(index_path(name));
            write(&index, krate.line() + "\n");
        }
    }
}

#[test]
fn a_project_with_every_kind_of_source_builds_from_the_mirror() {
    let world = world();
    let (sandbox, project) = (&world.sandbox, &world.project);
    let before = project.tree();
    // Nothing of it is there yet: builds go to the mirror for crates.io only, and that is said.
    let run = sandbox.run(project, ["on"]).exits(0);
    let run = run.says("warning: 4 sources of").says("help:");
    run.says("branch=main").says(&world.company.index());
    assert_eq!(
        project
            .read(".cargo/config.toml")
            .matches("[source.")
            .count(),
        2
    );
    sandbox.run(project, ["off"]).exits(0);

    stock(&world, project, &sandbox.mirror());
    let run = sandbox.run(project, ["on"]).exits(0);
    run.never_says("4 sources").never_says("elsewhere");
    sandbox.builds(project);
    sandbox.builds_frozen(project);
    let once = project.tree();
    sandbox
        .run(project, ["on"])
        .exits(0)
        .says("points at the mirror already");
    assert_eq!(project.tree(), once);
    let elsewhere = |project: &Project| {
        let run = sandbox.run(project, ["status", "--message-format", "json"]);
        run.objects().pop().unwrap()["projects"][0]["elsewhere"].clone()
    };
    assert_eq!(elsewhere(project), serde_json::Value::Null);
    sandbox.run(project, ["off"]).exits(0);
    assert_eq!(project.tree(), before);
    assert_eq!(elsewhere(project).as_array().unwrap().len(), 4);
}

#[test]
fn a_mirror_inside_the_project_is_named_relatively() {
    let world = world();
    let (sandbox, project) = (&world.sandbox, &world.project);
    let mirror = project.path("third party");
    let run = sandbox.program(["prefetch", "alpha@=1.0.0", "--mirror"]);
    run.args([&mirror]).outcome().exits(0);
    stock(&world, project, &mirror);
    let run = sandbox.program(["on", "--mirror"]).args([&mirror]);
    run.within(&project.folder).outcome().exits(0);
    let config = project.read(".cargo/config.toml");
    assert!(
        config.contains("directory = \"third party/git/repository-"),
        "{config}"
    );
    assert!(
        config.contains("local-registry = \"third party/registries/"),
        "{config}"
    );
    sandbox.builds(project);
    let member = project.path("src");
    let lockfile = project.read("Cargo.lock");
    let run = sandbox.judge(["check", "--frozen"]).within(&member);
    run.outcome().exits(0);
    assert_eq!(project.read("Cargo.lock"), lockfile);
}

#[test]
fn tables_that_the_project_has_for_its_sources_are_used_and_come_back() {
    let world = world();
    let (sandbox, project) = (&world.sandbox, &world.project);
    stock(&world, project, &sandbox.mirror());
    let repository = url(&world.repository);
    for own in [
        format!(
            "[source.company] # ours\nregistry = {:?}\n[source.repo]\ngit = \"{}\"\nbranch = 'main' # not the other\n",
            world.company.index(),
            repository.trim_end_matches(".git")
        ),
        format!(
            "[source.vendored]\ndirectory = 'vendor'\n[source.\"git+{repository}?branch=main\"]\ngit = \"{repository}\"\nbranch = \"main\"\nreplace-with = 'vendored'\n\n[source.crates-io]\nreplace-with = 'vendored'"
        ),
        format!(
            "[source]\nold = {{ registry = '{}', replace-with = 'nowhere' }}\nnowhere.directory = 'none'\n",
            url(&sandbox.path("old-index"))
        ),
    ] {
        let text = registries(&world) + &own;
        project.write(".cargo/config.toml", &text);
        sandbox.run(project, ["on"]).exits(0);
        sandbox.builds(project);
        sandbox.run(project, ["off"]).exits(0);
        assert_eq!(project.read(".cargo/config.toml"), text);
    }
    let inline = registries(&world)
        + &format!("[source]\nrepo = {{ git = \"{repository}\", branch = 'main' }}\n");
    project.write(".cargo/config.toml", &inline);
    let run = sandbox.run(project, ["on"]).exits(101);
    run.says("`source.repo` is written as an inline table")
        .says("help: write it as a `[source.repo]` table");
    assert_eq!(project.read(".cargo/config.toml"), inline);
}

/// Cargo merges what it finds in all folders above, and refuses two names for one source.
#[test]
fn a_config_further_up_may_name_the_same_source() {
    let world = world();
    let (sandbox, project) = (&world.sandbox, &world.project);
    stock(&world, project, &sandbox.mirror());
    let above = format!(
        "[source.repo]\ngit = \"{}\"\nbranch = 'main'\nreplace-with = 'elsewhere'\n[source.elsewhere]\ndirectory = 'none'\n",
        url(&world.repository)
    );
    write(&sandbox.path(".cargo/config.toml"), &above);
    sandbox.run(project, ["on"]).exits(0);
    sandbox.builds(project);
    sandbox.run(project, ["off"]).exits(0);
    assert_eq!(project.read(".cargo/config.toml"), registries(&world));
    assert_eq!(
        fs::read_to_string(sandbox.path(".cargo/config.toml")).unwrap(),
        above
    );
}

/// Builds offline with a home that has the config of the user and nothing else.
#[track_caller]
fn builds_with_the_users_config(world: &World, project: &Project) {
    let home = world.sandbox.fresh("home-with-config");
    let config = world.sandbox.path("cargo-home/config.toml");
    fs::copy(config, home.join("config.toml")).unwrap();
    let run = world.sandbox.judge(["check", "--frozen"]);
    let run = run.env("CARGO_HOME", home).within(&project.folder);
    run.outcome().exits(0);
}

#[test]
fn the_users_config_and_that_of_a_project_go_together() {
    let world = world();
    let (sandbox, project) = (&world.sandbox, &world.project);
    stock(&world, project, &sandbox.mirror());
    let before = project.tree();
    sandbox.run(project, ["on", "--global"]).exits(0);
    assert_eq!(project.tree(), before);
    builds_with_the_users_config(&world, project);
    // The same mirror in both.
    sandbox.run(project, ["on"]).exits(0);
    builds_with_the_users_config(&world, project);
    sandbox.builds(project);
    // Another mirror in the user's, which has nothing.
    let run = sandbox.program(["on", "--global", "--mirror"]);
    let run = run.args([sandbox.path("other")]).within(&project.folder);
    run.outcome().exits(0).says("is closer to the project");
    builds_with_the_users_config(&world, project);
    // Another mirror in the project's, which has everything; the user's has everything too, elsewhere.
    sandbox.run(project, ["on", "--global"]).exits(0);
    let other = sandbox.path("other");
    let run = sandbox.program(["prefetch", "alpha@=1.0.0", "--mirror"]);
    run.args([&other]).outcome().exits(0);
    stock(&world, project, &other);
    let run = sandbox.program(["on", "--mirror"]).args([&other]);
    run.within(&project.folder).outcome().exits(0);
    fs::rename(sandbox.mirror(), sandbox.path("gone")).unwrap();
    builds_with_the_users_config(&world, project);
    sandbox.run(project, ["off"]).exits(0);
    sandbox.run(project, ["off", "--global"]).exits(0);
    assert_eq!(project.tree(), before);
    assert!(!sandbox.path("cargo-home/config.toml").exists());
}

#[test]
fn projects_at_two_revisions_cannot_share_one_config() {
    let world = world();
    let (sandbox, project) = (&world.sandbox, &world.project);
    stock(&world, project, &sandbox.mirror());
    commit(sandbox, &world.repository, "gitty", "0.2.0");
    let other = sandbox.unlocked("newer", &[Dep::new("alpha", "1")]);
    fill(&world, &other);
    stock(&world, &other, &sandbox.mirror());
    let both = ["on", "--global", "app", "newer"];
    let run = sandbox.program(both).outcome().exits(101);
    run.says("from two folders of the mirror at once")
        .says("without --global");
    assert!(!sandbox.path("cargo-home/config.toml").exists());
    let each = sandbox.program(["on", "app", "newer"]).outcome();
    each.exits(0);
    sandbox.builds(project);
    sandbox.builds(&other);
    // At one revision they can.
    fs::copy(other.path("Cargo.lock"), project.path("Cargo.lock")).unwrap();
    sandbox.program(["off", "app", "newer"]).outcome().exits(0);
    sandbox.program(both).outcome().exits(0);
    builds_with_the_users_config(&world, project);
    builds_with_the_users_config(&world, &other);
}

/// Cargo with the network and an empty home.
#[track_caller]
fn builds_online(sandbox: &Sandbox, project: &Project) -> Outcome {
    let lockfile = project.read("Cargo.lock");
    let run = sandbox.command(CARGO).args(["check", "--locked"]);
    let run = run
        .env("CARGO_HOME", sandbox.fresh("empty-cargo-home"))
        .env("CARGO_TARGET_DIR", sandbox.path("target"))
        .within(&project.folder);
    let run = run.outcome().exits(0);
    assert_eq!(project.read("Cargo.lock"), lockfile);
    run
}

#[test]
fn a_server_stands_in_for_crates_io() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    let index = registry.index();
    // A folder that has nothing, further up: the two must not be one to cargo.
    let run = sandbox.program(["on", "--config-path", ".cargo/config.toml"]);
    run.outcome().exits(0);
    let before = project.tree();
    registry.forget();

    let on = ["on", "--server", index.trim_end_matches('/')];
    let run = sandbox.run(&project, on).exits(0);
    run.says(&format!("at {index}")).never_says("closer");
    builds_online(&sandbox, &project);
    assert_eq!(registry.count("/index/al/ph/alpha"), 1);
    assert!(!project.config().parent().unwrap().join("config").exists());
    let run = sandbox.run(&project, ["status"]);
    assert!(
        run.stdout
            .contains(&format!("builds take crates.io from {index}")),
        "{run}"
    );
    let run = sandbox.run(&project, ["status", "--message-format", "json"]);
    let report = run.objects().pop().unwrap();
    assert_eq!(report["projects"][0]["server"], index);
    assert_eq!(report["projects"][0]["on"], false);
    sandbox
        .run(&project, on)
        .exits(0)
        .says(&format!("points at {index} already"));
    sandbox.run(&project, ["off"]).exits(0);
    assert_eq!(project.tree(), before);

    for bad in [
        "",
        "host:80",
        "ftp://r.example",
        "http://u:secret@r.example",
    ] {
        let run = sandbox.run(&project, ["on", "--server", bad]).exits(101);
        run.says("is not the address of a server")
            .says("help:")
            .never_says("secret");
    }
    assert_eq!(project.tree(), before);
}

#[test]
fn a_server_takes_the_place_of_a_folder_and_back() {
    let world = world();
    let (sandbox, project) = (&world.sandbox, &world.project);
    stock(&world, project, &sandbox.mirror());
    sandbox.run(project, ["on"]).exits(0);
    let folder = project.tree();
    let index = world.crates_io.index();
    let run = sandbox.run(project, ["on", "--server", &index]).exits(0);
    run.says("contacted directly as before");
    let config = project.read(".cargo/config.toml");
    assert!(!config.contains("directory"), "{config}");
    builds_online(sandbox, project);
    sandbox.run(project, ["on"]).exits(0);
    assert_eq!(project.tree(), folder);
}

/// What `vendor` mirrors it points builds at, and it asks cargo under the names that the configs have for sources.
#[test]
fn vendor_points_builds_at_another_registry() {
    let crates_io = Registry::new([Crate::new("alpha", "1.0.0")]);
    let company = Registry::new([Crate::new("beta", "1.0.0")]);
    let sandbox = Sandbox::new(&crates_io);
    let project = sandbox.unlocked("app", &[Dep::new("alpha", "1")]);
    let manifest = project.read("Cargo.toml");
    project.write(
        "Cargo.toml",
        manifest + "\n[dependencies.beta]\nversion = \"1\"\nregistry = \"company\"\n",
    );
    let index = company.index();
    let registries = format!("[registries]\ncompany.index = {index:?}\n");
    let other_spelling = index.trim_end_matches('/');
    for own in [
        String::new(),
        format!("[source.ours]\nregistry = {other_spelling:?}\n"),
    ] {
        let text = registries.clone() + &own;
        project.write(".cargo/config.toml", &text);
        sandbox.lock(&project);
        for _ in 0..2 {
            sandbox.run(&project, ["vendor"]).exits(0).no_panic();
            sandbox.builds(&project);
            sandbox.run(&project, ["status", "--prove"]).exits(0);
        }
        sandbox.run(&project, ["off"]).exits(0);
        assert_eq!(project.read(".cargo/config.toml"), text);
    }
}
