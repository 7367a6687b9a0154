//! How a fill begins: the bytes may be here already, there may be no room for them, the registry may
//! not be asked now; and who else may have them.

use super::LOOK_AGAIN;
use super::filling::Filling;
use super::source::{Source, told};
use crate::durable::wire::{FillCall, FillReply, UpstreamCommand, UpstreamReply};
use crate::service::cached::Registry;
use crate::service::cached::asking::Failure;
use crate::store::cached::slice::SLICE_BYTES;
use crate::store::{self, Store};
use futures_util::future::join3;
use roadstead_shared::blob::Body;
use roadstead_shared::oci::Digest;
use roadstead_shared::upstream::Rule;
use std::rc::Rc;

/// How a fill begins.
pub(super) enum Begun {
    /// All of it rests here already.
    Here(Body),
    /// It comes from here.
    Source(Box<Source>),
    /// There is no room for it.
    NoRoom,
}

impl Filling {
    /// Whether who asks by another repository may have it: one of its manifests names it, or the
    /// registry shows it there.
    pub(super) async fn admits(
        &self,
        store: &Store,
        rule: &Rc<Rule>,
        call: &FillCall,
        digest: &Digest,
    ) -> Result<(), FillReply> {
        let found = UpstreamCommand::Find { name: call.name.clone(), digest: digest.clone() };
        match self.ask(found).await {
            Ok(UpstreamReply::Found { is_named: true, .. }) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(told(error.into())),
        }
        let registry = Registry::new(store, rule, &call.name);
        is_shown(&registry, digest, &call.subject).await.map_err(told)
    }

    /// Looks whether the bytes are here already, and begins to read them elsewhere if not.
    pub(super) async fn begin(&self, subject: &str) -> Result<Begun, Failure> {
        let (name, digest, at) = {
            let record = self.record.borrow();
            (record.name.clone(), record.digest.clone(), record.body.size)
        };
        let found = UpstreamCommand::Find { name: name.clone(), digest: digest.clone() };
        let UpstreamReply::Found { body, is_named, size } = self.ask(found).await? else {
            return Err(store::Error::Backend("the rule found nothing".to_owned()).into());
        };
        let registry = Registry::new(&self.store, &self.rule, &name);
        if let Some(body) = body {
            if !is_named {
                is_shown(&registry, &digest, subject).await?;
            }
            return Ok(Begun::Here(body));
        }
        let size = self.size.get().or(size);
        let client = registry.client(subject).await?;
        let record = self.record.borrow().clone();
        // The alarm first: if this ends in the middle, somebody goes on or clears up.
        let written = async {
            self.storage.set_alarm(LOOK_AGAIN).await?;
            record.save(&self.storage).await
        };
        let source = Source::open(registry, client, &digest, at, size);
        // Beside each other, since somebody waits for the first byte.
        let room = self.reserve(size.unwrap_or(SLICE_BYTES));
        let (written, source, is_room) = join3(written, source, room).await;
        written.map_err(store::Error::from)?;
        let source = source?;
        let size = size.or(source.size);
        // Nobody reads along before there is room for all of it: he would be cut off.
        if is_room? && self.reserve(size.unwrap_or(SLICE_BYTES)).await? {
            self.know_size(size);
            return Ok(Begun::Source(Box::new(source)));
        }
        source.said(true);
        self.learn_size(size);
        Ok(Begun::NoRoom)
    }
}

/// Whether the registry shows `digest` in this repository, too: what others have of it is given to
/// nobody who could not have it from there.
async fn is_shown(registry: &Registry, digest: &Digest, subject: &str) -> Result<(), Failure> {
    let client = registry.client(subject).await?;
    let outcome = client.blob_head(digest).await;
    registry.note(&client, outcome, |_| 0).map(drop)
}
