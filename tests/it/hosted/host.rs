//! `host`: the real cargo builds from a folder behind a server that knows nothing, and from a git index.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::fixture::command::Outcome;
use crate::fixture::files::FileServer;
use crate::fixture::guide::blocks;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::{Project, tree, write};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::{CARGO, Sandbox};
use crate::fixture::wait::until_listening;

const NOW: &str = "2026-01-02T03:04:05Z";

struct World {
    sandbox: Sandbox,
    registry: Registry,
}

impl World {
    fn new() -> Self {
        let registry = Registry::new([
            Crate::new("alpha", "1.0.0").needs("beta"),
            Crate::new("beta", "1.0.0"),
            Crate::new("beta", "1.1.0+build.5"),
        ]);
        let sandbox = Sandbox::new(&registry);
        Self { sandbox, registry }
    }

    /// A mirror that hosts `corp` with two crates.
    fn hosted() -> Self {
        let world = Self::new();
        let url = "sparse+https://crates.example.com/registries/corp/index/";
        world
            .run(&["registry", "new", "corp", "--url", url])
            .exits(0);
        world.add("acme-log", "1.0.0");
        world.add("acme-net", "1.0.0");
        world
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        let run = self.sandbox.program(arguments).env("CARGO_MIRROR_NOW", NOW);
        run.outcome().no_panic()
    }

    fn add(&self, name: &str, version: &str) {
        let krate = Crate::new(name, version);
        let file = self.sandbox.path(&format!("files/{name}-{version}.crate"));
        write(&file, krate.bytes());
        self.run(&["add", &file.to_string_lossy(), "--registry", "corp"])
            .exits(0);
    }

    fn public(&self) -> PathBuf {
        self.sandbox.path("public")
    }

    /// What is printed, a path a line.
    #[track_caller]
    fn export(&self, arguments: &[&str]) -> Vec<String> {
        let run = self.host(arguments).exits(0);
        run.stdout.lines().map(str::to_owned).collect()
    }

    fn host(&self, arguments: &[&str]) -> Outcome {
        let public = self.public();
        let mut all = vec!["host", public.to_str().unwrap()];
        all.extend(arguments);
        self.run(&all)
    }

    /// The real cargo, with `corp` at this index, and an empty home unless one is given.
    fn cargo(
        &self,
        index: &str,
        home: Option<&Path>,
        project: &Project,
        arguments: &[&str],
    ) -> Outcome {
        let fresh = || self.sandbox.fresh("client-home");
        let home = home.map_or_else(fresh, Path::to_owned);
        let run = self
            .sandbox
            .command(CARGO)
            .args(arguments)
            .within(&project.folder);
        run.env("CARGO_HOME", home)
            .env("CARGO_REGISTRIES_CORP_INDEX", index)
            .env("CARGO_NET_RETRY", "0")
            .env("CARGO_TARGET_DIR", self.sandbox.path("target"))
            .outcome()
    }

    fn project(&self, name: &str, deps: &[&str]) -> Project {
        let project = self.sandbox.unlocked(name, &[]);
        let mut manifest = project.read("Cargo.toml");
        manifest.push_str("\n[dependencies]\n");
        for dep in deps {
            writeln!(
                manifest,
                "{dep} = {{ version = \"1\", registry = \"corp\" }}"
            )
            .expect("text grows");
        }
        project.write("Cargo.toml", manifest);
        project
    }

    fn git(&self, arguments: &[&str]) -> String {
        let run = self.sandbox.command("git").args(arguments).outcome();
        run.exits(0).stdout
    }

    /// An empty repository for the index, and its address.
    fn remote(&self, branch: &str) -> (PathBuf, String) {
        let folder = self.sandbox.path("index.git");
        let head = format!("--initial-branch={branch}");
        self.git(&["init", "--quiet", "--bare", &head, folder.to_str().unwrap()]);
        let url = format!("file://{}", folder.display());
        (folder, url)
    }

    fn messages(&self, repository: &Path) -> Vec<String> {
        let log = self.git(&[
            "-C",
            repository.to_str().unwrap(),
            "log",
            "--format=%s",
            "HEAD",
        ]);
        log.lines().map(str::to_owned).collect()
    }
}

#[test]
fn a_plain_file_server_serves_builds() {
    for names in ["name", "checksum"] {
        let world = World::hosted();
        let server = FileServer::start(&world.public());
        let base = server.base.as_str();
        let export = || world.export(&["--base-url", base, "--dl", names]);
        let written = export();
        let crates = written
            .iter()
            .position(|path| path.starts_with('.') || path.starts_with("index"));
        // Bytes, then what tells of them.
        assert_eq!(crates, Some(2), "{written:?}");
        assert_eq!(
            &written[3..],
            [
                "index/config.json",
                "index/ac/me/acme-log",
                "index/ac/me/acme-net"
            ]
        );
        let index = format!("sparse+{base}/index/");
        let project = world.project("app", &["acme-log", "acme-net"]);
        world.cargo(&index, None, &project, &["build"]).exits(0);
        assert!(project.read("Cargo.lock").contains(&index));
        // What is the same is not touched.
        assert_eq!(export(), [""; 0]);

        world.add("acme-log", "1.0.1+build.5");
        let id = if names == "name" {
            "acme-log-1.0.1+build.5.crate"
        } else {
            "by/"
        };
        let written = export();
        assert!(written[0].starts_with(id), "{written:?}");
        assert_eq!(written[1..], ["index/ac/me/acme-log"]);
        let updated = world.cargo(&index, None, &project, &["update"]).exits(0);
        assert!(updated.stderr.contains("v1.0.1+build.5"), "{updated}");
        world
            .cargo(&index, None, &project, &["build", "--locked"])
            .exits(0);

        world
            .run(&["yank", "acme-net@1.0.0", "--registry", "corp"])
            .exits(0);
        assert_eq!(export(), ["index/ac/me/acme-net"]);
        world
            .cargo(&index, None, &project, &["build", "--locked"])
            .exits(0);
        world
            .run(&["remove", "acme-net@1.0.0", "--registry", "corp", "--yes"])
            .exits(0);
        fs::write(world.public().join("about.html"), "ours").unwrap();
        let removed = export();
        assert_eq!(removed.len(), 2, "{removed:?}");
        assert!(removed.contains(&"index/ac/me/acme-net".to_owned()));
        assert!(world.public().join("about.html").is_file());
        let run = world.cargo(&index, None, &project, &["build", "--locked"]);
        assert!(run.stderr.contains("acme-net"), "{run}");
    }
}

#[test]
fn a_mirror_of_crates_io_is_exported_too_and_is_a_local_registry() {
    let world = World::new();
    let project = world.sandbox.project("app", &[Dep::new("alpha", "1")]);
    world
        .sandbox
        .run(&project, ["prefetch", "Cargo.lock"])
        .exits(0);
    let server = FileServer::start(&world.public());
    let report = world
        .host(&["--base-url", &server.base, "--message-format", "json"])
        .exits(0)
        .report();
    assert_eq!(report["source"], "crates-io");
    assert_eq!(report["versions"], 2);
    let sources = [
        format!("registry = \"sparse+{}/index/\"", server.base),
        format!("local-registry = {:?}", world.public()),
    ];
    for source in sources {
        let config = format!(
            "[source.crates-io]\nreplace-with = \"exported\"\n[source.exported]\n{source}\n"
        );
        project.write(".cargo/config.toml", config);
        world
            .cargo("", None, &project, &["check", "--locked"])
            .exits(0);
    }
    assert!(world.registry.has("beta", "1.0.0"));
}

#[test]
fn nothing_of_the_accounts_is_exported() {
    let world = World::hosted();
    world
        .run(&[
            "user",
            "new",
            "alice",
            "--email",
            "alice@example.com",
            "--admin",
        ])
        .exits(0);
    let token = world
        .run(&["token", "new", "--user", "alice", "--scope", "admin"])
        .exits(0);
    world
        .run(&["owner", "add", "acme-log", "alice", "--registry", "corp"])
        .exits(0);
    world
        .run(&["registry", "set", "corp", "--auth", "all"])
        .exits(0);
    let (remote, url) = world.remote("main");
    world.export(&["--base-url", "https://crates.example.com", "--git", &url]);
    let exported = tree(&world.public());
    assert!(exported.contains_key("index/config.json"));
    let config: Value = serde_json::from_slice(&exported["index/config.json"]).unwrap();
    assert_eq!(config["auth-required"], true);
    assert_eq!(config.get("api"), None);
    let all = exported.into_iter().chain(tree(&remote));
    for (name, bytes) in all {
        assert!(
            !name.contains("access") && !name.contains("registry.toml"),
            "{name}"
        );
        for secret in [token.stdout.trim(), "alice"] {
            let found = bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!found, "{name} has {secret}");
        }
    }
}

#[test]
fn an_export_that_would_lie_is_refused_before_the_index() {
    let world = World::hosted();
    let crate_ = world
        .sandbox
        .mirror()
        .join("registries/corp/acme-net-1.0.0.crate");
    let bytes = fs::read(&crate_).unwrap();
    fs::write(&crate_, b"damaged").unwrap();
    let run = world
        .host(&["--base-url", "https://crates.example.com"])
        .exits(101);
    assert!(
        run.stderr.contains("acme-net@1.0.0") && run.stderr.contains("repair"),
        "{run}"
    );
    assert!(!world.public().join("index").exists());
    fs::write(&crate_, bytes).unwrap();
    world.export(&["--base-url", "https://crates.example.com"]);
    for (arguments, said) in [
        (&["--base-url", "crates.example.com"][..], "no address"),
        (
            &["--base-url", "https://a:b@crates.example.com"],
            "password",
        ),
        (
            &["--base-url", "https://x", "--registry", "none"],
            "there is no source `none`",
        ),
    ] {
        let run = world.host(arguments).exits(101);
        assert!(run.stderr.contains(said), "{run}");
    }
    let mirror = world.sandbox.mirror();
    let within = mirror.join("registries/corp/public");
    for folder in [within.to_str().unwrap(), mirror.to_str().unwrap()] {
        let run = world
            .run(&["host", folder, "--base-url", "https://x"])
            .exits(101);
        assert!(run.stderr.contains("is inside the mirror, or"), "{run}");
    }
}

#[test]
fn a_git_index_serves_builds_and_has_a_commit_for_each_change() {
    let world = World::hosted();
    let (remote, url) = world.remote("trunk");
    let server = FileServer::start(&world.public());
    let export = || world.export(&["--base-url", &server.base, "--git", &url]);
    export();
    assert_eq!(
        world.messages(&remote),
        [
            "Add acme-net 1.0.0",
            "Add acme-log 1.0.0",
            "Say where crates are downloaded"
        ]
    );
    let body = world.git(&["-C", remote.to_str().unwrap(), "log", "-1", "--format=%B"]);
    assert!(
        body.contains("Published-by: operator\nChecksum: "),
        "{body}"
    );
    let project = world.project("app", &["acme-log", "acme-net"]);
    let home = world.sandbox.fresh("client-home");
    world
        .cargo(&url, Some(&home), &project, &["build"])
        .exits(0);

    world
        .run(&["yank", "acme-net@1.0.0", "--registry", "corp"])
        .exits(0);
    world.add("acme-log", "1.0.1");
    export();
    let messages = world.messages(&remote);
    assert_eq!(messages.len(), 5);
    assert!(
        messages.contains(&"Yank acme-net 1.0.0".to_owned()),
        "{messages:?}"
    );
    assert!(
        messages.contains(&"Add acme-log 1.0.1".to_owned()),
        "{messages:?}"
    );
    let updated = world
        .cargo(&url, Some(&home), &project, &["update", "acme-log"])
        .exits(0);
    assert!(updated.stderr.contains("v1.0.1"), "{updated}");
    world
        .cargo(&url, Some(&home), &project, &["build", "--locked"])
        .exits(0);

    // Nothing to say: no commit.
    export();
    assert_eq!(world.messages(&remote).len(), 5);
    // What was removed here goes there, too.
    world
        .run(&["remove", "acme-net@1.0.0", "--registry", "corp", "--yes"])
        .exits(0);
    export();
    assert_eq!(world.messages(&remote)[0], "Remove acme-net 1.0.0");
}

#[test]
fn many_changes_are_one_commit() {
    let world = World::hosted();
    let (remote, url) = world.remote("main");
    for patch in 1..12 {
        world.add("acme-log", &format!("1.0.{patch}"));
    }
    world.export(&["--base-url", "https://crates.example.com", "--git", &url]);
    assert_eq!(
        world.messages(&remote),
        [
            "Change 13 versions of 2 crates",
            "Say where crates are downloaded"
        ]
    );
}

#[test]
fn a_squash_is_survived_by_a_client_with_the_old_history() {
    let world = World::hosted();
    let (remote, url) = world.remote("main");
    let server = FileServer::start(&world.public());
    let arguments = ["--base-url", &server.base, "--git", &url];
    world.export(&arguments);
    let project = world.project("app", &["acme-log"]);
    let home = world.sandbox.fresh("client-home");
    world
        .cargo(&url, Some(&home), &project, &["build"])
        .exits(0);

    world.add("acme-log", "1.0.1");
    // Not yet long enough.
    world.export(&[&arguments[..], &["--squash"]].concat());
    assert_eq!(world.messages(&remote).len(), 4);
    world.add("acme-log", "1.0.2");
    let run = world
        .host(&[&arguments[..], &["--squash=4"]].concat())
        .exits(0);
    assert!(run.stderr.contains("snapshot-2026-01-02"), "{run}");
    assert_eq!(
        world.messages(&remote),
        ["Collapse the index into one commit"]
    );
    let kept = world.git(&[
        "-C",
        remote.to_str().unwrap(),
        "log",
        "--format=%s",
        "snapshot-2026-01-02",
    ]);
    assert_eq!(kept.lines().count(), 5, "{kept}");
    let updated = world
        .cargo(&url, Some(&home), &project, &["update"])
        .exits(0);
    assert!(updated.stderr.contains("v1.0.2"), "{updated}");
    world
        .cargo(&url, Some(&home), &project, &["build", "--locked"])
        .exits(0);
    // It goes on from there, and a second one on that day has a name of its own.
    world.add("acme-log", "1.0.3");
    let run = world
        .host(&[&arguments[..], &["--squash=1"]].concat())
        .exits(0);
    assert!(run.stderr.contains("snapshot-2026-01-02-2"), "{run}");
    let fresh = world.project("fresh", &["acme-log", "acme-net"]);
    world.cargo(&url, None, &fresh, &["build"]).exits(0);
    assert!(fresh.read("Cargo.lock").contains("1.0.3"));
}

/// Lets somebody else push once, after what is there was fetched and before ours is pushed.
fn let_another_push_first(world: &World, remote: &Path, path: &str, text: &str) {
    let hooks = world.sandbox.mirror().join(".mirror/git-index/corp/hooks");
    fs::create_dir_all(&hooks).unwrap();
    let other = world.sandbox.path("other");
    let script = format!(
        "#!/bin/sh\n[ -e {done} ] && exit 0\ntouch {done}\nunset GIT_DIR\n\
         git clone --quiet {remote} {other} && cd {other} && mkdir -p $(dirname {path}) && printf '%s\\n' '{text}' >> {path} \
         && git add . && git -c user.name=o -c user.email=o@x commit --quiet -m other && git push --quiet origin HEAD\n",
        done = world.sandbox.path("raced").display(),
        remote = remote.display(),
        other = other.display(),
    );
    let hook = hooks.join("pre-push");
    fs::write(&hook, script).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn a_race_with_another_pusher_loses_nothing() {
    let world = World::hosted();
    let (remote, url) = world.remote("main");
    let arguments = ["--base-url", "https://crates.example.com", "--git", &url];
    world.export(&arguments);
    let_another_push_first(&world, &remote, "README.md", "hello");
    world.add("acme-log", "1.0.1");
    world.export(&arguments);
    assert!(world.sandbox.path("raced").exists());
    assert_eq!(
        world.messages(&remote)[..2],
        ["Add acme-log 1.0.1", "other"]
    );
    let files = world.git(&[
        "-C",
        remote.to_str().unwrap(),
        "ls-tree",
        "-r",
        "--name-only",
        "HEAD",
    ]);
    assert!(
        files.contains("README.md") && files.contains("ac/me/acme-log"),
        "{files}"
    );
}

#[cfg(unix)]
#[test]
fn a_line_of_somebody_else_stops_it() {
    let world = World::hosted();
    let (remote, url) = world.remote("main");
    let arguments = ["--base-url", "https://crates.example.com", "--git", &url];
    world.export(&arguments);
    let foreign = Crate::new("acme-log", "9.0.0").line();
    let_another_push_first(&world, &remote, "ac/me/acme-log", &foreign);
    world.add("acme-net", "1.0.1");
    let before = world.messages(&remote).len();
    let run = world.host(&arguments).exits(101);
    assert!(run.stderr.contains("acme-log@9.0.0"), "{run}");
    assert!(run.stderr.contains("nothing was pushed"), "{run}");
    // Theirs is there, ours is not.
    assert_eq!(world.messages(&remote).len(), before + 1);
}

#[test]
fn a_head_without_a_branch_is_told() {
    let world = World::hosted();
    let (remote, url) = world.remote("main");
    let arguments = ["--base-url", "https://crates.example.com", "--git", &url];
    world.export(&arguments);
    world.git(&[
        "-C",
        remote.to_str().unwrap(),
        "symbolic-ref",
        "HEAD",
        "refs/heads/gone",
    ]);
    let run = world.host(&arguments).exits(101);
    assert!(
        run.stderr.contains("read an empty index") && run.stderr.contains("default branch"),
        "{run}"
    );
    let run = world.host(&[
        "--base-url",
        "https://x",
        "--git",
        "https://me:secret@127.0.0.1:1/x.git",
    ]);
    let run = run.exits(101);
    assert!(!run.stderr.contains("secret"), "{run}");
}

#[test]
fn the_recipes_for_ci_make_a_registry_of_pushed_files() {
    let recipes = blocks("host", "yaml");
    assert_eq!(recipes.len(), 2);
    for recipe in recipes {
        let sandbox = Sandbox::new(&Registry::new([]));
        let checkout = sandbox.fresh("checkout");
        let git = |arguments: &[&str]| {
            let identity = ["-c", "user.name=t", "-c", "user.email=t@r.example"];
            let run = sandbox
                .command("git")
                .within(&checkout)
                .args(identity)
                .args(arguments);
            run.outcome().exits(0).stdout
        };
        let mirror = |line: &str| {
            let words = line.split(' ').filter(|word| !word.is_empty());
            let run = sandbox.program(words).within(&checkout);
            run.outcome().no_panic().exits(0)
        };
        git(&["init", "--quiet", "--initial-branch=main"]);
        mirror("registry new corp --mirror registry --url https://acme.example.com/index/");
        let push = |version: &str| {
            let file = checkout.join(format!("crates/acme-log-{version}.crate"));
            write(&file, Crate::new("acme-log", version).bytes());
        };
        // Once a run.
        let job = || {
            let mut commands = 0;
            for line in recipe.lines() {
                let line = line
                    .trim()
                    .trim_start_matches("- ")
                    .trim_start_matches("run: ");
                let line = line.replace("\"$PAGES_URL\"", "https://acme.example.com");
                let line = line.replace("\"$CI_PAGES_URL\"", "https://acme.example.com");
                if let Some(arguments) = line.strip_prefix("cargo mirror ") {
                    mirror(arguments);
                    commands += 1;
                } else if let Some((add, _)) = line.split_once(" && git commit ") {
                    let words: Vec<&str> = add.split(' ').skip(1).collect();
                    git(&words);
                    git(&["commit", "--quiet", "-m", "Update registry"]);
                    commands += 1;
                }
            }
            assert_eq!(commands, 3, "{recipe}");
        };
        push("1.0.0");
        job();
        // Two pushes at once, and a file that goes.
        push("1.0.1");
        push("1.1.0");
        fs::remove_file(checkout.join("crates/acme-log-1.0.0.crate")).unwrap();
        // The next job starts from what was committed.
        git(&["clean", "--quiet", "-fdx", "-e", "crates"]);
        job();
        let index = fs::read_to_string(checkout.join("public/index/ac/me/acme-log")).unwrap();
        let yanked: Vec<bool> = index
            .lines()
            .map(|line| line.contains("\"yanked\":true"))
            .collect();
        assert_eq!(yanked, [true, false, false], "{index}");
        assert!(checkout.join("public/acme-log-1.0.0.crate").is_file());
        let files = git(&["ls-files"]);
        assert!(!files.contains("access/"), "{files}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn nginx_asks_for_a_token_as_the_recipe_says() {
    requires!(nginx);
    let world = World::hosted();
    world
        .run(&["registry", "set", "corp", "--auth", "all"])
        .exits(0);
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let base = format!("http://127.0.0.1:{port}");
    world.export(&["--base-url", &base]);
    let folder = world.sandbox.fresh("nginx").display().to_string();
    let tokens = format!("{folder}/tokens");
    write(Path::new(&tokens), "\"the-token\" 1;\n");
    let recipe = blocks("host", "nginx").remove(0);
    let lines = recipe
        .lines()
        .filter(|line| !line.contains("ssl_certificate"));
    let recipe = lines.collect::<Vec<_>>().join("\n");
    let recipe = recipe
        .replace("8443 ssl", &format!("127.0.0.1:{port}"))
        .replace("/etc/nginx/cargo-tokens", &tokens)
        .replace("/srv/crates", &world.public().display().to_string());
    let config = format!(
        "daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n\
         access_log off;\nclient_body_temp_path {folder}/b;\nproxy_temp_path {folder}/p;\nfastcgi_temp_path {folder}/f;\n\
         uwsgi_temp_path {folder}/u;\nscgi_temp_path {folder}/s;\n{recipe}\n}}\n"
    );
    let file = format!("{folder}/nginx.conf");
    write(Path::new(&file), config);
    let nginx = world
        .sandbox
        .command("nginx")
        .args(["-e", "stderr", "-c", &file])
        .start();
    until_listening(("127.0.0.1", port));
    let project = world.project("app", &["acme-log"]);
    let build = |token: Option<&str>| {
        let run = world
            .sandbox
            .command(CARGO)
            .args(["build"])
            .within(&project.folder);
        let run = run
            .env("CARGO_HOME", world.sandbox.fresh("client-home"))
            .env(
                "CARGO_REGISTRIES_CORP_INDEX",
                format!("sparse+{base}/index/"),
            )
            .env("CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS", "cargo:token")
            .env("CARGO_NET_RETRY", "0")
            .env("CARGO_TARGET_DIR", world.sandbox.path("target"));
        match token {
            Some(token) => run.env("CARGO_REGISTRIES_CORP_TOKEN", token).outcome(),
            None => run.outcome(),
        }
    };
    let none = build(None);
    assert!(none.stderr.contains("no token found"), "{none}");
    let wrong = build(Some("another"));
    assert!(wrong.stderr.contains("token rejected"), "{wrong}");
    build(Some("the-token")).exits(0);
    let _ = nginx.kill();
}
