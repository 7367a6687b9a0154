//! Signing in with a provider: what is sent there, and what becomes of who comes back. An address
//! for letters says nothing about who somebody is: only `issuer` and `subject` do, and accounts are
//! never put together by anything else.

use super::{Error, Outcome, account};
use crate::config::SignUp;
use crate::issuer::person::{self, Return};
use crate::issuer::{self, Person};
use crate::random;
use crate::store::Store;
use crate::store::identity::{Identity, Way};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use roadstead_shared::issuer::{Fault, Flow, Provider, Providers, code_flow, identity, wish};
use roadstead_shared::operation::Back;
use roadstead_shared::secret::Secret;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Bytes of chance in each word of a sign-in.
const CHANCE_BYTES: usize = 32;

/// Why somebody cannot sign in with a provider.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such provider.
    #[error("nobody signs in with {0} here")]
    ProviderUnknown(String),
    /// The provider cannot be asked, or what it says is not believed.
    #[error("{0} could not say who you are: {1}")]
    Provider(String, issuer::Error),
    /// The provider says no, or somebody did there.
    #[error("{0} did not let you sign in")]
    Declined(String),
    /// What came back does not belong to what was sent.
    #[error("this sign-in was not begun in this browser, or took too long; begin again")]
    Foreign,
    /// A page of another site wants it.
    #[error("a page of another site cannot begin a sign-in; begin it here")]
    FromElsewhere,
    /// They sign in to another account already.
    #[error("with this identity another account is signed in to; sign in to that one")]
    OtherAccount,
    /// The account has no such identity.
    #[error("this account does not sign in that way")]
    IdentityUnknown,
    /// Nobody could sign in to it any more.
    #[error("there is no other way to sign in to this account; add one first")]
    LastWay,
    /// The account may do nothing.
    #[error("this account is suspended: {0}")]
    Suspended(String),
    /// No name was free.
    #[error("no name like that is free; make an account by hand, then sign in to it and link it")]
    NoName,
}

/// A sign-in that has begun.
pub struct Begun {
    /// Where the browser goes.
    pub location: String,
    /// What it must bring back.
    pub flow: Flow,
}

/// Who came back.
#[derive(Debug, PartialEq, Eq)]
pub struct Welcome {
    /// Their account.
    pub account: String,
    /// The epoch of its sessions.
    pub epoch: u64,
    /// What they are told.
    pub notice: String,
}

/// What a sign-in is decided by, beside what came back.
pub struct House<'a> {
    /// Who has which account.
    pub store: &'a Store,
    /// What this registry shows the provider.
    pub secret: Option<&'a Secret>,
    /// Who may have an account.
    pub settings: &'a SignUp,
    /// The account that is signed in just now.
    pub account: Option<&'a str>,
}

/// With whom people may sign in.
pub fn list(providers: &Providers) -> Value {
    let document = |it: &Provider| json!({ "name": it.name, "title": it.title });
    json!({ "providers": providers.iter().map(document).collect::<Vec<Value>>() })
}

/// With whom the account `name` signs in.
pub async fn identities(store: &Store, name: &str) -> Result<Value, Error> {
    let document = |it: &Way| {
        let id = identity::id(&it.issuer, &it.subject);
        json!({ "id": id, "issuer": it.issuer, "subject": it.subject })
    };
    let ways = store.identities(name).await?;
    Ok(json!({ "identities": ways.iter().map(document).collect::<Vec<Value>>() }))
}

/// Lets the account `name` not sign in any more by what is called `id`, unless it has no other way.
pub async fn unlink(store: &Store, name: &str, id: &str) -> Result<Outcome, Error> {
    let ways = store.identities(name).await?;
    let way = ways.iter().find(|it| identity::id(&it.issuer, &it.subject) == id);
    let way = way.ok_or(Refusal::IdentityUnknown)?;
    let identity = Identity { issuer: &way.issuer, subject: &way.subject };
    if !store.unlink(identity, name).await? {
        return Err(Refusal::LastWay.into());
    }
    Ok(Outcome::gone("It is removed: this account is not signed in to that way any more."))
}

/// Begins a sign-in that goes on at `next`; `account` is signed in already, and gets another way.
pub async fn begin(
    provider: &Provider,
    next: &str,
    account: Option<&str>,
    callback: &str,
    now_ms: u64,
) -> Result<Begun, Error> {
    let at = person::authorize(provider, now_ms).await.map_err(|error| failed(provider, error))?;
    let word = || URL_SAFE_NO_PAD.encode(random::bytes::<CHANCE_BYTES>());
    let flow = Flow {
        provider: provider.name.clone(),
        state: word(),
        nonce: word(),
        verifier: word(),
        next: next.to_owned(),
        account: account.map(str::to_owned),
    };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(flow.verifier.as_bytes()));
    let location = code_flow::authorize(&at, provider, &flow, &challenge, callback);
    Ok(Begun { location, flow })
}

/// The code that came back, if it belongs to `flow`.
pub fn code<'a>(provider: &Provider, flow: &Flow, back: &'a Back) -> Result<&'a str, Error> {
    let state = Secret::new(flow.state.clone());
    let same = back.state.as_deref().is_some_and(|said| state.matches(said));
    if !same || flow.provider != provider.name {
        return Err(Refusal::Foreign.into());
    }
    // Two providers must not be taken for one another (RFC 9207).
    if back.issuer.as_ref().is_some_and(|said| !provider.is_said(said)) {
        return Err(failed(provider, Fault::Issuer.into()));
    }
    match &back.code {
        Some(code) if back.error.is_none() && !code.is_empty() => Ok(code),
        _ => Err(Refusal::Declined(provider.title.clone()).into()),
    }
}

/// Ends a sign-in: sees who it is, and signs them in to their account, which is made where they
/// have none, or adds the provider to the account that they are signed in to.
pub async fn finish(
    house: &House<'_>,
    provider: &Provider,
    back: &Return<'_>,
) -> Result<Welcome, Error> {
    // Whoever was signed in when it began must still be.
    if back.flow.account.is_some() && back.flow.account.as_deref() != house.account {
        return Err(Refusal::Foreign.into());
    }
    if back.flow.account.as_deref() == Some(house.settings.operator_name.as_str()) {
        return Err(account::Refusal::Operators.into());
    }
    let person = person::identify(provider, house.secret, back).await;
    let person = person.map_err(|error| failed(provider, error))?;
    let identity = Identity { issuer: &person.issuer, subject: &person.subject };
    let (name, notice) = match &back.flow.account {
        Some(account) => {
            if !house.store.link(identity, account).await? {
                return Err(Refusal::OtherAccount.into());
            }
            (account.clone(), format!("From now on you can sign in with {}.", provider.title))
        }
        None => match house.store.account_of(identity).await? {
            Some(account) => (account.clone(), format!("You are signed in as {account}.")),
            None => {
                let account = make(house, identity, &person, back.now_ms).await?;
                let is_namespace = house.settings.gives_namespaces();
                let are =
                    if is_namespace { "account and your namespace are" } else { "account is" };
                let notice = format!("Welcome. Your {are} {account}.");
                (account, notice)
            }
        },
    };
    let account = house.store.signed_in(&name).await?.ok_or(Refusal::Foreign)?;
    match account.suspended {
        Some(reason) => Err(Refusal::Suspended(reason).into()),
        None => Ok(Welcome { account: name, epoch: account.epoch, notice }),
    }
}

/// Makes an account for somebody who has none, called as they are elsewhere if that can be had.
async fn make(
    house: &House<'_>,
    identity: Identity<'_>,
    person: &Person,
    now_ms: u64,
) -> Result<String, Error> {
    if !house.settings.is_open {
        return Err(account::Refusal::SignUpClosed.into());
    }
    for attempt in 0..wish::TRIES {
        let chance = u32::from_le_bytes(random::bytes());
        let Some(name) = wish::candidate(person.name.as_deref(), attempt, chance) else { continue };
        match account::is_free(house.store, house.settings, &name).await {
            Ok(()) => {
                let gets = house.settings.gives_namespaces();
                if house.store.create_account_of(identity, name.as_str(), gets, now_ms).await? {
                    return Ok(name.as_str().to_owned());
                }
            }
            Err(Error::Account(account::Refusal::Taken(_) | account::Refusal::Elsewhere(_))) => {}
            Err(error) => return Err(error),
        }
        // They may have come back twice at once.
        if let Some(account) = house.store.account_of(identity).await? {
            return Ok(account);
        }
    }
    Err(Refusal::NoName.into())
}

fn failed(provider: &Provider, error: issuer::Error) -> Error {
    Refusal::Provider(provider.title.clone(), error).into()
}
