//! `push` and `pull`, and what plain cargo makes of a bucket that was filled so.

use std::fs;

use crate::fixture::bucket::{Bucket, BucketFault, Dialect, Manners, SECRET};
use crate::fixture::command::Run;
use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::{Project, tree};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::{CARGO, Sandbox};

/// The program with the keys of a bucket.
pub(crate) fn with_keys(run: Run, bucket: &Bucket) -> Run {
    let keys = bucket.environment().into_iter();
    keys.fold(run, |run, (name, value)| run.env(name, value))
}

pub(crate) fn crates() -> Vec<Crate> {
    vec![
        Crate::new("leaf", "1.0.0+build.7"),
        Crate::new("middle", "0.2.0").needs("leaf"),
        Crate::new("wide", "3.1.4").needs("leaf").weight(300_000),
    ]
}

struct World {
    registry: Registry,
    sandbox: Sandbox,
    project: Project,
    bucket: Bucket,
}

impl World {
    /// A mirror that holds what a project needs, and an empty bucket.
    fn new(bucket: Bucket) -> Self {
        let registry = Registry::new(crates());
        let sandbox = Sandbox::new(&registry);
        let project = sandbox.project("app", &[Dep::new("middle", "0.2"), Dep::new("wide", "3")]);
        sandbox.run(&project, ["prefetch", "."]).exits(0);
        Self {
            registry,
            sandbox,
            project,
            bucket,
        }
    }

    fn push(&self, arguments: &[&str]) -> Run {
        let url = self.bucket.url("team");
        let run = self.sandbox.program(["push", &url]).args(arguments);
        with_keys(run, &self.bucket)
    }

    fn pull_into(&self, mirror: &std::path::Path) -> Run {
        let run = self.sandbox.program(["pull", &self.bucket.url("team")]);
        with_keys(run, &self.bucket).env("CARGO_MIRROR_DIR", mirror)
    }

    fn public(&self) -> String {
        format!("{}/crates/team", self.bucket.endpoint())
    }
}

/// What a bucket holds, without what is the program's own.
fn held(bucket: &Bucket) -> Vec<(String, Vec<u8>)> {
    let keys = bucket
        .keys()
        .into_iter()
        .filter(|key| !key.contains("/.mirror/"));
    keys.map(|key| {
        let bytes = bucket.object(&key).unwrap().bytes.to_vec();
        (key, bytes)
    })
    .collect()
}

#[test]
fn a_bucket_that_was_pushed_to_is_a_registry_for_plain_cargo() {
    let world = World::new(Bucket::s3());
    let pushed = world
        .push(&["--public-url", &world.public()])
        .outcome()
        .exits(0);
    let pushed = pushed.answers("pushed 3 crates");
    pushed.never_says(SECRET);
    world.bucket.behave(Manners {
        public: true,
        ..Manners::default()
    });
    world.bucket.forget();
    let index = format!("sparse+{}/crates-io/index/", world.public());
    let build = world
        .sandbox
        .command(CARGO)
        .args(["--config", "source.crates-io.replace-with=\"bucket\""])
        .args(["--config", &format!("registries.bucket.index={index:?}")])
        .args(["build", "--locked"])
        .env("CARGO_HOME", world.sandbox.fresh("cargo-home"))
        .env("CARGO_TARGET_DIR", world.sandbox.path("target-of-bucket"))
        .within(&world.project.folder);
    build.outcome().exits(0);
    // The version with a plus sign came from where S3 reads that address.
    let asked = world.bucket.asked();
    assert!(
        asked
            .iter()
            .any(|asked| asked.key == "team/crates-io/leaf-1.0.0 build.7.crate")
    );
    assert_eq!(world.bucket.foreign_logins(), Vec::<String>::new());
}

#[test]
fn the_second_push_is_one_list() {
    for dialect in [Dialect::S3, Dialect::Google, Dialect::Azure] {
        let world = World::new(Bucket::new(dialect));
        world.push(&[]).outcome().exits(0);
        let before = held(&world.bucket);
        world.bucket.forget();
        let again = world.push(&[]).outcome().exits(0);
        let again = again.answers("pushed 0 crates (0 B) and 0 index files");
        again.answers("3 there already");
        assert_eq!(held(&world.bucket), before);
        let lists = world.bucket.asked().into_iter();
        let lists = lists.filter(|asked| asked.query.contains("list"));
        assert_eq!(lists.count(), 1, "{dialect:?}");
        let reads = world.bucket.asked().into_iter();
        let reads = reads.filter(|asked| asked.method == "GET" && asked.key.contains("crates-io/"));
        assert_eq!(reads.count(), 0, "{dialect:?}");
    }
}

#[test]
fn a_push_cut_at_any_write_is_completed_by_the_next() {
    let whole = {
        let world = World::new(Bucket::s3());
        world.push(&[]).outcome().exits(0);
        held(&world.bucket)
    };
    for key in [
        "leaf-1.0.0+build.7.crate",
        "wide",
        "index/le",
        "index/mi",
        "roots",
    ] {
        let world = World::new(Bucket::s3());
        // A refusal that no retry mends.
        world.bucket.fail_next("PUT", key, BucketFault::Status(403));
        world.push(&["-j1"]).outcome().exits(101);
        for (path, text) in held(&world.bucket)
            .iter()
            .filter(|(path, _)| path.contains("/index/"))
        {
            for line in String::from_utf8_lossy(text).lines() {
                let line: serde_json::Value = serde_json::from_str(line).unwrap();
                let (name, version) = (
                    line["name"].as_str().unwrap(),
                    line["vers"].as_str().unwrap(),
                );
                let key = format!("team/crates-io/{name}-{version}.crate");
                assert!(
                    world.bucket.object(&key).is_some(),
                    "{path} has a line without bytes"
                );
            }
        }
        world.push(&[]).outcome().exits(0);
        assert_eq!(held(&world.bucket), whole, "{key}");
        assert_eq!(world.bucket.overwritten(), Vec::<String>::new());
    }
}

#[test]
fn a_dry_run_says_what_would_be_done_and_does_nothing() {
    let world = World::new(Bucket::s3());
    let dry = world.push(&["-n"]).outcome().exits(0);
    dry.answers("would push 3 crates");
    assert_eq!(world.bucket.keys(), Vec::<String>::new());
}

#[test]
fn other_bytes_in_the_bucket_are_an_alarm() {
    let world = World::new(Bucket::s3());
    world
        .bucket
        .plant("team/crates-io/middle-0.2.0.crate", "somebody else's");
    let failed = world.push(&[]).outcome().exits(101);
    let failed = failed.says("holds other bytes");
    failed.says("middle@0.2.0 is left out");
    assert_eq!(
        world.bucket.text("team/crates-io/middle-0.2.0.crate"),
        "somebody else's"
    );
    assert_eq!(world.bucket.text("team/crates-io/index/mi/dd/middle"), "");
    assert!(
        world
            .bucket
            .text("team/crates-io/index/wi/de/wide")
            .contains("3.1.4")
    );
}

#[test]
fn what_was_pushed_is_pulled_elsewhere_whole() {
    let world = World::new(Bucket::s3());
    world.bucket.behave(Manners {
        page: 2,
        ..Manners::default()
    });
    world.push(&[]).outcome().exits(0);
    let other = world.sandbox.path("other-mirror");
    world
        .bucket
        .fail_next("GET", "wide-3.1.4.crate", BucketFault::Half);
    let pulled = world.pull_into(&other).outcome().exits(0);
    pulled.answers("pulled 3 crates");
    sound(&other, &world.registry);
    let of = |mirror: &std::path::Path| tree(&mirror.join("crates-io"));
    assert_eq!(of(&other), of(&world.sandbox.mirror()));
    world.bucket.forget();
    world
        .pull_into(&other)
        .outcome()
        .exits(0)
        .answers("pulled 0 crates (0 B)");
    let reads = world.bucket.asked().into_iter();
    let reads: Vec<String> = reads
        .filter(|it| !it.key.is_empty())
        .map(|it| it.key)
        .collect();
    assert_eq!(reads, Vec::<String>::new(), "nothing but the list is read");
}

#[test]
fn with_delete_what_the_mirror_lacks_goes_from_the_bucket_lines_first() {
    let world = World::new(Bucket::s3());
    world.push(&[]).outcome().exits(0);
    let index = world.sandbox.mirror().join("crates-io/index/wi/de/wide");
    fs::remove_file(index).unwrap();
    fs::remove_file(world.sandbox.mirror().join("crates-io/wide-3.1.4.crate")).unwrap();
    world.push(&[]).outcome().exits(0);
    assert!(
        world
            .bucket
            .object("team/crates-io/wide-3.1.4.crate")
            .is_some()
    );
    world
        .push(&["--delete"])
        .outcome()
        .exits(0)
        .answers("removed 1 crate from it");
    assert!(
        world
            .bucket
            .object("team/crates-io/wide-3.1.4.crate")
            .is_none()
    );
    assert_eq!(world.bucket.text("team/crates-io/index/wi/de/wide"), "");
    let left = world
        .bucket
        .keys()
        .into_iter()
        .filter(|key| key.contains("leases"));
    assert_eq!(left.count(), 0);
}

#[test]
fn other_bytes_of_the_same_length_are_found_before_a_line_is_written() {
    for has_line in [true, false] {
        let world = World::new(Bucket::s3());
        let mut theirs = world.registry.bytes("middle", "0.2.0");
        *theirs.last_mut().unwrap() ^= 1;
        let index = "team/crates-io/index/mi/dd/middle";
        world
            .bucket
            .plant("team/crates-io/middle-0.2.0.crate", theirs);
        let mut line = String::new();
        if has_line {
            let ours = world.registry.line("middle", "0.2.0");
            let mut their: serde_json::Value = serde_json::from_str(&ours).unwrap();
            their["cksum"] = "0".repeat(64).into();
            line = format!("{their}\n");
            world.bucket.plant(index, line.clone());
        }
        let failed = world.push(&[]).outcome().exits(101);
        failed
            .says("holds other bytes")
            .says("middle@0.2.0 is left out");
        assert_eq!(world.bucket.text(index), line);
    }
}

#[test]
fn roots_are_there_before_what_they_want() {
    let world = World::new(Bucket::s3());
    // Whoever collects garbage now goes by them.
    let fault = BucketFault::Status(403);
    world.bucket.fail_next("PUT", "wide-3.1.4.crate", fault);
    world.push(&["-j1"]).outcome().exits(101);
    let keys = world.bucket.keys();
    assert!(
        keys.iter().any(|key| key.contains("/.mirror/roots/")),
        "{keys:?}"
    );
}

#[test]
fn a_removal_that_fails_is_told_whatever_comes_after_it() {
    let world = World::new(Bucket::s3());
    world.push(&[]).outcome().exits(0);
    let other = "registries/r.example-0123456789abcdef";
    fs::create_dir_all(world.sandbox.mirror().join(other).join("index")).unwrap();
    for folder in ["crates-io", other] {
        let key = format!("team/{folder}/extra-1.0.0.crate");
        world.bucket.plant(&key, "theirs");
    }
    let fault = BucketFault::Status(403);
    world
        .bucket
        .fail_next("GET", "crates-io/index/ex/tr/extra", fault);
    world.push(&["--delete"]).outcome().exits(101);
    let left = world.bucket.object("team/crates-io/extra-1.0.0.crate");
    assert!(left.is_some());
}

#[test]
fn what_is_published_into_a_mirror_stays_there() {
    let world = World::new(Bucket::s3());
    let mirror = world.sandbox.mirror();
    let url = "sparse+https://crates.example.com/registries/corp/index/";
    let new = ["registry", "new", "corp", "--url", url, "--auth", "all"];
    world.sandbox.program(new).outcome().exits(0);
    let (public, hosted) = (mirror.join("crates-io"), mirror.join("registries/corp"));
    let (package, line) = ("leaf-1.0.0+build.7.crate", "index/le/af/leaf");
    fs::create_dir_all(hosted.join("index/le/af")).unwrap();
    for inner in [package, line] {
        fs::copy(public.join(inner), hosted.join(inner)).unwrap();
    }
    let pushed = world.push(&["--public-url", &world.public()]).outcome();
    pushed.exits(0).says("registries/corp is not pushed");
    let keys = world.bucket.keys();
    assert!(!keys.iter().any(|key| key.contains("corp")), "{keys:?}");
    // As it was pushed once.
    let bytes = world.registry.bytes("middle", "0.2.0");
    let key = "team/registries/corp/middle-0.2.0.crate";
    world.bucket.plant(key, bytes);
    let index = "team/registries/corp/index/mi/dd/middle";
    let text = world.registry.line("middle", "0.2.0") + "\n";
    world.bucket.plant(index, text);
    let other = world.sandbox.path("other-mirror");
    let pulled = world.pull_into(&other).outcome().exits(101);
    pulled.says("registries/corp is left out");
    assert!(!other.join("registries").exists());
    let pull = world.pull_into(&mirror).args(["--delete"]);
    pull.outcome().exits(0);
    assert!(hosted.join(package).is_file() && hosted.join(line).is_file());
}
