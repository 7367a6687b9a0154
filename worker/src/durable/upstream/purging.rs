//! Forgetting what somebody wants to be forgotten.

use super::Upstream;
use super::ledger::Kind;
use crate::durable::wire::UpstreamReply;
use roadstead_shared::oci::{Name, Reference};
use worker::Result;

impl Upstream {
    /// Forgets a tag, a manifest, a repository, or everything; a blob that nothing else names goes
    /// too.
    pub(super) async fn purge(
        &self,
        name: Option<&Name>,
        reference: Option<&Reference>,
    ) -> Result<UpstreamReply> {
        let ledger = self.ledger()?;
        match (name, reference) {
            (Some(name), Some(Reference::Tag(tag))) => {
                ledger.doom(Kind::Tag, name.as_str(), tag.as_str())?;
            }
            (Some(name), Some(Reference::Digest(digest))) => {
                ledger.doom(Kind::Manifest, name.as_str(), digest.as_str())?;
            }
            _ => {}
        }
        self.finish().await?;
        Ok(UpstreamReply::Done)
    }
}
