//! `PUT /api/v1/crates/new`: a package into a hosted registry.
//!
//! ```text
//! the token                 before anything is read
//! the metadata              then whether this name may be published by whoever asks
//! the crate                 hashed as it comes, into a temporary file
//! all checks                ops::publish::check; nothing was written yet
//! bytes, record, line       ops::publish::commit, each flushed
//! what was cached           forgotten, so that the line is seen before the answer is
//! ```

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, EXPECT};
use hyper::{Request, Response, StatusCode};

use crate::io::store::staging::{StagedFile, verified};
use crate::model::access::audit::{AuditAction, AuditEntry};
use crate::model::access::principal::Principal;
use crate::model::access::refusal::Refusal;
use crate::model::error::{Error, Result};
use crate::model::errors::access::AccessError;
use crate::model::errors::hosting::HostingError;
use crate::model::hosting::upload::{BadUpload, Framing, UploadMetadata, UploadPart};
use crate::model::package::checksum::Hashed;
use crate::model::package::id::CrateId;
use crate::ops::publish::check::{Examined, examine};
use crate::ops::publish::commit::{Actor, Committed, commit, may_publish};
use crate::ops::publish::public::{self, Taken};
use crate::ops::publish::registry::OpenRegistry;
use crate::serve::admit::peer::Peer;
use crate::serve::answer::body::{Body, HttpError, JSON, blocking, error, text};
use crate::serve::api::receive::{MOST_DRAINED, drain, piece};
use crate::serve::registry::state::ServerState;
use crate::serve::registry::upstream::RegistryUpstream;

/// So much is gathered before it is written.
const GATHERED: usize = 256 << 10;

/// An upload that has come whole.
struct UploadedCrate {
    id: CrateId,
    metadata: Box<UploadMetadata>,
    file: StagedFile,
}

/// Answers a publish.
pub async fn publish(
    state: &Arc<ServerState>,
    request: Request<Incoming>,
    registry: &Arc<OpenRegistry>,
    peer: Peer,
) -> Response<Body> {
    let from = client(state, &request, peer);
    let principal = match state.changer(&request, registry) {
        Ok(principal) => principal,
        Err(refusal) => return refused(state, request, registry, &refusal, from).await,
    };
    let (most, setting) = most(registry);
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if let Some(length) = length.filter(|length| *length > most) {
        // A client that is still sending would not read the answer. Nobody waits for gigabytes, though.
        let waits = request.headers().contains_key(EXPECT);
        if length <= MOST_DRAINED && !waits {
            drain(request.into_body()).await;
        }
        return error(
            StatusCode::PAYLOAD_TOO_LARGE,
            &format!(
                "the upload is larger than {most} bytes: leave files out, or have `{setting}` of the registry raised"
            ),
        );
    }
    let mut body = request.into_body();
    let received = match receive(&mut body, registry, &principal).await {
        Ok(received) => received,
        Err(failure) => {
            // Where nothing more comes, nothing need be read before the answer.
            if !matches!(failure, Failure::Broken(_)) {
                drain(body).await;
            }
            log_refusal(state, registry, &principal, &failure, from).await;
            return failure.answer();
        }
    };
    let id = received.id.clone();
    let done = store(state, registry, received, principal, from).await;
    match &done {
        Ok(_) => state.published_here(registry, &id),
        // A disk may have taken the line and not said so.
        Err(_) => state.forget_hosted(registry, &id),
    }
    match done {
        Ok(warnings) => {
            let body = serde_json::json!({
                "warnings": { "invalid_categories": [], "invalid_badges": [], "other": warnings }
            });
            text(StatusCode::OK, JSON, format!("{body}\n"))
        }
        Err(error) => {
            state.unlogged(&error);
            Failure::Error(error).answer()
        }
    }
}

fn most(registry: &OpenRegistry) -> (u64, &'static str) {
    let policy = &registry.policy;
    let most = policy
        .max_crate_size
        .saturating_add(policy.max_metadata_size);
    (most.saturating_add(8), "max-crate-size")
}

/// Why an upload is not taken.
pub(super) enum Failure {
    Upload(BadUpload),
    Broken(&'static str),
    Error(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl Failure {
    pub(super) fn answer(&self) -> Response<Body> {
        let (status, said) = match self {
            Self::Upload(bad @ BadUpload::Crate { .. }) => (
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("{bad}: leave files out, or have `max-crate-size` of the registry raised"),
            ),
            Self::Upload(bad @ BadUpload::Metadata { .. }) => (
                StatusCode::PAYLOAD_TOO_LARGE,
                format!(
                    "{bad}: shorten the readme, or have `max-metadata-size` of the registry raised"
                ),
            ),
            Self::Upload(bad) => (
                StatusCode::BAD_REQUEST,
                format!("{bad}: publish with an unchanged cargo"),
            ),
            Self::Broken(why) => (
                StatusCode::BAD_REQUEST,
                format!("the upload is not whole: {why}"),
            ),
            Self::Error(error) => return answer_of(error),
        };
        error(status, &said)
    }
}

/// The answer to what a hosted registry refuses, in words that cargo prints.
pub(super) fn answer_of(failure: &Error) -> Response<Body> {
    let hosting = match failure.inner() {
        Error::Hosting(hosting) => hosting,
        // The way out is the operator's.
        Error::Access(
            access @ (AccessError::NoEntry { .. } | AccessError::DoneWithoutEntry { .. }),
        ) => {
            let said = format!("{access}: ask whoever runs this registry to look at its audit log");
            return error(StatusCode::INTERNAL_SERVER_ERROR, &said);
        }
        Error::Access(access) => {
            let hint = access
                .hint()
                .map(|hint| format!(": {hint}"))
                .unwrap_or_default();
            return error(StatusCode::BAD_REQUEST, &format!("{access}{hint}"));
        }
        Error::Input(input) => return error(StatusCode::BAD_REQUEST, &input.to_string()),
        other => return HttpError::of(other).answer(),
    };
    let status = match hosting {
        HostingError::Refused { findings, what } => {
            let findings: Vec<String> = findings.iter().map(|it| format!("\n  - {it}")).collect();
            let said = format!("{what} cannot be published:{}", findings.concat());
            return error(StatusCode::BAD_REQUEST, &said);
        }
        HostingError::Denied(refusal) => {
            return error(status_of(refusal), &refusal.to_string());
        }
        HostingError::OtherBytes(_) => StatusCode::CONFLICT,
        HostingError::NotPublished { .. } | HostingError::NoSuchRegistry { .. } => {
            StatusCode::NOT_FOUND
        }
        // It may have a path of the server in it.
        HostingError::Unreadable { .. } => return HttpError::of(failure).answer(),
        _ => StatusCode::BAD_REQUEST,
    };
    // The command line's way out is not that of a client.
    let way_out = match hosting {
        HostingError::OtherBytes(_) => hosting.hint(),
        _ => None,
    };
    let said = way_out.map_or_else(
        || hosting.to_string(),
        |way_out| format!("{hosting}: {way_out}"),
    );
    error(status, &said)
}

fn status_of(refusal: &Refusal) -> StatusCode {
    StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::FORBIDDEN)
}

/// The refusal of whoever may not change anything here.
pub(super) async fn refused(
    state: &Arc<ServerState>,
    request: Request<Incoming>,
    registry: &OpenRegistry,
    refusal: &Refusal,
    from: Option<String>,
) -> Response<Body> {
    state.stats.unauthorized.add(1);
    // A client that waits for `100 Continue` sends nothing more after this answer.
    if !request.headers().contains_key(EXPECT) {
        drain(request.into_body()).await;
    }
    log(state, registry, &Principal::anonymous(), refusal, from).await;
    error(status_of(refusal), &refusal.to_string())
}

async fn log_refusal(
    state: &ServerState,
    registry: &OpenRegistry,
    principal: &Principal,
    failure: &Failure,
    from: Option<String>,
) {
    if let Failure::Error(Error::Hosting(HostingError::Denied(refusal))) = failure {
        log(state, registry, principal, refusal, from).await;
    }
}

async fn log(
    state: &ServerState,
    registry: &OpenRegistry,
    principal: &Principal,
    refusal: &Refusal,
    from: Option<String>,
) {
    // Strangers without a token could fill the disk with it.
    if matches!(
        refusal,
        Refusal::NoToken | Refusal::Unknown | Refusal::Mistyped
    ) {
        return;
    }
    let said = refusal.to_string();
    // Those of a token that ended or was revoked name it.
    let of = principal.token.as_deref().unwrap_or(&said);
    if !state.hosting.refusals.admits(of) {
        return;
    }
    let now = state.common.mirror.clock.now();
    let entry = AuditEntry::new(AuditAction::Refuse, principal, now)
        .about(&registry.name, None, None)
        .with(said)
        .from_address(from);
    let accounts = Arc::clone(&registry.accounts);
    let logged = blocking("writing the audit log", move || accounts.log(&entry));
    // The answer is the same whether it could be written or not.
    let _ = logged.await;
}

/// The address of the client.
pub(super) fn client<B>(state: &ServerState, request: &Request<B>, peer: Peer) -> Option<String> {
    let client = state.front.client(request.headers(), peer.address);
    client.or(peer.address).map(|address| address.to_string())
}

async fn receive(
    body: &mut Incoming,
    registry: &Arc<OpenRegistry>,
    principal: &Principal,
) -> Result<UploadedCrate, Failure> {
    let policy = &registry.policy;
    let mut framing = Framing::new(policy.max_metadata_size, policy.max_crate_size);
    let (mut named, mut gathered) = (None, Vec::new());
    let opened = Arc::clone(registry);
    let begin = blocking("beginning an upload", move || opened.store.incoming());
    let mut file = begin.await?;
    while let Some(came) = piece(body).await {
        let came = came.map_err(Failure::Broken)?;
        let mut bytes: &[u8] = &came;
        while let Some(part) = framing.next(&mut bytes).map_err(Failure::Upload)? {
            match part {
                UploadPart::Metadata(metadata) => {
                    let id = CrateId::parse(&metadata.name, &metadata.vers);
                    let id =
                        id.map_err(|bad| Failure::Error(refuse(&metadata, bad.to_string())))?;
                    let (asked, name, who) =
                        (Arc::clone(registry), id.name.clone(), principal.clone());
                    blocking("looking at owners", move || {
                        may_publish(&asked, &name, &who)
                    })
                    .await?;
                    named = Some((id, metadata));
                }
                UploadPart::Length(_) => {}
                UploadPart::Bytes(bytes) => gathered.extend_from_slice(bytes),
            }
        }
        if gathered.len() >= GATHERED {
            file = write(file, std::mem::take(&mut gathered)).await?;
        }
    }
    framing.end().map_err(Failure::Upload)?;
    file = write(file, gathered).await?;
    let Some((id, metadata)) = named else {
        return Err(Failure::Broken("it has no metadata"));
    };
    Ok(UploadedCrate { id, metadata, file })
}

async fn write(mut file: StagedFile, bytes: Vec<u8>) -> Result<StagedFile> {
    blocking("writing an upload", move || {
        file.write(&bytes)?;
        Ok(file)
    })
    .await
}

fn refuse(metadata: &UploadMetadata, finding: String) -> Error {
    Error::Hosting(HostingError::Refused {
        what: format!("{}@{}", metadata.name, metadata.vers),
        findings: vec![finding],
    })
}

/// Checks an upload and publishes it. Returns what is to be told besides.
async fn store(
    state: &Arc<ServerState>,
    registry: &Arc<OpenRegistry>,
    received: UploadedCrate,
    principal: Principal,
    from: Option<String>,
) -> Result<Vec<String>> {
    let names = state.private_names();
    let mut more = Vec::new();
    let (opened, name) = (Arc::clone(registry), received.id.name.clone());
    let first = blocking("looking at a name", move || {
        public::is_first(&opened, &name)
    })
    .await?;
    let mut is_public = false;
    let name = &received.id.name;
    // A name that is private already is not told to crates.io.
    if first && !names.may_be_public(name) && names.why(name).is_none() {
        let upstream = state
            .crates_io
            .pull
            .as_ref()
            .map(RegistryUpstream::upstream);
        let asked =
            public::taken(&state.common.mirror, upstream.as_deref(), &received.id.name).await;
        is_public = asked == Taken::Yes;
        if asked == Taken::Unknown {
            more.push("crates.io did not say whether it has a crate of this name".to_owned());
        }
    }
    let (opened, published) = (Arc::clone(registry), state.common.mirror.clock.now());
    let server = Arc::clone(state);
    blocking("publishing", move || {
        let UploadedCrate { id, metadata, file } = received;
        let checksum = file.digest();
        let examined = Examined {
            id: &id,
            checksum,
            size: file.length(),
            said: Some(&metadata),
            published,
            is_public,
        };
        let candidate = examine(file.reread()?, &examined, &opened, &names)?;
        more.extend(candidate.warnings.iter().cloned());
        let file = verified(&id, checksum, file)?;
        let actor = Actor {
            principal: &principal,
            at: published,
            from: from.as_deref(),
            on_hook_failure: &|error| server.hook_lost(error),
        };
        let owners: Vec<_> = principal.as_owner().into_iter().collect();
        if commit(&opened, file, &candidate, actor, &owners)? == Committed::AlreadyThere {
            more.push(format!("{id} was already here, with the same bytes"));
        }
        Ok(more)
    })
    .await
}
