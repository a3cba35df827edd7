//! One project that mixes all that a lockfile can name.

use crate::fixture::command::Run;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::{Project, changed};
use crate::fixture::registry::Registry;
use crate::fixture::repository::{Repository, manifest};
use crate::fixture::sandbox::Sandbox;

const TOKEN: &str = "kW7-all-of-it-Sekrit";

fn shared(from: &str) -> Crate {
    let text = format!("pub const FROM: &str = {from:?};\n");
    Crate::new("shared", "1.0.0").file("src/lib.rs", text)
}

fn logged_in(run: Run) -> Run {
    run.env("CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS", "cargo:token")
        .env("CARGO_REGISTRIES_PRIVATE_TOKEN", TOKEN)
}

/// A repository with a package `shared` 1.0.0 that says where it is from.
fn shared_repository<'a>(sandbox: &'a Sandbox, name: &str) -> Repository<'a> {
    let text = format!("pub const FROM: &str = {name:?};\n");
    let files = [
        ("Cargo.toml", &*manifest("shared", "1.0.0")),
        ("src/lib.rs", &text),
    ];
    Repository::new(sandbox, name, &files)
}

/// A workspace with inheritance and a path dependency inside it.
fn workspace(sandbox: &Sandbox) -> Repository<'_> {
    Repository::new(
        sandbox,
        "workspace",
        &[
            (
                "Cargo.toml",
                "[workspace]\nmembers = [\"outer\", \"inner\"]\nresolver = \"2\"\n\n\
                 [workspace.package]\nversion = \"0.4.0\"\nedition = \"2021\"\n\n\
                 [workspace.dependencies]\ninner = { path = \"inner\" }\nalpha = \"1\"\n",
            ),
            (
                "outer/Cargo.toml",
                "[package]\nname = \"outer\"\nversion.workspace = true\nedition.workspace = true\n\n\
                 [dependencies]\ninner.workspace = true\nalpha.workspace = true\n",
            ),
            ("outer/src/lib.rs", "pub use inner::INNER;\n"),
            (
                "inner/Cargo.toml",
                "[package]\nname = \"inner\"\nversion.workspace = true\nedition.workspace = true\n",
            ),
            ("inner/src/lib.rs", "pub const INNER: u8 = 1;\n"),
        ],
    )
}

/// A package with a file out of a submodule.
fn with_submodule(sandbox: &Sandbox) -> Repository<'_> {
    let native = Repository::new(sandbox, "native", &[("native.txt", "native")]);
    let lib = "pub const NATIVE: &str = include_str!(\"../native/native.txt\");\n";
    let files = [
        ("Cargo.toml", &*manifest("bind", "0.1.0")),
        ("src/lib.rs", lib),
    ];
    let repository = Repository::new(sandbox, "bind", &files);
    repository.git(&["submodule", "add", "--quiet", &native.url(), "native"]);
    repository.commit(&[]);
    repository
}

fn project(sandbox: &Sandbox, head: &str, tools: &Registry, private: &Registry) -> Project {
    let one = shared_repository(sandbox, "one");
    let two = shared_repository(sandbox, "two");
    two.git(&["branch", "feat/two"]);
    let (workspace, bind) = (workspace(sandbox), with_submodule(sandbox));
    workspace.git(&["tag", "v0.4.0"]);
    let unused = Repository::package(sandbox, "unused", "3.0.0");
    let deps = [
        Dep::new("shared", "1"),
        Dep::new("gamma", "1").target("cfg(windows)"),
        Dep::new("MixedCase", "1"),
    ];
    let project = Project::create(sandbox.path("app"), head, &deps);
    let more = [
        format!(
            "one = {{ package = \"shared\", git = {:?}, rev = {:?} }}",
            one.url(),
            &one.head()[..10]
        ),
        format!(
            "two = {{ package = \"shared\", git = {:?}, branch = \"feat/two\" }}",
            two.url()
        ),
        format!(
            "outer = {{ git = {:?}, tag = \"v0.4.0\" }}",
            workspace.url()
        ),
        format!("bind = {{ git = {:?} }}", bind.url()),
        "tools = { package = \"shared\", version = \"1\", registry = \"tools\" }".to_owned(),
        "private = { package = \"shared\", version = \"1\", registry = \"private\" }".to_owned(),
    ];
    let patch = format!(
        "[patch.crates-io]\nunused = {{ git = {:?} }}\n",
        unused.url()
    );
    let text = project.read("Cargo.toml");
    project.write(
        "Cargo.toml",
        format!("{text}\n[dependencies]\n{}\n\n{patch}", more.join("\n")),
    );
    project.write(
        "src/lib.rs",
        "pub fn all() -> [&'static str; 6] {\n    [shared::FROM, one::FROM, two::FROM, tools::FROM, private::FROM, bind::NATIVE]\n}\n\
         #[test]\nfn each_is_from_where_it_is_said_to_be() {\n    \
         assert_eq!(all(), [\"crates.io\", \"one\", \"two\", \"tools\", \"private\", \"native\"]);\n    \
         assert_eq!(outer::INNER, 1);\n}\n",
    );
    project.write(
        ".cargo/config.toml",
        format!(
            "# ours\n[registries]\ntools.index = {:?}\nprivate.index = {:?}\n",
            tools.index(),
            private.index()
        ),
    );
    project
}

#[test]
fn a_project_that_mixes_all_of_it() {
    let open = Registry::new([
        shared("crates.io"),
        Crate::new("alpha", "1.0.0+build.7"),
        Crate::new("gamma", "1.0.0"),
        Crate::new("MixedCase", "1.0.0"),
    ]);
    let tools = Registry::new([shared("tools")]);
    let private = Registry::new([shared("private")]);
    private.lock_with(TOKEN);
    for (rust, edition, marker) in [
        ("1.37", "2018", "\n[metadata]\n"),
        ("1.45", "2018", "\nchecksum = "),
        ("1.60", "2021", "\nversion = 3\n"),
        ("1.85", "2021", "\nversion = 4\n"),
    ] {
        let sandbox = Sandbox::new(&open);
        let head = format!("edition = {edition:?}\nrust-version = {rust:?}\n");
        let project = project(&sandbox, &head, &tools, &private);
        let lock = logged_in(sandbox.cargo(["generate-lockfile"]));
        lock.within(&project.folder).outcome().exits(0);
        let lockfile = project.read("Cargo.lock");
        assert!(lockfile.contains(marker), "{rust}: {lockfile}");
        assert!(lockfile.contains("[[patch.unused]]"), "{lockfile}");
        let before = project.tree();

        let run = logged_in(sandbox.program(["vendor", "-vv"]).within(&project.folder));
        let run = run.outcome().exits(0).no_panic().says("ready offline");
        run.never_says(TOKEN);
        assert_eq!(changed(&before, &project.tree()), [".cargo/config.toml"]);
        sandbox.builds(&project);
        let test = sandbox.judge(["test", "--frozen"]).within(&project.folder);
        test.outcome().exits(0);
        let status = sandbox.run(&project, ["status", "--prove"]).exits(0);
        status.answers("ready offline");
        sandbox.run(&project, ["verify"]).exits(0);

        // All of it is there: nobody is asked again, logged in or not.
        for registry in [&open, &tools, &private] {
            registry.forget();
        }
        sandbox.run(&project, ["vendor"]).exits(0);
        for registry in [&open, &tools, &private] {
            assert_eq!(registry.paths(), [""; 0]);
        }
        assert_eq!(project.read("Cargo.lock"), lockfile);
        sandbox.run(&project, ["off"]).exits(0);
        assert_eq!(changed(&before, &project.tree()), [""; 0]);
    }
}
