//! An upstream that ends its HTTP/2 connections in good order after every few requests, as many front ends do: clients see
//! neither a failure nor a pause.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use hyper::Response;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

use crate::fixture::package::{Crate, index_path};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::{Answer, Served};

/// Requests of one connection.
const EACH: usize = 3;

/// How a connection ends.
#[derive(Debug, Clone, Copy)]
enum End {
    /// What is under way is answered, and the client is told beforehand.
    Graceful,
    /// What comes after the last answer is not looked at, as the number of the last stream says.
    Abrupt,
}

struct Upstream {
    address: SocketAddr,
    /// PEM.
    certificate: String,
    connections: Arc<AtomicUsize>,
    _runtime: Runtime,
}

type Files = Arc<BTreeMap<String, Vec<u8>>>;

impl Upstream {
    fn start(crates: &[Crate], end: End) -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let chain = vec![CertificateDer::from(cert.der().to_vec())];
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let mut config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let mut files = BTreeMap::new();
        let config = format!(r#"{{"dl":"https://{address}/dl/{{crate}}/{{version}}"}}"#);
        files.insert("/index/config.json".to_owned(), config.into_bytes());
        for krate in crates {
            let index = format!("/index/{}", index_path(&krate.name));
            files.insert(index, format!("{}\n", krate.line()).into_bytes());
            let download = format!("/dl/{}/{}", krate.name, krate.version);
            files.insert(download, krate.bytes());
        }
        let (files, connections) = (Arc::new(files), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&connections);
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, files) = (acceptor.clone(), Arc::clone(&files));
                let count = Arc::clone(&count);
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        count.fetch_add(1, Ordering::Relaxed);
                        answer(stream, &files, end).await;
                    }
                });
            }
        });
        Self {
            address,
            certificate: cert.pem(),
            connections,
            _runtime: runtime,
        }
    }
}

async fn answer(stream: TlsStream<TcpStream>, files: &Files, end: End) {
    let Ok(mut connection) = h2::server::handshake(stream).await else {
        return;
    };
    let mut answered = 0;
    loop {
        let next = if answered >= EACH && matches!(end, End::Abrupt) {
            // What was answered leaves before the end is said.
            let flushed = Duration::from_millis(20);
            if let Ok(next) = tokio::time::timeout(flushed, connection.accept()).await {
                next
            } else {
                connection.abrupt_shutdown(h2::Reason::NO_ERROR);
                connection.accept().await
            }
        } else {
            connection.accept().await
        };
        let Some(Ok((request, mut respond))) = next else {
            return;
        };
        let file = files.get(request.uri().path());
        let status = if file.is_some() { 200 } else { 404 };
        let head = Response::builder().status(status).body(()).unwrap();
        if let Ok(mut body) = respond.send_response(head, false) {
            let bytes = Bytes::from(file.cloned().unwrap_or_default());
            let _ = body.send_data(bytes, true);
        }
        answered += 1;
        if answered == EACH && matches!(end, End::Graceful) {
            connection.graceful_shutdown();
        }
    }
}

fn get(authority: &str, path: &str) -> Answer {
    let mut stream = std::net::TcpStream::connect(authority).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut heard = Vec::new();
    stream.read_to_end(&mut heard).unwrap();
    Answer::parse(&heard)
}

#[test]
fn connections_that_end_in_good_order_cost_no_pause_and_no_try() {
    for end in [End::Graceful, End::Abrupt] {
        let names: Vec<String> = (0..40).map(|number| format!("crate-{number:02}")).collect();
        let crates = names.iter().map(|name| Crate::new(name, "1.0.0"));
        let crates: Vec<Crate> = crates.collect();
        let upstream = Upstream::start(&crates, end);
        let sandbox = Sandbox::new(&Registry::new([]));
        let certificate = sandbox.path("upstream.pem");
        fs::write(&certificate, &upstream.certificate).unwrap();
        let index = format!("sparse+https://{}/index/", upstream.address);
        let server = Served::run(
            sandbox
                .program(["serve", "--listen", "127.0.0.1:0", "--upstream", &index])
                .env("CARGO_HTTP_CAINFO", &certificate),
        );
        let authority = server.authority();
        std::thread::scope(|scope| {
            for part in crates.chunks(10) {
                scope.spawn(move || {
                    for krate in part {
                        let path = format!("/crates-io/index/{}", index_path(&krate.name));
                        let line = get(authority, &path).is(200);
                        assert_eq!(line.body, format!("{}\n", krate.line()).into_bytes());
                        let path = format!("/crates-io/dl/{}/1.0.0/download", krate.name);
                        assert!(get(authority, &path).is(200).body == krate.bytes());
                    }
                });
            }
        });
        assert!(
            upstream.connections.load(Ordering::Relaxed) > 2,
            "the fixture ends connections"
        );
        let stats = server.stats();
        assert_eq!(stats["upstream"]["errors"], 0, "{end:?}: {stats}");
        let said = server.stop().exits(0).no_panic().stderr;
        assert!(!said.contains("trying again"), "{end:?}: {said}");
    }
}
