//! The command line itself.

use crate::fixture::package::{Crate, Dep};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::{CARGO, PROGRAM, Sandbox};

#[test]
fn it_is_a_cargo_subcommand_and_a_program() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    sandbox.run(&project, ["vendor"]).exits(0);
    for (program, arguments) in [
        (CARGO, &["mirror", "status"][..]),
        (PROGRAM, &["mirror", "status"]),
        (PROGRAM, &["status"]),
    ] {
        let run = sandbox
            .command(program)
            .args(arguments)
            .within(&project.folder);
        let run = run.env("CARGO_HOME", sandbox.path("cargo-home"));
        run.env("CARGO_MIRROR_DIR", sandbox.mirror())
            .outcome()
            .exits(0);
    }
}

#[test]
fn help_and_version_are_answers() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let version = sandbox.program(["--version"]).outcome().exits(0);
    assert!(
        version.stdout.contains(env!("CARGO_PKG_VERSION")),
        "{version}"
    );
    let help = sandbox.program(["--help"]).outcome().exits(0);
    for verb in ["vendor", "prefetch", "status", "on", "off", "completions"] {
        assert!(help.stdout.contains(verb), "{verb}: {help}");
        let own = sandbox.program([verb, "--help"]).outcome().exits(0);
        if verb != "completions" {
            own.answers("--mirror");
        }
    }
    assert!(help.stdout.contains("cargo mirror"), "{help}");
    assert!(!help.stdout.contains("generate"), "{help}");
}

#[test]
fn bad_usage_is_2() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    for arguments in [
        &[][..],
        &["nonsense"],
        &["vendor", "--nonsense"],
        &["prefetch"],
        &["vendor", "--jobs", "none"],
        &["vendor", "--jobs", "0"],
        &["vendor", "--message-format", "xml"],
        &["vendor", "--color", "mauve"],
        &["completions", "tcsh"],
    ] {
        let run = sandbox.program(arguments).outcome();
        assert_eq!(run.code, Some(2), "{arguments:?}: {run}");
        assert_eq!(run.stdout, "", "{arguments:?}");
    }
}

#[test]
fn an_upstream_that_is_no_index_is_refused() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    for upstream in [
        "nonsense",
        "sparse+ftp://r.example/",
        "https://me:secret@[/",
        "sparse+",
    ] {
        let run = sandbox
            .run(&project, ["vendor", "--upstream", upstream])
            .no_panic();
        assert!(matches!(run.code, Some(2 | 101)), "{upstream}: {run}");
        assert!(!run.stderr.contains("secret"), "{run}");
    }
    assert!(!project.config().exists());
}

#[test]
fn a_place_without_a_project_is_said() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let empty = sandbox.fresh("empty");
    for verb in ["vendor", "status"] {
        let run = sandbox.program([verb]).within(&empty).outcome().no_panic();
        run.exits(101).says("Cargo.toml").says("help:");
    }
}

#[test]
fn colours_come_when_asked_for_only() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let empty = sandbox.fresh("empty");
    for (flags, coloured) in [
        (&[][..], false),
        (&["--color", "never"], false),
        (&["--color", "always"], true),
    ] {
        let run = sandbox.program(["vendor"]).args(flags).within(&empty);
        let run = run.outcome();
        assert_eq!(run.stderr.contains("\u{1b}["), coloured, "{flags:?}: {run}");
    }
}

#[test]
fn completions_are_printed() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = sandbox.program(["completions", shell]).outcome().exits(0);
        run.answers("prefetch");
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_went_away_is_no_failure() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    // The pipe's other end is closed before the program writes.
    let script = "trap '' PIPE; { sleep 0.2; \"$@\"; echo $? >&2; } | true";
    let run = sandbox.program(["completions", "bash"]);
    let run = run.wrapped(&["sh", "-c", script, "sh"]).outcome();
    assert_eq!(run.stderr.trim(), "0", "{run}");
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_a_usable_mirror_and_says_how_to_go_on() {
    use crate::fixture::mirror::sound;
    use crate::fixture::server::Fault;

    let registry = Registry::new([
        Crate::new("alpha", "1.0.0"),
        Crate::new("beta", "1.0.0").weight(50_000),
    ]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1"), Dep::new("beta", "1")]);
    let path = registry.download_path("beta", "1.0.0");
    registry.fail_next(&path, [Fault::Stall(20_000)]);
    let running = sandbox.program(["vendor"]).within(&project.folder).start();
    // Once the download hangs, the program is in the middle of its work.
    while registry.count(&path) == 0 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let kill = sandbox
        .command("kill")
        .args(["-INT", &running.id().to_string()]);
    kill.outcome().exits(0);
    let run = running.outcome().no_panic();
    assert!(!matches!(run.code, Some(0..=2)), "{run}");
    run.says("help:").says("again");
    sound(&sandbox.mirror(), &registry);
    assert!(!project.config().exists());
    sandbox.run(&project, ["vendor"]).exits(0);
    sandbox.builds(&project);
}
