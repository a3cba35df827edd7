//! Every failure a user can meet, with its causes and its way out, as one page to read. A variant that is not on the page
//! fails the test: whoever adds one sees how it reads.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error as _;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cargo_mirror::model::access::owners::OwnerFault;
use cargo_mirror::model::access::refusal::Refusal;
use cargo_mirror::model::auth::{AuthError, AuthFailure, Challenge};
use cargo_mirror::model::bundle::manifest::{BundleId, Listed};
use cargo_mirror::model::bundle::reading::BadManifestText;
use cargo_mirror::model::bundle::sshsig::BadKey;
use cargo_mirror::model::error::Error;
use cargo_mirror::model::errors::access::AccessError;
use cargo_mirror::model::errors::bucket::BucketError;
use cargo_mirror::model::errors::bundle::BundleError;
use cargo_mirror::model::errors::bundle_file::BundleFileError;
use cargo_mirror::model::errors::cargo::CargoError;
use cargo_mirror::model::errors::catalog::{BadDump, CatalogError};
use cargo_mirror::model::errors::cause::{CargoSaid, Cause};
use cargo_mirror::model::errors::config::CargoConfigError;
use cargo_mirror::model::errors::environment::EnvironmentError;
use cargo_mirror::model::errors::fs::{Action, FsError};
use cargo_mirror::model::errors::git::GitError;
use cargo_mirror::model::errors::host::HostError;
use cargo_mirror::model::errors::hosting::{HostingError, OtherBytes};
use cargo_mirror::model::errors::input::InputError;
use cargo_mirror::model::errors::serve::ServeError;
use cargo_mirror::model::errors::settings::SettingsError;
use cargo_mirror::model::errors::signing::SigningError;
use cargo_mirror::model::errors::store::StoreError;
use cargo_mirror::model::errors::sync::SyncError;
use cargo_mirror::model::errors::upstream::UpstreamError;
use cargo_mirror::model::hosting::registry::BadRegistry;
use cargo_mirror::model::input::lockfile::BadLockfile;
use cargo_mirror::model::input::spec::{BadList, BadSpec};
use cargo_mirror::model::mirror::root::BadRoot;
use cargo_mirror::model::package::archive::BadPackage;
use cargo_mirror::model::package::checksum::Sha256;
use cargo_mirror::model::package::id::{CrateId, CrateName};
use cargo_mirror::model::policy::advisory::BadAdvisory;
use cargo_mirror::model::settings::bad::BadSettings;
use cargo_mirror::model::units::timestamp::Timestamp;

use crate::fixture::snapshot::snapshot;

/// A domain with more variants is two: nobody who handles it can have all of them in view.
const MAX_VARIANTS: usize = 15;

#[test]
fn every_error_with_its_causes_and_its_way_out() {
    let mut page = String::new();
    let mut seen = BTreeSet::new();
    for error in samples() {
        let name = name_of(&error);
        let _ = writeln!(page, "{name}\n    error: {error}");
        let mut cause = error.source();
        while let Some(at) = cause {
            let _ = writeln!(page, "    cause: {at}");
            cause = at.source();
        }
        if let Some(hint) = error.hint() {
            assert!(!hint.contains("  "), "{name}: a gap in `{hint}`");
            let _ = writeln!(page, "    help: {hint}");
        }
        page.push('\n');
        seen.insert(name);
    }
    snapshot("errors.txt", &page);
    let all = all();
    let absent: Vec<String> = all.difference(&seen).cloned().collect();
    assert!(absent.is_empty(), "no sample of {}", absent.join(", "));
    let domains = all.iter().filter_map(|name| name.split_once("::"));
    let mut sizes = BTreeMap::<&str, usize>::new();
    domains.for_each(|(domain, _)| *sizes.entry(domain).or_default() += 1);
    sizes.retain(|_, variants| *variants > MAX_VARIANTS);
    assert!(sizes.is_empty(), "more than one domain each: {sizes:?}");
}

/// The names of an error's variants, as in `Input::NoHome`: debug output begins with them.
fn name_of(error: &Error) -> String {
    let text = format!("{error:?}");
    let words: Vec<&str> = text
        .split(|character: char| !character.is_alphanumeric())
        .collect();
    match words.as_slice() {
        [outer @ ("Interrupted" | "Panicked"), ..] => (*outer).to_owned(),
        [outer, inner, ..] => format!("{outer}::{inner}"),
        _ => text,
    }
}

/// The variants that the source has, `Shared` left out: it is any of the others.
fn all() -> BTreeSet<String> {
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/model");
    let top = fs::read_to_string(model.join("error.rs")).unwrap();
    let mut found = BTreeSet::from(["Interrupted".to_owned(), "Panicked".to_owned()]);
    for file in fs::read_dir(model.join("errors")).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        let Some((before, after)) = text.split_once("Error {\n") else {
            continue;
        };
        let (_, domain) = before.rsplit_once(' ').unwrap();
        // `Config(#[from] CargoConfigError),`
        let line = top
            .lines()
            .find(|line| line.ends_with(&format!("] {domain}Error),")));
        let outer = line.and_then(|line| line.trim().split('(').next()).unwrap();
        for line in after.lines().take_while(|line| *line != "}") {
            let variant = line.strip_prefix("    ").unwrap_or_default();
            let name: String = variant
                .chars()
                .take_while(|it| it.is_alphanumeric())
                .collect();
            if name.starts_with(|first: char| first.is_ascii_uppercase()) {
                found.insert(format!("{outer}::{name}"));
            }
        }
    }
    found
}

fn path(text: &str) -> PathBuf {
    PathBuf::from(text)
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|it| text(it)).collect()
}

fn digest(digit: &str) -> Sha256 {
    Sha256::parse(&digit.repeat(64)).unwrap()
}

fn id() -> CrateId {
    CrateId::parse("serde", "1.0.229").unwrap()
}

fn refused() -> io::Error {
    io::Error::from(io::ErrorKind::ConnectionRefused)
}

fn samples() -> Vec<Error> {
    let mut all = Vec::new();
    all.extend(access());
    all.extend(bucket());
    all.extend(bundle());
    all.extend(bundle_file());
    all.extend(cargo_and_config());
    all.extend(catalog());
    all.extend(environment());
    all.extend(files());
    all.extend(git());
    all.extend(host());
    all.extend(hosting());
    all.extend(input());
    all.extend(serve());
    all.extend(settings());
    all.extend(signing());
    all.extend(store());
    all.extend(sync());
    all.extend(upstream());
    all.extend([
        Error::Interrupted,
        Error::Panicked {
            doing: "storing crates",
        },
    ]);
    all
}

fn catalog() -> Vec<Error> {
    let dump = |source: BadDump| CatalogError::Dump {
        path: path("/home/you/db-dump.tar.gz"),
        source: Box::new(source),
    };
    let all = [
        dump(BadDump::Cut {
            place: text("versions.csv"),
        }),
        dump(BadDump::NoTable("crates")),
        dump(BadDump::Field {
            table: "crates",
            line: 7,
            column: "id",
            value: text("x"),
        }),
        dump(BadDump::Archive(io::Error::other(
            "numeric field was not a number",
        ))),
        CatalogError::NoDump,
        CatalogError::Address {
            address: text("https://"),
            message: text("empty host"),
        },
        CatalogError::Offline {
            address: text("https://mirror.example.com/db-dump.tar.gz"),
        },
        CatalogError::NoSuchCrate {
            name: text("serd"),
            registry: text("crates-io"),
        },
        CatalogError::NoSuchVersion {
            name: text("serde"),
            version: text("9.9.9"),
            known: vec![text("1.0.229"), text("1.0.228")],
        },
    ];
    all.into_iter().map(Error::Catalog).collect()
}

fn access() -> Vec<Error> {
    let kind = |kind, name| (kind, text(name));
    let missing = |(kind, name)| AccessError::Missing { kind, name };
    let exists = |(kind, name)| AccessError::Exists { kind, name };
    [
        AccessError::Invalid(text(
            "`Alice Smith` is not a name of a user: it has a blank",
        )),
        AccessError::BuiltIn(text("admin")),
        exists(kind("user", "alice")),
        exists(kind("team", "core")),
        missing(kind("user", "alice")),
        missing(kind("team", "core")),
        AccessError::NoSuchToken(text("3f2a")),
        AccessError::AmbiguousToken {
            id: text("3"),
            count: 2,
        },
        AccessError::TeamOwns {
            team: text("core"),
            crates: texts(&["acme-log", "acme-net"]),
        },
        AccessError::Record {
            path: path("/mirror/access/users/alice.toml"),
            source: Cause(text("line 3: expected `=`")),
        },
        AccessError::Owner(OwnerFault::LastOwner {
            name: text("acme-log"),
        }),
        AccessError::NoSuchCrate {
            registry: text("corp"),
            name: text("acme-log"),
        },
        AccessError::NoEntry {
            source: Cause(text("No space left on device")),
        },
        AccessError::DoneWithoutEntry {
            done: text("bob now owns `acme-log`"),
            source: Cause(text("No space left on device")),
        },
        AccessError::NoRandomness,
        AccessError::WeakAdminToken { length: 8 },
    ]
    .map(Error::from)
    .into()
}

fn bundle() -> Vec<Error> {
    let dump = || path("/media/stick/dump.cmb");
    let base = Listed {
        source: text("crates-io"),
        id: id(),
        checksum: digest("a"),
    };
    let no_base = |previous| BundleError::NoBase {
        bases: vec![base.clone()],
        previous,
    };
    [
        BundleError::Exists(dump()),
        BundleError::BeingWritten(dump()),
        BundleError::TooLarge {
            what: text("frame 3"),
            limit: 1_000_000,
        },
        BundleError::NotKnown(path("/media/stick/holiday.jpg")),
        BundleError::Lacks {
            asked: "lockfiles ask",
            packages: texts(&["serde 1.0.229"]),
        },
        no_base(None),
        no_base(BundleId::parse(&"ab".repeat(16))),
        BundleError::Replayed {
            path: dump(),
            newest: Timestamp(1_790_000_000),
        },
        BundleError::NoRoom {
            folder: path("/media/stick"),
            needed: 5_000_000,
            free: 1_000_000,
        },
        BundleError::ReceiverName(text("../plant")),
        BundleError::NothingSent(text("plant")),
        BundleError::NotHosted(text("corp")),
        BundleError::PipeOfJson,
    ]
    .map(Error::from)
    .into()
}

fn bundle_file() -> Vec<Error> {
    let dump = || path("/media/stick/dump.cmb");
    [
        BundleFileError::NotOne(dump()),
        BundleFileError::End {
            path: dump(),
            from: 8120,
            to: 8192,
        },
        BundleFileError::Damaged {
            path: dump(),
            what: text("frame 3"),
            from: 4096,
            to: 8192,
        },
        BundleFileError::Manifest {
            path: dump(),
            source: BadManifestText::Cut { line: 7 },
        },
        BundleFileError::Content {
            path: dump(),
            why: text("frame 2 is named twice"),
        },
        BundleFileError::Twins {
            one: dump(),
            other: path("/media/other/dump.cmb"),
        },
        BundleFileError::Refused("its checksum is not the one of the manifest"),
    ]
    .map(Error::from)
    .into()
}

fn signing() -> Vec<Error> {
    let dump = || path("/media/stick/dump.cmb");
    [
        SigningError::Unsigned(dump()),
        SigningError::BadSignature(dump()),
        SigningError::Untrusted {
            path: dump(),
            fingerprint: text("SHA256:abc"),
        },
        SigningError::Key {
            path: path("/keys/ci"),
            source: BadKey::Encrypted,
        },
        SigningError::Key {
            path: path("/keys/ci"),
            source: BadKey::NotPrivate,
        },
        SigningError::NoSuchKey(text("ci")),
        SigningError::KeyExists(text("ci")),
        SigningError::KeyName(text("c/i")),
        SigningError::WhichKey(texts(&["ci", "release"])),
        SigningError::Rotation {
            path: path("/keys/new.pub"),
            fingerprint: text("SHA256:abc"),
        },
        SigningError::SshKeygen {
            key: PathBuf::from("/home/me/.ssh/id_ed25519"),
            why: text("agent refused operation"),
        },
        SigningError::TooFewSignatures {
            path: PathBuf::from("week.cmb"),
            trusted: 1,
            threshold: 2,
        },
        SigningError::Threshold(PathBuf::from("/home/me/.config/cargo-mirror/threshold")),
        SigningError::Crypto("the library refused it"),
    ]
    .map(Error::from)
    .into()
}

fn cargo_and_config() -> Vec<Error> {
    let failed = |said: &str| CargoError::Failed {
        command: text("cargo fetch --locked"),
        said: CargoSaid(text(said)),
    };
    let of_cargo = [
        failed("error: something else"),
        failed("error: revspec '0123abc' not found"),
        failed("error: source replacement configuration must be removed"),
        CargoError::NoCargo {
            program: text("cargo"),
            source: io::Error::from(io::ErrorKind::NotFound),
        },
    ]
    .map(Error::from);
    let config = || path("/home/you/app/.cargo/config.toml");
    let (message, help) = (text("`source` is no table"), text("make it one"));
    let of_config = [
        CargoConfigError::Syntax {
            path: config(),
            line: 3,
            column: 7,
            message: text("expected `=`"),
        },
        CargoConfigError::Shape {
            path: config(),
            message,
            help,
        },
        CargoConfigError::BreaksProject {
            what: config(),
            project: path("/home/you/app"),
            help: text("`cargo mirror off` takes it back"),
            said: CargoSaid(text("error: no such thing")),
        },
        CargoConfigError::UpstreamKind {
            name: text("vendored"),
            what: text("a directory source"),
        },
        CargoConfigError::UpstreamUrl {
            url: text("ftp://x"),
            message: text("ftp is not spoken"),
        },
        CargoConfigError::ServerUrl {
            url: text("localhost"),
            message: text("it has no scheme"),
        },
    ]
    .map(Error::from);
    of_cargo.into_iter().chain(of_config).collect()
}

fn environment() -> Vec<Error> {
    [
        EnvironmentError::VariableNotUtf8("CARGO_HOME"),
        EnvironmentError::LogFilter {
            text: text("loud"),
            message: text("no such level"),
        },
        EnvironmentError::NoHome,
    ]
    .map(Error::from)
    .into()
}

fn files() -> Vec<Error> {
    let io = |action, kind: io::ErrorKind| FsError::Io {
        action,
        path: path("/mirror/crates-io"),
        source: io::Error::from(kind),
    };
    [
        io(Action::Write, io::ErrorKind::StorageFull),
        io(Action::Create, io::ErrorKind::PermissionDenied),
        io(Action::Read, io::ErrorKind::InvalidData),
        FsError::TooLarge {
            path: path("/home/you/app/Cargo.lock"),
            limit: 16 << 20,
        },
        FsError::NotUtf8 {
            what: "the mirror",
            path: path("/mirror"),
        },
    ]
    .map(Error::from)
    .into()
}

fn git() -> Vec<Error> {
    let url = || text("https://git.example.com/shared");
    let revision = |pinned| GitError::Revision {
        url: url(),
        revision: text("0123abc"),
        package: text("shared"),
        pinned,
    };
    [
        GitError::Failed {
            command: text("git push"),
            said: Cause(text("denied")),
        },
        GitError::Silent {
            command: text("git fetch https://git.example.com/shared"),
            seconds: 300,
        },
        GitError::Object {
            path: path("/home/you/.cargo/git/db/shared"),
            message: text("cut off"),
        },
        revision(true),
        revision(false),
        GitError::Fetch {
            url: url(),
            cause: text("not found"),
        },
        GitError::Host {
            host: text("git.example.com"),
            cause: text("no route"),
        },
        GitError::Package {
            origin: url(),
            message: text("a link leads outside of it"),
        },
        GitError::NoHead {
            url: url(),
            branches: texts(&["main"]),
        },
        GitError::NoGit(io::Error::from(io::ErrorKind::NotFound)),
        GitError::NotAdvisories {
            path: path("/advisories"),
        },
        GitError::Advisory {
            path: path("/advisories/crates/a/RUSTSEC-2026-0001.md"),
            source: Box::new(BadAdvisory::NoFront),
        },
    ]
    .map(Error::from)
    .into()
}

fn host() -> Vec<Error> {
    let lines = || {
        texts(&[
            "a 1.0.0", "b 1.0.0", "c 1.0.0", "d 1.0.0", "e 1.0.0", "f 1.0.0",
        ])
    };
    let url = || text("https://git.example.com/index");
    [
        HostError::WhichRegistry {
            there: texts(&["crates-io", "registries/corp"]),
        },
        HostError::InMirror {
            folder: path("/mirror/public"),
        },
        HostError::BaseUrl {
            url: text("crates"),
            message: text("it has no scheme"),
        },
        HostError::Damaged {
            folder: text("crates-io"),
            damaged: lines(),
        },
        HostError::Foreign {
            url: url(),
            lines: lines(),
        },
        HostError::Outrun {
            url: url(),
            tries: 5,
        },
        HostError::HeadElsewhere {
            url: url(),
            branch: text("main"),
        },
    ]
    .map(Error::from)
    .into()
}

fn hosting() -> Vec<Error> {
    let no_such = |there: &[&str]| HostingError::NoSuchRegistry {
        name: text("crop"),
        there: texts(there),
    };
    let which = |there: &[&str]| HostingError::WhichRegistry {
        there: texts(there),
    };
    [
        HostingError::Bad(BadRegistry::Name {
            name: text("co rp"),
            reason: "it has a blank",
        }),
        HostingError::Bad(BadRegistry::Url {
            url: text("corp"),
            reason: text("it has no scheme"),
        }),
        no_such(&[]),
        no_such(&["corp"]),
        HostingError::HostedHere {
            registries: vec![text("corp"), text("labs")],
        },
        HostingError::RegistryExists(text("corp")),
        HostingError::Unreadable {
            path: path("/mirror/registries/corp/registry.toml"),
            message: text("missing field `url`"),
        },
        which(&[]),
        which(&["corp", "lab"]),
        HostingError::Refused {
            what: text("acme-log 1.0.0"),
            findings: texts(&["it has no description", "it has no licence"]),
        },
        HostingError::OtherBytes(Box::new(OtherBytes {
            id: id(),
            there: digest("a"),
            sent: digest("b"),
            by: Some((text("alice"), Timestamp(1_790_000_000))),
        })),
        HostingError::Denied(Box::new(Refusal::NoToken)),
        HostingError::NotPublished {
            what: text("acme-log 1.0.0"),
            registry: text("corp"),
        },
        HostingError::NeedsYes(text("acme-log 1.0.0")),
        HostingError::NotACrate(path("/home/you/acme.tar")),
        HostingError::PrivateName(text("acme-log")),
        HostingError::OnlyHere {
            registry: text("corp"),
        },
    ]
    .map(Error::from)
    .into()
}

fn input() -> Vec<Error> {
    let lockfile = || path("/home/you/app/Cargo.lock");
    let bad = |bad| InputError::Lockfile {
        path: lockfile(),
        source: Box::new(bad),
    };
    let name = CrateName::parse("a b").unwrap_err();
    [
        InputError::NoSuchInput(text("./app")),
        InputError::NoSuchInput(text("ser de")),
        InputError::NoProject(path("/home/you")),
        InputError::NoStandardLibrary(path("/toolchain/library")),
        InputError::NoLockfile {
            project: path("/home/you/app"),
        },
        InputError::StaleLockfile {
            lockfile: lockfile(),
        },
        InputError::UnjudgedLockfile {
            lockfile: lockfile(),
            said: CargoSaid(text("no such thing")),
        },
        bad(BadLockfile::Version(9)),
        bad(BadLockfile::Invalid(name.clone())),
        InputError::List {
            path: path("/home/you/list.txt"),
            source: Box::new(BadList {
                line: 3,
                cause: BadSpec::Invalid(name.clone()),
            }),
        },
        InputError::Invalid(name),
        InputError::NoSuchTime(text("soon")),
        InputError::CannotPrune {
            what: text("Cargo.lock"),
        },
        InputError::NoSuchTarget(text("x86_65-linux")),
        InputError::NoSuchTarget(text("mine.json")),
        InputError::NoSuchCrate {
            spec: text("serdee"),
            message: text("no crate of this name"),
        },
    ]
    .map(Error::from)
    .into()
}

fn serve() -> Vec<Error> {
    let server = || text("http://127.0.0.1:8080");
    [
        ServeError::Listen {
            address: text("127.0.0.1:80"),
            source: refused(),
        },
        ServeError::NoSuchAddress {
            address: text("here"),
            source: refused(),
        },
        ServeError::PublicUrl {
            url: text("crates"),
            message: text("it has no scheme"),
        },
        ServeError::Tokens {
            path: path("/etc/tokens"),
            line: 2,
        },
        ServeError::Certificate {
            certificate: path("/etc/cert.pem"),
            key: path("/etc/key.pem"),
            message: text("they do not belong together"),
        },
        ServeError::OtherUpstream,
        ServeError::NoServer {
            url: server(),
            source: Cause(text("connection refused")),
        },
        ServeError::ServerSays {
            url: server(),
            status: 401,
        },
        ServeError::ServerSays {
            url: server(),
            status: 404,
        },
    ]
    .map(Error::from)
    .into()
}

fn settings() -> Vec<Error> {
    let source = BadSettings {
        line: 2,
        message: text("unknown field `auht`"),
    };
    let file = || path("/mirror/mirror.toml");
    [
        SettingsError::Bad {
            path: file(),
            source,
        },
        SettingsError::Refused {
            path: file(),
            message: text("unknown field `auht`"),
        },
    ]
    .map(Error::from)
    .into()
}

fn store() -> Vec<Error> {
    let root = || path("/mirror/.mirror/roots/1");
    [
        StoreError::NotAMirror(path("/mirror")),
        StoreError::NoSuchSource {
            name: text("crop"),
            there: texts(&["crates-io"]),
        },
        StoreError::UnknownRegistry {
            folder: text("registries/r-0123"),
        },
        StoreError::Root {
            path: root(),
            source: Box::new(BadRoot::Header),
        },
        StoreError::NoSuchRoot(text("3f2a")),
        StoreError::NoRoots {
            mirror: path("/mirror"),
        },
        StoreError::LockBusy {
            path: path("/mirror/.mirror/lock"),
        },
        StoreError::LockBusy {
            path: path("/mirror/.mirror/in-use"),
        },
        StoreError::Checksum {
            expected: digest("a"),
            actual: digest("b"),
            bytes: 12,
            start: text("\"<html>\""),
        },
        StoreError::Disagree {
            lockfile: digest("a"),
            index: digest("b"),
        },
        StoreError::HeldOtherwise {
            wanted: digest("a"),
            there: digest("b"),
        },
        StoreError::Package(BadPackage::Bomb { limit: 512 << 20 }),
    ]
    .map(Error::from)
    .into()
}

fn bucket() -> Vec<Error> {
    let key = || text("s3://crates/team/crates-io/serde-1.0.0.crate");
    let bucket = || text("s3://crates/team");
    let cause = || Cause(text("connection refused"));
    [
        BucketError::Address {
            text: text("s3://"),
            message: text("it names no bucket"),
        },
        BucketError::NotBuilt,
        BucketError::Client {
            bucket: bucket(),
            source: cause(),
        },
        BucketError::Failed {
            doing: "read",
            key: key(),
            source: cause(),
        },
        BucketError::Denied {
            doing: "write",
            key: key(),
            source: Cause(text("403 Forbidden")),
        },
        BucketError::NoBucket { key: key() },
        BucketError::OtherBytes {
            key: key(),
            there: digest("a"),
            ours: digest("b"),
        },
        BucketError::Contended {
            key: key(),
            tries: 10,
        },
        BucketError::Damaged {
            key: key(),
            message: text("it is larger than 268435456 bytes"),
        },
        BucketError::Refused {
            bucket: bucket(),
            finding: text("an object is not made twice: it was overwritten"),
        },
        BucketError::OneWriter {
            bucket: bucket(),
            finding: text("a list has what was just written: what was just written is not in it"),
        },
        BucketError::Leased {
            holder: text("builder-4711"),
            what: text("it is at it"),
        },
        BucketError::LeaseLost { doing: "removing" },
        BucketError::Unsupported {
            what: text("sharing what no server fetches"),
        },
        BucketError::Public { key: key() },
    ]
    .map(Error::from)
    .into()
}

fn sync() -> Vec<Error> {
    let url = || text("https://git.example.com/index");
    [
        SyncError::Hosted(text("corp")),
        SyncError::UnknownRegistry(text("partner")),
        SyncError::NotAnIndex { url: url() },
        SyncError::Empty {
            url: url(),
            known: 1000,
        },
        SyncError::NoNames,
        SyncError::NoTop,
        SyncError::MassRemoval { crates: 20, of: 30 },
        SyncError::State {
            path: "/m/.mirror/sync/crates-io/removed.json".into(),
            cause: serde_json::from_str::<u8>("{").unwrap_err(),
        },
    ]
    .map(Error::from)
    .into()
}

fn upstream() -> Vec<Error> {
    let url = || text("https://crates.example.com/index/se/rd/serde");
    let http = |status| UpstreamError::Http {
        url: url(),
        status,
        retry_after: Some(Duration::from_secs(1)),
    };
    let login = AuthError {
        name: Some(text("corp")),
        index: text("sparse+https://crates.example.com/index/"),
        login_url: Some(text("https://crates.example.com/me")),
        why: AuthFailure::Rejected,
    };
    let challenge = Challenge {
        url: url(),
        host: text("crates.example.com"),
        status: 401,
        with_token: false,
        headers: Vec::new(),
    };
    [
        UpstreamError::Client(Cause(text("no such file"))),
        http(404),
        http(407),
        http(503),
        UpstreamError::Challenged(Box::new(challenge)),
        UpstreamError::Login(Box::new(login)),
        UpstreamError::Network {
            url: url(),
            source: Cause(text("connection reset")),
        },
        UpstreamError::Untrusted {
            url: url(),
            source: Cause(text("unknown issuer")),
        },
        UpstreamError::NoTls { url: url() },
        UpstreamError::NoCertificates {
            path: path("/etc/ca.pem"),
            message: text("it is empty"),
        },
        UpstreamError::OwnUpstream {
            url: url(),
            named: text("--upstream"),
        },
        UpstreamError::Stalled {
            url: url(),
            seconds: 30,
        },
        UpstreamError::InvalidResponse {
            url: url(),
            what: "index file",
            message: text("line 1"),
        },
        UpstreamError::Offline,
        UpstreamError::HostDown {
            host: text("crates.example.com"),
            cause: text("no route"),
        },
        UpstreamError::NotInIndex { url: url() },
        UpstreamError::NeedsNetwork {
            command: "outdated",
        },
    ]
    .map(Error::from)
    .into()
}
