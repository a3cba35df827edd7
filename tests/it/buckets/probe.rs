//! The probe and `doctor`: whether a store supports what a mirror needs.

use std::time::Duration;

use cargo_mirror::io::bucket::probe::{ProbeReport, Sharing, probe};
use cargo_mirror::model::error::Result;

use crate::fixture::bucket::{Bucket, BucketFault, Dialect, Manners, SECRET};
use crate::fixture::moto::Moto;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::server::runtime;
use crate::store_contract::client;

fn probed(bucket: &Bucket) -> Result<ProbeReport> {
    let client = client(&bucket.url("team"), bucket.environment());
    runtime().block_on(probe(&client))
}

#[test]
fn a_store_that_keeps_its_word_may_be_shared_and_keeps_nothing_of_the_probe() {
    for dialect in [Dialect::S3, Dialect::Google, Dialect::Azure] {
        let bucket = Bucket::new(dialect);
        let report = probed(&bucket).unwrap();
        assert_eq!(report.worst(), None, "{dialect:?}");
        assert_eq!(report.sharing(), Sharing::Shared, "{dialect:?}");
        assert_eq!(bucket.keys(), Vec::<String>::new(), "{dialect:?}");
    }
}

#[test]
fn a_store_that_others_wrote_may_be_shared() {
    requires!(moto);
    let moto = Moto::start();
    let client = client(&Moto::url("team"), moto.environment());
    let report = runtime().block_on(probe(&client)).unwrap();
    assert_eq!(report.worst(), None);
}

#[test]
fn a_store_that_ignores_conditions_is_refused() {
    let bucket = Bucket::s3();
    bucket.behave(Manners {
        ignores_conditions: true,
        ..Manners::default()
    });
    let report = probed(&bucket).unwrap();
    assert_eq!(report.sharing(), Sharing::Refused);
    assert_eq!(
        report.worst().unwrap(),
        "an object is not made twice: it was overwritten"
    );
}

/// It answers each single client rightly: only a race tells.
#[test]
fn a_store_that_checks_and_then_writes_is_refused() {
    let bucket = Bucket::s3();
    bucket.behave(Manners {
        checks_then_writes: Some(Duration::from_millis(15)),
        ..Manners::default()
    });
    let report = probed(&bucket).unwrap();
    assert_eq!(report.sharing(), Sharing::Refused);
    let wrong: Vec<&str> = report
        .findings
        .iter()
        .filter(|finding| finding.wrong.is_some())
        .map(|finding| finding.tried)
        .collect();
    assert_eq!(
        wrong,
        [
            "of two that make one object, one does",
            "of two that change one object, one does"
        ][..wrong.len()]
    );
}

#[test]
fn a_login_that_may_not_list_is_refused_with_the_reason() {
    let bucket = Bucket::s3();
    bucket.behave(Manners {
        hides_absence: true,
        ..Manners::default()
    });
    let report = probed(&bucket).unwrap();
    let worst = report.worst().unwrap();
    assert!(
        worst.starts_with("a key that is not there is absent: "),
        "{worst}"
    );
}

#[test]
fn a_list_that_lags_behind_makes_it_one_writers() {
    let bucket = Bucket::s3();
    bucket.behave(Manners {
        stale_list: Some(Duration::from_mins(1)),
        ..Manners::default()
    });
    assert_eq!(probed(&bucket).unwrap().sharing(), Sharing::Single);
}

/// An answer that is lost says nothing, so nothing is concluded from it.
#[test]
fn a_probe_whose_answer_is_lost_is_no_verdict() {
    for key in ["once", "race-0"] {
        let bucket = Bucket::s3();
        bucket.fail_next("PUT", key, BucketFault::DropAfter);
        // Either it is found out that the write was ours, or the probe says that it could not be told.
        let report = probed(&bucket);
        assert!(
            report
                .as_ref()
                .is_ok_and(|it| it.sharing() == Sharing::Shared)
                || report.is_err(),
            "{key}: {report:?}"
        );
    }
}

#[test]
fn doctor_prints_what_it_found_and_no_key() {
    let bucket = Bucket::s3();
    let sandbox = Sandbox::new(&Registry::new([]));
    let doctor = || {
        let run = sandbox.program(["doctor", &bucket.url("team"), "-vv"]);
        bucket
            .environment()
            .into_iter()
            .fold(run, |run, (name, value)| run.env(name, value))
    };
    let good = doctor().outcome().exits(0);
    let good = good.answers("ok    of two that change one object, one does");
    let good = good.answers("s3://crates/team: shared (any number of servers may write to it)");
    good.never_says(SECRET);
    bucket.behave(Manners {
        ignores_conditions: true,
        ..Manners::default()
    });
    let bad = doctor().outcome().exits(1);
    let bad = bad.answers("WRONG an object is not made twice: it was overwritten");
    bad.answers("s3://crates/team: refused (no place for a mirror)");
    let json = doctor()
        .args(["--message-format", "json"])
        .outcome()
        .exits(1);
    json.answers("\"sharing\":\"refused\"");
}

#[test]
fn an_address_that_is_none_is_told_with_the_way_out() {
    let sandbox = Sandbox::new(&Registry::new([]));
    let bad = sandbox
        .program(["doctor", "s3://key:secret@crates"])
        .outcome()
        .exits(101);
    let bad = bad.says("keys and endpoints come from the environment");
    bad.says("s3://BUCKET/PREFIX");
}
