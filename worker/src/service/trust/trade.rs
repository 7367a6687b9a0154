//! A job's token for a credential.

use super::Refusal;
use crate::config::Keys;
use crate::issuer::{self, token};
use crate::proof::hex;
use crate::proof::job::{self, Job};
use crate::service::outcome::Outcome;
use crate::service::{Answer, Error, Input};
use crate::store::Store;
use crate::store::publisher::{Principal, Publisher};
use roadstead_shared::account::AccountName;
use roadstead_shared::catalog::time;
use roadstead_shared::issuer::token::{Claims, Expected, check, seconds};
use roadstead_shared::issuer::{Kind, Trusted};
use serde_json::json;
use sha2::{Digest, Sha256};

/// For how long a traded token is remembered after it is over, in ms: longer than clocks differ.
const SPARE_MS: u64 = 10 * 60 * 1000;

/// Where tokens are traded.
pub struct Desk<'a> {
    /// What is known of rules and of tokens that were traded.
    pub store: &'a Store,
    /// Whose tokens are taken.
    pub trusted: &'a Trusted,
    /// What signs.
    pub keys: &'a Keys,
    /// The host that was asked.
    pub host: &'a str,
    /// The operator's name.
    pub operator: &'a str,
    /// Now, ms UTC.
    pub now_ms: u64,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    token: String,
    namespace: AccountName,
}

/// Gives a job a credential for its namespace, if a rule there lets it in.
pub async fn trade(desk: &Desk<'_>, input: &Input) -> Result<Answer, Error> {
    let Asked { token, namespace } = input.read()?;
    let (kind, issuer, claims) = verified(desk, &token).await?;
    let principal = admitting(desk, kind, &issuer, &claims, &namespace).await?;
    let lifetime_s = lifetime_s(kind, &claims, desk.now_ms);
    let credential = Job::new(&principal.id, namespace.as_str(), desk.host);
    let password = credential.write(desk.keys, desk.now_ms, lifetime_s);
    let password = password.ok_or(Error::Busy)?;
    // The last step: a token that did not lead to anything is not used up.
    let expires_ms = ms(seconds(&claims, "exp").unwrap_or_default()).saturating_add(SPARE_MS);
    let hash = hash(&issuer, &token, &claims);
    if !desk.store.use_job_token(&hash, expires_ms, desk.now_ms).await? {
        return Err(Refusal::Used.into());
    }
    let detail = json!({ "publisher": principal.id, "job": kind.describe(&claims) });
    desk.store.audit(&principal.account, "publisher.used", namespace.as_str(), detail).await?;
    let until_ms = desk.now_ms.saturating_add(ms(lifetime_s));
    let document = json!({
        "username": job::USER,
        "password": password,
        "expires_at": time::rfc3339(i64::try_from(until_ms).unwrap_or(i64::MAX)),
        "namespace": namespace,
    });
    Ok(Answer::Outcome(Outcome::done(document, "The job may publish.")))
}

/// What a token says that one of the trusted issuers made for us, just now.
async fn verified(desk: &Desk<'_>, token: &str) -> Result<(Kind, String, Claims), Error> {
    let named = token::issuer(token).map_err(Refusal::Token)?;
    let found = desk.trusted.find(&named);
    let (kind, issuer) = found.ok_or_else(|| Refusal::Issuer(named.chars().take(200).collect()))?;
    let claims = token::verify(issuer, token, desk.now_ms).await.map_err(refusal)?;
    let origin = format!("https://{}", desk.host);
    let expected = Expected {
        issuer: issuer.as_str(),
        audiences: &[desk.host, &origin],
        nonce: None,
        now_s: i64::try_from(desk.now_ms / 1000).unwrap_or(i64::MAX),
    };
    check(&claims, &expected).map_err(Refusal::Token)?;
    Ok((kind, named, claims))
}

/// The rule of the namespace that lets the job in, the oldest where several do, and who made it.
async fn admitting(
    desk: &Desk<'_>,
    kind: Kind,
    issuer: &str,
    claims: &Claims,
    namespace: &AccountName,
) -> Result<Principal, Error> {
    let admits = |publisher: &Publisher| {
        publisher.issuer == issuer && publisher.rule().is_some_and(|rule| rule.admits(kind, claims))
    };
    let rules = desk.store.publishers(namespace.as_str()).await?;
    let fitting: Vec<&str> =
        rules.iter().filter(|rule| admits(rule)).map(|rule| rule.id.as_str()).collect();
    if fitting.is_empty() {
        let (namespace, job) = (namespace.as_str().to_owned(), kind.describe(claims));
        return Err(Refusal::NotAdmitted { namespace, job }.into());
    }
    let principal = desk.store.principal(&fitting, desk.operator).await?;
    Ok(principal.ok_or_else(|| Refusal::NoOwner(namespace.clone()))?)
}

/// How long the credential lives, in seconds. GitLab's tokens end when their job must have ended;
/// GitHub's end minutes after they were asked for, and say nothing of it.
fn lifetime_s(kind: Kind, claims: &Claims, now_ms: u64) -> i64 {
    let now = i64::try_from(now_ms / 1000).unwrap_or(i64::MAX);
    let left = seconds(claims, "exp").unwrap_or(now).saturating_sub(now);
    match kind {
        Kind::GitLab => left.clamp(0, job::LIFETIME_S),
        Kind::GitHub | Kind::Other => job::LIFETIME_S,
    }
}

/// What a token is remembered by: the name that its issuer gave it, else what was signed. Not the
/// signature, of which there may be several good ones.
fn hash(issuer: &str, token: &str, claims: &Claims) -> String {
    let id = claims.get("jti").and_then(|id| id.as_str()).filter(|id| !id.is_empty());
    let (kind, id) = match id {
        Some(id) => ("id", id),
        None => ("text", token.rsplit_once('.').map_or(token, |(signed, _)| signed)),
    };
    hex(&Sha256::digest(format!("{issuer}\n{kind}\n{id}").as_bytes()))
}

fn ms(seconds: i64) -> u64 {
    u64::try_from(seconds).unwrap_or_default().saturating_mul(1000)
}

fn refusal(error: issuer::Error) -> Refusal {
    match error {
        issuer::Error::Token(fault) => Refusal::Token(fault),
        other => Refusal::Outage(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(json: &serde_json::Value) -> Claims {
        json.as_object().unwrap().clone()
    }

    #[test]
    fn a_credential_ends_with_the_job_where_that_is_known() {
        let claims = |left: i64| claims(&json!({ "exp": 1_000 + left }));
        for (kind, left, expected) in [
            (Kind::GitHub, 300, 3600),
            (Kind::GitHub, 90_000, 3600),
            (Kind::Other, 300, 3600),
            (Kind::GitLab, 300, 300),
            (Kind::GitLab, 90_000, 3600),
            (Kind::GitLab, -30, 0),
        ] {
            assert_eq!(lifetime_s(kind, &claims(left), 1_000_999), expected, "{kind:?} {left}");
        }
    }

    #[test]
    fn a_token_is_known_again_by_its_name_or_by_what_was_signed() {
        let named = claims(&json!({ "jti": "7" }));
        assert_eq!(hash("a", "x.y.z", &named), hash("a", "other", &named));
        assert_ne!(hash("a", "x", &named), hash("b", "x", &named));
        let unnamed = claims(&json!({}));
        assert_eq!(hash("a", "x.y.z", &unnamed), hash("a", "x.y.w", &unnamed));
        assert_ne!(hash("a", "x.y.z", &unnamed), hash("a", "x.w.z", &unnamed));
        assert_ne!(hash("a", "7.z", &unnamed), hash("a", "", &named));
        assert_eq!(hash("a", "x.y.z", &claims(&json!({ "jti": 7 }))), hash("a", "x.y.z", &unnamed));
    }
}
