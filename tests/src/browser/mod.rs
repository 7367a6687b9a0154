//! A real Chromium, driven over `WebDriver` (W3C, "`WebDriver`", with chromedriver's additions).
//!
//! `WebDriver` is JSON over HTTP, and a dozen commands of it are used here: the client that is
//! there already says them, and no asynchronous runtime is needed.

mod driver;
mod page;

pub use driver::{PROGRAMS, stop};
pub use page::{Page, Scheme, View};
