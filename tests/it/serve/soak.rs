//! A day in the life of a server, compressed: clients never stop while upstream is slow, cuts, fails, comes back, deletes and
//! publishes, the clock leaps, tokens and certificates change, the log is reopened, the disk fills and the server is killed.
//! No client ever gets a wrong byte or is told that something does not exist that does; memory stays flat; each trouble is in
//! the log once.
//!
//! `CARGO_MIRROR_TESTS=full` runs it with 200 clients for many rounds, in which things happen in any order.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, RwLock};
use std::time::{Duration, Instant};

use crate::fixture::authority::Authority;
use crate::fixture::command::{Run, Running};
use crate::fixture::package::{Crate, index_path};
use crate::fixture::random::Dice;
use crate::fixture::registry::{Registry, index_of};
use crate::fixture::requires::can;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::{Answer, Served};
use crate::fixture::server::Fault;
use crate::fixture::settings;

const CRATES: usize = 12;
/// How long each state of the world lasts.
const PHASE: Duration = Duration::from_millis(400);
/// Within this a server has read a file again, even on a busy machine.
const SOON: Duration = Duration::from_secs(30);
/// Rounds after which a server has all the threads and buffers that it needs for so many clients.
const WARM: usize = 3;
const DAY: i64 = 24 * 60 * 60;

/// What happens, each followed by a calm.
const EVENTS: [Event; 13] = [
    Event::Slow,
    Event::Cut,
    Event::Clock(100 * DAY),
    Event::Down,
    Event::Token,
    Event::Publish,
    Event::Wrong,
    Event::Clock(-DAY),
    Event::Certificate,
    Event::Reload,
    Event::DiskFull,
    Event::DiskFree,
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
    /// The certificate is renewed.
    Certificate,
    /// The clock is set by this many seconds.
    Clock(i64),
    Reload,
    /// Others take all of the disk.
    DiskFull,
    DiskFree,
    /// The server is killed and started anew.
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
    authority: Authority,
    /// The process that keeps the disk of the server, which can be filled; `None` where none can be made.
    disk: Option<u32>,
    /// Between two requests of a client.
    pause: Duration,
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
    fn new(sandbox: Sandbox, disk: Option<u32>) -> Self {
        let world = Self {
            registry: Registry::new([]),
            authority: Authority::new(sandbox.path("tls")),
            sandbox,
            disk,
            pause: Duration::from_millis(settings::number_of(1000, 0)),
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

    /// The same command where the disk of the server is.
    fn at_the_disk(&self, run: Run) -> Run {
        let Some(keeper) = self.disk.map(|id| id.to_string()) else {
            return run;
        };
        // Who enters another world of mounts begins at its root.
        let here = format!("--wd={}", self.sandbox.path("").display());
        let enter = ["nsenter", "--preserve-credentials", "-U", "-m"];
        run.wrapped(&[&enter[..], &[&here, "-t", &keeper, "--"]].concat())
    }

    fn serve(&self, listen: &str) -> Served {
        let run = self
            .sandbox
            .program(["serve", "--listen", listen, "--refresh", "1s"])
            .args(["--upstream", &self.registry.index()])
            .args(["--max-age", "90d", "--max-size", "16MiB"])
            .args(["--log", "json", "--log-file", "access.log"])
            .args(["--memory", "4MiB"])
            .args(["--token-file", "tokens"])
            .args(["--tls-cert", "tls/cert.pem", "--tls-key", "tls/key.pem"])
            .env("CARGO_MIRROR_CLOCK_OFFSET", self.clock())
            .env("CARGO_NET_RETRY", "1")
            .env("CARGO_HTTP_TIMEOUT", "5");
        Served::run(self.at_the_disk(run))
    }

    /// A file of others, on the disk of the server.
    fn other_data(&self) -> Option<PathBuf> {
        let root = PathBuf::from(format!("/proc/{}/root", self.disk?));
        let mirror = self.sandbox.mirror();
        let mirror = mirror.strip_prefix("/").expect("it is absolute");
        Some(root.join(mirror).join("other-data"))
    }

    fn fill_the_disk(&self) {
        let file = self
            .other_data()
            .and_then(|path| fs::File::create(path).ok());
        if let Some(mut file) = file {
            let zeros = vec![0; 64 << 10];
            while file.write(&zeros).is_ok() {}
            while file.write(&[0]).is_ok() {}
        }
    }

    fn free_the_disk(&self) {
        if let Some(path) = self.other_data() {
            let _ = fs::remove_file(path);
        }
    }

    fn complain(&self, what: String) {
        self.wrong.lock().unwrap().push(what);
    }

    /// One request on a connection of its own. `None`: nobody answered.
    fn ask(&self, path: &str, more: &str) -> Option<Answer> {
        let token = self.token.read().unwrap().clone();
        self.ask_with(path, &format!("Authorization: {token}\r\n{more}"))
    }

    fn ask_with(&self, path: &str, headers: &str) -> Option<Answer> {
        let address = self.address.read().unwrap().clone();
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{headers}Connection: close\r\n\r\n");
        let heard = self.authority.say(&address, request.as_bytes())?;
        let answer = Answer::parse(&heard);
        (answer.status != 0).then_some(answer)
    }

    /// Waits until the server has noticed something.
    fn soon(&self, what: &str, is: impl Fn() -> bool) {
        let since = Instant::now();
        while !is() {
            if since.elapsed() > SOON {
                return self.complain(format!("the server never {what}"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// A client, until the end of the day.
    fn client(&self, seed: u64) {
        let mut dice = Dice::new(seed);
        while !self.stop.load(Ordering::Relaxed) {
            let name = name(dice.below(CRATES));
            if dice.below(3) == 0 {
                self.look_at_index(&name, dice.below(2) == 0);
            } else {
                let truth = self.truth.read().unwrap();
                let versions = truth.crates.keys().filter(|(known, _)| *known == name);
                let versions: Vec<String> = versions.map(|(_, version)| version.clone()).collect();
                drop(truth);
                self.look_at_crate(&name, &versions[dice.below(versions.len())]);
            }
            std::thread::sleep(self.pause);
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
        let truth = self.truth.read().unwrap();
        let Some(right) = truth.crates.get(&(name.to_owned(), version.to_owned())) else {
            // Withdrawn a moment ago.
            return;
        };
        if answer.status != 200 {
            return self.not_now(&path, &answer);
        }
        self.answers.fetch_add(1, Ordering::Relaxed);
        if !answer.is_whole() {
            return self.cut(&path);
        }
        if *right != answer.body {
            self.complain(format!("{path} has wrong bytes"));
        }
    }

    /// A body that is broken off says so by its length, and cargo asks again.
    fn cut(&self, _path: &str) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    fn nobody(&self, path: &str) {
        self.refused.fetch_add(1, Ordering::Relaxed);
        let expected =
            || self.restarting.load(Ordering::SeqCst) || self.stop.load(Ordering::SeqCst);
        if !expected() {
            // It may have been killed between the two lines above.
            std::thread::sleep(Duration::from_millis(100));
            if self.ask("/healthz", "").is_none() && !expected() {
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

/// A disk of 24 MB where the mirror is to be, for as long as its keeper runs.
struct Disk(Option<Running>);

impl Drop for Disk {
    fn drop(&mut self) {
        if let Some(keeper) = self.0.take() {
            keeper.kill();
        }
    }
}

fn small_disk(sandbox: &Sandbox) -> Disk {
    let mirror = sandbox.mirror();
    fs::create_dir(&mirror).unwrap();
    let script =
        "mount -t tmpfs -o size=24m none \"$1\" || exit 99; echo mounted; exec sleep 100000";
    let shell = ["-rm", "sh", "-c", script, "sh", mirror.to_str().unwrap()];
    let mut keeper = sandbox.command("unshare").args(shell).start();
    keeper.line_with("mounted");
    Disk(Some(keeper))
}

/// The life of one server: what it has said, and how much memory it took when it was warm and at last.
#[derive(Default)]
struct Life {
    said: String,
    /// Kilobytes.
    first: u64,
    last: u64,
    rounds: usize,
    happened: Vec<Event>,
}

/// One round of the day.
struct Round<'a> {
    world: &'a World,
    number: usize,
    server: &'a Served,
}

impl Round<'_> {
    fn happens(&self, event: Event) {
        let world = self.world;
        match event {
            Event::Slow => world.all(&Fault::Slow(Duration::from_millis(300))),
            Event::Cut => world.all(&Fault::Truncate(200)),
            Event::Down => world.all(&Fault::Status(503)),
            Event::Wrong => world.all(&Fault::Bytes(b"<html>please log in</html>".to_vec())),
            Event::Publish => self.publish(),
            Event::Token => self.change_the_token(),
            Event::Certificate => self.renew_the_certificate(),
            Event::Clock(seconds) => fs::write(world.clock(), format!("wall {seconds}")).unwrap(),
            Event::Reload => self.server.signal("HUP"),
            Event::DiskFull => {
                world.fill_the_disk();
                // Something new to store.
                for number in 0..CRATES {
                    world.publish(&name(number), &format!("1.0.{}", self.number * 2 + 2));
                }
            }
            Event::DiskFree => world.free_the_disk(),
            Event::Kill => {}
        }
    }

    fn publish(&self) {
        let version = format!("1.0.{}", self.number * 2 + 1);
        for number in 0..CRATES {
            self.world.publish(&name(number), &version);
        }
        let gone = (name(0), version);
        self.world.truth.write().unwrap().crates.remove(&gone);
        self.world.registry.withdraw(&gone.0, &gone.1);
    }

    fn change_the_token(&self) {
        let (world, token) = (self.world, format!("token-{}", self.number + 1));
        fs::write(world.tokens(), format!("read {token}\n")).unwrap();
        let old = std::mem::replace(&mut *world.token.write().unwrap(), token);
        let refused = || {
            let headers = format!("Authorization: {old}\r\n");
            let answer = world.ask_with("/-/stats", &headers);
            answer.is_some_and(|answer| answer.status == 401)
        };
        world.soon("refuses the token of yesterday", refused);
    }

    fn renew_the_certificate(&self) {
        let (world, leaf) = (self.world, self.world.authority.renew());
        let shown = || {
            let address = world.address.read().unwrap().clone();
            world.authority.leaf_of(&address).as_ref() == Some(&leaf)
        };
        world.soon("shows its new certificate", shown);
    }
}

/// The day: all lives of the server.
fn live(world: &World, rounds: usize) -> Vec<Life> {
    let mut server = world.serve("127.0.0.1:0");
    let address = server.authority().to_owned();
    world.address.write().unwrap().clone_from(&address);
    let mut dice = Dice::new(settings::seed());
    let (mut lives, mut life) = (Vec::new(), Life::default());
    for number in 0..rounds {
        let mut events: Vec<Event> = EVENTS.to_vec();
        if settings::full() {
            // The last comes last, and not every time: memory is looked at over several rounds.
            for at in 1..events.len() - 1 {
                events.swap(at, dice.below(at + 1));
            }
            if number % 10 != 9 {
                events.pop();
            }
        }
        for event in events {
            world.registry.mend();
            std::thread::sleep(PHASE);
            let round = Round {
                world,
                number,
                server: &server,
            };
            round.happens(event);
            life.happened.push(event);
            if matches!(event, Event::Kill) {
                life.last = memory(&server);
                world.restarting.store(true, Ordering::SeqCst);
                life.said = server.killed().stderr;
                lives.push(std::mem::take(&mut life));
                server = world.serve(&address);
                world.restarting.store(false, Ordering::SeqCst);
            }
            std::thread::sleep(PHASE);
        }
        life.rounds += 1;
        eprintln!("round {number}: {} kB", memory(&server));
        if life.rounds == WARM {
            life.first = memory(&server);
        }
    }
    world.registry.mend();
    world.stop.store(true, Ordering::Relaxed);
    life.last = memory(&server);
    life.said = server.stop().exits(0).stderr;
    lives.push(life);
    lives
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
    let rounds = settings::number_of(30, 1);
    eprintln!("CARGO_MIRROR_TESTS_SEED={}", settings::seed());
    let sandbox = Sandbox::new(&Registry::new([]));
    let disk = can("mount").then(|| small_disk(&sandbox));
    let keeper = disk.as_ref().and_then(|disk| Some(disk.0.as_ref()?.id()));
    let world = World::new(sandbox, keeper);
    let since = Instant::now();
    let lives = std::thread::scope(|scope| {
        let (send, begin) = std::sync::mpsc::channel();
        let world = &world;
        let day = scope.spawn(move || {
            let stop = StopAtEnd(world);
            drop(send);
            let lives = live(world, rounds);
            drop(stop);
            lives
        });
        let _: Result<(), _> = begin.recv();
        while world.address.read().unwrap().is_empty() && !world.stop.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(10));
        }
        for seed in 1..=settings::number_of(200, 2) {
            scope.spawn(move || world.client(seed));
        }
        day.join()
    });
    let lives = lives.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    let (answers, refused) = (&world.answers, &world.refused);
    let (answers, refused) = (
        answers.load(Ordering::Relaxed),
        refused.load(Ordering::Relaxed),
    );
    eprintln!(
        "{answers} answers and {refused} refusals in {:?}",
        since.elapsed()
    );
    for life in &lives {
        eprintln!(
            "{} rounds, {} kB, {} kB",
            life.rounds, life.first, life.last
        );
    }
    let wrong = world.wrong.lock().unwrap();
    assert!(
        wrong.is_empty(),
        "{} wrong: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(10)]
    );
    assert!(answers > 50, "{answers} answers in {:?}", since.elapsed());
    for life in &lives {
        if life.rounds > WARM {
            let (first, last) = (life.first, life.last);
            assert!(last < first + first / 4, "{first} kB, then {last} kB");
        }
        each_trouble_is_told_once(&world, life);
    }
    world.free_the_disk();
    let verify = world.sandbox.program(["verify"]);
    world.at_the_disk(verify).outcome().exits(0);
}

/// What went wrong in the life of a server is in its log, and no more often than it went wrong.
fn each_trouble_is_told_once(world: &World, life: &Life) {
    let said = &life.said;
    let times = |text: &str| said.matches(text).count();
    let happened = |is: fn(&Event) -> bool| life.happened.iter().filter(|it| is(it)).count();
    // The same is not said again within a minute, so of several outages there may be one line.
    let down = happened(|it| matches!(it, Event::Down));
    let outages = happened(|it| matches!(it, Event::Cut | Event::Down | Event::Wrong));
    let told = times("warning: upstream:");
    assert!(told <= outages && (down == 0 || told > 0), "{told}: {said}");
    let tokens = happened(|it| matches!(it, Event::Token));
    assert_eq!(times("the tokens again"), tokens, "{said}");
    let certificates = happened(|it| matches!(it, Event::Certificate));
    assert_eq!(times("the certificate again"), certificates, "{said}");
    let leaps = happened(|it| matches!(it, Event::Clock(_)));
    assert!(times("the clock says") <= leaps * 2, "{said}");
    if world.disk.is_some() {
        let full = happened(|it| matches!(it, Event::DiskFull));
        for text in [
            "are evicted to make room",
            "is passed on to clients without being stored",
        ] {
            assert!(times(text) <= full, "{text}: {said}");
        }
        assert_eq!(times("No space left") > 0, full > 0, "{said}");
    }
    let mut lines: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("warning:"))
        .collect();
    let all = lines.len();
    lines.sort_unstable();
    lines.dedup();
    assert!(all <= lines.len() + life.happened.len(), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

/// Ends the clients also when the day ends with a panic.
struct StopAtEnd<'a>(&'a World);

impl Drop for StopAtEnd<'_> {
    fn drop(&mut self) {
        self.0.stop.store(true, Ordering::Relaxed);
    }
}
