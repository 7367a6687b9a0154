//! The calls of our own API. docs/api.md.

mod account;
mod issuer;

use super::{Error, READ, storage};
use roadstead_shared::api::path::{self, Path};
use roadstead_shared::oci::query::Query;
use roadstead_shared::operation::{Operation, Storage};

const SETTINGS: &str = "GET, PUT, DELETE";
const ACTION: &str = "POST";
const IMPORT: &str = "GET, DELETE";

/// The call that `method` on `path` makes.
pub(super) fn parse(method: &str, path: &str, query: &Query) -> Result<Operation, Error> {
    Ok(match path::split(path)? {
        Path::Repository(name) => match method {
            "GET" => Operation::ReadSettings { name: name.parse()? },
            "PUT" => Operation::ChangeSettings { name: name.parse()? },
            "DELETE" => Operation::Storage(Storage::DeleteRepository { name: name.parse()? }),
            _ => return Err(Error::Method { allow: SETTINGS }),
        },
        Path::Deleted(name) => {
            super::read(method)?;
            Operation::ListDeleted { name: name.parse()? }
        }
        Path::Restore(name) => {
            action(method)?;
            Operation::Restore { name: name.parse()? }
        }
        Path::Sweep => {
            action(method)?;
            Operation::Sweep
        }
        Path::Rebuild => {
            action(method)?;
            Operation::Rebuild { after: query.get("after").map(str::to_owned) }
        }
        Path::Status => match method {
            "GET" => Operation::Status,
            _ => return Err(Error::Method { allow: READ }),
        },
        Path::Metering(path) => super::metering::parse(method, path)?,
        Path::Storage(namespace) => Operation::Storage(storage::standing(method, &namespace)?),
        Path::Takedowns => Operation::Storage(storage::takedowns(method)?),
        Path::Takedown(name) => Operation::Storage(storage::takedown(method, &name)?),
        Path::Imports => {
            action(method)?;
            Operation::StartImport
        }
        Path::Import(id) => match method {
            "GET" => Operation::ImportStatus { id },
            "DELETE" => Operation::CancelImport { id },
            _ => return Err(Error::Method { allow: IMPORT }),
        },
        Path::Account(path) => Operation::Account(account::parse(method, path, query)?),
        Path::Upstreams(path) => super::upstreams::parse(method, path)?,
        Path::Issuer(path) => Operation::Issuer(issuer::parse(method, path, query)?),
    })
}

fn action(method: &str) -> Result<(), Error> {
    if method == ACTION { Ok(()) } else { Err(Error::Method { allow: ACTION }) }
}
