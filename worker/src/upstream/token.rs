//! What a registry is shown: a token of its own token server, or a name and a password.
//! distribution, "Token Authentication Specification"; RFC 7617.

use super::body::Body;
use super::fetch::{Method, fetch};
use super::{Error, clock};
use crate::durable::wire::Shown;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roadstead_shared::import::Credentials;
use roadstead_shared::oci::Name;
use roadstead_shared::upstream::{Demand, Origin, demand, pause, site};

/// The longest answer of a token server, in bytes.
const MAX_BYTES: usize = 64 * 1024;

/// The longest token, in bytes: it goes into a header.
const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// How long a token is good that does not say so, in seconds.
const DEFAULT_S: u64 = 60;

/// A token is not used for its last seconds: it is looked at when the request has come.
const SPARE_S: u64 = 10;

#[derive(serde::Deserialize)]
struct Answer {
    token: Option<String>,
    access_token: Option<String>,
    expires_in: Option<u64>,
}

/// Does what `registry` demands for pulls of `name`.
pub(super) async fn meet(
    registry: &Origin,
    name: &Name,
    credentials: Option<&Credentials>,
    demand: Demand,
) -> Result<Shown, Error> {
    let host = registry.authority();
    let refused = || Error::Unauthorized {
        host: registry.authority(),
        name: name.clone(),
        with_account: credentials.is_some(),
    };
    let (realm, service, scope) = match demand {
        Demand::Basic => {
            let header = credentials.map(basic).ok_or_else(refused)?;
            return Ok(Shown { header, until_ms: None });
        }
        Demand::Bearer { realm, service, scope } => (realm, service, scope),
    };
    let scope = scope.unwrap_or_else(|| format!("repository:{name}:pull"));
    let what = "a challenge that names no address";
    let url = demand::token_url(&realm, service.as_deref(), &scope)
        .ok_or_else(|| Error::Unreadable { host: host.clone(), what })?;
    // Not even without a password: whoever names an address could have us ask anybody.
    if !site::trusts(registry, &url) {
        return Err(Error::Realm { host, realm: url.origin.authority() });
    }
    let password = credentials.map(basic);
    let headers: Vec<(&str, &str)> =
        password.iter().map(|value| ("authorization", value.as_str())).collect();
    let answer = fetch(Method::Get, &url, &headers).await?;
    let (realm, status) = (url.origin.authority(), answer.status);
    if status != 200 {
        let retry_after = answer.header("retry-after");
        answer.discard();
        return Err(match status {
            401 | 403 => refused(),
            408 | 429 | 500.. => {
                let retry_after_s = retry_after.as_deref().and_then(pause::retry_after);
                Error::Busy { host: realm, status, retry_after_s }
            }
            _ => Error::Refused { host: realm, status },
        });
    }
    let body = answer.body.map(|stream| Body::open(&stream));
    let bytes = match body {
        Some(body) => body.all(MAX_BYTES, &realm).await?,
        None => Vec::new(),
    };
    read(&bytes).ok_or(Error::Unreadable { host: realm, what: "no token" })
}

fn read(bytes: &[u8]) -> Option<Shown> {
    let answer: Answer = serde_json::from_slice(bytes).ok()?;
    let token = answer.token.filter(|token| !token.is_empty()).or(answer.access_token)?;
    let sane = (1..=MAX_TOKEN_BYTES).contains(&token.len());
    let sane = sane && token.bytes().all(|c| c.is_ascii_graphic());
    let good_s = answer.expires_in.unwrap_or(DEFAULT_S).saturating_sub(SPARE_S);
    let until_ms = clock::now_ms().saturating_add(good_s.saturating_mul(1000));
    sane.then(|| Shown { header: format!("Bearer {token}"), until_ms: Some(until_ms) })
}

fn basic(credentials: &Credentials) -> String {
    let Credentials { username, password } = credentials;
    format!("Basic {}", STANDARD.encode(format!("{username}:{password}")))
}
