//! Packages that do not come from crates.io: named, with what a build will do about them.

use crate::fixture::bench::Bench;
use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::write;
use crate::fixture::registry::Registry;

#[test]
fn another_registry_is_mirrored_beside_crates_io() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let private = Registry::new([Crate::new("secret", "2.0.0")]);
    let bench = Bench::new(&registry);
    let project = bench.unlocked("app", &[Dep::new("alpha", "1")]);
    let manifest = project.read("Cargo.toml");
    project.write(
        "Cargo.toml",
        manifest + "\n[dependencies.secret]\nversion = \"2\"\nregistry = \"private\"\n",
    );
    let config = format!("[registries.private]\nindex = {:?}\n", private.index());
    project.write(".cargo/config.toml", &config);
    bench.lock(&project);
    private.forget();

    let run = bench.run(&project, ["vendor"]).exits(0).calm();
    run.says("2 downloaded");
    assert_eq!(private.count(&private.download_path("secret", "2.0.0")), 1);
    assert_eq!(sound(&bench.mirror(), &registry).names(), ["alpha-1.0.0"]);
    bench.run(&project, ["off"]).exits(0);
    assert_eq!(project.read(".cargo/config.toml"), config);
}

#[test]
fn a_failure_outweighs_a_gap() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let bench = Bench::new(&registry);
    let project = bench.project("app", &[Dep::new("alpha", "1")]);
    let lockfile = project.read("Cargo.lock").replace("1.0.0", "1.0.7")
        + "\n[[package]]\nname = \"gitty\"\nversion = \"0.3.0\"\nsource = \"git+https://r.example/gitty#0123456789012345678901234567890123456789\"\n";
    write(&bench.path("Cargo.lock"), lockfile);
    let run = bench.program(["prefetch", "Cargo.lock"]).outcome();
    run.exits(101).says("alpha@1.0.7").says("gitty@0.3.0");
}
