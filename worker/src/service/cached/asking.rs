//! Asking another registry: with what it may be shown, when its rule's object lets us, and telling
//! that object what came of it.

use crate::durable::wire::{Answered, FillReply, UpstreamCommand, UpstreamReply};
use crate::store::{self, Store};
use crate::upstream::{self, Upstream};
use roadstead_shared::oci::{Digest, Name, Tag};
use roadstead_shared::upstream::Rule;
use std::rc::Rc;

/// A repository of another registry, by its rule.
#[derive(Clone)]
pub struct Registry {
    store: Store,
    rule: Rc<Rule>,
    name: Name,
}

/// Why nothing came of asking.
#[derive(Debug)]
pub enum Failure {
    /// As a fill says it.
    Reply(FillReply),
    /// Our own store failed.
    Store(store::Error),
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl Registry {
    /// The repository `name` of the registry of `rule`.
    pub fn new(store: &Store, rule: &Rc<Rule>, name: &Name) -> Self {
        Self { store: store.clone(), rule: rule.clone(), name: name.clone() }
    }

    /// A client of the registry, if it may be asked now for `subject`, who waits for it.
    pub async fn client(&self, subject: &str) -> Result<Upstream, Failure> {
        self.client_for(subject, false).await
    }

    /// The same for what registries may count, a manifest, or for what they do not.
    pub async fn client_for(&self, subject: &str, is_counted: bool) -> Result<Upstream, Failure> {
        let (name, subject) = (self.name.clone(), subject.to_owned());
        let command = UpstreamCommand::Ask { name, subject, is_counted };
        let shown = match self.store.ask_upstream(&self.rule.prefix, command, None).await? {
            UpstreamReply::Go { shown } => shown,
            UpstreamReply::Wait { ms, why } => {
                return Err(Failure::Reply(FillReply::Waits { ms, why }));
            }
            reply => return Err(store::Error::Backend(format!("the rule said {reply:?}")).into()),
        };
        let account = self.store.registry_account(&self.rule);
        let client = Upstream::new(self.rule.origin.clone(), self.name.clone(), account);
        Ok(client.into_private(self.rule.allow_private).showing(shown))
    }

    /// Tells the rule's object what came of a request, which sent `bytes`; and what it means.
    pub fn note<T>(
        &self,
        client: &Upstream,
        outcome: Result<T, upstream::Error>,
        bytes: impl FnOnce(&T) -> u64,
    ) -> Result<T, Failure> {
        let answer = match &outcome {
            Ok(done) => Answered::Well { bytes: bytes(done), remaining: client.remaining() },
            Err(error) => answered(error),
        };
        self.said(client, answer);
        outcome.map_err(|error| Failure::Reply(reply(&error)))
    }

    /// The repository.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// Says something to the rule's object.
    pub async fn tell(
        &self,
        command: UpstreamCommand,
        body: Option<&[u8]>,
    ) -> Result<UpstreamReply, store::Error> {
        self.store.ask_upstream(&self.rule.prefix, command, body).await
    }

    /// The registry says that `tag` is `digest`. Whether that is what rests here.
    pub async fn confirm(&self, tag: Tag, digest: Digest) -> Result<bool, store::Error> {
        let command = UpstreamCommand::Confirm { name: self.name.clone(), tag, digest };
        Ok(matches!(self.tell(command, None).await?, UpstreamReply::Kept))
    }

    /// The registry says that there is no such tag. Whether what rests here stays for now.
    pub async fn gone(&self, tag: Tag) -> Result<bool, store::Error> {
        let command = UpstreamCommand::Gone { name: self.name.clone(), tag };
        Ok(matches!(self.tell(command, None).await?, UpstreamReply::Kept))
    }

    /// Writes what failed and holds nothing up.
    pub fn log(&self, failure: &str) {
        self.store.log(failure);
    }

    /// Tells the rule's object how the registry is.
    pub fn said(&self, client: &Upstream, answer: Answered) {
        let name = self.name.clone();
        let command = UpstreamCommand::Said { name, shown: client.newly_shown(), answer };
        let (store, prefix) = (self.store.clone(), self.rule.prefix.clone());
        self.store.aside(async move {
            if let Err(error) = store.ask_upstream(&prefix, command, None).await {
                store.log(&error.to_string());
            }
        });
    }
}

/// What a registry's error says of the registry.
pub fn answered(error: &upstream::Error) -> Answered {
    use upstream::Error as E;
    match error {
        E::Busy { status, retry_after_s, .. } => {
            Answered::Failing { status: Some(*status), retry_after_s: *retry_after_s }
        }
        E::Unreachable(_) | E::Broken(_) | E::Unreadable { .. } => {
            Answered::Failing { status: None, retry_after_s: None }
        }
        E::Unauthorized { .. } => Answered::Refused,
        E::NotFound(_) | E::Refused { .. } | E::Stopped => {
            Answered::Well { bytes: 0, remaining: None }
        }
        E::Realm { .. } | E::Redirect(_) | E::TooLong(_) => Answered::Lied,
    }
}

/// The same for who asked.
pub fn reply(error: &upstream::Error) -> FillReply {
    use upstream::Error as E;
    match error {
        E::Busy { status, .. } | E::Refused { status, .. } => {
            FillReply::Failed { status: Some(*status) }
        }
        E::Unreachable(_) | E::Broken(_) | E::Stopped => FillReply::Failed { status: None },
        E::NotFound(_) => FillReply::Missing,
        E::Unauthorized { .. } => FillReply::Refused,
        E::Realm { .. } | E::Redirect(_) | E::TooLong(_) | E::Unreadable { .. } => FillReply::Lied,
    }
}
