//! `user`, `team`, `token` and `owner`, as people run them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::fixture::command::Outcome;
use crate::fixture::project::tree;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::Served;

const NOW: &str = "2026-01-02T03:04:05Z";

struct World {
    sandbox: Sandbox,
}

impl World {
    fn new() -> Self {
        Self {
            sandbox: Sandbox::new(&Registry::new([])),
        }
    }

    fn run(&self, line: &str) -> Outcome {
        let words: Vec<&str> = line.split(' ').collect();
        let run = self.sandbox.program(words).env("CARGO_MIRROR_NOW", NOW);
        run.outcome().no_panic()
    }

    #[track_caller]
    fn report(&self, line: &str) -> Value {
        self.run(&format!("{line} --message-format json"))
            .exits(0)
            .report()
    }

    fn access(&self) -> std::path::PathBuf {
        self.sandbox.mirror().join("access")
    }

    /// A crate without owners, as one that was added by its folder.
    fn record(&self, registry: &str, name: &str) {
        let folder = self.access().join("crates").join(registry);
        fs::create_dir_all(&folder).unwrap();
        let record = json!({"name": name, "created": NOW, "owners": []});
        fs::write(folder.join(format!("{name}.json")), record.to_string()).unwrap();
    }

    fn log(&self) -> Vec<Value> {
        let log = fs::read_to_string(self.access().join("log/2026-01.jsonl")).unwrap();
        let lines = log.lines().map(|line| serde_json::from_str(line).unwrap());
        lines.collect()
    }
}

/// Every file below a folder that has this text in it.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let holds = |bytes: &[u8]| {
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    let files = tree(folder).into_iter();
    files
        .filter(|(_, bytes)| holds(bytes))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn a_token_is_shown_once_and_kept_nowhere() {
    let world = World::new();
    world.run("user new alice --admin").exits(0);
    let run = world.run("token new --user alice --scope admin").exits(0);
    // Standard output is the token alone, for scripts.
    let token = run.stdout.trim();
    assert_eq!(run.stdout.lines().count(), 1, "{run}");
    assert!(token.starts_with("cmr_") && token.len() == 50, "{run}");
    assert!(run.stderr.contains("global-credential-providers"), "{run}");
    let report = world.report("token new --user alice --registry corp");
    assert_eq!(report["scopes"], json!(["read"]));
    assert_eq!(report["expires"], "2026-04-02T03:04:05Z");
    assert_eq!(report["registries"], json!(["corp"]));
    assert_eq!(report["config"].as_array().unwrap().len(), 2);
    let second = report["token"].as_str().unwrap();
    for token in [token, second] {
        let random = &token[4..44];
        assert_eq!(files_with(&world.sandbox.mirror(), random), [""; 0]);
        for line in [
            "token list",
            "user list",
            "token list --message-format json -vv",
        ] {
            let said = world.run(line).exits(0);
            assert!(
                !said.stdout.contains(random) && !said.stderr.contains(random),
                "{said}"
            );
        }
    }
    let revoked = world.report(&format!("token revoke {}", report["id"].as_str().unwrap()));
    assert_eq!(revoked["tokens"][0]["revoked"], NOW);
    let listed = world.report("token list --user alice");
    assert_eq!(listed["tokens"].as_array().unwrap().len(), 2);
    let log: Vec<Value> = world.log().iter().map(|it| it["action"].clone()).collect();
    assert_eq!(log, ["user-new", "token-new", "token-new", "token-revoke"]);
}

#[test]
fn a_registry_that_is_hosted_here_is_named_with_its_index() {
    let world = World::new();
    let index = "sparse+https://crates.example.com/registries/corp/index/";
    world
        .run(&format!("registry new corp --url {index}"))
        .exits(0);
    world.run("user new alice").exits(0);
    let report = world.report("token new --user alice --registry corp --no-expiry");
    assert_eq!(
        report["config"],
        json!([
            "registry.global-credential-providers = [\"cargo:token\"]",
            format!("registries.corp.index = \"{index}\""),
        ])
    );
    assert_eq!(report.get("expires"), None);
}

#[test]
fn owners_are_changed_on_the_folder() {
    let world = World::new();
    for line in [
        "user new alice",
        "user new bob --name Bob --email b@example.com",
        "team new core bob",
    ] {
        world.run(line).exits(0);
    }
    world.record("corp", "acme-log");
    let list = world.run("owner list acme-log --registry corp").exits(0);
    assert!(list.stderr.contains("the administrators'"), "{list}");
    world
        .run("owner add Acme_Log alice bob team:core --registry corp")
        .exits(0);
    let list = world.run("owner list acme-log --registry corp").exits(0);
    assert_eq!(
        list.stdout,
        "alice\nbob (Bob) <b@example.com>\nteam:core (1 member)\n"
    );
    let report = world.report("owner remove acme-log alice --registry corp");
    assert_eq!(report["message"], "alice no longer owns `acme-log`");
    assert_eq!(report["owners"][0]["login"], "bob");
    for (line, said) in [
        (
            "owner remove acme-log bob team:core --registry corp",
            "would be without an owner",
        ),
        (
            "owner remove acme-log alice --registry corp",
            "has no owner `alice`",
        ),
        (
            "owner add acme-log mallory --registry corp",
            "there is no user `mallory`",
        ),
        (
            "owner add acme-log team:none --registry corp",
            "there is no team `none`",
        ),
        (
            "owner list unknown --registry corp",
            "nothing is recorded of a crate `unknown`",
        ),
        ("owner list acme-log", "hosts no registry"),
        (
            "owner list acme-log --registry ../x",
            "is not the name of a registry",
        ),
        ("team remove core", "still owns corp/acme-log"),
    ] {
        let run = world.run(line).exits(101);
        assert!(run.stderr.contains(said), "{line}: {run}");
    }
    assert_eq!(world.log().len(), 5);
}

#[test]
fn what_cannot_be_is_refused_with_the_way_out() {
    let world = World::new();
    world.run("user new alice").exits(0);
    for (line, code, said) in [
        ("user new alice", 101, "there is a user `alice` already"),
        ("user new admin", 101, "belongs to the server itself"),
        ("user new operator", 101, "belongs to the server itself"),
        ("user new Alice", 2, "lower-case letters"),
        ("user disable nobody", 101, "there is no user `nobody`"),
        ("team new core nobody", 101, "there is no user `nobody`"),
        ("token new --user nobody", 101, "there is no user `nobody`"),
        ("token new --user alice --scope write", 2, "publish-update"),
        ("token new --user alice --crate a*b", 2, "followed by `*`"),
        (
            "token new --user alice --expires 3d --no-expiry",
            2,
            "cannot be used with",
        ),
        ("token revoke 00", 101, "no token's id starts with `00`"),
    ] {
        let run = world.run(line).exits(code);
        assert!(run.stderr.contains(said), "{line}: {run}");
    }
    // A record that cannot be read grants nothing and is named.
    let record = world.access().join("users/alice.json");
    fs::write(&record, "{").unwrap();
    let run = world.run("user list").exits(101);
    assert!(
        run.stderr.contains("alice.json") && run.stderr.contains("backup"),
        "{run}"
    );
}

#[test]
fn a_container_has_its_first_administrator_from_the_environment() {
    let world = World::new();
    let secret = "5f1d7c1e8a2b4c6d9e0f1a2b3c4d5e6f";
    let serve = |token: &str| {
        let run = world
            .sandbox
            .program(["serve", "--listen", "127.0.0.1:0", "--offline"]);
        run.env("CARGO_MIRROR_ADMIN_TOKEN", token)
            .env("CARGO_MIRROR_NOW", NOW)
    };
    let weak = serve("admin").outcome().exits(101);
    assert!(weak.stderr.contains("32 random characters"), "{weak}");
    assert!(!weak.stderr.contains("`admin`"), "{weak}");
    drop(Served::run(serve(secret)));
    let users = world.report("user list");
    assert_eq!(users["users"][0]["login"], "admin");
    assert_eq!(users["users"][0]["role"], "admin");
    assert_eq!(files_with(&world.sandbox.mirror(), secret), [""; 0]);
    drop(Served::run(serve("00000000000000000000000000000000")));
    assert_eq!(
        world.report("token list")["tokens"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn what_ends_a_token_holds_at_the_next_request() {
    let world = World::new();
    let index = "https://crates.example.com/registries/corp/index/";
    world
        .run(&format!("registry new corp --url {index} --auth all"))
        .exits(0);
    world.run("user new alice").exits(0);
    let new = |lasts: &str| {
        let report = world.report(&format!(
            "token new --user alice --registry corp --expires {lasts}"
        ));
        let text = |key: &str| report[key].as_str().unwrap().to_owned();
        (text("token"), text("id"))
    };
    let offset = world.sandbox.path("offset");
    let run = world
        .sandbox
        .program(["serve", "--listen", "127.0.0.1:0", "--offline", "-vv"]);
    let run = run
        .env("CARGO_MIRROR_NOW", NOW)
        .env("CARGO_MIRROR_CLOCK_OFFSET", &offset);
    let server = Served::run(run);
    let ask = |header: &str| {
        let path = "/registries/corp/index/config.json";
        let answer = server.ask("GET", path, &[("Authorization", header)]);
        (answer.status, answer.text())
    };
    let ((one, id), (other, _)) = (new("30d"), new("1h"));
    // Twice: what was answered once is in memory.
    for header in [&one, &one, &format!("Bearer {one}"), &other] {
        assert_eq!(ask(header).0, 200);
    }
    let (status, text) = ask(&one[..30]);
    assert_eq!(status, 401);
    assert!(text.contains("mistyped or cut off"), "{text}");

    world.run(&format!("token revoke {id}")).exits(0);
    let (status, text) = ask(&one);
    assert_eq!(status, 401);
    assert!(text.contains("was revoked at"), "{text}");
    world.run("user disable alice").exits(0);
    let (status, text) = ask(&other);
    assert_eq!(status, 403);
    assert!(text.contains("`alice` is disabled"), "{text}");
    world.run("user disable alice --undo").exits(0);
    assert_eq!(ask(&other).0, 200);
    fs::write(&offset, "3601").unwrap();
    let (status, text) = ask(&other);
    assert_eq!(status, 401);
    assert!(text.contains("expired at"), "{text}");

    let said = server.stop();
    for token in [one, other] {
        assert!(!said.stderr.contains(&token[4..]), "{said}");
        assert_eq!(files_with(&world.sandbox.mirror(), &token[4..]), [""; 0]);
    }
}
