//! An account of one's own: how it begins, what it has, how it changes and ends.

use super::{Actor, Refusal};
use crate::clock;
use crate::config::SignUp;
use crate::proof::hashing;
use crate::service::{Answer, Error, Input, Outcome, repository};
use crate::store::Store;
use crate::store::account::Account;
use roadstead_shared::account::{AccountName, password};
use roadstead_shared::secret::Secret;
use serde::Deserialize;
use serde_json::{Value, json};

/// The longest address for letters, in bytes. RFC 5321, section 4.5.3.1.3.
const MAX_MAIL_BYTES: usize = 254;

/// An account that somebody wants and may have.
#[derive(Debug)]
pub struct Wanted {
    name: AccountName,
    password: Secret,
    mail: Option<String>,
    gets_namespace: bool,
}

/// Reads which account somebody wants. Nothing that takes long is done for what cannot be had.
pub async fn wanted(store: &Store, settings: &SignUp, input: &Input) -> Result<Wanted, Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        name: String,
        password: String,
        mail: Option<String>,
    }
    if !settings.is_open {
        return Err(Refusal::SignUpClosed.into());
    }
    let asked: Asked = input.read()?;
    let name: AccountName = asked.name.parse().map_err(Refusal::Name)?;
    password::check(name.as_str(), &asked.password).map_err(Refusal::Password)?;
    let mail = asked.mail.as_deref().map(mail).transpose()?.flatten().map(str::to_owned);
    is_free(store, settings, &name).await?;
    let gets_namespace = settings.gives_namespaces();
    Ok(Wanted { name, password: Secret::new(asked.password), mail, gets_namespace })
}

/// Makes an account, and signs in. Whether it may be tried so often was seen to before.
pub async fn sign_up(store: &Store, wanted: Wanted) -> Result<Outcome, Error> {
    let Wanted { name, password, mail, gets_namespace } = wanted;
    let hash = hashing::hash(password.reveal()).await?;
    let now_ms = clock::now_ms();
    let (hash, mail) = (Some(hash.as_str()), mail.as_deref());
    if !store.create_account(name.as_str(), hash, mail, gets_namespace, now_ms).await? {
        return Err(Refusal::Taken(name).into());
    }
    let outcome = Outcome::created(json!({ "name": name }), "Welcome. Your account is ready.");
    Ok(outcome.signed_in(name.as_str(), 0))
}

/// Refuses a name that nobody can have, that is another registry's, or that somebody has. What the operator publishes under it
/// belongs to the operator.
pub async fn is_free(store: &Store, settings: &SignUp, name: &AccountName) -> Result<(), Error> {
    settings.rules.is_ours(name.as_str()).map_err(Refusal::Elsewhere)?;
    let is_kept = name.is_reserved() || name.as_str() == settings.operator_name;
    let is_taken = is_kept
        || store.is_taken(name.as_str()).await?
        || store.has_repositories(name.as_str()).await?;
    if is_taken { Err(Refusal::Taken(name.clone()).into()) } else { Ok(()) }
}

/// What an account has.
pub async fn read(store: &Store, actor: Actor<'_>) -> Result<Answer, Error> {
    let account = if actor.is_operator { None } else { Some(own(store, actor).await?) };
    let namespaces = store.memberships(actor.name).await?;
    let namespaces: Vec<Value> = namespaces
        .iter()
        .map(|member| json!({ "name": member.namespace, "role": member.role }))
        .collect();
    Ok(Answer::Document(json!({
        "name": actor.name,
        "mail": account.as_ref().and_then(|account| account.mail.as_deref()),
        "is_operator": actor.is_operator,
        "has_password": account.as_ref().is_none_or(|account| account.password.is_some()),
        "tier": account.as_ref().and_then(|account| account.tier.as_deref()).unwrap_or("account"),
        "bytes_per_month": account.as_ref().and_then(|account| account.bytes_per_month),
        "namespaces": namespaces,
    })))
}

/// Changes where letters go; an empty address is none. Whether the account's password is right was
/// seen to before: a letter can give the account away.
pub async fn change_mail(
    store: &Store,
    actor: Actor<'_>,
    address: Option<&str>,
) -> Result<Outcome, Error> {
    own(store, actor).await?;
    let mail = address.map(mail).transpose()?.flatten();
    store.set_mail(actor.name, mail).await?;
    Ok(Outcome::done(json!({ "mail": mail }), "Your address is changed."))
}

/// Sets another password, which ends every other session. Whether the old one is right was seen to
/// before.
pub async fn change_password(
    store: &Store,
    actor: Actor<'_>,
    new_password: &str,
) -> Result<Outcome, Error> {
    let account = own(store, actor).await?;
    password::check(actor.name, new_password).map_err(Refusal::Password)?;
    let hash = hashing::hash(new_password).await?;
    let noted = (actor.name, "account.password-changed");
    if !store.set_password(actor.name, account.epoch, &hash, noted).await? {
        return Err(Error::Busy);
    }
    let document = json!({ "name": actor.name });
    let outcome = Outcome::done(document, "Your password is changed. Other sessions are over.");
    Ok(outcome.signed_in(actor.name, account.epoch.saturating_add(1)))
}

/// What becomes of the repositories of an account that ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Repositories {
    /// They stay public. Nobody but the operator publishes there any more.
    Keep,
    /// They go, as if each had been deleted.
    Delete,
}

/// Ends an account. Whether its password is right was seen to before.
pub async fn delete(
    store: &Store,
    actor: Actor<'_>,
    repositories: Repositories,
) -> Result<Outcome, Error> {
    own(store, actor).await?;
    leaves_an_owner(store, actor).await?;
    if repositories == Repositories::Delete {
        for namespace in store.owned_alone(actor.name).await? {
            repository::delete_all(store, actor.name, &namespace).await?;
        }
    }
    if !store.end_account(actor.name, actor.name, clock::now_ms()).await? {
        // Another owner has left meanwhile.
        leaves_an_owner(store, actor).await?;
        return Err(Error::Busy);
    }
    Ok(Outcome::gone("Your account is deleted.").signed_out())
}

/// Refuses where others would be left in a namespace without an owner.
async fn leaves_an_owner(store: &Store, actor: Actor<'_>) -> Result<(), Error> {
    match store.owned_for_others(actor.name).await?.into_iter().next() {
        Some(namespace) => {
            Err(Refusal::LastOwner(namespace.parse().map_err(Refusal::Name)?).into())
        }
        None => Ok(()),
    }
}

/// The row of who asks. The operator has none.
async fn own(store: &Store, actor: Actor<'_>) -> Result<Account, Error> {
    let account = if actor.is_operator { None } else { store.account(actor.name).await? };
    Ok(account.ok_or(Refusal::Operators)?)
}

/// An address, or none where the field is empty. Whether letters arrive there only a letter shows.
fn mail(text: &str) -> Result<Option<&str>, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>,;\"".contains(c);
    let is_mail = text.len() <= MAX_MAIL_BYTES
        && text.chars().all(is_plain)
        && text.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty() && !host.contains('@') && host.contains('.')
        });
    if is_mail { Ok(Some(text)) } else { Err(Refusal::Mail) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_from_what_is_none() {
        assert_eq!(mail(" a@b.example "), Ok(Some("a@b.example")));
        assert_eq!(mail("  "), Ok(None));
        let long = format!("{}@b.example", "a".repeat(250));
        for bad in
            ["a", "@b.c", "a@b", "a@b@c.d", "a b@c.d", "a@b.c\nBcc: d@e.f", "a@b.c,d@e.f", &long]
        {
            assert_eq!(mail(bad), Err(Refusal::Mail), "{bad}");
        }
    }
}
