//! A copy over TLS: by HTTP/2 over several connections, whose server may end them, and by HTTP/1.1.

use std::fs;
use std::sync::atomic::Ordering;

use crate::fixture::package::Crate;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::tls_upstream::{End, TlsUpstream};

#[test]
fn connections_that_end_in_good_order_and_servers_without_http2_cost_no_try() {
    for end in [End::Graceful, End::Abrupt, End::Http1] {
        let names: Vec<String> = (0..30).map(|number| format!("crate-{number:02}")).collect();
        let crates = names
            .iter()
            .flat_map(|name| ["1.0.0", "1.1.0", "2.0.0"].map(|version| Crate::new(name, version)));
        let crates: Vec<Crate> = crates.collect();
        let upstream = TlsUpstream::start(&crates, end);
        let sandbox = Sandbox::new(&Registry::new([]));
        let certificate = sandbox.path("upstream.pem");
        fs::write(&certificate, &upstream.certificate).unwrap();
        let index = format!("sparse+https://{}/index/", upstream.address);
        let names = names.join(",");
        let report = sandbox
            .program(["sync", "--index-git", "none", "--names", &names])
            .args(["--upstream", &index, "--message-format", "json"])
            .env("CARGO_HTTP_CAINFO", &certificate)
            .env("CARGO_NET_RETRY", "0")
            .outcome()
            .no_panic()
            .exits(0)
            .report();
        assert_eq!(report["added"]["count"], crates.len(), "{end:?}: {report}");
        for krate in &crates {
            let file = format!("crates-io/{}-{}.crate", krate.name, krate.version);
            let bytes = fs::read(sandbox.mirror().join(file)).unwrap();
            assert!(bytes == krate.bytes(), "{end:?}: {}", krate.name);
        }
        sandbox.program(["verify"]).outcome().no_panic().exits(0);
        let connections = upstream.connections.load(Ordering::Relaxed);
        assert!(connections > 1, "{end:?}: {connections}");
    }
}

#[test]
fn a_server_that_is_not_trusted_is_named_and_nothing_is_written() {
    let krate = Crate::new("leaf", "1.0.0");
    let upstream = TlsUpstream::start(&[krate], End::Graceful);
    let sandbox = Sandbox::new(&Registry::new([]));
    let index = format!("sparse+https://{}/index/", upstream.address);
    let outcome = sandbox
        .program(["sync", "--index-git", "none", "--names", "leaf"])
        .args(["--upstream", &index])
        .env("CARGO_NET_RETRY", "0")
        .outcome()
        .no_panic();
    assert_ne!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(
        outcome
            .stderr
            .contains("nobody who is trusted here has signed it"),
        "{}",
        outcome.stderr
    );
    assert!(!sandbox.mirror().join("crates-io/leaf-1.0.0.crate").exists());
}
