//! A program that is built from the mirror without a network is the program that was built online, byte for byte: twenty kinds
//! of git dependencies that people have had trouble to vendor.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::fixture::package::Crate;
use crate::fixture::project::{Project, write};
use crate::fixture::registry::Registry;
use crate::fixture::repository::Repository;
use crate::fixture::sandbox::Sandbox;

/// `=== repository/file` or `=== app/file`, then its text. `PACKAGE name` opens a manifest, `UP` is the address of all
/// repositories, `SAYS text` is a function that says so, and `SAME name` one that says what another package says.
/// `=== repository $ git arguments` is done after the first commits; files that come later are committed apart.
fn set_up<'a>(sandbox: &'a Sandbox, text: &str) -> (Project, Vec<Repository<'a>>) {
    let up = format!("file://{}", sandbox.path("upstream").display());
    let app = Project {
        folder: sandbox.path("app"),
    };
    let mut repositories: BTreeMap<&str, Repository<'a>> = BTreeMap::new();
    let mut later = false;
    for section in text.split("=== ").skip(1) {
        let (head, body) = section.split_once('\n').unwrap();
        if let Some((name, arguments)) = head.split_once(" $ ") {
            let arguments = arguments.replace("UP", &up);
            if !later {
                commit(&repositories);
            }
            later = true;
            let arguments: Vec<&str> = arguments.split(' ').collect();
            repositories[name].git(&arguments);
            continue;
        }
        let (name, path) = head.split_once('/').unwrap();
        let body: Vec<String> = body.lines().map(|line| spelled_out(line, &up)).collect();
        let body = body.join("\n") + "\n";
        if name == "app" {
            app.write(path, body);
            continue;
        }
        let repository = repositories
            .entry(name)
            .or_insert_with(|| Repository::new(sandbox, name, &[]));
        write(&repository.folder.join(path), body);
    }
    commit(&repositories);
    let profile = "[profile.dev]\ndebug = false\nstrip = true\nincremental = false\n";
    app.write("Cargo.toml", app.read("Cargo.toml") + profile);
    sandbox.lock(&app);
    (app, repositories.into_values().collect())
}

fn commit(repositories: &BTreeMap<&str, Repository<'_>>) {
    for repository in repositories.values() {
        repository.git(&["add", "--all", "--force"]);
        repository.git(&["commit", "--quiet", "--allow-empty", "-m", "x"]);
    }
}

fn spelled_out(line: &str, up: &str) -> String {
    match line.split_once(' ') {
        Some(("PACKAGE", name)) => format!(
            "[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2021\"\ndescription = \"{name}!\""
        ),
        Some(("SAYS", text)) => format!("pub fn said() -> &'static str {{ {text} }}"),
        Some(("SAME", name)) => format!("pub fn said() -> &'static str {{ {name}::said() }}"),
        Some(("SAY", names)) => {
            let said = names
                .split(' ')
                .map(|name| format!("print!(\"{{}} \", {name}::said());"));
            format!("fn main() {{ {} }}", said.collect::<String>())
        }
        _ => line.replace("UP", up),
    }
}

/// Builds online, vendors, takes repositories and network away, builds again, and holds one program against the other.
#[track_caller]
pub(crate) fn same_program(kinds: &[(&str, &str)]) {
    for (expected, text) in kinds {
        let mut registry_crates = Vec::new();
        for version in ["1.0.0", "2.0.0"] {
            let says = format!("pub fn said() -> &'static str {{ \"published-{version}\" }}\n");
            registry_crates.push(Crate::new("published", version).file("src/lib.rs", says));
        }
        let registry = Registry::new(registry_crates);
        let sandbox = Sandbox::new(&registry);
        let (app, repositories) = set_up(&sandbox, text);
        let lock = app.read("Cargo.lock");
        let program = |target: &Path| {
            let name = format!("debug/app{}", std::env::consts::EXE_SUFFIX);
            fs::read(target.join(name)).unwrap()
        };
        let (online, offline) = (sandbox.path("online"), sandbox.path("offline"));
        let run = sandbox.cargo(["run", "--quiet", "--locked"]);
        let run = run.within(&app.folder).env("CARGO_TARGET_DIR", &online);
        let said = run.outcome().exits(0).stdout;
        assert_eq!(said.trim(), *expected);
        sandbox.run(&app, ["vendor"]).exits(0).says("ready offline");
        sandbox.run(&app, ["status"]).exits(0);
        for repository in &repositories {
            fs::rename(&repository.folder, repository.folder.with_extension("gone")).unwrap();
        }
        let run = sandbox.judge(["run", "--quiet", "--frozen"]);
        let run = run.within(&app.folder).env("CARGO_TARGET_DIR", &offline);
        assert_eq!(run.outcome().exits(0).stdout, said);
        assert!(
            program(&online) == program(&offline),
            "{expected}: the program differs"
        );
        assert_eq!(app.read("Cargo.lock"), lock);
    }
}

#[test]
fn packages_that_read_files_beside_them_build_the_same_program() {
    same_program(&BESIDE);
}

const BESIDE: [(&str, &str); 5] = [
    (
        "module-7",
        r#"
=== outer/Cargo.toml
PACKAGE outer
[workspace]
members = ["src/loader"]
=== outer/src/lib.rs
pub mod loader;
SAME loader
=== outer/src/loader/mod.rs
SAYS "module-7"
=== outer/src/loader/Cargo.toml
PACKAGE inner
[lib]
path = "mod.rs"
=== app/Cargo.toml
PACKAGE app
[dependencies]
outer = { git = "UP/outer" }
=== app/src/main.rs
SAY outer
"#,
    ),
    (
        "table",
        r#"
=== mono/data/table
table
=== mono/crates/lib/Cargo.toml
PACKAGE lib
=== mono/crates/lib/src/lib.rs
SAYS include_str!("../../../data/table").trim()
=== app/Cargo.toml
PACKAGE app
[dependencies]
lib = { git = "UP/mono" }
=== app/src/main.rs
SAY lib
"#,
    ),
    (
        "built-above",
        r#"
=== above/Cargo.toml
[workspace]
members = ["rust"]
=== above/build.rs
fn main() { println!("cargo:rustc-env=SAID=built-above"); }
=== above/lib.rs
SAYS env!("SAID")
=== above/rust/Cargo.toml
PACKAGE above
build = "../build.rs"
[lib]
path = "../lib.rs"
=== app/Cargo.toml
PACKAGE app
[dependencies]
above = { git = "UP/above" }
=== app/src/main.rs
SAY above
"#,
    ),
    (
        "world",
        r#"
=== spin/wit/world.wit
world
=== spin/crates/macros/Cargo.toml
PACKAGE macros
[lib]
proc-macro = true
=== spin/crates/macros/src/lib.rs
use std::{env, fs, path::Path};
#[proc_macro]
pub fn wit(_: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let folder = env::var("CARGO_MANIFEST_DIR").unwrap();
    let text = fs::read_to_string(Path::new(&folder).join("../../wit/world.wit")).unwrap();
    format!("{:?}", text.trim()).parse().unwrap()
}
=== spin/crates/world/Cargo.toml
PACKAGE world
[dependencies]
macros = { path = "../macros" }
=== spin/crates/world/src/lib.rs
SAYS macros::wit!()
=== app/Cargo.toml
PACKAGE app
[dependencies]
world = { git = "UP/spin" }
=== app/src/main.rs
SAY world
"#,
    ),
    (
        "a/.hidden,a/Cargo.toml,a/target,b.txt",
        r#"
=== walked/.gitignore
assets/
=== walked/assets/a/.hidden
=== walked/assets/a/Cargo.toml
PACKAGE template
=== walked/assets/a/target
=== walked/assets/b.txt
=== walked/Cargo.toml
PACKAGE walked
include = ["src"]
=== walked/build.rs
fn walk(folder: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = format!("{folder}/{}", entry.unwrap().file_name().to_str().unwrap());
        if std::path::Path::new(&path).is_dir() {
            walk(&path, found);
        } else {
            found.push(path["assets/".len()..].to_owned());
        }
    }
}
fn main() {
    let mut found = Vec::new();
    walk("assets", &mut found);
    found.sort();
    println!("cargo:rustc-env=FOUND={}", found.join(","));
}
=== walked/src/lib.rs
SAYS env!("FOUND")
=== app/Cargo.toml
PACKAGE app
[dependencies]
walked = { git = "UP/walked" }
=== app/src/main.rs
SAY walked
"#,
    ),
];

#[test]
fn repositories_of_several_packages_build_the_same_program() {
    same_program(&SEVERAL);
}

const SEVERAL: [(&str, &str); 5] = [
    (
        "1.2.3-rc.1+b|A:B|it says \"so\"|https://r.example",
        r#"
=== inherits/Cargo.toml
[workspace]
members = ["member"]
[workspace.package]
version = "1.2.3-rc.1+b"
authors = ["A", "B"]
description = "it says \"so\""
homepage = "https://r.example"
edition = "2021"
=== inherits/member/Cargo.toml
[package]
name = "inherits"
version.workspace = true
authors.workspace = true
description.workspace = true
homepage = { workspace = true }
edition.workspace = true
=== inherits/member/src/lib.rs
SAYS concat!(env!("CARGO_PKG_VERSION"), "|", env!("CARGO_PKG_AUTHORS"), "|", env!("CARGO_PKG_DESCRIPTION"), "|", env!("CARGO_PKG_HOMEPAGE"))
=== app/Cargo.toml
PACKAGE app
[dependencies]
inherits = { git = "UP/inherits" }
=== app/src/main.rs
SAY inherits
"#,
    ),
    (
        "published-1.0.0",
        r#"
=== nested/Cargo.toml
[workspace]
exclude = ["sub"]
[workspace.package]
version = "9.9.9"
=== nested/sub/Cargo.toml
[workspace]
members = ["deep/member"]
[workspace.dependencies]
helper = { path = "helper", package = "real-helper", features = ["one"] }
renamed = { package = "published", version = "1" }
=== nested/sub/deep/member/Cargo.toml
PACKAGE nested
[dependencies]
helper = { workspace = true, features = ["two"] }
renamed.workspace = true
=== nested/sub/deep/member/src/lib.rs
pub fn said() -> &'static str { helper::both(); renamed::said() }
=== nested/sub/helper/Cargo.toml
PACKAGE real-helper
[features]
one = []
two = []
=== nested/sub/helper/src/lib.rs
#[cfg(all(feature = "one", feature = "two"))]
pub fn both() {}
=== app/Cargo.toml
PACKAGE app
[dependencies]
nested = { git = "UP/nested" }
=== app/src/main.rs
SAY nested
"#,
    ),
    (
        "header",
        r#"
=== native/x-sys/Cargo.toml
PACKAGE x-sys
links = "x"
=== native/x-sys/include/x.h
header
=== native/x-sys/src/lib.rs
=== native/x-sys/build.rs
fn main() { println!("cargo:include={}/include", std::env::var("CARGO_MANIFEST_DIR").unwrap()); }
=== native/x/Cargo.toml
PACKAGE x
[dependencies]
x-sys = { path = "../x-sys" }
=== native/x/build.rs
fn main() {
    let text = std::fs::read_to_string(std::env::var("DEP_X_INCLUDE").unwrap() + "/x.h").unwrap();
    println!("cargo:rustc-env=HEADER={text}");
}
=== native/x/src/lib.rs
SAYS env!("HEADER")
=== app/Cargo.toml
PACKAGE app
[dependencies]
x = { git = "UP/native" }
=== app/src/main.rs
SAY x
"#,
    ),
    (
        "first second",
        r#"
=== twice/v1/Cargo.toml
[package]
name = "twice"
version = "1.0.0"
=== twice/v1/src/lib.rs
SAYS "first"
=== twice/v2/Cargo.toml
[package]
name = "twice"
version = "2.0.0"
=== twice/v2/src/lib.rs
SAYS "second"
=== app/Cargo.toml
PACKAGE app
[dependencies]
one = { package = "twice", version = "1", git = "UP/twice" }
two = { package = "twice", version = "2", git = "UP/twice" }
=== app/src/main.rs
SAY one two
"#,
    ),
    (
        "sound",
        r#"
=== templates/Cargo.toml
PACKAGE sound
=== templates/src/lib.rs
SAYS "sound"
=== templates/templates/Cargo.toml
[package]
name = "{{project-name}}"
=== templates/tests/broken/Cargo.toml
not toml [
=== templates/.cargo/config.toml
[build]
target = "nowhere"
=== templates/rust-toolchain.toml
[toolchain]
channel = "1.2.3"
=== templates/Cargo.lock
not a lockfile
=== app/Cargo.toml
PACKAGE app
[dependencies]
sound = { git = "UP/templates" }
=== app/src/main.rs
SAY sound
"#,
    ),
];
