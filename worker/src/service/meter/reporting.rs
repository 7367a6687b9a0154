//! Telling the meters what was sent: once a second, behind the responses, for all requests of the
//! isolate together.

use super::memory;
use crate::clock;
use crate::durable::wire::{MeterAsk, MeterCommand, MeterReply};
use crate::store::{Error, Store};
use futures_util::future::join_all;
use roadstead_shared::tier::{Limits, Subject};
use std::time::Duration;

/// After how long what was sent is told; and again where a meter did not answer. A request has
/// thirty seconds behind its response.
const PAUSES: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(6),
    Duration::from_secs(6),
    Duration::from_secs(6),
];

/// How long a meter may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

/// How many meters are told at once: the runtime lets six wait for their beginning.
const AT_ONCE: usize = 6;

/// How many meters one request tells, all its rounds together: it may ask others a thousand times.
const MOST: usize = 900;

/// For how long a request tells meters, in ms; the last ones begun have a second more.
const FOR_MS: u64 = 27_000;

/// Sees to it that what was just counted is told.
pub(super) fn promise(store: &Store) {
    let Some(behind) = store.behind() else { return };
    if !memory::with(|memory| memory.promise(clock::now_ms())) {
        return;
    }
    let store = store.clone();
    behind.run(async move {
        let mut left = MOST;
        let until_ms = clock::now_ms().saturating_add(FOR_MS);
        for (pause, is_first) in PAUSES.into_iter().zip([true, false, false, false]) {
            clock::pause(pause).await;
            if is_first {
                // What is counted from here on has a promise of its own.
                memory::with(memory::Memory::keep_promise);
            }
            if report_all(&store, &mut left, until_ms).await {
                return;
            }
        }
    });
}

/// One round: tells every meter once, at most `left` of them, until then; whether there is nothing
/// more to be told, or another request has promised to tell it.
async fn report_all(store: &Store, left: &mut usize, until_ms: u64) -> bool {
    let round_ms = clock::now_ms();
    loop {
        let now_ms = clock::now_ms();
        let most = if now_ms < until_ms { AT_ONCE.min(*left) } else { 0 };
        let some = memory::with(|memory| memory.next_news(most, round_ms, now_ms));
        if some.is_empty() {
            break;
        }
        *left -= some.len();
        join_all(
            some.iter()
                .map(|subject| tell(store, subject, MeterAsk::Standing, Limits::NONE, PATIENCE)),
        )
        .await;
    }
    memory::with(|memory| !memory.has_news() || memory.is_promised(clock::now_ms()))
}

/// Tells the meter of `subject` what it does not know yet, and asks it something.
pub(super) async fn tell(
    store: &Store,
    subject: &Subject,
    ask: MeterAsk,
    limits: Limits,
    patience: Duration,
) -> Result<MeterReply, Error> {
    let now_ms = clock::now_ms();
    let (reporter, reports) =
        memory::with(|memory| (memory.reporter().to_owned(), memory.reports(subject)));
    let command = MeterCommand { reporter, reports, ask, limits, now_ms };
    let reply = store.ask_meter(subject, &command, patience).await;
    memory::with(|memory| match &reply {
        Ok(reply) => memory.heard(subject, &command.reports, reply.standing, now_ms),
        Err(_) => memory.not_heard(subject, patience, now_ms),
    });
    reply
}
