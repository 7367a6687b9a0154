//! What the object takes from the bucket rather than from its own storage, once: a namespace that
//! was there before it, a bucket that moved to another account, a storage that was lost.

use super::{NAME, Namespace};
use crate::clock;
use crate::durable::alarm;
use crate::durable::wire::{Counted, Wish};
use crate::store::Store;
use crate::store::kept::{Kept, PLACES};
use serde::{Deserialize, Serialize};
use worker::Result;

/// How far the ledger was made, in the object's storage.
const SURVEY: &str = "survey with tags";
/// How many pages are read for one event.
const MAX_PAGES: usize = 30;

/// How far the ledger was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Stage {
    /// What is kept in the place of this number, up to the one with this key.
    Kept(usize, Option<String>),
    /// All that is kept, and uploads up to the one with this key.
    Uploads(Option<String>),
    /// All.
    Done,
}

impl Namespace {
    /// Makes the ledger from the bucket, once. Whether it is whole; if not, the alarm goes on.
    /// What is counted and uncounted meanwhile waits for the page that is being read: else it could
    /// be in the page, and gone before the page is written down.
    pub(super) async fn survey(&self, store: &Store, namespace: &str) -> Result<bool> {
        if self.is_whole.get() {
            return Ok(true);
        }
        let _turn = self.surveying.lock().await;
        if self.is_whole.get() {
            return Ok(true);
        }
        let storage = self.state.storage();
        let saved: Option<String> = storage.get(SURVEY).await?;
        let saved = saved.and_then(|text| serde_json::from_str(&text).ok());
        let mut stage = saved.unwrap_or(Stage::Kept(0, None));
        if !matches!(stage, Stage::Done) {
            storage.put(NAME, namespace).await?;
        }
        for _ in 0..MAX_PAGES {
            if matches!(stage, Stage::Done) {
                self.is_whole.set(true);
                return Ok(true);
            }
            stage = self.survey_on(store, namespace, stage).await?;
            storage.put(SURVEY, serde_json::to_string(&stage)?).await?;
        }
        alarm::schedule(&storage, Some(clock::now_ms()), false).await?;
        Ok(false)
    }

    /// One page further.
    async fn survey_on(&self, store: &Store, namespace: &str, stage: Stage) -> Result<Stage> {
        Ok(match stage {
            Stage::Kept(place, after) => {
                let at_ms = clock::now_ms();
                let page = store.kept(namespace, place, after.as_deref()).await?;
                for found in page.found {
                    let Kept { thing, bytes } = found;
                    let counted = Counted { thing, bytes, tags: Vec::new(), upload: None, at_ms };
                    self.ledger()?.hold(&counted)?;
                }
                match page.last {
                    Some(last) => Stage::Kept(place, Some(last)),
                    None if place + 1 < PLACES => Stage::Kept(place + 1, None),
                    None => Stage::Uploads(None),
                }
            }
            Stage::Uploads(after) => {
                let page = store.noted_uploads(namespace, after.as_deref()).await?;
                for (upload, name) in page.found {
                    let room = store.upload_room(&name, &upload).await.map_err(Into::into);
                    // Without the one that cannot answer, rather than never: nobody could push.
                    alarm::report(&upload, room.as_ref().err());
                    if let Ok(Some((bytes, asked))) = room {
                        let wish =
                            Wish { repository: name, upload, needed: bytes, wanted: bytes, asked };
                        self.ledger()?.promise(&wish, bytes, clock::now_ms())?;
                    }
                }
                page.last.map_or(Stage::Done, |last| Stage::Uploads(Some(last)))
            }
            Stage::Done => Stage::Done,
        })
    }
}
