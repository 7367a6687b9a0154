//! What is known of each issuer, in this isolate. There are as many as the settings name.

use super::Error;
use super::fetch::fetch;
use super::kept::Kept;
use crate::clock;
use futures_util::future::{Either, select};
use roadstead_shared::issuer::{Algorithm, Configuration, Fault, Issuer, Key, Keys};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Duration;

/// How often who asks an issuer says that it still does, and after how many ms without that it is
/// gone: a request that is aborted stops in the middle, and nothing of it runs any more.
const SIGN_OF_LIFE: Duration = Duration::from_millis(250);
const GONE_MS: u64 = 2_000;
/// How many signs of life: 25 s, which is more than two exchanges take.
const LIVES: u32 = 100;
/// How often who waits for another one's answer looks, and how often at most.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
const LOOKS: u32 = 500;

#[derive(Clone, Default)]
struct Known {
    kept: Kept,
    /// When somebody who asks said so last: others wait for that answer where they need it.
    asks_at: Option<u64>,
    said: Option<(Configuration, Keys)>,
}

impl Known {
    /// Whether there is nothing to wait for at `now_ms`: nobody is asking, or what is known is good
    /// and has all that is needed.
    fn is_settled(&self, now_ms: u64, suffices: impl Fn(&Keys) -> bool) -> bool {
        let asks = self.asks_at.is_some_and(|at| now_ms.saturating_sub(at) < GONE_MS);
        let said = self.said.as_ref().filter(|_| self.kept.is_usable(now_ms));
        !asks || said.is_some_and(|(_, keys)| suffices(keys))
    }
}

thread_local! {
    static KNOWN: RefCell<BTreeMap<String, Known>> = const { RefCell::new(BTreeMap::new()) };
}

/// Where the parts of `issuer` are.
pub(super) async fn configuration(issuer: &Issuer, now_ms: u64) -> Result<Configuration, Error> {
    let known = known(issuer, |_| true).await;
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
    let find = |keys: &Keys| keys.find(id, algorithm).cloned();
    let known = known(issuer, |keys| find(keys).is_some()).await;
    let is_missing = known.said.as_ref().is_none_or(|(_, keys)| find(keys).is_none());
    let (_, keys) = if known.kept.is_due(now_ms, is_missing) {
        ask(issuer, known, now_ms, is_missing).await?
    } else {
        said(issuer, known, now_ms)?
    };
    find(&keys).ok_or(Error::Token(Fault::UnknownKey))
}

/// What is known of `issuer`, as soon as it suffices or nobody is asking for more. Nobody is woken: a
/// request must not be continued from within another one, so each looks for itself.
async fn known(issuer: &Issuer, suffices: impl Fn(&Keys) -> bool) -> Known {
    let now = || KNOWN.with_borrow(|all| all.get(issuer.as_str()).cloned()).unwrap_or_default();
    for _ in 0..LOOKS {
        let known: Known = now();
        if known.is_settled(clock::now_ms(), &suffices) {
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
    known.asks_at = Some(clock::now_ms());
    note(issuer, known.clone());
    let (asked, lives) = (pin!(read(issuer)), pin!(live(issuer)));
    let read = match select(asked, lives).await {
        Either::Left((read, _)) => read,
        Either::Right(((), _)) => Err(Error::Unreachable(issuer.host())),
    };
    known.asks_at = None;
    if let Ok(answer) = &read {
        known.kept.read(now_ms);
        known.said = Some(answer.clone());
    }
    note(issuer, known.clone());
    read.or_else(|error| said(issuer, known, now_ms).map_err(|_| error))
}

/// Says that somebody still asks, for longer than two exchanges may take.
async fn live(issuer: &Issuer) {
    for _ in 0..LIVES {
        clock::pause(SIGN_OF_LIFE).await;
        KNOWN.with_borrow_mut(|all| {
            if let Some(known) = all.get_mut(issuer.as_str()) {
                known.asks_at = Some(clock::now_ms());
            }
        });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_what_it_needs_waits_for_nobody_and_others_not_for_who_is_gone() {
        let issuer = Issuer::parse("https://id.example").unwrap();
        let configuration = br#"{"issuer":"https://id.example","jwks_uri":"https://id.example/k"}"#;
        let configuration = Configuration::parse(&issuer, configuration).unwrap();
        let keys = Keys::parse(br#"{"keys":[]}"#).unwrap_or_default();
        let mut kept = Kept::default();
        kept.ask(0, false);
        kept.read(0);
        let known = Known { kept, asks_at: Some(10_000), said: Some((configuration, keys)) };
        assert!(known.is_settled(10_001, |_| true));
        assert!(!known.is_settled(10_001, |_| false), "the key may come with the answer");
        assert!(known.is_settled(10_000 + GONE_MS, |_| false), "nobody is asking any more");
        let nothing = Known { asks_at: Some(10_000), ..Known::default() };
        assert!(!nothing.is_settled(10_001, |_| true));
        assert!(Known::default().is_settled(0, |_| false));
    }
}
