//! What is told about a refusal that is about people.

use super::Told;
use crate::service::account::Refusal;
use roadstead_shared::oci::ErrorCode;

pub(super) fn tell(refusal: &Refusal) -> Told {
    use Refusal as R;
    let (status, code) = match refusal {
        R::SignUpClosed
        | R::WrongPassword
        | R::Operators
        | R::NotOwner(_)
        | R::Elsewhere(_)
        | R::Granted => (403, ErrorCode::Denied),
        R::Name(_) => (400, ErrorCode::NameInvalid),
        R::Password(_) | R::Mail | R::Link | R::Scope(_) | R::Token => {
            (400, ErrorCode::Unsupported)
        }
        R::Taken(_) | R::TooMany(_) | R::LastOwner(_) => (409, ErrorCode::Denied),
        R::TokenUnknown => (404, ErrorCode::Unsupported),
        R::AccountUnknown(_) | R::NamespaceUnknown(_) | R::NotMember(_) => {
            (404, ErrorCode::NameUnknown)
        }
    };
    Told::new(status, code, refusal)
}
