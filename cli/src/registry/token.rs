//! Tokens: where they are had, and for how long one is good. Docker's token specification.

use super::call::Call;
use super::challenge::Challenge;
use super::client::Client;
use super::error::Error;
use crate::credential::Credentials;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::time::{Duration, Instant};

/// What a token lives when nobody says, in seconds.
const DEFAULT_LIFE: u64 = 60;
/// The longest life that is believed, in seconds.
const MAX_LIFE: u64 = 24 * 60 * 60;
/// How long before its end a token is not used any more; half its life if that is shorter.
const MARGIN: Duration = Duration::from_secs(30);

/// A token and when to get another.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    value: roadstead_shared::secret::Secret,
    fresh_until: Instant,
}

impl Token {
    /// Whether a request may begin with it. One that takes long is fine: the edge looks at the
    /// token when the request begins.
    pub(crate) fn is_fresh(&self) -> bool {
        Instant::now() < self.fresh_until
    }

    /// The value of `Authorization`.
    pub(crate) fn authorization(&self) -> String {
        format!("Bearer {}", self.value.reveal())
    }
}

/// The value of `Authorization` for a name and a password.
pub(crate) fn basic(credentials: &Credentials) -> String {
    format!("Basic {}", STANDARD.encode(credentials.pair()))
}

/// Gets a token for `scope`, or for nothing in particular, from where the challenge says.
///
/// Refuses to ask anywhere but on the registry's own host: a password would go there.
pub(crate) fn fetch(
    client: &Client,
    challenge: &Challenge,
    scope: Option<&str>,
    credentials: Option<&Credentials>,
) -> Result<Token, Error> {
    let foreign =
        || Error::ForeignRealm { host: client.host.clone(), realm: challenge.realm.clone() };
    let mut path = client.host.own_path(&challenge.realm).ok_or_else(foreign)?;
    let mut glue = if path.contains('?') { '&' } else { '?' };
    for (name, value) in [("service", challenge.service.as_deref()), ("scope", scope)] {
        if let Some(value) = value {
            path = format!("{path}{glue}{name}={}", encode(value));
            glue = '&';
        }
    }
    let asked = Instant::now();
    let authorization = credentials.map(basic);
    let answer = client.send(&Call::new("GET", path), authorization.as_deref())?;
    match answer.status {
        200 => {}
        401 | 403 => {
            return Err(Error::Denied {
                host: client.host.clone(),
                who: who(credentials),
                doing: "in".to_owned(),
                why: answer.message(),
            });
        }
        _ => return Err(answer.refused(&client.host, "give out a token")),
    }
    let body = answer.json().unwrap_or_default();
    let text = |key: &str| body.get(key)?.as_str().filter(|text| !text.is_empty());
    let value = text("token").or_else(|| text("access_token"));
    // What is not plain text would break the header that it goes into.
    let value = value.filter(|value| value.bytes().all(|c| c.is_ascii_graphic()));
    let value = value.ok_or_else(|| client.protocol("there is no token where it said"))?;
    let life = body.get("expires_in").and_then(serde_json::Value::as_u64);
    let life = Duration::from_secs(life.unwrap_or(DEFAULT_LIFE).min(MAX_LIFE));
    let fresh_until = asked + life.saturating_sub(MARGIN.min(life / 2));
    Ok(Token { value: roadstead_shared::secret::Secret::new(value), fresh_until })
}

/// Whom a registry takes somebody with these credentials for.
pub(crate) fn who(credentials: Option<&Credentials>) -> String {
    credentials.map_or_else(|| "anybody".to_owned(), |known| format!("'{}'", known.username))
}

/// Encodes a value for a query.
pub(crate) fn encode(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let one = |byte: u8| {
        if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    value.bytes().map(one).collect()
}
