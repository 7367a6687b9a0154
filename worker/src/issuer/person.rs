//! Who somebody is that comes back from a provider with a code. OpenID Connect Core 1.0, section
//! 3.1.3; RFC 6749, section 4.1.3.

use super::fetch::fetch;
use super::{Error, known, token};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roadstead_shared::issuer::code_flow::{self, Flow};
use roadstead_shared::issuer::token::{Claims, Expected, check, text};
use roadstead_shared::issuer::{Fault, Issuer, Provider, provider::Way};
use roadstead_shared::secret::Secret;
use roadstead_shared::upstream::Url;

/// The longest token that goes into a header, in bytes.
const MAX_TOKEN_BYTES: usize = 16 * 1024;
/// The longest name of somebody that is kept, in bytes.
const MAX_SUBJECT_BYTES: usize = 255;

/// Somebody, as a provider knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Whose word it is.
    pub issuer: String,
    /// Who they are there, for ever.
    pub subject: String,
    /// What they are called there, today.
    pub name: Option<String>,
}

/// What came back, and to where.
pub struct Return<'a> {
    /// What was remembered.
    pub flow: &'a Flow,
    /// What the provider sent along.
    pub code: &'a str,
    /// The address that it sent the browser to.
    pub callback: &'a str,
    /// Now, ms UTC.
    pub now_ms: u64,
}

/// What a token end-point answers, as far as anybody here cares.
#[derive(serde::Deserialize)]
struct Tokens {
    access_token: Option<String>,
    id_token: Option<String>,
}

/// Where somebody signs in with `provider`.
pub async fn authorize(provider: &Provider, now_ms: u64) -> Result<Url, Error> {
    match &provider.way {
        Way::OpenId(issuer) => {
            let found = known::configuration(issuer, now_ms).await?.authorize;
            found.ok_or_else(|| lacks(issuer, "no address to sign in at"))
        }
        Way::OAuth { authorize, .. } => Ok(authorize.clone()),
    }
}

/// Who came back. `secret` is what this registry shows the provider.
pub async fn identify(
    provider: &Provider,
    secret: Option<&Secret>,
    back: &Return<'_>,
) -> Result<Person, Error> {
    match &provider.way {
        Way::OpenId(issuer) => open_id(provider, issuer, secret, back).await,
        Way::OAuth { token, userinfo, subject_claim, .. } => {
            let tokens = exchange(provider, token, secret, true, back).await?;
            let claims = ask(userinfo, tokens.access_token).await?;
            person(provider, &claims, subject_claim)
        }
    }
}

async fn open_id(
    provider: &Provider,
    issuer: &Issuer,
    secret: Option<&Secret>,
    back: &Return<'_>,
) -> Result<Person, Error> {
    let configuration = known::configuration(issuer, back.now_ms).await?;
    let end_point = configuration.token.ok_or_else(|| lacks(issuer, "no address for codes"))?;
    let tokens = exchange(provider, &end_point, secret, configuration.secret_in_form, back).await?;
    let signed = tokens.id_token.ok_or_else(|| lacks(issuer, "no ID token"))?;
    let mut claims = token::verify(issuer, &signed, back.now_ms).await?;
    let expected = Expected {
        issuer: issuer.as_str(),
        audiences: &[&provider.client_id],
        nonce: Some(&back.flow.nonce),
        now_s: i64::try_from(back.now_ms / 1000).unwrap_or(i64::MAX),
    };
    check(&claims, &expected)?;
    // Many say who it is in the token, and what they are called only when they are asked.
    if !claims.contains_key(&provider.account_claim)
        && let Some(userinfo) = configuration.userinfo
    {
        let more = ask(&userinfo, tokens.access_token).await?;
        // Somebody else's answer must not be put together with this token (section 5.3.2).
        if more.get("sub") != claims.get("sub") {
            return Err(Fault::Subject.into());
        }
        claims.extend(more.into_iter().filter(|(name, _)| *name == provider.account_claim));
    }
    person(provider, &claims, "sub")
}

fn person(provider: &Provider, claims: &Claims, subject: &str) -> Result<Person, Error> {
    let said = |name: &str| claims.get(name).and_then(text).filter(|text| !text.is_empty());
    let subject = said(subject).filter(|subject| subject.len() <= MAX_SUBJECT_BYTES);
    let subject = subject.ok_or(Fault::Subject)?;
    Ok(Person { issuer: provider.issuer(), subject, name: said(&provider.account_claim) })
}

async fn exchange(
    provider: &Provider,
    end_point: &Url,
    secret: Option<&Secret>,
    secret_in_form: bool,
    back: &Return<'_>,
) -> Result<Tokens, Error> {
    let in_form = secret.filter(|_| secret_in_form).map(Secret::reveal);
    let in_header = secret.filter(|_| !secret_in_form);
    let Return { flow, code, callback, .. } = back;
    // Who shows no header says in the form who it is.
    let form = code_flow::exchange(provider, flow, code, callback, in_form, in_header.is_none());
    let header = in_header.map(|secret| {
        format!("Basic {}", STANDARD.encode(code_flow::client(provider, secret.reveal())))
    });
    let body = fetch(end_point, Some(&form), header.as_deref()).await?.success(end_point)?;
    let host = end_point.origin.authority();
    serde_json::from_slice(&body).map_err(|_| Error::Unreadable { host, what: "no tokens" })
}

/// What `url` says about who has the token.
async fn ask(url: &Url, token: Option<String>) -> Result<Claims, Error> {
    let host = url.origin.authority();
    let sane = |token: &String| {
        (1..=MAX_TOKEN_BYTES).contains(&token.len()) && token.bytes().all(|c| c.is_ascii_graphic())
    };
    // GitHub says that a code was wrong in an answer of success without a token.
    let token = token.filter(sane).ok_or(Error::Refused { host: host.clone(), status: 400 })?;
    let body = fetch(url, None, Some(&format!("Bearer {token}"))).await?.success(url)?;
    serde_json::from_slice(&body).map_err(|_| Error::Unreadable { host, what: "no claims" })
}

fn lacks(issuer: &Issuer, what: &'static str) -> Error {
    Error::Unreadable { host: issuer.host(), what }
}
