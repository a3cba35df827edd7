//! Accounts in a bucket that servers share.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;

use crate::io::access::store::{AccessStore, NewUser};
use crate::io::access::token::TokenRequest;
use crate::io::bucket::cloud::in_memory;
use crate::io::bucket::objects::{ObjectClient, ObjectKind};
use crate::io::bucket::waiting::WaitingBucket;
use crate::io::random;
use crate::model::access::audit::{AuditAction, AuditEntry};
use crate::model::access::owners::{CrateRecord, Owner, PublishedVersion};
use crate::model::access::people::Login;
use crate::model::access::principal::Principal;
use crate::model::access::refusal::Refusal;
use crate::model::access::scope::{Role, Scope};
use crate::model::access::token::Holder;
use crate::model::package::id::CrateName;
use crate::model::source::bucket::BucketAddress;
use crate::model::units::timestamp::Timestamp;

const NOW: Timestamp = Timestamp(1_800_000_000);
const SERVERS: usize = 6;

/// A bucket in memory, and servers that share it.
struct Servers {
    _runtime: tokio::runtime::Runtime,
    bucket: WaitingBucket,
    all: Vec<AccessStore>,
}

fn servers() -> Servers {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let address = BucketAddress::parse("s3://bucket/team").unwrap();
    let client: Arc<dyn ObjectClient> = Arc::new(in_memory(&address));
    let bucket = WaitingBucket::new(&client, &address, runtime.handle().clone());
    let all = (0..SERVERS).map(|_| AccessStore::in_bucket(&bucket).unwrap());
    Servers {
        all: all.collect(),
        bucket,
        _runtime: runtime,
    }
}

impl Servers {
    /// All do something at once, each with its number.
    fn at_once<T: Send>(&self, work: impl Fn(usize, &AccessStore) -> T + Sync) -> Vec<T> {
        std::thread::scope(|scope| {
            let work = &work;
            let all = self.all.iter().enumerate();
            let running: Vec<_> = all
                .map(|(number, store)| scope.spawn(move || work(number, store)))
                .collect();
            let done = running.into_iter().map(|it| it.join().unwrap());
            done.collect()
        })
    }
}

fn login(text: &str) -> Login {
    Login::parse(text).unwrap()
}

fn new(text: &str) -> NewUser {
    NewUser {
        login: login(text),
        name: None,
        email: None,
        role: Role::Publisher,
    }
}

#[test]
fn users_that_are_made_at_once_have_numbers_of_their_own() {
    let servers = servers();
    let made = servers.at_once(|number, store| {
        let user = store
            .create_user(&new(&format!("user-{number}")), NOW)
            .unwrap();
        let team = store.create_team(&login(&format!("team-{number}")), &[user.login], NOW);
        [user.id, team.unwrap().id]
    });
    let numbers: BTreeSet<u32> = made.into_iter().flatten().collect();
    assert_eq!(numbers.len(), 2 * SERVERS);
    let one = servers.at_once(|_, store| store.create_user(&new("alice"), NOW).is_ok());
    assert_eq!(one.into_iter().filter(|it| *it).count(), 1);
}

#[test]
fn no_server_loses_what_another_records_of_a_crate() {
    let servers = servers();
    let name = CrateName::parse("Acme_Log").unwrap();
    servers.at_once(|number, store| {
        for version in 0..8 {
            let changed = store.change_crate("corp", &name, |record| {
                let new = || CrateRecord::new(name.to_string(), Vec::new(), NOW);
                let mut record = record.unwrap_or_else(new);
                let version = format!("{number}.{version}.0");
                let published = PublishedVersion {
                    by: "alice".to_owned(),
                    at: NOW,
                    checksum: String::new(),
                };
                record.versions.insert(version, published);
                Ok((record, ()))
            });
            changed.unwrap();
        }
    });
    let other = CrateName::parse("acme-log").unwrap();
    let record = servers.all[0]
        .crate_record("corp", &other)
        .unwrap()
        .unwrap();
    assert_eq!(record.versions.len(), 8 * SERVERS);
    assert_eq!(record.name, "Acme_Log");
    servers.all[1].create_user(&new("alice"), NOW).unwrap();
    let owners = [Owner::User(login("alice"))];
    servers.all[1].add_owners("corp", &name, &owners).unwrap();
    assert_eq!(servers.all[2].owners("corp", &name).unwrap(), owners);
    assert_eq!(servers.all[3].crate_records("corp").unwrap().len(), 1);
}

#[test]
fn what_is_used_once_is_used_by_one() {
    let servers = servers();
    let until = Timestamp(NOW.0 + 60);
    let taken = servers.at_once(|_, store| store.take_once("run-1", until, NOW).unwrap());
    assert_eq!(taken.into_iter().filter(|it| *it).count(), 1);
    // What nobody could use any more is swept.
    let late = Timestamp(NOW.0 + 2 * 60 * 60);
    servers.all[0].take_once("run-2", late, late).unwrap();
    assert_eq!(servers.bucket.list("access/once").unwrap().len(), 1);
}

#[test]
fn a_token_is_known_to_all_and_revoked_for_all() {
    let servers = servers();
    let store = &servers.all[0];
    store.create_user(&new("alice"), NOW).unwrap();
    let request = TokenRequest {
        holder: Holder::User(login("alice")),
        name: "test".to_owned(),
        scopes: vec![Scope::PublishNew],
        registries: Vec::new(),
        crates: Vec::new(),
        expires: None,
    };
    let (text, record) = store
        .issue_token(request, &random::bytes().unwrap(), NOW)
        .unwrap();
    let ask = |_: usize, store: &AccessStore| {
        let header = Some(text.expose().as_bytes());
        store.authenticate(header, "corp", NOW)
    };
    for found in servers.at_once(ask) {
        assert_eq!(found.unwrap().name(), "alice");
    }
    while servers.all[1].tokens().unwrap()[0].last_used.is_none() {
        std::thread::yield_now();
    }
    servers.all[2].set_disabled(&login("alice"), true).unwrap();
    for refused in servers.at_once(ask) {
        assert!(matches!(refused, Err(Refusal::Disabled { .. })));
    }
    servers.all[3].revoke_token(&record.id[..6], NOW).unwrap();
    for refused in servers.at_once(ask) {
        assert!(matches!(refused, Err(Refusal::Revoked { .. })));
    }
    // Nothing in the bucket lets anybody in.
    for info in servers.bucket.list("access").unwrap() {
        let (object, _) = servers.bucket.read(&info.key).unwrap().unwrap();
        let said = info.key + &String::from_utf8_lossy(&object);
        assert!(!said.contains(&text.expose()[4..]), "{said}");
    }
}

#[test]
fn the_log_has_every_entry_in_order() {
    let servers = servers();
    let operator = Principal::operator();
    servers.at_once(|number, store| {
        for entry in 0..20 {
            let at = Timestamp(NOW.0 + entry);
            let entry = AuditEntry::new(AuditAction::Refuse, &operator, at);
            store.log(&entry.with(number.to_string())).unwrap();
        }
    });
    let entries = servers.all[0].entries(Timestamp(0)).unwrap();
    assert_eq!(entries.len(), 20 * SERVERS);
    assert!(entries.is_sorted_by_key(|entry| entry.at));
}

#[test]
fn a_record_that_cannot_be_read_is_named_and_lets_nobody_in() {
    let servers = servers();
    let text = Bytes::from_static(b"{\"login\":");
    let key = "access/users/alice.json";
    servers
        .bucket
        .create(key, &text, ObjectKind::Record)
        .unwrap();
    let said = servers.all[0]
        .user(&login("alice"))
        .unwrap_err()
        .to_string();
    assert!(
        said.contains("s3://bucket/team/access/users/alice.json"),
        "{said}"
    );
    assert!(servers.all[0].set_disabled(&login("alice"), true).is_err());
}

#[test]
fn a_team_that_is_removed_while_it_gets_a_crate_owns_none_or_stays() {
    let servers = servers();
    let store = &servers.all[0];
    let alice = store.create_user(&new("alice"), NOW).unwrap();
    let name = CrateName::parse("acme-log").unwrap();
    let by_alice = vec![Owner::parse("alice").unwrap()];
    store
        .change_crate("corp", &name, |_| {
            let record = CrateRecord::new("acme-log".to_owned(), by_alice.clone(), NOW);
            Ok((record, ()))
        })
        .unwrap();
    let core = [Owner::parse("team:core").unwrap()];
    let (mut removed, mut stayed) = (0, 0);
    for round in 0..60 {
        let team = store.create_team(&login("core"), std::slice::from_ref(&alice.login), NOW);
        let team = team.unwrap();
        let done = servers.at_once(|number, store| match number {
            0 => store.add_owners("corp", &name, &core).is_ok(),
            1 => store
                .remove_team(&login("core"), Timestamp(NOW.0 + round))
                .is_ok(),
            _ => false,
        });
        let there = store.team(&login("core")).unwrap();
        let owns = store.owners("corp", &name).unwrap().contains(&core[0]);
        assert_eq!(done[1], there.is_none());
        assert_eq!(done[0], owns);
        assert!(!owns || there.is_some(), "round {round}");
        match there {
            None => removed += 1,
            Some(there) => {
                stayed += 1;
                assert_eq!(there, team);
                if owns {
                    store.remove_owners("corp", &name, &core).unwrap();
                }
                store.remove_team(&login("core"), NOW).unwrap();
            }
        }
    }
    assert_eq!(removed + stayed, 60);
}

#[test]
fn a_new_team_does_not_get_what_one_that_is_gone_was_given() {
    let servers = servers();
    let store = &servers.all[0];
    let name = CrateName::parse("acme-log").unwrap();
    let core = vec![Owner::parse("team:core").unwrap()];
    let first = store.create_team(&login("core"), &[], NOW).unwrap();
    store.remove_team(&login("core"), NOW).unwrap();
    assert_eq!(store.team(&login("core")).unwrap(), None);
    assert_eq!(store.teams().unwrap(), []);
    assert!(store.change_team(&login("core"), &[], &[]).is_err());
    assert!(store.remove_team(&login("core"), NOW).is_err());
    // As where a server ended before it had taken it back.
    store
        .change_crate("corp", &name, |_| {
            Ok((
                CrateRecord::new("acme-log".to_owned(), core.clone(), NOW),
                (),
            ))
        })
        .unwrap();
    let again = store.create_team(&login("core"), &[], NOW).unwrap_err();
    assert!(again.to_string().contains("corp/acme-log"), "{again}");
    store
        .change_crate("corp", &name, |record| {
            let mut record = record.unwrap();
            record.owners.clear();
            Ok((record, ()))
        })
        .unwrap();
    let again = store.create_team(&login("core"), &[], NOW).unwrap();
    assert_ne!(again.id, first.id);
}
