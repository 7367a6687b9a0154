//! The calls about what was pulled. docs/api.md.

use super::{Error, READ};
use roadstead_shared::api::path::MeteringPath;
use roadstead_shared::operation::{MeteringOperation, Operation};

const NETWORKS: &str = "GET, PUT";

/// The call that `method` on `path` makes.
pub(super) fn parse(method: &str, path: MeteringPath) -> Result<Operation, Error> {
    let operation = match (path, method) {
        (MeteringPath::Usage, "GET") => MeteringOperation::Usage,
        (MeteringPath::Usage, _) => return Err(Error::Method { allow: READ }),
        (MeteringPath::Networks, "GET") => MeteringOperation::ReadNetworks,
        (MeteringPath::Networks, "PUT") => MeteringOperation::ChangeNetworks,
        (MeteringPath::Networks, _) => return Err(Error::Method { allow: NETWORKS }),
    };
    Ok(Operation::Metering(operation))
}
