//! Trusted publishing: which runs of CI may publish without a token of their own.
//!
//! A run shows a signed *identity token* of its issuer (OpenID Connect); what it claims is held against the rules of the
//! registry, and it gets a token that publishes the crates of the rules for half an hour. The signature is checked elsewhere.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};
use url::Url;

use crate::model::access::scope::{CratePattern, Scope};
use crate::model::text::printable;
use crate::model::units::timestamp::Timestamp;

/// How long the token lasts that a run is given.
pub const RUN_TOKEN_LASTS: Duration = Duration::from_mins(30);

/// The clocks of issuers may differ from ours by so much.
const LEEWAY: u64 = 60;
/// An identity token that says it lasts longer than this is none of a run's.
const LONGEST: u64 = 24 * 60 * 60;

/// Events in which a stranger's code runs with the rights of the repository: what such a run shows says nothing about who
/// wrote the code.
const REFUSED_EVENTS: [&str; 2] = ["pull_request_target", "workflow_run"];

/// Runs that may publish, as `mirror.toml` names them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TrustedRule {
    /// The issuer's address, as its tokens have it. Its keys are found below it.
    #[serde(deserialize_with = "issuer")]
    pub issuer: String,
    /// `owner/name` of the repository (GitHub), or the path of the project (GitLab).
    pub repository: String,
    /// The number of the repository's owner, which whoever takes over the name of an account does not have.
    #[serde(default)]
    pub owner_id: Option<String>,
    /// The file name of the workflow, as in `release.yml`, or of GitLab's CI file.
    #[serde(default)]
    pub workflow: Option<String>,
    #[serde(default)]
    pub environment: Option<String>,
    /// Other claims that the token must have, word for word.
    #[serde(default)]
    pub claims: BTreeMap<String, String>,
    #[serde(deserialize_with = "crates")]
    pub crates: Vec<CratePattern>,
    /// Whether such a run may also publish the first version of a crate.
    #[serde(default)]
    pub new_crates: bool,
}

fn issuer<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    let url = Url::parse(&text).map_err(de::Error::custom)?;
    let own = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if url.scheme() == "https" && url.has_host() || url.scheme() == "http" && own {
        return Ok(text);
    }
    Err(de::Error::custom(
        "the address of an issuer starts with https://, or with http:// where it is this machine",
    ))
}

fn crates<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<CratePattern>, D::Error> {
    let crates = Vec::<CratePattern>::deserialize(from)?;
    if crates.is_empty() {
        return Err(de::Error::custom(
            "`crates` names the crates that the run may publish",
        ));
    }
    Ok(crates)
}

/// What the token of a run grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunGrant {
    /// Who it is, for people: `acme/log release.yml, run 123`.
    pub run: String,
    pub scopes: Vec<Scope>,
    pub crates: Vec<CratePattern>,
    /// What the identity token is known by, so that it is taken once.
    pub once: String,
    /// When the identity token ends, after which nobody need remember it.
    pub until: Timestamp,
}

/// Why a run gets no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustRefusal {
    #[error("the body is not `{{\"jwt\": \"...\"}}`: send the identity token of the run")]
    NoToken,
    #[error("the identity token cannot be read: {0}")]
    Unreadable(String),
    #[error("no rule of this registry names the issuer `{}`: add one to `trusted-publishing` in mirror.toml", printable(.0))]
    UnknownIssuer(String),
    #[error("the signature of the identity token is not its issuer's: {0}")]
    Signature(String),
    #[error("the keys of the issuer cannot be had: {0}; run the job again later")]
    NoKeys(String),
    #[error("the identity token is for another audience: request it for `{expected}`")]
    Audience { expected: String },
    #[error("the identity token lacks the claim `{0}`")]
    Missing(&'static str),
    #[error("the identity token expired at {0}: request a new one in the step that publishes")]
    Expired(Timestamp),
    #[error(
        "the identity token holds from {0} on: the clock of this server or of its issuer is wrong"
    )]
    Early(Timestamp),
    #[error("the identity token was used before: request a new one for each exchange")]
    Used,
    #[error(
        "runs of `{0}` may not publish: code of strangers can run in them; publish from a push of a tag or a release"
    )]
    Event(String),
    #[error("no rule of this registry fits this run: {0}")]
    NoRule(String),
    #[error(
        "the accounts of this registry cannot be written; run the job again later, or tell its administrator"
    )]
    Store {
        /// For the server's log alone.
        cause: String,
    },
}

impl TrustRefusal {
    /// The status of the answer.
    pub fn status(&self) -> u16 {
        match self {
            Self::NoToken | Self::Unreadable(_) => 400,
            Self::NoKeys(_) | Self::Store { .. } => 503,
            Self::UnknownIssuer(_) | Self::NoRule(_) | Self::Event(_) => 403,
            _ => 401,
        }
    }
}

/// What an identity token says of itself once its signature is checked.
#[derive(Debug, Clone)]
pub struct IdentityClaims(pub Map<String, Value>);

impl IdentityClaims {
    fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => None,
        }
    }

    fn moment(&self, name: &str) -> Option<Timestamp> {
        let value = self.0.get(name)?;
        value.as_u64().map(Timestamp)
    }

    fn is_for(&self, audience: &str) -> bool {
        match self.0.get("aud") {
            Some(Value::String(said)) => said == audience,
            Some(Value::Array(all)) => all.iter().any(|it| it.as_str() == Some(audience)),
            _ => false,
        }
    }

    /// `acme/log` of GitHub and GitLab.
    fn repository(&self) -> Option<String> {
        self.text("repository")
            .or_else(|| self.text("project_path"))
    }

    /// The file name of the workflow: the last part of the path before `@`, as in
    /// `acme/log/.github/workflows/release.yml@refs/tags/v1`.
    fn workflow(&self) -> Option<String> {
        let whole = self
            .text("workflow_ref")
            .or_else(|| self.text("ci_config_ref_uri"))?;
        let path = whole.split('@').next().unwrap_or_default();
        path.rsplit('/').next().map(str::to_owned)
    }
}

/// What a run with these claims is granted by the rules of a registry, for tokens that are meant for `audience`.
pub fn grant(
    rules: &[TrustedRule],
    claims: &IdentityClaims,
    audience: &str,
    now: Timestamp,
) -> Result<RunGrant, TrustRefusal> {
    let issuer = claims.text("iss").ok_or(TrustRefusal::Missing("iss"))?;
    let of_issuer: Vec<&TrustedRule> = rules.iter().filter(|rule| rule.issuer == issuer).collect();
    if of_issuer.is_empty() {
        return Err(TrustRefusal::UnknownIssuer(issuer));
    }
    if !claims.is_for(audience) {
        let expected = audience.to_owned();
        return Err(TrustRefusal::Audience { expected });
    }
    let until = in_time(claims, now)?;
    let once = claims.text("jti").ok_or(TrustRefusal::Missing("jti"))?;
    if let Some(event) = claims.text("event_name")
        && REFUSED_EVENTS.contains(&event.as_str())
    {
        return Err(TrustRefusal::Event(event));
    }
    let mut reasons = Vec::new();
    let mut fitting = Vec::new();
    for rule in of_issuer {
        match differs(rule, claims) {
            None => fitting.push(rule),
            Some(reason) => reasons.push(reason),
        }
    }
    if fitting.is_empty() {
        reasons.dedup();
        return Err(TrustRefusal::NoRule(reasons.join("; ")));
    }
    let mut scopes = vec![Scope::Read, Scope::PublishUpdate];
    // The scopes of a token hold for all of its crates, so the narrowest of the rules decides.
    if fitting.iter().all(|rule| rule.new_crates) {
        scopes.push(Scope::PublishNew);
    }
    let crates = fitting.iter().flat_map(|rule| rule.crates.iter().cloned());
    Ok(RunGrant {
        run: name_of(claims),
        scopes,
        crates: crates.collect(),
        once: format!("{issuer} {once}"),
        until,
    })
}

fn in_time(claims: &IdentityClaims, now: Timestamp) -> Result<Timestamp, TrustRefusal> {
    let until = claims.moment("exp").ok_or(TrustRefusal::Missing("exp"))?;
    if until.0.saturating_add(LEEWAY) <= now.0 {
        return Err(TrustRefusal::Expired(until));
    }
    for name in ["nbf", "iat"] {
        if let Some(from) = claims.moment(name).filter(|from| from.0 > now.0 + LEEWAY) {
            return Err(TrustRefusal::Early(from));
        }
    }
    if until.0 > now.0 + LONGEST {
        return Err(TrustRefusal::Unreadable(format!(
            "it expires at {until}, which is too late"
        )));
    }
    Ok(until)
}

/// What keeps a run from fitting a rule.
fn differs(rule: &TrustedRule, claims: &IdentityClaims) -> Option<String> {
    let held = |what: &str, wanted: Option<&String>, said: Option<String>| {
        let wanted = wanted?;
        (said.as_ref() != Some(wanted)).then(|| match said {
            Some(said) => format!("its {what} is `{}`, not `{wanted}`", printable(&said)),
            None => format!("it names no {what}, and `{wanted}` is wanted"),
        })
    };
    // Names of repositories are the same in any case.
    let repository = claims.repository();
    let same = repository
        .as_ref()
        .is_some_and(|said| said.eq_ignore_ascii_case(&rule.repository));
    if !same {
        return held("repository", Some(&rule.repository), repository);
    }
    let owner = claims
        .text("repository_owner_id")
        .or_else(|| claims.text("namespace_id"));
    held("owner's id", rule.owner_id.as_ref(), owner)
        .or_else(|| held("workflow", rule.workflow.as_ref(), claims.workflow()))
        .or_else(|| {
            let said = claims.text("environment");
            held("environment", rule.environment.as_ref(), said)
        })
        .or_else(|| {
            let mut others = rule.claims.iter();
            others.find_map(|(name, wanted)| held(name, Some(wanted), claims.text(name)))
        })
}

fn name_of(claims: &IdentityClaims) -> String {
    let mut name = printable(&claims.repository().unwrap_or_default());
    if let Some(workflow) = claims.workflow() {
        name = format!("{name} {}", printable(&workflow));
    }
    let run = claims.text("run_id").or_else(|| claims.text("job_id"));
    if let Some(run) = run {
        name = format!("{name}, run {}", printable(&run));
    }
    name
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000);

    fn rule(text: &str) -> TrustedRule {
        let base = "issuer = \"https://ci.example.com\"\nrepository = \"Acme/log\"\ncrates = [\"acme-log\"]\n";
        toml::from_str(&format!("{base}{text}")).unwrap()
    }

    fn claims(change: &Value) -> IdentityClaims {
        let mut claims = json!({
            "iss": "https://ci.example.com",
            "aud": "crates.example.com",
            "exp": NOW.0 + 300,
            "iat": NOW.0 - 5,
            "jti": "one",
            "repository": "acme/log",
            "repository_owner_id": "42",
            "workflow_ref": "acme/log/.github/workflows/release.yml@refs/tags/v1",
            "event_name": "push",
            "environment": "release",
            "run_id": "77",
        });
        for (key, value) in change.as_object().unwrap() {
            claims[key] = value.clone();
        }
        let Value::Object(claims) = claims else {
            unreachable!("it is an object")
        };
        IdentityClaims(claims)
    }

    fn granted(rules: &[TrustedRule], change: &Value) -> Result<RunGrant, TrustRefusal> {
        grant(rules, &claims(change), "crates.example.com", NOW)
    }

    #[test]
    fn a_run_that_fits_is_granted_the_crates_of_its_rules() {
        let all = rule(
            "owner-id = \"42\"\nworkflow = \"release.yml\"\nenvironment = \"release\"\nclaims = { event_name = \"push\" }\n",
        );
        let grant = granted(&[all], &json!({})).unwrap();
        assert_eq!(grant.run, "acme/log release.yml, run 77");
        assert_eq!(grant.scopes, [Scope::Read, Scope::PublishUpdate]);
        assert_eq!(grant.crates, [CratePattern::parse("acme-log").unwrap()]);
        // The narrowest of the rules that fit decides about new crates.
        let new = rule("new-crates = true");
        let grant = granted(std::slice::from_ref(&new), &json!({})).unwrap();
        assert!(grant.scopes.contains(&Scope::PublishNew));
        let grant = granted(&[new, rule("")], &json!({})).unwrap();
        assert!(!grant.scopes.contains(&Scope::PublishNew));
        // GitLab's words.
        let gitlab = json!({
            "repository": null, "project_path": "acme/log", "workflow_ref": null,
            "ci_config_ref_uri": "gitlab.example.com/acme/log//.gitlab-ci.yml@refs/heads/main",
            "event_name": null, "run_id": null, "job_id": 9,
        });
        let grant = granted(&[rule("workflow = \".gitlab-ci.yml\"")], &gitlab).unwrap();
        assert_eq!(grant.run, "acme/log .gitlab-ci.yml, run 9");
    }

    #[test]
    fn a_run_that_does_not_fit_is_told_why() {
        let strict = rule(
            "owner-id = \"42\"\nworkflow = \"release.yml\"\nenvironment = \"release\"\nclaims = { ref_protected = \"true\" }\n",
        );
        for (change, status, said) in [
            (
                json!({"iss": "https://evil.example"}),
                403,
                "names the issuer `https://evil.example`",
            ),
            (
                json!({"aud": "other"}),
                401,
                "request it for `crates.example.com`",
            ),
            (json!({"aud": ["other"]}), 401, "audience"),
            (json!({"exp": NOW.0 - 61}), 401, "expired at"),
            (json!({"exp": null}), 401, "lacks the claim `exp`"),
            (json!({"exp": NOW.0 + 90_000}), 400, "too late"),
            (json!({"nbf": NOW.0 + 100}), 401, "clock"),
            (json!({"jti": null}), 401, "lacks the claim `jti`"),
            (
                json!({"event_name": "pull_request_target"}),
                403,
                "code of strangers",
            ),
            (
                json!({"event_name": "workflow_run"}),
                403,
                "`workflow_run` may not publish",
            ),
            (
                json!({"repository": "mallory/log"}),
                403,
                "its repository is `mallory/log`",
            ),
            (
                json!({"repository_owner_id": "43"}),
                403,
                "its owner's id is `43`, not `42`",
            ),
            (
                json!({"workflow_ref": "acme/log/.github/workflows/test.yml@x"}),
                403,
                "its workflow is `test.yml`",
            ),
            (json!({"environment": null}), 403, "names no environment"),
            (json!({}), 403, "names no ref_protected"),
        ] {
            let refusal = granted(std::slice::from_ref(&strict), &change).unwrap_err();
            assert_eq!(refusal.status(), status, "{change}: {refusal}");
            assert!(refusal.to_string().contains(said), "{change}: {refusal}");
        }
        assert!(
            granted(
                &[strict],
                &json!({"ref_protected": "true", "aud": ["x", "crates.example.com"]})
            )
            .is_ok()
        );
    }

    #[test]
    fn rules_are_checked_where_they_are_read() {
        for broken in [
            "issuer = \"http://ci.example.com\"\nrepository = \"a/b\"\ncrates = [\"x\"]",
            "issuer = \"https://x\"\nrepository = \"a/b\"\ncrates = []",
            "issuer = \"https://x\"\ncrates = [\"x\"]",
            "issuer = \"https://x\"\nrepository = \"a/b\"\ncrates = [\"x\"]\nworkflows = \"y\"",
        ] {
            assert!(toml::from_str::<TrustedRule>(broken).is_err(), "{broken}");
        }
    }
}
