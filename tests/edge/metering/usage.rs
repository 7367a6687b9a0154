//! The document of usage.

use super::edge::{ACCOUNT, ANONYMOUS, Image, Somebody, edge, fresh, together};
use libtest_mimic::Trial;
use roadstead_shared::catalog::time;
use roadstead_shared::usage::Usage;
use roadstead_tests::claims;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::image::noise;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        everybody_sees_where_they_stand,
        usage_is_told_by_password_by_token_and_by_neither,
        wrong_credentials_are_told_so,
    ]
}

fn read(somebody: &Somebody) -> Usage {
    serde_json::from_value(somebody.usage()).unwrap_or_else(|error| panic!("{error}"))
}

fn everybody_sees_where_they_stand() {
    let _together = together();
    let repository = fresh("usage");
    let image = Image::publish(&repository, Some("tag"), &[noise(321, 1_000_000)]);
    let somebody = Somebody::new();
    let fresh = read(&somebody);
    assert_eq!((fresh.used_bytes, fresh.limit_bytes), (0, Some(ANONYMOUS)));
    assert_eq!(fresh.remaining_bytes, Some(ANONYMOUS));
    let _ = somebody.get(&repository, "manifests/tag").expect(200);
    let _ = somebody.get(&repository, &format!("blobs/{}", image.blobs[1].0)).expect(200);
    let bytes = 1_000_000 + image.manifest.len() as u64;
    somebody.must_have_used(bytes);
    let usage = read(&somebody);
    assert_eq!(usage.used_bytes, bytes);
    assert_eq!(usage.remaining_bytes, Some(ANONYMOUS - bytes));
    let resets = time::parse_rfc3339(&usage.resets_at).unwrap_or_default();
    assert!(usage.resets_at.ends_with("-01T00:00:00Z"), "{}", usage.resets_at);
    let today = usage.days.last().unwrap_or_else(|| panic!("no day"));
    assert_eq!((usage.days.len(), today.bytes, today.pulls), (30, bytes, 1));
    let midnight = time::parse_rfc3339(&format!("{}T00:00:00Z", today.date)).unwrap_or_default();
    assert!(midnight < resets && resets - midnight <= 31 * 86_400_000, "{usage:?}");
    let dates: Vec<&String> = usage.days.iter().map(|day| &day.date).collect();
    assert!(dates.is_sorted(), "{dates:?}");
    somebody.spend();
    assert_eq!(read(&somebody).remaining_bytes, Some(0));
}

fn usage_is_told_by_password_by_token_and_by_neither() {
    let _together = together();
    let somebody = Somebody::new();
    let tier = |usage: &serde_json::Value| usage["tier"].as_str().map(str::to_owned);
    assert_eq!(tier(&somebody.usage()).as_deref(), Some("anonymous"));
    let usage = somebody.signed_in().usage();
    assert_eq!(tier(&usage).as_deref(), Some("account"));
    assert_eq!(usage["limit_bytes"], ACCOUNT);
    for (is_operator, expected) in [(true, "account"), (false, "anonymous")] {
        let seen = if is_operator { Repository::as_operator } else { Repository::as_anyone };
        let token = seen("metering/token").on(edge()).token();
        let request = Request::get("/api/v1/usage").at(edge().host()).bearer(&token);
        let answer = request.header("CF-Connecting-IP", somebody.address()).send().expect(200);
        assert_eq!(tier(&answer.json()).as_deref(), Some(expected));
        assert_eq!(answer.must("cache-control"), "no-store");
    }
}

fn wrong_credentials_are_told_so() {
    let _together = together();
    let request = Request::get("/api/v1/usage").at(edge().host());
    let _ = request.clone().basic("operator", "wrong").send().expect(401);
    let _ = request.bearer("no.such.token").send().expect(401);
}
