//! Packages that do not come from crates.io: named, with what a build will do about them.

use crate::fixture::sandbox::Sandbox;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::write;
use crate::fixture::registry::Registry;

#[test]
fn a_failure_outweighs_a_gap() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    let lockfile = project.read("Cargo.lock").replace("1.0.0", "1.0.7")
        + "\n[[package]]\nname = \"gitty\"\nversion = \"0.3.0\"\nsource = \"git+https://r.example/gitty#0123456789012345678901234567890123456789\"\n";
    write(&sandbox.path("Cargo.lock"), lockfile);
    let run = sandbox.program(["prefetch", "Cargo.lock"]).outcome();
    run.exits(101).says("alpha@1.0.7").says("gitty@0.3.0");
}
