//! The calls whose names are another registry's, by a rule.

use super::Error;
use roadstead_shared::auth::Action;
use roadstead_shared::oci::Name;
use roadstead_shared::oci::path::ROOT;
use roadstead_shared::operation::{Cached, Operation, Page, Right, Wanted};
use roadstead_shared::upstream::{Located, Place, Rules};

/// Whether a path is `/v2/PREFIX/`: what a client asks first that has the prefix in its address.
pub(super) fn is_root(path: &str, rules: &Rules) -> bool {
    let prefix = path.strip_prefix(ROOT).map(|rest| rest.strip_suffix('/').unwrap_or(rest));
    prefix.is_some_and(|prefix| rules.by_prefix(prefix).is_some())
}

/// The call that is meant: `operation` itself, or one about the repository of another registry.
pub(super) fn locate(
    operation: Operation,
    place: &Place,
    rules: &Rules,
) -> Result<Operation, Error> {
    let Some(name) = read_from(&operation) else { return refuse(operation, place, rules) };
    match rules.locate(place, name.as_str())? {
        Located::Here => Ok(operation),
        Located::Nowhere => Err(Error::Stranger),
        Located::There { asked, target } => {
            let wanted = wanted(&operation);
            Ok(wanted
                .map_or(operation, |wanted| Operation::Cached(Cached { asked, target, wanted })))
        }
    }
}

/// Refuses what writes where names are another registry's.
pub(super) fn refuse(
    operation: Operation,
    place: &Place,
    rules: &Rules,
) -> Result<Operation, Error> {
    match written(&operation).and_then(|name| rules.keeps(place, name.as_str())) {
        Some(rule) => {
            Err(Error::Elsewhere { prefix: rule.prefix.clone(), host: rule.host.clone() })
        }
        None => Ok(operation),
    }
}

/// The call that is left where `operation` finds nothing that is published here: by the rule for the
/// root, where there is one and the URL names no registry.
pub fn fall_back(operation: &Operation, place: &Place, rules: &Rules) -> Option<Cached> {
    let name = read_from(operation)?;
    let (asked, target) = (name.clone(), rules.fall_back(place, name)?);
    Some(Cached { asked, target, wanted: wanted(operation)? })
}

/// The repository that is read by a call of the registry's API.
fn read_from(operation: &Operation) -> Option<&Name> {
    match operation {
        Operation::PullManifest { name, .. }
        | Operation::PullBlob { name, .. }
        | Operation::ListTags { name, .. }
        | Operation::ListReferrers { name, .. } => Some(name),
        _ => None,
    }
}

fn wanted(operation: &Operation) -> Option<Wanted> {
    Some(match operation.clone() {
        Operation::PullManifest { reference, head, .. } => Wanted::Manifest { reference, head },
        Operation::PullBlob { digest, head, .. } => Wanted::Blob { digest, head },
        Operation::ListTags { n, last, .. } => Wanted::Tags { n, last },
        Operation::ListReferrers { subject, artifact_type, page, .. } => {
            let page: Page = page;
            Wanted::Referrers { subject, artifact_type, page }
        }
        _ => return None,
    })
}

/// The repository that a call writes, or decides about. What a call needs says so.
fn written(operation: &Operation) -> Option<Name> {
    match operation.needs() {
        Right::Repository(access) => {
            let writes = [Action::Push, Action::Delete];
            writes.iter().any(|action| access.actions.contains(action)).then_some(access.name)
        }
        Right::Token | Right::Operator | Right::Public | Right::Account | Right::Anyone => None,
    }
}
