//! `on --server` alone: builds that need several registries go through the server for all of them, and back.

use std::fs;

use crate::fixture::command::Run;
use crate::fixture::index::GitIndex;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::{Project, write};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::{CARGO, Sandbox};
use crate::fixture::served::Served;

/// What the server has for upstream, and clients have not.
const TOKEN: &str = "cio-t0ken-upstreamsekrit";
const PROVIDERS: &str = "CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS";

/// A project that needs a crate of each registry.
fn project(sandbox: &Sandbox, registries: &[(&str, &str, &str)]) -> Project {
    let project = sandbox.unlocked("app", &[Dep::new("alpha", "1")]);
    let needs = registries.iter().map(|(name, _, krate)| {
        format!("\n[dependencies.{krate}]\nversion = \"1\"\nregistry = \"{name}\"\n")
    });
    let manifest = project.read("Cargo.toml") + &needs.collect::<String>();
    let config = registries
        .iter()
        .map(|(name, index, _)| format!("[registries.{name}]\nindex = {index:?}\n"));
    let config: String = config.collect();
    project.write("Cargo.toml", manifest);
    project.write(".cargo/config.toml", config);
    sandbox.lock(&project);
    project
}

/// Cargo of somebody who has nothing but the project.
fn client(sandbox: &Sandbox, project: &Project) -> Run {
    let run = sandbox.command(CARGO).args(["build", "--locked"]);
    run.env("CARGO_HOME", sandbox.fresh("client-home"))
        .env("CARGO_TARGET_DIR", sandbox.path("target"))
        .within(&project.folder)
}

fn serve(sandbox: &Sandbox, private: &Registry) -> Served {
    // The server knows it by another name than its clients do.
    let config = format!("[registries.upstream]\nindex = {:?}\n", private.index());
    write(&sandbox.path("server/.cargo/config.toml"), config);
    let mirror = sandbox.mirror().display().to_string();
    let run = sandbox.program(["serve", "--listen", "127.0.0.1:0", "--mirror", &mirror]);
    Served::run(
        run.env(PROVIDERS, "cargo:token")
            .env("CARGO_REGISTRIES_UPSTREAM_TOKEN", TOKEN)
            .within(&sandbox.path("server")),
    )
}

#[test]
fn one_command_points_builds_at_the_server_for_every_registry_that_it_pulls_through() {
    let open = Registry::new([Crate::new("alpha", "1.0.0")]);
    let private = Registry::new([Crate::new("beta", "1.0.0")]);
    let sandbox = Sandbox::new(&open);
    let old = GitIndex::with_folder(&sandbox, "old", &[Crate::new("gamma", "1.0.0")]);
    let project = project(
        &sandbox,
        &[
            ("private", &private.index(), "beta"),
            ("old", &old.url(), "gamma"),
        ],
    );
    private.lock_with(TOKEN);
    let settings = format!(
        "[upstreams.corp]\nindex = {:?}\n\n[upstreams.old]\nindex = {:?}\n",
        private.index(),
        old.url()
    );
    write(&sandbox.mirror().join("mirror.toml"), settings);
    let server = serve(&sandbox, &private);
    server.get("/registries/old/index/ga/mm/gamma").is(200);
    server
        .get("/registries/old/dl/gamma/1.0.0/download")
        .is(200);
    server.until("it is stored", |stats| stats["stored"] == 1);
    // From here on nobody but the server has a way to either.
    fs::rename(&old.folder, sandbox.path("gone")).unwrap();
    fs::remove_dir_all(sandbox.path("upstream/old-crates")).unwrap();
    client(&sandbox, &project).outcome().exits(101);
    private.forget();

    let before = project.tree();
    let on = || sandbox.run(&project, ["on", "--server", &server.base]);
    on().exits(0).never_says("contacted directly");
    let config = project.read(".cargo/config.toml");
    let lockfile = project.read("Cargo.lock");
    client(&sandbox, &project).outcome().exits(0);
    assert_eq!(project.read("Cargo.lock"), lockfile);
    assert!(private.asked().len() > 1);
    for request in private.asked() {
        // As cargo does, the server asks without a login whether one is wanted.
        let is_config = request.path.ends_with("config.json");
        assert!(is_config || request.header("authorization") == TOKEN);
    }

    let (of_corp, of_old) = (
        format!("sparse+{}/registries/corp/index/", server.base),
        format!("sparse+{}/registries/old/index/", server.base),
    );
    let status = sandbox.run(&project, ["status"]);
    assert!(
        status
            .stdout
            .contains(&format!("builds take {} from {of_corp}", private.index()))
            && status
                .stdout
                .contains(&format!("builds take {} from {of_old}", old.source())),
        "{status}"
    );
    let status = sandbox.run(&project, ["status", "--message-format", "json"]);
    let report = status.objects().pop().unwrap();
    let by_server = report["projects"][0]["by_server"].as_array().unwrap();
    assert!(
        by_server.iter().any(|it| it["index"] == of_old.as_str()),
        "{report}"
    );
    assert_eq!(by_server.len(), 2);

    // What is mirrored from here comes from that server, too.
    let mirror = sandbox.path("second-mirror").display().to_string();
    let fetch = ["prefetch", ".", "--mirror", &mirror];
    sandbox.run(&project, fetch).exits(0);

    on().exits(0).says("already");
    assert_eq!(project.read(".cargo/config.toml"), config);
    let base = server.base.clone();
    server.stop().exits(0).no_panic();
    // That it says nothing for a while takes nothing away.
    let silent = sandbox.run(&project, ["on", "--server", &base]);
    silent.exits(0).says("the server does not answer");
    assert_eq!(project.read(".cargo/config.toml"), config);
    sandbox.run(&project, ["off"]).exits(0);
    assert_eq!(project.tree(), before);
}

#[test]
fn a_registry_that_needs_a_token_is_shown_to_those_who_may_read_it() {
    let open = Registry::new([Crate::new("alpha", "1.0.0")]);
    let private = Registry::new([Crate::new("beta", "1.0.0")]);
    let sandbox = Sandbox::new(&open);
    let project = project(&sandbox, &[("private", &private.index(), "beta")]);
    private.lock_with(TOKEN);
    // A login in its address is for nobody else.
    let address = "sparse+https://me:sekrit@r.example/index/";
    let settings = format!(
        "[upstreams.corp]\nindex = {:?}\nauth = \"all\"\n\n[upstreams.other]\nindex = {address:?}\n",
        private.index(),
    );
    write(&sandbox.mirror().join("mirror.toml"), settings);
    let server = serve(&sandbox, &private);
    let listed = server.get("/-/registries").is(200).text();
    assert!(
        listed.contains("other") && !listed.contains("corp"),
        "{listed}"
    );
    assert!(!listed.contains("sekrit"), "{listed}");
    server.stop().exits(0).no_panic();

    let settings = format!(
        "[upstreams.corp]\nindex = {:?}\nauth = \"all\"\n",
        private.index()
    );
    write(&sandbox.mirror().join("mirror.toml"), settings);
    let server = serve(&sandbox, &private);
    sandbox.run(&project, ["user", "new", "alice"]).exits(0);
    let token = |registry: &str| {
        let new = ["token", "new", "--user", "alice", "--registry", registry];
        let run = sandbox.program(new).args(["--message-format", "json"]);
        let report = run.within(&project.folder).outcome().exits(0).report();
        report["token"].as_str().unwrap().to_owned()
    };
    let (good, wrong) = (token("corp"), token("elsewhere"));
    let on = |token: &str| {
        let run = sandbox.program(["on", "--server", &server.base]);
        let run = run.within(&project.folder).env("CARGO_MIRROR_TOKEN", token);
        run.outcome().exits(0)
    };
    for token in ["", wrong.as_str()] {
        on(token)
            .says("has no place for 1 source, contacted directly as before")
            .says(&private.index());
        assert!(!project.read(".cargo/config.toml").contains("server-corp"));
    }
    on(&good)
        .says("cargo login --registry cargo-mirror-server-corp")
        .never_says("contacted directly");
    let build = |token: &str| {
        let run = client(&sandbox, &project).env(PROVIDERS, "cargo:token");
        let name = "CARGO_REGISTRIES_CARGO_MIRROR_SERVER_CORP_TOKEN";
        run.env(name, token).outcome()
    };
    build(&good).exits(0);
    build(&wrong).exits(101);
    server.stop().exits(0).no_panic();
}
