//! Hosted registries in a bucket: what is published on one of its servers, the others have; and what is in between does no harm.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::fixture::bucket::{Bucket, BucketFault, Dialect, Manners, SECRET};
use crate::fixture::command::{Outcome, Run};
use crate::fixture::moto::Moto;
use crate::fixture::package::Crate;
use crate::fixture::project::write;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::{CARGO, Sandbox};
use crate::fixture::served::{Answer, Served};
use crate::hosted::api::package;
use crate::hosted::world::{PROVIDERS, body, metadata};

const PUBLISHER: &str = "publish-new,publish-update,yank,change-owners";
const KILL: &str = "CARGO_MIRROR_TEST_KILL";

struct World {
    _crates_io: Registry,
    sandbox: Sandbox,
    bucket: Bucket,
    /// Where the mirror is, and the variables that lead there.
    url: String,
    keys: Vec<(&'static str, String)>,
    servers: Vec<Served>,
}

impl World {
    /// Two servers, and a registry `corp` that was made with these arguments while they ran.
    fn new(bucket: Bucket, settings: &[&str]) -> Self {
        let (url, keys) = (bucket.url("team"), bucket.environment());
        Self::at(url, keys, bucket, settings)
    }

    fn at(
        url: String,
        keys: Vec<(&'static str, String)>,
        bucket: Bucket,
        settings: &[&str],
    ) -> Self {
        let crates_io = Registry::new([Crate::new("left", "1.2.0")]);
        let sandbox = Sandbox::new(&crates_io);
        let mut world = Self {
            _crates_io: crates_io,
            sandbox,
            bucket,
            url,
            keys,
            servers: Vec::new(),
        };
        for number in 0..2 {
            let server = Served::run(world.server(number, &[]));
            world.servers.push(server);
        }
        let (one, other) = (world.index(0), world.index(1));
        let new = ["registry", "new", "corp", "--url", &one, "--alias", &other];
        world.command(&new).args(settings).outcome().exits(0);
        for server in &world.servers {
            until("the registry is known", || {
                server.get("/-/registries").text().contains("corp")
            });
        }
        world
    }

    fn server(&self, number: usize, arguments: &[&str]) -> Run {
        let run = self
            .sandbox
            .program(["serve", "--listen", "127.0.0.1:0", "--store", &self.url])
            .args(arguments);
        let mirror = self.sandbox.path(&format!("mirror-{number}"));
        self.with_keys(run).env("CARGO_MIRROR_DIR", mirror)
    }

    fn with_keys(&self, run: Run) -> Run {
        let keys = self.keys.iter();
        keys.fold(run, |run, (name, value)| run.env(name, value))
    }

    /// Ends a server, and starts one in its place that ends itself at a step.
    fn restart(&mut self, number: usize, step: Option<&str>) {
        let run = self.server(number, &[]);
        let run = match step {
            Some(step) => run.env(KILL, format!("{step}:1")),
            None => run,
        };
        let before = std::mem::replace(&mut self.servers[number], Served::run(run));
        before.kill();
    }

    /// A command of the operator, on a machine with an empty mirror.
    fn command(&self, words: &[&str]) -> Run {
        let run = self.sandbox.program(words).args(["--store", &self.url]);
        self.with_keys(run)
            .env("CARGO_MIRROR_DIR", self.sandbox.path("operator"))
    }

    fn run(&self, line: &str) -> Outcome {
        let words: Vec<&str> = line.split(' ').collect();
        self.command(&words).outcome().no_panic()
    }

    fn report(&self, line: &str) -> Value {
        self.run(&format!("{line} --message-format json"))
            .exits(0)
            .report()
    }

    fn token(&self, user: &str, scopes: &str) -> String {
        self.run(&format!("user new {user}"));
        let made = self.report(&format!("token new --user {user} --scope {scopes}"));
        made["token"].as_str().expect("a token is text").to_owned()
    }

    fn index(&self, server: usize) -> String {
        format!(
            "sparse+{}/registries/corp/index/",
            self.servers[server].base
        )
    }

    /// The real cargo, whose registry `corp` is at one of the servers.
    fn cargo(&self, server: usize, home: &Path, token: &str, words: &str) -> Run {
        let run = self
            .sandbox
            .command(CARGO)
            .args(words.split(' '))
            .env("CARGO_HOME", home)
            .env("CARGO_TARGET_DIR", self.sandbox.path("target"))
            .env("CARGO_REGISTRIES_CORP_INDEX", self.index(server));
        if token.is_empty() {
            return run;
        }
        run.env("CARGO_REGISTRIES_CORP_TOKEN", token)
            .env(PROVIDERS, "cargo:token")
    }

    fn package(&self, name: &str, version: &str) -> PathBuf {
        let folder = self.sandbox.fresh("package");
        write(
            &folder.join("Cargo.toml"),
            format!(
                "[package]\nname = {name:?}\nversion = {version:?}\nedition = \"2021\"\nlicense = \"MIT\"\n\
                 description = \"what {name} is for\"\npublish = [\"corp\"]\n"
            ),
        );
        write(&folder.join("src/lib.rs"), "pub const ANSWER: u32 = 42;\n");
        folder
    }

    fn upload(&self, server: usize, token: &str, name: &str, version: &str, more: &str) -> Answer {
        Answer::parse(&self.said(server, token, name, version, more))
    }

    /// What a server says to an upload; nothing, if it ends.
    fn said(&self, server: usize, token: &str, name: &str, version: &str, more: &str) -> Vec<u8> {
        let body = body(&metadata(name, version), &package(name, version, more));
        let length = body.len().to_string();
        let path = "/registries/corp/api/v1/crates/new";
        let headers = [
            ("Content-Length", length.as_str()),
            ("Authorization", token),
        ];
        let server = &self.servers[server];
        let head = server.request("PUT", path, &headers);
        server.say([head.as_bytes(), &body].concat())
    }

    fn lines(&self, server: usize, path: &str) -> String {
        let answer = self.servers[server].get(&format!("/registries/corp/index/{path}"));
        match answer.status {
            200 => String::from_utf8(answer.body).expect("lines are text"),
            404 => String::new(),
            other => panic!("{other}: {}", answer.text()),
        }
    }

    /// Every line of the registry has its bytes, and every entry of the log is whole.
    fn is_sound(&self) {
        for key in self.bucket.keys() {
            if key.contains("/registries/corp/index/") {
                for line in self.bucket.text(&key).lines() {
                    let line: Value = serde_json::from_str(line).expect("a line is whole");
                    let sum = line["cksum"].as_str().unwrap();
                    let bytes = format!("team/registries/corp/by/{sum}.crate");
                    assert!(self.bucket.object(&bytes).is_some(), "{line} has no bytes");
                }
            } else if key.contains("/access/log/") {
                let entry: Value = serde_json::from_str(&self.bucket.text(&key)).unwrap();
                assert!(entry["action"].is_string());
            }
        }
        assert_eq!(self.bucket.overwritten(), Vec::<String>::new());
    }
}

fn until(what: &str, is: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is() {
        assert!(begun.elapsed() < Duration::from_mins(1), "never: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_is_published_on_one_server_all_have() {
    let world = World::new(Bucket::s3(), &[]);
    let token = world.token("alice", PUBLISHER);
    let (here, there) = (world.sandbox.fresh("home"), world.sandbox.fresh("home"));
    let folder = world.package("acme-log", "0.1.0");
    // Asked for before it is there: that must not be remembered.
    assert_eq!(world.lines(1, "ac/me/acme-log"), "");
    let publish = world.cargo(0, &here, &token, "publish --registry corp");
    let published = publish.within(&folder).outcome().exits(0);
    published.says("Published acme-log v0.1.0");
    let line = world.lines(1, "ac/me/acme-log");
    assert_eq!(line.lines().count(), 1);
    assert_eq!(line, world.lines(0, "ac/me/acme-log"));
    // Another machine, by way of the other server.
    let app = world.sandbox.fresh("app");
    write(
        &app.join("Cargo.toml"),
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
    );
    write(
        &app.join("src/main.rs"),
        "fn main() { assert_eq!(acme_log::ANSWER, 42); }\n",
    );
    let cargo = |words: &str| world.cargo(1, &there, "", words).within(&app).outcome();
    cargo("add acme-log --registry corp").exits(0);
    cargo("run").exits(0);
    until("the other server finds it, and what it is for", || {
        let found = cargo("search --registry corp acme").exits(0).stdout;
        found.contains("acme-log = \"0.1.0\"") && found.contains("what acme-log is for")
    });
    // Yanked there, seen here at once.
    let cargo = |server: usize, words: &str| {
        let run = world.cargo(server, &here, &token, words);
        run.within(&folder).outcome().exits(0)
    };
    cargo(1, "yank --registry corp acme-log@0.1.0");
    assert!(world.lines(0, "ac/me/acme-log").contains("\"yanked\":true"));
    cargo(0, "yank --registry corp --undo acme-log@0.1.0");
    assert!(
        world
            .lines(1, "ac/me/acme-log")
            .contains("\"yanked\":false")
    );
    world.run("user new bob").exits(0);
    cargo(0, "owner --registry corp --add bob acme-log");
    cargo(1, "owner --registry corp --list acme-log")
        .answers("alice")
        .answers("bob");
    let listed = world.report("owner list acme-log");
    assert_eq!(listed["owners"].as_array().unwrap().len(), 2);
    world.is_sound();
    let log = world.bucket.keys().into_iter();
    let log: Vec<String> = log.filter(|key| key.contains("/access/log/")).collect();
    let said: String = log.iter().map(|key| world.bucket.text(key)).collect();
    for action in [
        "user-new",
        "token-new",
        "publish",
        "yank",
        "unyank",
        "owners-add",
    ] {
        assert!(
            said.contains(&format!("\"action\":\"{action}\"")),
            "{action}: {said}"
        );
    }
    let listed = world.report("audit-log --since 1h --registry corp --crate acme-log");
    let actions = listed["entries"].as_array().unwrap().iter();
    let mut actions: Vec<&str> = actions.map(|it| it["action"].as_str().unwrap()).collect();
    // What two servers do in one second has no order.
    actions.sort_unstable();
    assert_eq!(
        actions,
        ["owners-add", "publish", "unyank", "yank"],
        "{listed}"
    );
    // A new server has it, too, and nothing else does.
    let third = Served::run(world.server(2, &[]));
    let bytes = third
        .get("/registries/corp/dl/acme-log/0.1.0/download")
        .is(200);
    assert!(!bytes.body.is_empty());
    let kept = world.sandbox.path("mirror-0/access");
    assert!(!kept.exists(), "accounts are in the bucket alone");
    third.stop().exits(0).never_says(SECRET);
    assert_eq!(world.bucket.foreign_logins(), Vec::<String>::new());
}

#[test]
fn a_revoked_token_is_refused_by_all_servers_at_their_next_request() {
    let world = World::new(Bucket::s3(), &["--auth", "all"]);
    let token = world.token("alice", "read");
    let path = "/registries/corp/index/config.json";
    let ask = |server: usize| {
        let server: &Served = &world.servers[server];
        server.ask("GET", path, &[("Authorization", &token)]).status
    };
    assert_eq!(world.servers[0].get(path).status, 401);
    assert_eq!((ask(0), ask(1)), (200, 200));
    world.run("user disable alice").exits(0);
    assert_eq!((ask(0), ask(1)), (403, 403));
    world.run("user disable alice --undo").exits(0);
    assert_eq!((ask(0), ask(1)), (200, 200));
    let listed = world.report("token list");
    let id = listed["tokens"][0]["id"].as_str().unwrap().to_owned();
    until("its use is written down", || {
        !world.report("token list")["tokens"][0]["last_used"].is_null()
    });
    world.run(&format!("token revoke {id}")).exits(0);
    assert_eq!((ask(0), ask(1)), (401, 401));
}

#[test]
fn a_closed_registry_is_served_by_servers_alone() {
    let mut world = World::new(Bucket::s3(), &["--auth", "all"]);
    let publisher = world.token("alice", &format!("read,{PUBLISHER}"));
    world.upload(0, &publisher, "acme", "1.0.0", "").is(200);
    let always = ["--redirect", "always", "--redirect-above", "0"];
    let run = world.server(1, &always);
    let before = std::mem::replace(&mut world.servers[1], Served::run(run));
    before.stop().exits(0);
    let path = "/registries/corp/dl/acme/1.0.0/download";
    let server = &world.servers[1];
    server.get(path).is(401);
    let sent = server
        .ask("GET", path, &[("Authorization", &publisher)])
        .is(200);
    assert_eq!(sent.body, package("acme", "1.0.0", ""));
    assert!(sent.header("cache-control").contains("private"));
    let index = "/registries/corp/index/ac/me/acme";
    server.get(index).is(401);
    let sent = server
        .ask("GET", index, &[("Authorization", &publisher)])
        .is(200);
    assert_eq!(sent.header("cache-control"), "private, no-cache");
    // What was served to one is not served to all.
    server.get(index).is(401);
    server.get(path).is(401);
    for private in [
        "access/users/alice.json",
        "registries/corp/by/x.crate",
        ".mirror/leases/x",
    ] {
        let path = format!("/{private}");
        server
            .ask("GET", &path, &[("Authorization", &publisher)])
            .is(404);
    }
    // The name is private in crates.io's place, on both.
    for server in &world.servers {
        until("the name is private", || {
            server.get("/crates-io/index/ac/me/acme").status == 404
        });
    }
}

#[test]
fn what_a_server_keeps_of_a_closed_registry_is_served_by_no_other() {
    let mut world = World::new(Bucket::s3(), &["--auth", "all"]);
    let token = world.token("alice", &format!("read,{PUBLISHER}"));
    world.upload(0, &token, "acme", "1.0.0", "").is(200);
    let path = "/registries/corp/dl/acme/1.0.0/download";
    let ask = |server: &Served| server.ask("GET", path, &[("Authorization", &token)]).status;
    assert_eq!(ask(&world.servers[0]), 200);
    let kept = world
        .sandbox
        .path("mirror-0/registries/corp/acme-1.0.0.crate");
    until("the server has a copy", || kept.is_file());
    world.servers.remove(0).stop().exits(0);
    // Without the bucket nobody knows who may read it.
    let plain = world.sandbox.program(["serve", "--listen", "127.0.0.1:0"]);
    let plain = Served::run(plain.env("CARGO_MIRROR_DIR", world.sandbox.path("mirror-0")));
    plain.get(path).is(404);
    assert_eq!(ask(&plain), 404);
    plain.get("/registries/corp/index/ac/me/acme").is(404);
    plain.stop().exits(0);
}

#[test]
fn of_two_who_publish_one_version_one_does() {
    let world = World::new(Bucket::s3(), &[]);
    let token = world.token("alice", PUBLISHER);
    for round in 0..6 {
        let name = format!("acme-{round}");
        let upload = |server: usize, more: &str| world.upload(server, &token, &name, "1.0.0", more);
        let both = std::thread::scope(|scope| {
            let one = scope.spawn(|| upload(0, "description = \"one\"\n"));
            let other = scope.spawn(|| upload(1, "description = \"other\"\n"));
            [one.join().unwrap(), other.join().unwrap()]
        });
        let mut statuses = both.each_ref().map(|answer| answer.status);
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{}{}", both[0].text(), both[1].text());
        let refused = both.iter().find(|answer| answer.status == 409).unwrap();
        let text = refused.text();
        let words = text.split(|it: char| !it.is_ascii_hexdigit());
        assert_eq!(words.filter(|word| word.len() == 64).count(), 2, "{text}");
        assert_eq!(world.lines(0, &format!("ac/me/{name}")).lines().count(), 1);
        // Who wins is who is named.
        let line: Value = serde_json::from_str(&world.lines(1, &format!("ac/me/{name}"))).unwrap();
        let record = world
            .bucket
            .text(&format!("team/access/crates/corp/{name}.json"));
        assert!(record.contains(line["cksum"].as_str().unwrap()), "{record}");
    }
    let same = std::thread::scope(|scope| {
        let one = scope.spawn(|| world.upload(0, &token, "same", "1.0.0", ""));
        let other = scope.spawn(|| world.upload(1, &token, "same", "1.0.0", ""));
        [one.join().unwrap().status, other.join().unwrap().status]
    });
    assert_eq!(same, [200, 200]);
    assert_eq!(world.lines(0, "sa/me/same").lines().count(), 1);
    world.is_sound();
}

/// Two who take one name at the same moment: it is one's.
#[test]
fn a_name_that_two_take_is_one_ones() {
    let world = World::new(Bucket::s3(), &[]);
    let (alice, bob) = (
        world.token("alice", PUBLISHER),
        world.token("bob", PUBLISHER),
    );
    for round in 0..4 {
        let name = format!("name-{round}");
        let both = std::thread::scope(|scope| {
            let one = scope.spawn(|| world.upload(0, &alice, &name, "1.0.0", ""));
            let other = scope.spawn(|| world.upload(1, &bob, &name, "2.0.0", ""));
            [one.join().unwrap(), other.join().unwrap()]
        });
        let taken = both.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(taken, 1, "{}{}", both[0].text(), both[1].text());
        let owners = world.report(&format!("owner list {name}"));
        assert_eq!(owners["owners"].as_array().unwrap().len(), 1);
        assert_eq!(world.lines(0, &format!("na/me/{name}")).lines().count(), 1);
    }
    world.is_sound();
}

#[test]
fn a_server_that_is_killed_while_it_publishes_leaves_nothing_half_visible() {
    let mut world = World::new(Bucket::s3(), &[]);
    let token = world.token("alice", PUBLISHER);
    let steps = [
        "published-bytes",
        "published-entry",
        "published-record",
        "published-line",
    ];
    for (number, step) in steps.into_iter().enumerate() {
        world.restart(0, Some(step));
        let name = format!("acme-{number}");
        let path = format!("ac/me/{name}");
        let said = world.said(0, &token, &name, "1.0.0", "description = \"one\"\n");
        assert_eq!(said, b"", "{step}: it was to be killed");
        let is_there = step == "published-line";
        assert_eq!(world.lines(1, &path).is_empty(), !is_there, "{step}");
        // With other bytes: what was left is in nobody's way, unless the version was published.
        let again = world.upload(1, &token, &name, "1.0.0", "description = \"two\"\n");
        assert_eq!(
            again.status,
            if is_there { 409 } else { 200 },
            "{}",
            again.text()
        );
        let same = if is_there { "one" } else { "two" };
        let same = format!("description = {same:?}\n");
        world.upload(1, &token, &name, "1.0.0", &same).is(200);
        assert_eq!(world.lines(1, &path).lines().count(), 1);
        world.is_sound();
    }
    world.restart(0, None);
    let verify = world.sandbox.program(["verify", &world.url]);
    world.with_keys(verify).outcome().exits(0);
}

#[test]
fn what_killed_publishes_leave_is_swept_when_nobody_can_want_it_any_more() {
    let mut world = World::new(Bucket::s3(), &[]);
    let token = world.token("alice", PUBLISHER);
    let of_registry = |world: &World| {
        let keys = world.bucket.keys().into_iter();
        keys.filter(|key| key.contains("registries/corp/by/"))
            .count()
    };
    let first = world.servers.remove(0);
    first.stop();
    for name in ["acme-one", "acme-two"] {
        let run = world.server(0, &[]).env(KILL, "published-bytes:1");
        let run = run.env("CARGO_MIRROR_TEST_LEASE", "6");
        world.servers.insert(0, Served::run(run));
        assert_eq!(world.said(0, &token, name, "1.0.0", ""), b"");
        world.servers.remove(0).kill();
    }
    world.upload(0, &token, "acme-three", "1.0.0", "").is(200);
    assert_eq!(of_registry(&world), 3);
    for server in world.servers.drain(..) {
        server.stop();
    }
    let repair = |world: &World, hours: u64| {
        let offset = world.sandbox.path("offset");
        write(&offset, (hours * 60 * 60).to_string());
        let run = world.sandbox.program(["repair", &world.url]);
        let run = (world.with_keys(run)).env("CARGO_MIRROR_CLOCK_OFFSET", &offset);
        // Those of the servers that were killed run out.
        let run = run.env("CARGO_MIRROR_TEST_LEASE", "6");
        run.outcome().exits(0)
    };
    // A server may be about to write their lines.
    repair(&world, 0).answers("2 without a line");
    assert_eq!(of_registry(&world), 3);
    // One is published after all: its bytes are there, and stay.
    let server = world.server(0, &[]);
    world.servers.push(Served::run(server));
    world.upload(0, &token, "acme-one", "1.0.0", "").is(200);
    for server in world.servers.drain(..) {
        server.stop();
    }
    repair(&world, 25)
        .answers("took out 1 package of publishes that ended in the middle")
        .answers(": sound");
    assert_eq!(of_registry(&world), 2);
    world.is_sound();
    let kept = world.bucket.keys().into_iter();
    assert_eq!(kept.filter(|key| key.contains("quarantine")).count(), 0);
    // As a sweep leaves it that is killed when the line of what it took away has just been written.
    let mut keys = world.bucket.keys().into_iter();
    let key = keys
        .find(|key| key.contains("registries/corp/by/"))
        .unwrap();
    let bytes = world.bucket.object(&key).unwrap();
    world.bucket.remove(&key);
    let copy = key.replace("team/", "team/.mirror/quarantine/");
    world.bucket.plant(&copy, bytes.bytes.to_vec());
    repair(&world, 25).never_says("took out");
    world.is_sound();
    assert!(world.bucket.object(&copy).is_none());
    let verify = world.sandbox.program(["verify", &world.url]);
    world.with_keys(verify).outcome().exits(0);
}

#[test]
fn answers_that_get_lost_change_nothing() {
    let world = World::new(Bucket::s3(), &[]);
    let token = world.token("alice", PUBLISHER);
    for (number, key) in ["/by/", "access/log/", "access/crates/", "/index/"]
        .into_iter()
        .enumerate()
    {
        world.bucket.fail_next("PUT", key, BucketFault::DropAfter);
        let name = format!("acme-{number}");
        let answer = world.upload(0, &token, &name, "1.0.0", "").is(200);
        assert!(!answer.text().contains("already"), "{}", answer.text());
        let of_it = |key: &String| {
            key.contains("/access/log/") && world.bucket.text(key).contains(&format!("{name:?}"))
        };
        let entries = world.bucket.keys().iter().filter(|key| of_it(key)).count();
        assert_eq!(entries, 1, "{key}");
        assert_eq!(world.lines(1, &format!("ac/me/{name}")).lines().count(), 1);
    }
    // Two at once of everything, through a store that loses one answer in ten.
    world.bucket.seed(crate::fixture::settings::seed());
    world.bucket.behave(Manners {
        loses_one_in: 20,
        ..Manners::default()
    });
    std::thread::scope(|scope| {
        for server in 0..2 {
            for version in 0..4 {
                let (world, token) = (&world, &token);
                scope.spawn(move || {
                    let version = format!("{server}.{version}.0");
                    world.upload(server, token, "busy", &version, "").is(200);
                });
            }
        }
    });
    world.bucket.behave(Manners::default());
    assert_eq!(world.lines(0, "bu/sy/busy").lines().count(), 8);
    let record = world.bucket.text("team/access/crates/corp/busy.json");
    let record: Value = serde_json::from_str(&record).unwrap();
    assert_eq!(record["versions"].as_object().unwrap().len(), 8);
    world.is_sound();
}

#[test]
fn what_is_removed_is_gone_everywhere_and_its_number_is_not_used_again() {
    let world = World::new(Bucket::s3(), &[]);
    let token = world.token("alice", PUBLISHER);
    for version in ["1.0.0", "1.1.0"] {
        world.upload(0, &token, "acme", version, "").is(200);
    }
    let download = |server: usize| {
        let server: &Served = &world.servers[server];
        server.get("/registries/corp/dl/acme/1.1.0/download").status
    };
    assert_eq!((download(0), download(1)), (200, 200));
    let removed = world.run("remove acme@1.1.0 --yes").exits(0);
    removed.says(".mirror/quarantine/registries/corp/acme-1.1.0.crate");
    assert_eq!(world.lines(0, "ac/me/acme").lines().count(), 1);
    until("no server has it", || {
        (download(0), download(1)) == (404, 404)
    });
    assert_eq!(world.upload(1, &token, "acme", "1.1.0", "").status, 400);
    world.run("yank acme@1.0.0").exits(0);
    assert!(world.lines(1, "ac/me/acme").contains("\"yanked\":true"));
    world.is_sound();
}

#[test]
fn packages_are_added_from_a_command_and_settings_hold_on_all_servers() {
    for dialect in [Dialect::S3, Dialect::Google, Dialect::Azure] {
        let world = World::new(Bucket::new(dialect), &["--set", "names=acme-*"]);
        let files = world.sandbox.fresh("files");
        write(
            &files.join("acme-x-1.0.0.crate"),
            package("acme-x", "1.0.0", ""),
        );
        let add = world.command(&["add", "--from", files.to_str().unwrap()]);
        add.outcome().exits(0).says("Added acme-x@1.0.0");
        assert_eq!(world.lines(1, "ac/me/acme-x").lines().count(), 1);
        let token = world.token("alice", PUBLISHER);
        let refused = world.upload(0, &token, "other", "1.0.0", "").is(400);
        assert!(refused.text().contains("names"), "{}", refused.text());
        world.run("registry set corp --set names=other").exits(0);
        until("the new setting holds", || {
            world.upload(1, &token, "other", "1.0.0", "").status == 200
        });
        let shown = world.report("registry show corp");
        assert_eq!(shown["registries"][0]["versions"], 2);
        let again = ["registry", "new", "corp", "--url", "https://r.example/"];
        world.command(&again).outcome().exits(101).says("corp");
    }
}

/// The same with a store that others wrote.
#[test]
fn a_store_of_others_hosts_registries_too() {
    requires!(moto);
    let moto = Moto::start();
    let settings = ["--auth", "all"];
    let world = World::at(
        Moto::url("team"),
        moto.environment(),
        Bucket::s3(),
        &settings,
    );
    let token = world.token("alice", &format!("read,{PUBLISHER}"));
    let both = std::thread::scope(|scope| {
        let one = scope.spawn(|| world.upload(0, &token, "acme", "1.0.0", ""));
        let more = "description = \"other\"\n";
        let other = scope.spawn(|| world.upload(1, &token, "acme", "1.0.0", more));
        [one.join().unwrap().status, other.join().unwrap().status]
    });
    assert_eq!(both.iter().sum::<u16>(), 200 + 409, "{both:?}");
    let index = "/registries/corp/index/ac/me/acme";
    let read = |server: usize| {
        let server: &Served = &world.servers[server];
        server.ask("GET", index, &[("Authorization", &token)])
    };
    let lines = read(0).is(200).body;
    assert_eq!(read(1).is(200).body, lines);
    let id = world.report("token list")["tokens"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    world.run(&format!("token revoke {id}")).exits(0);
    assert_eq!((read(0).status, read(1).status), (401, 401));
}

#[test]
fn a_bucket_that_anybody_may_read_takes_no_accounts() {
    let world = World::new(Bucket::s3(), &[]);
    world.bucket.behave(Manners {
        public: true,
        ..Manners::default()
    });
    let refused = world.server(2, &[]).outcome().exits(101);
    refused
        .says("anybody may read s3://crates/team/access/registries/corp.toml")
        .says("let the public read `crates-io/` alone");
}

#[test]
fn what_is_asked_of_the_bucket_is_counted() {
    let world = World::new(Bucket::s3(), &[]);
    let token = world.token("alice", PUBLISHER);
    let metric = |line: &str| {
        let text = world.servers[0].get("/metrics").is(200).text();
        let found = text
            .lines()
            .find_map(|it| it.strip_prefix(line)?.trim().parse::<u64>().ok());
        found.unwrap_or_else(|| panic!("{line} is not there: {text}"))
    };
    let put = "cargo_mirror_bucket_requests_total{verb=\"put\"}";
    let written = "cargo_mirror_bucket_bytes_total{direction=\"written\"}";
    let before = (metric(put), metric(written));
    world.upload(0, &token, "acme", "1.0.0", "").is(200);
    let bytes = package("acme", "1.0.0", "").len() as u64;
    assert!(metric(put) >= before.0 + 4, "bytes, entry, record, line");
    assert!(metric(written) > before.1 + bytes);
    let lost = metric("cargo_mirror_bucket_lost_races_total");
    world.upload(1, &token, "acme", "1.1.0", "").is(200);
    world.upload(0, &token, "acme", "1.2.0", "").is(200);
    assert_eq!(metric("cargo_mirror_bucket_lost_races_total"), lost);
    assert_eq!(metric("cargo_mirror_bucket_errors_total"), 0);
}

/// Servers that take publishes are killed at random, and answers get lost: what was said to be published is there, with its
/// bytes, and whoever heard nothing can send the same again. `CARGO_MIRROR_DRILL_ROUNDS=100` is the long form.
#[cfg(unix)]
#[test]
fn what_was_said_to_be_published_is_there_whoever_is_killed() {
    use crate::fixture::random::Dice;
    use crate::fixture::settings;

    let rounds = settings::number("CARGO_MIRROR_DRILL_ROUNDS").unwrap_or(3);
    let seed = settings::seed();
    let mut dice = Dice::new(seed);
    let mut world = World::new(Bucket::s3(), &[]);
    let token = world.token("alice", PUBLISHER);
    world.bucket.seed(seed);
    for round in 0..rounds {
        world.bucket.behave(Manners {
            loses_one_in: 40,
            ..Manners::default()
        });
        let victim = dice.below(2);
        let pause = Duration::from_millis(dice.below(400) as u64);
        let packages: Vec<(usize, String)> = (0..8)
            .map(|number| (dice.below(2), format!("drill-{round}-{}", number % 5)))
            .collect();
        let published: Vec<bool> = std::thread::scope(|scope| {
            let world = &world;
            let sending: Vec<_> = packages
                .iter()
                .enumerate()
                .map(|(number, (server, name))| {
                    let (token, version) = (&token, format!("1.{number}.0"));
                    scope.spawn(move || {
                        let said = world.said(*server, token, name, &version, "");
                        said.starts_with(b"HTTP/1.1 200")
                    })
                })
                .collect();
            std::thread::sleep(pause);
            world.servers[victim].signal("KILL");
            sending.into_iter().map(|it| it.join().unwrap()).collect()
        });
        world.bucket.behave(Manners::default());
        world.restart(victim, None);
        world.is_sound();
        for (number, ((_, name), published)) in packages.iter().zip(published).enumerate() {
            let (version, path) = (format!("1.{number}.0"), format!("dr/il/{name}"));
            let is_there = world
                .lines(0, &path)
                .contains(&format!("\"vers\":\"{version}\""));
            assert!(
                is_there || !published,
                "{name} {version} is lost (seed {seed})"
            );
            let again = world.upload(1 - victim, &token, name, &version, "");
            assert_eq!(again.status, 200, "{}", again.text());
        }
    }
    world.is_sound();
}
