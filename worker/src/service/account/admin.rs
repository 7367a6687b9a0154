//! What the operator looks at and decides about people.
#![expect(clippy::option_option, reason = "null is a value, and not to be there is another")]

use super::{Actor, Refusal, at};
use crate::clock;
use crate::service::{Answer, Error, Input, Outcome};
use crate::store::Store;
use crate::store::account::{Account, Judgement};
use roadstead_shared::account::AccountName;
use roadstead_shared::usage::Tier;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

/// How many accounts or lines are shown at once.
const PAGE: u32 = 100;
/// The longest reason, in characters.
const MAX_REASON_CHARS: usize = 500;

/// Accounts, some at a time.
pub async fn list(
    store: &Store,
    after: Option<&str>,
    query: Option<&str>,
) -> Result<Answer, Error> {
    let accounts = store.accounts(after, query, PAGE).await?;
    let is_more = accounts.len() >= PAGE as usize;
    let after = accounts.last().filter(|_| is_more).map(|account| account.name.clone());
    let accounts: Vec<Value> = accounts.iter().map(document).collect();
    Ok(Answer::Document(json!({ "accounts": accounts, "after": after })))
}

fn document(account: &Account) -> Value {
    json!({
        "name": account.name,
        "mail": account.mail,
        "created_at": at(account.created_at_ms),
        "suspended": account.suspended,
        "tier": account.tier,
        "bytes_per_month": account.bytes_per_month,
        "deleted_at": account.deleted_at_ms.map(at),
    })
}

/// Reads a field that is there: `null` is a value as well.
fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// Suspends an account or not, gives it a tier or an allowance of its own.
pub async fn judge_account(
    store: &Store,
    actor: Actor<'_>,
    name: &AccountName,
    input: &Input,
) -> Result<Outcome, Error> {
    #[derive(Deserialize)]
    #[serde(default, deny_unknown_fields)]
    #[derive(Default)]
    struct Asked {
        #[serde(deserialize_with = "present")]
        suspended: Option<Option<String>>,
        #[serde(deserialize_with = "present")]
        tier: Option<Option<Tier>>,
        #[serde(deserialize_with = "present")]
        bytes_per_month: Option<Option<u64>>,
    }
    let asked: Asked = input.read()?;
    let is_long = |reason: &String| reason.chars().count() > MAX_REASON_CHARS;
    if asked.suspended.iter().flatten().any(is_long) {
        let why = format!("a reason has at most {MAX_REASON_CHARS} characters");
        return Err(Error::Unreadable(why));
    }
    let tier = match asked.tier {
        Some(Some(Tier::Anonymous)) => {
            return Err(Error::Unreadable("an account is never anonymous".to_owned()));
        }
        Some(Some(Tier::Network)) => Some(Some("network".to_owned())),
        Some(Some(Tier::Account) | None) => Some(None),
        None => None,
    };
    let judgement =
        Judgement { suspended: asked.suspended, tier, bytes_per_month: asked.bytes_per_month };
    if !store.judge_account(name.as_str(), &judgement, actor.name).await? {
        return Err(Refusal::AccountUnknown(name.clone()).into());
    }
    let account = store.account(name.as_str()).await?;
    let document = account.as_ref().map(document).unwrap_or_default();
    Ok(Outcome::done(document, &format!("The account {name} is changed.")))
}

/// Marks a namespace as verified or not, gives it a quota of its own.
pub async fn judge_namespace(
    store: &Store,
    actor: Actor<'_>,
    name: &AccountName,
    input: &Input,
) -> Result<Outcome, Error> {
    #[derive(Default, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Asked {
        verified: Option<bool>,
        #[serde(deserialize_with = "present")]
        quota_bytes: Option<Option<u64>>,
    }
    let Asked { verified, quota_bytes } = input.read()?;
    let now_ms = clock::now_ms();
    let judged = store.judge_namespace(name.as_str(), verified, quota_bytes, actor.name, now_ms);
    if !judged.await? {
        return Err(Refusal::NamespaceUnknown(name.clone()).into());
    }
    if let Some(quota_bytes) = quota_bytes {
        // From now on; without this, with the next look of the object that counts.
        store.set_quota(name.as_str(), quota_bytes).await?;
    }
    let namespace = store.namespace(name.as_str()).await?;
    let document = json!({
        "name": name,
        "verified": namespace.as_ref().is_some_and(|it| it.verified_at_ms.is_some()),
        "quota_bytes": namespace.and_then(|it| it.quota_bytes),
    });
    Ok(Outcome::done(document, &format!("The namespace {name} is changed.")))
}

/// The record of changes, newest first.
pub async fn audit(
    store: &Store,
    before: Option<u32>,
    target: Option<&str>,
) -> Result<Answer, Error> {
    let lines = store.audit_lines(before, target, PAGE).await?;
    let is_more = lines.len() >= PAGE as usize;
    let before = lines.last().filter(|_| is_more).map(|line| line.id);
    let lines = lines.iter().map(|line| {
        let detail: Value = serde_json::from_str(&line.detail).unwrap_or_default();
        json!({
            "id": line.id,
            "at": at(line.at_ms),
            "actor": line.actor,
            "action": line.action,
            "target": line.target,
            "detail": detail,
        })
    });
    let lines: Vec<Value> = lines.collect();
    Ok(Answer::Document(json!({ "audit": lines, "before": before })))
}
