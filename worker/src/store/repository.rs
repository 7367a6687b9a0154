//! Repositories: the record of what people decided, and the caller of the object that orders the
//! writes.

use super::object::absent;
use super::{Error, Object, Store, key};
use crate::durable::wire::{self, ManifestCommand};
use crate::durable::wire::{RepositoryCommand, RepositoryRefused, RepositoryReply};
use roadstead_shared::api::Settings;
use roadstead_shared::oci::{Digest, Name};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The record of a repository.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Record {
    /// When something was first published here, ms UTC.
    created_at_ms: u64,
    #[serde(default)]
    settings: Settings,
}

impl Store {
    /// Whether anything was ever published as `name`. Asked only when something was not found.
    pub async fn repository_exists(&self, name: &Name) -> Result<bool, Error> {
        Ok(self.bucket.head(key::repository(name)).await?.is_some())
    }

    /// The settings of a repository; `None` where there is no such repository.
    pub async fn settings(&self, name: &Name) -> Result<Option<Settings>, Error> {
        Ok(self.repository_record(name).await?.map(|record| record.settings))
    }

    /// The settings of a repository, which is made if there is none.
    pub async fn open_repository(&self, name: &Name, now_ms: u64) -> Result<Settings, Error> {
        if let Some(record) = self.repository_record(name).await? {
            return Ok(record.settings);
        }
        let record = Record { created_at_ms: now_ms, ..Record::default() };
        let put = self.bucket.put(key::repository(name), bytes(&record)?);
        put.only_if(absent()).execute().await?;
        Ok(record.settings)
    }

    /// Changes the settings of a repository that is there.
    pub async fn change_settings(&self, name: &Name, settings: &Settings) -> Result<(), Error> {
        let mut record = self.repository_record(name).await?.unwrap_or_default();
        record.settings = settings.clone();
        self.put(key::repository(name), bytes(&record)?, HashMap::new()).await
    }

    /// The repositories that come after `after`, in the order of their names, at most `limit`.
    pub async fn repositories(&self, after: Option<&str>, limit: u32) -> Result<Vec<Name>, Error> {
        self.names(key::REPOSITORIES, after, limit).await
    }

    /// The repositories of a namespace that come after `after`, at most `limit` of those below it; the
    /// one that is called as the namespace is comes first.
    pub async fn repositories_of(
        &self,
        namespace: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Name>, Error> {
        let below = after.filter(|after| *after != namespace);
        let prefix = format!("{}{namespace}/", key::REPOSITORIES);
        let below = below.map(|after| format!("{}{after}", key::REPOSITORIES));
        let keys = self.keys(prefix, below.as_deref(), limit).await?;
        let own = namespace.parse().ok().filter(|_| after.is_none());
        let found = keys.iter().filter_map(|key| key.strip_prefix(key::REPOSITORIES)?.parse().ok());
        let mut names: Vec<Name> = found.collect();
        if let Some(own) = own
            && self.repository_exists(&own).await?
        {
            names.insert(0, own);
        }
        Ok(names)
    }

    /// The repositories that have something to purge or to collect, at most `limit`.
    pub async fn chores(&self, after: Option<&str>, limit: u32) -> Result<Vec<Name>, Error> {
        self.names(key::CHORES, after, limit).await
    }

    /// Notes that a repository has something to purge or to collect, or that it has nothing.
    pub async fn note_chores(&self, name: &Name, any: bool) -> Result<(), Error> {
        let key = key::chores(name);
        if any { self.put(key, Vec::new(), HashMap::new()).await } else { self.remove(key).await }
    }

    /// Says `command` to the object of `name`.
    pub async fn ask_repository(
        &self,
        name: &Name,
        command: &RepositoryCommand,
    ) -> Result<Result<RepositoryReply, RepositoryRefused>, Error> {
        Ok(wire::call(&self.repository(name)?, command).await?)
    }

    /// Publishes a manifest through its repository's own object.
    pub async fn publish_manifest(
        &self,
        command: ManifestCommand,
        document: &[u8],
    ) -> Result<Result<RepositoryReply, RepositoryRefused>, Error> {
        let stub = self.repository(&command.name)?;
        Ok(wire::call_with_body(&stub, &RepositoryCommand::Put(command), document).await?)
    }

    /// Has the object of `name` release those of its blobs that no manifest names, unless they were
    /// held anew after `before_ms`. The others.
    pub async fn consider(
        &self,
        name: &Name,
        digests: Vec<Digest>,
        before_ms: u64,
    ) -> Result<Vec<Digest>, Error> {
        let command = RepositoryCommand::Consider { name: name.clone(), digests, before_ms };
        match self.ask_repository(name, &command).await? {
            Ok(RepositoryReply::Named(named)) => Ok(named),
            reply => Err(Error::Backend(format!("the repository replied {reply:?}"))),
        }
    }

    fn repository(&self, name: &Name) -> Result<worker::Stub, Error> {
        Ok(self.env.durable_object(wire::REPOSITORY)?.get_by_name(name.as_str())?)
    }

    async fn names(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Name>, Error> {
        let after = after.map(|after| format!("{prefix}{after}"));
        let keys = self.keys(prefix.to_owned(), after.as_deref(), limit).await?;
        Ok(keys.iter().filter_map(|key| key.strip_prefix(prefix)?.parse().ok()).collect())
    }

    async fn repository_record(&self, name: &Name) -> Result<Option<Record>, Error> {
        let key = key::repository(name);
        let Some(object) = self.bucket.get(key.as_str()).execute().await? else { return Ok(None) };
        let bytes = Object::new(object)?.bytes().await?;
        serde_json::from_slice(&bytes).map(Some).map_err(|_| Error::Record(key))
    }
}

fn bytes(record: &Record) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(record).map_err(|error| Error::Backend(error.to_string()))
}
