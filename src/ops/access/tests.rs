//! Trusted publishing with an issuer on this machine: its configuration, its keys, its tokens.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::io::access::identity::IssuerKeys;
use crate::io::access::refusals::RefusalPace;
use crate::io::access::store::AccessStore;
use crate::io::clock::Clock;
use crate::io::config::load::{CargoConfig, Environment};
use crate::io::config::own_address::Own;
use crate::io::http::settings::http_settings;
use crate::model::access::audit::AuditAction;
use crate::model::access::refusal::Refusal;
use crate::model::access::scope::Scope;
use crate::model::access::token::TokenText;
use crate::model::access::trusted::TrustRefusal;
use crate::model::package::id::CrateName;
use crate::model::units::timestamp::Timestamp;
use crate::ops::access::trusted;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::options::{Context, UpstreamOptions};
use crate::ops::context::place::Workplace;

const API: &str = "https://crates.example.com/registries/corp";

/// An issuer of identity tokens.
struct Issuer {
    address: String,
    keys: Arc<Mutex<Value>>,
    asked: Arc<AtomicUsize>,
}

impl Issuer {
    fn start(keys: Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (keys, asked) = (Arc::new(Mutex::new(keys)), Arc::new(AtomicUsize::new(0)));
        let (here, there, count) = (address.clone(), Arc::clone(&keys), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = [0; 4096];
                let length = stream.read(&mut request).unwrap_or_default();
                let request = String::from_utf8_lossy(&request[..length]).into_owned();
                let body = if request.starts_with("GET /.well-known/openid-configuration ") {
                    json!({"issuer": here, "jwks_uri": format!("{here}/keys")})
                } else {
                    count.fetch_add(1, Ordering::Relaxed);
                    json!({"keys": there.lock().unwrap().clone()})
                };
                let body = body.to_string();
                let _ = write!(
                    stream,
                    "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                    body.len()
                );
            }
        });
        Self {
            address,
            keys,
            asked,
        }
    }
}

/// A key that signs, and what the issuer shows of it.
struct Key {
    name: &'static str,
    algorithm: Algorithm,
    signing: EncodingKey,
    shown: Value,
}

impl Key {
    fn elliptic(name: &'static str) -> Self {
        let random = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        Self::of(
            name,
            Algorithm::ES256,
            EncodingKey::from_ec_der(made.as_ref()),
        )
    }

    fn rsa(name: &'static str) -> Self {
        let made = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
        // PKCS#8 is 26 bytes that say which kind of key, and then the key itself.
        let der = made.as_der().unwrap();
        Self::of(
            name,
            Algorithm::RS256,
            EncodingKey::from_rsa_der(&der.as_ref()[26..]),
        )
    }

    fn of(name: &'static str, algorithm: Algorithm, signing: EncodingKey) -> Self {
        let mut shown = Jwk::from_encoding_key(&signing, algorithm).unwrap();
        shown.common.key_id = Some(name.to_owned());
        Self {
            name,
            algorithm,
            shown: serde_json::to_value(shown).unwrap(),
            signing,
        }
    }

    fn sign(&self, claims: &Value) -> String {
        let mut header = Header::new(self.algorithm);
        header.kid = Some(self.name.to_owned());
        jsonwebtoken::encode(&header, claims, &self.signing).unwrap()
    }
}

fn context(mirror: &Path) -> Context {
    Context {
        mirror: OpenMirror {
            folder: mirror.to_owned(),
            clock: Clock::system(),
            flush: true,
            watch: Arc::new(|_| {}),
            hosts: None,
        },
        place: Workplace {
            cwd: mirror.to_owned(),
            cargo_home: mirror.join("cargo"),
            environment: Environment::new(),
            own: Own::default(),
        },
        upstream: UpstreamOptions {
            named: None,
            jobs: 1,
            token_hosts: Vec::new(),
            offline: false,
        },
    }
}

struct World {
    mirror: tempfile::TempDir,
    common: Context,
    issuer: Issuer,
    keys: IssuerKeys,
    pace: Arc<RefusalPace>,
    number: AtomicUsize,
}

impl World {
    fn new(shown: Value) -> Self {
        let mirror = tempfile::tempdir().unwrap();
        let issuer = Issuer::start(shown);
        let rules = format!(
            "[[registries.corp.trusted-publishing]]\nissuer = \"{}\"\nrepository = \"acme/log\"\n\
             workflow = \"release.yml\"\ncrates = [\"acme-log\"]\n",
            issuer.address
        );
        std::fs::write(mirror.path().join("mirror.toml"), rules).unwrap();
        let settings = http_settings(&CargoConfig::default());
        Self {
            common: context(mirror.path()),
            keys: IssuerKeys::new(settings),
            pace: Arc::default(),
            mirror,
            issuer,
            number: AtomicUsize::new(0),
        }
    }

    fn claims(&self) -> Value {
        let now = self.common.mirror.clock.now().0;
        json!({
            "iss": self.issuer.address,
            "aud": "crates.example.com/registries/corp",
            "exp": now + 300,
            "iat": now,
            "jti": self.number.fetch_add(1, Ordering::Relaxed).to_string(),
            "repository": "acme/log",
            "workflow_ref": "acme/log/.github/workflows/release.yml@refs/tags/v1",
            "event_name": "release",
            "run_id": "77",
        })
    }

    fn exchange(&self, body: &str) -> Result<TokenText, TrustRefusal> {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_all().build().unwrap();
        let from = Some("192.0.2.1".to_owned());
        let judged_by = (&self.keys, &self.pace);
        let asked = trusted::exchange(&self.common, judged_by, "corp", API, body.as_bytes(), from);
        runtime.block_on(asked)
    }

    fn show(&self, jwt: &str) -> Result<TokenText, TrustRefusal> {
        self.exchange(&json!({"jwt": jwt}).to_string())
    }
}

#[test]
fn a_run_gets_a_token_for_its_crates_and_half_an_hour() {
    for key in [Key::rsa("one"), Key::elliptic("one")] {
        let world = World::new(json!([key.shown]));
        let jwt = key.sign(&world.claims());
        let token = world.show(&jwt).unwrap();
        let accounts = AccessStore::open(world.mirror.path());
        let now = world.common.mirror.clock.now();
        let header = Some(token.expose().as_bytes());
        let principal = accounts.authenticate(header, "corp", now).unwrap();
        let name = |text| CrateName::parse(text).unwrap();
        let log = name("acme-log");
        assert_eq!(principal.name(), "acme/log release.yml, run 77");
        assert_eq!(
            principal.may_change(Scope::PublishUpdate, &log, &[]),
            Ok(())
        );
        assert!(principal.may(Scope::PublishNew, Some(&log)).is_err());
        assert!(principal.may_change(Scope::Yank, &log, &[]).is_err());
        assert!(
            principal
                .may(Scope::PublishUpdate, Some(&name("other")))
                .is_err()
        );
        assert!(accounts.authenticate(header, "other", now).is_err());
        let late = Timestamp(now.0 + 31 * 60);
        let refused = accounts.authenticate(header, "corp", late);
        assert!(matches!(refused, Err(Refusal::Expired { .. })));

        // Once.
        assert_eq!(world.show(&jwt).unwrap_err(), TrustRefusal::Used);
        let log = accounts.entries(Timestamp(0)).unwrap();
        assert_eq!(log[0].action, AuditAction::TokenExchange);
        assert_eq!(log[0].by, "acme/log release.yml, run 77");
        assert_eq!(log[0].from.as_deref(), Some("192.0.2.1"));
        assert_eq!(log[1].action, AuditAction::Refuse);
        let text = std::fs::read_dir(world.mirror.path().join("access/log")).unwrap();
        for entry in text {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            assert!(!text.contains(&token.expose()[4..]) && !text.contains(&jwt));
        }
    }
}

#[test]
fn what_is_not_signed_by_the_issuer_is_refused() {
    let (key, other) = (Key::elliptic("one"), Key::elliptic("one"));
    let world = World::new(json!([key.shown]));
    let status = |refused: Result<TokenText, TrustRefusal>| refused.unwrap_err().status();
    // Another key of the same name.
    let forged = world.show(&other.sign(&world.claims())).unwrap_err();
    assert!(matches!(forged, TrustRefusal::Signature(_)), "{forged}");
    // Another word in what was signed.
    let jwt = key.sign(&world.claims());
    let parts: Vec<&str> = jwt.split('.').collect();
    let mut claims = world.claims();
    claims["repository"] = json!("acme/other");
    let changed = other.sign(&claims);
    let changed = format!(
        "{}.{}.{}",
        parts[0],
        changed.split('.').nth(1).unwrap(),
        parts[2]
    );
    assert!(matches!(
        world.show(&changed),
        Err(TrustRefusal::Signature(_))
    ));
    // Signed with what everybody knows, or not at all.
    let shared = EncodingKey::from_secret(b"public");
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some("one".to_owned());
    let symmetric = jsonwebtoken::encode(&header, &world.claims(), &shared).unwrap();
    assert_eq!(status(world.show(&symmetric)), 400);
    let none = format!("eyJhbGciOiJub25lIn0.{}.", parts[1]);
    assert_eq!(status(world.show(&none)), 400);
    for broken in ["", "a.b", "a.b.c", &"x".repeat(20_000)] {
        assert_eq!(status(world.show(broken)), 400, "{broken}");
    }
    for body in ["", "{}", "{\"jwt\": 1}", "[]"] {
        assert_eq!(world.exchange(body).unwrap_err(), TrustRefusal::NoToken);
    }
    // Nobody is asked on behalf of a stranger.
    let asked = world.issuer.asked.load(Ordering::Relaxed);
    let mut claims = world.claims();
    claims["iss"] = json!("http://127.0.0.1:1");
    let stranger = world.show(&key.sign(&claims)).unwrap_err();
    assert!(
        matches!(stranger, TrustRefusal::UnknownIssuer(_)),
        "{stranger}"
    );
    let wrong = Key::elliptic("unknown");
    for _ in 0..3 {
        assert!(world.show(&wrong.sign(&world.claims())).is_err());
    }
    assert_eq!(world.issuer.asked.load(Ordering::Relaxed), asked);
    // Nobody's disk is filled by a stranger.
    let accounts = AccessStore::open(world.mirror.path());
    assert_eq!(accounts.entries(Timestamp(0)).unwrap(), []);
    assert!(
        AccessStore::open(world.mirror.path())
            .tokens()
            .unwrap()
            .is_empty()
    );
}

#[test]
fn an_issuer_that_is_away_or_has_other_claims_is_told() {
    let key = Key::elliptic("one");
    let mut world = World::new(json!("nonsense"));
    let mut asked = None;
    for _ in 0..3 {
        let refused = world.show(&key.sign(&world.claims())).unwrap_err();
        assert_eq!(refused.status(), 503, "{refused}");
        // It is not asked again for each.
        let now = world.issuer.asked.load(Ordering::Relaxed);
        assert_eq!(*asked.get_or_insert(now), now);
    }
    // As it is after the pause.
    world.keys = IssuerKeys::new(http_settings(&CargoConfig::default()));
    *world.issuer.keys.lock().unwrap() = json!([key.shown]);
    for (claim, value) in [
        ("aud", json!("crates.example.com")),
        ("event_name", json!("pull_request_target")),
        ("repository", json!("mallory/log")),
        ("exp", json!(1)),
    ] {
        let mut claims = world.claims();
        claims[claim] = value;
        assert!(world.show(&key.sign(&claims)).is_err(), "{claim}");
    }
    assert!(world.show(&key.sign(&world.claims())).is_ok());
}
