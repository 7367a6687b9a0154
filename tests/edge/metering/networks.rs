//! The list of networks without a limit.

use super::edge::{Image, Somebody, alone, edge, fresh};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::api::Api;
use roadstead_tests::image::noise;
use serde_json::json;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        the_operator_puts_networks_without_a_limit,
        a_list_with_anything_wrong_is_refused_as_a_whole,
        only_the_operator_sees_the_list,
    ]
}

fn put(list: &serde_json::Value) {
    let answer = Api::of(edge()).put("admin/networks", list).expect(200);
    assert_eq!(answer.json(), *list);
    assert_eq!(Api::of(edge()).get("admin/networks").expect(200).json(), *list);
}

fn the_operator_puts_networks_without_a_limit() {
    // Everybody's tier depends on the list.
    let _alone = alone();
    let repository = fresh("networks");
    let _ = Image::publish(&repository, Some("tag"), &[noise(331, 600)]);
    let (four, six) = (Somebody::from("203.0.113.9"), Somebody::from("2001:db8:99::1"));
    for somebody in [&four, &six] {
        somebody.spend();
        let _ = somebody.get(&repository, "manifests/tag").expect(429);
    }
    put(&json!({ "ranges": ["203.0.113.0/24", "2001:db8:99::/48"], "asns": [64496] }));
    for somebody in [&four, &six] {
        let _ = somebody.get(&repository, "manifests/tag").expect(200);
        assert_eq!(somebody.usage()["tier"], "network");
    }
    // More than a variable could hold.
    let ranges: Vec<String> =
        (0..3_000).map(|n| format!("10.{}.{}.0/24", n / 256, n % 256)).collect();
    let mut list = json!({ "ranges": ranges, "asns": [] });
    list["ranges"][2_999] = json!("203.0.113.0/24");
    put(&list);
    let _ = four.get(&repository, "manifests/tag").expect(200);
    let _ = six.get(&repository, "manifests/tag").expect(429);
    put(&json!({ "ranges": [], "asns": [] }));
    let _ = four.get(&repository, "manifests/tag").expect(429);
}

fn a_list_with_anything_wrong_is_refused_as_a_whole() {
    let _alone = alone();
    let api = Api::of(edge());
    let before = api.get("admin/networks").expect(200).json();
    for (wrong, named) in [
        (json!({ "ranges": ["203.0.113.0/24", "203.0.113.1/24"] }), "203.0.113.1/24"),
        (json!({ "ranges": ["nowhere"], "asns": ["AS1"] }), "nowhere"),
        (json!({ "asns": [4_294_967_296_u64] }), "4294967296"),
        (json!({ "hosts": ["x"] }), "hosts"),
        (json!([]), "object"),
    ] {
        let answer = api.put("admin/networks", &wrong).expect(400);
        assert_eq!(crate::registry::error::is_an_error(&answer), "UNSUPPORTED");
        assert!(answer.text().contains(named), "{wrong}: {answer}");
    }
    assert_eq!(api.get("admin/networks").expect(200).json(), before);
}

fn only_the_operator_sees_the_list() {
    let _alone = alone();
    for method in ["GET", "PUT"] {
        let request = Api::of(edge()).request(method, "admin/networks").body("{}");
        let _ = request.send().expect(401);
        let _ = request.basic("operator", "wrong").send().expect(401);
    }
}
