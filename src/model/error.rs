//! Every failure a user can meet, and its way out.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::model::auth::{AuthError, Challenge};
use crate::model::input::lockfile::BadLockfile;
use crate::model::input::spec::BadList;
use crate::model::mirror::root::BadRoot;
use crate::model::package::archive::BadPackage;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::Invalid;
use crate::model::policy::advisory::BadAdvisory;
use crate::model::text::printable;
use crate::model::toml_error::UNFINISHED_MERGE;
use crate::model::url::without_credentials;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot {doing} `{}`", .path.display())]
    Io {
        doing: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("`{}` is larger than {limit} bytes", .path.display())]
    TooLarge { path: PathBuf, limit: u64 },
    #[error("cannot find this user's home folder")]
    NoHome,
    #[error("there is no file, folder or crate `{0}`")]
    NoSuchInput(String),
    #[error("there is no Cargo.lock or Cargo.toml in `{}`", .0.display())]
    NoProject(PathBuf),
    #[error("the source of the standard library is not installed: there is no Cargo.lock in `{}`", .0.display())]
    NoStandardLibrary(PathBuf),
    #[error("`{}` has no Cargo.lock", .project.display())]
    NoLockfile { project: PathBuf },
    #[error("`{}` is not up to date with Cargo.toml", .lockfile.display())]
    StaleLockfile { lockfile: PathBuf },
    #[error("cargo cannot tell whether `{}` is up to date", .lockfile.display())]
    UnjudgedLockfile {
        lockfile: PathBuf,
        #[source]
        said: CargoSaid,
    },
    #[error("with `{}` there, cargo does not load `{}`; nothing is changed", .what.display(), .project.display())]
    BreaksProject {
        what: PathBuf,
        project: PathBuf,
        help: String,
        #[source]
        said: CargoSaid,
    },
    #[error("cannot read the lockfile `{}`", .path.display())]
    Lockfile {
        path: PathBuf,
        source: Box<BadLockfile>,
    },
    #[error("cannot read the crate list `{}`", .path.display())]
    List { path: PathBuf, source: Box<BadList> },
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("cannot read the root `{}`", .path.display())]
    Root { path: PathBuf, source: Box<BadRoot> },
    #[error("there is no root `{0}` in this mirror")]
    NoSuchRoot(String),
    #[error("no root is recorded in `{}`, so all of it would go", .mirror.display())]
    NoRoots { mirror: PathBuf },

    #[error("`{}` is not valid TOML, line {line}, column {column}: {message}", .path.display())]
    ConfigSyntax {
        path: PathBuf,
        line: usize,
        column: usize,
        message: String,
    },
    #[error("cannot edit `{}`: {message}", .path.display())]
    ConfigShape {
        path: PathBuf,
        message: String,
        help: String,
    },
    #[error(
        "cargo's config puts `{name}` in its place, which is {what}: crates cannot be fetched from there"
    )]
    UpstreamKind { name: String, what: String },
    #[error("`{}` is not the address of a registry index: {message}", printable(&without_credentials(.url)))]
    UpstreamUrl { url: String, message: String },
    #[error("`{}` is not the address of a server: {message}", printable(&without_credentials(.url)))]
    ServerUrl { url: String, message: String },

    #[error("`{command}` failed")]
    Cargo {
        command: String,
        #[source]
        said: CargoSaid,
    },
    #[error("cannot run `{program}`")]
    NoCargo { program: String, source: io::Error },
    #[error(
        "`{what}` stands without its project, so nobody can tell which of its packages a build reads"
    )]
    CannotPrune { what: String },
    #[error("rustc knows no target `{}`", printable(.0))]
    NoSuchTarget(String),
    #[error("cannot find `{spec}` among the crates of this registry: {message}")]
    NoSuchCrate { spec: String, message: String },

    #[error("cargo's config names another upstream than it did at the start")]
    OtherUpstream,
    #[error("there is no answer from {url}")]
    NoServer {
        url: String,
        #[source]
        source: Cause,
    },
    #[error("{url} answered {status}")]
    ServerSays { url: String, status: u16 },
    #[error("cannot set up the network")]
    Client(#[source] Cause),
    #[error("{url} answered {status}")]
    Http {
        url: String,
        status: u16,
        retry_after: Option<Duration>,
    },
    /// Kept apart from other statuses: a login may help.
    #[error("{} answered {}", .0.url, .0.status)]
    Refused(Box<Challenge>),
    #[error("{0}")]
    Login(Box<AuthError>),
    #[error("cannot fetch {url}")]
    Network {
        url: String,
        #[source]
        source: Cause,
    },
    #[error("the certificate of {url} cannot be trusted")]
    Untrusted {
        url: String,
        #[source]
        source: Cause,
    },
    #[error("{url} does not speak TLS")]
    NoTls { url: String },
    #[error("cannot take certificates from `{}`: {message}", .path.display())]
    NoCertificates { path: PathBuf, message: String },
    #[error("upstream is this server itself ({url})")]
    OwnUpstream { url: String, named: String },
    #[error("{url} sent no data for {} seconds", .seconds)]
    Stalled { url: String, seconds: u64 },
    #[error("{url} sent something that is not a registry's {what}: {message}")]
    InvalidResponse {
        url: String,
        what: &'static str,
        message: String,
    },
    #[error("it is not in cargo's cache, and the network is not to be used")]
    Offline,
    #[error("{host} cannot be reached: {cause}")]
    HostDown { host: String, cause: String },
    #[error("the registry does not have this version ({url})")]
    NotInIndex { url: String },
    #[error(
        "its checksum is {actual}, but {expected} is expected ({bytes} bytes, starting with {start})"
    )]
    Checksum {
        expected: Sha256,
        actual: Sha256,
        bytes: u64,
        start: String,
    },
    #[error("the lockfile expects the checksum {lockfile}, but the registry's index says {index}")]
    Disagree { lockfile: Sha256, index: Sha256 },
    #[error("the mirror holds this version with the checksum {there}, but {wanted} is expected")]
    HeldOtherwise { wanted: Sha256, there: Sha256 },
    #[error("its archive is not one to unpack")]
    Package(#[from] BadPackage),

    #[error("`{}` is no moment", printable(.0))]
    NoSuchMoment(String),
    #[error("there is no mirror in `{}`", .0.display())]
    NotAMirror(PathBuf),
    #[error("there is no source `{}` in the mirror", printable(.name))]
    NoSuchSource { name: String, there: Vec<String> },
    #[error("nobody knows which registry `{folder}` of the mirror belongs to")]
    UnknownRegistry { folder: String },
    #[error("`{command}` asks upstream what has changed, and the network is not to be used")]
    NeedsNetwork { command: &'static str },
    #[error("`{}` is not an advisory database: it has no folder `crates`", .path.display())]
    NotAdvisories { path: PathBuf },
    #[error("cannot read the advisory `{}`", .path.display())]
    Advisory {
        path: PathBuf,
        source: Box<BadAdvisory>,
    },
    #[error("`{command}` failed")]
    Git {
        command: String,
        #[source]
        said: Cause,
    },
    #[error("`{}` is not what git says it is: {message}", .path.display())]
    GitObject { path: PathBuf, message: String },
    #[error("its locked commit {revision} is on no branch of {url} any more")]
    GitRevision {
        url: String,
        revision: String,
        /// Of the same source, to name in a command.
        package: String,
        /// Whether the manifest itself names the commit.
        pinned: bool,
    },
    #[error("cannot fetch {url}: {cause}")]
    GitFetch { url: String, cause: String },
    #[error("cannot fetch from {host}: {cause}")]
    GitHost { host: String, cause: String },
    #[error("the path of {what} is not UTF-8: `{}`", .path.display())]
    NotUtf8 { what: &'static str, path: PathBuf },
    #[error("the environment variable {0} is not UTF-8")]
    VariableNotUtf8(&'static str),
    #[error("{origin} cannot be mirrored: {message}")]
    GitPackage { origin: String, message: String },
    #[error("cannot run `git`")]
    NoGit(#[source] io::Error),

    #[error("cannot listen on {address}")]
    Listen { address: String, source: io::Error },
    #[error("`{}` is no address to listen on", printable(.address))]
    NoSuchAddress { address: String, source: io::Error },
    #[error("`{}` is no address that a client could use: {message}", printable(.url))]
    PublicUrl { url: String, message: String },
    #[error("line {line} of the token file `{}` is not `read TOKEN` or `admin TOKEN`", .path.display())]
    Tokens { path: PathBuf, line: usize },
    #[error("cannot use the certificate `{}` with the key `{}`: {message}", .certificate.display(), .key.display())]
    Certificate {
        certificate: PathBuf,
        key: PathBuf,
        message: String,
    },

    #[error("another process holds the lock `{}`", .path.display())]
    LockBusy { path: PathBuf },
    #[error("interrupted")]
    Interrupted,
    #[error("{doing} panicked")]
    Panicked { doing: &'static str },
}

impl Error {
    /// Whether the command line itself is at fault.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::CannotPrune { .. } | Self::NoSuchTarget(_))
    }

    /// Whether the same command may succeed at another time, with nothing else changed.
    pub fn may_pass(&self) -> bool {
        !matches!(self, Self::GitRevision { .. } | Self::GitFetch { .. })
    }

    /// The way out, where there is one to name.
    #[expect(clippy::too_many_lines, reason = "one arm an error, read as a table")]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Io { source, .. } => match source.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    "make room on that disk, or name another folder with --mirror, and run the same command again; \
                     what is stored is whole and will not be fetched again"
                }
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    "name a folder you may write to with --mirror or CARGO_MIRROR_DIR"
                }
                _ => return None,
            },
            Self::NoSuchInput(text) => {
                return Some(if text.contains(['/', '\\']) || text.contains('.') {
                    "name an existing Cargo.lock, Cargo.toml, folder or list, a crate as NAME or NAME@REQUIREMENT, \
                     or `-` for standard input"
                        .to_owned()
                } else {
                    "a crate is named as NAME, NAME@REQUIREMENT or NAME=VERSION".to_owned()
                });
            }
            Self::NoHome => "set HOME, or name the mirror with --mirror and set CARGO_HOME",
            Self::NoProject(_) => "name the folder of a project, its Cargo.toml or its Cargo.lock",
            Self::NoStandardLibrary(_) => "`rustup component add rust-src` installs it",
            Self::NoLockfile { .. } => "run without --locked, or `cargo generate-lockfile` first",
            Self::StaleLockfile { .. } => "run without --locked to bring it up to date",
            Self::UnjudgedLockfile { .. } => {
                "mend what cargo says; without --locked the packages that the lockfile names are mirrored all the same"
            }
            Self::Lockfile { source, .. } => match &**source {
                BadLockfile::Version(_) => "a newer cargo-mirror may know it",
                BadLockfile::Toml { message, .. } if message.starts_with(UNFINISHED_MERGE) => {
                    "take either side, as by `git checkout --ours Cargo.lock`: `cargo mirror vendor` then adds what it lacks"
                }
                _ => return None,
            },
            Self::Cargo { said, .. } if is_gone(&said.0) => {
                "that commit is on no branch and no tag of the repository any more: `cargo update -p NAME` locks one that is                  there"
            }
            Self::Root { .. } => {
                "nobody knows what it wants, so nothing is removed; give its lockfile or list again, or forget it with \
                 `cargo mirror roots forget`"
            }
            Self::NoSuchRoot(_) => "`cargo mirror roots` lists them",
            Self::NoRoots { .. } => {
                "name what is to stay with `cargo mirror roots add` or --keep; to be rid of the whole mirror, remove its folder"
            }
            Self::ConfigSyntax { .. } => {
                "nothing was changed; mend the file and run the same command again"
            }
            Self::BreaksProject { help, .. } | Self::ConfigShape { help, .. } => {
                return Some(help.clone());
            }
            Self::UpstreamKind { .. } => {
                "name where to fetch crates of crates.io from: `--upstream crates-io` for crates.io itself, or another \
                 index, as in --upstream sparse+https://host/index/"
            }
            Self::UpstreamUrl { .. } => {
                "a sparse index is named as sparse+https://host/index/, a local registry by its folder"
            }
            Self::NoServer { .. } => {
                "name a server of `cargo mirror serve` that is running, as in --server http://127.0.0.1:8080"
            }
            Self::ServerSays {
                status: 401 | 403, ..
            } => {
                "put one of its tokens into CARGO_MIRROR_TOKEN; who runs it has them in its --token-file"
            }
            Self::ServerSays { .. } => {
                "is it a server of `cargo mirror serve`, named without a path?"
            }
            Self::OtherUpstream => "start the server again to have it used",
            Self::ServerUrl { .. } => {
                "name the server as http://host:8080; a token goes where cargo keeps tokens"
            }
            Self::NoCargo { .. } => "install cargo, or name it in the CARGO environment variable",
            Self::CannotPrune { .. } => {
                "name the folder of a project, or leave out --target, --no-dev, --features and --no-default-features"
            }
            Self::NoSuchTarget(target)
                if Path::new(target).extension().is_some_and(|it| it == "json") =>
            {
                "a target of a JSON file cannot be asked for; without --target everything is mirrored, for all platforms"
            }
            Self::NoSuchTarget(_) => {
                "`rustc --print target-list` lists them; `host` is this machine's"
            }
            Self::Client(_) => {
                "look at http.cainfo and http.proxy in cargo's config, and at SSL_CERT_FILE"
            }
            Self::Untrusted { .. } => {
                "name the certificate, or that of the authority that signed it, in http.cainfo of cargo's config or in \
                 SSL_CERT_FILE; the server's own is made with basicConstraints=CA:FALSE and a subjectAltName, as in \
                 `openssl req -x509 -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:host`"
            }
            Self::NoTls { .. } => "is it an address that starts with http:// and not https://?",
            Self::NoCertificates { .. } => {
                "http.cainfo in cargo's config and SSL_CERT_FILE name a file of PEM text, as in \
                 `openssl x509 -inform der -in FILE -out FILE.pem`"
            }
            Self::OwnUpstream { named, .. } => {
                return Some(format!(
                    "upstream is named by {named}; name another registry there, or with --upstream"
                ));
            }
            Self::Login(login) => return Some(login.hint()),
            Self::Refused(_) | Self::Http { status: 407, .. } => {
                "the server refuses this machine: look at the proxy, the firewall and the login it wants"
            }
            Self::Http {
                status: 404 | 410 | 451,
                ..
            } => "the registry has withdrawn it, or --upstream names a registry without it",
            Self::Network { .. }
            | Self::Stalled { .. }
            | Self::HostDown { .. }
            | Self::Http { .. } => {
                "run the same command again to go on; what is stored will not be fetched again"
            }
            Self::Offline | Self::NeedsNetwork { .. } => {
                "run again without --offline (or net.offline in cargo's config)"
            }
            Self::UnknownRegistry { .. } => {
                "no root wants anything of it; `cargo mirror vendor` of a project that does makes it known"
            }
            Self::NotAdvisories { .. } => {
                "name the folder of a RustSec advisory database, or the address of its git repository"
            }
            Self::Advisory { .. } => {
                "it may name a known vulnerability; look at it yourself, or bring the database up to date"
            }
            Self::GitObject { .. } => {
                "remove that folder; cargo clones it again, and the same command goes on"
            }
            Self::GitRevision { pinned: true, .. } => {
                "the history was rewritten, or a branch or tag removed: name another `rev` in Cargo.toml"
            }
            Self::GitRevision { package, .. } => {
                return Some(format!(
                    "the history was rewritten, or a branch or tag removed: `cargo update -p {package}` locks a commit that \
                     is there"
                ));
            }
            Self::GitFetch { .. } => {
                "look at its address and at the login that git has for it; a repository that has moved needs its new address \
                 in Cargo.toml"
            }
            Self::GitHost { .. } => {
                "look at the network, the proxy and the login for that host, and run the same command again; cargo's own \
                 git does not know all that the git program knows: `net.git-fetch-with-cli = true` in cargo's config has it used"
            }
            Self::NotUtf8 { .. } => {
                "cargo's config and the mirror's records are UTF-8 and cannot hold it: name or move it otherwise"
            }
            Self::VariableNotUtf8(_) => "set it to a path that is UTF-8",
            Self::Cargo { said, .. } if said.0.contains("source replacement configuration") => {
                "`cargo mirror off && cargo update && cargo mirror vendor`: cargo updates git sources only where they are not \
                 replaced"
            }
            Self::NoGit(_) => "install git, or name a folder that holds the advisory database",
            Self::NotInIndex { .. } => {
                "look whether --upstream or a `replace-with` in cargo's config names a registry that lacks it"
            }
            Self::Checksum { .. } => {
                "the bytes were thrown away; a proxy or a broken registry may have changed them"
            }
            Self::Disagree { .. } | Self::HeldOtherwise { .. } => {
                "a version was published again with other bytes, or someone tampers: compare with another copy before you trust either"
            }
            Self::Package(_) => "do not use this crate; tell the registry that serves it",
            Self::LockBusy { path } if path.ends_with("in-use") => {
                "a run that adds to the mirror and one that removes from it exclude each other: wait until the other has \
                 ended, then run the same command again"
            }
            Self::NoSuchMoment(_) => {
                "name how long ago, as in 30m, 12h or 7d, or a date, as in 2026-05-01 or 2026-05-01T12:00:00Z"
            }
            Self::NotAMirror(_) => {
                "name its folder with --mirror, or fill one with `cargo mirror vendor`"
            }
            Self::NoSuchSource { there, .. } => {
                return Some(format!("the mirror has: {}", there.join(", ")));
            }
            Self::LockBusy { .. } => {
                "wait until that process has ended, then run the same command again"
            }
            Self::Listen { .. } | Self::NoSuchAddress { .. } => {
                "name an address and a port that is free, as in --listen 127.0.0.1:8080; 0.0.0.0 is every IPv4 address of this \
                 machine, [::] every IPv6 one and, except on Windows, IPv4 too; port 0 takes any"
            }
            Self::PublicUrl { .. } => {
                "name where clients find the server, as in --public-url https://crates.example.com"
            }
            Self::Tokens { .. } => {
                "each line is `read` or `admin` and a token; lines that start with `#` are passed over"
            }
            Self::Certificate { .. } => {
                "both are files of PEM text, the certificate with its whole chain"
            }
            Self::Interrupted => "what is stored is whole; run the same command again to go on",
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

impl From<AuthError> for Error {
    fn from(login: AuthError) -> Self {
        Self::Login(Box::new(login))
    }
}

/// Whether git, or cargo in its place, says that a repository does not have a commit.
fn is_gone(said: &str) -> bool {
    let signs = ["revspec '", "not our ref", "unadvertised object"];
    signs.iter().any(|sign| said.contains(sign))
}

/// A cause from a library, kept as text: the chain of messages, with URLs made safe.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct Cause(pub String);

/// What cargo printed before it failed.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct CargoSaid(pub String);

/// An error and its causes in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut whole = String::new();
    for cause in causes.map(ToString::to_string) {
        // Libraries like to repeat their cause in their own message, and the HTTP client's outer layers say nothing.
        let says_nothing =
            cause.starts_with("error sending request") || cause.starts_with("client error (");
        if !says_nothing && !whole.contains(&cause) {
            if !whole.is_empty() {
                whole.push_str(": ");
            }
            whole.push_str(&cause);
        }
    }
    whole
}
