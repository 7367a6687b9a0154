//! What is known of each issuer, in this isolate. There are as many as the settings name.

use super::Error;
use super::fetch::fetch;
use super::kept::Kept;
use roadstead_shared::issuer::{Algorithm, Configuration, Fault, Issuer, Key, Keys};
use std::cell::RefCell;
use std::collections::BTreeMap;

#[derive(Clone, Default)]
struct Known {
    kept: Kept,
    said: Option<(Configuration, Keys)>,
}

thread_local! {
    static KNOWN: RefCell<BTreeMap<String, Known>> = const { RefCell::new(BTreeMap::new()) };
}

/// Where the parts of `issuer` are.
pub(super) async fn configuration(issuer: &Issuer, now_ms: u64) -> Result<Configuration, Error> {
    let known = known(issuer);
    let (configuration, _) = if known.kept.is_due(now_ms, false) {
        ask(issuer, known, now_ms, false).await?
    } else {
        said(issuer, known, now_ms)?
    };
    Ok(configuration)
}

/// The key of `issuer` that is called `id` and signs by `algorithm`. One that is not known is looked
/// for again where that was not done just now: issuers change their keys.
pub(super) async fn key(
    issuer: &Issuer,
    id: Option<&str>,
    algorithm: Algorithm,
    now_ms: u64,
) -> Result<Key, Error> {
    let known = known(issuer);
    let find = |keys: &Keys| keys.find(id, algorithm).cloned();
    let is_missing = known.said.as_ref().is_none_or(|(_, keys)| find(keys).is_none());
    let (_, keys) = if known.kept.is_due(now_ms, is_missing) {
        ask(issuer, known, now_ms, is_missing).await?
    } else {
        said(issuer, known, now_ms)?
    };
    find(&keys).ok_or(Error::Token(Fault::UnknownKey))
}

fn known(issuer: &Issuer) -> Known {
    KNOWN.with_borrow(|all| all.get(issuer.as_str()).cloned()).unwrap_or_default()
}

fn note(issuer: &Issuer, known: Known) {
    KNOWN.with_borrow_mut(|all| all.insert(issuer.as_str().to_owned(), known));
}

fn said(issuer: &Issuer, known: Known, now_ms: u64) -> Result<(Configuration, Keys), Error> {
    let said = known.said.filter(|_| known.kept.is_usable(now_ms));
    said.ok_or_else(|| Error::Unreachable(issuer.host()))
}

/// Asks for everything anew; what is known stays where that fails.
async fn ask(
    issuer: &Issuer,
    mut known: Known,
    now_ms: u64,
    is_missing: bool,
) -> Result<(Configuration, Keys), Error> {
    known.kept.ask(now_ms, is_missing);
    note(issuer, known.clone());
    match read(issuer).await {
        Ok(answer) => {
            known.kept.read(now_ms);
            note(issuer, Known { kept: known.kept, said: Some(answer.clone()) });
            Ok(answer)
        }
        Err(error) => said(issuer, known, now_ms).map_err(|_| error),
    }
}

async fn read(issuer: &Issuer) -> Result<(Configuration, Keys), Error> {
    let url = issuer.configuration();
    let document = fetch(&url, None, None).await?.success(&url)?;
    let what = "a configuration that is not its own, or leads elsewhere";
    let configuration = Configuration::parse(issuer, &document)
        .ok_or_else(|| Error::Unreadable { host: issuer.host(), what })?;
    let document = fetch(&configuration.keys, None, None).await?.success(&configuration.keys)?;
    let what = "no keys";
    let keys = Keys::parse(&document)
        .ok_or_else(|| Error::Unreadable { host: configuration.keys.origin.authority(), what })?;
    Ok((configuration, keys))
}
