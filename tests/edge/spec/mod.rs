//! What distribution-spec 1.1 promises, in the order of its sections, so that a regression is found
//! without the specification's own program. What is claimed by noun is in `registry`.

mod content_discovery;
mod content_management;
mod mounting;
mod pulling;
mod pushing_blobs;
mod pushing_manifests;
mod tag_parameters;

use libtest_mimic::Trial;
use roadstead_tests::client::http::Answer;

/// The claims of this room.
pub(crate) fn claims() -> Vec<Trial> {
    let sections = [
        pulling::claims(),
        pushing_blobs::claims(),
        mounting::claims(),
        pushing_manifests::claims(),
        tag_parameters::claims(),
        content_discovery::claims(),
        content_management::claims(),
    ];
    sections.into_iter().flatten().collect()
}

/// The code of an answer that has to be an error with this status.
fn refused(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{answer}");
    crate::registry::error::is_an_error(answer)
}
