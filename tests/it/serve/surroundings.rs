//! `serve` and its surroundings: full disks, folders that are cleared, file systems without locks, few descriptors, clocks.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
#[cfg(target_os = "linux")]
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::fixture::package::{Crate, Dep, index_path};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::{Answer, Served};
use crate::fixture::server::Fault;
use crate::fixture::wait::until;

fn download(name: &str) -> String {
    format!("/crates-io/dl/{name}/1.0.0/download")
}

#[test]
fn what_a_killed_server_has_put_gets_its_line_though_another_run_has_tidied_up() {
    requires!(debug_build);
    let registry = Registry::new([Crate::new("leaf", "1.0.0"), Crate::new("other", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let (mirror, private) = (sandbox.mirror(), sandbox.mirror().join(".mirror"));
    let run = sandbox.program(["serve", "--listen", "127.0.0.1:0"]);
    let server = Served::run(run.env("CARGO_MIRROR_TEST_KILL", "crate-renamed:1"));
    server.get("/crates-io/index/le/af/leaf").is(200);
    server.say(server.request("GET", &download("leaf"), &[]));
    until("the crate has its name", || {
        mirror.join("crates-io/leaf-1.0.0.crate").exists()
    });
    drop(server);
    assert!(!private.join("killed").exists());
    sandbox.program(["prefetch", "other"]).outcome().exits(0);
    let line = mirror.join("crates-io/index/le/af/leaf");
    assert!(private.join("killed").exists() && !line.exists());
    let server = Served::start(&sandbox, &[]);
    let finished = private.join("finished/crates-io");
    until("it is finished", || finished.exists() && line.exists());
    server.stop().exits(0).no_panic();
    let text = |path| fs::read_to_string(path).unwrap();
    assert_eq!(text(&finished), text(&private.join("killed")));
    let verify = sandbox.program(["verify"]).outcome().exits(0);
    verify.never_says("unfinished");
}

#[test]
fn while_the_disk_is_full_crates_are_passed_on() {
    requires!(mount);
    let names = ["p0", "p1", "p2", "p3", "p4", "p5"];
    let mut crates: Vec<Crate> = names
        .iter()
        .map(|name| Crate::new(name, "1.0.0").weight(400_000))
        .collect();
    crates.push(Crate::new("large", "1.0.0").weight(3 << 20));
    let registry = Registry::new(crates);
    let sandbox = Sandbox::new(&registry);
    let mirror = sandbox.mirror();
    fs::create_dir(&mirror).unwrap();
    let script =
        "mirror=$1; shift; mount -t tmpfs -o size=1m none \"$mirror\" || exit 99; exec \"$@\"";
    let run = sandbox.program(["serve", "--listen", "127.0.0.1:0"]);
    let run = run.in_mounts(script, &[mirror.to_str().unwrap()]);
    let server = Served::run(run);
    let deps: Vec<Dep> = names.iter().map(|name| Dep::new(name, "1")).collect();
    let deps = [&deps[..], &[Dep::new("large", "1")]].concat();
    let project = sandbox.unlocked("project", &deps);
    let run = server.cargo(&sandbox, &["fetch"]);
    run.within(&project.folder).outcome().exits(0);
    for name in names.iter().chain(&["large"]) {
        let answer = server.get(&download(name)).is(200);
        assert!(answer.body == registry.bytes(name, "1.0.0"), "{name}");
    }
    let stats = server.stats();
    assert_eq!(stats["upstream"]["errors"], 0, "{stats}");
    assert!(
        stats["store_errors"].as_u64() > Some(0) && stats["storing"] == false,
        "{stats}"
    );
    // Whoever is asked serves on, so no load balancer should look for another; monitoring is told all the same.
    assert!(server.get("/readyz").is(200).text().contains("degraded"));
    let metrics = server.get("/metrics").is(200).text();
    assert!(metrics.contains("cargo_mirror_store_failing 1\n"));
    let said = server.stop().exits(0).stderr;
    assert_eq!(said.matches("No space left").count(), 1, "{said}");
    assert!(
        said.contains("--max-size") && !said.contains("run the same command"),
        "{said}"
    );
}

/// A server whose mirror is on a disk of its own, of so many kilobytes.
#[cfg(target_os = "linux")]
fn on_a_small_disk(sandbox: &Sandbox, kilobytes: u32, arguments: &[&str]) -> Served {
    let mirror = sandbox.mirror();
    fs::create_dir(&mirror).unwrap();
    let script = format!(
        "mirror=$1; shift; mount -t tmpfs -o size={kilobytes}k none \"$mirror\" || exit 99; exec \"$@\""
    );
    let run = sandbox.program(["serve", "--listen", "127.0.0.1:0"]);
    let run = run.args(arguments);
    Served::run(run.in_mounts(&script, &[mirror.to_str().unwrap()]))
}

/// The mirror as the server sees it.
#[cfg(target_os = "linux")]
fn seen(server: &Served, sandbox: &Sandbox) -> PathBuf {
    let root = PathBuf::from(format!("/proc/{}/root", server.id()));
    root.join(sandbox.mirror().strip_prefix("/").unwrap())
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_a_mirror_with_a_limit_lets_the_oldest_go_and_stores_the_new() {
    requires!(mount);
    let name = |number: usize| format!("p{number:02}");
    let mut crates: Vec<Crate> = (0..16)
        .map(|number| Crate::new(&name(number), "1.0.0").weight(400_000))
        .collect();
    crates.push(Crate::new("p00", "1.1.0").weight(400_000));
    crates.push(Crate::new("wanted", "1.0.0"));
    let registry = Registry::new(crates);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("project", &[Dep::new("wanted", "1")]);
    let lockfile = project.path("Cargo.lock");
    let limits = ["--max-size", "1GiB", "--memory", "0", "--prefetch"];
    let arguments = [&limits[..], &[lockfile.to_str().unwrap()]].concat();
    let server = on_a_small_disk(&sandbox, 3000, &arguments);
    server.until("prefetched", |stats| stats["prefetch"]["done"] == 1);
    for number in 0..14 {
        let name = name(number);
        let answer = server.get(&download(&name)).is(200);
        assert!(answer.body == registry.bytes(&name, "1.0.0"), "{name}");
        let before = usize::from(number > 0);
        server.until("stored", |stats| stats["stored"] == number + 1 + before);
        if number == 0 {
            // Its index file stays when one of the two goes.
            let path = "/crates-io/dl/p00/1.1.0/download";
            server.get(path).is(200);
        }
    }
    assert_eq!(server.get("/readyz").is(200).body, b"ready\n");
    let stats = server.stats();
    assert!(
        stats["evicted"].as_u64() >= Some(5) && stats["store_errors"] == 0,
        "{stats}"
    );
    let held = seen(&server, &sandbox).join("crates-io");
    let there = |name: &str| held.join(format!("{name}-1.0.0.crate")).is_file();
    assert!(there("p13") && !there("p01") && there("wanted"));

    // Somebody else takes all that is left.
    let other = held.join("other-data");
    let mut file = fs::File::create(&other).unwrap();
    while file.write(&[0; 4096]).is_ok() {}
    let evicted = stats["evicted"].as_u64();
    server.get(&download("p14")).is(200);
    server.until("stored", |stats| stats["stored"] == 16);
    assert!(server.stats()["evicted"].as_u64() > evicted);
    // Its lines are written soon after, and what is there is sound.
    fs::remove_file(&other).unwrap();
    let lists = |name: &str| held.join("index").join(index_path(name)).is_file();
    until("the line is written", || lists("p14"));
    let copy = sandbox.path("copy");
    let copied = std::process::Command::new("cp")
        .args(["-a", seen(&server, &sandbox).to_str().unwrap()])
        .arg(&copy)
        .status();
    assert!(copied.unwrap().success());
    let verify = ["verify", "--mirror", copy.to_str().unwrap()];
    sandbox.program(verify).outcome().exits(0);
    let said = server.stop().exits(0).no_panic().stderr;
    assert_eq!(said.matches("No space left").count(), 1, "{said}");
    assert!(said.contains("lower --max-size"), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_a_mirror_without_a_limit_keeps_what_it_has() {
    requires!(mount);
    let names = ["p0", "p1", "p2", "p3"];
    let crates = names.map(|name| Crate::new(name, "1.0.0").weight(400_000));
    let registry = Registry::new(crates);
    let sandbox = Sandbox::new(&registry);
    let server = on_a_small_disk(&sandbox, 1100, &["--memory", "0"]);
    for name in names {
        server.get(&download(name)).is(200);
    }
    let stats = server.stats();
    assert!(
        stats["evicted"] == 0 && stats["storing"] == false,
        "{stats}"
    );
    let path = seen(&server, &sandbox).join("crates-io/p0-1.0.0.crate");
    assert!(path.is_file());
    server.stop().exits(0).no_panic();
}

#[test]
fn wrong_bytes_are_not_passed_on_as_whole_while_the_disk_is_full() {
    requires!(mount);
    let registry = Registry::new([
        Crate::new("small", "1.0.0").weight(300_000),
        Crate::new("large", "1.0.0").weight(3 << 20),
    ]);
    let sandbox = Sandbox::new(&registry);
    let mirror = sandbox.mirror();
    fs::create_dir(&mirror).unwrap();
    let script =
        "mirror=$1; shift; mount -t tmpfs -o size=200k none \"$mirror\" || exit 99; exec \"$@\"";
    let run = sandbox.program(["serve", "--listen", "127.0.0.1:0"]);
    let server = Served::run(run.in_mounts(script, &[mirror.to_str().unwrap()]));
    for name in ["small", "large"] {
        let mut wrong = registry.bytes(name, "1.0.0");
        *wrong.last_mut().unwrap() ^= 1;
        let path = registry.download_path(name, "1.0.0");
        registry.always(&path, Fault::Bytes(wrong));
        let answer = server.get(&download(name));
        assert!(answer.status != 200 || !answer.is_whole(), "{name}");
        assert!(
            !answer.text().contains(mirror.to_str().unwrap()),
            "{}",
            answer.text()
        );
    }
    registry.mend();
    for name in ["small", "large"] {
        let answer = server.get(&download(name)).is(200);
        assert!(answer.body == registry.bytes(name, "1.0.0"));
    }
    server.stop().exits(0);
}

#[test]
fn a_mirror_that_is_cleared_under_the_server_fills_again() {
    let names = ["a1", "a2", "a3", "a4"];
    let registry = Registry::new(names.iter().map(|name| Crate::new(name, "1.0.0")));
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &["--memory", "0"]);
    let held = sandbox.mirror().join("crates-io");
    // The line comes after the bytes. Who clears in between has a line without bytes, as after any `rm`.
    let fetch = |name: &str| {
        server.get(&download(name)).is(200);
        server.get("/readyz").is(200);
        let (bytes, line) = (
            held.join(format!("{name}-1.0.0.crate")),
            held.join("index").join(index_path(name)),
        );
        until(&format!("{name} is stored"), || {
            bytes.is_file() && line.is_file()
        });
    };
    fetch("a1");
    for (cleared, name) in [(".mirror/tmp", "a2"), (".mirror", "a3"), ("", "a4")] {
        // What the server still writes into a folder may keep it from going.
        let folder = sandbox.mirror().join(cleared);
        until("it is cleared", || fs::remove_dir_all(&folder).is_ok());
        fetch(name);
    }
    server.stop().exits(0).no_panic();
    sandbox.program(["verify"]).outcome().exits(0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_system_without_a_lock_service_is_served_with_a_warning() {
    requires!(strace);
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    for error in ["ENOLCK", "EINVAL", "EOPNOTSUPP"] {
        let inject = format!("inject=flock:error={error}");
        let strace = [
            "strace",
            "-D",
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            "trace=flock",
            "-e",
            &inject,
        ];
        let mirror = sandbox.fresh(error);
        let run = sandbox.program(["serve", "--listen", "127.0.0.1:0", "--mirror"]);
        let server = Served::run(run.args([&mirror]).wrapped(&strace));
        server.get(&download("leaf")).is(200);
        server.until("stored", |stats| stats["stored"] == 1);
        let said = server.stop().exits(0).stderr;
        assert_eq!(said.matches("has no locks").count(), 1, "{said}");
        assert!(mirror.join("crates-io/leaf-1.0.0.crate").is_file());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn with_few_descriptors_clients_are_served_or_told_to_come_again() {
    requires!(prlimit);
    let names: Vec<String> = (0..100).map(|number| format!("pkg{number}")).collect();
    let registry = Registry::new(names.iter().map(|name| Crate::new(name, "1.0.0")));
    let sandbox = Sandbox::new(&registry);
    let run = sandbox.program(["serve", "--listen", "127.0.0.1:0"]);
    let server = Served::run(run.wrapped(&["prlimit", "--nofile=64:64"]));
    std::thread::scope(|scope| {
        for name in &names {
            let request = server.request("GET", &download(name), &[]);
            let address = server.authority().to_owned();
            scope.spawn(move || {
                let mut heard = Vec::new();
                let mut stream = TcpStream::connect(address).unwrap();
                let _ = stream.write_all(request.as_bytes());
                let _ = stream.read_to_end(&mut heard);
                let answer = Answer::parse(&heard);
                let later = answer.status == 503 && !answer.header("retry-after").is_empty();
                // Beyond what the system queues it hangs up.
                assert!(
                    matches!(answer.status, 0 | 200) || later,
                    "{}",
                    answer.text()
                );
            });
        }
    });
    for name in &names {
        server.get(&download(name)).is(200);
    }
    let said = server.stop().exits(0).stderr;
    assert!(said.contains("64 files open at once"), "{said}");
}

#[test]
fn a_clock_that_leaps_lets_nothing_go() {
    let registry = Registry::new([Crate::new("a1", "1.0.0"), Crate::new("a2", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &["--max-age", "90d"]);
    for name in ["a1", "a2"] {
        server.get(&download(name)).is(200);
    }
    server.stop().exits(0).no_panic();
    // As it is written by a clock of 2001, or of 2036.
    let path = sandbox.mirror().join(".mirror/use/crates-io");
    for time in ["978307210", "2082758400"] {
        fs::write(
            &path,
            format!("at {time}\na1 1.0.0 1 {time}\na2 1.0.0 1 {time}\n"),
        )
        .unwrap();
        let server = Served::start(&sandbox, &["--max-age", "90d"]);
        server.until("noticed", |stats| stats["clock_leaps"] == 1);
        assert_eq!(server.stats()["evicted"], 0);
        let said = server.stop().exits(0).no_panic().stderr;
        assert_eq!(said.matches("the clock says").count(), 1, "{said}");
    }
    for name in ["a1", "a2"] {
        assert!(
            sandbox
                .mirror()
                .join(format!("crates-io/{name}-1.0.0.crate"))
                .is_file()
        );
    }
}

#[test]
fn a_token_file_with_a_slip_is_told_once_per_change() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let tokens = sandbox.path("tokens");
    // An editor's byte order mark is no slip.
    fs::write(&tokens, "\u{feff}read leaked\nread keep\n").unwrap();
    let server = Served::start(&sandbox, &["--token-file", "tokens"]);
    let errors = |number: u64| {
        let since = Instant::now();
        let wanted = format!("cargo_mirror_reload_errors_total {number}\n");
        loop {
            let metrics = server.ask("GET", "/metrics", &[("Authorization", "leaked")]);
            if metrics.is(200).text().contains(&wanted) {
                return;
            }
            assert!(since.elapsed() < Duration::from_secs(30), "never {number}");
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    fs::write(&tokens, "read keep\nreed other\n").unwrap();
    errors(1);
    // It is looked at again, and not said again.
    std::thread::sleep(Duration::from_millis(4500));
    errors(1);
    fs::remove_file(&tokens).unwrap();
    errors(2);
    let said = server.stop().exits(0).no_panic().stderr;
    assert_eq!(said.matches("stay in effect").count(), 2, "{said}");
}
