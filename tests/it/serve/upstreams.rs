//! `serve` with upstreams that are not open sparse registries: one that wants a login, one with a git index, and the
//! folders of other registries in the mirror.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use cargo_mirror::model::source::id::RegistrySource;

use crate::fixture::index::GitIndex;
use crate::fixture::package::{Crate, Dep, index_path};
use crate::fixture::project::{tree, write};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::{CARGO, Sandbox};
use crate::fixture::served::{Answer, Served};

/// Long and unlike anything else, so that it is found wherever it leaks to.
const TOKEN: &str = "cio-t0ken-upstreamsekrit";
const CLIENTS: &str = "cio-t0ken-clientsekrit";
const PROVIDERS: &str = "CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS";

fn company() -> (Registry, Sandbox) {
    let registry = Registry::new([
        Crate::new("top", "1.0.0").needs("leaf"),
        Crate::new("leaf", "1.0.0"),
        Crate::new("other", "1.0.0"),
    ]);
    let sandbox = Sandbox::new(&registry);
    write(
        &sandbox.path("cargo-home/config.toml"),
        format!("[registries.company]\nindex = {:?}\n", registry.index()),
    );
    registry.lock_with(TOKEN);
    (registry, sandbox)
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

/// Asks until the answer is this.
#[track_caller]
fn until(server: &Served, path: &str, is: impl Fn(&Answer) -> bool) -> Answer {
    let since = Instant::now();
    loop {
        let answer = server.get(path);
        if is(&answer) {
            return answer;
        }
        // A login that is not there is asked for again after a minute in any case: that must not be what helped.
        assert!(
            since.elapsed() < Duration::from_secs(40),
            "{}",
            answer.text()
        );
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn the_token_for_upstream_goes_to_upstream_and_clients_need_none() {
    let (registry, sandbox) = company();
    let server = Served::run(
        sandbox
            .program(["serve", "--listen", "127.0.0.1:0", "-vv", "--log", "json"])
            .args(["--log-file", "access.log"])
            .env(PROVIDERS, "cargo:token")
            .env("CARGO_REGISTRIES_COMPANY_TOKEN", TOKEN),
    );
    let project = sandbox.unlocked("project", &[Dep::new("top", "1")]);
    let built = server
        .cargo(&sandbox, &["build"])
        .within(&project.folder)
        .outcome()
        .exits(0);
    assert!(!contains(built.to_string().as_bytes(), TOKEN));

    // What a client says of itself is not for upstream, and what we say to upstream is not for clients.
    for (method, path) in [
        ("GET", "/crates-io/index/config.json"),
        ("GET", "/crates-io/index/ot/he/other"),
        ("GET", "/crates-io/index/no/wh/nowhere"),
        ("HEAD", "/crates-io/dl/other/1.0.0/download"),
        ("GET", "/crates-io/dl/other/1.0.0/download"),
        ("GET", "/-/stats"),
        ("GET", "/metrics"),
        ("GET", "/"),
    ] {
        let request = server.request(method, path, &[("Authorization", CLIENTS)]);
        let heard = server.say(request);
        assert_ne!(Answer::parse(&heard).status, 401, "{path}");
        assert!(!contains(&heard, TOKEN), "{path}");
    }
    let asked = registry.asked();
    assert!(asked.len() > 6);
    let mut without = 0;
    for request in &asked {
        match request.header("authorization") {
            // As cargo does: whether a login is wanted is asked without one.
            "" => {
                without += 1;
                assert!(request.path.ends_with("config.json"), "{}", request.path);
            }
            said => assert_eq!(said, TOKEN, "{}", request.path),
        }
    }
    assert_eq!(without, 1);

    let ended = server.stop().exits(0).no_panic();
    assert!(!ended.to_string().contains(TOKEN), "the server says it");
    for folder in ["mirror", "home", "cargo-home"] {
        for (path, bytes) in tree(&sandbox.path(folder)) {
            assert!(!contains(&bytes, TOKEN), "{path}");
            assert!(!contains(&bytes, CLIENTS), "{path}");
        }
    }
    let log = fs::read(sandbox.path("access.log")).unwrap();
    assert!(!contains(&log, TOKEN) && !contains(&log, CLIENTS));
}

#[test]
fn a_login_that_comes_later_or_changes_is_noticed_while_it_serves() {
    let (registry, sandbox) = company();
    let server = Served::run(
        sandbox
            .program(["serve", "--listen", "127.0.0.1:0"])
            .env(PROVIDERS, "cargo:token"),
    );
    let leaf = "/crates-io/index/le/af/leaf";
    let answer = server.get(leaf).is(502);
    assert!(answer.text().contains("wants a login"), "{}", answer.text());
    sandbox
        .command(CARGO)
        .args(["login", "--registry", "company"])
        .env("CARGO_HOME", sandbox.path("cargo-home"))
        .env(PROVIDERS, "cargo:token")
        .input(format!("{TOKEN}\n"))
        .outcome()
        .exits(0);
    until(&server, leaf, |answer| answer.status == 200);

    // The token is replaced at the registry, and then by its user.
    let next = "cio-t0ken-thenextsekrit";
    registry.lock_with(next);
    let other = "/crates-io/index/ot/he/other";
    let answer = server.get(other).is(502);
    assert!(
        answer.text().contains("token rejected"),
        "{}",
        answer.text()
    );
    let saved = sandbox.path("cargo-home/credentials.toml");
    let text = fs::read_to_string(&saved).unwrap();
    fs::write(&saved, text.replace(TOKEN, next)).unwrap();
    until(&server, other, |answer| answer.status == 200);

    let ended = server.stop().exits(0).no_panic();
    let ended = ended
        .says("wants a login")
        .says("cargo login --registry company");
    assert!(!ended.to_string().contains("sekrit"), "{ended}");
}

#[test]
fn another_upstream_in_cargos_config_waits_for_a_new_start() {
    let first = Registry::new([Crate::new("leaf", "1.0.0")]);
    let second = Registry::new([Crate::new("leaf", "2.0.0")]);
    let sandbox = Sandbox::new(&first);
    let config = |registry: &Registry| {
        let text = format!(
            "[source.crates-io]\nreplace-with = \"near\"\n[registries.near]\nindex = {:?}\n",
            registry.index()
        );
        write(&sandbox.path("cargo-home/config.toml"), text);
    };
    config(&first);
    let start = || {
        let run = sandbox.program(["serve", "--listen", "127.0.0.1:0", "--refresh", "0s"]);
        Served::run(run.env_remove("CARGO_MIRROR_UPSTREAM"))
    };
    let server = start();
    let has = |server: &Served, version: &str| {
        let answer = server.get("/crates-io/index/le/af/leaf").is(200);
        contains(&answer.body, &format!("\"vers\":\"{version}\""))
    };
    assert!(has(&server, "1.0.0"));
    config(&second);
    std::thread::sleep(Duration::from_millis(2500));
    assert!(has(&server, "1.0.0"));
    write(
        &sandbox.path("cargo-home/config.toml"),
        "[source.crates-io\n",
    );
    std::thread::sleep(Duration::from_millis(2500));
    assert!(has(&server, "1.0.0"));
    assert_eq!(second.paths(), [""; 0]);
    config(&second);
    server
        .stop()
        .exits(0)
        .says("names another upstream")
        .says("start the server again")
        .says("stay in effect");
    assert!(has(&start(), "2.0.0"));
}

#[test]
fn a_git_index_is_renewed_as_it_ages_once_for_all_and_stale_when_git_fails() {
    const MARKERS: &str = "/dl/{crate}/{version}/{prefix}/{lowerprefix}/{sha256-checksum}";
    let names: Vec<String> = (0..20).map(|number| format!("crate{number}")).collect();
    let crates: Vec<Crate> = names.iter().map(|name| Crate::new(name, "1.0.0")).collect();
    let newer = Crate::new("crate0", "1.1.0");
    let newest = Crate::new("crate0", "1.2.0");
    let files = crates.iter().chain([&newer, &newest]).cloned();
    let registry = Registry::with_template(MARKERS, MARKERS, files);
    let sandbox = Sandbox::new(&registry);
    let dl = format!("{}{MARKERS}", registry.root());
    let index = GitIndex::new(&sandbox, "index", &dl, &crates);

    // Each run of cargo is counted.
    let counting = sandbox.path("counting-cargo");
    let runs = sandbox.path("runs");
    let script = format!(
        "#!/bin/sh\necho \"$@\" >>{}\nexec {CARGO} \"$@\"\n",
        runs.display()
    );
    write(&counting, script);
    fs::set_permissions(&counting, fs::Permissions::from_mode(0o755)).unwrap();
    let runs = || {
        fs::read_to_string(&runs)
            .unwrap_or_default()
            .lines()
            .count()
    };

    let server = Served::run(
        sandbox
            .program(["serve", "--listen", "127.0.0.1:0", "--refresh", "4s"])
            .args(["--upstream", &index.source()])
            .env("CARGO", &counting)
            .env("CARGO_NET_RETRY", "0"),
    );
    let path = |name: &str| format!("/crates-io/index/{}", index_path(name));
    let ask = |name: &String| {
        let mut stream = server.connect();
        let request = server.request("GET", &path(name), &[]);
        stream.write_all(request.as_bytes()).unwrap();
        stream
    };
    let asking: Vec<_> = names.iter().map(ask).collect();
    for mut stream in asking {
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).unwrap();
        Answer::parse(&heard).is(200);
    }
    assert_eq!(runs(), 1, "20 clients, one look at upstream");
    let project = sandbox.unlocked(
        "project",
        &[Dep::new("crate0", "1"), Dep::new("crate1", "1")],
    );
    let cargo = |arguments: &[&str]| {
        let run = server.cargo(&sandbox, arguments).within(&project.folder);
        run.outcome().exits(0)
    };
    cargo(&["build"]);

    index.publish(&[newer]);
    let has = |version: &'static str| {
        move |answer: &Answer| contains(&answer.body, &format!("\"vers\":\"{version}\""))
    };
    until(&server, &path("crate0"), has("1.1.0"));
    let known = runs();
    assert!((2..10).contains(&known), "{known} runs");
    cargo(&["update"]);
    assert!(project.read("Cargo.lock").contains("version = \"1.1.0\""));

    // Git fails: what it last said is served, and the one who runs the server is told.
    let elsewhere = sandbox.path("elsewhere");
    fs::rename(&index.folder, &elsewhere).unwrap();
    let stale = until(&server, &path("crate0"), |answer| {
        answer.header("x-cargo-mirror") == "stale"
    });
    assert_eq!(stale.status, 200);
    assert!(has("1.1.0")(&stale), "{}", stale.text());
    server.get(&path("nowhere")).is(503);
    fs::rename(&elsewhere, &index.folder).unwrap();
    index.publish(&[newest]);
    until(&server, &path("crate0"), has("1.2.0"));
    cargo(&["update"]);
    cargo(&["build"]);
    server
        .stop()
        .exits(0)
        .no_panic()
        .says("warning: upstream: ");
}

#[test]
fn a_project_of_several_registries_builds_through_the_server_alone() {
    let open = Registry::new([Crate::new("alpha", "1.0.0")]);
    // The same name and version as on crates.io, and other bytes.
    let alpha = Crate::new("alpha", "1.0.0").file("src/other.rs", "// other\n");
    let private = Registry::new([alpha, Crate::new("beta", "1.0.0").needs("alpha")]);
    let sandbox = Sandbox::new(&open);
    let project = sandbox.unlocked("app", &[Dep::new("alpha", "1")]);
    let manifest = project.read("Cargo.toml");
    project.write(
        "Cargo.toml",
        manifest + "\n[dependencies.beta]\nversion = \"1\"\nregistry = \"private\"\n",
    );
    let registries = format!("[registries.private]\nindex = {:?}\n", private.index());
    project.write(".cargo/config.toml", registries.clone());
    sandbox.lock(&project);
    sandbox.run(&project, ["prefetch", "."]).exits(0);
    let folder = RegistrySource::parse(&private.index()).unwrap().folder();

    // As the README says it.
    let server = Served::start(&sandbox, &["--only-mirrored"]);
    project.write(
        ".cargo/config.toml",
        format!(
            "{registries}\n[source.private]\nregistry = {:?}\nreplace-with = \"private-mirror\"\n\n\
             [registries.private-mirror]\nindex = \"sparse+{}/{folder}/index/\"\n",
            private.index(),
            server.base,
        ),
    );
    let lockfile = project.read("Cargo.lock");
    open.forget();
    private.forget();
    server
        .cargo(&sandbox, &["build", "--locked"])
        .within(&project.folder)
        .outcome()
        .exits(0);
    assert_eq!(project.read("Cargo.lock"), lockfile);
    assert_eq!(open.paths(), [""; 0]);
    assert_eq!(private.paths(), [""; 0]);
    server.stop().exits(0).no_panic();
}

#[test]
fn another_mirror_is_an_upstream_by_either_name_of_its_folder() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    sandbox.program(["prefetch", "leaf"]).outcome().exits(0);
    let whole = sandbox.mirror().display().to_string();
    registry.forget();
    for (number, upstream) in [whole.clone(), format!("{whole}/crates-io")]
        .iter()
        .enumerate()
    {
        let run = sandbox.program(["serve", "--listen", "127.0.0.1:0", "--upstream", upstream]);
        let server = Served::run(run.args(["--mirror", &format!("other-{number}")]));
        let answer = server.get("/crates-io/dl/leaf/1.0.0/download").is(200);
        assert_eq!(answer.body, registry.bytes("leaf", "1.0.0"));
        server.stop().exits(0).no_panic();
    }
    assert_eq!(registry.paths(), [""; 0]);
}

#[test]
fn what_a_newcomer_gets_wrong_is_told() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    // Nothing to serve, and nobody to ask.
    for mode in ["--offline", "--only-mirrored"] {
        let server = Served::start(&sandbox, &[mode]);
        server.get("/crates-io/index/le/af/leaf").is(404);
        let ended = server.stop().exits(0);
        ended.says("has no crates yet").says("leave out --offline");
    }
    // All addresses: the one that is printed can be asked.
    let run = sandbox.program(["serve", "--listen", "0.0.0.0:0"]);
    let server = Served::run(run);
    assert!(
        server.base.starts_with("http://127.0.0.1:"),
        "{}",
        server.base
    );
    server.get("/healthz").is(200);
    server.stop().exits(0).says("--public-url sets it");
    // No server, or another one.
    let gone = ["stats", "--server", "http://127.0.0.1:9"];
    let run = sandbox.program(gone).outcome().exits(101);
    run.says("there is no answer from")
        .says("--server http://127.0.0.1:8080");
    let run = sandbox.program(["stats", "--server", &registry.index()[7..]]);
    run.outcome()
        .exits(101)
        .says("answered 404")
        .says("named without a path");
}

#[test]
fn a_list_that_cannot_be_prefetched_is_not_held_against_a_lockfile() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("project", &[Dep::new("leaf", "1")]);
    let lockfile = project.path("Cargo.lock").display().to_string();
    fs::write(sandbox.path("list"), "leaf\n").unwrap();
    // As in a container that has no cargo.
    let server = Served::run(
        sandbox
            .program(["serve", "--listen", "127.0.0.1:0"])
            .args(["--prefetch", "list", "--prefetch", &lockfile])
            .env("CARGO", sandbox.path("no-cargo-here")),
    );
    server.until("done", |stats| stats["prefetch"]["done"] == 2);
    assert_eq!(server.stats()["prefetch"]["fetched"], 1);
    assert_eq!(server.stats()["prefetch"]["failed"], 1);
    let ended = server.stop().exits(0).no_panic();
    ended.says("prefetch: cannot run").says("install cargo");
}

/// Two registries with a crate of one name and version and other bytes, and a server that pulls from both.
fn two_registries(settings: &str) -> (Registry, Registry, Sandbox, Served) {
    let open = Registry::new([Crate::new("alpha", "1.0.0")]);
    let alpha = Crate::new("alpha", "1.0.0").file("src/other.rs", "// other\n");
    let private = Registry::new([
        alpha,
        Crate::new("beta", "1.0.0").needs("alpha"),
        Crate::new("heavy", "1.0.0").weight(2 << 20),
    ]);
    let sandbox = Sandbox::new(&open);
    let settings = settings.replace("INDEX", &format!("{:?}", private.index()));
    write(&sandbox.mirror().join("mirror.toml"), settings);
    let server = Served::start(&sandbox, &[]);
    (open, private, sandbox, server)
}

#[test]
fn every_registry_that_the_settings_name_is_pulled_through_under_its_own_name() {
    let (open, private, sandbox, server) = two_registries("[upstreams.corp]\nindex = INDEX\n");
    let project = sandbox.unlocked("app", &[Dep::new("alpha", "1")]);
    let manifest = project.read("Cargo.toml");
    project.write(
        "Cargo.toml",
        manifest + "\n[dependencies.beta]\nversion = \"1\"\nregistry = \"private\"\n",
    );
    project.write(
        ".cargo/config.toml",
        format!(
            "[registries.private]\nindex = {:?}\n\n\
             [source.private]\nregistry = {:?}\nreplace-with = \"private-mirror\"\n\n\
             [registries.private-mirror]\nindex = \"sparse+{}/registries/corp/index/\"\n",
            private.index(),
            private.index(),
            server.base,
        ),
    );
    let build = |arguments: &[&str]| {
        let run = server.cargo(&sandbox, arguments).within(&project.folder);
        run.outcome().exits(0);
    };
    build(&["build"]);
    assert!(project.read("Cargo.lock").contains(&private.index()));
    // Both are stored, each in the folder that `vendor` would use.
    let folder = RegistrySource::parse(&private.index()).unwrap().folder();
    let mirror = sandbox.mirror();
    server.until("both are stored", |stats| stats["stored"] == 3);
    let bytes = |folder: &str| fs::read(mirror.join(folder).join("alpha-1.0.0.crate")).unwrap();
    assert_eq!(bytes("crates-io"), open.bytes("alpha", "1.0.0"));
    assert_eq!(bytes(&folder), private.bytes("alpha", "1.0.0"));
    // The next clients cost no upstream anything.
    open.forget();
    private.forget();
    build(&["build", "--locked"]);
    assert_eq!(open.paths(), [""; 0]);
    assert_eq!(private.paths(), [""; 0]);
    // One name for one registry.
    server.get(&format!("/{folder}/index/al/ph/alpha")).is(404);
    server.stop().exits(0).no_panic();
    sandbox.run(&project, ["verify", "--archives"]).exits(0);
}

#[test]
fn what_a_registry_of_another_name_newly_has_is_served_at_once() {
    let settings = "[upstreams.corp]\nindex = INDEX\nrefresh = \"0s\"\n";
    let (_open, private, _sandbox, server) = two_registries(settings);
    let index = "/registries/corp/index/al/ph/alpha";
    let path = "/registries/corp/dl/alpha/1.1.0/download";
    server.get(index).is(200);
    // That it is not there is remembered for seconds.
    server.get(path).is(404);
    let newer = Crate::new("alpha", "1.1.0");
    private.publish(&newer);
    assert!(server.get(index).is(200).text().contains("1.1.0"));
    let bytes = private.bytes("alpha", "1.1.0");
    assert_eq!(server.get(path).is(200).body, bytes);
    server.stop().exits(0).no_panic();
}

#[test]
fn a_large_crate_of_another_registry_is_served_again_from_its_own_folder() {
    let (_open, private, _sandbox, server) = two_registries("[upstreams.corp]\nindex = INDEX\n");
    let path = "/registries/corp/dl/heavy/1.0.0/download";
    let bytes = private.bytes("heavy", "1.0.0");
    assert!(bytes.len() > 1 << 20);
    assert_eq!(server.get(path).is(200).body, bytes);
    server.until("it is stored", |stats| stats["stored"] == 1);
    for _ in 0..3 {
        assert_eq!(server.get(path).is(200).body, bytes);
    }
    server.stop().exits(0).no_panic();
}

#[test]
fn a_closed_registry_beside_an_open_crates_io() {
    let settings = "[upstreams.corp]\nindex = INDEX\nauth = \"all\"\n";
    let (_open, private, sandbox, server) = two_registries(settings);
    server.get("/crates-io/index/al/ph/alpha").is(200);
    let refused = server.get("/registries/corp/index/al/ph/alpha").is(401);
    assert!(
        refused.header("www-authenticate").starts_with("Cargo "),
        "{}",
        refused.header("www-authenticate")
    );
    let crate_path = "/registries/corp/dl/alpha/1.0.0/download";
    server.get(crate_path).is(401);
    let project = sandbox.unlocked("app", &[]);
    sandbox.run(&project, ["user", "new", "alice"]).exits(0);
    let new = ["token", "new", "--user", "alice", "--registry", "corp"];
    let new = [
        new.as_slice(),
        &["--scope", "read", "--message-format", "json"],
    ]
    .concat();
    let report = sandbox
        .run::<10>(&project, new.try_into().unwrap())
        .exits(0);
    let report: serde_json::Value = serde_json::from_str(&report.stdout).unwrap();
    let token = report["token"].as_str().unwrap();
    let read = |path: &str| server.ask("GET", path, &[("authorization", token)]);
    // A cache in between may not keep it for strangers: not while it comes from upstream, and not once it is here.
    let is_private = |answer: &Answer| {
        let control = answer.header("cache-control");
        assert!(control.contains("private"), "{control}");
    };
    is_private(&read("/registries/corp/index/al/ph/alpha").is(200));
    let fetched = read(crate_path).is(200);
    is_private(&fetched);
    assert_eq!(fetched.body, private.bytes("alpha", "1.0.0"));
    server.until("stored", |stats| stats["stored"] == 1);
    is_private(&read(crate_path).is(200));
    let config = read("/registries/corp/index/config.json").is(200).text();
    assert!(config.contains("\"auth-required\":true"), "{config}");
    // Nor do figures tell what is asked of it.
    let told = server.stats()["upstream"]["slowest"].to_string();
    assert!(
        told.contains("/crates-io/") && !told.contains("corp"),
        "{told}"
    );
    // What the holder of a token was given, a stranger is not.
    server.get(crate_path).is(401);
    server.stop().exits(0).no_panic();
}

#[test]
fn an_upstream_without_a_sound_address_is_an_error_with_its_line() {
    let open = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&open);
    let project = sandbox.unlocked("app", &[]);
    for (text, said) in [
        ("\n[upstreams.corp]\nindex = \"nowhere\"\n", "line 3"),
        (
            "[upstreams.corp]\nauth = \"all\"\n",
            "missing field `index`",
        ),
        (
            "[upstreams.\"../x\"]\nindex = \"sparse+https://r.example/\"\n",
            "../x",
        ),
    ] {
        write(&sandbox.mirror().join("mirror.toml"), text);
        let run = sandbox.run(&project, ["serve", "--listen", "127.0.0.1:0"]);
        run.exits(101).no_panic().says("mirror.toml").says(said);
    }
}
