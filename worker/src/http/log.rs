//! The line that every request has in the log.
//!
//! What went well is written in batches, at most a second later: a line of its own for every
//! successful pull would cost more than the pull (a quarter of the manifests a second under the
//! local runtime, and most of the bill where lines are paid for). What did not is written at once.

use super::call::Call;
use crate::behind::Behind;
use std::cell::RefCell;
use std::time::Duration;
use worker::{Delay, console_log};

/// How long a line may wait.
const WAIT: Duration = Duration::from_secs(1);

/// How many lines are written at once.
const BATCH: usize = 100;

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Notes how `call` was answered. No query is noted: it may hold anything.
pub fn note(call: &Call, status: u16, behind: &Behind) {
    let line = serde_json::json!({
        "request_id": call.request_id,
        "method": call.method,
        "path": call.url.path,
        "status": status,
    });
    let waiting = LINES.with_borrow_mut(|lines| {
        lines.push(line.to_string());
        lines.len()
    });
    if status >= 400 || waiting >= BATCH {
        write();
    } else if waiting == 1 {
        // The first of a batch sees to it that the batch is written, whatever comes after it.
        behind.run(async {
            Delay::from(WAIT).await;
            write();
        });
    }
}

fn write() {
    let lines = LINES.with_borrow_mut(std::mem::take);
    if !lines.is_empty() {
        console_log!("{}", lines.join("\n"));
    }
}
