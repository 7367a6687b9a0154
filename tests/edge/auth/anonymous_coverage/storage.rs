//! The calls about what is kept.

use super::{Due, NAME, parsed};
use roadstead_shared::oci::Name;
use roadstead_shared::operation::Storage as O;
use roadstead_tests::client::http::Request;

/// The call behind `call` in the list; the first one behind none.
pub(super) fn next(call: Option<&O>) -> Option<O> {
    let name: Name = parsed(NAME);
    Some(match call {
        None => O::Standing { namespace: name },
        Some(O::Standing { .. }) => O::DeleteRepository { name },
        Some(O::DeleteRepository { .. }) => O::ListTakedowns,
        Some(O::ListTakedowns) => O::TakeDown { name },
        Some(O::TakeDown { .. }) => O::PutBack { name },
        Some(O::PutBack { .. }) => return None,
    })
}

/// The request that makes a call, and what is due to who shows nothing.
pub(super) fn request(call: &O) -> (Request, Due) {
    let at = |method: &str, rest: String| Request::new(method, format!("/api/v1/{rest}"));
    let takedown = |method: &str| at(method, format!("admin/takedowns/{NAME}"));
    let request = match call {
        O::Standing { .. } => at("GET", "admin/storage/claims".to_owned()),
        O::DeleteRepository { .. } => at("DELETE", format!("repositories/{NAME}")),
        O::ListTakedowns => at("GET", "admin/takedowns".to_owned()),
        O::TakeDown { .. } => takedown("PUT").body(b"{\"reason\":\"x\"}"),
        O::PutBack { .. } => takedown("DELETE"),
    };
    (request, Due::Account)
}
