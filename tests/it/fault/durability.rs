//! The power is cut: what was reported before is never lost, whatever of the rest had reached the disk.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep, index_path};
use crate::fixture::power_cut::{CUTS, Disk, Log};
use crate::fixture::project::{Project, write};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;

/// What was reported: these crates are ready from here on, until there.
struct Success {
    from: usize,
    until: usize,
    crates: Vec<&'static str>,
    /// Its config and the lockfile of its root.
    config: PathBuf,
    lockfile: PathBuf,
}

impl Success {
    /// What was reported, or is pointed at by cargo's config, is there.
    fn holds(&self, disk: &Disk, there: &BTreeSet<String>, count: usize, told: &str) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let reported = (self.from..=self.until).contains(&count);
        let pointed = disk.get(&self.config);
        let points = pointed.is_some_and(|(bytes, _)| text(bytes).contains("cargo-mirror"));
        let lockfile = self.lockfile.display().to_string();
        assert!(
            !reported || points,
            "the config for {lockfile} is lost: {told}"
        );
        if !reported && (!points || count > self.until) {
            return;
        }
        for name in &self.crates {
            assert!(there.contains(*name), "{name} is lost: {told}");
        }
        let root = disk.iter().any(|(path, (bytes, _))| {
            let folder = path.parent().expect("a file lies in a folder");
            folder.ends_with("roots") && text(bytes).contains(&lockfile)
        });
        assert!(root, "the root of {lockfile} is lost: {told}");
    }
}

/// The modification time of crates that a run had in hand. Seals are later.
const MARK: u64 = 1_152_704_088;

struct World {
    registry: Registry,
    sandbox: Sandbox,
    trace: PathBuf,
}

impl World {
    fn new() -> Self {
        let registry = Registry::new([
            Crate::new("alpha", "1.0.0").needs("shared"),
            Crate::new("shared", "1.0.0").weight(3000),
            Crate::new("shared", "1.1.0").weight(3000),
            Crate::new("gamma", "1.0.0").weight(100_000),
            Crate::new("gamma", "2.0.0"),
        ]);
        let sandbox = Sandbox::new(&registry);
        let trace = sandbox.path("trace");
        fs::write(&trace, "").unwrap();
        Self {
            registry,
            sandbox,
            trace,
        }
    }

    fn length(&self) -> usize {
        Log::read(&self.trace).ops.len()
    }

    fn run(&self, arguments: &[&str]) {
        let run = self.sandbox.program(arguments);
        run.env("CARGO_MIRROR_TEST_TRACE", &self.trace)
            .outcome()
            .exits(0);
    }

    /// Puts a disk in place of the mirror.
    fn put(&self, disk: &Disk) {
        let mirror = self.sandbox.mirror();
        fs::remove_dir_all(&mirror).unwrap();
        for (path, (bytes, time)) in disk.iter().filter(|(path, _)| path.starts_with(&mirror)) {
            write(path, bytes);
            if let Some(seconds) = time {
                let time = SystemTime::UNIX_EPOCH + Duration::from_secs(*seconds);
                let file = fs::File::options().append(true).open(path);
                file.and_then(|file| file.set_modified(time)).unwrap();
            }
        }
        // Locks are not in the log. A process makes its own before anything else.
        for folder in fs::read_dir(mirror.join(".mirror/tmp"))
            .into_iter()
            .flatten()
        {
            write(&folder.unwrap().path().join("lock"), "");
        }
    }

    /// The program goes on by itself.
    fn go_on(&self, told: &str) {
        let run = self
            .sandbox
            .program(["prefetch", "first", "second", "third"])
            .outcome();
        assert_eq!(run.code, Some(0), "{told}\n{run}");
        assert_eq!(sound_but_for_zeros(self), 5, "{told}");
    }

    /// What must hold of any disk after a cut.
    fn check(&self, disk: &Disk, told: &str) -> BTreeSet<String> {
        let mut whole = BTreeSet::new();
        let store = self.sandbox.mirror().join("crates-io");
        let all = [
            ("alpha", "1.0.0"),
            ("shared", "1.0.0"),
            ("shared", "1.1.0"),
            ("gamma", "1.0.0"),
            ("gamma", "2.0.0"),
        ];
        for (name, version) in all {
            let file = disk.get(&store.join(format!("{name}-{version}.crate")));
            let right = file.is_some_and(|(bytes, _)| *bytes == self.registry.bytes(name, version));
            let index = disk.get(&store.join("index").join(index_path(name)));
            let text = index.map(|(bytes, _)| String::from_utf8_lossy(bytes).into_owned());
            let line = self.registry.line(name, version);
            let listed = text.is_some_and(|text| text.lines().any(|there| there == line));
            assert!(
                !listed || right,
                "{name} {version} has a line and no bytes: {told}"
            );
            let time = file.and_then(|(_, time)| *time);
            assert!(
                right || time.is_none_or(|time| time <= MARK),
                "the seal of {name} {version} lies: {told}"
            );
            // It was being added or removed, and says so; so `verify` does not take it for lost.
            assert!(
                file.is_none() || listed || time == Some(MARK),
                "{name} {version} has bytes and no line: {told}"
            );
            if listed && right {
                whole.insert(format!("{name}-{version}"));
            }
        }
        whole
    }
}

#[test]
fn no_reported_success_is_lost_to_a_power_cut() {
    requires!(trace_of_writes);
    let World {
        registry,
        sandbox,
        trace,
    } = World::new();
    let first = sandbox.project(
        "first",
        &[Dep::new("alpha", "1"), Dep::new("shared", "=1.0.0")],
    );
    let second = sandbox.project(
        "second",
        &[Dep::new("shared", "=1.1.0"), Dep::new("gamma", "1")],
    );
    let third = sandbox.project(
        "third",
        &[Dep::new("gamma", "2"), Dep::new("shared", "=1.1.0")],
    );
    let world = World {
        registry,
        sandbox,
        trace,
    };

    world.run(&["vendor", "first"]);
    let from_first = world.length();
    world.run(&["vendor", "second"]);
    let from_second = world.length();
    // Killed before it could seal and flush: the next run must not take its word.
    let run = world
        .sandbox
        .program(["vendor", "third"])
        .env("CARGO_MIRROR_TEST_KILL", "index-renamed:1");
    let run = run.env("CARGO_MIRROR_TEST_TRACE", &world.trace).outcome();
    assert_ne!(run.code, Some(0));
    world.run(&["vendor", "third"]);
    let from_third = world.length();
    world.run(&["vendor", "third"]);
    assert_eq!(
        world.length(),
        from_third,
        "a run with nothing to do writes and flushes nothing"
    );
    world.run(&["roots", "forget", "first"]);
    world.run(&["gc", "--yes"]);

    let log = Log::read(&world.trace);
    let whole = log.ops.len();
    let success = |from, until, crates: &[&'static str], project: &Project| Success {
        from,
        until,
        crates: crates.to_vec(),
        config: project.config(),
        lockfile: project.path("Cargo.lock"),
    };
    let successes = [
        success(
            from_first,
            from_third,
            &["alpha-1.0.0", "shared-1.0.0"],
            &first,
        ),
        success(
            from_second,
            whole,
            &["shared-1.1.0", "gamma-1.0.0"],
            &second,
        ),
        success(from_third, whole, &["shared-1.1.0", "gamma-2.0.0"], &third),
    ];
    let mut states = 0;
    let mut kept = Vec::new();
    for count in 0..=whole {
        for cut in CUTS {
            let told = format!("{cut:?} after {count} of {whole}");
            let disk = log.replay(count, cut);
            let there = world.check(&disk, &told);
            for success in &successes {
                success.holds(&disk, &there, count, &told);
            }
            states += 1;
            if states % 193 == 0 {
                kept.push((disk, told));
            }
        }
    }
    assert!(whole > 60 && kept.len() > 3, "{whole} entries");
    eprintln!(
        "{states} states after a power cut, {} of them gone on from",
        kept.len()
    );

    // From such a state the program goes on by itself.
    for (disk, told) in kept {
        world.put(&disk);
        fs::create_dir_all(world.sandbox.mirror()).unwrap();
        let verified = world.sandbox.program(["verify"]).outcome();
        // But for an index file that was new and began as zeros.
        let zeros = told.starts_with("Zeros") && verified.stderr.contains("unreadable line");
        assert!(verified.code == Some(0) || zeros, "{told}\n{verified}");
        world.go_on(&told);
        world.sandbox.run(&second, ["status"]).exits(0);
    }
}

/// An index file that was new and never flushed may have begun as zeros, which cargo skips as it skips every line it
/// cannot read. Everything else must be as upstream has it.
fn sound_but_for_zeros(world: &World) -> usize {
    let index = world.sandbox.mirror().join("crates-io/index");
    for name in ["alpha", "shared", "gamma"] {
        let path = index.join(index_path(name));
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| !line.starts_with('\0'))
            .collect();
        fs::write(&path, lines.join("\n") + "\n").unwrap();
    }
    sound(&world.sandbox.mirror(), &world.registry).crates.len()
}

#[test]
fn what_was_not_flushed_is_sealed_by_the_next_run_that_flushes() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    sandbox.project("app", &[Dep::new("alpha", "1")]);
    let path = sandbox.mirror().join("crates-io/alpha-1.0.0.crate");
    let sealed = || {
        let modified = fs::metadata(&path).unwrap().modified().unwrap();
        let since = modified.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let year = Duration::from_hours(8760);
        // In 2006 or 2007, after the mark.
        since > Duration::from_secs(MARK) && since < Duration::from_secs(MARK) + 2 * year
    };
    sandbox
        .program(["prefetch", "app", "--no-flush"])
        .outcome()
        .exits(0);
    assert!(!sealed(), "sealed without a flush");
    sandbox.program(["prefetch", "app"]).outcome().exits(0);
    assert!(sealed());
    // What was damaged meanwhile is not sealed but fetched again.
    fs::write(&path, "").unwrap();
    sandbox.program(["prefetch", "app"]).outcome().exits(0);
    assert_eq!(sound(&sandbox.mirror(), &registry).names(), ["alpha-1.0.0"]);
}
