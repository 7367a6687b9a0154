//! Namespaces: who may publish where.

use super::profile::is_free;
use super::{Actor, Refusal};
use crate::clock;
use crate::config::SignUp;
use crate::service::{Answer, Error, Input, Outcome};
use crate::store::Store;
use crate::store::account::{Changed, MOST_OWNED, MOST_OWNED_BY_OPERATOR, Namespace, Seat};
use roadstead_shared::account::{AccountName, Role};
use serde::Deserialize;
use serde_json::{Value, json};

/// The namespaces that an account is a member of.
pub async fn list(store: &Store, actor: Actor<'_>) -> Result<Answer, Error> {
    let namespaces = store.memberships(actor.name).await?;
    let namespaces: Vec<Value> = namespaces
        .iter()
        .map(|member| json!({ "name": member.namespace, "role": member.role }))
        .collect();
    Ok(Answer::Document(json!({ "namespaces": namespaces })))
}

/// Takes a namespace. The operator may take those that are kept back, and those that it has
/// published in; and where a rule answers for the root nobody else may take any.
pub async fn create(
    store: &Store,
    settings: &SignUp,
    actor: Actor<'_>,
    input: &Input,
) -> Result<Outcome, Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        name: String,
    }
    let asked: Asked = input.read()?;
    let name: AccountName = asked.name.parse().map_err(Refusal::Name)?;
    settings.rules.is_ours(name.as_str()).map_err(Refusal::Elsewhere)?;
    if !actor.is_operator {
        if !settings.gives_namespaces() {
            return Err(Refusal::Granted.into());
        }
        is_free(store, settings, &name).await?;
    } else if !settings.gives_namespaces() {
        // An account has no namespace of its name there, unless the operator makes it.
        if store.namespace(name.as_str()).await?.is_some() {
            return Err(Refusal::Taken(name).into());
        }
    } else if name.as_str() != actor.name && store.is_taken(name.as_str()).await? {
        return Err(Refusal::Taken(name).into());
    }
    let most = if actor.is_operator { MOST_OWNED_BY_OPERATOR } else { MOST_OWNED };
    let made = store.create_namespace(name.as_str(), actor.name, most, clock::now_ms()).await;
    match made {
        Ok(true) => {
            // The operator may have published there while nobody owned it, without a quota. Where the
            // object that counts cannot be told just now, it asks by itself.
            let _ = store.set_quota(name.as_str(), None).await;
            let notice = format!("The namespace {name} is yours.");
            Ok(Outcome::created(json!({ "name": name }), &notice))
        }
        Ok(false) => Err(Refusal::TooMany(most).into()),
        // Of two at once the second fails by its key.
        Err(_) if store.is_taken(name.as_str()).await? => Err(Refusal::Taken(name).into()),
        Err(error) => Err(error.into()),
    }
}

/// A namespace with its members, for these and the operator.
pub async fn read(
    store: &Store,
    actor: Actor<'_>,
    default_quota: Option<u64>,
    name: &AccountName,
) -> Result<Answer, Error> {
    let (namespace, _) = known(store, actor, name).await?;
    let members = store.members(name.as_str()).await?;
    let members: Vec<Value> = members
        .iter()
        .map(|member| json!({ "account": member.account, "role": member.role }))
        .collect();
    Ok(Answer::Document(json!({
        "name": namespace.name,
        "verified": namespace.verified_at_ms.is_some(),
        "quota_bytes": namespace.quota_bytes.or(default_quota),
        "used_bytes": namespace.used_bytes,
        "members": members,
    })))
}

/// Makes somebody a member, or changes the role of one.
pub async fn put_member(
    store: &Store,
    settings: &SignUp,
    actor: Actor<'_>,
    (namespace, account): (&AccountName, &AccountName),
    input: &Input,
) -> Result<Outcome, Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        role: Role,
    }
    let Asked { role } = input.read()?;
    owned(store, actor, namespace).await?;
    let seat = seat(settings, actor, namespace, account);
    done(store.put_member(seat, role, clock::now_ms()).await?, namespace, account)?;
    let document = json!({ "account": account, "role": role });
    let notice = format!("{account} is a member of {namespace}: {}.", role.as_str());
    Ok(Outcome::done(document, &notice))
}

/// Ends a membership: an owner anybody's, and everybody their own.
pub async fn remove_member(
    store: &Store,
    settings: &SignUp,
    actor: Actor<'_>,
    (namespace, account): (&AccountName, &AccountName),
) -> Result<Outcome, Error> {
    if account.as_str() != actor.name {
        owned(store, actor, namespace).await?;
    }
    known(store, actor, namespace).await?;
    let seat = seat(settings, actor, namespace, account);
    done(store.remove_member(seat).await?, namespace, account)?;
    Ok(Outcome::gone(&format!("{account} is not a member of {namespace} any more.")))
}

/// The namespace, for an owner and the operator only.
pub async fn owned(
    store: &Store,
    actor: Actor<'_>,
    name: &AccountName,
) -> Result<Namespace, Error> {
    match known(store, actor, name).await? {
        (namespace, role) if actor.is_operator || role == Some(Role::Owner) => Ok(namespace),
        _ => Err(Refusal::NotOwner(name.clone()).into()),
    }
}

/// The namespace and the role of who asks, for its members and the operator only.
async fn known(
    store: &Store,
    actor: Actor<'_>,
    name: &AccountName,
) -> Result<(Namespace, Option<Role>), Error> {
    let role = store.role(name.as_str(), actor.name).await?;
    let namespace = store.namespace(name.as_str()).await?;
    let namespace = namespace.filter(|_| actor.is_operator || role.is_some());
    let namespace = namespace.ok_or_else(|| Refusal::NamespaceUnknown(name.clone()))?;
    Ok((namespace, role))
}

fn seat<'a>(
    settings: &'a SignUp,
    actor: Actor<'a>,
    namespace: &'a AccountName,
    account: &'a AccountName,
) -> Seat<'a> {
    Seat {
        namespace: namespace.as_str(),
        account: account.as_str(),
        actor: actor.name,
        operator: &settings.operator_name,
    }
}

fn done(changed: Changed, namespace: &AccountName, account: &AccountName) -> Result<(), Error> {
    match changed {
        Changed::Yes => Ok(()),
        Changed::NoMember => Err(Refusal::NotMember(account.clone()).into()),
        Changed::NoAccount => Err(Refusal::AccountUnknown(account.clone()).into()),
        Changed::LastOwner => Err(Refusal::LastOwner(namespace.clone()).into()),
        Changed::TooMany(most) => Err(Refusal::TooMany(most).into()),
        Changed::Busy => Err(Error::Busy),
    }
}
