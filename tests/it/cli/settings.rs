//! `mirror.toml` and `cargo mirror config`.

use serde_json::Value;

use crate::fixture::command::Outcome;
use crate::fixture::project::write;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::Served;

fn with(text: &str) -> Sandbox {
    let sandbox = Sandbox::new(&Registry::new([]));
    write(&sandbox.mirror().join("mirror.toml"), text);
    sandbox
}

fn setting(sandbox: &Sandbox, key: &str) -> Value {
    let run = sandbox.program(["config", "--message-format", "json"]);
    let report = run.outcome().exits(0).report();
    let settings = report["settings"].as_array().unwrap().clone();
    let found = settings.into_iter().find(|setting| setting["key"] == key);
    found.unwrap_or_else(|| panic!("{key}: {report}"))
}

#[test]
fn each_setting_is_shown_with_where_it_comes_from() {
    let sandbox = with(
        "[serve]\nrefresh = \"5m\"\nonly-mirrored = true\nmax-connections = 7\nlisten = [\"127.0.0.1:0\"]\n\
         [registries.corp]\nauth = \"all\"\n",
    );
    let run = sandbox.program(["config"]).outcome().exits(0);
    for line in [
        "serve.refresh = \"5m\"  # mirror.toml, line 2",
        "serve.only-mirrored = true  # mirror.toml, line 3",
        "serve.max-connections = \"7\"  # mirror.toml, line 4",
        "serve.listen = [\"127.0.0.1:0\"]  # mirror.toml, line 5",
        "serve.memory = \"256MiB\"  # default",
        "serve.deleted = \"hide\"  # default",
        "registries.corp.auth = \"all\"  # mirror.toml",
    ] {
        assert!(run.stdout.lines().any(|it| it == line), "{line}: {run}");
    }
    let mirror = setting(&sandbox, "mirror");
    assert_eq!(mirror["origin"], "environment");
    let refresh = setting(&sandbox, "serve.refresh");
    assert_eq!(
        (&refresh["origin"], &refresh["line"]),
        (&"file".into(), &2.into())
    );
}

#[test]
fn the_server_goes_by_the_file_and_flags_go_before_it() {
    let sandbox = with(
        "[serve]\nlisten = [\"127.0.0.1:0\"]\nonly-mirrored = true\ntoken-file = \"tokens\"\npublic-url = \"http://one.example\"\n",
    );
    write(&sandbox.mirror().join("tokens"), "read sekrit\n");
    let start = |arguments: &[&str]| {
        let mut running = sandbox.program(["serve"]).args(arguments).start();
        let line = running.line_with("sparse+");
        (running, line)
    };
    let (running, line) = start(&[]);
    assert!(line.contains("http://one.example/"), "{line}");
    let _ = running.kill();
    let (running, line) = start(&["--public-url", "http://two.example"]);
    assert!(line.contains("http://two.example/"), "{line}");
    let _ = running.kill();
    // The token file is found from the mirror's folder.
    let run = sandbox.program(["serve", "--listen", "127.0.0.1:0", "--public-url", ""]);
    let refused = run.outcome();
    assert_ne!(refused.code, Some(0), "{refused}");
    let text = std::fs::read_to_string(sandbox.mirror().join("mirror.toml")).unwrap();
    let text = text.replace("public-url", "# public-url");
    write(&sandbox.mirror().join("mirror.toml"), text);
    let server = Served::run(sandbox.program(["serve"]));
    let path = "/crates-io/index/config.json";
    assert_eq!(server.get(path).status, 401);
    let token = [("Authorization", "sekrit")];
    assert_eq!(server.ask("GET", path, &token).status, 200);
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    for (text, said) in [
        (
            "[serve]\n\nrefrehs = \"5m\"\n",
            "line 3: `refrehs` is no option of `serve`",
        ),
        ("[serve]\nrefresh = \"often\"\n", "line 2: "),
        (
            "[serve]\nrefresh = true\n",
            "line 2: `serve.refresh` is a text or a number",
        ),
        (
            "[serve]\nlisten = \"127.0.0.1:0\"\n",
            "line 2: `serve.listen` is a list",
        ),
        (
            "[serve]\nonly-mirrored = \"yes\"\n",
            "line 2: `serve.only-mirrored` is true or false",
        ),
        ("[serve]\nhelp = true\n", "`help` is no option"),
        ("[serve]\nmirror = \"x\"\n", "`mirror` is no option"),
        ("\n[server]\n", "line 2: unknown field `server`"),
        (
            "[registries.corp]\nauht = \"all\"\n",
            "line 2: unknown field `auht`",
        ),
    ] {
        let sandbox = with(text);
        for command in ["config", "serve"] {
            let run: Outcome = sandbox.program([command]).outcome().exits(101);
            assert!(run.stderr.contains(said), "{text}: {run}");
            assert!(run.stderr.contains("mirror.toml"), "{run}");
            assert!(run.stderr.contains("config --defaults"), "{run}");
        }
    }
}

#[test]
fn the_file_of_defaults_holds_each_key_and_can_be_used() {
    let sandbox = Sandbox::new(&Registry::new([]));
    let run = sandbox.program(["config", "--defaults"]).outcome().exits(0);
    write(&sandbox.mirror().join("mirror.toml"), &run.stdout);
    sandbox.program(["config"]).outcome().exits(0);
    // As it stands it says nothing; each of its lines says what it says is there anyway.
    let mut whole = String::new();
    let mut keys = 0;
    for line in run.stdout.lines() {
        let bare = line.strip_prefix("# ").unwrap_or(line);
        let is_key = bare.split_once(" = ").is_some_and(|(key, _)| {
            key.chars()
                .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-')
        });
        if line.ends_with("not set by default") {
            keys += 1;
            continue;
        }
        if is_key || bare.starts_with('[') {
            keys += 1;
            whole += &bare.replace("NAME", "corp");
            whole.push('\n');
        }
    }
    assert!(keys >= 40, "{keys}: {}", run.stdout);
    write(&sandbox.mirror().join("mirror.toml"), &whole);
    let all = sandbox.program(["config"]).outcome();
    assert_eq!(all.code, Some(0), "{whole}\n{all}");
    for key in ["serve.refresh", "serve.h2c-upgrade", "serve.client-timeout"] {
        assert_eq!(setting(&sandbox, key)["origin"], "file", "{key}");
    }
}
