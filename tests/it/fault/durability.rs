//! The power is cut: what was reported before is never lost, whatever of the rest had reached the disk.
//!
//! A debug build logs every write, rename, removal and flush. The log is replayed to every prefix, and at each the power is
//! cut in several ways: a name may be on disk before the bytes it stands for, which are then missing or zeros, for all files
//! or for some; a removal may be on disk before what was done earlier; nothing may be there that was not flushed; or
//! everything, as after a mere kill.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::fixture::sandbox::Sandbox;
use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep, index_path};
use crate::fixture::project::{Project, write};
use crate::fixture::registry::Registry;

/// One entry of the log. Files are told apart by number, whatever name they have at the time.
#[derive(Debug)]
pub(crate) enum Op {
    Write(usize, Vec<u8>),
    Time(usize, u64),
    /// The name stands for the file now; the other name for nothing any more.
    Name(PathBuf, usize, Option<PathBuf>),
    Remove(PathBuf),
    Begin,
    /// Of a flush, and where it began.
    End(usize, Scope),
}

#[derive(Debug, Clone)]
pub(crate) enum Scope {
    Everything,
    Folder(PathBuf),
    File(usize),
}

/// How the power is cut.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cut {
    /// Names reached the disk, bytes that were not flushed did not.
    Empty,
    /// The same, and zeros are where the bytes should be.
    Zeros,
    /// What was not flushed never happened.
    Flushed,
    /// All of it reached the disk.
    Everything,
    /// Names reached the disk, and of the bytes that were not flushed those of every third file.
    Third(usize),
    /// Removals reached the disk before everything else that was not flushed.
    Removals,
}

pub(crate) const CUTS: [Cut; 8] = [
    Cut::Empty,
    Cut::Zeros,
    Cut::Flushed,
    Cut::Everything,
    Cut::Third(0),
    Cut::Third(1),
    Cut::Third(2),
    Cut::Removals,
];

/// What is on the disk: bytes and, where it was set, modification time.
pub(crate) type Disk = BTreeMap<PathBuf, (Vec<u8>, Option<u64>)>;

#[derive(Default)]
pub(crate) struct Log {
    pub(crate) ops: Vec<Op>,
}

impl Log {
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("the program has logged");
        let mut log = Self::default();
        let (mut names, mut files) = (BTreeMap::<PathBuf, usize>::new(), 0);
        let mut begun = BTreeMap::new();
        for line in text.lines() {
            let words: Vec<&str> = line.split('\t').collect();
            let at = log.ops.len();
            match words[..] {
                ["write", path, bytes] => {
                    let path = PathBuf::from(path);
                    let file = names.get(&path).copied().unwrap_or_else(|| {
                        files += 1;
                        log.ops.push(Op::Name(path.clone(), files, None));
                        names.insert(path, files);
                        files
                    });
                    log.ops.push(Op::Write(file, unhex(bytes)));
                }
                ["time", path, seconds] => {
                    let file = names[Path::new(path)];
                    log.ops.push(Op::Time(file, seconds.parse().unwrap()));
                }
                ["rename", from, to] => {
                    let (from, to) = (PathBuf::from(from), PathBuf::from(to));
                    let file = names.remove(&from).expect("a file that was written");
                    names.insert(to.clone(), file);
                    log.ops.push(Op::Name(to, file, Some(from)));
                }
                ["remove", path] => {
                    names.remove(Path::new(path));
                    log.ops.push(Op::Remove(path.into()));
                }
                ["begin", number, scope] => {
                    let scope = match scope.strip_suffix('/') {
                        Some(folder) => Scope::Folder(folder.into()),
                        None if scope == "*" => Scope::Everything,
                        None => Scope::File(names[Path::new(scope)]),
                    };
                    begun.insert(number.to_owned(), (at, scope));
                    log.ops.push(Op::Begin);
                }
                ["end", number] => {
                    let (at, scope) = begun.remove(number).expect("it has begun");
                    log.ops.push(Op::End(at, scope));
                }
                _ => panic!("what is `{line}`?"),
            }
        }
        log
    }

    /// The disk after the first `count` entries and the cut.
    pub(crate) fn replay(&self, count: usize, cut: Cut) -> Disk {
        let flushes: Vec<(usize, &Scope)> = self.ops[..count]
            .iter()
            .filter_map(|op| match op {
                Op::End(began, scope) => Some((*began, scope)),
                _ => None,
            })
            .collect();
        let in_folder = |path: &Path, folder: &Path| path.parent() == Some(folder);
        let on_disk = |at: usize| {
            flushes.iter().any(|(began, scope)| {
                at < *began
                    && match (scope, &self.ops[at]) {
                        (Scope::Everything, _) => true,
                        (Scope::File(of), Op::Write(file, _) | Op::Time(file, _)) => of == file,
                        (Scope::Folder(folder), Op::Name(path, ..) | Op::Remove(path)) => {
                            in_folder(path, folder)
                        }
                        _ => false,
                    }
            })
        };
        let all_names = !matches!(cut, Cut::Flushed | Cut::Removals);
        let mut names: BTreeMap<PathBuf, usize> = BTreeMap::new();
        let mut files: BTreeMap<usize, (Vec<u8>, Option<u64>)> = BTreeMap::new();
        for (at, op) in self.ops[..count].iter().enumerate() {
            let sure = cut == Cut::Everything || on_disk(at);
            match op {
                Op::Write(file, bytes) if sure || cut == Cut::Third(file % 3) => {
                    files.entry(*file).or_default().0.extend(bytes);
                }
                Op::Write(file, bytes) if cut == Cut::Zeros => {
                    let zeros = std::iter::repeat_n(0, bytes.len());
                    files.entry(*file).or_default().0.extend(zeros);
                }
                Op::Time(file, seconds) if sure || all_names => {
                    files.entry(*file).or_default().1 = Some(*seconds);
                }
                Op::Name(path, file, before) if sure || all_names => {
                    names.insert(path.clone(), *file);
                    if let Some(before) = before {
                        names.remove(before);
                    }
                }
                Op::Remove(path) if sure || all_names || cut == Cut::Removals => {
                    names.remove(path);
                }
                _ => {}
            }
        }
        names
            .into_iter()
            .map(|(path, file)| (path, files.get(&file).cloned().unwrap_or_default()))
            .collect()
    }
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| u8::try_from(char::from(byte).to_digit(16).unwrap()).unwrap();
    text.as_bytes()
        .chunks_exact(2)
        .map(|pair| digit(pair[0]) << 4 | digit(pair[1]))
        .collect()
}

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
    if !cfg!(debug_assertions) || !cfg!(target_os = "linux") {
        eprintln!("note: only debug builds log what they write");
        return;
    }
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
        let year = Duration::from_secs(365 * 24 * 60 * 60);
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
