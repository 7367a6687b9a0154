//! How far it is, for whoever waits: bars on a terminal, a line every few seconds elsewhere.

use crate::size::mebibytes;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How often a line is written where there is no terminal.
const EVERY: Duration = Duration::from_secs(5);

const BAR: &str = "{prefix:20!} {bar:24} {binary_bytes:>11}/{binary_total_bytes:<11} {msg}";
const TOTAL: &str = "{prefix:20!} {bar:24} {binary_bytes:>11}/{binary_total_bytes:<11} {binary_bytes_per_sec} {msg}";

/// The view of one piece of work.
#[derive(Debug)]
pub(crate) struct Progress {
    view: View,
    counts: Arc<Counts>,
}

#[derive(Debug)]
enum View {
    Bars { all: MultiProgress, total: ProgressBar },
    Lines { _stop: Sender<()>, thread: Option<JoinHandle<()>> },
    Nothing,
}

#[derive(Debug, Default)]
struct Counts {
    done: AtomicU64,
    total: AtomicU64,
}

/// The view of one blob.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    progress: &'a Progress,
    bar: Option<ProgressBar>,
    at: AtomicU64,
}

impl Progress {
    /// A view on standard error; none if it should be `quiet`.
    pub(crate) fn new(what: &str, quiet: bool) -> Self {
        let counts = Arc::new(Counts::default());
        let view = if quiet {
            View::Nothing
        } else if std::io::stderr().is_terminal() {
            let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
            let total = all.add(ProgressBar::new(0).with_style(style(TOTAL)));
            total.set_prefix("total");
            View::Bars { all, total }
        } else {
            lines(what.to_owned(), Arc::clone(&counts))
        };
        Self { view, counts }
    }

    /// Sets how much there is altogether, in bytes.
    pub(crate) fn expect(&self, total: u64) {
        self.counts.total.store(total, Ordering::Relaxed);
        if let View::Bars { total: bar, .. } = &self.view {
            bar.set_length(total);
        }
    }

    /// Sets how much is done altogether, in bytes, and says what is going on.
    pub(crate) fn set(&self, done: u64, message: &str) {
        self.counts.done.store(done, Ordering::Relaxed);
        if let View::Bars { total: bar, .. } = &self.view {
            bar.set_position(done);
            bar.set_message(message.to_owned());
        }
    }

    /// A part of the whole, called `name`, of `len` bytes.
    pub(crate) fn part(&self, name: &str, len: u64) -> Part<'_> {
        let bar = match &self.view {
            View::Bars { all, total } => {
                let bar = ProgressBar::new(len).with_style(style(BAR));
                let bar = all.insert_before(total, bar);
                bar.set_prefix(name.chars().take(19).collect::<String>());
                Some(bar)
            }
            View::Lines { .. } | View::Nothing => None,
        };
        Part { progress: self, bar, at: AtomicU64::new(0) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        match &mut self.view {
            View::Bars { all, total } => {
                total.finish_and_clear();
                let _ = all.clear();
            }
            View::Lines { _stop: stop, thread } => {
                // Dropping the sender is what ends the thread.
                *stop = channel().0;
                if let Some(thread) = thread.take() {
                    let _ = thread.join();
                }
            }
            View::Nothing => {}
        }
    }
}

impl Part<'_> {
    /// How far it is, in bytes from its beginning. It may go back: a chunk may have to be sent again.
    pub(crate) fn at(&self, at: u64) {
        let before = self.at.swap(at, Ordering::Relaxed);
        let done = &self.progress.counts.done;
        if at >= before {
            done.fetch_add(at - before, Ordering::Relaxed);
        } else {
            done.fetch_sub(before - at, Ordering::Relaxed);
        }
        if let (Some(bar), View::Bars { total, .. }) = (&self.bar, &self.progress.view) {
            bar.set_position(at);
            total.set_position(done.load(Ordering::Relaxed));
        }
    }

    /// What is being done with it.
    pub(crate) fn note(&self, text: &'static str) {
        if let Some(bar) = &self.bar {
            bar.set_message(text);
        }
    }
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// A thread that says now and then how far it is, until its sender is dropped.
fn lines(what: String, counts: Arc<Counts>) -> View {
    let (stop, stopped) = channel::<()>();
    let thread = thread::spawn(move || {
        while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
            let [done, total] = [&counts.done, &counts.total].map(|n| n.load(Ordering::Relaxed));
            eprintln!("{what}: {} of {}", mebibytes(done), mebibytes(total));
        }
    });
    View::Lines { _stop: stop, thread: Some(thread) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_one() {
        for template in [BAR, TOTAL] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    fn parts_add_up_also_when_one_goes_back() {
        let progress = Progress::new("push", true);
        let (one, two) = (progress.part("one", 10), progress.part("two", 10));
        one.at(8);
        two.at(10);
        one.at(3);
        assert_eq!(progress.counts.done.load(Ordering::Relaxed), 13);
    }
}
