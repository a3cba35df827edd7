//! Registries that want to know who asks: the login is cargo's, and the token goes to the registry alone.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::fixture::command::{Outcome, Run};
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::{Project, tree, write};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::server::Fault;

/// Long and unlike anything else, so that it is found wherever it leaks to.
const TOKEN: &str = "cio-t0ken-Xq7LMzsekrit";
const PROVIDERS: &str = "CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS";
const TOKEN_VARIABLE: &str = "CARGO_REGISTRIES_PRIVATE_TOKEN";

/// An open registry, one that is locked, and a project that wants crates of both.
struct World {
    open: Registry,
    private: Registry,
    sandbox: Sandbox,
    project: Project,
}

impl World {
    /// The lockfile is made by the real cargo, which logs in as users do.
    fn new() -> Self {
        let open = Registry::new([Crate::new("alpha", "1.0.0")]);
        let private = Registry::new([Crate::new("secret", "2.0.0"), Crate::new("deeper", "1.1.0")]);
        let sandbox = Sandbox::new(&open);
        let project = sandbox.unlocked("app", &[Dep::new("alpha", "1")]);
        let manifest = project.read("Cargo.toml");
        let deps = "\n[dependencies.secret]\nversion = \"2\"\nregistry = \"private\"\n\
                    \n[dependencies.deeper]\nversion = \"1\"\nregistry = \"private\"\n";
        project.write("Cargo.toml", manifest + deps);
        write(
            &sandbox.path("cargo-home/config.toml"),
            format!("[registries.private]\nindex = {:?}\n", private.index()),
        );
        private.lock_with(TOKEN);
        let world = Self {
            open,
            private,
            sandbox,
            project,
        };
        let lock = world.sandbox.cargo(["generate-lockfile"]);
        let lock = lock.env("CARGO_REGISTRIES_PRIVATE_INDEX", world.private.index());
        let lock = lock.env(PROVIDERS, "cargo:token");
        let lock = lock.env(TOKEN_VARIABLE, TOKEN);
        lock.within(&world.project.folder).outcome().exits(0);
        world.private.forget();
        world
    }

    fn prefetch(&self) -> Run {
        self.sandbox
            .program(["prefetch", "Cargo.lock", "-vv"])
            .within(&self.project.folder)
    }

    /// With the token in the environment, for the provider that takes it from there.
    fn with_token(&self) -> Run {
        self.prefetch()
            .env(PROVIDERS, "cargo:token")
            .env(TOKEN_VARIABLE, TOKEN)
    }

    fn config(&self, more: &str) {
        let index = self.private.index();
        write(
            &self.sandbox.path("cargo-home/config.toml"),
            format!("[registries.private]\nindex = {index:?}\n{more}"),
        );
    }

    /// The names of the crates that were mirrored.
    fn mirrored(&self) -> Vec<String> {
        tree(&self.sandbox.mirror())
            .into_keys()
            .filter_map(|path| {
                let (_, name) = path.rsplit_once('/')?;
                Some(name.strip_suffix(".crate")?.to_owned())
            })
            .collect()
    }

    /// All crates are there, and nothing but the registry has seen the token.
    #[track_caller]
    fn complete(&self, run: Outcome) {
        let run = self.secret(run).exits(0).no_panic();
        let mut there = self.mirrored();
        there.sort();
        assert_eq!(
            there,
            ["alpha-1.0.0", "deeper-1.1.0", "secret-2.0.0"],
            "{run}"
        );
    }

    /// The rest is there, the two of the locked registry are not.
    #[track_caller]
    fn fails(&self, run: Outcome) -> Outcome {
        let run = self.secret(run).exits(101).no_panic();
        assert_eq!(self.mirrored(), ["alpha-1.0.0"], "{run}");
        run.says("secret@2.0.0").says("deeper@1.1.0")
    }

    /// The token is in no output, in no file and in no request to anybody else.
    #[track_caller]
    fn secret(&self, run: Outcome) -> Outcome {
        assert!(!run.stdout.contains(TOKEN), "{run}");
        assert!(!run.stderr.contains(TOKEN), "{run}");
        untold(&self.open);
        for folder in ["mirror", "app", "cargo-home", "home"] {
            for (path, bytes) in tree(&self.sandbox.path(folder)) {
                let planted = path.starts_with("credentials") || path.starts_with("provider");
                let found = bytes
                    .windows(TOKEN.len())
                    .any(|part| part == TOKEN.as_bytes());
                assert!(planted || !found, "the token is in {folder}/{path}");
            }
        }
        run
    }
}

/// Nobody has told this registry anything secret.
#[track_caller]
fn untold(registry: &Registry) {
    for asked in registry.asked() {
        let headers = format!("{:?}", asked.headers);
        assert!(!headers.contains(TOKEN), "{} {headers}", asked.path);
    }
}

fn script(path: &Path, text: &str) {
    write(path, format!("#!/bin/sh\n{text}"));
    let mut permissions = path.metadata().unwrap().permissions();
    permissions.set_mode(0o755);
    std::fs::set_permissions(path, permissions).unwrap();
}

#[test]
fn a_locked_registry_is_vendored_and_builds_with_the_network_gone() {
    let world = World::new();
    let run = world
        .sandbox
        .program(["vendor", "-vv", "--message-format", "json"]);
    let run = run.env(PROVIDERS, "cargo:token").env(TOKEN_VARIABLE, TOKEN);
    world.complete(run.within(&world.project.folder).outcome());
    // The probe alone goes without a token, once.
    let asked = world.private.asked();
    let bare: Vec<_> = asked
        .iter()
        .filter(|asked| asked.header("authorization").is_empty())
        .collect();
    assert_eq!(bare.len(), 1, "{bare:?}");
    assert_eq!(bare[0].path, "/index/config.json");
    assert_eq!(
        asked
            .iter()
            .filter(|asked| asked.header("authorization") == TOKEN)
            .count(),
        5
    );

    // Cargo must know the registry's name, which stands in the home that it does not have here, and needs no login.
    let name = format!("registries.private.index={:?}", world.private.index());
    let run = world
        .sandbox
        .judge(["build", "--frozen", "--config", &name]);
    run.within(&world.project.folder).outcome().exits(0);
    // The mirror proves itself without the user's home, where the registry has its name.
    let run = world.sandbox.program(["status", "--prove"]);
    let run = run.within(&world.project.folder).outcome();
    world.secret(run).exits(0);
}

#[test]
fn a_token_that_cargo_login_has_saved_is_used() {
    let world = World::new();
    world.config("[registry]\nglobal-credential-providers = [\"cargo:token\"]\n");
    let saved = format!("[registries.private]\ntoken = {TOKEN:?}\n");
    write(&world.sandbox.path("cargo-home/credentials.toml"), saved);
    world.complete(world.prefetch().outcome());
}

#[test]
fn without_a_provider_nothing_is_tried_as_cargo_does() {
    let world = World::new();
    let run = world.prefetch().env(TOKEN_VARIABLE, TOKEN).outcome();
    let run = world.fails(run);
    run.says("authenticated registries require a credential-provider to be configured")
        .says("global-credential-providers = [\"cargo:token\"]")
        .says("the token that is set");
    untold(&world.private);
}

#[test]
fn a_login_that_nobody_gave_costs_its_packages_alone() {
    let world = World::new();
    let run = world.prefetch().env(PROVIDERS, "cargo:token").outcome();
    let run = world.fails(run);
    run.says("the registry `private` wants a login")
        .says("https://r.example/me")
        .says("cargo login --registry private")
        .says(TOKEN_VARIABLE);
    // One question settles it for all of them.
    assert_eq!(world.private.asked().len(), 1);
    // With a login, the next run brings the rest.
    world.complete(world.with_token().outcome());
}

#[test]
fn a_token_that_is_not_taken_is_called_so() {
    let world = World::new();
    let run = world.with_token().env(TOKEN_VARIABLE, "out-of-date");
    let run = world.fails(run.outcome());
    run.says("token rejected for `private`")
        .never_says("out-of-date");
    let run = world.with_token().env(TOKEN_VARIABLE, "two\nlines");
    let run = world.fails(run.outcome());
    run.says("cannot be sent");
}

#[test]
fn a_command_that_prints_a_token_is_asked_once() {
    let world = World::new();
    let log = world.sandbox.path("log");
    script(
        &world.sandbox.path("provider.sh"),
        &format!(
            "echo \"$CARGO_REGISTRY_NAME_OPT $CARGO_REGISTRY_INDEX_URL $1\" >> {}\necho {TOKEN}\n",
            log.display()
        ),
    );
    // Paths start from the folder above the one with the file; the last of the list goes first.
    world.config(
        "[registry]\nglobal-credential-providers = [\"cargo:token\", \"cargo:token-from-stdout /bin/sh -c false\", \"mine\"]\n\
         [credential-alias]\nmine = [\"cargo:token-from-stdout\", \"SCRIPT\", \"<{index_url}>\"]\n"
            .replace("SCRIPT", &world.sandbox.path("provider.sh").to_string_lossy())
            .as_str(),
    );
    world.complete(world.prefetch().outcome());
    let index = world.private.index();
    let said = std::fs::read_to_string(log).unwrap();
    assert_eq!(said, format!("private {index} <{index}>\n"));
}

/// A provider that logs what it is asked, and answers so.
fn provider(world: &World, answer: &str) {
    let log = world.sandbox.path("log");
    script(
        &world.sandbox.path("cargo-home/provider"),
        &format!(
            "printf '%s\\n' \"$@\" >> {0}\necho '{{\"v\":[1]}}'\nread -r line\nprintf '%s\\n' \"$line\" >> {0}\ncat <<'END'\n{answer}\nEND\n",
            log.display()
        ),
    );
    world.config("credential-provider = [\"cargo-home/provider\", \"--account\", \"me\"]\n");
}

#[test]
fn a_provider_is_spoken_to_in_cargos_protocol() {
    let world = World::new();
    let granted = |rest: &str| {
        format!(
            r#"{{"Ok":{{"kind":"get","token":"{TOKEN}",{rest},"operation_independent":true}}}}"#
        )
    };
    provider(&world, &granted(r#""cache":"session""#));
    world.complete(world.prefetch().outcome());
    let said = std::fs::read_to_string(world.sandbox.path("log")).unwrap();
    let mut lines = said.lines();
    assert_eq!(lines.next(), Some("--cargo-plugin"));
    let request: serde_json::Value = serde_json::from_str(lines.next().unwrap()).unwrap();
    assert_eq!(lines.next(), None, "it is asked once");
    assert_eq!(request["v"], 1);
    assert_eq!(request["kind"], "get");
    assert_eq!(request["operation"], "read");
    assert_eq!(request["args"], serde_json::json!(["--account", "me"]));
    assert_eq!(request["registry"]["index-url"], *world.private.index());
    assert_eq!(request["registry"]["name"], "private");
    let headers = request["registry"]["headers"].to_string();
    assert!(
        headers.contains("www-authenticate: Cargo login_url"),
        "{headers}"
    );

    // A token that has expired, or is for one request, is asked for again.
    for rest in [
        r#""cache":"expires","expiration":1693942857"#,
        r#""cache":"never""#,
    ] {
        let world = World::new();
        provider(&world, &granted(rest));
        world.complete(world.prefetch().outcome());
        let said = std::fs::read_to_string(world.sandbox.path("log")).unwrap();
        assert_eq!(said.matches("--cargo-plugin").count(), 5, "{said}");
    }
}

#[test]
fn a_provider_that_fails_is_named() {
    for (answer, said) in [
        (
            r#"{"Err":{"kind":"other","message":"the vault is closed","caused-by":["no key"]}}"#,
            "the vault is closed: no key",
        ),
        (
            r#"{"Err":{"kind":"operation-not-supported"}}"#,
            "operation-not-supported",
        ),
        (r#"{"Err":{"kind":"not-found"}}"#, "no token was found"),
        (
            r#"{"Err":{"kind":"url-not-supported"}}"#,
            "no token was found",
        ),
        // What it says wrongly is not repeated: it may be the token.
        (TOKEN, "not one of cargo's protocol"),
        (
            &format!(r#"{{"Ok":{{"kind":"get","token":{{"{TOKEN}":1}},"cache":"never"}}}}"#),
            "not one of cargo's protocol",
        ),
        (
            &format!(r#"{{"Ok":"{TOKEN}"}}"#),
            "not one of cargo's protocol",
        ),
    ] {
        let world = World::new();
        provider(&world, answer);
        let run = world.prefetch().env(TOKEN_VARIABLE, TOKEN).outcome();
        let run = world.fails(run);
        run.says(said).never_says("--account");
        let asked = std::fs::read_to_string(world.sandbox.path("log")).unwrap();
        assert_eq!(asked.matches("--cargo-plugin").count(), 1, "{asked}");
    }
}

#[test]
fn providers_that_only_cargo_has_are_named_with_a_way_out() {
    let world = World::new();
    let run = world.prefetch().env(PROVIDERS, "cargo:paseto");
    let run = world.fails(run.outcome());
    run.says("built into cargo: `cargo:paseto`");
    // Those of other systems know nothing, as for cargo.
    let run = world.prefetch();
    let run = run.env(
        "CARGO_REGISTRIES_PRIVATE_CREDENTIAL_PROVIDER",
        "cargo:macos-keychain",
    );
    let run = world.fails(run.outcome());
    if cfg!(target_os = "linux") {
        run.says("no token was found");
    }
    // And another one may have what this one would have.
    let run = world
        .with_token()
        .env(PROVIDERS, "cargo:token cargo:libsecret");
    world.complete(run.outcome());
}

#[test]
fn a_redirect_to_another_host_goes_without_the_token() {
    // To another port, and to another name of this machine.
    for host in ["127.0.0.1", "localhost"] {
        let world = World::new();
        let elsewhere =
            Registry::new([Crate::new("secret", "2.0.0"), Crate::new("deeper", "1.1.0")]);
        let root = elsewhere.root().replace("127.0.0.1", host);
        for (name, version) in [("secret", "2.0.0"), ("deeper", "1.1.0")] {
            let path = world.private.download_path(name, version);
            let place = format!("{root}{path}");
            // By way of the registry itself, which may see it.
            world
                .private
                .always(&path, Fault::Redirect("/hop".to_owned() + &path));
            world
                .private
                .always(&("/hop".to_owned() + &path), Fault::Redirect(place));
        }
        let run = world
            .with_token()
            .env("no_proxy", "127.0.0.1,localhost")
            .env("NO_PROXY", "127.0.0.1,localhost");
        world.complete(run.outcome());
        assert_eq!(elsewhere.asked().len(), 2);
        untold(&elsewhere);
        // And if it comes back from there, it does not carry it again.
        let hops = world.private.asked();
        let hops = hops.iter().filter(|asked| asked.path.starts_with("/hop"));
        assert!(
            hops.clone().count() == 2 && hops.clone().all(|it| it.header("authorization") == TOKEN)
        );
    }
}

#[test]
fn an_index_that_redirects_elsewhere_keeps_its_token_to_itself() {
    let world = World::new();
    let elsewhere = Registry::new([]);
    elsewhere.lock_with("another");
    let place = format!("{}/index/config.json", elsewhere.root());
    world
        .private
        .always("/index/se/cr/secret", Fault::Redirect(place.clone()));
    world
        .private
        .always("/index/de/ep/deeper", Fault::Redirect(place));
    let run = world.with_token().outcome();
    let run = world.fails(run);
    run.says("its token is not sent to other hosts")
        .says("--send-token-to 127.0.0.1:");
    untold(&elsewhere);
}

#[test]
fn crates_on_another_host_get_the_token_only_if_that_is_said() {
    let world = World::new();
    let store = Registry::new([Crate::new("secret", "2.0.0"), Crate::new("deeper", "1.1.0")]);
    let config = format!(r#"{{"dl":"{}/dl","auth-required":true}}"#, store.root());
    world.private.say(&config);
    // An open store needs no token, so it gets none.
    world.complete(world.with_token().outcome());
    assert_eq!(store.asked().len(), 2);
    untold(&store);

    let world = World::new();
    world.private.say(&config);
    store.lock_with(TOKEN);
    let host = store.root().replace("http://", "");
    let run = world.fails(world.with_token().outcome());
    run.says(&format!("{host} answered 401"))
        .says(&format!("--send-token-to {host}"));
    untold(&store);
    let run = world
        .with_token()
        .env("CARGO_MIRROR_SEND_TOKEN_TO", format!("dl.example,{host}"));
    world.complete(run.outcome());
}

#[test]
fn who_says_that_a_login_is_needed_without_asking_for_one_gets_it() {
    let world = World::new();
    // The config is open, all else is not.
    world.private.unlock("/index/config.json");
    world.complete(world.with_token().outcome());
    let asked = world.private.asked();
    let config = asked.iter().find(|it| it.path.ends_with("config.json"));
    assert_eq!(config.unwrap().header("authorization"), "");
}

#[test]
fn a_locked_registry_in_the_place_of_crates_io_is_logged_in_to() {
    let open = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&open);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    open.lock_with(TOKEN);
    let index = open.index();
    project.write(
        ".cargo/config.toml",
        format!(
            "[source.crates-io]\nreplace-with = \"company\"\n[registries.company]\nindex = {index:?}\n\
             [registry]\nglobal-credential-providers = [\"cargo:token\"]\n"
        ),
    );
    let run = || {
        let run = sandbox.program(["vendor", "-vv"]).within(&project.folder);
        run.env_remove("CARGO_MIRROR_UPSTREAM")
    };
    run()
        .outcome()
        .exits(101)
        .says("the registry `company` wants a login");
    let ended = run().env("CARGO_REGISTRIES_COMPANY_TOKEN", TOKEN).outcome();
    assert!(!format!("{ended}").contains(TOKEN));
    ended.exits(0);
    sandbox.builds(&project);

    // The same, named with `--upstream`, and the lockfile is cargo's to make.
    let other = sandbox.unlocked("other", &[Dep::new("alpha", "1")]);
    other.write(
        ".cargo/config.toml",
        format!("[registries.company]\nindex = {index:?}\n"),
    );
    let run = sandbox.program(["vendor", "--upstream", &index]);
    let run = run
        .env(PROVIDERS, "cargo:token")
        .env("CARGO_REGISTRIES_COMPANY_TOKEN", TOKEN);
    run.within(&other.folder).outcome().exits(0);
}

#[test]
fn a_registry_in_the_place_of_another_is_logged_in_to_as_itself() {
    let world = World::new();
    let stand_in = Registry::new([Crate::new("secret", "2.0.0"), Crate::new("deeper", "1.1.0")]);
    stand_in.lock_with("token-of-the-stand-in");
    world.config(&format!(
        "[source.theirs]\nregistry = {:?}\nreplace-with = \"stand-in\"\n[registries.stand-in]\nindex = {:?}\n",
        world.private.index(),
        stand_in.index()
    ));
    let run = world.with_token();
    let run = run.env("CARGO_REGISTRIES_STAND_IN_TOKEN", "token-of-the-stand-in");
    world.complete(run.outcome());
    assert_eq!(world.private.asked().len(), 0);
    untold(&stand_in);
}
