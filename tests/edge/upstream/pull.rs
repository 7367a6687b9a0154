//! What a client gets of an image, and whether it is what the registry has: never a wrong byte.

use roadstead_tests::client::http::Answer;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::deadline::Deadline;
use roadstead_tests::upstream::Goods;
use serde_json::Value;
use std::fmt;
use std::io::ErrorKind;
use std::time::Duration;

/// The longest that a registry which failed is left alone, and the time that asking takes.
const BACK_OFF: Duration = Duration::from_secs(35);
/// The longest `Retry-After`, in seconds.
const LONGEST_WAIT_S: u64 = 30;

/// What came of a pull.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Got {
    /// All of it, and right.
    Right,
    /// The same, with a warning that nobody could be asked.
    RightAndStale,
    /// A refusal with this status.
    Refused(u16),
    /// A connection that was cut before the end.
    Cut,
    /// What must never be.
    Wrong(String),
}

impl fmt::Display for Got {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Right => f.write_str("right"),
            Self::RightAndStale => f.write_str("right, Warning 110"),
            Self::Refused(status) => write!(f, "{status}"),
            Self::Cut => f.write_str("cut"),
            Self::Wrong(why) => write!(f, "WRONG: {why}"),
        }
    }
}

/// Pulls the image behind `tag` as a client does: the manifest, what an index names, all blobs. Each
/// complete answer is compared with the goods.
pub(super) fn pull(repository: &Repository, goods: &Goods, tag: &str) -> Got {
    let mut is_stale = false;
    let mut open = vec![(format!("manifests/{tag}"), goods.document(tag).to_vec())];
    while let Some((path, expected)) = open.pop() {
        let answer = match repository.get(&path).try_send() {
            Ok(answer) => answer,
            Err(error) => return broken(&path, error.kind()),
        };
        if answer.status != 200 {
            return refused(&path, &answer);
        }
        if answer.body != expected {
            return Got::Wrong(format!("other bytes at {path}: {}", answer.body.len()));
        }
        is_stale |= answer.header("Warning").is_some_and(|warning| warning.starts_with("110 "));
        if path.starts_with("manifests/") {
            open.extend(named(&answer.body, goods));
        }
    }
    if is_stale { Got::RightAndStale } else { Got::Right }
}

/// The same, which must be right.
pub(super) fn must_pull(repository: &Repository, goods: &Goods, tag: &str) {
    let got = pull(repository, goods, tag);
    assert!(matches!(got, Got::Right | Got::RightAndStale), "{}:{tag}: {got}", repository.name);
}

/// Pulls again until it is right, as it must be once the registry is well and was left alone for as
/// long as it may be; what came last.
pub(super) fn recovers(repository: &Repository, goods: &Goods, tag: &str) -> Got {
    let mut last = Got::Cut;
    let _ = Deadline::after(BACK_OFF).wait(|| {
        last = pull(repository, goods, tag);
        matches!(last, Got::Right | Got::Wrong(_)).then_some(())
    });
    last
}

fn broken(path: &str, kind: ErrorKind) -> Got {
    match kind {
        // The claim's own patience is over.
        ErrorKind::WouldBlock | ErrorKind::TimedOut => Got::Wrong(format!("{path} never ends")),
        _ => Got::Cut,
    }
}

/// What the local runtime's own proxy says where a connection was cut before its first byte had been
/// passed on. The edge answers nothing of the kind.
const LOST: &str = "Error: Network connection lost.";

fn refused(path: &str, answer: &Answer) -> Got {
    if answer.status == 500 && answer.text().starts_with(LOST) {
        return Got::Cut;
    }
    let is_late = answer.header("Retry-After").and_then(|s| s.parse::<u64>().ok());
    let status = answer.status;
    if status < 400 || status == 404 {
        return Got::Wrong(format!("{status} at {path}: {answer}"));
    }
    if matches!(status, 429 | 503) && is_late.is_none_or(|s| s > LONGEST_WAIT_S) {
        return Got::Wrong(format!("{status} that does not say when: {answer}"));
    }
    crate::registry::error::is_an_error(answer);
    Got::Refused(status)
}

/// What a manifest names: where it is, and which bytes it must have.
fn named(manifest: &[u8], goods: &Goods) -> Vec<(String, Vec<u8>)> {
    let manifest: Value = serde_json::from_slice(manifest).unwrap_or_default();
    let list = |key: &str| manifest[key].as_array().cloned().unwrap_or_default();
    let digest = |it: &Value| it["digest"].as_str().unwrap_or_default().to_owned();
    let children = list("manifests").iter().map(digest).collect::<Vec<_>>();
    let config = manifest.get("config").map(digest);
    let layers = list("layers").iter().map(digest).collect::<Vec<_>>();
    let children = children.into_iter().map(|digest| {
        let document = goods.document(&digest).to_vec();
        (format!("manifests/{digest}"), document)
    });
    let blobs = config.into_iter().chain(layers).map(|digest| {
        let bytes = goods.blobs.get(&digest).cloned().unwrap_or_default();
        (format!("blobs/{digest}"), bytes)
    });
    children.chain(blobs).collect()
}
