//! Chaos: everything goes wrong at once, again and again, and the mirror stays right.
//!
//! ```sh
//! cargo test --test it chaos -- --nocapture                                    # 8 rounds, as in `cargo test`
//! CARGO_MIRROR_CHAOS_ROUNDS=500 cargo test --test it chaos -- --nocapture      # many
//! CARGO_MIRROR_CHAOS_SEED=42 ...                                               # the same choices again
//! ```
//!
//! In each round several processes work on one mirror, while the registry cuts, stalls, lies and refuses, and most of them
//! are killed at some moment or other. After each round nothing under a final name may be bad or half-written, every index
//! line must have its bytes, and what was reported ready must still be there; now and then the real cargo builds it. After
//! [`GENERATION`] rounds all goes well for once: then the mirror must be complete, and the next one begins empty.
//!
//! A seed fixes what is chosen, not how the system schedules it: a finding may take some runs to come back.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::fixture::command::{Run, Running};
use crate::fixture::mirror::{Held, sound};
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::{Project, write};
use crate::fixture::random::Dice;
use crate::fixture::registry::{Registry, index_of};
use crate::fixture::sandbox::Sandbox;
use crate::fixture::server::Fault;
use crate::fixture::settings;

/// Rounds of a full run of the tests.
const ROUNDS: u64 = 24;
/// Rounds of any other.
const SOME_ROUNDS: u64 = 8;
/// Rounds on one mirror.
const GENERATION: usize = 12;
/// So often the real cargo builds what is ready.
const BUILD_EVERY: usize = 8;

/// What else people run on a mirror while others fill it: a line each. All of them may fail in a round like these, but
/// none may crash or do harm.
const OTHERS: &[&[&str]] = &[
    &["status"],
    &["outdated"],
    &["verify"],
    &["verify", "--quick"],
    &["repair"],
    &["gc", "--yes"],
    FORGET,
    &["roots"],
];

/// Lets go of what a lockfile that is gone wanted.
const FORGET: &[&str] = &["gc", "--yes", "--forget-gone"];

/// A crate that nobody wants before the last run.
const LAST: &str = "last";

const NAMES: usize = 24;
const VERSIONS: usize = 4;
const PROJECTS: usize = 3;

#[test]
fn a_mirror_survives_faults_and_kills() {
    let rounds = settings::number("CARGO_MIRROR_CHAOS_ROUNDS");
    let rounds = rounds.unwrap_or_else(|| settings::number_of(ROUNDS, SOME_ROUNDS));
    let seed = settings::number("CARGO_MIRROR_CHAOS_SEED").unwrap_or_else(settings::seed);
    eprintln!("chaos: {rounds} rounds, CARGO_MIRROR_CHAOS_SEED={seed}");
    let started = Instant::now();
    let mut chaos = Chaos::new(seed);
    for round in 0..usize::try_from(rounds).expect("a number of rounds") {
        if round % GENERATION == 0 {
            if round > 0 {
                chaos.all_goes_well();
            }
            chaos.begin();
        }
        chaos.round(round);
    }
    chaos.all_goes_well();
    let Tally {
        runs,
        kills,
        finished,
        builds,
    } = chaos.tally;
    eprintln!(
        "chaos: {rounds} rounds in {:.0} s: {runs} runs, {kills} killed, {finished} finished in spite of everything, \
         {} faults served, {builds} builds; complete and sound (seed {seed})",
        started.elapsed().as_secs_f64(),
        chaos.registry.faults_served()
    );
}

#[derive(Default)]
struct Tally {
    runs: usize,
    kills: usize,
    finished: usize,
    builds: usize,
}

struct Chaos {
    dice: Dice,
    registry: Registry,
    /// The lockfiles of the projects, as the real cargo made them.
    lockfiles: Vec<String>,
    world: World,
    tally: Tally,
}

/// One mirror, and those who use it.
struct World {
    sandbox: Sandbox,
    projects: Vec<Project>,
    /// The projects that were reported ready.
    ready: BTreeSet<usize>,
    /// The lockfiles that were reported ready, and their packages.
    promised: BTreeMap<PathBuf, Vec<String>>,
}

/// What one process of a round was asked for.
enum Asked {
    Vendor(usize),
    Prefetch(PathBuf, Vec<String>),
    Other,
}

impl Chaos {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let registry = Registry::new([Crate::new(LAST, "1.0.0")]);
        for name in 0..NAMES {
            for minor in 0..VERSIONS {
                let weight = [100, 5_000, 60_000, 150_000][dice.below(4)];
                let krate = Crate::new(&self::name(name), &format!("1.{minor}.0"));
                registry.publish(&krate.weight(weight));
            }
        }
        let world = World::new(&registry, &[]);
        let lockfiles = (0..PROJECTS).map(|at| {
            let project = world.sandbox.project(&format!("first-{at}"), &deps(at));
            project.read("Cargo.lock")
        });
        Self {
            dice,
            lockfiles: lockfiles.collect(),
            registry,
            world,
            tally: Tally::default(),
        }
    }

    /// Begins with an empty mirror.
    fn begin(&mut self) {
        self.world = World::new(&self.registry, &self.lockfiles);
    }

    fn round(&mut self, round: usize) {
        let mut started: Vec<(Running, Asked, Option<Duration>)> = Vec::new();
        self.registry.mend();
        self.set_faults();
        let begun = Instant::now();
        for _ in 0..2 + self.dice.below(4) {
            let (run, asked) = self.choose(round, started.len());
            // Most are killed: some before they have begun, some when they are done.
            let latest = [60, 150, 400, 1000][self.dice.below(4)];
            let moment = (self.dice.below(8) > 0)
                .then(|| Duration::from_millis(self.dice.below(latest) as u64));
            started.push((run.start(), asked, moment));
            self.tally.runs += 1;
        }
        started.sort_by_key(|(_, _, moment)| moment.unwrap_or(Duration::MAX));
        for (running, asked, moment) in started {
            let code = match moment {
                Some(moment) => {
                    std::thread::sleep(moment.saturating_sub(begun.elapsed()));
                    running.kill()
                }
                None => running.outcome().no_panic().code,
            };
            self.ended(code, asked);
        }
        let held = sound(&self.world.sandbox.mirror(), &self.registry);
        self.world.keeps_its_promises(&held);
        if round % BUILD_EVERY == BUILD_EVERY - 1 {
            self.build_one();
        }
    }

    /// Somebody who uses the mirror.
    fn choose(&mut self, round: usize, at: usize) -> (Run, Asked) {
        let sandbox = &self.world.sandbox;
        match self.dice.below(9) {
            0..3 => {
                let which = self.dice.below(PROJECTS);
                let run = hasty(sandbox.program(["vendor"]));
                let run = run.within(&self.world.projects[which].folder);
                (run, Asked::Vendor(which))
            }
            3..6 => {
                let packages = self.dice.some_packages();
                let lockfile = sandbox.path(&format!("lockfiles/{round}-{at}/Cargo.lock"));
                write(&lockfile, lockfile_of(&self.registry, &packages));
                let run = hasty(sandbox.program(["prefetch"])).args([&lockfile]);
                let packages = packages.iter().map(file_stem).collect();
                (run, Asked::Prefetch(lockfile, packages))
            }
            _ => {
                let other = OTHERS[self.dice.below(OTHERS.len())];
                if other == FORGET
                    && let Some((lockfile, _)) = self.world.promised.pop_first()
                {
                    fs::remove_file(lockfile).expect("it was there");
                }
                let which = self.dice.below(PROJECTS);
                let run = hasty(sandbox.program(other));
                let run = run.within(&self.world.projects[which].folder);
                (run, Asked::Other)
            }
        }
    }

    /// Takes down how a run ended. Nothing is the code of one that was killed.
    #[track_caller]
    fn ended(&mut self, code: Option<i32>, asked: Asked) {
        self.tally.kills += usize::from(code.is_none());
        self.tally.finished += usize::from(code == Some(0));
        match (code, asked) {
            (Some(0), Asked::Vendor(project)) => {
                self.world.ready.insert(project);
            }
            (Some(0), Asked::Prefetch(lockfile, packages)) => {
                self.world.promised.insert(lockfile, packages);
            }
            (None | Some(0 | 101), _) | (Some(1), Asked::Other) => {}
            (Some(code), _) => panic!("it exits {code}"),
        }
    }

    /// Lets about a fifth of the registry go wrong: mostly for a while, sometimes for good.
    fn set_faults(&mut self) {
        let mut paths = vec!["/index/config.json".to_owned()];
        for name in 0..NAMES {
            let name = self::name(name);
            paths.push(index_of(&name));
            for minor in 0..VERSIONS {
                paths.push(self.registry.download_path(&name, &format!("1.{minor}.0")));
            }
        }
        for path in paths {
            match self.dice.below(40) {
                0 => self.registry.always(&path, self.dice.fault()),
                1..9 => {
                    let faults: Vec<Fault> = (0..=self.dice.below(2))
                        .map(|_| self.dice.fault())
                        .collect();
                    self.registry.fail_next(&path, faults);
                }
                _ => {}
            }
        }
    }

    /// The real cargo builds a project that was reported ready.
    fn build_one(&mut self) {
        let ready: Vec<usize> = self.world.ready.iter().copied().collect();
        if !ready.is_empty() {
            let which = ready[self.dice.below(ready.len())];
            self.world.sandbox.builds(&self.world.projects[which]);
            self.tally.builds += 1;
        }
    }

    /// A run of each project without a fault: complete, sound, tidy, and the real cargo agrees.
    fn all_goes_well(&mut self) {
        self.registry.mend();
        let World {
            sandbox, projects, ..
        } = &self.world;
        // One that writes, because only those sweep up what the dead left.
        let run = sandbox.program(["prefetch", &format!("{LAST}=1.0.0")]);
        run.outcome().exits(0);
        for project in projects {
            sandbox
                .run(project, ["vendor"])
                .exits(0)
                .says("; ready offline");
        }
        for project in projects {
            sandbox
                .run(project, ["status"])
                .exits(0)
                .answers("ready offline");
        }
        // Bytes that were killed before they had a line are not wrong, but `verify` tells of them.
        sandbox.program(["repair"]).outcome().exits(0);
        sandbox.program(["verify"]).outcome().exits(0);
        let held = sound(&sandbox.mirror(), &self.registry);
        let growing = fs::read_dir(sandbox.mirror().join(".mirror/tmp"));
        self.world.ready.extend(0..PROJECTS);
        self.world.keeps_its_promises(&held);
        let left: Vec<_> = growing.into_iter().flatten().collect();
        assert!(left.is_empty(), "the dead left {left:?}");
        self.build_one();
    }
}

impl World {
    fn new(registry: &Registry, lockfiles: &[String]) -> Self {
        let sandbox = Sandbox::new(registry);
        let projects = lockfiles.iter().enumerate().map(|(at, lockfile)| {
            let project = sandbox.unlocked(&format!("project-{at}"), &deps(at));
            project.write("Cargo.lock", lockfile);
            project
        });
        Self {
            projects: projects.collect(),
            sandbox,
            ready: BTreeSet::new(),
            promised: BTreeMap::new(),
        }
    }

    /// What was reported ready is there, bytes and index lines.
    #[track_caller]
    fn keeps_its_promises(&self, held: &Held) {
        let of_projects = self.ready.iter().flat_map(|at| packages(*at));
        let promised = self.promised.values().flatten().cloned();
        for package in of_projects
            .map(|package| file_stem(&package))
            .chain(promised)
        {
            assert!(held.crates.contains_key(&package), "{package} is lost");
            let (name, version) = package.rsplit_once('-').expect("a name and a version");
            let line = format!("\"vers\":\"{version}\"");
            let there = held.lines(name).iter().any(|known| known.contains(&line));
            assert!(there, "the index line of {package} is lost");
        }
        for at in &self.ready {
            let config = self.projects[*at].read(".cargo/config.toml");
            assert!(config.contains("[source.cargo-mirror]"), "{config}");
        }
    }
}

/// Impatient enough for chaos: a stall is given up after a second, and nothing is tried more than twice.
fn hasty(run: Run) -> Run {
    run.env("CARGO_HTTP_TIMEOUT", "1")
        .env("CARGO_NET_RETRY", "1")
}

fn name(at: usize) -> String {
    format!(
        "chaos{}",
        char::from(b'a' + u8::try_from(at).expect("there are few names"))
    )
}

/// The packages of a project: no two have the same, all have some in common.
fn packages(project: usize) -> Vec<(String, String)> {
    (0..8)
        .map(|at| {
            (
                name(at * (project + 1) % NAMES),
                format!("1.{}.0", (at + project) % VERSIONS),
            )
        })
        .collect()
}

fn deps(project: usize) -> Vec<Dep> {
    let packages = packages(project).into_iter();
    packages
        .map(|(name, version)| Dep::new(&name, &format!("={version}")))
        .collect()
}

fn file_stem((name, version): &(String, String)) -> String {
    format!("{name}-{version}")
}

fn lockfile_of(registry: &Registry, packages: &[(String, String)]) -> String {
    let mut text = "version = 4\n".to_owned();
    for (name, version) in packages {
        let line: serde_json::Value =
            serde_json::from_str(&registry.line(name, version)).expect("an index line is JSON");
        let _ = write!(
            text,
            "\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\
             source = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = {}\n",
            line["cksum"]
        );
    }
    text
}

impl Dice {
    fn fault(&mut self) -> Fault {
        let garbage = || b"<html>there is no such thing</html>\n".to_vec();
        match self.below(12) {
            0 => Fault::Cut,
            1 => Fault::Stall(self.below(3_000)),
            2 => Fault::Status([500, 502, 503, 504][self.below(4)]),
            3 => Fault::RetryAfter(429, "0"),
            4 => Fault::RetryAfter(503, "0"),
            5 => Fault::Bytes(garbage()),
            6 => Fault::Gzipped(garbage()),
            7 => Fault::Truncate(self.below(3_000)),
            8 => Fault::Status([403, 404][self.below(2)]),
            9 => Fault::Redirect("/nowhere".to_owned()),
            _ => Fault::Slow(Duration::from_millis(self.below(200) as u64)),
        }
    }

    /// Packages for a lockfile, each once.
    fn some_packages(&mut self) -> Vec<(String, String)> {
        let mut packages = BTreeSet::new();
        for _ in 0..4 + self.below(12) {
            let name = name(self.below(NAMES));
            packages.insert((name, format!("1.{}.0", self.below(VERSIONS))));
        }
        packages.into_iter().collect()
    }
}
