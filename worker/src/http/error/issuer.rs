//! What is told about a refusal that is about identity providers.

use super::Told;
use crate::service::{sign_in, trust};
use roadstead_shared::oci::ErrorCode;

pub(super) fn tell_sign_in(refusal: &sign_in::Refusal) -> Told {
    use sign_in::Refusal as R;
    let (status, code) = match refusal {
        R::ProviderUnknown(_) | R::IdentityUnknown => (404, ErrorCode::Unsupported),
        R::Provider(_, error) if error.is_outage() => (503, ErrorCode::Unavailable),
        R::Provider(..) | R::Declined(_) | R::Foreign | R::FromElsewhere | R::Suspended(_) => {
            (403, ErrorCode::Denied)
        }
        R::OtherAccount | R::NoName | R::LastWay => (409, ErrorCode::Denied),
    };
    Told::new(status, code, refusal)
}

pub(super) fn tell_trust(refusal: &trust::Refusal) -> Told {
    use trust::Refusal as R;
    let (status, code) = match refusal {
        R::Issuer(_) | R::Rule(_) => (400, ErrorCode::Unsupported),
        R::TooMany(_) => (409, ErrorCode::Denied),
        R::PublisherUnknown => (404, ErrorCode::Unsupported),
        R::Token(_) | R::Used => (401, ErrorCode::Unauthorized),
        R::NotAdmitted { .. } | R::NoOwner(_) => (403, ErrorCode::Denied),
        R::Outage(_) => {
            let told = Told::new(503, ErrorCode::Unavailable, refusal);
            return told.with("retry-after", "5");
        }
    };
    Told::new(status, code, refusal)
}
