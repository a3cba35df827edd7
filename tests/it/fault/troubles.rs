//! What goes wrong outside of the mirror, and how it is told: once, soon, and in words that help.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::fixture::package::{Archive, Crate, Dep};
use crate::fixture::project::write;
use crate::fixture::registry::Registry;
use crate::fixture::repository::Repository;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::{Answer, Served};
use crate::fixture::wait::until;

fn lock_of(url: impl Fn(usize) -> String, number: usize) -> String {
    (0..number).fold("version = 4\n".to_owned(), |mut text, at| {
        let source = url(at);
        let revision = format!("{at:x}").repeat(40)[..40].to_owned();
        let entry = "\n[[package]]\nname = \"dep-";
        let _ = write!(
            text,
            "{entry}{at}\"\nversion = \"0.1.0\"\nsource = \"git+{source}#{revision}\"\n"
        );
        text
    })
}

#[test]
fn a_git_host_that_is_down_is_waited_for_once_and_told_once() {
    let sandbox = Sandbox::new(&Registry::new([]));
    // Nobody listens on that port.
    for scheme in ["http://127.0.0.1:1", "ssh://git@127.0.0.1:1"] {
        write(
            &sandbox.path("Cargo.lock"),
            lock_of(|at| format!("{scheme}/team/repo-{at}"), 32),
        );
        let start = Instant::now();
        let run = sandbox
            .program(["prefetch", "Cargo.lock"])
            .env("RUST_BACKTRACE", "1")
            .outcome()
            .exits(101)
            .no_panic()
            .says("32 git sources of 127.0.0.1:1 could not be fetched: ")
            .says("dep-31@0.1.0")
            .says("Retrying")
            .never_says("scratch")
            .never_says("--manifest-path")
            .never_says("not found");
        // Cargo itself waits about 11 seconds for the first of them.
        assert!(start.elapsed() < Duration::from_secs(40), "{run}");
        assert_eq!(run.stderr.matches("help: ").count(), 1, "{run}");
        assert!(run.stderr.lines().count() < 15, "{run}");
    }
}

#[test]
fn a_commit_that_was_forced_away_is_told_with_the_way_out() {
    let sandbox = Sandbox::new(&Registry::new([]));
    for reference in ["", "branch = \"main\""] {
        let name = format!("app-{}", reference.len());
        let repository = Repository::package(&sandbox, &format!("of-{name}"), "0.1.0");
        let url = repository.url();
        let project = crate::fixture::git_project::project(
            &sandbox,
            &name,
            &[(&format!("of-{name}"), &url, reference)],
        );
        repository.git(&["commit", "--quiet", "--amend", "--allow-empty", "-m", &name]);
        repository.git(&["reflog", "expire", "--expire=now", "--all"]);
        repository.git(&["gc", "--quiet", "--prune=now"]);
        sandbox
            .run(&project, ["vendor"])
            .exits(101)
            .no_panic()
            .says("is on no branch of")
            .says(&format!("`cargo update -p of-{name}`"))
            .never_says("run the same command again")
            .never_says("revspec")
            .never_says("scratch");
        assert!(!project.config().exists());
    }
    // A repository that is gone is another matter.
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    let url = repository.url();
    let project = crate::fixture::git_project::project(&sandbox, "moved", &[("shared", &url, "")]);
    fs::rename(&repository.folder, sandbox.path("elsewhere")).unwrap();
    sandbox
        .run(&project, ["vendor"])
        .exits(101)
        .says("cannot fetch file://")
        .never_says("scratch")
        .never_says("run the same command again");
}

#[cfg(unix)]
#[test]
fn a_cargo_that_waits_for_another_says_so_at_once() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    let lock = fs::File::create(sandbox.path("cargo-home/.package-cache")).unwrap();
    lock.lock().unwrap();
    let mut running = sandbox
        .program(["vendor", "--message-format", "json"])
        .within(&project.folder)
        .start();
    let line = running.line_with("for another cargo");
    assert!(line.contains("package cache"), "{line}");
    lock.unlock().unwrap();
    running.outcome().exits(0);
}

#[cfg(unix)]
#[test]
fn a_project_elsewhere_is_judged_by_its_own_toolchain() {
    use std::os::unix::fs::PermissionsExt as _;
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    let script = |path: &Path, text: &str| {
        write(path, format!("#!/bin/sh\n{text}"));
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    // The caller's cargo cannot judge anything; the proxy on the path chooses by the folder it is started in.
    let callers = sandbox.path("rustup/toolchains/old/bin/cargo");
    script(
        &callers,
        "echo 'error: this is the old cargo' >&2; exit 101\n",
    );
    let real = crate::fixture::sandbox::CARGO;
    script(
        &sandbox.path("proxies/cargo"),
        &format!("test -z \"$RUSTUP_TOOLCHAIN$CARGO\" || exit 7\nexec {real} \"$@\"\n"),
    );
    let path = format!("{}:/usr/bin:/bin", sandbox.path("proxies").display());
    let vendor = |within: &Path, named: &[&str]| {
        sandbox
            .program(["vendor"])
            .args(named)
            .within(within)
            .env("CARGO", &callers)
            .env("RUSTUP_TOOLCHAIN", "old")
            .env("PATH", &path)
            .outcome()
    };
    vendor(sandbox.path("home").as_path(), &["../app"])
        .exits(0)
        .says("ready offline")
        .never_says("the old cargo");
    sandbox.builds(&project);
    // In its own folder the caller's is its own.
    vendor(&project.folder, &[]).says("the old cargo");

    // One that is not installed is named, in our words.
    let missing = "echo \"error: toolchain '1.23.0-x86_64-unknown-linux-gnu' is not installed\" >&2\nexit 1\n";
    script(&sandbox.path("proxies/cargo"), missing);
    vendor(sandbox.path("home").as_path(), &["../app"])
        .says("the toolchain `1.23.0-x86_64-unknown-linux-gnu` that")
        .says("asks for is not installed");
}

/// Not everywhere can a file have such a name.
#[cfg(target_os = "linux")]
#[test]
fn a_path_that_is_not_utf8_is_refused_before_anything_is_written() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    let odd = sandbox.path("home").join(OsStr::from_bytes(b"lat\xe9in"));
    let mirror = odd.join("mirror");
    for arguments in [["vendor", "--mirror"], ["on", "--mirror"]] {
        let run = sandbox.program(arguments).args([&mirror]);
        let run = run.within(&project.folder).outcome().exits(101);
        run.says("the path of the mirror is not UTF-8")
            .says("help:");
    }
    assert!(!odd.exists() && !project.config().exists());

    fs::rename(&project.folder, &odd).unwrap();
    let run = sandbox
        .program(["vendor"])
        .within(&odd)
        .outcome()
        .exits(101);
    run.says("the path of the project is not UTF-8");
    assert!(!odd.join(".cargo").exists() && !sandbox.mirror().exists());
    sandbox
        .program(["roots"])
        .env("CARGO_HOME", &mirror)
        .outcome()
        .exits(101)
        .says("CARGO_HOME is not UTF-8");
}

#[test]
fn an_archive_with_a_second_member_is_built_from_the_first_and_found() {
    let member = |answer: &str| {
        Archive::new()
            .file(
                "twin-1.0.0/Cargo.toml",
                b"[package]\nname = \"twin\"\nversion = \"1.0.0\"\n",
            )
            .file(
                "twin-1.0.0/src/lib.rs",
                format!("pub const ANSWER: u8 = {answer};\n").as_bytes(),
            )
            .finish()
    };
    let both = [member("1"), member("2")].concat();
    let registry = Registry::new([Crate::new("twin", "1.0.0").archive(both)]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("twin", "1")]);
    // The real cargo reads the first member.
    project.write("src/lib.rs", "const _: () = assert!(twin::ANSWER == 1);\n");
    sandbox.run(&project, ["vendor"]).exits(0);
    sandbox.builds(&project);
    sandbox.program(["verify"]).outcome().exits(0);
    sandbox
        .program(["verify", "--archives"])
        .outcome()
        .exits(1)
        .says("twin@1.0.0")
        .says("a second gzip member follows what cargo reads of it");
    let other = sandbox.path("other");
    sandbox
        .program(["vendor", "--check-archives", "--mirror"])
        .args([&other])
        .within(&project.folder)
        .outcome()
        .exits(101)
        .says("a second gzip member");
}

#[test]
fn what_a_server_prefetches_after_hours_is_dated_with_the_hour_it_was_asked_for() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    fs::write(sandbox.path("tokens"), "admin secret\n").unwrap();
    let offset = sandbox.path("offset");
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--token-file", "tokens"];
    let server = Served::run(
        sandbox
            .program(arguments)
            .env("CARGO_MIRROR_NOW", "2030-05-01T12:00:00Z")
            .env("CARGO_MIRROR_CLOCK_OFFSET", &offset),
    );
    fs::write(&offset, "18000").unwrap();
    let headers = [("Authorization", "secret"), ("Content-Length", "6")];
    let request = server.request("POST", "/-/prefetch", &headers) + "alpha\n";
    Answer::parse(&server.say(request)).is(202);
    let roots = || sandbox.program(["roots"]).outcome().exits(0);
    until("the prefetch has its root", || {
        roots().stdout.contains("2030-05-01T17:00")
    });
}

#[test]
fn a_target_of_a_json_file_is_refused_with_the_way_out() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.unlocked("app", &[]);
    sandbox
        .run(&project, ["vendor", "--target", "kernel.json"])
        .exits(2)
        .says("without --target everything is mirrored, for all platforms");
}

#[test]
fn a_login_in_a_git_address_that_goes_into_the_home_config_is_warned_of() {
    let sandbox = Sandbox::new(&Registry::new([]));
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    let url = repository.url();
    let project = crate::fixture::git_project::project(&sandbox, "app", &[("shared", &url, "")]);
    sandbox.warm(&project);
    // The commit is in cargo's cache already, so nobody is asked at this address.
    for file in ["Cargo.toml", "Cargo.lock"] {
        let with_login = "http://bot:sekrit@127.0.0.1:1/shared";
        project.write(file, project.read(file).replace(&url, with_login));
    }
    sandbox
        .run(&project, ["vendor"])
        .exits(0)
        .never_says("now holds the login")
        .never_says("sekrit");
    sandbox
        .run(&project, ["vendor", "--global"])
        .exits(0)
        .says("now holds the login that is in the address of git+http://127.0.0.1:1/shared")
        .never_says("sekrit");
}
