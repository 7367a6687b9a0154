//! The rules of a namespace.

use super::Refusal;
use crate::proof::hex;
use crate::random;
use crate::service::account::{self, Actor};
use crate::service::outcome::Outcome;
use crate::service::{Answer, Error, Input};
use crate::store::Store;
use crate::store::publisher::Publisher;
use roadstead_shared::account::AccountName;
use roadstead_shared::catalog::time;
use roadstead_shared::issuer::{Rule, Trusted};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The most rules of one namespace.
const MOST: u64 = 50;
/// Bytes of a rule's id: it is no secret, but unlike any other.
const ID_BYTES: usize = 12;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    issuer: String,
    #[serde(default)]
    claims: BTreeMap<String, String>,
}

/// The rules, and the issuers that there may be rules about.
pub async fn list(
    store: &Store,
    actor: Actor<'_>,
    trusted: &Trusted,
    namespace: &AccountName,
) -> Result<Answer, Error> {
    account::owned_namespace(store, actor, namespace).await?;
    let rules = store.publishers(namespace.as_str()).await?;
    let rules: Vec<Value> = rules.iter().map(document).collect();
    let issuers: Vec<&str> = trusted.names().collect();
    Ok(Answer::Document(json!({ "publishers": rules, "issuers": issuers })))
}

/// Makes a rule.
pub async fn create(
    store: &Store,
    actor: Actor<'_>,
    trusted: &Trusted,
    namespace: &AccountName,
    (input, now_ms): (&Input, u64),
) -> Result<Answer, Error> {
    account::owned_namespace(store, actor, namespace).await?;
    let mut asked: Asked = input.read()?;
    // A form sends the fields that nobody filled in. In a document an empty claim is a mistake that
    // would make the rule wider than it looks.
    if matches!(input, Input::Form(_)) {
        asked.claims.retain(|_, value| !value.is_empty());
    }
    let found = trusted.find(&asked.issuer);
    let (kind, issuer) = found.ok_or(Refusal::Issuer(asked.issuer.clone()))?;
    let rule = Rule::parse(kind, asked.claims).map_err(Refusal::from)?;
    let publisher = Publisher {
        id: hex(&random::bytes::<ID_BYTES>()),
        namespace: namespace.as_str().to_owned(),
        issuer: issuer.as_str().to_owned(),
        claims: json!(rule).to_string(),
        created_by: actor.name.to_owned(),
        created_at_ms: now_ms,
    };
    if !store.create_publisher(&publisher, MOST).await? {
        return Err(Refusal::TooMany(MOST).into());
    }
    let notice = format!("Jobs that fit the rule may publish in {namespace}.");
    Ok(Answer::Outcome(Outcome::created(document(&publisher), &notice)))
}

/// Removes a rule. What its jobs were given is good for nothing from then on.
pub async fn delete(
    store: &Store,
    actor: Actor<'_>,
    namespace: &AccountName,
    id: &str,
) -> Result<Answer, Error> {
    account::owned_namespace(store, actor, namespace).await?;
    if !store.delete_publisher(actor.name, namespace.as_str(), id).await? {
        return Err(Refusal::PublisherUnknown.into());
    }
    Ok(Answer::Outcome(Outcome::gone("The rule is gone, and with it what its jobs were given.")))
}

fn document(publisher: &Publisher) -> Value {
    let at = time::rfc3339(i64::try_from(publisher.created_at_ms).unwrap_or(i64::MAX));
    json!({
        "id": publisher.id,
        "issuer": publisher.issuer,
        "claims": publisher.rule(),
        "created_by": publisher.created_by,
        "created_at": at,
    })
}
