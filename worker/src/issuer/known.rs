//! What is known of each issuer, in this isolate. There are as many as the settings name.

use super::Error;
use super::fetch::fetch;
use super::kept::Kept;
use crate::clock;
use roadstead_shared::issuer::{Algorithm, Configuration, Fault, Issuer, Key, Keys};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

/// How long asking may take at most, in ms: two exchanges. Who has not ended by then is gone with
/// its client.
const ASKING_MS: u64 = 25_000;
/// How often who waits for another one's answer looks, and how often at most.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
const LOOKS: u32 = 500;

#[derive(Clone, Default)]
struct Known {
    kept: Kept,
    /// Since when somebody has been asking: the others wait for that answer.
    asking_since: Option<u64>,
    said: Option<(Configuration, Keys)>,
}

thread_local! {
    static KNOWN: RefCell<BTreeMap<String, Known>> = const { RefCell::new(BTreeMap::new()) };
}

/// Where the parts of `issuer` are.
pub(super) async fn configuration(issuer: &Issuer, now_ms: u64) -> Result<Configuration, Error> {
    let known = known(issuer).await;
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
    let known = known(issuer).await;
    let find = |keys: &Keys| keys.find(id, algorithm).cloned();
    let is_missing = known.said.as_ref().is_none_or(|(_, keys)| find(keys).is_none());
    let (_, keys) = if known.kept.is_due(now_ms, is_missing) {
        ask(issuer, known, now_ms, is_missing).await?
    } else {
        said(issuer, known, now_ms)?
    };
    find(&keys).ok_or(Error::Token(Fault::UnknownKey))
}

/// What is known of `issuer`, when nobody is asking it just now. Nobody is woken: a request must not
/// be continued from within another one, so each looks for itself.
async fn known(issuer: &Issuer) -> Known {
    let now = || KNOWN.with_borrow(|all| all.get(issuer.as_str()).cloned()).unwrap_or_default();
    for _ in 0..LOOKS {
        let known: Known = now();
        let is_over = |since| clock::now_ms().saturating_sub(since) >= ASKING_MS;
        if known.asking_since.is_none_or(is_over) {
            return known;
        }
        clock::pause(LOOK_AGAIN).await;
    }
    now()
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
    known.asking_since = Some(clock::now_ms());
    note(issuer, known.clone());
    let read = read(issuer).await;
    known.asking_since = None;
    if let Ok(answer) = &read {
        known.kept.read(now_ms);
        known.said = Some(answer.clone());
    }
    note(issuer, known.clone());
    read.or_else(|error| said(issuer, known, now_ms).map_err(|_| error))
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
