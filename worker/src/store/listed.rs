//! One small object that the operator puts, which many requests look at: each isolate holds it, and
//! looks at it anew behind a response while it is needed, else before it is used again. A change is
//! seen at once by the isolate that made it, and by all others in every request that begins later
//! than ten seconds after it, unless the store does not answer.

use super::{Error, Object, Store, key, object, small};
use crate::clock;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::thread::LocalKey;
use std::time::Duration;
use worker::{Conditional, Delay};

/// How old what an isolate holds may be before it is looked at again behind a response, in ms.
const FRESH_MS: u64 = 5_000;

/// How old it may be before a request waits for that, in ms.
const OLD_MS: u64 = 10_000;

/// How old it may be where the store does not answer, in ms.
const LAST_MS: u64 = 60_000;

/// How long after one look behind a response the next one is begun, in ms.
const AGAIN_MS: u64 = 1_000;

/// How long a request waits for the store where something is held.
const PATIENCE: Duration = Duration::from_secs(3);

/// The longest object that is written or read, in bytes: it lies in every isolate.
pub const MAX_BYTES: usize = 1024 * 1024;

/// How long a change waits that met another one: R2 takes one write a second for a key.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(300),
    Duration::from_millis(1100),
    Duration::from_millis(1300),
    Duration::from_millis(2100),
];

/// Which object it is, and where an isolate holds it.
///
/// ```text
/// thread_local! { static HELD: Held<Takedowns> = const { Held::new() }; }
/// pub const TAKEDOWNS: Listed<Takedowns> = Listed::new("takedowns", &HELD);
/// ```
pub struct Listed<T: 'static> {
    name: &'static str,
    held: &'static LocalKey<Held<T>>,
}

/// What an isolate holds of it.
#[derive(Debug)]
pub struct Held<T> {
    value: RefCell<Option<Rc<T>>>,
    /// When the look began that found it, ms UTC.
    looked_ms: Cell<u64>,
    /// When a look behind a response was begun last, ms UTC.
    begun_ms: Cell<u64>,
    /// Counted up with each change: what was read before one is not held after it.
    changes: Cell<u64>,
}

impl<T> Held<T> {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self {
            value: RefCell::new(None),
            looked_ms: Cell::new(0),
            begun_ms: Cell::new(0),
            changes: Cell::new(0),
        }
    }
}

impl<T> Default for Held<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// What is to be done with what is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Age {
    /// It is good.
    Fresh,
    /// It is good, and who is told so looks again behind the response.
    Due,
    /// It is not good, unless a look fails.
    Old,
    /// It is good for nothing.
    Over,
}

impl<T> Listed<T> {
    /// The object `operator/NAME`.
    pub const fn new(name: &'static str, held: &'static LocalKey<Held<T>>) -> Self {
        Self { name, held }
    }

    /// What is held, and what is to be done with it; one at a time is told to look behind.
    fn held(&self, now_ms: u64) -> Option<(Rc<T>, Age)> {
        self.held.with(|held| {
            let value = held.value.borrow().clone()?;
            let age = match now_ms.saturating_sub(held.looked_ms.get()) {
                LAST_MS.. => Age::Over,
                OLD_MS.. => Age::Old,
                FRESH_MS.. if now_ms >= held.begun_ms.get().saturating_add(AGAIN_MS) => {
                    held.begun_ms.set(now_ms);
                    Age::Due
                }
                _ => Age::Fresh,
            };
            Some((value, age))
        })
    }

    fn changes(&self) -> u64 {
        self.held.with(|held| held.changes.get())
    }

    /// Holds what a look found that began at `looked_ms`, when there had been so many `changes`;
    /// not where a later one was faster.
    fn hold(&self, value: &Rc<T>, changes: u64, looked_ms: u64) {
        self.held.with(|held| {
            let is_later = held.value.borrow().is_none() || looked_ms >= held.looked_ms.get();
            if held.changes.get() == changes && is_later {
                held.value.replace(Some(value.clone()));
                held.looked_ms.set(looked_ms);
            }
        });
    }

    /// Holds nothing any more.
    fn drop(&self) {
        self.held.with(|held| {
            held.changes.set(held.changes.get().wrapping_add(1));
            held.value.replace(None);
        });
    }
}

impl<T> Clone for Listed<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Listed<T> {}

impl Store {
    /// What the operator put; `T::default()` where nothing is there. The first request of an isolate
    /// waits for a read, and so does one that finds what is held ten seconds old: a read beside its
    /// own. Where that fails, what is held is good for a minute in all, then the request fails.
    pub async fn listed<T>(&self, list: Listed<T>) -> Result<Rc<T>, Error>
    where
        T: DeserializeOwned + Default + 'static,
    {
        match list.held(clock::now_ms()) {
            None | Some((_, Age::Over)) => self.look(list).await,
            Some((value, Age::Fresh)) => Ok(value),
            Some((value, Age::Due)) => {
                if let Some(behind) = &self.behind {
                    let store = self.clone();
                    behind.run(async move {
                        store.look_in_time(list).await;
                    });
                }
                Ok(value)
            }
            Some((value, Age::Old)) => Ok(self.look_in_time(list).await.unwrap_or(value)),
        }
    }

    /// What is there now; `None` where the store does not say in time, which is logged.
    async fn look_in_time<T>(&self, list: Listed<T>) -> Option<Rc<T>>
    where
        T: DeserializeOwned + Default + 'static,
    {
        let failure = match clock::within(PATIENCE, self.look(list)).await {
            Some(Ok(value)) => return Some(value),
            Some(Err(error)) => error.to_string(),
            None => "the store did not answer in time".to_owned(),
        };
        let line = serde_json::json!({ "object": list.name, "failure": failure });
        worker::console_error!("{line}");
        None
    }

    /// What is there now, whatever this isolate holds.
    pub async fn look<T>(&self, list: Listed<T>) -> Result<Rc<T>, Error>
    where
        T: DeserializeOwned + Default + 'static,
    {
        let (changes, looked_ms) = (list.changes(), clock::now_ms());
        let (value, _) = self.read_listed(list).await?;
        let value = Rc::new(value);
        list.hold(&value, changes, looked_ms);
        Ok(value)
    }

    /// Puts what `change` makes of what is there now, which it may refuse. Two changes at once are
    /// made one after the other.
    pub async fn change_listed<T, R>(
        &self,
        list: Listed<T>,
        change: impl Fn(T) -> Result<T, R>,
    ) -> Result<Result<T, R>, Error>
    where
        T: Serialize + DeserializeOwned + Default + 'static,
    {
        for pause in PAUSES {
            let (old, etag) = self.read_listed(list).await?;
            let new = match change(old) {
                Ok(new) => new,
                Err(refused) => return Ok(Err(refused)),
            };
            let written = self.try_put(list, &new, etag).await;
            list.drop();
            if written? {
                return Ok(Ok(new));
            }
            Delay::from(pause).await;
        }
        Err(Error::Busy)
    }

    /// Whether it was written; not where somebody else did since `etag` was read, or just now.
    async fn try_put<T: Serialize>(
        &self,
        list: Listed<T>,
        value: &T,
        etag: Option<String>,
    ) -> Result<bool, Error> {
        let bytes = serde_json::to_vec(value).map_err(|error| Error::Backend(error.to_string()))?;
        if bytes.len() > MAX_BYTES {
            return Err(Error::ListTooLong(list.name));
        }
        let condition = match etag {
            Some(etag) => Conditional { etag_matches: Some(etag), ..Conditional::default() },
            None => object::absent(),
        };
        let put = self.bucket.put(key::listed(list.name), bytes).only_if(condition);
        match put.execute().await {
            Ok(written) => Ok(written.is_some()),
            Err(error) if small::is_too_soon(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn read_listed<T>(&self, list: Listed<T>) -> Result<(T, Option<String>), Error>
    where
        T: DeserializeOwned + Default,
    {
        let key = key::listed(list.name);
        let Some(object) = self.bucket.get(key.as_str()).execute().await? else {
            return Ok((T::default(), None));
        };
        let etag = object.etag();
        let object = Object::new(object)?;
        if object.size() > MAX_BYTES as u64 {
            return Err(Error::Record(key));
        }
        let value = serde_json::from_slice(&object.bytes().await?);
        Ok((value.map_err(|_| Error::Record(key))?, Some(etag)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    thread_local! { static HELD: Held<u8> = const { Held::new() }; }
    const LIST: Listed<u8> = Listed::new("claims", &HELD);

    #[test]
    fn nothing_older_than_ten_seconds_is_used_unless_the_store_is_silent() {
        assert!(LIST.held(0).is_none());
        LIST.hold(&Rc::new(7), LIST.changes(), 100_000);
        let age = |now_ms| LIST.held(now_ms).map(|(value, age)| (*value, age));
        assert_eq!(age(104_999), Some((7, Age::Fresh)));
        // One looks behind its response, and another one if nothing came of it.
        assert_eq!(age(105_000), Some((7, Age::Due)));
        assert_eq!(age(105_999), Some((7, Age::Fresh)));
        assert_eq!(age(106_000), Some((7, Age::Due)));
        // Everybody waits.
        assert_eq!(age(110_000), Some((7, Age::Old)));
        assert_eq!(age(110_000), Some((7, Age::Old)));
        assert_eq!(age(159_999), Some((7, Age::Old)));
        assert_eq!(age(160_000), Some((7, Age::Over)));
    }

    #[test]
    fn of_two_looks_the_later_one_is_held_whichever_comes_first() {
        LIST.hold(&Rc::new(2), LIST.changes(), 2_000);
        LIST.hold(&Rc::new(1), LIST.changes(), 1_000);
        assert!(LIST.held(2_000).is_some_and(|(value, _)| *value == 2));
    }

    #[test]
    fn what_was_read_before_a_change_is_not_held_after_it() {
        let changes = LIST.changes();
        LIST.drop();
        LIST.hold(&Rc::new(1), changes, 5);
        assert!(LIST.held(5).is_none());
        LIST.hold(&Rc::new(2), LIST.changes(), 5);
        assert!(LIST.held(5).is_some_and(|(value, _)| *value == 2));
    }
}
