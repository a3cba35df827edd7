//! CI without secrets: what the official action asks for, with an issuer on this machine, and the real cargo.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::fixture::project::{Project, write};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::{CARGO, Sandbox};
use crate::fixture::served::{Answer, Served};

/// Serves the configuration and the key of an issuer. Returns its address.
fn issuer(key: &EncodingKey) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let mut shown = Jwk::from_encoding_key(key, Algorithm::ES256).unwrap();
    shown.common.key_id = Some("one".to_owned());
    let (keys, here) = (json!({ "keys": [shown] }), address.clone());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap_or_default();
            let body = if request[..length].starts_with(b"GET /.well-known/") {
                json!({"issuer": here, "jwks_uri": format!("{here}/keys")})
            } else {
                keys.clone()
            };
            let body = body.to_string();
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
        }
    });
    address
}

const TOKENS: &str = "/registries/corp/api/v1/trusted_publishing/tokens";

fn post(server: &Served, body: &Value) -> Answer {
    let body = body.to_string();
    let length = body.len().to_string();
    let head = server.request("POST", TOKENS, &[("Content-Length", &length)]);
    Answer::parse(&server.say(head + &body))
}

#[test]
fn a_run_publishes_and_gives_its_token_back() {
    let random = SystemRandom::new();
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let key = EncodingKey::from_ec_der(made.as_ref());
    let issuer = issuer(&key);
    let sandbox = Sandbox::new(&Registry::new([]));
    let url = "sparse+https://crates.example.com/registries/corp/index/";
    let new = sandbox.program(["registry", "new", "corp", "--url", url, "--auth", "all"]);
    new.outcome().exits(0);
    let file = sandbox.mirror().join("mirror.toml");
    let rule = format!(
        "\n[[registries.corp.trusted-publishing]]\nissuer = \"{issuer}\"\nrepository = \"acme/log\"\n\
         workflow = \"release.yml\"\ncrates = [\"acme-log\"]\nnew-crates = true\n"
    );
    write(&file, fs::read_to_string(&file).unwrap() + &rule);
    let server = Served::start(&sandbox, &["--offline"]);
    // By the clock of the file system, which is the machine's.
    let now = fs::metadata(&file).unwrap().modified().unwrap();
    let now = now.duration_since(std::time::SystemTime::UNIX_EPOCH);
    let now = now.unwrap().as_secs();
    let jwt = |audience: &str, id: &str| {
        let claims = json!({
            "iss": issuer, "aud": audience, "exp": now + 300, "iat": now, "jti": id, "run_id": "77",
            "repository": "acme/log", "event_name": "release",
            "workflow_ref": "acme/log/.github/workflows/release.yml@refs/tags/v1",
        });
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some("one".to_owned());
        jsonwebtoken::encode(&header, &claims, &key).unwrap()
    };
    let refused = post(&server, &json!({"jwt": jwt("crates.example.com", "0")}));
    assert_eq!(refused.status, 401, "{}", refused.text());
    assert!(
        refused
            .text()
            .contains("crates.example.com/registries/corp"),
        "{}",
        refused.text()
    );
    let ours = jwt("crates.example.com/registries/corp", "1");
    let answer = post(&server, &json!({ "jwt": ours }));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    let token = answer["token"].as_str().unwrap().to_owned();
    assert_eq!(post(&server, &json!({ "jwt": ours })).status, 401);

    let publish = |name: &str, version: &str, token: &str| {
        let project = Project {
            folder: sandbox.path(&format!("{name}-{version}")),
        };
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2021\"\ndescription = \"x\"\n\
             license = \"MIT\"\npublish = [\"corp\"]\n"
        );
        project.write("Cargo.toml", manifest);
        project.write("src/lib.rs", "");
        let run = sandbox
            .command(CARGO)
            .args(["publish", "--allow-dirty", "--no-verify"]);
        run.within(&project.folder)
            .env("CARGO_HOME", sandbox.fresh("ci-home"))
            .env(
                "CARGO_REGISTRIES_CORP_INDEX",
                format!("sparse+{}/registries/corp/index/", server.base),
            )
            .env("CARGO_REGISTRIES_CORP_TOKEN", token)
            .env("CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS", "cargo:token")
            .outcome()
    };
    publish("acme-log", "1.0.0", &token).exits(0);
    publish("acme-log", "1.0.1", &token).exits(0);
    let other = publish("acme-net", "1.0.0", &token);
    assert!(other.stderr.contains("limited to `acme-log`"), "{other}");

    let header = [("Authorization", token.as_str())];
    assert_eq!(server.ask("DELETE", TOKENS, &header).status, 204);
    let late = publish("acme-log", "1.0.2", &token);
    assert_ne!(late.code, Some(0), "{late}");
    let log = fs::read_dir(sandbox.mirror().join("access/log")).unwrap();
    let log: String = log
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    assert!(
        log.contains("\"by\":\"acme/log release.yml, run 77\""),
        "{log}"
    );
    for action in ["token-exchange", "publish", "refuse", "token-revoke"] {
        assert!(
            log.contains(&format!("\"action\":\"{action}\"")),
            "{action}: {log}"
        );
    }
    let said = server.stop();
    for text in [&log, &said.stderr, &said.stdout] {
        assert!(
            !text.contains(&token[4..]) && !text.contains(&ours),
            "{text}"
        );
    }
}
