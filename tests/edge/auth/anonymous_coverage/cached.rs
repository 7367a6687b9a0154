//! The calls about repositories of other registries.

use super::{NAME, parsed};
use roadstead_shared::operation::{Cached, Wanted};
use roadstead_shared::upstream::Rules;
use roadstead_tests::client::http::Request;
use roadstead_tests::stack::{ELSEWHERE, upstreams};

/// The one call of this kind: what is asked for makes no difference to who may ask.
pub(super) fn next() -> Cached {
    let (rules, wrong) = Rules::read(Some(&upstreams()));
    assert!(wrong.is_empty(), "{wrong:?}");
    let rule = rules.by_host(ELSEWHERE).unwrap_or_else(|| panic!("no rule about {ELSEWHERE}"));
    let target = rule.target(NAME).unwrap_or_else(|error| panic!("{error}"));
    let wanted = Wanted::Manifest { reference: parsed("v1"), head: false };
    Cached { asked: parsed(NAME), target, wanted }
}

/// The request that makes it.
pub(super) fn request(call: &Cached) -> Request {
    Request::get(format!("/v2/{}/manifests/v1?ns={ELSEWHERE}", call.asked))
}
