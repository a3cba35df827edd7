//! Lockfiles that name a hosted registry by its own address, on the machine that has its folder.

use std::fs;

use crate::fixture::bundle::{export, import, on};
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::{Project, tree};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::hosted::world::World;

/// A registry with two crates that nobody serves any more, and a project that has locked them.
fn locked() -> (Unserved, Project) {
    let world = World::new(&[Crate::new("left", "1.0.0")], &["--auth", "all"]);
    let token = world.publisher("alice");
    let (home, index) = (world.home(), world.index("corp"));
    let own = "[dependencies]\nacme-base = { version = \"1\", registry = \"corp\" }\n";
    for (name, more) in [("acme-base", ""), ("acme-log", own)] {
        let folder = world.package(name, "1.0.0", more);
        let publish = world.cargo(&home, &token, "publish --registry corp --no-verify");
        publish.within(&folder).outcome().exits(0);
    }
    let project = world.sandbox.unlocked("app", &[Dep::new("left", "1")]);
    let manifest = project.read("Cargo.toml");
    project.write(
        "Cargo.toml",
        manifest + "\n[dependencies.acme-log]\nversion = \"1\"\nregistry = \"corp\"\n",
    );
    project.write(
        ".cargo/config.toml",
        format!("[registries.corp]\nindex = {index:?}\n"),
    );
    let lock = world.cargo(&home, &token, "generate-lockfile");
    lock.within(&project.folder).outcome().exits(0);
    assert!(project.read("Cargo.lock").contains(&index));
    let World {
        crates_io,
        sandbox,
        server,
    } = world;
    server.stop().exits(0).no_panic();
    (
        Unserved {
            crates_io,
            sandbox,
            index,
        },
        project,
    )
}

/// What is left of a world without its server.
struct Unserved {
    crates_io: Registry,
    sandbox: Sandbox,
    index: String,
}

#[test]
fn what_is_hosted_here_is_here_and_builds_take_it_from_here() {
    let (world, project) = locked();
    let (sandbox, mirror) = (&world.sandbox, world.sandbox.mirror());
    let bytes = fs::read(mirror.join("registries/corp/acme-log-1.0.0.crate")).unwrap();
    let run = sandbox.run(&project, ["vendor"]).exits(0);
    run.says("ready");
    let config = project.read(".cargo/config.toml");
    assert!(
        config.contains("[source.cargo-mirror-hosted-corp]"),
        "{config}"
    );
    assert!(config.contains("registries/corp\""), "{config}");
    sandbox.builds(&project);
    sandbox.builds_frozen(&project);
    let status = sandbox.run(&project, ["status", "--message-format", "json"]);
    let report = status.exits(0).report();
    assert_eq!(report["ready"], true, "{report}");
    assert_eq!(report["packages"], 3);
    // No second copy, and nothing that is only here goes.
    let folders = fs::read_dir(mirror.join("registries")).unwrap();
    assert_eq!(folders.count(), 1);
    sandbox.run(&project, ["gc", "--yes"]).exits(0);
    let after = fs::read(mirror.join("registries/corp/acme-log-1.0.0.crate")).unwrap();
    assert_eq!(after, bytes);
    sandbox.run(&project, ["verify", "--archives"]).exits(0);
    sandbox.builds(&project);
    sandbox.run(&project, ["off"]).exits(0);
    assert_eq!(
        project.read(".cargo/config.toml"),
        format!("[registries.corp]\nindex = {:?}\n", world.index)
    );
}

#[test]
fn what_is_hosted_here_and_not_here_is_nowhere() {
    let (world, project) = locked();
    let sandbox = &world.sandbox;
    let lockfile = project.read("Cargo.lock");
    let at = lockfile.find("name = \"acme-base\"").unwrap();
    let absent = lockfile[..at].to_owned()
        + &lockfile[at..].replacen("version = \"1.0.0\"", "version = \"1.0.7\"", 1);
    project.write("Cargo.lock", &absent);
    let path = project.path("Cargo.lock").display().to_string();
    let before = tree(&sandbox.mirror().join("registries"));
    world.crates_io.forget();
    let run = sandbox.run(&project, ["prefetch", &path]).exits(101);
    run.says("there is no acme-base@1.0.7 in the registry `corp`");
    let after = tree(&sandbox.mirror().join("registries"));
    assert_eq!(after, before);
    let run = sandbox.run(&project, ["prefetch", &path, "--dry-run"]);
    run.says("there is no acme-base@1.0.7 in the registry `corp`");
}

#[test]
fn dumps_of_roots_and_lockfiles_have_what_is_hosted_here() {
    let (world, project) = locked();
    let (sandbox, index) = (&world.sandbox, &world.index);
    sandbox.run(&project, ["vendor"]).exits(0);
    let lockfile = project.path("Cargo.lock").display().to_string();
    for (dump, asked) in [
        ("roots.cmb", vec!["--roots"]),
        ("locked.cmb", vec!["--lockfile", &lockfile]),
    ] {
        export(sandbox, dump, &asked);
        let listed = on(sandbox, "mirror", &["bundle", "list", dump]).exits(0);
        listed
            .answers("crate crates-io left@1.0.0\n")
            .answers("crate registries/corp acme-base@1.0.0\n")
            .answers("crate registries/corp acme-log@1.0.0\n")
            .answers("3 crates ");
    }
    // Elsewhere the same registry is found by its address, and builds.
    let new = ["registry", "new", "corp", "--url", index];
    on(sandbox, "other", &new).exits(0);
    import(sandbox, "other", &["roots.cmb"])
        .exits(0)
        .answers("imported 3 crates ");
    fs::remove_dir_all(sandbox.mirror()).unwrap();
    fs::rename(sandbox.path("other"), sandbox.mirror()).unwrap();
    sandbox.builds_frozen(&project);
    on(sandbox, "mirror", &["verify"]).exits(0);

    // What the registry has lost is lacking.
    fs::remove_file(
        sandbox
            .mirror()
            .join("registries/corp/acme-base-1.0.0.crate"),
    )
    .unwrap();
    let run = on(sandbox, "mirror", &["export", "lost.cmb", "--roots"]);
    run.exits(101).says("acme-base@1.0.0");
    assert!(!sandbox.path("lost.cmb").exists());
}

#[test]
fn what_is_hosted_here_is_no_copy_of_its_own_address() {
    let (world, project) = locked();
    let before = tree(&world.sandbox.mirror());
    for named in ["corp", &world.index] {
        let sync = ["sync", "--registry", named, "--names", "acme-log"];
        let run = world.sandbox.run(&project, sync).exits(101);
        run.says("`corp` is published into: it is no copy of another registry");
    }
    assert_eq!(tree(&world.sandbox.mirror()), before);
}
