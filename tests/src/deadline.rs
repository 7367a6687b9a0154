//! The end of a wait. The one place that reads the clock: nothing here measures, no claim is
//! about how long something took.

use std::thread;
use std::time::{Duration, Instant};

/// How often somebody who waits looks again.
const STEP: Duration = Duration::from_millis(50);

/// A moment after which waiting is over.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

impl Deadline {
    /// The moment `wait` from now.
    #[expect(clippy::disallowed_methods, reason = "a native program: it has a clock")]
    pub fn after(wait: Duration) -> Self {
        Self(Instant::now() + wait)
    }

    /// Whether the moment has come.
    #[expect(clippy::disallowed_methods, reason = "a native program: it has a clock")]
    pub fn is_over(self) -> bool {
        Instant::now() >= self.0
    }

    /// Asks `answer` again and again until it has one; `None` when time is over.
    pub fn wait<T>(self, mut answer: impl FnMut() -> Option<T>) -> Option<T> {
        loop {
            if let Some(found) = answer() {
                return Some(found);
            }
            if self.is_over() {
                return None;
            }
            thread::sleep(STEP);
        }
    }
}
