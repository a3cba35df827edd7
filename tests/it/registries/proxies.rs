//! Proxies and certificates: what the real cargo does with a setting is what we do with it.

use std::process::Command;

use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};

use crate::fixture::command::Run;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::write;
use crate::fixture::raw::Raw;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::{CARGO, Sandbox};
use crate::fixture::served::Served;

const VARIABLES: [&str; 8] = [
    "http_proxy",
    "HTTP_PROXY",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
];

/// One configuration: cargo's config, git's, and the environment, with `P` for the proxy.
struct Row(
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

const TABLE: &[Row] = &[
    Row("", "", &[]),
    Row("[http]\nproxy = \"P\"\n", "", &[]),
    Row("[http]\nproxy = \"P\"\n", "", &[("NO_PROXY", "127.0.0.1")]),
    Row("[http]\nproxy = \"P\"\n", "", &[("no_proxy", "*")]),
    Row(
        "[http]\nproxy = \"P\"\n",
        "",
        &[("no_proxy", "other,127.0.0.0/8")],
    ),
    Row(
        "[http]\nproxy = \"P\"\n",
        "",
        &[("no_proxy", "other 127.0.0.1")],
    ),
    Row(
        "[http]\nproxy = \"P\"\n",
        "",
        &[("no_proxy", "127.0.0.1:80")],
    ),
    Row("[http]\nproxy = \"P\"\n", "", &[("no_proxy", "*,other")]),
    Row(
        "[http]\nproxy = \"P\"\n",
        "",
        &[("no_proxy", "other"), ("NO_PROXY", "*")],
    ),
    Row(
        "[http]\nproxy = \"P\"\n",
        "",
        &[("no_proxy", ""), ("NO_PROXY", "*")],
    ),
    Row("[http]\nproxy = \"\"\n", "", &[("http_proxy", "P")]),
    Row("[http]\nproxy = \"\"\n", "[http]\nproxy = P\n", &[]),
    Row("", "[http]\nproxy = P\n", &[]),
    Row("", "[HTTP]\n\tProxy = \"P\" ; the company's\n", &[]),
    Row("", "[http \"https://elsewhere\"]\nproxy = P\n", &[]),
    Row("", "[http]\nproxy = P\n", &[("no_proxy", "127.0.0.1")]),
    Row("", "[http]\nproxy =\n", &[("http_proxy", "P")]),
    Row("", "", &[("http_proxy", "P")]),
    Row("", "", &[("HTTP_PROXY", "P")]),
    Row("", "", &[("all_proxy", "P")]),
    Row("", "", &[("ALL_PROXY", "P")]),
    Row("", "", &[("https_proxy", "P"), ("HTTPS_PROXY", "P")]),
    Row("", "", &[("CARGO_HTTP_PROXY", "P")]),
    Row("", "", &[("http_proxy", "P"), ("no_proxy", ".0.0.1")]),
];

#[test]
fn a_proxy_is_asked_where_cargo_asks_it_and_nowhere_else() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("leaf", "1")]);
    for (number, Row(config, git, variables)) in TABLE.iter().enumerate() {
        let proxy = Raw::refusing();
        let cargo_config = config.replace("\"P\"", &format!("{:?}", proxy.root()));
        let git = git
            .replace("= P", &format!("= {}", proxy.root()))
            .replace("\"P\"", &format!("\"{}\"", proxy.root()));
        let set = |run: Run, home: &std::path::Path| {
            let run = VARIABLES
                .iter()
                .fold(run.within(&project.folder), |run, name| {
                    run.env_remove(name)
                });
            let run = variables.iter().fold(run, |run, (name, value)| {
                let root = proxy.root();
                run.env(name, if *value == "P" { root.as_str() } else { value })
            });
            run.env("HOME", home)
                .env("USERPROFILE", home)
                .env("CARGO_NET_RETRY", "0")
        };
        let asked = |run: &dyn Fn(&std::path::Path) -> Run| {
            let home = sandbox.fresh("home");
            write(&home.join(".gitconfig"), &git);
            write(&home.join(".cargo/config.toml"), &cargo_config);
            let before = proxy.heads().len();
            let ended = set(run(&home), &home).outcome();
            (ended.code == Some(0), proxy.heads().len() > before)
        };
        let theirs = asked(&|home| {
            sandbox
                .cargo(["fetch", "--locked"])
                .env("CARGO_HOME", home.join(".cargo"))
        });
        let ours = asked(&|home| {
            sandbox
                .program(["prefetch", "Cargo.lock", "--mirror"])
                .args([home.join("mirror")])
                .env("CARGO_HOME", home.join(".cargo"))
        });
        assert_eq!(
            ours, theirs,
            "row {number}: {config:?} {git:?} {variables:?}"
        );
    }
}

/// A certificate for `localhost` that signs itself, and its key.
fn certificate(sandbox: &Sandbox, authority: bool) -> (std::path::PathBuf, std::path::PathBuf) {
    let mut parameters = CertificateParams::new(["localhost".to_owned()]).unwrap();
    if authority {
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    let key = KeyPair::generate().unwrap();
    let certificate = parameters.self_signed(&key).unwrap();
    let folder = sandbox.fresh("tls");
    let paths = (folder.join("cert.pem"), folder.join("key.pem"));
    write(&paths.0, certificate.pem());
    write(&paths.1, key.serialize_pem());
    paths
}

fn serve(
    sandbox: &Sandbox,
    (certificate, key): &(std::path::PathBuf, std::path::PathBuf),
) -> Served {
    Served::run(
        sandbox
            .program(["serve", "--listen", "127.0.0.1:0", "--tls-cert"])
            .args([certificate])
            .args(["--tls-key"])
            .args([key]),
    )
}

#[test]
fn a_certificate_that_cargo_takes_is_taken() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("leaf", "1")]);
    for (authority, in_config) in [(true, true), (false, true), (true, false)] {
        let files = certificate(&sandbox, authority);
        let server = serve(&sandbox, &files);
        let base = server.base.replace("127.0.0.1", "localhost");
        let index = format!("sparse+{base}/crates-io/index/");
        let home = sandbox.fresh("home");
        let mut config =
            format!("[source.crates-io]\nreplace-with = \"s\"\n[source.s]\nregistry = {index:?}\n");
        if in_config {
            config = format!("{config}[http]\ncainfo = {:?}\n", files.0);
        }
        write(&home.join("config.toml"), config);
        let with = |run: Run| {
            let run = run
                .env("CARGO_HOME", &home)
                .env("no_proxy", "*")
                .env("NO_PROXY", "*");
            let run = run.env("CARGO_MIRROR_UPSTREAM", "").within(&project.folder);
            if in_config {
                run
            } else {
                run.env("SSL_CERT_FILE", &files.0)
            }
        };
        let judge = with(sandbox.command(CARGO).args(["fetch", "--locked"]));
        judge.outcome().exits(0);
        let other = sandbox.fresh("mirror");
        let ours = sandbox
            .program(["prefetch", "Cargo.lock", "--mirror"])
            .args([&other]);
        with(ours).outcome().exits(0);
        let stats = sandbox.program(["stats", "--server", &base]);
        with(stats).outcome().exits(0);
        // The name is looked at all the same.
        let wrong = server.base.replace("127.0.0.1", "127.0.0.2");
        let stats = sandbox.program(["stats", "--server", &wrong]);
        with(stats).outcome().exits(101);
    }
}

#[test]
fn a_certificate_that_is_not_taken_says_what_to_do() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let files = certificate(&sandbox, true);
    let server = serve(&sandbox, &files);
    let base = server.base.replace("127.0.0.1", "localhost");
    let index = format!("sparse+{base}/crates-io/index/");
    let ask = |config: String| {
        let home = sandbox.fresh("home");
        write(&home.join("config.toml"), config);
        sandbox
            .program(["prefetch", "leaf@1.0.0", "--upstream", &index])
            .args(["--mirror", "elsewhere"])
            .env("CARGO_HOME", &home)
            .env("no_proxy", "*")
            .outcome()
            .exits(101)
    };
    let other = certificate(&sandbox, true);
    let run = ask(format!("[http]\ncainfo = {:?}\n", other.0));
    run.says("certificate").says("http.cainfo").says("CA:FALSE");
    let empty = sandbox.path("empty.pem");
    write(&empty, "no certificate at all\n");
    let run = ask(format!("[http]\ncainfo = {empty:?}\n"));
    run.says("empty.pem");
    // A byte order mark is none of it, and OpenSSL has other words for the same.
    let text = std::fs::read_to_string(&files.0).unwrap();
    for text in [
        format!("\u{feff}{text}"),
        text.replace(" CERTIFICATE", " X509 CERTIFICATE"),
    ] {
        let path = sandbox.path("odd.pem");
        write(&path, text);
        let home = sandbox.fresh("home");
        write(
            &home.join("config.toml"),
            format!("[http]\ncainfo = {path:?}\n"),
        );
        let run = sandbox.program(["stats", "--server", &base]);
        run.env("CARGO_HOME", &home)
            .env("no_proxy", "*")
            .outcome()
            .exits(0);
    }
    requires!(openssl);
    // OpenSSL's own way of saying what a certificate is trusted for.
    let trusted = Command::new("openssl")
        .args(["x509", "-trustout", "-addtrust", "serverAuth", "-in"])
        .arg(&files.0)
        .output()
        .expect("openssl runs");
    assert!(trusted.status.success(), "{trusted:?}");
    let path = sandbox.path("trusted.pem");
    write(&path, trusted.stdout);
    let home = sandbox.fresh("home");
    write(
        &home.join("config.toml"),
        format!("[http]\ncainfo = {path:?}\n"),
    );
    let run = sandbox.program(["stats", "--server", &base]);
    run.env("CARGO_HOME", &home)
        .env("no_proxy", "*")
        .outcome()
        .exits(0);
}

/// OpenSSL takes a certificate of version 1 for a server; whoever made it should be told what to make instead.
#[test]
fn a_certificate_of_version_1_is_refused_with_a_sentence() {
    requires!(openssl);
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let folder = sandbox.fresh("tls");
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    let made = Command::new("sh")
        .args([
            "-c",
            "openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout key.pem -out request && \
             openssl x509 -req -in request -signkey key.pem -days 2 -out cert.pem && \
             openssl x509 -in cert.pem -noout -text | grep -q 'Version: 1 '",
        ])
        .current_dir(&folder)
        .output()
        .expect("a shell runs");
    assert!(made.status.success(), "{made:?}");
    let ours = sandbox.program(["serve", "--listen", "127.0.0.1:0", "--tls-cert"]);
    let ours = ours.args([&certificate]).args(["--tls-key"]).args([&key]);
    ours.outcome()
        .exits(101)
        .says("version 1")
        .says("version 3");

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    drop(listener);
    let mut server = Command::new("openssl")
        .args(["s_server", "-quiet", "-www", "-accept", &port, "-cert"])
        .arg(&certificate)
        .arg("-key")
        .arg(&key)
        .spawn()
        .expect("openssl runs");
    while std::net::TcpStream::connect(format!("127.0.0.1:{port}")).is_err() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let home = sandbox.fresh("home");
    write(
        &home.join("config.toml"),
        format!("[http]\ncainfo = {certificate:?}\n"),
    );
    let index = format!("sparse+https://localhost:{port}/crates-io/index/");
    let run = sandbox
        .program(["prefetch", "leaf@1.0.0", "--upstream", &index])
        .args(["--mirror", "elsewhere"])
        .env("CARGO_HOME", &home)
        .env("no_proxy", "*")
        .outcome();
    server.kill().expect("it runs");
    server.wait().expect("it has ended");
    let run = run.exits(101);
    run.says("version 1")
        .says("version 3")
        .says("subjectAltName");
}

#[test]
fn addresses_that_cannot_be_asked_are_told_apart() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    let stats = |address: &str| {
        sandbox
            .program(["stats", "--server", address])
            .outcome()
            .exits(101)
    };
    stats(server.authority()).says("does not start with http://");
    stats(&server.base.replace("http:", "https:")).says("does not speak TLS");
}
