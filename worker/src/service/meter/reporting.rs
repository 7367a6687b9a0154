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

/// How many meters one request tells: it may ask others a thousand times.
const MOST: usize = 300;

/// Sees to it that what was just counted is told.
pub(super) fn promise(store: &Store) {
    let Some(behind) = store.behind() else { return };
    if !memory::with(|memory| memory.promise(clock::now_ms())) {
        return;
    }
    let store = store.clone();
    behind.run(async move {
        for (pause, is_first) in PAUSES.into_iter().zip([true, false, false, false]) {
            clock::pause(pause).await;
            if is_first {
                // What is counted from here on has a promise of its own.
                memory::with(memory::Memory::keep_promise);
            }
            if report_all(&store).await {
                return;
            }
        }
    });
}

/// Tells all that there is; whether everybody answered.
async fn report_all(store: &Store) -> bool {
    let subjects = memory::with(|memory| memory.news(MOST, clock::now_ms()));
    let mut all = true;
    for some in subjects.chunks(AT_ONCE) {
        let told = join_all(
            some.iter()
                .map(|subject| tell(store, subject, MeterAsk::Standing, Limits::NONE, PATIENCE)),
        );
        all &= told.await.iter().all(Result::is_ok);
    }
    all
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
