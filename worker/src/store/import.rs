//! The caller of the Durable Objects that copy images from other registries.

use super::{Error, Store};
use crate::durable::wire::{self, ImportCommand, ImportReply};
use roadstead_shared::import::{Credentials, Order, Report};
use roadstead_shared::oci::Name;

impl Store {
    /// Begins an import, and says where it stands.
    pub async fn begin_import(
        &self,
        order: Order,
        credentials: Option<Credentials>,
    ) -> Result<Report, Error> {
        let namespace = self.env.durable_object(wire::IMPORTS)?;
        let stub = namespace.unique_id()?.get_stub()?;
        let command = ImportCommand::Begin(Box::new(order), credentials);
        match wire::call(&stub, &command).await? {
            ImportReply::Report(_, report) => Ok(*report),
            reply => Err(unexpected(&reply)),
        }
    }

    /// The repository that an import writes, and where it stands; `None` where there is none.
    pub async fn import(&self, id: &str) -> Result<Option<(Name, Report)>, Error> {
        match self.ask_import(id, &ImportCommand::Report).await? {
            Some(ImportReply::Report(name, report)) => Ok(Some((name, *report))),
            Some(ImportReply::Unknown) | None => Ok(None),
            Some(reply) => Err(unexpected(&reply)),
        }
    }

    /// Ends an import.
    pub async fn cancel_import(&self, id: &str) -> Result<(), Error> {
        self.ask_import(id, &ImportCommand::Cancel).await.map(drop)
    }

    async fn ask_import(
        &self,
        id: &str,
        command: &ImportCommand,
    ) -> Result<Option<ImportReply>, Error> {
        let namespace = self.env.durable_object(wire::IMPORTS)?;
        // An id that no object of this namespace can have is an error of the runtime's.
        let Ok(object) = namespace.id_from_string(id) else { return Ok(None) };
        Ok(Some(wire::call(&object.get_stub()?, command).await?))
    }
}

fn unexpected(reply: &ImportReply) -> Error {
    Error::Backend(format!("the import replied {reply:?}"))
}
