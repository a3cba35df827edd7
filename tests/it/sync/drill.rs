//! Kills, faults, full disks, others on the same mirror: it ends as a copy made anew.

use std::fs;
use std::time::Duration;

use crate::fixture::command::Run;
use crate::fixture::mirror::{Held, sound};
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::write;
use crate::fixture::random::Dice;
use crate::fixture::registry::{Registry, index_of};
use crate::fixture::sandbox::Sandbox;
use crate::fixture::server::Fault;
use crate::fixture::settings;
use crate::fixture::trees::IndexTrees;

const NAMES: usize = 20;

fn name(number: usize) -> String {
    format!("crate-{number}")
}

fn registry() -> Registry {
    let crates = (0..NAMES).flat_map(|number| {
        let weight = if number % 5 == 0 { 200_000 } else { 10 };
        ["1.0.0", "1.1.0"].map(|version| Crate::new(&name(number), version).weight(weight))
    });
    Registry::new(crates)
}

fn sync(sandbox: &Sandbox, trees: &IndexTrees<'_>) -> Run {
    let url = trees.url();
    sandbox
        .program(["sync", "--index-git", &url])
        .env("CARGO_NET_RETRY", "0")
}

fn fresh(sandbox: &Sandbox, trees: &IndexTrees<'_>, registry: &Registry) -> Held {
    let mirror = sandbox.fresh("fresh-mirror");
    sync(sandbox, trees)
        .args(["-m", mirror.to_str().unwrap()])
        .outcome()
        .no_panic()
        .exits(0);
    sound(&mirror, registry)
}

/// Where a run may end, and how often that is passed.
const STEPS: [&str; 8] = [
    "temp-created",
    "temp-written",
    "crate-renamed",
    "group-flushed",
    "index-renamed",
    "sync-state-renamed",
    "line-removed",
    "crate-put-aside",
];

#[test]
fn a_run_that_is_killed_at_any_step_leaves_a_sound_mirror_and_the_next_completes_it() {
    requires!(debug_build);
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    let mut dice = Dice::new(settings::seed());
    eprintln!("CARGO_MIRROR_TESTS_SEED={}", settings::seed());
    for step in STEPS {
        for _ in 0..settings::number_of(6, 1) {
            let most = match step {
                "line-removed" | "crate-put-aside" => 1,
                _ if step.starts_with("sync") || step.starts_with("group") => 3,
                _ => 40,
            };
            let kill = format!("{step}:{}", 1 + dice.below(most));
            let _ = fs::remove_dir_all(sandbox.mirror());
            // First half of a copy, then a run that also removes, which is killed.
            sync(&sandbox, &trees).outcome().exits(0);
            let extra = Crate::new("extra", "1.0.0");
            registry.publish(&extra);
            registry.withdraw(&name(3), "1.0.0");
            trees.commit(&registry);
            for removed in ["crate-1-1.0.0.crate", "crate-5-1.1.0.crate"] {
                fs::remove_file(sandbox.mirror().join("crates-io").join(removed)).unwrap();
            }
            let run = sync(&sandbox, &trees)
                .args(["--heal"])
                .env("CARGO_MIRROR_TEST_KILL", &kill);
            let _killed = run.outcome();
            let removed = sound_but_for(&sandbox, &registry);
            assert!(removed <= 2, "{kill}");
            sync(&sandbox, &trees)
                .args(["--heal"])
                .outcome()
                .no_panic()
                .exits(0);
            sandbox.program(["verify"]).outcome().exits(0);
            assert_eq!(
                sound(&sandbox.mirror(), &registry),
                fresh(&sandbox, &trees, &registry),
                "{kill}"
            );
            registry.publish(&Crate::new(&name(3), "1.0.0").weight(10));
            registry.withdraw("extra", "1.0.0");
            trees.commit(&registry);
        }
    }
}

/// How many lines have no bytes here: those whose bytes a test has taken away. Everything else is sound.
fn sound_but_for(sandbox: &Sandbox, registry: &Registry) -> usize {
    let mut lacking = 0;
    let crates = sandbox.mirror().join("crates-io");
    for number in 0..NAMES {
        let path = crates
            .join("index")
            .join(crate::fixture::package::index_path(&name(number)));
        let text = fs::read_to_string(path).unwrap_or_default();
        for version in ["1.0.0", "1.1.0"].iter().filter(|it| text.contains(**it)) {
            match fs::read(crates.join(format!("{}-{version}.crate", name(number)))) {
                Ok(bytes) if registry.has(&name(number), version) => {
                    assert!(bytes == registry.bytes(&name(number), version));
                }
                Ok(_) => {}
                Err(_) => lacking += 1,
            }
        }
    }
    lacking
}

#[test]
fn faults_and_kills_at_any_moment_end_as_a_copy_made_anew() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    let seed = settings::seed();
    let mut dice = Dice::new(seed);
    eprintln!("CARGO_MIRROR_TESTS_SEED={seed}");
    let mut versions = 0;
    for round in 0..settings::number_of(16, 6) {
        for _ in 0..6 {
            let of = name(dice.below(NAMES));
            let path = if dice.below(3) == 0 {
                index_of(&of)
            } else {
                registry.download_path(&of, "1.1.0")
            };
            let fault = match dice.below(6) {
                0 => Fault::Status(503),
                1 => Fault::Status(404),
                2 => Fault::Cut,
                3 => Fault::Truncate(100),
                4 => Fault::Bytes(b"an error page".to_vec()),
                _ => Fault::Slow(Duration::from_millis(100)),
            };
            registry.fail_next(&path, [fault]);
        }
        if dice.below(2) == 0 {
            versions += 1;
            registry.publish(&Crate::new(
                &name(dice.below(NAMES)),
                &format!("2.{versions}.0"),
            ));
            if dice.below(2) == 0 {
                trees.squash(&registry);
            } else {
                trees.commit(&registry);
            }
        }
        // Two at once, and one that fills the same mirror for a project; some are killed.
        let project = sandbox.unlocked(
            &format!("app-{round}"),
            &[Dep::new(&name(dice.below(NAMES)), "1")],
        );
        let vendor = sandbox.program(["vendor"]).within(&project.folder).start();
        let runs = [
            sync(&sandbox, &trees).start(),
            sync(&sandbox, &trees).start(),
        ];
        for run in runs {
            if dice.below(3) == 0 {
                std::thread::sleep(Duration::from_millis(dice.below(400) as u64));
                run.kill();
            } else {
                run.outcome().no_panic();
            }
        }
        vendor.outcome().no_panic();
        registry.mend();
        sound(&sandbox.mirror(), &registry);
    }
    sync(&sandbox, &trees)
        .args(["--heal"])
        .outcome()
        .no_panic()
        .exits(0);
    sandbox.program(["verify"]).outcome().exits(0);
    assert_eq!(
        sound(&sandbox.mirror(), &registry),
        fresh(&sandbox, &trees, &registry)
    );
    sync(&sandbox, &trees).outcome().exits(0).says("Unchanged");
}

#[test]
fn a_full_disk_at_any_level_loses_nothing() {
    requires!(mount);
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    let script = "mirror=$1; saved=$2; size=$3; shift 3; mount -t tmpfs -o size=${size}k none \"$mirror\" || exit 99; \
                  \"$@\"; code=$?; cp -a \"$mirror\" \"$saved\"; exit $code";
    let mut full = 0;
    for size in (100_usize..).step_by(usize::try_from(settings::number_of(150, 600)).unwrap()) {
        let (mirror, saved) = (sandbox.mirror(), sandbox.path(&format!("saved-{size}")));
        fs::create_dir(&mirror).unwrap();
        let size = size.to_string();
        let arguments = [
            mirror.to_str().unwrap(),
            saved.to_str().unwrap(),
            size.as_str(),
        ];
        let run = sync(&sandbox, &trees).in_mounts(script, &arguments);
        let run = run.outcome().no_panic();
        fs::remove_dir(&mirror).unwrap();
        if run.code == Some(0) {
            break;
        }
        full += 1;
        run.exits(101).says("No space left");
        if saved.join("crates-io").exists() {
            sound(&saved, &registry);
        }
        fs::rename(&saved, &mirror).unwrap();
        sync(&sandbox, &trees).outcome().exits(0);
        sandbox.program(["verify"]).outcome().exits(0);
        assert_eq!(sound(&mirror, &registry).crates.len(), 2 * NAMES);
        fs::remove_dir_all(&mirror).unwrap();
    }
    assert!(full >= 3, "only {full} levels were too small");
}

#[test]
fn an_index_file_cannot_speak_for_another_crate() {
    let registry = Registry::new([Crate::new("good", "1.0.0"), Crate::new("evil", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let forged = Crate::new("good", "6.6.6").line();
    let evil = Crate::new("evil", "1.0.0").line();
    registry.serve(&index_of("evil"), format!("{evil}\n{forged}\n"));
    registry.serve(
        "/dl/good/6.6.6/download",
        Crate::new("good", "6.6.6").bytes(),
    );
    let trees = IndexTrees::new(&sandbox, &registry);
    sync(&sandbox, &trees)
        .outcome()
        .exits(1)
        .says("lines of another crate");
    let held = sound(&sandbox.mirror(), &registry);
    assert_eq!(held.names(), ["evil-1.0.0", "good-1.0.0"]);
}

#[test]
fn an_upstream_that_is_gone_stops_the_run_and_what_is_there_stays() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    sync(&sandbox, &trees).outcome().exits(0);
    let before = sound(&sandbox.mirror(), &registry);
    registry.publish(&Crate::new("new", "1.0.0"));
    trees.commit(&registry);
    let dead =
        sync(&sandbox, &trees).env("CARGO_MIRROR_UPSTREAM", "sparse+http://127.0.0.1:9/index/");
    dead.outcome()
        .no_panic()
        .exits(101)
        .says("cannot be reached");
    assert_eq!(sound(&sandbox.mirror(), &registry), before);
    write(&sandbox.path("x"), "");
    sandbox
        .program(["sync", "--index-git", "file:///nowhere"])
        .outcome()
        .exits(101)
        .says("git ls-remote");
    sync(&sandbox, &trees).outcome().exits(0).says("1 added");
}
