//! The one place that reads the clock.

/// Now, in ms UTC since 1970. The runtime lets it stand still between two I/O operations.
pub fn now_ms() -> u64 {
    worker::Date::now().as_millis()
}
