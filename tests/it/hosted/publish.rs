//! The real, unmodified cargo against a hosted registry: publish, add, build, yank, owners, search, login.

use std::fs;

use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::write;
use crate::hosted::world::{PROVIDERS, World};

#[test]
fn what_one_publishes_another_builds() {
    let public = [Crate::new("left", "1.2.0")];
    let world = World::new(&public, &[]);
    let token = world.publisher("alice");
    let (here, there) = (world.home(), world.home());
    let folder = world.package(
        "acme-log",
        "0.1.0",
        "[dependencies]\nleft = \"1\"\n[features]\nloud = []\n",
    );
    let publish = || {
        world
            .cargo(&here, &token, "publish --registry corp")
            .within(&folder)
    };
    let dry = world
        .cargo(&here, &token, "publish --registry corp --dry-run")
        .within(&folder);
    dry.outcome()
        .exits(0)
        .says("aborting upload due to dry run");
    assert_eq!(world.lines("ac/me/acme-log"), "");
    publish()
        .outcome()
        .exits(0)
        .says("Published acme-log v0.1.0");
    let line = world.lines("ac/me/acme-log");
    assert_eq!(line.lines().count(), 1);
    assert!(
        line.contains(r#""features":{"loud":[]}"#) && line.contains(r#""pubtime":"2"#),
        "{line}"
    );
    // Cargo itself sees that it is there.
    publish()
        .outcome()
        .exits(101)
        .says("already exists on `corp` index");

    // On another machine: no token, for reading is open.
    let app = world.sandbox.fresh("app");
    write(
        &app.join("Cargo.toml"),
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
    );
    write(
        &app.join("src/main.rs"),
        "fn main() { assert_eq!(acme_log::ANSWER, 42); }\n",
    );
    let cargo = |words: &str| world.cargo(&there, "", words).within(&app);
    cargo("add acme-log --registry corp --features loud")
        .outcome()
        .exits(0);
    cargo("run").outcome().exits(0);
    let lock = fs::read_to_string(app.join("Cargo.lock")).unwrap();
    let source = format!("source = {:?}", world.index("corp"));
    assert!(lock.contains(&source), "{lock}");
    cargo("info acme-log --registry corp")
        .outcome()
        .exits(0)
        .answers("what acme-log is for");
    let search = |words: &str| {
        let run = world.sandbox.command(crate::fixture::sandbox::CARGO).args([
            "search",
            "--registry",
            "corp",
        ]);
        run.args(words.split(' '))
            .env("CARGO_HOME", &there)
            .env("CARGO_REGISTRIES_CORP_INDEX", world.index("corp"))
            .outcome()
            .exits(0)
    };
    search("acme for").answers("acme-log = \"0.1.0\"    # what acme-log is for");
    assert_eq!(search("acme nothing").stdout, "");
}

#[test]
fn dependencies_of_every_kind_come_through() {
    let public = [
        Crate::new("real", "1.0.0").feature("extra", &[]),
        Crate::new("plain", "1.0.0"),
    ];
    let world = World::new(&public, &[]);
    let token = world.publisher("alice");
    let home = world.home();
    let publish = |folder: &std::path::Path| {
        let run = world
            .cargo(&home, &token, "publish --registry corp --no-verify")
            .within(folder);
        run.outcome().exits(0);
    };
    publish(&world.package("acme-base", "1.0.0", ""));
    let folder = world.package(
        "Acme_Top",
        "1.0.0+meta.1",
        r#"rust-version = "1.70"
            links = "acme"
            build = "build.rs"
            [dependencies]
            alias = { package = "real", version = "1", default-features = false, features = ["extra"] }
            base = { package = "acme-base", version = "1", registry = "corp", optional = true }
            [target.'cfg(target_os="linux")'.build-dependencies]
            plain = "1.0"
            [dev-dependencies]
            acme-base = { version = "1", registry = "corp" }
            [features]
            more = ["dep:base"]
            weak = ["base?/x"]
        "#,
    );
    write(&folder.join("build.rs"), "fn main() {}\n");
    // A weak feature must name a feature that is there, so the base gets one first.
    let base = world.package("acme-base", "1.1.0", "[features]\nx = []\n");
    publish(&base);
    publish(&folder);
    let line = world.lines("ac/me/acme_top");
    let line: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["name"], "Acme_Top");
    assert_eq!(line["vers"], "1.0.0+meta.1");
    assert_eq!(
        (&line["links"], &line["rust_version"], &line["v"]),
        (&"acme".into(), &"1.70".into(), &2.into())
    );
    let deps = line["deps"].as_array().unwrap();
    let dep = |name: &str| deps.iter().find(|dep| dep["name"] == name).unwrap();
    assert_eq!(
        (&dep("alias")["package"], &dep("alias")["default_features"]),
        (&"real".into(), &false.into())
    );
    assert_eq!(
        dep("alias")["registry"],
        "https://github.com/rust-lang/crates.io-index"
    );
    assert_eq!(
        (&dep("base")["package"], dep("base").get("registry")),
        (&"acme-base".into(), None)
    );
    assert_eq!(
        (&dep("plain")["kind"], &dep("plain")["target"]),
        (&"build".into(), &"cfg(target_os = \"linux\")".into())
    );
    assert_eq!(dep("acme-base")["kind"], "dev");
    let app = world.sandbox.fresh("app");
    write(
        &app.join("Cargo.toml"),
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\n\
         Acme_Top = { version = \"1\", registry = \"corp\", features = [\"more\", \"weak\"] }\n",
    );
    write(&app.join("src/lib.rs"), "pub use Acme_Top::ANSWER;\n");
    world
        .cargo(&world.home(), "", "check")
        .within(&app)
        .outcome()
        .exits(0);
}

#[test]
fn a_workspace_is_published_in_waves() {
    let world = World::new(&[], &["--set", "deps=refuse"]);
    let token = world.publisher("alice");
    let folder = world.sandbox.fresh("workspace");
    write(
        &folder.join("Cargo.toml"),
        "[workspace]\nmembers = [\"wa\", \"wb\", \"wc\", \"wd\"]\nresolver = \"2\"\n",
    );
    for (name, needs) in [
        ("wa", &[][..]),
        ("wb", &["wa"]),
        ("wc", &["wa"]),
        ("wd", &["wb", "wc"]),
    ] {
        let deps: Vec<String> = needs
            .iter()
            .map(|need| format!("{need} = {{ path = \"../{need}\", version = \"0.1.0\", registry = \"corp\" }}\n"))
            .collect();
        write(
            &folder.join(name).join("Cargo.toml"),
            format!(
                "[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2021\"\npublish = [\"corp\"]\n[dependencies]\n{}",
                deps.concat()
            ),
        );
        write(&folder.join(name).join("src/lib.rs"), "");
    }
    let publish = world.cargo(
        &world.home(),
        &token,
        "publish --workspace --registry corp --no-verify",
    );
    let done = publish.within(&folder).outcome().exits(0);
    for name in ["wa", "wb", "wc", "wd"] {
        assert!(
            world.lines(&format!("2/{name}")).contains("0.1.0"),
            "{name}\n{done}"
        );
    }
}

#[test]
fn a_yanked_version_goes_on_where_it_is_locked() {
    let world = World::new(&[], &[]);
    let token = world.publisher("alice");
    let home = world.home();
    let folder = world.package("acme-log", "1.0.0", "");
    let publish = || {
        world
            .cargo(&home, &token, "publish --registry corp --no-verify")
            .within(&folder)
    };
    publish().outcome().exits(0);
    let app = |locked: bool| {
        let app = world.sandbox.fresh("app");
        write(
            &app.join("Cargo.toml"),
            "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nacme-log = { version = \"1\", registry = \"corp\" }\n",
        );
        write(&app.join("src/lib.rs"), "");
        if locked {
            world
                .cargo(&home, "", "generate-lockfile")
                .within(&app)
                .outcome()
                .exits(0);
        }
        app
    };
    let (locked, unlocked) = (app(true), app(false));
    let before = world.lines("ac/me/acme-log");
    let yank = |words: &str| world.cargo(&home, &token, words).outcome().exits(0);
    yank("yank Acme_Log --version 1.0.0 --registry corp");
    assert_eq!(
        world.lines("ac/me/acme-log"),
        before.replace("\"yanked\":false", "\"yanked\":true")
    );
    yank("yank acme-log --version 1.0.0 --registry corp");
    let fetch = |app: &std::path::Path| {
        world
            .cargo(&world.home(), "", "fetch")
            .within(app)
            .outcome()
    };
    fetch(&locked).exits(0);
    fetch(&unlocked).exits(101).says("is yanked");
    // Cargo does not see yanked versions before it uploads: the same bytes are welcome, others are not. Nor does it see
    // afterwards that they have come, for which it would wait a minute.
    publish()
        .args(["-Zpublish-timeout", "--config", "publish.timeout=1"])
        .env("RUSTC_BOOTSTRAP", "1")
        .outcome()
        .exits(0)
        .says("was already here, with the same bytes");
    write(&folder.join("src/lib.rs"), "pub const ANSWER: u32 = 43;\n");
    let other = publish().outcome().exits(101);
    let other = other
        .says("(status 409 Conflict)")
        .says("published by alice at 2");
    other.says("raise the version");
    yank("yank acme-log --version 1.0.0 --undo --registry corp");
    assert_eq!(world.lines("ac/me/acme-log"), before);
    fetch(&unlocked).exits(0);
    let gone = world
        .cargo(
            &home,
            &token,
            "yank acme-log --version 2.0.0 --registry corp",
        )
        .outcome();
    gone.exits(101)
        .says("there is no acme-log@2.0.0 in the registry `corp`");
}

#[test]
fn owners_share_a_crate_and_strangers_do_not() {
    let world = World::new(&[], &[]);
    let (alice, bob) = (world.publisher("alice"), world.publisher("bob"));
    let home = world.home();
    world.run("team new core bob").exits(0);
    let publish = |token: &str, version: &str| {
        let folder = world.package("acme-log", version, "");
        let run = world.cargo(&home, token, "publish --registry corp --no-verify");
        run.within(&folder).outcome()
    };
    publish(&alice, "1.0.0").exits(0);
    let stranger = publish(&bob, "1.1.0").exits(101);
    stranger
        .says("(status 403 Forbidden)")
        .says("`bob` does not own `acme-log`: ask `alice` to do it");
    let owner = |token: &str, words: &str| {
        world
            .cargo(
                &home,
                token,
                &format!("owner {words} acme-log --registry corp"),
            )
            .outcome()
    };
    owner(&bob, "--add bob")
        .exits(101)
        .says("`bob` does not own `acme-log`");
    owner(&alice, "--add nobody")
        .exits(101)
        .says("there is no user `nobody`");
    owner(&alice, "--add team:core")
        .exits(0)
        .says("team:core now owns `acme-log`");
    owner(&bob, "--list").exits(0).answers("alice\nteam:core");
    publish(&bob, "1.1.0").exits(0);
    owner(&alice, "--remove alice").exits(0);
    owner(&bob, "--remove team:core")
        .exits(101)
        .says("would be without an owner");
    publish(&alice, "1.2.0").exits(101).says("does not own");
}

#[test]
fn a_closed_registry_asks_for_a_token_and_a_token_does_no_more_than_it_may() {
    let world = World::new(&[], &["--auth", "all"]);
    let publisher = world.publisher("alice");
    let home = world.home();
    let folder = world.package("acme-log", "1.0.0", "");
    let publish = |token: &str| {
        let run = world.cargo(&home, token, "publish --registry corp --no-verify");
        run.within(&folder).outcome()
    };
    let unknown = "cmr_thisisnotatoken";
    publish(unknown)
        .exits(101)
        .says("token rejected for `corp`");
    publish(&publisher).exits(0);
    let reader = world.token("rita", "read");
    let other = world.package("acme-two", "1.0.0", "");
    let run = world
        .cargo(&home, &reader, "publish --registry corp --no-verify")
        .within(&other);
    run.outcome()
        .exits(101)
        .says("(status 403 Forbidden)")
        .says("lacks the scope `publish-new`");

    // Login through the challenge: cargo names our page, and takes the token.
    let person = world.home();
    let login = world
        .cargo(&person, "", "login --registry corp")
        .env(PROVIDERS, "cargo:token");
    let page = format!("{}/registries/corp/me", world.server.base);
    login
        .input(format!("{reader}\n"))
        .outcome()
        .exits(0)
        .says("saved");
    let challenged = world
        .server
        .get("/registries/corp/index/config.json")
        .is(401);
    assert_eq!(
        challenged.header("www-authenticate"),
        format!("Cargo login_url=\"{page}\"")
    );
    let cargo = |words: &str| {
        world
            .cargo(&person, "", words)
            .env(PROVIDERS, "cargo:token")
    };
    cargo("info acme-log --registry corp").outcome().exits(0);
    cargo("search acme --registry corp")
        .outcome()
        .exits(0)
        .answers("acme-log");
    let page = world.server.get("/registries/corp/me").is(200).text();
    assert!(
        page.contains("global-credential-providers") && page.contains(&world.index("corp")),
        "{page}"
    );
    let id = world.report("token list --user rita")["tokens"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    world.run(&format!("token revoke {id}")).exits(0);
    cargo("info acme-log --registry corp")
        .env("CARGO_HOME", world.home())
        .env("CARGO_REGISTRIES_CORP_TOKEN", &reader)
        .outcome()
        .exits(101)
        .says("token rejected for `corp`");
    cargo("logout --registry corp").outcome().exits(0);
    cargo("search acme --registry corp")
        .outcome()
        .exits(101)
        .says("no token found for `corp`");
}

#[test]
fn refusals_reach_the_person_word_for_word() {
    let world = World::new(
        &[],
        &[
            "--set",
            "required=repository,homepage",
            "--set",
            "max-crate-size=20000",
        ],
    );
    let token = world.publisher("alice");
    let home = world.home();
    let publish = |folder: &std::path::Path| {
        let run = world.cargo(&home, &token, "publish --registry corp --no-verify");
        run.within(folder).outcome().exits(101)
    };
    let refused = publish(&world.package("acme-log", "1.0.0", ""));
    let refused = refused.says("the remote server responded with an error (status 400 Bad Request): acme-log@1.0.0 cannot be published:");
    refused
        .says("- this registry wants `package.repository`: add it to Cargo.toml\n")
        .says("- this registry wants `package.homepage`: add it to Cargo.toml");
    let large = world.package("acme-big", "1.0.0", "");
    let noise = Crate::new("noise", "1.0.0").weight(40_000).bytes();
    fs::write(large.join("noise.bin"), noise).unwrap();
    publish(&large)
        .says("(status 413 Payload Too Large)")
        .says("have `max-crate-size` of the registry raised");
    // Warnings come through, and the crate is published.
    world.run("registry set corp --set required=").exits(0);
    std::thread::sleep(std::time::Duration::from_millis(700));
    let folder = world.package(
        "acme-warn",
        "1.0.0",
        "[dependencies]\nacme-none = { version = \"1\", registry = \"corp\" }\n",
    );
    let missing = publish(&folder);
    missing.says("acme-none");
    let folder = world.package("acme-warn", "1.0.0", "homepage = \"ftp://x\"\n");
    let run = world
        .cargo(&home, &token, "publish --registry corp --no-verify")
        .within(&folder);
    run.outcome()
        .exits(0)
        .says("warning: `package.homepage` is not an http or https address");
}

#[test]
fn one_command_points_cargo_at_both_registries() {
    let world = World::new(&[Crate::new("left", "1.0.0")], &[]);
    let token = world.publisher("alice");
    let folder = world.package("acme-log", "1.0.0", "");
    let publish = world.cargo(&world.home(), &token, "publish --registry corp --no-verify");
    publish.within(&folder).outcome().exits(0);
    let app = world.sandbox.fresh("app");
    let manifest = "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nleft = \"1\"\n";
    write(&app.join("Cargo.toml"), manifest);
    write(&app.join("src/lib.rs"), "");
    let mirror = |words: &[&str]| world.sandbox.program(words).within(&app).outcome();
    let config = app.join(".cargo/config.toml");
    mirror(&["on", "--server", &world.server.base]).exits(0);
    let text = fs::read_to_string(&config).unwrap();
    assert!(
        text.contains(&format!(
            "[registries.corp]\nindex = {:?}",
            world.index("corp")
        )),
        "{text}"
    );
    write(
        &app.join("Cargo.toml"),
        format!("{manifest}acme-log = {{ version = \"1\", registry = \"corp\" }}\n"),
    );
    let cargo = world
        .sandbox
        .command(crate::fixture::sandbox::CARGO)
        .args(["check"]);
    let cargo = cargo
        .env("CARGO_HOME", world.home())
        .env("CARGO_TARGET_DIR", world.sandbox.path("target"));
    cargo.within(&app).outcome().exits(0);
    mirror(&["on", "--server", &world.server.base]).exits(0);
    assert_eq!(fs::read_to_string(&config).unwrap(), text);
    mirror(&["off"]).exits(0);
    assert!(!config.exists());
}

#[test]
fn a_program_is_installed_from_a_hosted_registry() {
    let world = World::new(&[], &[]);
    let token = world.publisher("alice");
    let home = world.home();
    let folder = world.package("acme-tool", "1.0.0", "");
    write(
        &folder.join("src/main.rs"),
        "fn main() { println!(\"acme-tool at work\"); }\n",
    );
    let publish = world.cargo(&home, &token, "publish --registry corp --no-verify");
    publish.within(&folder).outcome().exits(0);
    let root = world.sandbox.fresh("root");
    let install = format!(
        "install acme-tool --registry corp --root {}",
        root.display()
    );
    world.cargo(&world.home(), "", &install).outcome().exits(0);
    let run = world.sandbox.command(root.join("bin/acme-tool")).outcome();
    run.exits(0).answers("acme-tool at work");
}

#[test]
fn a_private_name_is_never_asked_of_crates_io() {
    let public = [
        Crate::new("acme-log", "9.9.9"),
        Crate::new("acme_util", "9.9.9"),
        Crate::new("left", "1.0.0"),
    ];
    let world = World::new(&public, &[]);
    let token = world.publisher("alice");
    let home = world.home();
    let publish = |folder: &std::path::Path| {
        let run = world.cargo(&home, &token, "publish --registry corp --no-verify");
        run.within(folder).outcome()
    };
    // Taken by somebody else, in whatever spelling.
    let claimed = world.package("acme-log", "1.0.0", "");
    publish(&claimed)
        .exits(101)
        .says("is on crates.io, where it is somebody else's");
    publish(&world.package("acme-util", "1.0.0", ""))
        .exits(101)
        .says("is on crates.io");
    world
        .run("registry set corp --set allow-public=acme-log")
        .exits(0);
    std::thread::sleep(std::time::Duration::from_millis(700));
    publish(&claimed).exits(0);
    world.server.get("/crates-io/index/ac/me/acme-log").is(200);

    // Ours, and by accident asked of crates.io later.
    publish(&world.package("acme-core", "1.0.0", "")).exits(0);
    world.crates_io.publish(&Crate::new("acme-core", "66.0.0"));
    world.crates_io.publish(&Crate::new("acme_core", "66.0.0"));
    for path in [
        "/crates-io/index/ac/me/acme-core",
        "/crates-io/index/ac/me/acme_core",
        "/crates-io/dl/acme-core/66.0.0/download",
    ] {
        world.server.get(path).is(404);
    }
    let asked: Vec<String> = world
        .crates_io
        .paths()
        .into_iter()
        .filter(|path| path.contains("acme-core") || path.contains("acme_core"))
        .collect();
    // Once, at the first publish.
    assert!(
        asked.iter().all(|path| !path.contains("66.0.0")),
        "{asked:?}"
    );
    assert!(asked.len() <= 2, "{asked:?}");
    // Whoever forgets the registry is told where it is made.
    let wrong = world.package("acme-app", "1.0.0", "[dependencies]\nacme-core = \"66\"\n");
    let lock = world
        .cargo(&home, &token, "publish --registry corp --no-verify")
        .within(&wrong)
        .outcome();
    lock.exits(101).says("acme-core");
    // Patterns reserve names before they exist.
    let mirror = world.sandbox.mirror().join("mirror.toml");
    let settings = fs::read_to_string(&mirror).unwrap();
    fs::write(&mirror, format!("private-names = [\"left*\"]\n{settings}")).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(700));
    world.server.get("/crates-io/index/le/ft/left").is(404);
    // Nor is the name told when it is published for the first time.
    world.crates_io.forget();
    publish(&world.package("left-pad", "1.0.0", "")).exits(0);
    assert_eq!(world.crates_io.paths(), [""; 0]);
    // Neither does the command line ask.
    let project = world.sandbox.unlocked("app", &[Dep::new("left", "1")]);
    world.sandbox.lock(&project);
    let vendor = world.sandbox.run(&project, ["vendor"]);
    vendor.exits(101).says("is private here");
}
