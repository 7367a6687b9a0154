//! Repositories: the record that one exists, and the caller of the object that orders its writes.

use super::{Error, Store, key};
use crate::durable::wire::{self, ManifestCommand, ManifestRefused};
use roadstead_shared::oci::Name;

impl Store {
    /// Whether anything was ever published as `name`. Asked only when something was not found.
    pub async fn repository_exists(&self, name: &Name) -> Result<bool, Error> {
        Ok(self.bucket.head(key::repository(name)).await?.is_some())
    }

    /// Notes that there is such a repository.
    pub async fn create_repository(&self, name: &Name, now_ms: u64) -> Result<(), Error> {
        let record = serde_json::json!({ "created_at_ms": now_ms }).to_string().into_bytes();
        let put = self.bucket.put(key::repository(name), record);
        put.only_if(super::object::absent()).execute().await?;
        Ok(())
    }

    /// Publishes a manifest through its repository's own object.
    pub async fn publish_manifest(
        &self,
        command: &ManifestCommand,
        document: &[u8],
    ) -> Result<Result<(), ManifestRefused>, Error> {
        let stub = self.env.durable_object(wire::REPOSITORY)?.get_by_name(command.name.as_str())?;
        Ok(wire::call_with_body(&stub, command, document).await?)
    }
}
