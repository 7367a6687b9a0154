//! The one place that reads the clock, and that waits.

use futures_util::future::{Either, select};
use std::pin::pin;
use std::time::Duration;
use worker::Delay;

/// Now, in ms UTC since 1970. The runtime lets it stand still between two I/O operations.
pub fn now_ms() -> u64 {
    worker::Date::now().as_millis()
}

/// Waits.
pub async fn pause(time: Duration) {
    Delay::from(time).await;
}

/// The outcome of `work`, unless it takes longer than `limit`.
pub async fn within<T>(limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), pin!(Delay::from(limit))).await {
        Either::Left((outcome, _)) => Some(outcome),
        Either::Right(_) => None,
    }
}
