//! Four servers and one bucket, killed and stopped at random, with answers that get lost.
//!
//! The short form is part of the suite; `CARGO_MIRROR_DRILL_ROUNDS=500` is the long one, and `CARGO_MIRROR_TESTS_SEED`
//! runs the same again.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::buckets::push::with_keys;
use crate::buckets::share::World;
use crate::fixture::bucket::Manners;
use crate::fixture::package::Crate;
use crate::fixture::random::Dice;
use crate::fixture::served::Served;
use crate::fixture::settings;

/// Clients that ask a server for a crate; whatever comes of it, no wrong byte does.
fn ask(server: &Served, name: &str, expected: &[u8]) {
    use std::io::{Read, Write};
    let Ok(mut stream) = std::net::TcpStream::connect(server.authority()) else {
        return;
    };
    let _ = stream.set_read_timeout(Some(Duration::from_secs(25)));
    let request = format!(
        "GET /crates-io/dl/{name}/1.0.0/download HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        server.authority()
    );
    let mut answer = Vec::new();
    if stream.write_all(request.as_bytes()).is_err() || stream.read_to_end(&mut answer).is_err() {
        return;
    }
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n");
    if let (true, Some(end)) = (answer.starts_with(b"HTTP/1.1 200"), end) {
        let body = &answer[end + 4..];
        // Cut short, where the server was killed; wrong never.
        assert!(expected.starts_with(body), "{name}: wrong bytes");
    }
}

/// Every line has its bytes, right ones, and nothing was overwritten. Returns the lines.
fn is_sound(world: &World) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    let keys = world.bucket.keys().into_iter();
    for key in keys.filter(|key| key.contains("/crates-io/index/")) {
        for line in world.bucket.text(&key).lines() {
            let read: serde_json::Value = serde_json::from_str(line).expect("a line is whole");
            let (name, version) = (
                read["name"].as_str().unwrap(),
                read["vers"].as_str().unwrap(),
            );
            let object = format!("team/crates-io/{name}-{version}.crate");
            let object = world.bucket.object(&object);
            let object =
                object.unwrap_or_else(|| panic!("{name} {version} has a line and no bytes"));
            assert_eq!(object.bytes, world.registry.bytes(name, version), "{name}");
            assert!(
                lines.insert(format!("{name} {version}")),
                "{name} {version} stands twice"
            );
        }
    }
    assert_eq!(world.bucket.overwritten(), Vec::<String>::new());
    lines
}

#[test]
fn killed_and_stopped_at_random_servers_lose_no_line_and_leave_none_without_bytes() {
    const SERVERS: usize = 4;
    let rounds = settings::number("CARGO_MIRROR_DRILL_ROUNDS").unwrap_or(4);
    let seed = settings::seed();
    let mut dice = Dice::new(seed);
    let world = World::new();
    world.bucket.seed(seed);
    let start = |number: usize| {
        let run = world.server(&format!("mirror-{number}"), &["--refresh", "1s"]);
        Served::run(run.env("CARGO_MIRROR_TEST_LEASE", "6"))
    };
    let mut servers: Vec<Served> = (0..SERVERS).map(start).collect();
    let mut lines = BTreeSet::new();
    for round in 0..rounds {
        // Lost answers and 503s for as long as servers work; starting is another matter.
        world.bucket.behave(Manners {
            loses_one_in: 25,
            ..Manners::default()
        });
        let names: Vec<String> = (0..6)
            .map(|number| format!("drill-{round}-{number}"))
            .collect();
        for name in &names {
            let weight = 1000 + dice.below(150_000);
            world
                .registry
                .publish(&Crate::new(name, "1.0.0").weight(weight));
        }
        let victim = dice.below(SERVERS);
        let pause = Duration::from_millis(dice.below(400) as u64);
        let stops = dice.below(2) == 0;
        std::thread::scope(|scope| {
            for server in &servers {
                for name in &names {
                    let expected = world.registry.bytes(name, "1.0.0");
                    scope.spawn(move || ask(server, name, &expected));
                }
            }
            std::thread::sleep(pause);
            if stops {
                servers[victim].signal("STOP");
                // Longer than a lease.
                std::thread::sleep(Duration::from_secs(if round % 3 == 0 { 8 } else { 1 }));
                servers[victim].signal("CONT");
            } else {
                servers[victim].signal("KILL");
            }
        });
        world.bucket.behave(Manners::default());
        if !stops {
            let dead = std::mem::replace(&mut servers[victim], start(victim));
            dead.kill();
        }
        let now = is_sound(&world);
        let lost: Vec<&String> = lines.difference(&now).collect();
        assert!(
            lost.is_empty(),
            "round {round}, seed {seed}: {lost:?} are lost"
        );
        lines = now;
    }
    for server in servers {
        server.stop();
    }
    let lines = is_sound(&world);
    assert!(!lines.is_empty());
    let url = world.bucket.url("team");
    let verify = with_keys(world.sandbox.program(["verify", &url]), &world.bucket);
    verify.outcome().exits(0);
}
