//! Forgetting what somebody wants to be forgotten.

use super::Upstream;
use super::ledger::{Kind, Row};
use crate::durable::wire::UpstreamReply;
use roadstead_shared::oci::{Digest, Name, Reference};
use roadstead_shared::upstream::evict::{self, Place, Root};
use worker::Result;

impl Upstream {
    /// Forgets a tag with its image, unless another tag points there; a manifest, a repository, or
    /// everything. Blobs that nothing else names go too.
    pub(super) async fn purge(
        &self,
        name: Option<&Name>,
        reference: Option<&Reference>,
    ) -> Result<UpstreamReply> {
        let ledger = self.ledger()?;
        match (name, reference) {
            (None, _) => ledger.doom_all(None)?,
            (Some(name), None) => ledger.doom_all(Some(name.as_str()))?,
            (Some(name), Some(Reference::Digest(digest))) => self.doom(name, digest, true)?,
            (Some(name), Some(Reference::Tag(tag))) => {
                let row = ledger.find(Kind::Tag, name.as_str(), tag.as_str())?;
                ledger.doom(Kind::Tag, name.as_str(), tag.as_str())?;
                if let Some(Row { digest, .. }) = row
                    && ledger.tags_of(&place(name, &digest))? == 0
                {
                    self.doom(name, &digest, false)?;
                }
            }
        }
        self.finish().await?;
        Ok(UpstreamReply::Done)
    }

    /// Has a manifest go with all that only it keeps; one that another manifest keeps only where that
    /// `is_meant`.
    fn doom(&self, name: &Name, digest: &Digest, is_meant: bool) -> Result<()> {
        let ledger = self.ledger()?;
        let row = ledger.find(Kind::Manifest, name.as_str(), digest.as_str())?;
        if !row.is_some_and(|row| is_meant || !row.kept) {
            return Ok(());
        }
        let image = evict::image(&ledger, &Root::Manifest(place(name, digest)))?;
        ledger.doom_image(&image).map(drop)
    }
}

fn place(name: &Name, digest: &Digest) -> Place {
    Place { name: name.to_string(), digest: digest.clone() }
}
