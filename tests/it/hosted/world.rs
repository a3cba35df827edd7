//! A server with a hosted registry, people who have tokens for it, and packages to publish.

use std::path::{Path, PathBuf};

use crate::fixture::command::{Outcome, Run};
use crate::fixture::package::Crate;
use crate::fixture::project::write;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::{CARGO, Sandbox};
use crate::fixture::served::{Answer, Served};

pub(crate) const PROVIDERS: &str = "CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS";

/// What a publisher's token may do.
const PUBLISHER: &str = "publish-new,publish-update,yank,change-owners";

pub(crate) struct World {
    /// crates.io, as far as the server knows.
    pub(crate) crates_io: Registry,
    pub(crate) sandbox: Sandbox,
    pub(crate) server: Served,
}

impl World {
    /// With a registry `corp`, whose settings these arguments of `registry new` are.
    pub(crate) fn new(public: &[Crate], settings: &[&str]) -> Self {
        Self::served(public, settings, |_| Vec::new())
    }

    pub(crate) fn served(
        public: &[Crate],
        settings: &[&str],
        arguments: impl FnOnce(&Sandbox) -> Vec<String>,
    ) -> Self {
        let crates_io = Registry::new(public.to_vec());
        let sandbox = Sandbox::new(&crates_io);
        let arguments = arguments(&sandbox);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let server = Served::start(&sandbox, &arguments);
        let world = Self {
            crates_io,
            sandbox,
            server,
        };
        let url = world.index("corp");
        let new = ["registry", "new", "corp", "--url", &url];
        let new = world.sandbox.program(new).args(settings);
        new.outcome().exits(0);
        world
    }

    pub(crate) fn index(&self, registry: &str) -> String {
        format!("sparse+{}/registries/{registry}/index/", self.server.base)
    }

    pub(crate) fn run(&self, line: &str) -> Outcome {
        self.sandbox.program(line.split(' ')).outcome().no_panic()
    }

    #[track_caller]
    pub(crate) fn report(&self, line: &str) -> serde_json::Value {
        let line = format!("{line} --message-format json");
        self.run(&line).exits(0).report()
    }

    /// A user, and a token with these scopes.
    #[track_caller]
    pub(crate) fn token(&self, user: &str, scopes: &str) -> String {
        // One user may have several tokens.
        self.run(&format!("user new {user}"));
        let made = self.report(&format!("token new --user {user} --scope {scopes}"));
        made["token"].as_str().expect("a token is text").to_owned()
    }

    #[track_caller]
    pub(crate) fn publisher(&self, user: &str) -> String {
        self.token(user, PUBLISHER)
    }

    /// The real cargo with a home of its own, crates.io through the server, and this token for `corp`.
    pub(crate) fn cargo(&self, home: &Path, token: &str, words: &str) -> Run {
        let run = self
            .sandbox
            .command(CARGO)
            .args([
                "--config",
                "source.crates-io.replace-with=\"cargo-mirror-server\"",
            ])
            .args([
                "--config",
                &format!(
                    "registries.cargo-mirror-server.index={:?}",
                    self.server.index()
                ),
            ])
            .args(words.split(' '))
            .env("CARGO_HOME", home)
            .env("CARGO_TARGET_DIR", self.sandbox.path("target"))
            .env("CARGO_REGISTRIES_CORP_INDEX", self.index("corp"));
        if token.is_empty() {
            run
        } else {
            run.env("CARGO_REGISTRIES_CORP_TOKEN", token)
                .env(PROVIDERS, "cargo:token")
        }
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.sandbox.fresh("publisher-home")
    }

    /// A library to publish. `more` is what its manifest has besides.
    pub(crate) fn package(&self, name: &str, version: &str, more: &str) -> PathBuf {
        let folder = self.sandbox.fresh("package");
        write(
            &folder.join("Cargo.toml"),
            format!(
                "[package]\nname = {name:?}\nversion = {version:?}\nedition = \"2021\"\nlicense = \"MIT\"\n\
                 description = \"what {name} is for\"\npublish = [\"corp\"]\n{more}"
            ),
        );
        write(&folder.join("src/lib.rs"), "pub const ANSWER: u32 = 42;\n");
        folder
    }

    /// An upload as cargo sends it.
    pub(crate) fn upload(&self, token: &str, metadata: &str, bytes: &[u8]) -> Answer {
        self.put_upload(token, &body(metadata, bytes))
    }

    pub(crate) fn put_upload(&self, token: &str, body: &[u8]) -> Answer {
        let length = body.len().to_string();
        let path = "/registries/corp/api/v1/crates/new";
        let mut headers = vec![("Content-Length", length.as_str())];
        if !token.is_empty() {
            headers.push(("Authorization", token));
        }
        let head = self.server.request("PUT", path, &headers);
        Answer::parse(&self.server.say([head.as_bytes(), body].concat()))
    }

    /// The lines of a crate, as the server serves them.
    pub(crate) fn lines(&self, path: &str) -> String {
        let answer = self.server.get(&format!("/registries/corp/index/{path}"));
        match answer.status {
            200 => String::from_utf8(answer.body).expect("lines are text"),
            404 => String::new(),
            other => panic!("{other}: {}", answer.text()),
        }
    }
}

/// Two lengths, two parts.
pub(crate) fn body(metadata: &str, bytes: &[u8]) -> Vec<u8> {
    let length = |length: usize| u32::try_from(length).expect("it is short").to_le_bytes();
    [
        &length(metadata.len()),
        metadata.as_bytes(),
        &length(bytes.len()),
        bytes,
    ]
    .concat()
}

/// What cargo would send of a package without dependencies.
pub(crate) fn metadata(name: &str, version: &str) -> String {
    format!(
        r#"{{"name":"{name}","vers":"{version}","deps":[],"features":{{}},"authors":[],"links":null}}"#
    )
}
