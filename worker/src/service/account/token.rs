//! Personal access tokens of an account.

use super::{Actor, Refusal, at};
use crate::proof::{hex, personal};
use crate::service::{Answer, Error, Input, Outcome};
use crate::store::Store;
use crate::store::account::{NewToken, Token};
use crate::{clock, random};
use roadstead_shared::account::Grant;
use roadstead_shared::account::grant::MAX_GRANTS;
use serde::Deserialize;
use serde_json::{Value, json};

/// How many tokens one account may have.
const MOST: u64 = 100;
/// The longest name of one, in characters.
const MAX_NAME_CHARS: usize = 100;
/// How long one may be good, in days.
const MAX_DAYS: u64 = 365;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// The tokens of an account, newest first.
pub async fn list(store: &Store, actor: Actor<'_>) -> Result<Answer, Error> {
    let tokens = store.tokens(actor.name).await?;
    let tokens: Vec<Value> = tokens.iter().map(document).collect();
    Ok(Answer::Document(json!({ "tokens": tokens })))
}

fn document(token: &Token) -> Value {
    let scopes: Value = serde_json::from_str(&token.scopes).unwrap_or_default();
    json!({
        "id": token.id,
        "name": token.name,
        "scopes": scopes,
        "created_at": at(token.created_at_ms),
        "expires_at": at(token.expires_at_ms),
        "used_at": token.used_at_ms.map(at),
    })
}

/// Makes a token. It is shown in this answer and never again.
pub async fn create(store: &Store, actor: Actor<'_>, input: &Input) -> Result<Outcome, Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        name: String,
        expires_in_days: u64,
        scopes: Vec<String>,
    }
    let asked: Asked = input.read()?;
    let name = asked.name.trim();
    let grants: Result<Vec<Grant>, _> = asked.scopes.iter().map(|scope| scope.parse()).collect();
    let grants = grants.map_err(Refusal::Scope)?;
    let is_named =
        (1..=MAX_NAME_CHARS).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    let is_bounded = (1..=MAX_GRANTS).contains(&grants.len());
    if !is_named || !is_bounded || !(1..=MAX_DAYS).contains(&asked.expires_in_days) {
        return Err(Refusal::Token.into());
    }
    let token = personal::token(&random::bytes());
    let Some(Ok(hash)) = personal::hash(&token) else { return Err(Error::Busy) };
    let id = hex(&random::bytes::<8>());
    let now_ms = clock::now_ms();
    let expires_at_ms = now_ms + asked.expires_in_days * DAY_MS;
    let new = NewToken {
        id: &id,
        account: actor.name,
        name,
        hash: &hash,
        scopes: &json!(grants).to_string(),
        created_at_ms: now_ms,
        expires_at_ms,
    };
    if !store.create_token(&new, MOST).await? {
        return Err(Refusal::TooMany(MOST).into());
    }
    let document = json!({
        "id": id, "name": name, "token": token, "scopes": grants, "expires_at": at(expires_at_ms),
    });
    let what = format!("The token \"{name}\"");
    Ok(Outcome::created(document, "").with_secret(&what, &token))
}

/// Revokes a token: no registry token is given for it any more.
pub async fn delete(store: &Store, actor: Actor<'_>, id: &str) -> Result<Outcome, Error> {
    if store.delete_token(actor.name, id).await? {
        Ok(Outcome::gone("The token is revoked."))
    } else {
        Err(Refusal::TokenUnknown.into())
    }
}
