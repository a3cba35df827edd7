//! A bucket as upstream of `vendor`, `prefetch` and `serve`.

use crate::buckets::push::{crates, with_keys};
use crate::fixture::bucket::{Bucket, BucketFault, Dialect};
use crate::fixture::mirror::sound;
use crate::fixture::package::Dep;
use crate::fixture::project::Project;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::Served;

/// A bucket that holds what a project needs, and a machine that has nothing.
fn filled(dialect: Dialect) -> (Registry, Sandbox, Project, Bucket) {
    let registry = Registry::new(crates());
    let sandbox = Sandbox::new(&registry);
    let bucket = Bucket::new(dialect);
    let project = sandbox.project("app", &[Dep::new("middle", "0.2"), Dep::new("wide", "3")]);
    let first = sandbox.path("first-mirror");
    let prefetch = sandbox.program(["prefetch", "."]).within(&project.folder);
    prefetch.env("CARGO_MIRROR_DIR", &first).outcome().exits(0);
    let push = sandbox.program(["push", &bucket.url("team")]);
    with_keys(push, &bucket)
        .env("CARGO_MIRROR_DIR", &first)
        .outcome()
        .exits(0);
    registry.forget();
    bucket.forget();
    (registry, sandbox, project, bucket)
}

#[test]
fn a_project_is_vendored_from_a_bucket_of_every_dialect() {
    for dialect in [Dialect::S3, Dialect::Google, Dialect::Azure] {
        let (registry, sandbox, project, bucket) = filled(dialect);
        bucket.fail_next("GET", "wide-3.1.4.crate", BucketFault::Half);
        let vendor = sandbox.program(["vendor"]).within(&project.folder);
        let vendor = with_keys(vendor, &bucket).env("CARGO_MIRROR_UPSTREAM", bucket.url("team"));
        vendor.outcome().exits(0);
        sandbox.builds(&project);
        assert_eq!(registry.paths(), Vec::<String>::new(), "{dialect:?}");
        sound(&sandbox.mirror(), &registry);
    }
}

#[test]
fn a_list_is_prefetched_from_a_bucket() {
    let (registry, sandbox, _project, bucket) = filled(Dialect::S3);
    let prefetch = sandbox.program(["prefetch", "middle"]);
    let prefetch = with_keys(prefetch, &bucket).env("CARGO_MIRROR_UPSTREAM", bucket.url("team"));
    prefetch.outcome().exits(0);
    let held = sound(&sandbox.mirror(), &registry);
    assert_eq!(held.names(), ["leaf-1.0.0+build.7", "middle-0.2.0"]);
    assert_eq!(registry.paths(), Vec::<String>::new());
}

#[test]
fn wrong_bytes_in_a_bucket_are_not_taken() {
    let (_registry, sandbox, project, bucket) = filled(Dialect::S3);
    bucket.remove("team/crates-io/wide-3.1.4.crate");
    bucket.plant("team/crates-io/wide-3.1.4.crate", "not the bytes");
    let prefetch = sandbox.program(["prefetch", "."]).within(&project.folder);
    let prefetch = with_keys(prefetch, &bucket).env("CARGO_MIRROR_UPSTREAM", bucket.url("team"));
    let failed = prefetch.outcome().exits(101);
    failed.says("wide");
    assert!(!sandbox.mirror().join("crates-io/wide-3.1.4.crate").exists());
}

#[test]
fn a_server_fetches_from_a_bucket_what_it_lacks() {
    let (registry, sandbox, project, bucket) = filled(Dialect::S3);
    let run = sandbox.program(["serve", "--listen", "127.0.0.1:0"]);
    let run = with_keys(run, &bucket).env("CARGO_MIRROR_UPSTREAM", bucket.url("team"));
    let served = Served::run(run);
    let build = served
        .cargo(&sandbox, &["build", "--locked"])
        .within(&project.folder);
    build.outcome().exits(0);
    served.get("/crates-io/index/no/ne/none").is(404);
    served.stop().exits(0);
    assert_eq!(registry.paths(), Vec::<String>::new());
    assert_eq!(bucket.foreign_logins(), Vec::<String>::new());
}

#[test]
fn without_keys_the_way_out_is_told() {
    let (_registry, sandbox, project, bucket) = filled(Dialect::S3);
    let prefetch = sandbox.program(["prefetch", "."]).within(&project.folder);
    let prefetch = with_keys(prefetch, &bucket)
        .env("AWS_ACCESS_KEY_ID", "unknown")
        .env("CARGO_MIRROR_UPSTREAM", bucket.url("team"));
    let failed = prefetch.outcome().exits(101);
    failed.says("does not let us read");
}
