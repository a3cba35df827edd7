//! A day in the life of a server, compressed: clients never stop while upstream is slow, cuts, fails, comes back, deletes and
//! publishes, the clock leaps, tokens change, the log is reopened, the disk fills and the server is killed. No client ever
//! gets a wrong byte or is told that something does not exist that does; memory stays flat; each trouble is in the log once.
//!
//! `CARGO_MIRROR_TESTS=full` runs it for many rounds.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, RwLock};
use std::time::{Duration, Instant};

use crate::fixture::package::{Crate, index_path};
use crate::fixture::registry::{Registry, index_of};
use crate::fixture::requires::can;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::{Answer, Served};
use crate::fixture::server::Fault;
use crate::fixture::settings;

const CRATES: usize = 12;
const CLIENTS: u64 = 4;
/// How long each state of the world lasts.
const PHASE: Duration = Duration::from_millis(400);

/// What happens, in this order; `Calm` comes between.
const EVENTS: [Event; 11] = [
    Event::Slow,
    Event::Cut,
    Event::Clock(30 * 24 * 3600),
    Event::Down,
    Event::Token,
    Event::Publish,
    Event::Wrong,
    Event::Clock(-3600),
    Event::Reload,
    Event::DiskFull,
    Event::Kill,
];

#[derive(Debug, Clone, Copy)]
enum Event {
    /// Upstream takes its time.
    Slow,
    /// Upstream ends connections in the middle of a body.
    Cut,
    /// Upstream fails.
    Down,
    /// Upstream sends other bytes than it should.
    Wrong,
    /// Versions appear, and one that no client needs disappears.
    Publish,
    /// Another token is valid from now on.
    Token,
    /// The clock is set by this many seconds.
    Clock(i64),
    Reload,
    DiskFull,
    /// The server dies and is started anew.
    Kill,
}

/// What clients know to be true.
#[derive(Default)]
struct Truth {
    /// Bytes of every crate that was ever published.
    crates: BTreeMap<(String, String), Vec<u8>>,
    /// Lines, whether or not they are marked as yanked.
    lines: BTreeMap<String, Vec<String>>,
}

struct World {
    registry: Registry,
    sandbox: Sandbox,
    truth: RwLock<Truth>,
    token: RwLock<String>,
    address: RwLock<String>,
    /// While it is, a client may find nobody.
    restarting: AtomicBool,
    stop: AtomicBool,
    answers: AtomicU64,
    refused: AtomicU64,
    wrong: Mutex<Vec<String>>,
}

fn name(number: usize) -> String {
    format!("crate-{number:02}")
}

fn download(name: &str, version: &str) -> String {
    format!("/dl/{name}/{version}/download")
}

impl World {
    fn new() -> Self {
        let world = Self {
            registry: Registry::new([]),
            sandbox: Sandbox::new(&Registry::new([])),
            truth: RwLock::default(),
            token: RwLock::new("token-0".to_owned()),
            address: RwLock::default(),
            restarting: AtomicBool::new(false),
            stop: AtomicBool::new(false),
            answers: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            wrong: Mutex::default(),
        };
        for number in 0..CRATES {
            world.publish(&name(number), "1.0.0");
        }
        fs::write(world.tokens(), "read token-0\n").unwrap();
        fs::write(world.clock(), "0").unwrap();
        world
    }

    fn tokens(&self) -> PathBuf {
        self.sandbox.path("tokens")
    }

    fn clock(&self) -> PathBuf {
        self.sandbox.path("clock")
    }

    fn publish(&self, name: &str, version: &str) {
        // Small ones, and some that are too large to be answered in one piece.
        let weight = if name.ends_with('5') { 600_000 } else { 3000 };
        let krate = Crate::new(name, version).weight(weight);
        let id = (name.to_owned(), version.to_owned());
        // Its line is expected before it is there, and its bytes are asked for after that.
        let mut truth = self.truth.write().unwrap();
        let lines = truth.lines.entry(name.to_owned()).or_default();
        lines.push(krate.line());
        drop(truth);
        self.registry.publish(&krate);
        let mut truth = self.truth.write().unwrap();
        truth.crates.insert(id, krate.bytes());
    }

    /// Every path of upstream but config.json.
    fn paths(&self) -> Vec<String> {
        let truth = self.truth.read().unwrap();
        let crates = truth.crates.keys();
        let crates = crates.map(|(name, version)| download(name, version));
        let index = truth.lines.keys().map(|name| index_of(name));
        crates.chain(index).collect()
    }

    fn all(&self, fault: &Fault) {
        for path in self.paths() {
            self.registry.always(&path, fault.clone());
        }
    }

    fn serve(&self, listen: &str, mirror: &Path) -> Served {
        let run = self
            .sandbox
            .program(["serve", "--listen", listen, "--refresh", "1s"])
            .args(["--upstream", &self.registry.index()])
            .args(["--max-age", "90d", "--log", "json"])
            .args(["--log-file", "access.log", "--token-file", "tokens"])
            .env("CARGO_MIRROR_CLOCK_OFFSET", self.clock())
            .env("CARGO_MIRROR_DIR", mirror)
            .env("CARGO_NET_RETRY", "1")
            .env("CARGO_HTTP_TIMEOUT", "5");
        if mirror != self.sandbox.mirror() {
            // A disk of its own that can be filled.
            let script = "mount -t tmpfs -o size=24m none \"$1\" || exit 99; shift; exec \"$@\"";
            let shell = ["unshare", "-rm", "sh", "-c", script, "sh"];
            return Served::run(run.wrapped(&[&shell[..], &[mirror.to_str().unwrap()]].concat()));
        }
        Served::run(run)
    }

    fn complain(&self, what: String) {
        self.wrong.lock().unwrap().push(what);
    }

    /// One request on a connection of its own. `None`: nobody answered.
    fn ask(&self, path: &str, more: &str) -> Option<Answer> {
        let address = self.address.read().unwrap().clone();
        let token = self.token.read().unwrap().clone();
        let mut stream = TcpStream::connect(&address).ok()?;
        let _ = stream.set_read_timeout(Some(Duration::from_secs(60)));
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: {token}\r\n{more}Connection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).ok()?;
        let mut heard = Vec::new();
        let read = stream.read_to_end(&mut heard);
        let answer = Answer::parse(&heard);
        (answer.status != 0 || read.is_ok() && !heard.is_empty()).then_some(answer)
    }

    /// A client, until the end of the day.
    fn client(&self, seed: u64) {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut dice = |sides: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % sides as u64).unwrap()
        };
        while !self.stop.load(Ordering::Relaxed) {
            let name = name(dice(CRATES));
            if dice(3) == 0 {
                self.look_at_index(&name, dice(2) == 0);
            } else {
                let truth = self.truth.read().unwrap();
                let versions = truth.crates.keys().filter(|(known, _)| *known == name);
                let versions: Vec<String> = versions.map(|(_, version)| version.clone()).collect();
                drop(truth);
                self.look_at_crate(&name, &versions[dice(versions.len())]);
            }
        }
    }

    fn look_at_index(&self, name: &str, conditional: bool) {
        let path = format!("/crates-io/index/{}", index_path(name));
        let more = if conditional {
            "If-None-Match: \"0123\"\r\n"
        } else {
            ""
        };
        let Some(answer) = self.ask(&path, more) else {
            return self.nobody(&path);
        };
        if answer.status != 200 {
            return self.not_now(&path, &answer);
        }
        self.answers.fetch_add(1, Ordering::Relaxed);
        if !answer.is_whole() {
            return self.cut(&path);
        }
        let truth = self.truth.read().unwrap();
        let known = &truth.lines[name];
        let text = String::from_utf8_lossy(&answer.body);
        for line in text.lines() {
            if !known.iter().any(|known| is_line(line, known)) {
                self.complain(format!("{path} has a line that nobody wrote: {line}"));
            }
        }
        if !text.contains("\"vers\":\"1.0.0\"") {
            self.complain(format!("{path} lacks 1.0.0"));
        }
    }

    fn look_at_crate(&self, name: &str, version: &str) {
        let path = format!("/crates-io{}", download(name, version));
        let Some(answer) = self.ask(&path, "") else {
            return self.nobody(&path);
        };
        if answer.status != 200 {
            return self.not_now(&path, &answer);
        }
        self.answers.fetch_add(1, Ordering::Relaxed);
        if !answer.is_whole() {
            return self.cut(&path);
        }
        let truth = self.truth.read().unwrap();
        if truth.crates[&(name.to_owned(), version.to_owned())] != answer.body {
            self.complain(format!("{path} has wrong bytes"));
        }
    }

    /// A body that is broken off says so by its length, and cargo asks again.
    fn cut(&self, _path: &str) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    fn nobody(&self, path: &str) {
        self.refused.fetch_add(1, Ordering::Relaxed);
        if !self.restarting.load(Ordering::Relaxed) {
            // It may have been killed between the two lines above.
            std::thread::sleep(Duration::from_millis(100));
            if self.ask("/healthz", "").is_none() && !self.restarting.load(Ordering::Relaxed) {
                self.complain(format!("nobody answers for {path}"));
            }
        }
    }

    fn not_now(&self, path: &str, answer: &Answer) {
        self.refused.fetch_add(1, Ordering::Relaxed);
        // 401: the token was changed a moment ago, and either side knows it first.
        if !matches!(answer.status, 401 | 502 | 503) {
            self.complain(format!("{path}: {} {}", answer.status, answer.text()));
        }
    }
}

/// Whether this is the line that was published, byte for byte. One that upstream no longer lists is marked as yanked.
fn is_line(line: &str, published: &str) -> bool {
    line == published || line == published.replacen(r#""yanked":false"#, r#""yanked":true"#, 1)
}

/// The day, and what the logs of all servers said.
fn live(world: &World, rounds: usize) -> String {
    let small_disk = world.sandbox.path("small-disk");
    let on_small_disk = can("mount");
    fs::create_dir(&small_disk).unwrap();
    let mirror = if on_small_disk {
        small_disk
    } else {
        world.sandbox.mirror()
    };
    let mut server = world.serve("127.0.0.1:0", &mirror);
    let address = server.authority().to_owned();
    world.address.write().unwrap().clone_from(&address);
    let (mut said, mut first) = (String::new(), None);
    for round in 0..rounds {
        for event in EVENTS {
            world.registry.mend();
            std::thread::sleep(PHASE);
            match event {
                Event::Slow => world.all(&Fault::Slow(Duration::from_millis(300))),
                Event::Cut => world.all(&Fault::Truncate(200)),
                Event::Down => world.all(&Fault::Status(503)),
                Event::Wrong => world.all(&Fault::Bytes(b"<html>please log in</html>".to_vec())),
                Event::Publish => {
                    for number in 0..CRATES {
                        world.publish(&name(number), &format!("1.0.{}", round * 2 + 1));
                    }
                    let gone = format!("1.0.{}", round * 2 + 1);
                    world.registry.withdraw(&name(0), &gone);
                    let mut truth = world.truth.write().unwrap();
                    truth.crates.remove(&(name(0), gone));
                }
                Event::Token => {
                    let token = format!("token-{}", round + 1);
                    fs::write(world.tokens(), format!("read {token}\n")).unwrap();
                    *world.token.write().unwrap() = token;
                    server.signal("HUP");
                }
                Event::Clock(seconds) => fs::write(world.clock(), seconds.to_string()).unwrap(),
                Event::Reload => server.signal("HUP"),
                Event::DiskFull if on_small_disk => {
                    fill(&server, &mirror, true);
                    // Something new to store.
                    for number in 0..CRATES {
                        world.publish(&name(number), &format!("1.0.{}", round * 2 + 2));
                    }
                }
                Event::DiskFull => {}
                Event::Kill => {
                    fill(&server, &mirror, false);
                    world.restarting.store(true, Ordering::Relaxed);
                    if on_small_disk {
                        // Its disk goes with it, so it ends in good order and what it said is looked at.
                        said += &server.stop().exits(0).stderr;
                    } else {
                        server.kill();
                    }
                    server = world.serve(&address, &mirror);
                    world.restarting.store(false, Ordering::Relaxed);
                }
            }
            std::thread::sleep(PHASE);
        }
        world.registry.mend();
        first.get_or_insert_with(|| memory(&server));
    }
    let (first, last) = (first.unwrap_or_default(), memory(&server));
    assert!(
        last < first * 2 + (32 << 10),
        "{first} kB after one round, {last} kB at the end"
    );
    // Everything is there again.
    world.stop.store(true, Ordering::Relaxed);
    said + &server.stop().exits(0).stderr
}

/// Fills the server's disk, which only the server sees, or makes room again.
fn fill(server: &Served, mirror: &Path, full: bool) {
    let root = PathBuf::from(format!("/proc/{}/root", server.id()));
    let file = root
        .join(mirror.strip_prefix("/").unwrap())
        .join("other-data");
    if !full {
        let _ = fs::remove_file(file);
        return;
    }
    if let Ok(mut file) = fs::File::create(file) {
        let zeros = vec![0; 64 << 10];
        while file.write(&zeros).is_ok() {}
    }
}

/// Kilobytes that a server takes.
fn memory(server: &Served) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.unwrap().parse().unwrap()
}

#[test]
fn a_day_in_the_life_of_a_server() {
    let rounds = if settings::full() { 30 } else { 1 };
    let world = World::new();
    let since = Instant::now();
    let said = std::thread::scope(|scope| {
        let (send, begin) = std::sync::mpsc::channel();
        let world = &world;
        let day = scope.spawn(move || {
            let stop = StopAtEnd(world);
            drop(send);
            let said = live(world, rounds);
            drop(stop);
            said
        });
        let _: Result<(), _> = begin.recv();
        while world.address.read().unwrap().is_empty() && !world.stop.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(10));
        }
        for seed in 1..=CLIENTS {
            scope.spawn(move || world.client(seed));
        }
        day.join()
    });
    let said = said.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    let wrong = world.wrong.lock().unwrap();
    assert!(
        wrong.is_empty(),
        "{} wrong: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(10)]
    );
    let answers = world.answers.load(Ordering::Relaxed);
    assert!(answers > 50, "{answers} answers in {:?}", since.elapsed());
    // Each outage is a line; the same one is not said again within a minute.
    let outages = said.matches("warning: upstream:").count();
    assert!((1..=rounds * 3 + 1).contains(&outages), "{said}");
    if can("mount") {
        let full = said.matches("No space left").count();
        assert!((1..=rounds).contains(&full), "{said}");
    }
    assert!(!said.contains("panicked"), "{said}");
}

/// Ends the clients also when the day ends with a panic.
struct StopAtEnd<'a>(&'a World);

impl Drop for StopAtEnd<'_> {
    fn drop(&mut self) {
        self.0.stop.store(true, Ordering::Relaxed);
    }
}
