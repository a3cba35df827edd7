//! `registry`, `add`, `yank` and `remove` on the machine that has the folder; and what leaves a hosted crate alone.

use std::fs;
use std::path::PathBuf;

use serde_json::json;

use crate::fixture::command::Outcome;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::{tree, write};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;

const URL: &str = "sparse+https://crates.example/registries/corp/index/";

struct Machine {
    sandbox: Sandbox,
    _upstream: Registry,
}

impl Machine {
    fn new() -> Self {
        let upstream = Registry::new([Crate::new("left", "1.0.0")]);
        let machine = Self {
            sandbox: Sandbox::new(&upstream),
            _upstream: upstream,
        };
        machine
            .run(&format!("registry new corp --url {URL}"))
            .exits(0);
        machine
    }

    fn run(&self, line: &str) -> Outcome {
        self.sandbox.program(line.split(' ')).outcome().no_panic()
    }

    #[track_caller]
    fn report(&self, line: &str) -> serde_json::Value {
        self.run(&format!("{line} --message-format json")).report()
    }

    fn file(&self, folder: &str, krate: &Crate) -> PathBuf {
        let path = self
            .sandbox
            .path(folder)
            .join(format!("{}-{}.crate", krate.name, krate.version));
        write(&path, krate.bytes());
        path
    }

    #[track_caller]
    fn add(&self, krate: &Crate) {
        let path = self.file("files", krate);
        self.run(&format!("add {}", path.display())).exits(0);
    }

    fn index(&self, path: &str) -> String {
        let folder = self.sandbox.mirror().join("registries/corp/index");
        fs::read_to_string(folder.join(path)).unwrap_or_default()
    }
}

#[test]
fn a_registry_is_made_shown_and_changed() {
    let machine = Machine::new();
    machine
        .run(&format!("registry new corp --url {URL}"))
        .exits(101)
        .says("there is a registry `corp` already");
    machine
        .run("registry new Corp --url https://x.example/")
        .exits(101)
        .says("is not a name for a registry");
    machine
        .run("registry new two --url x.example")
        .exits(101)
        .says("is not the address of an index");
    machine
        .run("registry show three")
        .exits(101)
        .says("there is no hosted registry `three`")
        .says("there is: corp");
    let list = machine.run("registry").exits(0);
    list.answers(&format!(
        "corp {URL}: 0 versions in 0 crates, tokens: publish"
    ));
    let moved = "sparse+https://new.example/corp/";
    let set = machine.run(&format!(
        "registry set corp --url {moved} --auth all --set max-crate-size=5MiB --set names=acme-*,x"
    ));
    set.exits(0)
        .answers("global-credential-providers = [\"cargo:token\"]");
    let shown = machine.report("registry show corp");
    let shown = &shown["registries"][0];
    assert_eq!(
        (&shown["url"], &shown["aliases"], &shown["auth"]),
        (&json!(moved), &json!([URL]), &json!("all"))
    );
    let settings = fs::read_to_string(machine.sandbox.mirror().join("mirror.toml")).unwrap();
    assert_eq!(
        settings,
        "[registries.corp]\nauth = \"all\"\nmax-crate-size = \"5MiB\"\nnames = [\"acme-*\", \"x\"]\n"
    );
    machine
        .run("registry set corp --set max-crate-size=much")
        .exits(101);
    machine
        .run("registry set corp --set max-create-size=5")
        .exits(101)
        .says("unknown field `max-create-size`");
    let marker = fs::read_to_string(
        machine
            .sandbox
            .mirror()
            .join("registries/corp/registry.toml"),
    )
    .unwrap();
    assert!(
        !marker.contains("auth") && marker.contains("hosted = true"),
        "{marker}"
    );
}

#[test]
fn a_package_was_published_when_its_file_was_committed() {
    let machine = Machine::new();
    let path = machine.file("pushed", &Crate::new("acme-log", "1.0.0"));
    let folder = path.parent().unwrap();
    let git = |words: &str| {
        let run = machine.sandbox.command("git").within(folder);
        let run = run.env("GIT_COMMITTER_DATE", "2025-03-04T05:06:07Z");
        let run = run.args(["-c", "user.name=t", "-c", "user.email=t@r.example"]);
        run.args(words.split(' ')).outcome().exits(0);
    };
    git("init --quiet");
    git("add --all");
    git("commit --quiet -m first");
    let later = machine.file("pushed", &Crate::new("acme-log", "1.1.0"));
    let line = format!("add --from {} --pubtime git", folder.display());
    let run = machine.run(&line).exits(0);
    run.says(&format!("`{}` is in no commit", later.display()));
    let index = machine.index("ac/me/acme-log");
    let (first, second) = index.split_once('\n').unwrap();
    assert!(
        first.contains(r#""pubtime":"2025-03-04T05:06:07Z""#),
        "{index}"
    );
    assert!(!second.contains("2025-"), "{index}");
}

#[test]
fn packages_are_added_once_and_others_bytes_never_take_their_place() {
    let machine = Machine::new();
    let krate = Crate::new("acme-log", "1.0.0").dep(Dep::new("left", "1"));
    let path = machine.file("files", &krate);
    let added = machine.report(&format!(
        "add {} --pubtime 2026-01-02T03:04:05Z",
        path.display()
    ));
    assert_eq!(
        (&added["added"], &added["failed"]),
        (&json!(["acme-log@1.0.0"]), &json!([]))
    );
    let line = machine.index("ac/me/acme-log");
    assert!(
        line.contains(r#""pubtime":"2026-01-02T03:04:05Z""#) && line.ends_with('\n'),
        "{line}"
    );
    let again = machine.report(&format!("add {}", path.display()));
    assert_eq!(
        (&again["added"], &again["unchanged"]),
        (&json!([]), &json!(["acme-log@1.0.0"]))
    );
    for (other, said) in [
        (
            krate.clone().file("more", "x"),
            "is there already with other bytes",
        ),
        (
            Crate::new("acme_log", "2.0.0"),
            "the name is taken by `acme-log`",
        ),
        (
            Crate::new("Acme-Log", "2.0.0"),
            "the name is taken by `acme-log`",
        ),
        (Crate::new("acme-log", "1.0.0+build"), "differ behind `+`"),
        (Crate::new("std", "1.0.0"), "standard library"),
        (
            Crate::new("acme-bad", "1.0.0").archive(b"no archive".to_vec()),
            "its archive is not one that cargo unpacks",
        ),
    ] {
        let path = machine.file("others", &other);
        machine
            .run(&format!("add {}", path.display()))
            .exits(101)
            .says(said);
    }
    let odd = machine.sandbox.path("odd.crate");
    fs::write(&odd, "x").unwrap();
    machine
        .run(&format!("add {}", odd.display()))
        .exits(101)
        .says("is not the file of a package");
    assert_eq!(machine.index("ac/me/acme-log"), line);
    let here = fs::read_dir(machine.sandbox.mirror().join("registries/corp")).unwrap();
    let mut here: Vec<String> = here
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    here.sort();
    assert_eq!(here, ["acme-log-1.0.0.crate", "index", "registry.toml"]);
}

#[test]
fn a_folder_is_synced_in_any_order() {
    let machine = Machine::new();
    machine.run("registry set corp --set deps=refuse").exits(0);
    // The first in the alphabet needs the last. Its manifest names the registry by the address.
    let top = Crate::new("acme-a", "1.0.0").file("src/lib.rs", "");
    for krate in [
        &top,
        &Crate::new("acme-z", "1.0.0"),
        &Crate::new("acme-z", "1.1.0"),
    ] {
        machine.file("pushed", krate);
    }
    let pushed = machine.sandbox.path("pushed");
    let sync = || machine.report(&format!("add --from {} --sync", pushed.display()));
    assert_eq!(sync()["added"].as_array().unwrap().len(), 3);
    fs::remove_file(pushed.join("acme-z-1.1.0.crate")).unwrap();
    assert_eq!(sync()["yanked"], json!(["acme-z@1.1.0"]));
    assert_eq!(sync()["yanked"], json!([]));
    assert!(
        machine
            .index("ac/me/acme-z")
            .lines()
            .nth(1)
            .unwrap()
            .contains("\"yanked\":true")
    );
}

#[test]
fn a_folder_of_sources_is_packaged_by_cargo() {
    let machine = Machine::new();
    let folder = machine.sandbox.path("source");
    write(
        &folder.join("Cargo.toml"),
        "[package]\nname = \"acme-src\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
    );
    write(&folder.join("src/lib.rs"), "");
    machine
        .run(&format!("add --package {}", folder.display()))
        .exits(0)
        .says("Added acme-src@0.1.0");
    write(
        &folder.join("Cargo.toml"),
        "[package]\nname = \"acme-src\"\n",
    );
    machine
        .run(&format!("add --package {}", folder.display()))
        .exits(101);
}

#[test]
fn yank_changes_one_word_and_remove_keeps_the_number() {
    let machine = Machine::new();
    let krate = Crate::new("acme-log", "1.0.0");
    machine.add(&krate);
    machine.add(&Crate::new("acme-log", "1.1.0"));
    let before = machine.index("ac/me/acme-log");
    machine
        .run("yank Acme_log@1.0.0")
        .exits(0)
        .says("Yanked acme-log@1.0.0");
    let yanked = before.replacen("\"yanked\":false", "\"yanked\":true", 1);
    assert_eq!(machine.index("ac/me/acme-log"), yanked);
    assert_eq!(machine.report("yank acme-log@1.0.0")["changed"], 0);
    machine.run("yank acme-log@1.0.0 --undo").exits(0);
    assert_eq!(machine.index("ac/me/acme-log"), before);
    machine
        .run("yank acme-log@3.0.0")
        .exits(101)
        .says("there is no acme-log@3.0.0");
    machine
        .run("remove acme-log@1.0.0")
        .exits(101)
        .says("breaks every build that has locked it");
    assert_eq!(machine.index("ac/me/acme-log"), before);
    let removed = machine.report("remove acme-log@1.0.0 --yes");
    assert_eq!(
        removed["quarantined"],
        json!([".mirror/quarantine/1/registries/corp/acme-log-1.0.0.crate"])
    );
    assert_eq!(machine.index("ac/me/acme-log").lines().count(), 1);
    let path = machine.file("files", &krate);
    machine
        .run(&format!("add {}", path.display()))
        .exits(101)
        .says("was removed by operator")
        .says("raise the version");
    machine.run("remove acme-log --yes").exits(0);
    assert_eq!(machine.index("ac/me/acme-log"), "");
    // The name stays taken.
    machine.file("files", &Crate::new("acme_log", "3.0.0"));
    let other = machine.sandbox.path("files/acme_log-3.0.0.crate");
    machine
        .run(&format!("add {}", other.display()))
        .exits(101)
        .says("the name is taken by `acme-log`");
    machine.run("verify").exits(0);
}

#[test]
fn nothing_that_cleans_up_touches_a_hosted_crate() {
    let machine = Machine::new();
    machine.add(&Crate::new("acme-log", "1.0.0"));
    let corp = machine.sandbox.mirror().join("registries/corp");
    let before = tree(&corp);
    machine.run("prefetch left").exits(0);
    machine.run("roots forget left").exits(0);
    machine.run("verify").exits(0);
    for line in [
        "gc --yes --keep nothing",
        "gc --yes --max-size 1B --keep nothing",
        "gc --yes --forget-gone --keep nothing",
        "repair",
        "repair --archives",
        "verify --archives --repair",
    ] {
        machine.run(line).exits(0);
        assert_eq!(tree(&corp), before, "{line}");
    }
    assert!(
        !machine
            .sandbox
            .mirror()
            .join("crates-io/left-1.0.0.crate")
            .exists()
    );

    // What is lost cannot be fetched, and is told so; what is damaged is kept.
    fs::remove_file(corp.join("acme-log-1.0.0.crate")).unwrap();
    let lost = machine.run("repair").exits(1);
    lost.says("nobody else has its bytes")
        .says("restore the file from a backup");
}

#[test]
fn a_folder_that_is_copied_without_its_records_still_knows_its_names() {
    let machine = Machine::new();
    machine.add(&Crate::new("acme-log", "1.0.0"));
    fs::remove_dir_all(machine.sandbox.mirror().join("access")).unwrap();
    let other = machine.file("files", &Crate::new("acme_log", "2.0.0"));
    machine
        .run(&format!("add {}", other.display()))
        .exits(101)
        .says("the name is taken by `acme-log`");
    machine.add(&Crate::new("acme-log", "1.1.0"));
    machine
        .run("prefetch acme-log")
        .exits(101)
        .says("is private here");
}

#[test]
fn a_server_does_not_start_with_settings_that_it_cannot_read() {
    let machine = Machine::new();
    fs::write(
        machine.sandbox.mirror().join("mirror.toml"),
        "private-names = [\"a b\"]\n",
    )
    .unwrap();
    let served = machine.run("serve --listen 127.0.0.1:0").exits(101);
    served
        .says("mirror.toml")
        .says("neither a crate name nor the start of one");
}
