//! One small object that the operator puts, which many requests look at: each isolate holds it, and
//! looks at it anew behind a response. A change is seen at once by the isolate that made it, and by
//! all others with the first request that begins later than ten seconds after it.

use super::{Error, Object, Store, key, object, small};
use crate::clock;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::thread::LocalKey;
use std::time::Duration;
use worker::{Conditional, Delay};

/// How old what an isolate holds may be before it is looked at again, in ms.
const FRESH_MS: u64 = 10_000;

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
    /// When it was looked at, ms UTC.
    looked_ms: Cell<u64>,
    /// Counted up with each change: what was read before one is not held after it.
    changes: Cell<u64>,
}

impl<T> Held<T> {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self { value: RefCell::new(None), looked_ms: Cell::new(0), changes: Cell::new(0) }
    }
}

impl<T> Default for Held<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Listed<T> {
    /// The object `operator/NAME`.
    pub const fn new(name: &'static str, held: &'static LocalKey<Held<T>>) -> Self {
        Self { name, held }
    }

    /// What is held, and whether it is time to look again; who is told so must do it.
    fn held(&self, now_ms: u64) -> Option<(Rc<T>, bool)> {
        self.held.with(|held| {
            let value = held.value.borrow().clone()?;
            let is_old = now_ms.saturating_sub(held.looked_ms.get()) >= FRESH_MS;
            if is_old {
                // One look at a time, and after one that failed not at once the next.
                held.looked_ms.set(now_ms);
            }
            Some((value, is_old))
        })
    }

    fn changes(&self) -> u64 {
        self.held.with(|held| held.changes.get())
    }

    /// Holds what was read while there had been so many `changes`.
    fn hold(&self, value: &Rc<T>, changes: u64, now_ms: u64) {
        self.held.with(|held| {
            if held.changes.get() == changes {
                held.value.replace(Some(value.clone()));
                held.looked_ms.set(now_ms);
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
    /// What the operator put; `T::default()` where nothing is there. Only the first request of an
    /// isolate waits for a read; it fails where that does, and so do those after it until one does
    /// not. Without a response to do it behind, what is old is read at once.
    pub async fn listed<T>(&self, list: Listed<T>) -> Result<Rc<T>, Error>
    where
        T: DeserializeOwned + Default + 'static,
    {
        let Some((value, is_old)) = list.held(clock::now_ms()) else {
            return self.look(list).await;
        };
        match &self.behind {
            _ if !is_old => {}
            None => return self.look(list).await,
            Some(behind) => {
                let store = self.clone();
                behind.run(async move {
                    if let Err(error) = store.look(list).await {
                        let failure = error.to_string();
                        let line = serde_json::json!({ "object": list.name, "failure": failure });
                        worker::console_error!("{line}");
                    }
                });
            }
        }
        Ok(value)
    }

    /// What is there now, whatever this isolate holds.
    pub async fn look<T>(&self, list: Listed<T>) -> Result<Rc<T>, Error>
    where
        T: DeserializeOwned + Default + 'static,
    {
        let changes = list.changes();
        let (value, _) = self.read_listed(list).await?;
        let value = Rc::new(value);
        list.hold(&value, changes, clock::now_ms());
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
            return Err(Error::Backend(format!("the list {} would be too long", list.name)));
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
    fn one_request_at_a_time_is_told_to_look_again() {
        assert!(LIST.held(0).is_none());
        LIST.hold(&Rc::new(7), LIST.changes(), 1_000);
        let is_old = |now_ms| LIST.held(now_ms).map(|(value, is_old)| (*value, is_old));
        assert_eq!(is_old(10_999), Some((7, false)));
        assert_eq!(is_old(11_000), Some((7, true)));
        assert_eq!(is_old(11_000), Some((7, false)));
        assert_eq!(is_old(21_000), Some((7, true)));
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
