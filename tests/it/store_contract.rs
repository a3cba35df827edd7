//! What every kind of store promises, run over each: a folder, a bucket in memory, the three dialects of the fixture, one
//! that loses answers, and a store that others wrote.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use cargo_mirror::io::bucket::objects::{Fetched, ObjectClient};
use cargo_mirror::io::bucket::options::BucketOptions;
use cargo_mirror::io::bucket::store::{BucketStore, WholeCrate};
use cargo_mirror::io::bucket::{cloud, open};
use cargo_mirror::io::store::registry::RegistryStore;
use cargo_mirror::io::store::staging::verified;
use cargo_mirror::model::error::Error;
use cargo_mirror::model::errors::bucket::BucketError;
use cargo_mirror::model::index::file::IndexLine;
use cargo_mirror::model::package::checksum::{Hashed, Verified};
use cargo_mirror::model::package::id::{CrateId, CrateName};
use cargo_mirror::model::source::bucket::BucketAddress;
use futures_util::TryStreamExt;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tempfile::TempDir;

use crate::fixture::bucket::{Bucket, BucketFault, Dialect, Manners};
use crate::fixture::moto::Moto;
use crate::fixture::scratch;
use crate::fixture::server::runtime;
use crate::fixture::settings;

/// A crate of a name and version; the bytes say which.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Thing(&'static str, String);

impl Thing {
    fn id(&self) -> CrateId {
        CrateId::parse(self.0, &self.1).unwrap()
    }

    fn bytes(&self) -> Vec<u8> {
        format!("the bytes of {} {}", self.0, self.1)
            .repeat(7)
            .into_bytes()
    }

    fn line(&self) -> IndexLine {
        let checksum = WholeCrate::new(Bytes::from(self.bytes())).digest();
        let text = format!(
            r#"{{"name":"{}","vers":"{}","deps":[],"cksum":"{checksum}","features":{{}},"yanked":false}}"#,
            self.0, self.1
        );
        IndexLine::parse(text.as_bytes()).unwrap()
    }
}

/// The verbs of a store.
trait Store: Sync {
    /// The bytes alone: where a writer that is killed may end.
    fn put_bytes(&self, thing: &Thing);
    fn add_line(&self, thing: &Thing);
    fn remove(&self, things: &[Thing]);
    fn read(&self, thing: &Thing) -> Option<Vec<u8>>;
    /// The versions that the index of a crate has.
    fn lines(&self, name: &str) -> Vec<String>;
    /// The crates whose bytes are there, with their sizes.
    fn list(&self) -> BTreeMap<CrateId, u64>;

    fn put(&self, thing: &Thing) {
        self.put_bytes(thing);
        self.add_line(thing);
    }
}

struct Folder {
    store: RegistryStore,
    _folder: TempDir,
}

impl Folder {
    fn new() -> Self {
        let folder = scratch::folder("store-");
        let store = RegistryStore::source(folder.path(), "crates-io").without_flushing();
        store.create().unwrap();
        Self {
            store,
            _folder: folder,
        }
    }
}

impl Store for Folder {
    fn put_bytes(&self, thing: &Thing) {
        let mut staged = self.store.incoming().unwrap();
        staged.write(&thing.bytes()).unwrap();
        let checked = verified(&thing.id(), *thing.line().checksum(), staged).unwrap();
        self.store.put_crate(checked).unwrap();
    }

    fn add_line(&self, thing: &Thing) {
        let name = thing.id().name;
        self.store.add_lines_now(&name, vec![thing.line()]).unwrap();
    }

    fn remove(&self, things: &[Thing]) {
        let ids: Vec<CrateId> = things.iter().map(Thing::id).collect();
        self.store
            .remove(&ids.iter().collect::<Vec<_>>(), |_| {})
            .unwrap();
    }

    fn read(&self, thing: &Thing) -> Option<Vec<u8>> {
        let opened = self
            .store
            .open_verified(&thing.id(), thing.line().checksum());
        Some(opened.unwrap()?.read().unwrap())
    }

    fn lines(&self, name: &str) -> Vec<String> {
        let index = self
            .store
            .read_index(&CrateName::parse(name).unwrap())
            .unwrap();
        let lines = index.lines().iter();
        lines.map(|line| line.id().version.to_string()).collect()
    }

    fn list(&self) -> BTreeMap<CrateId, u64> {
        let held = self.store.inventory().unwrap().into_iter();
        held.filter(|it| it.bytes > 0)
            .map(|it| (it.id, it.bytes))
            .collect()
    }
}

struct InBucket {
    store: BucketStore,
    /// What must live as long as it.
    fixture: Option<Bucket>,
    _moto: Option<Moto>,
}

/// The way to a bucket by the variables of its environment.
pub(crate) fn client(url: &str, environment: Vec<(&'static str, String)>) -> Arc<dyn ObjectClient> {
    let options = BucketOptions {
        environment: environment
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        retries: 3,
        ..BucketOptions::default()
    };
    open::open(&BucketAddress::parse(url).unwrap(), &options).unwrap()
}

impl InBucket {
    fn memory() -> Self {
        let address = BucketAddress::parse("s3://crates/team").unwrap();
        Self {
            store: BucketStore::new(Arc::new(cloud::in_memory(&address)), "crates-io"),
            fixture: None,
            _moto: None,
        }
    }

    fn of(bucket: Bucket) -> Self {
        let client = client(&bucket.url("team/mirror"), bucket.environment());
        Self {
            store: BucketStore::new(client, "crates-io"),
            fixture: Some(bucket),
            _moto: None,
        }
    }

    fn moto() -> Self {
        let moto = Moto::start();
        let client = client(&Moto::url("mirror"), moto.environment());
        Self {
            store: BucketStore::new(client, "crates-io"),
            fixture: None,
            _moto: Some(moto),
        }
    }
}

impl Store for InBucket {
    fn put_bytes(&self, thing: &Thing) {
        let whole = WholeCrate::new(Bytes::from(thing.bytes()));
        let checked = Verified::check(&thing.id(), thing.line().checksum(), whole).unwrap();
        runtime().block_on(self.store.put_crate(&checked)).unwrap();
    }

    fn add_line(&self, thing: &Thing) {
        let (name, line) = (thing.id().name, thing.line());
        let edit = self.store.edit_index(&name, |index| {
            index.put(line.clone()) != cargo_mirror::model::index::file::Change::Unchanged
        });
        runtime().block_on(edit).unwrap();
    }

    fn remove(&self, things: &[Thing]) {
        let mut names: BTreeMap<CrateName, Vec<CrateId>> = BTreeMap::new();
        for id in things.iter().map(Thing::id) {
            names.entry(id.name.clone()).or_default().push(id);
        }
        for (name, ids) in names {
            runtime().block_on(self.store.remove(&name, &ids)).unwrap();
        }
    }

    fn read(&self, thing: &Thing) -> Option<Vec<u8>> {
        runtime().block_on(async {
            let open = self
                .store
                .client()
                .open(&self.store.crate_key(&thing.id()), 0)
                .await
                .unwrap()?;
            let chunks: Vec<Bytes> = open.bytes.try_collect().await.unwrap();
            Some(chunks.concat())
        })
    }

    fn lines(&self, name: &str) -> Vec<String> {
        let name = CrateName::parse(name).unwrap();
        let index = runtime().block_on(self.store.read_index(&name)).unwrap();
        let lines = index.lines().iter();
        lines.map(|line| line.id().version.to_string()).collect()
    }

    fn list(&self) -> BTreeMap<CrateId, u64> {
        let mut listed = Vec::new();
        let listing = self.store.list(|object| listed.push(object));
        runtime().block_on(listing).unwrap();
        let names = listed.iter().filter_map(|object| {
            let name = object.key.strip_prefix("crates-io/")?;
            let id = CrateId::of_file_name(name).find(|id| id.file_name() == name)?;
            Some((id, object.length))
        });
        names.collect()
    }
}

/// Some names share a file's folder, some versions have a plus sign.
fn things() -> Vec<Thing> {
    let versions = ["1.0.0", "1.2.3", "2.0.0-rc.1", "1.0.0+build.5", "10.0.0"];
    let names = ["serde", "serde_json", "a", "ab", "abc"];
    let all = names.iter().flat_map(|name| {
        let of_name = versions.iter();
        of_name.map(|version| Thing(name, (*version).to_owned()))
    });
    all.collect()
}

#[derive(Debug, Clone)]
enum Op {
    Put(usize),
    /// The writer ends after the bytes.
    Half(usize),
    Remove(Vec<usize>),
}

/// Every line has its bytes, whatever has been done so far.
fn is_sound(store: &impl Store) {
    let held = store.list();
    for name in things()
        .iter()
        .map(|thing| thing.0)
        .collect::<BTreeSet<_>>()
    {
        for version in store.lines(name) {
            let id = CrateId::parse(name, &version).unwrap();
            assert!(held.contains_key(&id), "{id} has a line and no bytes");
        }
    }
}

/// Does the same to a store and to a model of one.
fn follows_the_model(store: &impl Store, ops: &[Op]) {
    let things = things();
    let (mut bytes, mut lines) = (BTreeSet::new(), BTreeSet::new());
    for op in ops {
        match op {
            Op::Put(at) => {
                store.put(&things[*at]);
                bytes.insert(*at);
                lines.insert(*at);
            }
            Op::Half(at) => {
                store.put_bytes(&things[*at]);
                bytes.insert(*at);
            }
            Op::Remove(all) => {
                let named: Vec<Thing> = all.iter().map(|at| things[*at].clone()).collect();
                store.remove(&named);
                bytes.retain(|at| !all.contains(at));
                lines.retain(|at| !all.contains(at));
            }
        }
        is_sound(store);
    }
    for (at, thing) in things.iter().enumerate() {
        assert_eq!(
            store.read(thing),
            bytes.contains(&at).then(|| thing.bytes()),
            "{thing:?}"
        );
        let listed = store.lines(thing.0).contains(&thing.1);
        assert_eq!(listed, lines.contains(&at), "{thing:?}");
    }
    let expected: BTreeMap<CrateId, u64> = bytes
        .iter()
        .map(|at| (things[*at].id(), things[*at].bytes().len() as u64))
        .collect();
    assert_eq!(store.list(), expected);
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let any = 0..things().len();
    let op = prop_oneof![
        4 => any.clone().prop_map(Op::Put),
        1 => any.clone().prop_map(Op::Half),
        1 => proptest::collection::vec(any, 1..4).prop_map(Op::Remove),
    ];
    proptest::collection::vec(op, 1..14)
}

/// Eight writers with twelve versions each of one crate: no line is lost.
fn loses_no_line(store: &impl Store) {
    std::thread::scope(|scope| {
        for writer in 0..8 {
            scope.spawn(move || {
                for number in 0..12 {
                    store.put(&Thing("many", format!("{writer}.{number}.0")));
                }
            });
        }
    });
    let mut expected = Vec::new();
    for writer in 0..8 {
        expected.extend((0..12).map(|number| format!("{writer}.{number}.0")));
    }
    assert_eq!(store.lines("many"), expected);
}

fn keeps_the_contract<S: Store>(cases: u32, new: impl Fn() -> S) {
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    let ran = runner.run(&ops(), |ops| {
        follows_the_model(&new(), &ops);
        Ok(())
    });
    if let Err(failed) = ran {
        panic!("{failed}");
    }
    let store = new();
    assert_eq!(store.lines("nothing"), Vec::<String>::new());
    assert_eq!(store.read(&Thing("nothing", "1.0.0".to_owned())), None);
    // Done twice is done once: a writer whose answer was lost does it again.
    let twice = Thing("serde", "1.0.0".to_owned());
    store.put(&twice);
    store.put(&twice);
    assert_eq!(store.lines("serde"), ["1.0.0"]);
    loses_no_line(&store);
}

#[test]
fn a_folder_keeps_it() {
    keeps_the_contract(24, Folder::new);
}

#[test]
fn a_bucket_in_memory_keeps_it() {
    keeps_the_contract(24, InBucket::memory);
}

#[test]
fn every_dialect_keeps_it() {
    for dialect in [Dialect::S3, Dialect::Google, Dialect::Azure] {
        keeps_the_contract(settings::number_of(6, 3), || {
            InBucket::of(Bucket::new(dialect))
        });
    }
}

#[test]
fn a_store_that_loses_answers_keeps_it() {
    keeps_the_contract(settings::number_of(4, 2), || {
        let bucket = Bucket::s3();
        bucket.seed(11);
        bucket.behave(Manners {
            loses_one_in: 30,
            page: 3,
            ..Manners::default()
        });
        InBucket::of(bucket)
    });
}

#[test]
fn a_store_that_others_wrote_keeps_it() {
    requires!(moto);
    let store = InBucket::moto();
    let all: Vec<Op> = (0..things().len()).map(Op::Put).collect();
    follows_the_model(&store, &all);
    loses_no_line(&store);
}

/// Every write of a put is lost in every way, one after the other: the next try completes it.
#[test]
fn a_write_that_fails_at_any_step_is_completed_by_the_next_try() {
    let thing = Thing("serde", "1.0.0+build".to_owned());
    let faults = [
        BucketFault::DropAfter,
        BucketFault::DropBefore,
        BucketFault::Status(503),
        BucketFault::Status(409),
    ];
    for (key, fault) in faults
        .iter()
        .flat_map(|fault| [(".crate", *fault), ("index/", *fault)])
    {
        let store = InBucket::of(Bucket::s3());
        let fixture = store.fixture.as_ref().unwrap();
        fixture.fail_next("PUT", key, fault);
        store.put(&thing);
        assert_eq!(store.lines("serde"), ["1.0.0+build"], "{key} {fault:?}");
        assert_eq!(store.read(&thing), Some(thing.bytes()), "{key} {fault:?}");
        assert_eq!(fixture.overwritten(), Vec::<String>::new());
    }
}

#[test]
fn other_bytes_are_an_alarm_and_never_overwritten() {
    for attribute in [true, false] {
        let store = InBucket::of(Bucket::s3());
        let (thing, fixture) = (
            Thing("serde", "1.0.0".to_owned()),
            store.fixture.as_ref().unwrap(),
        );
        let key = "team/mirror/crates-io/serde-1.0.0.crate";
        if attribute {
            store.put_bytes(&thing);
        } else {
            // Copied there by a program that keeps no attributes.
            fixture.plant(key, thing.bytes());
        }
        let id = thing.id();
        let others = WholeCrate::new(Bytes::from_static(b"others"));
        let checked = Verified::check(&id, &others.digest(), others).unwrap();
        let put = runtime().block_on(store.store.put_crate(&checked));
        assert!(
            matches!(put, Err(Error::Bucket(BucketError::OtherBytes { .. }))),
            "{put:?}"
        );
        assert_eq!(fixture.object(key).unwrap().bytes, thing.bytes());
        let head = runtime()
            .block_on(store.store.digest_at(&store.store.crate_key(&id)))
            .unwrap();
        assert_eq!(head, Some(*thing.line().checksum()));
    }
}

#[test]
fn what_is_known_is_not_sent_again() {
    for dialect in [Dialect::S3, Dialect::Google, Dialect::Azure] {
        let store = InBucket::of(Bucket::new(dialect));
        let thing = Thing("serde", "1.0.0".to_owned());
        store.put(&thing);
        let name = thing.id().name;
        let first = runtime()
            .block_on(store.store.index_text(&name, None))
            .unwrap();
        let Fetched::Whole(_, info) = first else {
            panic!("{first:?}");
        };
        let second = store.store.index_text(&name, Some(&info.revision));
        let second = runtime().block_on(second).unwrap();
        assert!(matches!(second, Fetched::Unchanged), "{second:?}");
        let crate_ = store.fixture.as_ref().unwrap();
        let key = "team/mirror/crates-io/serde-1.0.0.crate";
        let object = crate_.object(key).unwrap();
        assert_eq!(
            object.attribute("sha256"),
            Some(&*thing.line().checksum().to_string())
        );
        assert_eq!(object.attribute("content-type"), Some("application/gzip"));
    }
}

/// Where a folder of the mirror is, for what must not move.
#[test]
fn keys_are_the_names_of_a_folder() {
    let store = InBucket::of(Bucket::s3());
    store.put(&Thing("serde", "1.0.0+b".to_owned()));
    let keys = store.fixture.as_ref().unwrap().keys();
    let folder = PathBuf::from("team/mirror/crates-io");
    // The one with a blank is for plain addresses, in which S3 takes a plus sign for one.
    let names = [
        "index/se/rd/serde",
        "serde-1.0.0 b.crate",
        "serde-1.0.0+b.crate",
    ];
    let expected: Vec<String> = names
        .iter()
        .map(|name| folder.join(name).to_string_lossy().into_owned())
        .collect();
    assert_eq!(keys, expected);
}
