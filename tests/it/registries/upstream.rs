//! Where crates are fetched from, and how: what cargo itself would do without us.

use std::time::Duration;

use crate::fixture::command::Run;
use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::{Project, write};
use crate::fixture::registry::{Registry, index_of};
use crate::fixture::sandbox::Sandbox;
use crate::fixture::server::Fault;

fn registry() -> Registry {
    Registry::new([
        Crate::new("alpha", "1.0.0").needs("beta"),
        Crate::new("beta", "1.0.0"),
    ])
}

fn app(sandbox: &Sandbox) -> Project {
    sandbox.project("app", &[Dep::new("alpha", "1")])
}

/// The program without `--upstream` in its environment.
fn unaided<const N: usize>(sandbox: &Sandbox, project: &Project, arguments: [&str; N]) -> Run {
    let run = sandbox.program(arguments).within(&project.folder);
    run.env_remove("CARGO_MIRROR_UPSTREAM")
}

#[test]
fn the_users_own_replacement_of_crates_io_is_the_upstream() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = app(&sandbox);
    let config = format!(
        "# the company's\n[source.crates-io]\nreplace-with = \"company\"\n\n[source.company]\nregistry = {:?}\n",
        registry.index()
    );
    project.write(".cargo/config.toml", &config);
    unaided(&sandbox, &project, ["vendor"]).outcome().exits(0);
    sandbox.builds(&project);
    // And it still is, with the mirror in between.
    registry.publish(&Crate::new("late", "1.0.0"));
    let manifest = project.read("Cargo.toml");
    project.write("Cargo.toml", manifest + &Dep::new("late", "1").manifest());
    unaided(&sandbox, &project, ["vendor"]).outcome().exits(0);
    sandbox.builds(&project);
    unaided(&sandbox, &project, ["off"]).outcome().exits(0);
    assert_eq!(project.read(".cargo/config.toml"), config);
}

#[test]
fn a_replacement_is_found_wherever_cargo_finds_it() {
    let registry = registry();
    let index = registry.index();
    let direct = format!(
        "[source.crates-io]\nreplace-with = \"company\"\n[source.company]\nregistry = {index:?}\n"
    );
    let chained = format!(
        "[source.crates-io]\nreplace-with = \"near\"\n[source.near]\nregistry = \"sparse+https://r.example/near/\"\nreplace-with = \"far\"\n[source.far]\nregistry = {index:?}\n"
    );
    let by_registry = format!(
        "[source.crates-io]\nreplace-with = \"company\"\n[registries.company]\nindex = {index:?}\n"
    );
    for (place, config) in [
        ("cargo-home/config.toml", &direct),
        ("cargo-home/config", &direct),
        (".cargo/config.toml", &chained),
        ("app/.cargo/config.toml", &by_registry),
    ] {
        let sandbox = Sandbox::new(&registry);
        let project = app(&sandbox);
        write(&sandbox.path(place), config);
        unaided(&sandbox, &project, ["prefetch", "Cargo.lock"])
            .outcome()
            .exits(0);
        assert_eq!(
            sound(&sandbox.mirror(), &registry).crates.len(),
            2,
            "{place}"
        );
    }
}

#[test]
fn the_flag_outweighs_the_environment_and_the_environment_the_config() {
    let registry = registry();
    let wrong = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let project = app(&sandbox);
    let config = format!(
        "[source.crates-io]\nreplace-with = \"company\"\n[source.company]\nregistry = {:?}\n",
        wrong.index()
    );
    write(&sandbox.path("cargo-home/config.toml"), config);
    let run = unaided(&sandbox, &project, ["prefetch", "Cargo.lock"]);
    run.outcome().exits(101).says("alpha@1.0.0");
    sandbox.run(&project, ["prefetch", "Cargo.lock"]).exits(0);

    let other = sandbox.fresh("other");
    let run = sandbox.program(["prefetch", "Cargo.lock", "--upstream", &registry.index()]);
    let run = run.env("CARGO_MIRROR_UPSTREAM", wrong.index());
    let run = run.args(["--mirror".as_ref(), other.as_os_str()]);
    run.within(&project.folder).outcome().exits(0);
    assert_eq!(sound(&other, &registry).crates.len(), 2);
}

#[test]
fn a_folder_can_be_the_upstream() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = app(&sandbox);
    sandbox.run(&project, ["prefetch", "Cargo.lock"]).exits(0);
    registry.forget();
    let other = sandbox.fresh("other");
    let run = sandbox.program(["prefetch", "Cargo.lock", "--upstream"]);
    let run = run
        .args([sandbox.mirror().join("crates-io")])
        .args(["--mirror"]);
    let run = run.args([&other]).within(&project.folder);
    run.outcome().exits(0);
    assert_eq!(sound(&other, &registry).crates.len(), 2);
    assert_eq!(registry.paths(), [""; 0]);
}

#[test]
fn proxies_are_asked_where_cargo_would_ask_them() {
    // The server answers for whatever host it is asked about, as a proxy does.
    let registry = registry();
    let by_file = format!("[http]\nproxy = {:?}\n", registry.root());
    for (config, variable) in [
        (by_file.as_str(), None),
        ("", Some("CARGO_HTTP_PROXY")),
        ("", Some("http_proxy")),
    ] {
        let sandbox = Sandbox::new(&registry);
        let project = app(&sandbox);
        write(&sandbox.path("cargo-home/config.toml"), config);
        registry.forget();
        let run = sandbox
            .program(["prefetch", "Cargo.lock"])
            .within(&project.folder);
        let run = run.env("CARGO_MIRROR_UPSTREAM", "sparse+http://r.example/index/");
        let run = match variable {
            Some(variable) => run.env(variable, registry.root()),
            None => run,
        };
        run.outcome().exits(0);
        let asked = registry.asked();
        let config = asked
            .iter()
            .find(|asked| asked.path == "/index/config.json");
        assert_eq!(config.map(|asked| asked.header("host")), Some("r.example"));
        assert_eq!(sound(&sandbox.mirror(), &registry).crates.len(), 2);
    }
}

#[test]
fn settings_of_cargos_config_are_honoured() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = app(&sandbox);
    project.write(
        ".cargo/config.toml",
        "[net]\nretry = 2\n[http]\ntimeout = 1\nuser-agent = \"a company's own\"\n",
    );
    let path = registry.download_path("beta", "1.0.0");
    registry.always(&path, Fault::Stall(0));
    registry.forget();
    let run = sandbox.run(&project, ["vendor"]).exits(101);
    run.says("beta@1.0.0");
    assert_eq!(registry.count(&path), 3);

    let offline = sandbox.fresh("offline");
    project.write(".cargo/config.toml", "[net]\noffline = true\n");
    registry.forget();
    let run = sandbox.program(["prefetch", "Cargo.lock", "--mirror"]);
    let run = run.args([&offline]).within(&project.folder).outcome();
    run.exits(101).says("alpha@1.0.0");
    assert_eq!(registry.paths(), [""; 0]);
}

#[test]
fn crates_do_not_wait_for_index_files() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = app(&sandbox);
    for name in ["alpha", "beta"] {
        let slow = Fault::Slow(Duration::from_secs(1));
        registry.always(&index_of(name), slow);
    }
    registry.forget();
    sandbox.run(&project, ["vendor"]).exits(0);
    let asked = registry.asked();
    let time = |path: &str| {
        let asked = asked.iter().find(|asked| asked.path == path);
        asked.expect("it was asked for").at
    };
    let start = time("/index/config.json");
    for name in ["alpha", "beta"] {
        for path in [index_of(name), registry.download_path(name, "1.0.0")] {
            let waited = time(&path).duration_since(start);
            assert!(waited < Duration::from_millis(800), "{path}: {waited:?}");
        }
    }
}

#[test]
fn jobs_bound_what_is_under_way() {
    let names: Vec<String> = (0..12).map(|number| format!("crate{number}")).collect();
    let registry = Registry::new(names.iter().map(|name| Crate::new(name, "1.0.0")));
    for (jobs, least, most) in [("1", 1, 1), ("3", 2, 3), ("64", 4, 64)] {
        let sandbox = Sandbox::new(&registry);
        let deps: Vec<Dep> = names.iter().map(|name| Dep::new(name, "1")).collect();
        let project = sandbox.project("app", &deps);
        for name in &names {
            let path = registry.download_path(name, "1.0.0");
            registry.fail_next(&path, [Fault::Slow(Duration::from_millis(50))]);
        }
        registry.forget();
        sandbox.run(&project, ["vendor", "--jobs", jobs]).exits(0);
        let waiting = registry.most_waiting();
        assert!((least..=most).contains(&waiting), "{jobs}: {waiting}");
    }
}

#[test]
fn a_lockfile_needs_no_cargo() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = app(&sandbox);
    let run = sandbox
        .program(["prefetch", "Cargo.lock"])
        .within(&project.folder);
    let run = run
        .env("PATH", sandbox.path("nowhere"))
        .env("CARGO", sandbox.path("nowhere/cargo"));
    run.outcome().exits(0);
    sound(&sandbox.mirror(), &registry);

    let run = sandbox
        .program(["prefetch", "alpha"])
        .within(&project.folder);
    let run = run
        .env("PATH", sandbox.path("nowhere"))
        .env("CARGO", sandbox.path("nowhere/cargo"));
    run.outcome().exits(101).says("cargo").says("help:");
}
