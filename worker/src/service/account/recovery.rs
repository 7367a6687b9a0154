//! A new password for who has lost the old one: by a link that the operator hands over, or by letter
//! where letters can be sent. A link is signed, is good for a day, and for one use: it holds the
//! account's epoch, which every new password ends.

use super::{Refusal, at};
use crate::clock;
use crate::config::{Keys, Mail};
use crate::proof::{Signer, hashing};
use crate::service::{Answer, Error, Input, Outcome};
use crate::store::Store;
use roadstead_shared::account::{AccountName, password};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// How long a link is good, in seconds.
const LIFETIME_S: i64 = 24 * 60 * 60;

/// What a link says.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Link {
    #[serde(rename = "sub")]
    account: String,
    epoch: u64,
    /// The host that it is for.
    #[serde(rename = "aud")]
    audience: String,
}

/// Where links are made and read: for which host, with which keys.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// `https://registry.example`
    pub origin: &'a str,
    /// The keys that sign.
    pub keys: &'a Keys,
}

impl Place<'_> {
    fn signer(&self) -> Signer {
        Signer::new(&self.keys.of("recovery"), clock::now_ms())
    }

    /// A link for the account in this epoch.
    fn link(&self, account: &str, epoch: u64) -> Result<String, Error> {
        let link = Link { account: account.to_owned(), epoch, audience: self.origin.to_owned() };
        let token = self.signer().sign(link, LIFETIME_S).ok_or(Error::Busy)?;
        Ok(format!("{}/account/recover?token={token}", self.origin))
    }
}

/// Has a link sent by letter. What becomes of it nobody is told: it would say who has an account.
pub async fn ask(
    store: &Store,
    mail: Option<&Mail>,
    place: Place<'_>,
    name: &str,
) -> Result<Outcome, Error> {
    let outcome = Outcome::accepted(
        "If there is such an account and it has an address, a letter is on its way.",
    );
    let Some(mail) = mail else { return Ok(outcome) };
    let account = store.account(name).await?;
    let account = account.filter(|it| it.deleted_at_ms.is_none() && it.suspended.is_none());
    let Some(account) = account else { return Ok(outcome) };
    let Some(to) = &account.mail else { return Ok(outcome) };
    let link = place.link(&account.name, account.epoch)?;
    let text = format!(
        "Somebody, you we hope, asked for a new password of the account {} at {}.\n\n\
         Choose one here, within 24 hours:\n{link}\n\n\
         If it was not you, there is nothing to do.\n",
        account.name, place.origin
    );
    let subject = format!("A new password at {}", place.origin);
    store.send_behind(&mail.from, to, &subject, &text);
    store.audit("", "account.recovery-asked", &account.name, json!({})).await?;
    Ok(outcome)
}

/// Makes a link that the operator hands over.
pub async fn link(
    store: &Store,
    place: Place<'_>,
    name: &AccountName,
    actor: &str,
) -> Result<Answer, Error> {
    let account = store.account(name.as_str()).await?;
    let account = account.filter(|account| account.deleted_at_ms.is_none());
    let account = account.ok_or_else(|| Refusal::AccountUnknown(name.clone()))?;
    let url = place.link(&account.name, account.epoch)?;
    store.audit(actor, "account.recovery-linked", &account.name, json!({})).await?;
    let lifetime_ms = u64::try_from(LIFETIME_S).unwrap_or_default() * 1000;
    let document = json!({ "url": url, "expires_at": at(clock::now_ms() + lifetime_ms) });
    let what = format!("A link with which {name} sets a new password, good for a day");
    Ok(Answer::Outcome(Outcome::done(document, "").with_secret(&what, &url)))
}

/// Sets a new password with a link, and signs in. Whoever has been in the account besides is out.
pub async fn recover(store: &Store, place: Place<'_>, input: &Input) -> Result<Outcome, Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        token: String,
        new_password: String,
    }
    let Asked { token, new_password } = input.read()?;
    let link: Link = place.signer().verify(&token).ok_or(Refusal::Link)?;
    if link.audience != place.origin {
        return Err(Refusal::Link.into());
    }
    password::check(&link.account, &new_password).map_err(Refusal::Password)?;
    let account = store.account(&link.account).await?;
    let is_good = account.is_some_and(|it| it.epoch == link.epoch && it.deleted_at_ms.is_none());
    if !is_good {
        return Err(Refusal::Link.into());
    }
    let hash = hashing::hash(&new_password).await?;
    if !store.recover(&link.account, link.epoch, &hash).await? {
        return Err(Refusal::Link.into());
    }
    let outcome = Outcome::done(
        json!({ "name": link.account }),
        "Your new password is set. You are signed in. All access tokens and sign-ins with providers \
         are removed: add again those that are yours.",
    );
    Ok(outcome.signed_in(&link.account, link.epoch.saturating_add(1)))
}
