//! The calls about what is kept.

use super::{Error, READ};
use roadstead_shared::operation::Storage;

const TAKEDOWN: &str = "PUT, DELETE";

/// GET of what `namespace` keeps.
pub(super) fn standing(method: &str, namespace: &str) -> Result<Storage, Error> {
    super::read(method)?;
    Ok(Storage::Standing { namespace: namespace.parse()? })
}

/// GET of the list of what is taken down.
pub(super) fn takedowns(method: &str) -> Result<Storage, Error> {
    match method {
        "GET" => Ok(Storage::ListTakedowns),
        _ => Err(Error::Method { allow: READ }),
    }
}

/// What `method` does with the takedown of `name`.
pub(super) fn takedown(method: &str, name: &str) -> Result<Storage, Error> {
    match method {
        "PUT" => Ok(Storage::TakeDown { name: name.parse()? }),
        "DELETE" => Ok(Storage::PutBack { name: name.parse()? }),
        _ => Err(Error::Method { allow: TAKEDOWN }),
    }
}
