//! nginx in front of three servers that share a bucket, with the block of the guide.

use std::fmt::Write as _;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use crate::buckets::share::World;
use crate::fixture::guide::blocks;
use crate::fixture::sandbox::CARGO;
use crate::fixture::served::Served;

/// The block of the page, with what is otherwise on this machine.
fn block(port: u16, servers: &[Served]) -> String {
    let mut block = blocks("buckets", "nginx").remove(0);
    for (number, server) in servers.iter().enumerate() {
        let written = format!("10.0.0.{}:8080", number + 1);
        assert!(
            block.contains(&written),
            "the block no longer has {written}"
        );
        block = block.replace(&written, server.authority());
    }
    assert!(block.contains("listen 80;"));
    block.replace("listen 80;", &format!("listen 127.0.0.1:{port};"))
}

#[test]
fn behind_nginx_cargo_builds_from_three_servers_and_goes_on_when_one_is_killed() {
    requires!(nginx);
    let world = World::new();
    let mut servers: Vec<Served> = (0..3)
        .map(|number| world.serve(&format!("mirror-{number}"), &[]))
        .collect();
    let port = {
        let free = TcpListener::bind("127.0.0.1:0").expect("there is a port");
        free.local_addr().expect("it is bound").port()
    };
    let folder = world.sandbox.fresh("nginx");
    let shown = folder.display().to_string();
    let mut temporary = String::new();
    for name in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
        writeln!(temporary, "{name}_temp_path {shown}/{name};").expect("text grows");
    }
    let config = format!(
        "user root; daemon off; pid {shown}/pid; error_log stderr; worker_processes 1;\n\
         events {{ worker_connections 512; }}\nhttp {{\naccess_log off;\n{temporary}{}}}\n",
        block(port, &servers)
    );
    fs::write(folder.join("nginx.conf"), config).unwrap();
    let run = world.sandbox.command("nginx").args(["-e", "stderr", "-c"]);
    let nginx = run.args([folder.join("nginx.conf")]).start();
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "nginx does not listen"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let build = || {
        let index = format!("sparse+http://127.0.0.1:{port}/crates-io/index/");
        let build = world
            .sandbox
            .command(CARGO)
            .args(["--config", "source.crates-io.replace-with=\"front\""])
            .args(["--config", &format!("registries.front.index={index:?}")])
            .args(["build", "--locked"])
            .env("CARGO_HOME", world.sandbox.fresh("cargo-home"))
            .env("CARGO_TARGET_DIR", world.sandbox.fresh("target"));
        build.within(&world.project.folder).outcome().exits(0);
    };
    build();
    for name in ["le/af/leaf", "mi/dd/middle", "wi/de/wide"] {
        world.until_listed(name);
    }
    servers.remove(1).kill();
    build();
    nginx.kill();
    for server in servers {
        server.stop().exits(0);
    }
    assert_eq!(world.fetched("wide", "3.1.4"), 1);
}
