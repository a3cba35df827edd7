//! `serve` behind proxies, and for clients other than `cargo build`.

use std::fs;

use crate::fixture::package::{Crate, Dep};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::{CARGO, Sandbox};
use crate::fixture::served::{Answer, Served};
use crate::fixture::server::Fault;
use crate::fixture::wait::until_listening;

fn registry() -> Registry {
    Registry::new([
        Crate::new("leaf", "1.0.0"),
        Crate::new("leaf", "1.1.0"),
        Crate::new("leaf-extra", "0.1.0"),
    ])
}

const CONFIG: &str = "/crates-io/index/config.json";
const FORWARDED: [(&str, &str); 3] = [
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Host", "crates.example.com"),
    ("X-Forwarded-For", "203.0.113.7"),
];

#[test]
fn forwarding_headers_are_noticed_once_and_believed_of_named_proxies_only() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    for _ in 0..3 {
        let config = server.ask("GET", CONFIG, &FORWARDED).is(200);
        assert!(config.text().contains(&server.base), "{}", config.text());
    }
    let said = server.stop().exits(0).no_panic().stderr;
    assert_eq!(said.matches("--public-url").count(), 1, "{said}");

    let trusting = ["--trusted-proxy", "127.0.0.0/8", "--log", "json"];
    let server = Served::start(&sandbox, &[&trusting[..], &["--log-file", "log"]].concat());
    let config = server.ask("GET", CONFIG, &FORWARDED).is(200).text();
    assert!(
        config.contains("\"https://crates.example.com/crates-io/dl/"),
        "{config}"
    );
    assert!(
        !server
            .stop()
            .exits(0)
            .no_panic()
            .stderr
            .contains("--public-url")
    );
    let log = fs::read_to_string(sandbox.path("log")).unwrap();
    assert!(log.contains("\"client\":\"203.0.113.7\""), "{log}");

    let server = Served::start(&sandbox, &["--trusted-proxy", "192.0.2.1"]);
    let config = server.ask("GET", CONFIG, &FORWARDED).is(200).text();
    assert!(config.contains(&server.base), "{config}");
    server.stop().exits(0).no_panic();
}

#[test]
fn below_a_path_it_is_found_whether_the_proxy_takes_the_path_away_or_not() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let run = sandbox.program(["serve", "--listen", "127.0.0.1:0"]);
    let server = Served::run(run.args(["--public-url", "http://127.0.0.1:9/rust/"]));
    assert_eq!(server.base, "http://127.0.0.1:9/rust");
    server.stop().exits(0).no_panic();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = port.local_addr().unwrap().to_string();
    drop(port);
    let public = format!("http://{address}/rust");
    let run = sandbox.program(["serve", "--listen", &address, "--public-url", &public]);
    let mut server = Served::run(run);
    let project = sandbox.unlocked("project", &[Dep::new("leaf", "1")]);
    let run = server.cargo(&sandbox, &["fetch"]);
    run.within(&project.folder).outcome().exits(0);
    server.base = format!("http://{address}");
    for prefix in ["", "/rust"] {
        let config = server.get(&format!("{prefix}{CONFIG}")).is(200);
        assert!(config.text().contains(&format!("{public}/crates-io/dl/")));
        server
            .get(&format!("{prefix}/crates-io/dl/leaf/1.1.0/download"))
            .is(200);
        server.get(&format!("{prefix}/healthz")).is(200);
    }
    server.get("/rusty/healthz").is(404);
    server.stop().exits(0).no_panic();
}

#[test]
fn no_tunnel_is_opened_through_a_proxy() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let upgrade = [("Upgrade", "h2c"), ("HTTP2-Settings", "AAMAAABkAAQAAP__")];
    let asked = |server: &Served, more: &[(&str, &str)]| {
        let request = server.request("GET", "/healthz", &[&upgrade[..], more].concat());
        let request = request.replace(
            "Connection: close",
            "Connection: Upgrade, HTTP2-Settings, close",
        );
        let mut stream = server.connect();
        std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
        let mut head = [0; 12];
        std::io::Read::read_exact(&mut stream, &mut head).unwrap();
        String::from_utf8_lossy(&head).into_owned()
    };
    let server = Served::start(&sandbox, &[]);
    assert_eq!(asked(&server, &[]), "HTTP/1.1 101");
    for header in ["Via", "Forwarded", "X-Forwarded-For"] {
        assert_eq!(
            asked(&server, &[(header, "for=1.2.3.4")]),
            "HTTP/1.1 200",
            "{header}"
        );
    }
    server.stop().exits(0).no_panic();
    for (when, answer) in [("never", "HTTP/1.1 200"), ("always", "HTTP/1.1 101")] {
        let server = Served::start(&sandbox, &["--h2c-upgrade", when]);
        assert_eq!(asked(&server, &[]), answer);
        server.stop().exits(0).no_panic();
    }
}

/// nginx with the lines for web sockets that are copied everywhere, and without any that say that it is there.
#[cfg(target_os = "linux")]
#[test]
fn no_tunnel_is_opened_through_a_proxy_that_says_nothing_of_itself() {
    requires!(nginx, nghttp);
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let outer = listener.local_addr().unwrap();
    drop(listener);
    let server = Served::start(&sandbox, &[]);
    let inner = server.authority().to_owned();
    for (number, connection) in ["upgrade", "$http_connection"].into_iter().enumerate() {
        let folder = sandbox.fresh(&format!("nginx-{number}"));
        let base = folder.display();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {base}/{name};"))
            .concat();
        let config = format!(
            "user root; daemon off; pid {base}/pid; error_log stderr; worker_processes 1;\nevents {{}}\n\
             http {{ access_log off; {temporary} server {{ listen {outer}; location /metrics {{ deny all; }}\n\
             location / {{ proxy_pass http://{inner}; proxy_http_version 1.1; proxy_set_header Host $http_host;\n\
             proxy_set_header Upgrade $http_upgrade; proxy_set_header HTTP2-Settings $http_http2_settings;\n\
             proxy_set_header Connection \"{connection}\"; }} }} }}\n"
        );
        let file = folder.join("nginx.conf");
        fs::write(&file, config).unwrap();
        let script = "PATH=$PATH:/usr/sbin; exec nginx -e stderr -c \"$0\"";
        let run = sandbox.command("sh");
        let proxy = run.args(["-c", script, file.to_str().unwrap()]).start();
        until_listening(outer);
        let urls = ["/healthz", "/metrics"].map(|path| format!("http://{outer}{path}"));
        let run = sandbox.command("nghttp").args(["-u", "-v"]);
        let said = run.args(&urls).outcome();
        let told = std::process::Command::new("kill")
            .arg(proxy.id().to_string())
            .status();
        assert!(told.unwrap().success());
        proxy.outcome();
        let said = format!("{}{}", said.stdout, said.stderr);
        assert!(!said.contains("101 Switching"), "{connection}: {said}");
        assert!(!said.contains("cargo_mirror_requests_total"), "{said}");
    }
    server.stop().exits(0).no_panic();
}

#[test]
fn over_http_1_0_a_crate_of_unknown_length_comes_whole_or_not_at_all() {
    let registry = Registry::new([Crate::new("big", "1.0.0").weight(700_000)]);
    let sandbox = Sandbox::new(&registry);
    let path = registry.download_path("big", "1.0.0");
    let right = registry.bytes("big", "1.0.0");
    let server = Served::start(&sandbox, &[]);
    let get = || {
        let request = "GET /crates-io/dl/big/1.0.0/download HTTP/1.0\r\n\r\n";
        Answer::parse(&server.say(request))
    };
    let mut wrong = right.clone();
    *wrong.last_mut().unwrap() ^= 1;
    registry.always(&path, Fault::Bytes(wrong));
    let answer = get();
    assert!(
        answer.status >= 500 || !answer.is_whole(),
        "{}",
        answer.status
    );
    registry.mend();
    let answer = get().is(200);
    assert!(answer.is_whole() && answer.body == right);
    server.stop().exits(0).no_panic();
}

#[test]
fn every_answer_says_how_long_it_holds() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    for path in [
        "/",
        "/healthz",
        "/readyz",
        "/metrics",
        "/-/stats",
        "/me",
        "/api/v1/crates?q=leaf",
        "/api/v1/crates/leaf/owners",
        CONFIG,
        "/crates-io/index/le/af/leaf",
        "/crates-io/index/no/wh/nowhere",
        "/crates-io/dl/leaf/1.1.0/download",
        "/crates-io/dl/leaf/1.1.0/download",
        "/crates-io/dl/leaf/9.9.9/download",
        "/nothing",
    ] {
        let answer = server.get(path);
        assert_ne!(answer.header("cache-control"), "", "{path}");
        assert!(answer.status == 200 || !answer.header("cache-control").contains("max-age"));
    }
    server.stop().exits(0).no_panic();
}

#[test]
fn search_login_and_publish_get_an_answer_that_cargo_prints() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    sandbox
        .program(["prefetch", "leaf", "leaf-extra"])
        .outcome()
        .exits(0);
    fs::write(sandbox.path("tokens"), "read one\nread two\n").unwrap();
    let server = Served::start(&sandbox, &["--token-file", "tokens"]);
    let home = sandbox.fresh("home");
    let project = sandbox.unlocked("publisher", &[]);
    let cargo = |arguments: &[&str]| {
        let run = server.cargo(&sandbox, arguments).within(&project.folder);
        let run = run.env("CARGO_HOME", &home);
        run.env("CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS", "cargo:token")
    };
    let at = ["--registry", "cargo-mirror-server"];
    for token in ["one", "two"] {
        let run = cargo(&[&["login"][..], &at].concat()).input(format!("{token}\n"));
        run.outcome().exits(0);
        let found = cargo(&[&["search", "leaf"][..], &at].concat())
            .outcome()
            .exits(0);
        found
            .answers("leaf = \"1.1.0\"")
            .answers("leaf-extra = \"0.1.0\"");
    }
    let saved = fs::read_to_string(home.join("credentials.toml")).unwrap();
    assert!(saved.contains("two") && !saved.contains("one"), "{saved}");
    cargo(&[&["logout"][..], &at].concat()).outcome().exits(0);
    let again = cargo(&[&["login"][..], &at].concat())
        .input("one\n")
        .outcome();
    again.exits(0);
    let refused = cargo(&[&["yank", "leaf@1.0.0"][..], &at].concat()).outcome();
    refused.exits(101).says("nothing can be yanked here");
    let refused = cargo(&[&["owner", "--list", "leaf"][..], &at].concat()).outcome();
    refused.exits(101).says("it knows no owners");
    server.get("/me").is(200).text().contains("--token-file");
    server.stop().exits(0).no_panic();
}

#[test]
fn on_names_the_server_in_both_tables_and_cargo_takes_them() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    fs::write(sandbox.path("tokens"), "read sesame\n").unwrap();
    for tokens in [&[][..], &["--token-file", "tokens"]] {
        let server = Served::start(&sandbox, tokens);
        let project = sandbox.unlocked("project", &[Dep::new("leaf", "1")]);
        sandbox
            .run(&project, ["on", "--server", &server.base])
            .exits(0);
        let config = project.read(".cargo/config.toml");
        for line in [
            "[source.cargo-mirror-server]".to_owned(),
            format!("registry = \"{}\"", server.index()),
            "[registries.cargo-mirror-server]".to_owned(),
            format!("index = \"{}\"", server.index()),
        ] {
            assert!(config.contains(&line), "{config}");
        }
        for arguments in [
            &["fetch"][..],
            &["info", "leaf", "--registry", "cargo-mirror-server"],
        ] {
            let run = sandbox
                .command(CARGO)
                .args(arguments)
                .within(&project.folder);
            run.env("CARGO_HOME", sandbox.fresh("home"))
                .env("CARGO_REGISTRIES_CARGO_MIRROR_SERVER_TOKEN", "sesame")
                .env("CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS", "cargo:token")
                .outcome()
                .exits(0);
        }
        sandbox.run(&project, ["off"]).exits(0);
        assert!(!project.config().exists());
        fs::remove_dir_all(&project.folder).unwrap();
        server.stop().exits(0).no_panic();
    }
}
