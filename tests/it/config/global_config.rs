//! Where builds are pointed decides whether they are ready; a config that several projects share names what all of them need.

use std::fs;

use crate::fixture::git_project::project;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::Project;
use crate::fixture::registry::Registry;
use crate::fixture::repository::Repository;
use crate::fixture::sandbox::Sandbox;

/// Builds offline with a home that has the user's config and nothing else.
#[track_caller]
fn builds(sandbox: &Sandbox, project: &Project) {
    let home = sandbox.fresh("home-with-config");
    let config = sandbox.path("cargo-home/config.toml");
    fs::copy(config, home.join("config.toml")).unwrap();
    let run = sandbox.judge(["check", "--frozen"]).env("CARGO_HOME", home);
    run.within(&project.folder).outcome().exits(0);
}

#[test]
fn the_global_config_keeps_the_git_sources_of_other_projects() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repositories = ["first", "second"].map(|name| Repository::package(&sandbox, name, "0.1.0"));
    let [one, two] = ["first", "second"].map(|name| {
        let at = usize::from(name == "second");
        project(&sandbox, name, &[(name, &repositories[at].url(), "")])
    });
    let three = sandbox.project("three", &[]);
    for project in [&one, &two, &three] {
        let run = sandbox.run(project, ["vendor", "--global"]).exits(0);
        let home = sandbox.path("cargo-home/config.toml").display().to_string();
        let run = run.says(&format!("builds that read `{home}` are ready"));
        run.never_says("ready offline").never_says("warning");
    }
    for repository in &repositories {
        fs::remove_dir_all(&repository.folder).unwrap();
    }
    for project in [&one, &two, &three] {
        builds(&sandbox, project);
    }
    let status = ["status", "first", "second", "three"];
    let run = sandbox.program(status).outcome().exits(0);
    // With another home they are not.
    let run = run.answers("are ready without a network");
    assert!(!run.stdout.contains("ready offline"), "{run}");
    // From nothing, and outside of any project.
    sandbox.program(["off", "--global"]).outcome().exits(0);
    let run = sandbox.program(status).outcome();
    assert!(!run.stdout.contains("ready offline"), "{run}");
    sandbox.program(["on", "--global"]).outcome().exits(0);
    for project in [&one, &two, &three] {
        builds(&sandbox, project);
    }
}

#[test]
fn two_commits_in_the_global_config_are_told_with_the_project_that_loses() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    let one = project(&sandbox, "one", &[("shared", &repository.url(), "")]);
    sandbox.run(&one, ["vendor", "--global"]).exits(0);
    repository.commit(&[("src/lib.rs", "pub fn newer() {}\n")]);
    let two = project(&sandbox, "two", &[("shared", &repository.url(), "")]);
    let run = sandbox.run(&two, ["vendor", "--global"]).exits(0);
    let loser = one.path("Cargo.lock").display().to_string();
    run.says(&loser)
        .says("its builds lose")
        .says("`cargo mirror on`");
    builds(&sandbox, &two);
    let run = sandbox.program(["status", "one", "two"]).outcome().exits(1);
    run.answers("would take commit");
    // A config of its own wins, and then there is nothing to say.
    sandbox.run(&one, ["on"]).exits(0);
    sandbox.program(["status", "one", "two"]).outcome().exits(0);
    let run = sandbox.run(&two, ["vendor", "--global"]).exits(0);
    run.never_says("its builds lose");
}

#[test]
fn a_shared_file_keeps_what_an_earlier_run_added() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    let one = project(&sandbox, "below/one", &[("shared", &repository.url(), "")]);
    let two = sandbox.project("below/two", &[]);
    let config = sandbox.path("below/.cargo/config.toml");
    for project in [&one, &two] {
        let run = sandbox.program(["vendor", "--config-path"]).args([&config]);
        run.within(&project.folder).outcome().exits(0);
    }
    fs::remove_dir_all(&repository.folder).unwrap();
    sandbox.builds(&one);
    sandbox.builds(&two);
    sandbox
        .program(["status", "below/one", "below/two"])
        .outcome()
        .exits(0);
}

#[test]
fn a_project_whose_builds_go_past_the_mirror_is_not_ready() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    let one = project(&sandbox, "one", &[("shared", &repository.url(), "")]);
    sandbox.run(&one, ["vendor"]).exits(0);
    let config = one.read(".cargo/config.toml");
    let git = config.find("\n[source.\"git+").unwrap();
    let end = config.find("# cargo mirror: end").unwrap();
    one.write(
        ".cargo/config.toml",
        format!("{}{}", &config[..git], &config[end..]),
    );
    let run = sandbox.run(&one, ["status"]).exits(1);
    run.answers("do not use the mirror for git+")
        .answers("not ready");
    sandbox.run(&one, ["on"]).exits(0);
    sandbox.run(&one, ["status"]).exits(0);
}

#[test]
fn what_is_mirrored_is_not_ready_before_builds_are_pointed_at_it() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    let json = |arguments: &[&str], code: i32| {
        let run = sandbox
            .program(arguments)
            .args(["--message-format", "json"]);
        let report = run.within(&project.folder).outcome().exits(code).report();
        (report["mirrored"] == true, report["ready"] == true)
    };
    assert_eq!(json(&["vendor", "--dry-run"], 0), (false, false));
    for fetch in [&["prefetch", "."][..], &["vendor", "--no-config"]] {
        let run = sandbox.program(fetch).within(&project.folder);
        let run = run.outcome().exits(0).never_says("ready offline");
        run.says("all of it is mirrored");
        assert_eq!(json(fetch, 0), (true, false));
        let frozen = sandbox.judge(["check", "--frozen"]).within(&project.folder);
        assert_ne!(frozen.outcome().code, Some(0));
        let run = sandbox.run(&project, ["status"]).exits(1);
        run.answers("not ready")
            .answers("though all of it is mirrored");
        assert_eq!(json(&["status", "--prove"], 1), (true, false));
    }
    sandbox.run(&project, ["on"]).exits(0);
    assert_eq!(json(&["status"], 0), (true, true));
    let run = sandbox.run(&project, ["prefetch", "."]).exits(0);
    run.says("ready offline");
    sandbox.builds_frozen(&project);
}

#[test]
fn a_config_in_the_home_makes_only_builds_with_that_home_ready() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("home/code/app", &[Dep::new("alpha", "1")]);
    let run = sandbox.run(&project, ["vendor", "--global"]).exits(0);
    let run = run.says("are ready without a network");
    run.never_says("ready offline");
    let report = |home: &str| {
        let run = sandbox.program(["status", "--message-format", "json"]);
        let run = run
            .within(&project.folder)
            .env("CARGO_HOME", sandbox.path(home));
        run.outcome().exits(0).report()
    };
    let status = report("cargo-home");
    let config = sandbox.path("cargo-home/config.toml");
    assert_eq!(status["ready"], true);
    assert_eq!(
        status["projects"][0]["home_config"],
        config.to_str().unwrap()
    );
    let frozen = sandbox.judge(["check", "--frozen"]).within(&project.folder);
    assert_ne!(frozen.outcome().code, Some(0));
    // Below its folder every cargo finds it.
    sandbox.run(&project, ["off", "--global"]).exits(0);
    let run = sandbox
        .program(["vendor", "--global"])
        .within(&project.folder);
    let run = run.env("CARGO_HOME", sandbox.path("home/.cargo"));
    run.outcome().exits(0).says("ready offline");
    assert_eq!(
        report("home/.cargo")["projects"][0]["home_config"],
        serde_json::Value::Null
    );
    sandbox.builds_frozen(&project);
}
