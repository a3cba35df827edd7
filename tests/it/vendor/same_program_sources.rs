//! The program of the mirror is the program that was built online (see `same_program.rs`), for git sources that are told apart by
//! little, references, patches and submodules.

use crate::vendor::same_program::same_program;

#[test]
fn sources_that_share_names_build_the_same_program() {
    same_program(&SHARED_NAMES);
}

const SHARED_NAMES: [(&str, &str); 5] = [
    (
        "published-1.0.0 forked",
        r#"
=== published/Cargo.toml
[package]
name = "published"
version = "1.0.0"
=== published/src/lib.rs
SAYS "forked"
=== app/Cargo.toml
PACKAGE app
[dependencies]
published = "1"
forked = { package = "published", git = "UP/published" }
=== app/src/main.rs
SAY published forked
"#,
    ),
    (
        "main next",
        r#"
=== two/Cargo.toml
PACKAGE two
[dependencies]
sub = { path = "sub" }
=== two/src/lib.rs
SAME sub
=== two/sub/Cargo.toml
PACKAGE sub
=== two/sub/src/lib.rs
SAYS "main"
=== two $ checkout --quiet -b next
=== two/sub/src/lib.rs
SAYS "next"
=== two $ commit --quiet --all -m next
=== two $ checkout --quiet main
=== app/Cargo.toml
PACKAGE app
[dependencies]
one = { package = "two", git = "UP/two", branch = "main" }
two = { package = "two", git = "UP/two", branch = "next" }
=== app/src/main.rs
SAY one two
"#,
    ),
    (
        "here there",
        r#"
=== here/Cargo.toml
PACKAGE same
=== here/src/lib.rs
SAYS "here"
=== there/Cargo.toml
PACKAGE same
=== there/src/lib.rs
SAYS "there"
=== app/Cargo.toml
PACKAGE app
[dependencies]
here = { package = "same", git = "UP/here" }
there = { package = "same", git = "UP/there" }
=== app/src/main.rs
SAY here there
"#,
    ),
    (
        "config config",
        r#"
=== cosmic/config/Cargo.toml
PACKAGE config
=== cosmic/config/src/lib.rs
SAYS "config"
=== cosmic/lib/Cargo.toml
PACKAGE cosmic
[dependencies]
config = { path = "../config" }
daemon = { git = "UP/daemon" }
=== cosmic/lib/src/lib.rs
SAME daemon
=== daemon/Cargo.toml
PACKAGE daemon
[dependencies]
config = { git = "UP/cosmic" }
=== daemon/src/lib.rs
SAME config
=== cosmic $ tag v1
=== app/Cargo.toml
PACKAGE app
[dependencies]
cosmic = { git = "UP/cosmic", tag = "v1" }
config = { git = "UP/cosmic" }
=== app/src/main.rs
SAY cosmic config
"#,
    ),
    (
        "slash slash",
        r#"
=== slash/Cargo.toml
PACKAGE slash
=== slash/src/lib.rs
SAYS "slash"
=== user/Cargo.toml
PACKAGE user
[dependencies]
slash = { git = "UP/slash/" }
=== user/src/lib.rs
SAME slash
=== app/Cargo.toml
PACKAGE app
[dependencies]
slash = { git = "UP/slash" }
user = { git = "UP/user" }
=== app/src/main.rs
SAY slash user
"#,
    ),
];

#[test]
fn references_patches_and_submodules_build_the_same_program() {
    same_program(&REFERENCES);
}

const REFERENCES: [(&str, &str); 5] = [
    (
        "tagged tagged tagged",
        r#"
=== tagged/Cargo.toml
PACKAGE tagged
=== tagged/src/lib.rs
SAYS "tagged"
=== tagged $ tag -a -m x v1.0+build.7
=== tagged $ tag -a -m x again v1.0+build.7
=== tagged $ branch feat/a#b
=== app/Cargo.toml
PACKAGE app
[dependencies]
a = { package = "tagged", git = "UP/tagged", tag = "v1.0+build.7" }
b = { package = "tagged", git = "UP/tagged", rev = "refs/tags/again" }
c = { package = "tagged", git = "UP/tagged", branch = "feat/a#b" }
=== app/src/main.rs
SAY a b c
"#,
    ),
    (
        "fork fork",
        r#"
=== upstream/Cargo.toml
PACKAGE patched
=== upstream/src/lib.rs
SAYS "upstream"
=== fork/deep/patched/Cargo.toml
PACKAGE patched
=== fork/deep/patched/src/lib.rs
SAYS "fork"
=== user/Cargo.toml
PACKAGE user
[dependencies]
patched = { git = "UP/upstream" }
=== user/src/lib.rs
SAME patched
=== app/Cargo.toml
PACKAGE app
[dependencies]
user = { git = "UP/user" }
patched = { git = "UP/upstream" }
[patch."UP/upstream"]
patched = { git = "UP/fork", branch = "main" }
=== app/src/main.rs
SAY user patched
"#,
    ),
    (
        "git-1 published-2.0.0",
        r#"
=== one/Cargo.toml
[package]
name = "published"
version = "1.0.1"
=== one/src/lib.rs
SAYS "git-1"
=== unused/Cargo.toml
[package]
name = "published"
version = "9.0.0"
=== unused/src/lib.rs
=== app/Cargo.toml
PACKAGE app
[dependencies]
published = "1"
two = { package = "published", version = "2" }
[patch.crates-io]
published = { git = "UP/one" }
unused = { package = "published", git = "UP/unused" }
=== app/src/main.rs
SAY published two
"#,
    ),
    (
        "in-module",
        r#"
=== module/.hidden/said
in-module
=== holder/Cargo.toml
PACKAGE holder
=== holder/src/lib.rs
SAYS include_str!("../third_party/module/.hidden/said").trim()
=== holder $ submodule --quiet add UP/module third_party/module
=== app/Cargo.toml
PACKAGE app
[dependencies]
holder = { git = "UP/holder" }
=== app/src/main.rs
SAY holder
"#,
    ),
    (
        "built",
        r#"
=== tool/Cargo.toml
PACKAGE tool
=== tool/src/lib.rs
SAYS "built"
=== app/Cargo.toml
PACKAGE app
[build-dependencies]
tool = { git = "UP/tool" }
[dev-dependencies]
tool = { git = "UP/tool" }
[target.'cfg(windows)'.dependencies]
tool = { git = "UP/tool" }
=== app/build.rs
fn main() { println!("cargo:rustc-env=BUILT={}", tool::said()); }
=== app/src/main.rs
fn main() { print!("{}", env!("BUILT")); }
"#,
    ),
];
