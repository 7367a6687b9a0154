//! What a client is told where another registry did not give what it asked for. Never a 404 for a
//! registry that fails: some clients would go and ask elsewhere, others would delete what they run.

use super::Told;
use crate::durable::wire::Waiting;
use crate::service::cached::Unanswered;
use roadstead_shared::oci::ErrorCode;

/// How long clients are told to wait at most, in seconds: some sleep for whatever is said.
const MAX_WAIT_S: u64 = 30;

/// The status, the code and the headers of a refusal.
pub(super) fn tell(unanswered: &Unanswered) -> Told {
    use Unanswered as U;
    let told = |status, code| Told::new(status, code, unanswered);
    let unavailable = |status: u16, wait_s: u64| {
        let code = if status == 429 { ErrorCode::TooManyRequests } else { ErrorCode::Unavailable };
        told(status, code).with("retry-after", wait_s.clamp(1, MAX_WAIT_S).to_string())
    };
    match unanswered {
        U::Missing { .. } | U::Refused { .. } => told(404, ErrorCode::ManifestUnknown),
        U::MissingBlob { .. } => told(404, ErrorCode::BlobUnknown),
        U::Waits { ms, why: Waiting::TooManyMisses, .. } => unavailable(429, ms.div_ceil(1000)),
        U::Waits { ms, why: Waiting::Resting, .. } => unavailable(503, ms.div_ceil(1000)),
        U::Failed { status: Some(429), .. } => unavailable(429, 5),
        U::Failed { .. } => unavailable(503, 2),
        U::Lied { .. } => told(502, ErrorCode::Unavailable),
        U::NotPassedOn { .. } | U::Closed { .. } => told(403, ErrorCode::Denied),
    }
}
