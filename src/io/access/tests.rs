//! Accounts on a real disk.

use std::path::Path;

use crate::io::access::store::{AccessStore, NewUser};
use crate::io::access::token::TokenRequest;
use crate::model::access::audit::{AuditAction, AuditEntry};
use crate::model::access::owners::{CrateRecord, Owner};
use crate::model::access::people::Login;
use crate::model::access::principal::Principal;
use crate::model::access::refusal::Refusal;
use crate::model::access::scope::{CratePattern, Role, Scope};
use crate::model::access::token::{Holder, RANDOM_BYTES, TokenText};
use crate::model::error::Error;
use crate::model::errors::access::AccessError;
use crate::model::package::id::CrateName;
use crate::model::units::timestamp::Timestamp;

const NOW: Timestamp = Timestamp(1_800_000_000);
const HOUR: u64 = 3600;

fn login(text: &str) -> Login {
    Login::parse(text).unwrap()
}

fn name(text: &str) -> CrateName {
    CrateName::parse(text).unwrap()
}

fn user(store: &AccessStore, text: &str, role: Role) {
    let new = NewUser {
        login: login(text),
        name: None,
        email: None,
        role,
    };
    store.create_user(&new, NOW).unwrap();
}

fn request(user: &str, scopes: &[Scope]) -> TokenRequest {
    TokenRequest {
        holder: Holder::User(login(user)),
        name: "test".to_owned(),
        scopes: scopes.to_vec(),
        registries: Vec::new(),
        crates: Vec::new(),
        expires: Some(Timestamp(NOW.0 + HOUR)),
    }
}

fn token(store: &AccessStore, request: TokenRequest) -> (TokenText, String) {
    let random = crate::io::random::bytes::<RANDOM_BYTES>().unwrap();
    let (text, record) = store.issue_token(request, &random, NOW).unwrap();
    (text, record.id)
}

/// Everything below a folder, as text.
fn all_text(folder: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        text += &path.to_string_lossy();
        if path.is_dir() {
            text += &all_text(&path);
        } else {
            text += &String::from_utf8_lossy(&std::fs::read(&path).unwrap());
        }
    }
    text
}

#[test]
fn a_token_grants_until_it_is_revoked_expires_or_its_user_is_disabled() {
    let mirror = tempfile::tempdir().unwrap();
    let store = AccessStore::open(mirror.path());
    assert!(store.is_empty().unwrap());
    user(&store, "alice", Role::Publisher);
    let (text, id) = token(&store, request("alice", &[Scope::PublishNew]));
    let ask = |now: Timestamp| store.authenticate(Some(text.expose().as_bytes()), "corp", now);
    let principal = ask(NOW).unwrap();
    assert_eq!(principal.name(), "alice");
    assert_eq!(principal.token.as_deref(), Some(id.as_str()));
    assert_eq!(principal.may(Scope::PublishNew, Some(&name("x"))), Ok(()));
    assert!(principal.may(Scope::Yank, Some(&name("x"))).is_err());

    let late = ask(Timestamp(NOW.0 + HOUR)).unwrap_err();
    assert!(matches!(late, Refusal::Expired { .. }), "{late}");
    assert_eq!(late.status(), 401);

    // Another process, which is not told of anything.
    let other = AccessStore::open(mirror.path());
    other.set_disabled(&login("alice"), true).unwrap();
    let refused = ask(NOW).unwrap_err();
    assert_eq!(refused.status(), 403);
    assert!(
        refused.to_string().contains("`alice` is disabled"),
        "{refused}"
    );
    other.set_disabled(&login("alice"), false).unwrap();
    assert!(ask(NOW).is_ok());
    other.revoke_token(&id[..6], NOW).unwrap();
    assert!(matches!(ask(NOW), Err(Refusal::Revoked { .. })));
    // Nothing on disk lets anybody in.
    assert!(!all_text(mirror.path()).contains(&text.expose()[4..]));
}

#[test]
fn bare_bearer_and_basic_are_one() {
    let mirror = tempfile::tempdir().unwrap();
    let store = AccessStore::open(mirror.path());
    user(&store, "alice", Role::Reader);
    let (text, _) = token(&store, request("alice", &[Scope::Read]));
    let text = text.expose();
    let basic = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, format!("alice:{text}"));
    for header in [
        text.to_owned(),
        format!(" {text} "),
        format!("Bearer {text}"),
        format!("bearer  {text}"),
        format!("Basic {basic}"),
    ] {
        let who = store.authenticate(Some(header.as_bytes()), "corp", NOW);
        assert_eq!(who.unwrap().name(), "alice", "{header}");
    }
    for (header, refusal) in [
        (None, Refusal::NoToken),
        (Some(""), Refusal::NoToken),
        (Some("Bearer "), Refusal::NoToken),
        (Some("Basic !!!"), Refusal::NoToken),
        (Some(&text[..40]), Refusal::Mistyped),
        (Some("something else"), Refusal::Unknown),
    ] {
        let said = store.authenticate(header.map(str::as_bytes), "corp", NOW);
        assert_eq!(said, Err(refusal), "{header:?}");
    }
}

#[test]
fn a_token_keeps_to_its_registries_and_crates() {
    let mirror = tempfile::tempdir().unwrap();
    let store = AccessStore::open(mirror.path());
    user(&store, "alice", Role::Publisher);
    let narrow = TokenRequest {
        registries: vec!["corp".to_owned()],
        crates: vec![CratePattern::parse("acme-*").unwrap()],
        ..request("alice", &[Scope::PublishUpdate])
    };
    let (text, _) = token(&store, narrow);
    let header = Some(text.expose().as_bytes());
    let principal = store.authenticate(header, "corp", NOW).unwrap();
    assert!(
        principal
            .may(Scope::PublishUpdate, Some(&name("acme_x")))
            .is_ok()
    );
    assert!(
        principal
            .may(Scope::PublishUpdate, Some(&name("other")))
            .is_err()
    );
    let said = store.authenticate(header, "partners", NOW).unwrap_err();
    assert!(
        said.to_string().contains("is for corp, not for `partners`"),
        "{said}"
    );
}

#[test]
fn the_day_of_the_last_use_is_known_and_survives_a_change() {
    let mirror = tempfile::tempdir().unwrap();
    let store = AccessStore::open(mirror.path());
    user(&store, "alice", Role::Reader);
    let (text, id) = token(&store, request("alice", &[Scope::Read]));
    assert_eq!(store.tokens().unwrap()[0].last_used, None);
    store
        .authenticate(Some(text.expose().as_bytes()), "corp", NOW)
        .unwrap();
    store.revoke_token(&id, NOW).unwrap();
    let day = Timestamp(NOW.0 - NOW.0 % (24 * HOUR));
    assert_eq!(store.tokens().unwrap()[0].last_used, Some(day));
}

#[test]
fn ended_tokens_are_forgotten_after_a_month() {
    let mirror = tempfile::tempdir().unwrap();
    let store = AccessStore::open(mirror.path());
    user(&store, "alice", Role::Reader);
    token(&store, request("alice", &[Scope::Read]));
    let random = crate::io::random::bytes::<RANDOM_BYTES>().unwrap();
    let later = Timestamp(NOW.0 + 40 * 24 * HOUR);
    store
        .issue_token(request("alice", &[Scope::Read]), &random, later)
        .unwrap();
    assert_eq!(store.tokens().unwrap().len(), 1);
}

#[test]
fn an_administrator_from_outside_is_taken_once() {
    let mirror = tempfile::tempdir().unwrap();
    let store = AccessStore::open(mirror.path());
    assert!(matches!(
        store.first_admin("short", NOW),
        Err(Error::Access(AccessError::WeakAdminToken { length: 5 }))
    ));
    let secret = "0123456789abcdef0123456789abcdef";
    assert!(store.first_admin(secret, NOW).unwrap());
    let principal = store
        .authenticate(Some(secret.as_bytes()), "corp", NOW)
        .unwrap();
    assert_eq!(principal.may(Scope::Admin, None), Ok(()));
    assert!(!store.first_admin(&"x".repeat(32), NOW).unwrap());
    assert!(
        store
            .authenticate(Some("x".repeat(32).as_bytes()), "corp", NOW)
            .is_err()
    );
    assert!(!all_text(mirror.path()).contains(secret));
}

#[test]
fn users_and_teams_are_what_was_made() {
    let mirror = tempfile::tempdir().unwrap();
    let store = AccessStore::open(mirror.path());
    for one in ["alice", "bob"] {
        user(&store, one, Role::Publisher);
    }
    let twice = NewUser {
        login: login("alice"),
        name: None,
        email: None,
        role: Role::Reader,
    };
    assert!(store.create_user(&twice, NOW).is_err());
    let built_in = NewUser {
        login: login("admin"),
        ..twice
    };
    assert!(store.create_user(&built_in, NOW).is_err());
    let members = vec![login("bob"), login("alice"), login("bob")];
    let team = store.create_team(&login("core"), &members, NOW).unwrap();
    assert_eq!(team.members, [login("alice"), login("bob")]);
    assert_eq!(team.id, 3);
    let (text, _) = token(&store, request("bob", &[Scope::Yank]));
    let bob = || {
        store
            .authenticate(Some(text.expose().as_bytes()), "corp", NOW)
            .unwrap()
    };
    let owners = [Owner::parse("team:core").unwrap()];
    assert!(bob().may_change(Scope::Yank, &name("x"), &owners).is_ok());
    store
        .change_team(&login("core"), &[], &[login("bob")])
        .unwrap();
    assert!(bob().may_change(Scope::Yank, &name("x"), &owners).is_err());
    assert!(
        store
            .change_team(&login("core"), &[login("mallory")], &[])
            .is_err()
    );
    assert!(
        store
            .change_team(&login("core"), &[], &[login("mallory")])
            .is_err()
    );
}

#[test]
fn owners_are_kept_by_any_spelling_of_the_name() {
    let mirror = tempfile::tempdir().unwrap();
    let store = AccessStore::open(mirror.path());
    for one in ["alice", "bob"] {
        user(&store, one, Role::Publisher);
    }
    store
        .create_team(&login("core"), &[login("bob")], NOW)
        .unwrap();
    let alice = || vec![Owner::parse("alice").unwrap()];
    assert!(matches!(
        store.add_owners("corp", &name("acme-log"), &alice()),
        Err(Error::Access(AccessError::NoSuchCrate { .. }))
    ));
    store
        .change_crate("corp", &name("Acme_Log"), |before| {
            assert_eq!(before, None);
            Ok((CrateRecord::new("Acme_Log".to_owned(), alice(), NOW), ()))
        })
        .unwrap();
    let core = [Owner::parse("team:core").unwrap()];
    let said = store.add_owners("corp", &name("acme-log"), &core).unwrap();
    assert_eq!(said, "team:core now owns `Acme_Log`");
    assert!(matches!(
        store.remove_team(&login("core"), NOW),
        Err(Error::Access(AccessError::TeamOwns { .. }))
    ));
    let stranger = [Owner::parse("mallory").unwrap()];
    assert!(
        store
            .add_owners("corp", &name("acme-log"), &stranger)
            .is_err()
    );
    store
        .remove_owners("corp", &name("acme_log"), &alice())
        .unwrap();
    assert_eq!(store.owners("corp", &name("acme-log")).unwrap(), core);
    // Whoever changes them is judged by those of this moment.
    let judged = |owners: &[Owner]| {
        assert_eq!(owners, core);
        Err(Error::Access(AccessError::Invalid("no owner".to_owned())))
    };
    let (crate_, more) = (name("acme-log"), alice());
    for changed in [
        store.add_owners_if("corp", &crate_, &more, judged),
        store.remove_owners_if("corp", &crate_, &core, judged),
    ] {
        assert!(matches!(
            changed,
            Err(Error::Access(AccessError::Invalid(_)))
        ));
    }
    assert_eq!(store.owners("corp", &crate_).unwrap(), core);
    assert!(
        store
            .remove_owners("corp", &name("acme-log"), &core)
            .is_err()
    );
    assert_eq!(store.owners("other", &name("acme-log")).unwrap(), []);
    for registry in ["", "..", "a/b", ".x"] {
        assert!(
            store.owners(registry, &name("acme-log")).is_err(),
            "{registry}"
        );
    }
}

#[test]
fn the_log_goes_on_after_a_cut_line() {
    let mirror = tempfile::tempdir().unwrap();
    let store = AccessStore::open(mirror.path());
    let entry = |version: &str| {
        AuditEntry::new(AuditAction::Publish, &Principal::operator(), NOW).about(
            "corp",
            Some("acme-log"),
            Some(version),
        )
    };
    store.log(&entry("1.0.0")).unwrap();
    let path = mirror.path().join("access/log/2027-01.jsonl");
    let mut text = std::fs::read(&path).unwrap();
    text.extend_from_slice(b"{\"at\":\"20");
    std::fs::write(&path, text).unwrap();
    store.log(&entry("1.0.1")).unwrap();
    assert_eq!(
        store.entries(Timestamp(0)).unwrap(),
        [entry("1.0.0"), entry("1.0.1")]
    );
}

#[cfg(unix)]
#[test]
fn nobody_else_on_the_machine_reads_the_accounts() {
    use std::os::unix::fs::PermissionsExt;
    let mirror = tempfile::tempdir().unwrap();
    let store = AccessStore::open(mirror.path());
    user(&store, "alice", Role::Reader);
    token(&store, request("alice", &[Scope::Read]));
    store
        .log(&AuditEntry::new(
            AuditAction::UserNew,
            &Principal::operator(),
            NOW,
        ))
        .unwrap();
    let mut folders = vec![mirror.path().join("access")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700, "{}", folder.display());
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("lock") {
                assert_eq!(mode(&path), 0o600, "{}", path.display());
                files += 1;
            }
        }
    }
    assert_eq!(files, 3);
}
