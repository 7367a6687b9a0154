//! The operator's calls about what is cached. docs/api.md.

use super::{Error, READ};
use roadstead_shared::api::path::UpstreamsPath;
use roadstead_shared::operation::{Operation, UpstreamsOperation};

const ACTION: &str = "POST";

/// The call that `method` on `path` makes.
pub(super) fn parse(method: &str, path: UpstreamsPath) -> Result<Operation, Error> {
    let (operation, takes) = match path {
        UpstreamsPath::Upstreams => (UpstreamsOperation::ListUpstreams, "GET"),
        UpstreamsPath::Metrics => (UpstreamsOperation::Metrics, "GET"),
        UpstreamsPath::Purge => (UpstreamsOperation::Purge, ACTION),
        UpstreamsPath::Refresh => (UpstreamsOperation::Refresh, ACTION),
    };
    match (method, takes) {
        _ if method == takes => Ok(Operation::Upstreams(operation)),
        (_, ACTION) => Err(Error::Method { allow: ACTION }),
        _ => Err(Error::Method { allow: READ }),
    }
}
