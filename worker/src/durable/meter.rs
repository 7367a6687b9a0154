//! `Meter`: one object a subject, which is an account, an address of IPv4 or a network of IPv6. It
//! knows the bytes and images of the period, what was let through, and who has reported what. It is
//! told behind the responses, and asked before an image only where little is left.
//!
//! Invariants: a report is at rest before it is replied to, and counts once however often it comes;
//! an image that was asked about counts once, also where the answer was lost and it is reported;
//! what nobody has pulled by in 35 days is gone.

use super::alarm;
use super::sql::{rows, run, text};
use super::wire::{self, MeterAsk, MeterCommand, MeterReply};
use crate::clock;
use roadstead_shared::tier::Ledger;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use worker::{DurableObject, Env, Request, Response, Result, SqlStorage, State, durable_object};

/// How long a meter is kept that nobody uses, in ms: longer than a month.
const KEPT_MS: u64 = 35 * 24 * 60 * 60 * 1000;

/// When the meter was told something last, in the object's storage, to the day.
const USED_MS: &str = "used-ms";

/// How old that note may be, in ms: each is a write.
const USED_EVERY_MS: u64 = 24 * 60 * 60 * 1000;

/// The object. See `roadstead_shared::tier::ledger` for what it counts.
#[durable_object]
pub struct Meter {
    state: State,
    sql: SqlStorage,
    ledger: RefCell<Option<Ledger>>,
}

impl DurableObject for Meter {
    fn new(state: State, _env: Env) -> Self {
        let sql = state.storage().sql();
        Self { state, sql, ledger: RefCell::new(None) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let command: MeterCommand = wire::command(&mut request).await?;
        let (reply, is_changed) = self.step(&command)?;
        if is_changed {
            self.note_use().await?;
        }
        wire::reply(&reply)
    }

    async fn alarm(&self) -> Result<Response> {
        let looked = self.look().await;
        if alarm::report("meter", looked.as_ref().err()) {
            alarm::schedule(&self.state.storage(), Some(clock::now_ms()), true).await?;
        }
        Response::empty()
    }
}

impl Meter {
    /// Takes one step: in memory, then at rest, and says whether there was anything to write. Where
    /// that fails the memory is thrown away.
    fn step(&self, command: &MeterCommand) -> Result<(MeterReply, bool)> {
        let before = match self.ledger.take() {
            Some(ledger) => ledger,
            None => self.load()?,
        };
        let mut ledger = before.clone();
        let now_ms = command.now_ms;
        ledger.report(&command.reporter, &command.reports, now_ms);
        let refused = match &command.ask {
            MeterAsk::Begin(pull) => ledger.begin(pull, &command.limits, now_ms).err(),
            MeterAsk::Standing | MeterAsk::Days => None,
        };
        let days = match command.ask {
            MeterAsk::Days => ledger.last_days(now_ms),
            MeterAsk::Standing | MeterAsk::Begin(_) => Vec::new(),
        };
        let standing = ledger.standing_for(&command.limits, now_ms);
        let is_changed = before != ledger;
        if is_changed {
            self.save(&before, &ledger)?;
        }
        self.ledger.replace(Some(ledger));
        Ok((MeterReply { standing, refused, days }, is_changed))
    }

    /// What rests. Who only looks leaves nothing: visitors of pages have meters, too.
    fn load(&self) -> Result<Ledger> {
        let query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'parts'";
        if rows::<serde_json::Value, 0>(&self.sql, query, [])?.is_empty() {
            return Ok(Ledger::default());
        }
        Ok(Ledger {
            days: self.part("days")?,
            hour: self.part("hour")?,
            passes: self.part("passes")?,
            reporters: self.part("reporters")?,
            begun: self.part("begun")?,
        })
    }

    /// A part as it rests; an empty one where nothing does.
    fn part<T: DeserializeOwned + Default>(&self, name: &str) -> Result<T> {
        #[derive(Deserialize)]
        struct Row {
            value: String,
        }
        let query = "SELECT value FROM parts WHERE name = ?";
        let rows: Vec<Row> = rows(&self.sql, query, [text(name)])?;
        match rows.first() {
            Some(row) => Ok(serde_json::from_str(&row.value)?),
            None => Ok(T::default()),
        }
    }

    /// Writes the parts that changed.
    fn save(&self, before: &Ledger, now: &Ledger) -> Result<()> {
        run(
            &self.sql,
            "CREATE TABLE IF NOT EXISTS parts (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
            [],
        )?;
        self.save_part("days", &before.days, &now.days)?;
        self.save_part("hour", &before.hour, &now.hour)?;
        self.save_part("passes", &before.passes, &now.passes)?;
        self.save_part("reporters", &before.reporters, &now.reporters)?;
        self.save_part("begun", &before.begun, &now.begun)
    }

    fn save_part<T: Serialize + PartialEq>(&self, name: &str, before: &T, now: &T) -> Result<()> {
        if before == now {
            return Ok(());
        }
        let value = serde_json::to_string(now)?;
        run(
            &self.sql,
            "INSERT OR REPLACE INTO parts (name, value) VALUES (?, ?)",
            [text(name), text(&value)],
        )
    }

    /// Notes that it is used, at most once a day.
    async fn note_use(&self) -> Result<()> {
        let storage = self.state.storage();
        let now_ms = clock::now_ms();
        let used_ms: Option<u64> = storage.get(USED_MS).await?;
        if used_ms.is_some_and(|used_ms| now_ms < used_ms.saturating_add(USED_EVERY_MS)) {
            return Ok(());
        }
        storage.put(USED_MS, now_ms).await?;
        alarm::schedule_within(&storage, KEPT_MS).await
    }

    /// Ends it, unless it was used meanwhile.
    async fn look(&self) -> Result<()> {
        let storage = self.state.storage();
        let used_ms: Option<u64> = storage.get(USED_MS).await?;
        // To the day: the last use may have been a day later than the note.
        let over_ms = used_ms.unwrap_or_default().saturating_add(KEPT_MS + USED_EVERY_MS);
        let left_ms = over_ms.saturating_sub(clock::now_ms());
        if left_ms > 0 {
            return alarm::schedule_within(&storage, left_ms).await;
        }
        self.ledger.replace(None);
        storage.delete_alarm().await?;
        storage.delete_all().await
    }
}
