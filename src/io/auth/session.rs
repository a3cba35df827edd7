//! The login to one registry while we run: asked for once it is needed, kept for as long as its provider says, and handed
//! to nobody but the registry.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use reqwest::header::HeaderValue;
use tokio::sync::Mutex;
use url::Url;

use crate::io::auth::credentials::{Credentials, credentials};
use crate::io::auth::provider::Keep;
use crate::io::auth::scope::{Authorization, Scope};
use crate::io::config::load::CargoConfig;
use crate::io::task::blocking;
use crate::model::auth::{AuthError, AuthFailure, Challenge};
use crate::model::error::{Error, Result};
use crate::model::errors::upstream::UpstreamError;

/// Whoever gets a token that is about to expire asks for the next one (cargo's `auth_token_optional`).
const MARGIN: Duration = Duration::from_mins(1);

/// How long a failed or refused login is cached. A server runs on, and the user may log in meanwhile.
const DOUBT: Duration = Duration::from_mins(1);

/// No run lasts longer.
const FOR_EVER: Duration = Duration::from_hours(365 * 24);

/// The login to a registry.
pub struct AuthSession {
    credentials: Arc<Credentials>,
    scope: Arc<Scope>,
    state: Mutex<SessionState>,
}

#[derive(Default)]
struct SessionState {
    /// The answer that wanted a login.
    refusal: Option<Challenge>,
    held: Cached,
}

#[derive(Default)]
enum Cached {
    #[default]
    Nothing,
    Authorized {
        pass: Authorization,
        until: Instant,
    },
    /// Nobody is asked twice in a minute for a password that he does not have.
    Failed {
        error: AuthError,
        until: Instant,
    },
}

impl Cached {
    fn failed(error: AuthError, now: Instant) -> Self {
        Self::Failed {
            error,
            until: now + DOUBT,
        }
    }

    /// What holds at this moment: a pass or a failure; `None`: somebody must be asked.
    fn at(&self, now: Instant) -> Option<Result<&Authorization, &AuthError>> {
        match self {
            Self::Authorized { pass, until } => (now < *until).then_some(Ok(pass)),
            Self::Failed { error, until } => (now < *until).then_some(Err(error)),
            Self::Nothing => None,
        }
    }

    /// The token was refused: it may have been replaced, so whoever gave it is asked again before long.
    fn doubt(&mut self, now: Instant) {
        if let Self::Authorized { until, .. } = self {
            *until = (*until).min(now + DOUBT);
        }
    }
}

impl AuthSession {
    /// To the registry with this index, as cargo's config names it. Its token may go to `hosts` too.
    pub fn new(config: &CargoConfig, index: &str, hosts: &[String]) -> Self {
        Self {
            credentials: Arc::new(credentials(config, index)),
            scope: Arc::new(Scope {
                // What is no address is the origin of nothing.
                index: Url::parse(index.trim_start_matches("sparse+")).ok(),
                hosts: hosts.to_vec(),
            }),
            state: Mutex::default(),
        }
    }

    /// Whether anybody has prepared one.
    pub fn prepared(&self) -> bool {
        self.credentials.any()
    }

    /// The registry has said that it wants one.
    pub async fn wanted(&self, refusal: Challenge) {
        self.state.lock().await.refusal = Some(refusal);
    }

    /// The error that there was, so that nobody has to run into it again.
    pub async fn failure(&self) -> Option<Error> {
        match self.state.lock().await.held.at(Instant::now()) {
            Some(Err(error)) => Some(Error::from(error.clone())),
            _ => None,
        }
    }

    /// What lets a request in.
    pub async fn pass(&self) -> Result<Authorization> {
        let mut state = self.state.lock().await;
        match state.held.at(Instant::now()) {
            Some(Ok(pass)) => return Ok(pass.clone()),
            Some(Err(error)) => return Err(error.clone().into()),
            None => {}
        }
        let credentials = Arc::clone(&self.credentials);
        let headers = state.refusal.as_ref().map(|it| it.headers.clone());
        let asked = blocking("asking for a login", move || {
            Ok(credentials.ask(&headers.unwrap_or_default()))
        });
        let given = asked.await?.and_then(|(token, keep)| {
            let header = HeaderValue::from_str(token.expose());
            let mut header = header.ok().ok_or(AuthFailure::Unsendable)?;
            header.set_sensitive(true);
            Ok((header, keep))
        });
        match given {
            Ok((header, keep)) => {
                let scope = Arc::clone(&self.scope);
                let pass = Authorization { header, scope };
                state.held = match until(keep) {
                    Some(until) => Cached::Authorized {
                        pass: pass.clone(),
                        until,
                    },
                    None => Cached::Nothing,
                };
                Ok(pass)
            }
            Err(why) => {
                let error = self.error(state.refusal.as_ref(), why);
                state.held = Cached::failed(error.clone(), Instant::now());
                Err(error.into())
            }
        }
    }

    /// The error for a 401 or 403. `finally`: cache it for `DOUBT`, so that other requests fail at once.
    pub async fn refused(&self, refusal: &Challenge, finally: bool) -> Error {
        let mut state = self.state.lock().await;
        let why = match refusal {
            Challenge {
                with_token: true,
                status: 401,
                ..
            } => AuthFailure::Rejected,
            Challenge {
                with_token: false, ..
            } => AuthFailure::Elsewhere {
                host: refusal.host.clone(),
                status: refusal.status,
            },
            other => return Error::Upstream(UpstreamError::Challenged(Box::new(other.clone()))),
        };
        let known = state.refusal.as_ref().or(Some(refusal));
        let error = self.error(known, why);
        if finally {
            state.held = Cached::failed(error.clone(), Instant::now());
        } else if matches!(error.why, AuthFailure::Rejected) {
            state.held.doubt(Instant::now());
        }
        error.into()
    }

    fn error(&self, refusal: Option<&Challenge>, why: AuthFailure) -> AuthError {
        AuthError {
            name: self.credentials.name().map(str::to_owned),
            index: self.credentials.index(),
            login_url: refusal.and_then(Challenge::login_url),
            why,
        }
    }
}

/// Until when a token can be used; `None` if for one request only.
fn until(keep: Keep) -> Option<Instant> {
    let left = match keep {
        Keep::Session => FOR_EVER,
        Keep::Never => return None,
        Keep::Until(seconds) => {
            let moment = Duration::from_secs(u64::try_from(seconds).ok()?);
            #[expect(
                clippy::disallowed_methods,
                reason = "a provider's date can only be held against the real clock"
            )]
            let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
            let left = moment.checked_sub(now)?.checked_sub(MARGIN)?;
            left.min(FOR_EVER)
        }
    };
    Instant::now().checked_add(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_to_its_registry_and_to_hosts_that_are_named() {
        let url = |text: &str| Url::parse(text).unwrap();
        let scope = Scope {
            index: Some(url("https://r.example/index/")),
            hosts: vec!["dl.example".to_owned(), "o.example:8443".to_owned()],
        };
        for yes in [
            "https://r.example/dl/a",
            "https://r.example:443/",
            "https://dl.example/x",
            "https://o.example:8443/x",
        ] {
            assert!(scope.covers(&url(yes)), "{yes}");
        }
        for no in [
            "http://r.example/dl/a",
            "https://r.example:444/",
            "https://x.r.example/",
            "http://dl.example/x",
            "https://dl.example:8443/x",
            "https://o.example/x",
            "https://r.example.evil.example/",
        ] {
            assert!(!scope.covers(&url(no)), "{no}");
        }
    }

    fn pass() -> Authorization {
        let mut header = HeaderValue::from_static("sekrit");
        header.set_sensitive(true);
        let scope = Arc::new(Scope {
            index: Url::parse("https://r.example/").ok(),
            hosts: Vec::new(),
        });
        Authorization { header, scope }
    }

    #[test]
    fn no_failure_and_no_refused_token_is_the_last_word() {
        let now = Instant::now();
        let soon = now + DOUBT / 2;
        let later = now + DOUBT;
        let failed = Cached::failed(
            AuthError {
                name: None,
                index: "https://r.example/".to_owned(),
                login_url: None,
                why: AuthFailure::Rejected,
            },
            now,
        );
        assert!(matches!(failed.at(soon), Some(Err(_))));
        assert!(failed.at(later).is_none());

        let mut held = Cached::Authorized {
            pass: pass(),
            until: now + FOR_EVER,
        };
        assert!(matches!(held.at(later), Some(Ok(_))));
        held.doubt(now);
        // Hundreds of requests may be refused: they do not put it off.
        held.doubt(soon);
        assert!(matches!(held.at(soon), Some(Ok(_))));
        assert!(held.at(later).is_none());
    }

    #[test]
    fn a_pass_shows_nothing_of_its_token() {
        let pass = pass();
        assert!(!format!("{pass:?} {:?}", pass.header()).contains("sekrit"));
    }
}
