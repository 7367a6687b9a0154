//! The one place that reads the clock, and that waits.

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
