//! Private names beside crates.io: what is in memory of them goes at once, and what comes up under them is told.

use std::fs;

use crate::fixture::package::Crate;
use crate::fixture::project::write;
use crate::fixture::registry::{Registry, index_of};
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::Served;
use crate::fixture::server::Fault;
use crate::fixture::wait::until;
use crate::hosted::webhooks::{Heard, listener};
use crate::hosted::world::World;

#[test]
fn a_name_that_becomes_private_is_gone_from_memory_at_once_and_nothing_else_is() {
    let public = [Crate::new("left", "1.0.0"), Crate::new("Acme_Log", "9.9.9")];
    let world = World::new(&public, &[]);
    let token = world.publisher("alice");
    let (ours, others) = (
        ["/crates-io/index/ac/me/acme_log"],
        [
            "/crates-io/index/le/ft/left",
            "/crates-io/dl/left/1.0.0/download",
        ],
    );
    for path in ours.iter().chain(&others) {
        world.server.get(path).is(200);
    }
    // crates.io does not say whether it has the name, so it may be published.
    for spelling in ["acme-log", "acme_log"] {
        world
            .crates_io
            .always(&index_of(spelling), Fault::Status(400));
    }
    let folder = world.package("acme-log", "1.0.0", "");
    let publish = world.cargo(&world.home(), &token, "publish --registry corp --no-verify");
    publish
        .within(&folder)
        .outcome()
        .exits(0)
        .says("crates.io did not say whether it has a crate of this name");
    for path in ours {
        world.server.get(path).is(404);
    }
    world
        .server
        .get("/crates-io/dl/Acme_Log/9.9.9/download")
        .is(404);
    // The others are in memory still: nothing else has them any more.
    fs::remove_dir_all(world.sandbox.mirror().join(".mirror/upstream")).unwrap();
    fs::remove_dir_all(world.sandbox.mirror().join("crates-io")).unwrap();
    world.crates_io.forget();
    for path in others {
        world.server.get(path).is(200);
    }
    assert_eq!(world.crates_io.paths(), [""; 0]);
}

#[test]
fn what_another_process_makes_private_is_gone_from_memory_soon() {
    let world = World::new(&[Crate::new("left", "1.0.0")], &[]);
    let path = "/crates-io/index/le/ft/left";
    world.server.get(path).is(200);
    let settings = world.sandbox.mirror().join("mirror.toml");
    let before = fs::read_to_string(&settings).unwrap();
    write(&settings, format!("private-names = [\"left\"]\n{before}"));
    until("it is private", || world.server.get(path).status == 404);
    write(&settings, before);
    until("it is public again", || {
        world.server.get(path).status == 200
    });
}

/// A mirror with a crate of its own, which nobody was asked about, and a hook.
fn alarmed(crates_io: &Registry, more: &str) -> (Sandbox, Heard) {
    let (url, told) = listener(&[200]);
    let sandbox = Sandbox::new(crates_io);
    let index = "https://crates.example.com/registries/corp/index/";
    let new = ["registry", "new", "corp", "--url", index];
    sandbox.program(new).outcome().exits(0);
    let path = sandbox.mirror().join("mirror.toml");
    let settings = fs::read_to_string(&path).unwrap();
    let hook =
        format!("url = \"{url}\"\nsecret-file = \"hook-secret\"\nevents = [\"public-name\"]\n");
    write(
        &path,
        format!("{settings}{more}\n[[registries.corp.webhooks]]\n{hook}"),
    );
    write(&sandbox.mirror().join("hook-secret"), "sekrit\n");
    let file = sandbox.path("acme-log-1.0.0.crate");
    write(&file, Crate::new("acme-log", "1.0.0").bytes());
    let add = sandbox.program(["add", "--offline"]).args([&file]);
    add.outcome().exits(0);
    (sandbox, told)
}

/// A server of so many days later.
fn on_day(sandbox: &Sandbox, day: u64) -> Served {
    let offset = sandbox.path("offset");
    write(&offset, (day * 24 * 60 * 60).to_string());
    let run = sandbox.program(["serve", "--listen", "127.0.0.1:0"]);
    Served::run(run.env("CARGO_MIRROR_CLOCK_OFFSET", &offset))
}

#[test]
fn a_private_name_that_comes_up_on_crates_io_is_told_once() {
    let crates_io = Registry::new([Crate::new("left", "1.0.0")]);
    let (sandbox, told) = alarmed(&crates_io, "ask-crates-io = true\n");
    let (dashed, underlined) = (index_of("acme-log"), index_of("acme_log"));
    let asked = || crates_io.count(&dashed) + crates_io.count(&underlined);
    let server = on_day(&sandbox, 0);
    until("both spellings are asked for", || asked() == 2);
    assert_eq!(server.stats()["public_names"], 0);
    server.stop().exits(0).no_panic();

    crates_io.publish(&Crate::new("acme_log", "66.0.0"));
    let server = on_day(&sandbox, 1);
    until("the hook is told", || told.lock().unwrap().len() == 1);
    {
        let told = told.lock().unwrap();
        let (head, body) = &told[0];
        assert!(
            head.to_lowercase().contains("x-mirror-event: public-name"),
            "{head}"
        );
        let said =
            r#"{"event":"public-name","registry":"corp","crate":"acme-log","by":"crates-io","#;
        assert!(body.starts_with(said), "{body}");
    }
    assert_eq!(server.stats()["public_names"], 1);
    let log = server.stop().exits(0).no_panic();
    log.says("crates-io has a crate `acme-log`, which is a private crate of the registry `corp`");

    // It is looked for every day, and told again when a month is over.
    crates_io.forget();
    let server = on_day(&sandbox, 2);
    until("it is looked for", || asked() == 2);
    assert_eq!(server.stats()["public_names"], 0);
    server.stop().exits(0).no_panic();
    let server = on_day(&sandbox, 40);
    until("the hook is told again", || told.lock().unwrap().len() == 2);
    server.stop().exits(0).no_panic();
}

#[test]
fn nobody_is_asked_about_a_private_name_and_what_is_here_tells() {
    let crates_io = Registry::new([Crate::new("left", "1.0.0")]);
    let (sandbox, told) = alarmed(&crates_io, "");
    // As a copy has it that was made before the name was private.
    let mirror = sandbox.mirror();
    let line = fs::read(mirror.join("registries/corp/index/ac/me/acme-log")).unwrap();
    let index = mirror.join("crates-io/index/ac/me");
    fs::create_dir_all(&index).unwrap();
    fs::write(index.join("acme-log"), line).unwrap();
    let server = on_day(&sandbox, 0);
    until("the hook is told", || told.lock().unwrap().len() == 1);
    assert_eq!(server.stats()["public_names"], 1);
    server.stop().exits(0).no_panic();
    let asked = crates_io.paths().into_iter();
    let of_it: Vec<String> = asked.filter(|path| path.contains("acme")).collect();
    assert_eq!(of_it, [""; 0]);
}
