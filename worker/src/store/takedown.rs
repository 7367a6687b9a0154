//! What is taken down: a list in the bucket that every isolate holds, and its rows in the index for
//! people, which are made of it.

use super::catalog::{DB, run, text};
use super::listed::{Held, Listed};
use super::rows::number;
use super::{Error, Store, key};
use roadstead_shared::api::takedown::{Takedown, Takedowns};
use roadstead_shared::oci::{Digest, Name};
use std::rc::Rc;

thread_local! { static HELD: Held<Takedowns> = const { Held::new() }; }

/// `operator/takedowns`
const TAKEDOWNS: Listed<Takedowns> = Listed::new("takedowns", &HELD);

/// How many holders of one body are looked at, at most, and how many at once.
const MAX_PAGES: usize = 10;
const PAGE: u32 = 1000;

impl Store {
    /// Every repository that is taken down, as this isolate knows it.
    pub async fn takedowns(&self) -> Result<Rc<Takedowns>, Error> {
        self.listed(TAKEDOWNS).await
    }

    /// Every repository that is taken down, as it is now.
    pub async fn takedowns_now(&self) -> Result<Rc<Takedowns>, Error> {
        self.look(TAKEDOWNS).await
    }

    /// Takes `name` down, or changes why it is.
    pub async fn take_down(&self, name: &Name, takedown: &Takedown) -> Result<(), Error> {
        self.change_takedowns(|mut list| {
            list.0.insert(name.clone(), takedown.clone());
            list
        })
        .await?;
        let db = self.env.d1(DB)?;
        let insert = "INSERT OR REPLACE INTO takedowns (repository, reason, at_ms)
             VALUES (?1, ?2, ?3)";
        let values = [text(name.as_str()), text(&takedown.reason), number(takedown.at_ms)];
        run(&db, vec![db.prepare(insert).bind(&values)?]).await
    }

    /// Puts `name` back. Whether it was taken down.
    pub async fn put_back(&self, name: &Name) -> Result<bool, Error> {
        let was_down = self.takedowns_now().await?.0.contains_key(name);
        self.change_takedowns(|mut list| {
            list.0.remove(name);
            list
        })
        .await?;
        let db = self.env.d1(DB)?;
        let delete = db.prepare("DELETE FROM takedowns WHERE repository = ?1");
        run(&db, vec![delete.bind(&[text(name.as_str())])?]).await?;
        Ok(was_down)
    }

    /// Changes the list. Only the row of what changed is written after it: of two changes at once
    /// neither knows the other's.
    async fn change_takedowns(&self, change: impl Fn(Takedowns) -> Takedowns) -> Result<(), Error> {
        self.change_listed(TAKEDOWNS, |list| Ok::<_, Error>(change(list))).await?.map(drop)
    }

    /// Writes the rows of all takedowns anew, where the index is made again.
    pub async fn index_takedowns(&self, list: &Takedowns) -> Result<(), Error> {
        let db = self.env.d1(DB)?;
        let rows: Vec<_> = list
            .0
            .iter()
            .map(|(name, takedown)| serde_json::json!([name, takedown.reason, takedown.at_ms]))
            .collect();
        let rows = serde_json::to_string(&rows);
        let rows = rows.map_err(|error| Error::Backend(error.to_string()))?;
        let insert = "INSERT INTO takedowns (repository, reason, at_ms)
             SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1)";
        let batch =
            vec![db.prepare("DELETE FROM takedowns"), db.prepare(insert).bind(&[text(&rows)])?];
        run(&db, batch).await
    }

    /// Whether anybody holds the body whose repository is not taken down: only that is offered to
    /// others.
    pub async fn is_offered(&self, digest: &Digest) -> Result<bool, Error> {
        let taken_down = self.takedowns().await?;
        if taken_down.0.is_empty() {
            return self.is_held(digest).await;
        }
        let prefix = key::holders(digest);
        let mut after: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let keys = self.keys(prefix.clone(), after.as_deref(), PAGE).await?;
            let holder = |key: &String| key.strip_prefix(&prefix)?.parse::<Name>().ok();
            if keys.iter().filter_map(holder).any(|name| !taken_down.0.contains_key(&name)) {
                return Ok(true);
            }
            match keys.last() {
                Some(last) => after = Some(last.clone()),
                None => break,
            }
        }
        Ok(false)
    }
}
