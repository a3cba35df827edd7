//! The ways in which the guide says to deploy the server, taken from the very blocks of `src/guide/deploy.md`.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rcgen::{CertifiedKey, generate_simple_self_signed};

use crate::fixture::command::Running;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::random::large;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::{PROGRAM, Sandbox};
use crate::fixture::served::{Answer, Served};
use crate::fixture::server::Fault;
use crate::fixture::wait::until_listening;

/// The block of the page in this language.
#[track_caller]
fn block(language: &str) -> &'static str {
    let page = include_str!("../../../src/guide/deploy.md");
    let fence = format!("```{language}\n");
    let mut parts = page.split(&fence).skip(1);
    let part = parts.next().expect("the page has such a block");
    assert!(parts.next().is_none(), "which block of {language}?");
    part.split_once("```").expect("the block ends").0
}

/// The block of this language, with what is otherwise on this machine.
#[track_caller]
fn block_here(language: &str, changes: &[(&str, String)]) -> String {
    let mut block = block(language).to_owned();
    for (written, here) in changes {
        assert!(block.contains(written), "the block no longer has {written}");
        block = block.replace(written, here);
    }
    block
}

/// A port that nobody listens on, for a program that must be told one.
fn port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    listener.local_addr().expect("it is bound").port()
}

/// A proxy with the page's block, until it is dropped.
struct Proxy<'a> {
    sandbox: &'a Sandbox,
    running: Option<Running>,
}

impl Proxy<'_> {
    /// From this port to that one, with the certificate of the sandbox.
    fn nginx(sandbox: &Sandbox, from: u16, to: u16) -> Proxy<'_> {
        let folder = sandbox.fresh("nginx").display().to_string();
        let block = block_here(
            "nginx",
            &[
                ("listen 443 ssl", format!("listen 127.0.0.1:{from} ssl")),
                ("127.0.0.1:8080", format!("127.0.0.1:{to}")),
                ("/etc/ssl/crates.pem", shown(&sandbox.path("cert.pem"))),
                ("/etc/ssl/crates.key", shown(&sandbox.path("key.pem"))),
            ],
        );
        let mut temporary = String::new();
        for name in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
            writeln!(temporary, "{name}_temp_path {folder}/{name};").expect("text grows");
        }
        let config = format!(
            "user root; daemon off; pid {folder}/pid; error_log stderr; worker_processes 1;\n\
             events {{ worker_connections 512; }}\nhttp {{\naccess_log off;\n{temporary}{block}}}\n"
        );
        fs::write(format!("{folder}/nginx.conf"), config).unwrap();
        let config = format!("{folder}/nginx.conf");
        Proxy::start(sandbox, from, "nginx -e stderr -c \"$0\"", &config)
    }

    fn caddy(sandbox: &Sandbox, from: u16, to: u16) -> Proxy<'_> {
        let folder = sandbox.fresh("caddy");
        let (cert, key) = (sandbox.path("cert.pem"), sandbox.path("key.pem"));
        // The certificate is the sandbox's, where the page has one fetched.
        let site = format!(
            "https://127.0.0.1:{from} {{\n\ttls {} {}\n",
            shown(&cert),
            shown(&key)
        );
        let block = block_here(
            "caddyfile",
            &[
                ("crates.example.com {\n", site),
                ("127.0.0.1:8080", format!("127.0.0.1:{to}")),
            ],
        );
        let options = format!(
            "{{\n\tadmin off\n\tauto_https disable_redirects\n\tstorage file_system {}\n}}\n",
            shown(&folder)
        );
        fs::write(folder.join("Caddyfile"), options + &block).unwrap();
        let config = shown(&folder.join("Caddyfile"));
        let command = "caddy run --adapter caddyfile --config \"$0\"";
        Proxy::start(sandbox, from, command, &config)
    }

    fn haproxy(sandbox: &Sandbox, from: u16, to: u16) -> Proxy<'_> {
        let folder = sandbox.fresh("haproxy");
        let both = ["cert.pem", "key.pem"].map(|name| fs::read(sandbox.path(name)).unwrap());
        fs::write(folder.join("crates.pem"), both.concat()).unwrap();
        let block = block_here(
            "haproxy",
            &[
                ("bind :443 ", format!("bind 127.0.0.1:{from} ")),
                ("127.0.0.1:8080", format!("127.0.0.1:{to}")),
                ("/etc/ssl/crates.pem", shown(&folder.join("crates.pem"))),
            ],
        );
        fs::write(folder.join("haproxy.cfg"), block).unwrap();
        let config = shown(&folder.join("haproxy.cfg"));
        Proxy::start(sandbox, from, "haproxy -db -f \"$0\"", &config)
    }

    fn varnish(sandbox: &Sandbox, from: u16, to: u16) -> Proxy<'_> {
        let folder = sandbox.fresh("varnish");
        let port = ("\"8080\"", format!("\"{to}\""));
        fs::write(folder.join("vcl"), block_here("vcl", &[port])).unwrap();
        let command = format!(
            "varnishd -j none -F -n \"$0/work\" -f \"$0/vcl\" -a 127.0.0.1:{from} -s malloc,64m"
        );
        Proxy::start(sandbox, from, &command, &shown(&folder))
    }

    /// Waits until it listens. The shell's `$0` is its configuration.
    fn start<'b>(sandbox: &'b Sandbox, from: u16, command: &str, config: &str) -> Proxy<'b> {
        let script = format!("PATH=$PATH:/usr/sbin; exec {command}");
        let run = sandbox.command("sh").args(["-c", &script, config]);
        let proxy = Proxy {
            sandbox,
            running: Some(run.start()),
        };
        until_listening(("127.0.0.1", from));
        proxy
    }

    /// What curl gets, and its exit code.
    fn curl(&self, url: &str, arguments: &[&str]) -> (Option<i32>, Answer) {
        let into = self.sandbox.fresh("curl");
        let (head, body) = (shown(&into.join("head")), shown(&into.join("body")));
        let run = self.sandbox.command("curl").args([
            "--silent",
            "--show-error",
            "--cacert",
            &shown(&self.sandbox.path("cert.pem")),
            "--dump-header",
            &head,
            "--output",
            &body,
        ]);
        let run = run.args(arguments).args([url]);
        let ended = run.env("https_proxy", "").outcome();
        let mut answer = fs::read(head).unwrap_or_default();
        if arguments.contains(&"--http2") && !answer.is_empty() {
            assert!(answer.starts_with(b"HTTP/2 "), "nginx speaks HTTP/1.1");
        }
        answer.extend(fs::read(body).unwrap_or_default());
        (ended.code, Answer::parse(&answer))
    }
}

impl Drop for Proxy<'_> {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            let told = Command::new("kill").arg(running.id().to_string()).status();
            assert!(told.is_ok());
            let said = running.outcome().stderr;
            // A second panic would end all tests.
            let broken = said.contains("[emerg]") || said.contains("[ALERT]");
            assert!(!broken || std::thread::panicking(), "{said}");
        }
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

type Start = for<'a> fn(&'a Sandbox, u16, u16) -> Proxy<'a>;

fn behind_nginx(sandbox: &Sandbox) -> (Served, Proxy<'_>) {
    behind(sandbox, "https", Proxy::nginx)
}

/// The server behind a proxy, started as the page says.
fn behind<'a>(sandbox: &'a Sandbox, scheme: &str, start: Start) -> (Served, Proxy<'a>) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    fs::write(sandbox.path("cert.pem"), cert.pem()).unwrap();
    fs::write(sandbox.path("key.pem"), signing_key.serialize_pem()).unwrap();
    let (outer, inner) = (port(), port());
    let public = format!("{scheme}://127.0.0.1:{outer}");
    let server = Served::run(
        sandbox
            .program(["serve", "--listen", &format!("127.0.0.1:{inner}")])
            .args(["--public-url", &public])
            .args(["--max-connections-per-address", "0"])
            .args(["--log", "common", "--log-file", "log"])
            .env("CARGO_HTTP_TIMEOUT", "3"),
    );
    assert_eq!(server.base, public);
    let proxy = start(sandbox, outer, inner);
    (server, proxy)
}

#[test]
fn behind_caddy_cargo_builds_and_wrong_bytes_fail() {
    requires!(caddy, curl);
    works_behind("https", Proxy::caddy);
}

#[test]
fn behind_haproxy_cargo_builds_and_wrong_bytes_fail() {
    requires!(haproxy, curl);
    works_behind("https", Proxy::haproxy);
}

#[test]
fn behind_varnish_cargo_builds_and_wrong_bytes_fail() {
    requires!(varnishd, curl);
    works_behind("http", Proxy::varnish);
}

/// What a proxy must not break: cargo's builds, conditions, parts, and transfers that must not end cleanly.
fn works_behind(scheme: &str, start: Start) {
    let registry = Registry::new([
        Crate::new("top", "1.0.0").needs("leaf").needs("big"),
        Crate::new("leaf", "1.0.0"),
        large("big", 5 << 20),
        large("bad", 3 << 20),
        Crate::new("small", "1.0.0"),
    ]);
    let sandbox = Sandbox::new(&registry);
    let (server, proxy) = behind(&sandbox, scheme, start);
    let public = server.base.clone();
    let download = |name: &str| format!("{public}/crates-io/dl/{name}/1.0.0/download");
    let project = sandbox.unlocked("project", &[Dep::new("top", "1")]);
    for arguments in [&["build"][..], &["build", "--locked"]] {
        server
            .cargo(&sandbox, arguments)
            .within(&project.folder)
            .env("CARGO_HTTP_CAINFO", sandbox.path("cert.pem"))
            .env("https_proxy", "")
            .env("http_proxy", "")
            .outcome()
            .exits(0);
    }

    let get = |url: &str, arguments: &[&str]| {
        let (code, answer) = proxy.curl(url, arguments);
        assert_eq!(code, Some(0), "{url}");
        answer
    };
    let index = format!("{public}/crates-io/index/le/af/leaf");
    let tag = get(&index, &[]).is(200).header("etag").to_owned();
    assert!(!tag.is_empty());
    let again = format!("If-None-Match: {tag}");
    assert!(get(&index, &["-H", &again]).is(304).body.is_empty());
    let whole = registry.bytes("big", "1.0.0");
    let part = get(&download("big"), &["-r", "1000000-1999999"]).is(206);
    assert!(part.body == whole[1_000_000..2_000_000]);
    assert!(get(&download("big"), &[]).is(200).body == whole);
    let config = get(&format!("{public}/crates-io/index/config.json"), &[]).is(200);
    assert!(config.text().contains(&format!("{public}/crates-io/dl/")));

    // Wrong bytes never end as if they were whole, and the right ones are not hidden by them.
    let right = registry.bytes("bad", "1.0.0");
    let mut wrong = right.clone();
    *wrong.last_mut().unwrap() ^= 1;
    registry.always(&registry.download_path("bad", "1.0.0"), Fault::Bytes(wrong));
    let (code, answer) = proxy.curl(&download("bad"), &[]);
    assert!(code != Some(0) || answer.status >= 500, "{}", answer.status);
    assert!(answer.body != right);
    registry.mend();
    assert!(get(&download("bad"), &[]).is(200).body == right);

    // Upstream gone: the server's own answer, not one of the proxy.
    let path = registry.download_path("small", "1.0.0");
    registry.always(&path, Fault::Status(500));
    let answer = get(&download("small"), &[]).is(503);
    assert_ne!(answer.header("retry-after"), "");
    assert!(answer.text().contains("\"errors\""), "{}", answer.text());
    drop(proxy);
    server.stop().exits(0).no_panic();
}

#[test]
fn behind_nginx_cargo_builds_and_parts_and_conditions_pass() {
    requires!(nginx, curl);
    let registry = Registry::new([
        Crate::new("top", "1.0.0").needs("leaf").needs("big"),
        Crate::new("leaf", "1.0.0"),
        Crate::new("leaf", "1.1.0"),
        large("big", 5 << 20),
    ]);
    let sandbox = Sandbox::new(&registry);
    let (server, nginx) = behind_nginx(&sandbox);
    let public = server.base.clone();

    // The real cargo, over HTTP/2 and TLS: cold, then warm.
    let project = sandbox.unlocked("project", &[Dep::new("top", "1")]);
    for arguments in [&["build"][..], &["build", "--locked"]] {
        server
            .cargo(&sandbox, arguments)
            .within(&project.folder)
            .env("CARGO_HTTP_CAINFO", sandbox.path("cert.pem"))
            .env("https_proxy", "")
            .outcome()
            .exits(0);
    }
    let (_, config) = nginx.curl(&format!("{public}/crates-io/index/config.json"), &[]);
    let config = config.is(200);
    assert!(config.text().contains(&format!("{public}/crates-io/dl/")));

    // HEAD, conditions and parts pass.
    let index = format!("{public}/crates-io/index/le/af/leaf");
    let big = format!("{public}/crates-io/dl/big/1.0.0/download");
    let whole = registry.bytes("big", "1.0.0");
    for protocol in ["--http1.1", "--http2"] {
        let get = |url: &str, arguments: &[&str]| {
            let arguments = [&[protocol], arguments].concat();
            let (code, answer) = nginx.curl(url, &arguments);
            assert_eq!(code, Some(0), "{url}");
            answer
        };
        let tag = get(&index, &[]).is(200).header("etag").to_owned();
        assert!(!tag.is_empty());
        let again = format!("If-None-Match: {tag}");
        assert!(get(&index, &["-H", &again]).is(304).body.is_empty());
        let head = get(&big, &["--head"]).is(200);
        assert_eq!(head.length, Some(whole.len()));
        let part = get(&big, &["-r", "1000000-1999999"]).is(206);
        assert!(part.body == whole[1_000_000..2_000_000]);
        assert!(get(&big, &[]).is(200).body == whole);
        get(&format!("{public}/crates-io/index/no/wh/nowhere"), &[]).is(404);
    }
    let log = fs::read_to_string(sandbox.path("log")).unwrap();
    assert!(
        log.contains("\"GET /crates-io/dl/big/1.0.0/download HTTP/1.1\" 206"),
        "{log}"
    );

    drop(nginx);
    server.stop().exits(0).no_panic();
}

#[test]
fn behind_nginx_what_fails_does_not_end_cleanly() {
    requires!(nginx, curl);
    let registry = Registry::new([
        large("bad", 3 << 20),
        large("slow", 3 << 20),
        Crate::new("small", "1.0.0"),
    ]);
    let sandbox = Sandbox::new(&registry);
    let (server, nginx) = behind_nginx(&sandbox);
    let public = server.base.clone();

    // What does not pass its check, or breaks off, never ends as if it were whole.
    let bad = format!("{public}/crates-io/dl/bad/1.0.0/download");
    let path = registry.download_path("bad", "1.0.0");
    let right = registry.bytes("bad", "1.0.0");
    let mut wrong = right.clone();
    *wrong.last_mut().unwrap() ^= 1;
    for (what, fault) in [
        ("wrong bytes", Fault::Bytes(wrong)),
        ("truncated", Fault::Truncate(1 << 20)),
        ("stalled", Fault::Stall(1 << 20)),
    ] {
        registry.always(&path, fault);
        for protocol in ["--http1.1", "--http2"] {
            let (code, answer) = nginx.curl(&bad, &[protocol]);
            let failed = code != Some(0) || answer.status >= 500;
            assert!(failed, "{what} {protocol}: {code:?} {}", answer.status);
            assert!(answer.body != right, "{what} {protocol}");
        }
        registry.mend();
    }
    // A transfer that was cut is tried again also when its clients have left, and who joins its last try is told to ask again.
    let since = Instant::now();
    let mended = loop {
        let (code, answer) = nginx.curl(&bad, &[]);
        if answer.status != 503 || since.elapsed() > Duration::from_mins(1) {
            assert_eq!(code, Some(0));
            break answer;
        }
        std::thread::sleep(Duration::from_millis(200));
    };
    assert!(mended.is(200).body == right);

    // Upstream gone: 503 and its Retry-After, not nginx's own page.
    let small = format!("{public}/crates-io/dl/small/1.0.0/download");
    registry.always(
        &registry.download_path("small", "1.0.0"),
        Fault::Status(500),
    );
    let (_, answer) = nginx.curl(&small, &[]);
    let answer = answer.is(503);
    assert_ne!(answer.header("retry-after"), "");
    assert!(answer.text().contains("\"errors\""), "{}", answer.text());

    // A client that leaves in the middle is gone here, too.
    let path = registry.download_path("slow", "1.0.0");
    registry.always(&path, Fault::Stall(1 << 20));
    let slow = format!("{public}/crates-io/dl/slow/1.0.0/download");
    let (code, _) = nginx.curl(&slow, &["--max-time", "1"]);
    assert_ne!(code, Some(0));
    let since = Instant::now();
    loop {
        let (_, stats) = nginx.curl(&format!("{public}/-/stats"), &[]);
        let stats: serde_json::Value = serde_json::from_slice(&stats.is(200).body).unwrap();
        // The one who asks is one.
        if stats["requests_in_flight"] == 1 {
            break;
        }
        assert!(since.elapsed() < Duration::from_secs(30), "{stats}");
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(nginx);
    server.stop().exits(0).no_panic();
}

/// The files of the block, by their names, with the program under test for the one that is installed.
fn units(folder: &Path) -> Vec<String> {
    let files = block("ini").split("# /etc/systemd/system/").skip(1);
    let write = |file: &str| {
        let (name, text) = file.split_once('\n').expect("a name, then a text");
        let text = text.replace("/usr/local/bin/cargo-mirror", PROGRAM);
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        shown(&path)
    };
    files.map(write).collect()
}

#[test]
fn systemd_takes_the_units() {
    requires!(systemd_analyze);
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let units = units(&sandbox.fresh("units"));
    assert_eq!(units.len(), 2);
    let run = sandbox.command("systemd-analyze");
    let ended = run.args(["verify", "--man=no"]).args(&units).outcome();
    // What it does not know it only warns of.
    assert!(!ended.stderr.contains("cargo-mirror"), "{ended}");
    ended.exits(0);
}

#[test]
fn the_first_client_starts_it_by_its_socket() {
    let program = "systemd-socket-activate";
    requires!(systemd_socket_activate);
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let notify = UnixDatagram::bind(sandbox.path("notify")).unwrap();
    notify
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    // The unit's own command line, on another socket and mirror.
    let service = fs::read_to_string(&units(&sandbox.fresh("units"))[1]).unwrap();
    let line = service
        .lines()
        .find_map(|line| line.strip_prefix("ExecStart="));
    let line = line
        .unwrap()
        .replace("/var/lib/cargo-mirror", &shown(&sandbox.mirror()));
    let words: Vec<&str> = line.split(' ').collect();
    assert_eq!(words[..2], [PROGRAM, "serve"]);
    let address = format!("127.0.0.1:{}", port());
    let state = sandbox.fresh("state");
    let running = sandbox
        .command(program)
        .args(["-l", &address])
        .args(["-E", &format!("CARGO_HOME={}", shown(&state))])
        .args(["-E", &format!("HOME={}", shown(&state))])
        .args(["-E", "CARGO_MIRROR_UPSTREAM", "-E", "NOTIFY_SOCKET"])
        .env("CARGO_MIRROR_UPSTREAM", registry.index())
        .env("NOTIFY_SOCKET", sandbox.path("notify"))
        .args(&words)
        .start();
    let server = Served::at(running, format!("http://{address}"));
    until_listening(&address);
    let answer = server.get("/crates-io/dl/leaf/1.0.0/download").is(200);
    assert_eq!(answer.body, registry.bytes("leaf", "1.0.0"));
    let mut heard = [0; 256];
    let length = notify.recv(&mut heard).unwrap();
    assert!(heard[..length].starts_with(b"READY=1\n"));
    server.stop().exits(0).no_panic();
    let length = notify.recv(&mut heard).unwrap();
    assert!(heard[..length].starts_with(b"STOPPING=1\n"));
}

/// Plays systemd: holds a socket, and starts the program anew each time it ends.
const SYSTEMD: &str = r#"
import os, socket, sys
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(1024)
print("listening on %d" % listener.getsockname()[1], flush=True)
for restart in range(4):
    pid = os.fork()
    if pid == 0:
        if listener.fileno() != 3:
            os.dup2(listener.fileno(), 3)
        os.set_inheritable(3, True)
        os.environ["LISTEN_FDS"] = "1"
        os.environ["LISTEN_PID"] = str(os.getpid())
        os.execv(sys.argv[1], sys.argv[1:])
    print("pid %d %d." % (restart, pid), flush=True)
    if os.waitpid(pid, 0)[1] != 0:
        sys.exit(1)
"#;

#[test]
fn a_restart_with_the_socket_kept_open_loses_no_connection() {
    requires!(python3);
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    fs::write(sandbox.path("systemd.py"), SYSTEMD).unwrap();
    let script = shown(&sandbox.path("systemd.py"));
    let run = sandbox.program(["serve", "--offline"]);
    let mut systemd = run.wrapped(&["python3", &script]).start();
    let last_number = |line: String| {
        let word = line.trim_end().rsplit(' ').next().map(str::to_owned);
        word.and_then(|word| word.trim_end_matches('.').parse::<u32>().ok())
            .expect("the line ends in a number")
    };
    let port = last_number(systemd.line_with("listening on"));
    let address = format!("127.0.0.1:{port}");
    let running = AtomicBool::new(true);
    let asked = AtomicUsize::new(0);
    let client = |number: u64| {
        while running.load(Ordering::Relaxed) {
            let mut stream = std::net::TcpStream::connect(&address).unwrap();
            // Some do not say at once what they want.
            std::thread::sleep(Duration::from_millis(number % 3 * 4));
            let request = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
            stream.write_all(request.as_bytes()).unwrap();
            let mut heard = Vec::new();
            stream.read_to_end(&mut heard).unwrap();
            assert!(heard.starts_with(b"HTTP/1.1 200"), "after {asked:?}");
            asked.fetch_add(1, Ordering::Relaxed);
        }
    };
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..12)
            .map(|number| scope.spawn(move || client(number)))
            .collect();
        for restart in 0..4 {
            let pid = last_number(systemd.line_with(&format!("pid {restart} ")));
            let before = asked.load(Ordering::Relaxed);
            let since = Instant::now();
            while asked.load(Ordering::Relaxed) < before + 200 {
                let waiting = since.elapsed() < Duration::from_mins(1);
                assert!(waiting && clients.iter().all(|it| !it.is_finished()));
                std::thread::sleep(Duration::from_millis(10));
            }
            if restart == 3 {
                running.store(false, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(200));
            }
            let told = Command::new("kill").arg(pid.to_string()).status();
            assert!(told.unwrap().success());
        }
    });
    systemd.outcome().exits(0).no_panic();
}
