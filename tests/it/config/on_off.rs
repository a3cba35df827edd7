//! `cargo mirror on` and `off`: cargo's config, edited with care and put back to the byte.

use std::fs;

use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::{Project, tree, write};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;

/// A config as people keep them: comments, odd order, odd spacing, inline tables, no end of line at the end.
const LIVED_IN: &str = "\
# How we build.
[build]   # keep this
  jobs = 2
target-dir = 'target'

[net]
retry   = 4 # the office network

[source.internal]   # used by CI
registry = \"sparse+https://r.example/index/\"

[alias]
xtask = \"run -p xtask --\"
ci = { } # not yet
[env]
ZZ = { value = \"1\", force = true }";

fn world() -> (Registry, Sandbox, Project) {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    let run = sandbox.program(["prefetch", "app"]).outcome();
    run.exits(0);
    (registry, sandbox, project)
}

#[test]
fn on_makes_the_config_and_off_takes_it_away() {
    let (_registry, sandbox, project) = world();
    let before = project.tree();
    sandbox.run(&project, ["on"]).exits(0);
    let config = project.read(".cargo/config.toml");
    for text in [
        "# cargo mirror: begin",
        "# cargo mirror: end",
        "[source.cargo-mirror]",
        "local-registry = ",
    ] {
        assert!(config.contains(text), "{text}: {config}");
    }
    sandbox.builds(&project);
    sandbox.run(&project, ["off"]).exits(0);
    assert_eq!(project.tree(), before);
}

#[test]
fn off_restores_every_byte_of_a_config_that_was_there() {
    let (_registry, sandbox, project) = world();
    for former in [
        LIVED_IN,
        "",
        "\n",
        "# only a comment",
        "[build]\r\njobs = 1\r\n",
        "[source.crates-io]\n",
        "[source.crates-io]\nreplace-with = [\"a\"] # cargo would not take it\n",
        "[source.crates-io] # ours\n# nothing yet\n\n[term]\nquiet = false\n",
        "source.internal.registry = \"sparse+https://r.example/index/\"\n",
        "[source]\ninternal = { registry = \"sparse+https://r.example/index/\" }\n",
        "\u{feff}[build]\njobs = 1\n",
    ] {
        project.write(".cargo/config.toml", former);
        let before = project.tree();
        sandbox.run(&project, ["on"]).exits(0);
        let edited = project.read(".cargo/config.toml");
        for comment in former
            .lines()
            .filter_map(|line| Some(&line[line.find('#')?..]))
        {
            assert!(edited.contains(comment), "`{comment}` is lost in\n{edited}");
        }
        sandbox.builds(&project);
        sandbox.run(&project, ["off"]).exits(0);
        assert_eq!(project.read(".cargo/config.toml"), former);
        assert_eq!(project.tree(), before);
    }
}

#[test]
fn on_twice_is_on_once_and_off_twice_is_off_once() {
    let (_registry, sandbox, project) = world();
    project.write(".cargo/config.toml", LIVED_IN);
    sandbox.run(&project, ["on"]).exits(0);
    let once = project.tree();
    sandbox.run(&project, ["on"]).exits(0);
    assert_eq!(project.tree(), once);
    sandbox.run(&project, ["off"]).exits(0);
    sandbox.run(&project, ["off"]).exits(0);
    assert_eq!(project.read(".cargo/config.toml"), LIVED_IN);
}

#[test]
fn off_takes_only_what_is_ours_when_the_file_was_edited_since() {
    let (_registry, sandbox, project) = world();
    project.write(".cargo/config.toml", LIVED_IN);
    sandbox.run(&project, ["on"]).exits(0);
    let edited = project
        .read(".cargo/config.toml")
        .replace("jobs = 2", "jobs = 3");
    project.write(
        ".cargo/config.toml",
        format!("{edited}\n[term]\nverbose = false # new\n"),
    );
    sandbox.run(&project, ["off"]).exits(0);
    let config = project.read(".cargo/config.toml");
    let kept = LIVED_IN.replace("jobs = 2", "jobs = 3");
    assert!(config.starts_with(&kept), "{config}");
    assert!(config.contains("verbose = false # new"), "{config}");
    assert!(!config.contains("mirror"), "{config}");
}

#[test]
fn off_without_on_has_nothing_to_do() {
    let (_registry, sandbox, project) = world();
    let before = project.tree();
    sandbox.run(&project, ["off"]).exits(0);
    assert_eq!(project.tree(), before);
    project.write(".cargo/config.toml", LIVED_IN);
    sandbox.run(&project, ["off"]).exits(0);
    assert_eq!(project.read(".cargo/config.toml"), LIVED_IN);
}

#[test]
fn a_prior_replacement_by_a_registry_is_chained_and_put_back() {
    let (registry, sandbox, project) = world();
    let config = format!(
        "[source.crates-io]\nreplace-with = \"company\" # ask Ann\n\n[source.company]\nregistry = {:?}\n",
        registry.index()
    );
    project.write(".cargo/config.toml", &config);
    sandbox.run(&project, ["on"]).exits(0);
    sandbox.builds(&project);
    // Another edit on top: `off` can no longer put back the file as a whole.
    let edited = project.read(".cargo/config.toml");
    project.write(
        ".cargo/config.toml",
        format!("{edited}\n[term]\nquiet = false\n"),
    );
    sandbox.run(&project, ["off"]).exits(0);
    let after = project.read(".cargo/config.toml");
    assert!(after.contains("replace-with = \"company\""), "{after}");
    assert!(after.contains("quiet = false"), "{after}");
    assert!(!after.contains("cargo-mirror"), "{after}");
}

#[test]
fn a_prior_replacement_that_is_no_registry_is_not_trampled() {
    let (_registry, sandbox, project) = world();
    let config = "[source.crates-io]\nreplace-with = \"vendored\"\n\n[source.vendored]\ndirectory = \"vendor\"\n";
    project.write(".cargo/config.toml", config);
    let before = project.tree();
    let vendor = sandbox.program(["vendor"]).within(&project.folder);
    let vendor = vendor.env_remove("CARGO_MIRROR_UPSTREAM").outcome();
    if vendor.code == Some(0) {
        // Chained: then `off` puts it back.
        sandbox.run(&project, ["off"]).exits(0);
        assert_eq!(project.tree(), before);
    } else {
        let vendor = vendor.exits(101);
        vendor.says("vendored").says("help:");
        assert_eq!(project.tree(), before);
    }
}

#[test]
fn broken_toml_is_refused_untouched_with_its_place() {
    let (_registry, sandbox, project) = world();
    let broken = "[build]\njobs = 2\n\n[source.crates-io\nreplace-with = \"x\"\n";
    project.write(".cargo/config.toml", broken);
    for verb in ["on", "off", "vendor"] {
        let run = sandbox.run(&project, [verb]).exits(101);
        let run = run.says("config.toml").says("line 4").says("column");
        run.no_panic().says("help:");
        assert_eq!(project.read(".cargo/config.toml"), broken);
    }
}

#[test]
fn a_shape_that_cannot_be_edited_is_refused_untouched() {
    let (_registry, sandbox, project) = world();
    for strange in ["source = 1\n", "[source]\ncrates-io = 5\n", "source = []\n"] {
        project.write(".cargo/config.toml", strange);
        let run = sandbox.run(&project, ["on"]).exits(101).no_panic();
        run.says("config.toml");
        assert_eq!(project.read(".cargo/config.toml"), strange);
    }
}

#[test]
fn an_existing_cargo_config_without_extension_is_the_one_to_edit() {
    let (_registry, sandbox, project) = world();
    project.write(".cargo/config", LIVED_IN);
    sandbox.run(&project, ["on"]).exits(0);
    assert!(!project.config().exists(), "cargo would not read it");
    sandbox.builds(&project);
    sandbox.run(&project, ["off"]).exits(0);
    assert_eq!(project.read(".cargo/config"), LIVED_IN);
}

#[test]
fn two_configs_in_one_folder_are_warned_about() {
    let (_registry, sandbox, project) = world();
    project.write(".cargo/config", LIVED_IN);
    project.write(".cargo/config.toml", "[term]\nquiet = false\n");
    let run = sandbox.run(&project, ["on"]).exits(0);
    run.says("warning:").says("config.toml").says("help:");
    // Cargo goes by the one without extension.
    sandbox.builds(&project);
    sandbox.run(&project, ["off"]).exits(0);
    assert_eq!(project.read(".cargo/config"), LIVED_IN);
    assert_eq!(
        project.read(".cargo/config.toml"),
        "[term]\nquiet = false\n"
    );
}

#[test]
fn a_closer_config_that_overrides_ours_is_warned_about() {
    let (registry, sandbox, project) = world();
    let member = sandbox.path("app/member");
    project.write("member/src/lib.rs", "");
    project.write(
        "member/Cargo.toml",
        "[package]\nname = \"member\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
    );
    let manifest = project.read("Cargo.toml");
    project.write(
        "Cargo.toml",
        manifest + "\n[workspace]\nmembers = [\"member\"]\n",
    );
    sandbox.lock(&project);
    let closer = format!(
        "[source.crates-io]\nreplace-with = \"mine\"\n[source.mine]\nregistry = {:?}\n",
        registry.index()
    );
    write(&member.join(".cargo/config.toml"), &closer);
    let run = sandbox.program(["on"]).within(&member).outcome();
    let run = run.exits(0).says("warning:");
    run.says("member").says("help:");
    assert_eq!(
        fs::read_to_string(member.join(".cargo/config.toml")).unwrap(),
        closer
    );
}

#[test]
fn a_mirror_that_cargo_package_would_pack_is_warned_about() {
    let (_registry, sandbox, project) = world();
    let run = sandbox.run(&project, ["on", "--mirror", "mirror"]).exits(0);
    run.says("warning:").says("cargo package").says("help:");
    let run = sandbox.run(&project, ["on"]).exits(0);
    run.never_says("cargo package");
}

#[cfg(unix)]
#[test]
fn a_linked_config_stays_a_link_and_permissions_stay_as_they_are() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let (_registry, sandbox, project) = world();
    let real = sandbox.path("dotfiles/cargo.toml");
    write(&real, LIVED_IN);
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    fs::create_dir(project.path(".cargo")).unwrap();
    symlink(&real, project.config()).unwrap();
    let before = project.tree();
    sandbox.run(&project, ["on"]).exits(0);
    sandbox.builds(&project);
    assert!(fs::read_to_string(&real).unwrap().contains("cargo-mirror"));
    sandbox.run(&project, ["off"]).exits(0);
    assert_eq!(project.tree(), before);
    assert_eq!(fs::read_to_string(&real).unwrap(), LIVED_IN);
    let mode = fs::metadata(&real).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn on_goes_from_one_mirror_to_another() {
    let (_registry, sandbox, project) = world();
    let before = project.tree();
    let other = sandbox.path("other");
    let run = sandbox
        .program(["prefetch", "app", "--mirror"])
        .args([&other]);
    run.outcome().exits(0);
    sandbox.run(&project, ["on"]).exits(0);
    let run = sandbox.program(["on", "--mirror"]).args([&other]);
    run.within(&project.folder).outcome().exits(0);
    fs::remove_dir_all(sandbox.mirror()).unwrap();
    sandbox.builds(&project);
    sandbox.run(&project, ["off"]).exits(0);
    assert_eq!(project.tree(), before);
}

#[test]
fn global_on_and_off_edit_the_users_config() {
    let (_registry, sandbox, project) = world();
    let before = project.tree();
    let path = sandbox.path("cargo-home/config.toml");
    write(&path, LIVED_IN);
    sandbox.run(&project, ["on", "--global"]).exits(0);
    assert!(fs::read_to_string(&path).unwrap().contains("cargo-mirror"));
    sandbox.run(&project, ["off", "--global"]).exits(0);
    assert_eq!(fs::read_to_string(&path).unwrap(), LIVED_IN);
    assert_eq!(project.tree(), before);
}

#[test]
fn a_dry_run_of_on_and_off_writes_nothing() {
    let (_registry, sandbox, project) = world();
    let before = project.tree();
    sandbox.run(&project, ["on", "--dry-run"]).exits(0);
    assert_eq!(project.tree(), before);
    sandbox.run(&project, ["on"]).exits(0);
    let on = project.tree();
    sandbox.run(&project, ["off", "--dry-run"]).exits(0);
    assert_eq!(project.tree(), on);
}

#[test]
fn a_path_with_everything_in_it_still_works() {
    let (_registry, sandbox, _) = world();
    let project = sandbox.project("d'où \"viens\" tu #1", &[Dep::new("alpha", "1")]);
    let mirror = sandbox.path("mir'ror \"é\" #2");
    let run = sandbox.program(["vendor", "--mirror"]).args([&mirror]);
    run.within(&project.folder).outcome().exits(0);
    sandbox.builds(&project);
    let before = tree(&mirror);
    sandbox.run(&project, ["off"]).exits(0);
    assert!(!project.config().exists());
    assert_eq!(tree(&mirror), before);
}
