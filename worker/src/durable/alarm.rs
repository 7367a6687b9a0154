//! When an object looks again at what it has to do.

use crate::clock;
use std::time::Duration;
use worker::{Error, Result, Storage, console_error};

/// The shortest time between two looks: what comes due together is done together.
const PAUSE: Duration = Duration::from_secs(1);
/// When what failed is tried again.
const RETRY: Duration = Duration::from_mins(5);

/// Sees to it that the alarm rings at `due_ms` (UTC), or soon if that is over; not so soon after
/// something failed. An alarm that rings earlier anyway is left as it is.
pub(super) async fn schedule(storage: &Storage, due_ms: Option<u64>, failed: bool) -> Result<()> {
    let Some(due_ms) = due_ms else { return Ok(()) };
    let now_ms = clock::now_ms();
    let soonest = if failed { RETRY } else { PAUSE };
    let wait = Duration::from_millis(due_ms.saturating_sub(now_ms)).max(soonest);
    let set = storage.get_alarm().await?.and_then(|ms| u64::try_from(ms).ok());
    let ring_ms = now_ms.saturating_add(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
    if set.is_none_or(|set| set > ring_ms) { storage.set_alarm(wait).await } else { Ok(()) }
}

/// Writes what went wrong; whether anything did.
pub(super) fn report(object: &str, error: Option<&Error>) -> bool {
    if let Some(error) = error {
        let line = serde_json::json!({ "object": object, "failure": error.to_string() });
        console_error!("{line}");
    }
    error.is_some()
}

/// Sees to it that the alarm rings in `wait_ms`; one that rings earlier anyway is left as it is.
pub(super) async fn schedule_within(storage: &Storage, wait_ms: u64) -> Result<()> {
    let ring_ms = clock::now_ms().saturating_add(wait_ms);
    let set = storage.get_alarm().await?.and_then(|ms| u64::try_from(ms).ok());
    // To the second: setting it is a write.
    let is_late = set.is_none_or(|set| set > ring_ms.saturating_add(1000));
    if is_late { storage.set_alarm(Duration::from_millis(wait_ms)).await } else { Ok(()) }
}
