//! Having tags looked at anew: whoever pulls one next has the registry asked.

use super::Upstream;
use super::ledger::{Kind, Row};
use crate::durable::wire::UpstreamReply;
use futures_util::future::try_join_all;
use roadstead_shared::oci::{Name, Reference, Tag};
use worker::Result;

/// How many tags are written in one turn: each is a read and a write of the bucket.
const AT_ONCE: u64 = 24;

/// How many turns one call takes; the alarm takes the others.
const MAX_TURNS: u32 = 20;

impl Upstream {
    /// Notes which tags are to be looked at anew, and writes that into them, some at a time.
    pub(super) async fn refresh(
        &self,
        name: Option<&Name>,
        tag: Option<&Tag>,
    ) -> Result<UpstreamReply> {
        self.ledger()?.age(name.map(Name::as_str), tag.map(Tag::as_str))?;
        self.refresh_some().await?;
        self.schedule(false).await?;
        Ok(UpstreamReply::Done)
    }

    /// Writes into some of the tags that are to be looked at anew that nobody has.
    pub(super) async fn refresh_some(&self) -> Result<()> {
        for _ in 0..MAX_TURNS {
            if self.change(self.refresh_next()).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// One turn; whether nothing is left.
    async fn refresh_next(&self) -> Result<bool> {
        let (ledger, store, prefix) = (self.ledger()?, self.store()?, self.prefix()?);
        let aged = ledger.aged(AT_ONCE)?;
        let (store, prefix) = (&store, &prefix);
        let written = aged.iter().map(|row| async move {
            let (Ok(name), Ok(tag)) = (row.name.parse(), row.what.parse()) else {
                return Ok(false);
            };
            store.refresh_cached_tag(prefix, &name, &Reference::Tag(tag), 0).await
        });
        let written: Vec<bool> = try_join_all(written).await?;
        for (row, is_there) in aged.iter().zip(written) {
            if is_there {
                ledger.put(&Row { since_ms: 0, used_ms: 1, ..row.clone() })?;
            } else {
                ledger.doom(Kind::Tag, &row.name, &row.what)?;
            }
        }
        self.finish().await?;
        Ok((aged.len() as u64) < AT_ONCE)
    }
}
