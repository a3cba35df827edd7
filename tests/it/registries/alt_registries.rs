//! Registries of one's own beside crates.io, as a company has them: several, behind a login, with a git repository for an
//! index. The real cargo makes the lockfiles, and judges the mirror with an empty home and the network gone.

use std::fs;

use crate::fixture::command::{Outcome, Run};
use crate::fixture::package::{Crate, Dep, index_path};
use crate::fixture::project::{Project, changed, write};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::server::Fault;

const TOKEN: &str = "cio-t0ken-Vw3RGisekrit";
const PROVIDERS: &str = "CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS";

/// A crate that says where it is from.
fn shared(from: &str) -> Crate {
    let text = format!("pub const FROM: &str = {from:?};\n");
    Crate::new("shared", "1.0.0").file("src/lib.rs", text)
}

/// A dependency on a crate of a registry with this name.
fn dep(name: &str, package: &str, version: &str, registry: &str) -> String {
    format!(
        "\n[dependencies.{name}]\npackage = {package:?}\nversion = {version:?}\nregistry = {registry:?}\n"
    )
}

/// A project with a config that knows these registries.
fn project(
    sandbox: &Sandbox,
    crates_io: &[Dep],
    more: &str,
    registries: &[(&str, String)],
) -> Project {
    let project = sandbox.unlocked("app", crates_io);
    let manifest = project.read("Cargo.toml") + more;
    project.write("Cargo.toml", manifest);
    let tables = registries.iter();
    let tables: Vec<String> = tables
        .map(|(name, index)| format!("[registries.{name}]\nindex = {index:?}\n"))
        .collect();
    let tables = tables.concat();
    project.write(".cargo/config.toml", tables);
    project
}

/// With the token of the registry `private`.
fn logged_in(run: Run) -> Run {
    run.env(PROVIDERS, "cargo:token")
        .env("CARGO_REGISTRIES_PRIVATE_TOKEN", TOKEN)
}

#[track_caller]
fn lock(sandbox: &Sandbox, project: &Project) {
    let run = logged_in(sandbox.cargo(["generate-lockfile"]));
    run.within(&project.folder).outcome().exits(0);
}

fn vendor(sandbox: &Sandbox, project: &Project) -> Run {
    sandbox.program(["vendor", "-vv"]).within(&project.folder)
}

/// The real cargo builds it out of the mirror in both ways that people ask for, without home, network or login.
#[track_caller]
fn judged(sandbox: &Sandbox, project: &Project) {
    sandbox.builds(project);
    sandbox.builds_frozen(project);
    let run = sandbox
        .program(["status", "--prove"])
        .within(&project.folder);
    run.outcome().exits(0);
}

/// A repository that is the index of a registry with these crates. Returns its address.
fn git_index(sandbox: &Sandbox, name: &str, crates: &[Crate], config: &str) -> String {
    let folder = sandbox.path(name);
    write(&folder.join("config.json"), config);
    for krate in crates {
        let path = folder.join(index_path(&krate.name));
        let before = fs::read_to_string(&path).unwrap_or_default();
        write(&path, format!("{before}{}\n", krate.line()));
    }
    for arguments in [
        &["init", "--quiet"][..],
        &["add", "."],
        &[
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@r.example",
            "commit",
            "--quiet",
            "-m",
            "crates",
        ],
    ] {
        let git = sandbox.command("git").args(arguments).within(&folder);
        git.outcome().exits(0);
    }
    format!("file://{}", folder.display())
}

#[test]
fn two_registries_beside_crates_io_one_of_them_behind_a_login() {
    const EVERYTHING: &str = "/{prefix}/{lowerprefix}/{crate}/{version}/{sha256-checksum}";
    let open = Registry::new([shared("crates.io"), Crate::new("alpha", "1.0.0")]);
    let odd = Crate::new("PrivCrate", "0.2.1+build5");
    let tools = Registry::with_template(EVERYTHING, EVERYTHING, [shared("tools"), odd]);
    let inner = Crate::new("inner", "1.0.0");
    let private = Registry::new([shared("private").needs("inner"), inner]);
    private.lock_with(TOKEN);
    let sandbox = Sandbox::new(&open);
    let more = [
        dep("tools-shared", "shared", "1", "tools"),
        dep("odd", "PrivCrate", "0.2", "tools"),
        dep("private-shared", "shared", "1", "private"),
    ];
    let registries = [("tools", tools.index()), ("private", private.index())];
    let deps = [Dep::new("shared", "1"), Dep::new("alpha", "1")];
    let project = project(&sandbox, &deps, &more.concat(), &registries);
    let proof = "const _: () = assert!(shared::FROM.len() == 9);\n\
                 const _: () = assert!(tools_shared::FROM.len() == 5);\n\
                 const _: () = assert!(private_shared::FROM.len() == 7);\n";
    project.write("src/lib.rs", proof);
    lock(&sandbox, &project);
    let before = project.tree();

    let run = logged_in(vendor(&sandbox, &project))
        .outcome()
        .exits(0)
        .no_panic();
    run.never_says(TOKEN);
    assert_eq!(changed(&before, &project.tree()), [".cargo/config.toml"]);
    judged(&sandbox, &project);
    for registry in [&open, &tools] {
        let told = registry.asked().into_iter();
        let mut told = told.filter(|asked| !asked.header("authorization").is_empty());
        assert!(told.next().is_none());
    }

    // What is there needs neither requests nor a login.
    private.forget();
    vendor(&sandbox, &project).outcome().exits(0);
    assert_eq!(private.paths(), [""; 0]);
    sandbox.run(&project, ["off"]).exits(0);
    assert_eq!(project.tree(), before);
}

#[test]
fn a_mistake_about_one_registry_costs_its_packages_alone() {
    let open = Registry::new([Crate::new("alpha", "1.0.0")]);
    let tools = Registry::new([shared("tools")]);
    let sandbox = Sandbox::new(&open);
    let more = dep("shared", "shared", "1", "tools");
    let registries = [("tools", tools.index())];
    let project = project(&sandbox, &[Dep::new("alpha", "1")], &more, &registries);
    lock(&sandbox, &project);
    let config = project.read(".cargo/config.toml");
    let replaced = format!(
        "{config}[source.tools]\nregistry = {:?}\nreplace-with = \"nowhere\"\n",
        tools.index()
    );
    project.write(".cargo/config.toml", replaced);
    let run = sandbox.program(["prefetch", "Cargo.lock"]);
    let run = run.within(&project.folder).outcome().exits(101).no_panic();
    run.says("shared@1.0.0")
        .says("`nowhere`")
        .never_says("alpha@1.0.0");
    assert!(
        sandbox
            .mirror()
            .join("crates-io/alpha-1.0.0.crate")
            .exists()
    );
}

#[test]
fn an_index_that_is_a_git_repository() {
    let open = Registry::new([Crate::new("alpha", "1.0.0")]);
    for by_http in [true, false] {
        let sandbox = Sandbox::new(&open);
        let crates = [
            shared("git").needs("inner"),
            Crate::new("inner", "1.0.0+b.1"),
        ];
        let files = Registry::new(crates.clone());
        let dl = if by_http {
            format!("{}/dl", files.root())
        } else {
            for krate in &crates {
                let name = format!("files/{}-{}.crate", krate.name, krate.version);
                write(&sandbox.path(&name), krate.bytes());
            }
            format!(
                "file://{}/{{crate}}-{{version}}.crate",
                sandbox.path("files").display()
            )
        };
        let config = format!(r#"{{"dl":{dl:?}}}"#);
        let index = git_index(&sandbox, "index", &crates, &config);
        let more = dep("shared", "shared", "1", "git");
        let registries = [("git", index)];
        let project = project(&sandbox, &[Dep::new("alpha", "1")], &more, &registries);
        lock(&sandbox, &project);
        let lockfile = project.read("Cargo.lock");
        assert!(lockfile.contains("\"registry+file://"), "{lockfile}");
        vendor(&sandbox, &project).outcome().exits(0).no_panic();
        judged(&sandbox, &project);

        // A version that cargo's clone does not know yet.
        let newer = Crate::new("inner", "1.0.1");
        files.publish(&newer);
        write(&sandbox.path("files/inner-1.0.1.crate"), newer.bytes());
        git_index(&sandbox, "index", &[newer], &config);
        sandbox.run(&project, ["off"]).exits(0);
        let run = sandbox.cargo(["update"]).within(&project.folder);
        run.outcome().exits(0);
        assert!(project.read("Cargo.lock").contains("1.0.1"));
        vendor(&sandbox, &project).outcome().exits(0).no_panic();
        judged(&sandbox, &project);
    }
}

#[test]
fn a_git_index_behind_a_login() {
    let open = Registry::new([Crate::new("alpha", "1.0.0")]);
    let private = Registry::new([shared("private")]);
    private.lock_with(TOKEN);
    let sandbox = Sandbox::new(&open);
    let config = format!(r#"{{"dl":"{}/dl","auth-required":true}}"#, private.root());
    let index = git_index(&sandbox, "index", &[shared("private")], &config);
    let more = dep("shared", "shared", "1", "private");
    let registries = [("private", index)];
    let project = project(&sandbox, &[Dep::new("alpha", "1")], &more, &registries);
    lock(&sandbox, &project);
    let fails = |run: Run| -> Outcome {
        let run = run.outcome().exits(101).no_panic();
        run.never_says(TOKEN)
            .says("shared@1.0.0")
            .never_says("error: alpha")
    };
    // As for cargo, a token alone is none.
    let run = vendor(&sandbox, &project).env("CARGO_REGISTRIES_PRIVATE_TOKEN", TOKEN);
    fails(run).says("global-credential-providers");
    assert_eq!(private.paths(), [""; 0]);
    fails(vendor(&sandbox, &project).env(PROVIDERS, "cargo:token"))
        .says("CARGO_REGISTRIES_PRIVATE_TOKEN");
    // The crates are on another host than the index.
    fails(logged_in(vendor(&sandbox, &project))).says("--send-token-to");
    let told = private.asked().into_iter();
    let mut told = told.filter(|asked| !asked.header("authorization").is_empty());
    assert!(told.next().is_none());
    let host = private.root().replace("http://", "");
    let run = logged_in(vendor(&sandbox, &project)).env("CARGO_MIRROR_SEND_TOKEN_TO", host);
    run.outcome().exits(0).never_says(TOKEN);
    judged(&sandbox, &project);
}

#[test]
fn what_is_left_out_of_a_registry_behind_a_login_has_a_size() {
    let open = Registry::new([Crate::new("alpha", "1.0.0")]);
    let private = Registry::new([shared("private").weight(5000)]);
    private.lock_with(TOKEN);
    // The size stands where the crate really is.
    let path = private.download_path("shared", "1.0.0");
    private.serve("/elsewhere", private.bytes("shared", "1.0.0"));
    private.always(&path, Fault::Redirect("/elsewhere".to_owned()));
    let sandbox = Sandbox::new(&open);
    let more =
        "\n[target.'cfg(windows)'.dependencies.shared]\nversion = \"1\"\nregistry = \"private\"\n";
    let registries = [("private", private.index())];
    let project = project(&sandbox, &[Dep::new("alpha", "1")], more, &registries);
    lock(&sandbox, &project);
    private.forget();
    let run = vendor(&sandbox, &project).args(["--target", "x86_64-unknown-linux-gnu"]);
    let run = logged_in(run).args(["--message-format", "json"]);
    let run = run.outcome().exits(0).never_says(TOKEN);
    assert!(!run.stdout.contains(TOKEN), "{run}");
    let saved = run.report()["bytes_saved"].as_u64();
    assert!(saved.is_some_and(|saved| saved > 5000), "{run}");
    let asked = private.asked().into_iter();
    let methods: Vec<String> = asked
        .filter(|asked| asked.path == "/elsewhere")
        .map(|asked| format!("{} {}", asked.method, asked.header("authorization")))
        .collect();
    assert_eq!(methods, [format!("HEAD {TOKEN}")]);
    sandbox.builds(&project);
}
