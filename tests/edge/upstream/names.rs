//! In which ways a name leads to another registry, and in which it does not.
//!
//! On an edge of its own, whose rules are tables of TOML, one of them for the root.

use super::published::is_kept;
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::client::registry::{parameter, text, token_path_of};
use roadstead_tests::image::digest;
use roadstead_tests::own_stack::OwnStack;
use roadstead_tests::stack::Stack;
use roadstead_tests::upstream::{Day, Goods, Upstream, image};
use serde_json::json;
use std::sync::OnceLock;

static EDGE: OwnStack = OwnStack::made("names", settings);

/// The rule `hub` is about a registry that is called `docker.io`; `path.example` puts something in front
/// of its names, and has a host of its own here.
fn settings() -> String {
    let (hub, other) = (hub().host(), other().host());
    format!(
        "TIERS={{ anonymous = {{ bytes_per_month = 1_000_000_000_000 }} }}\n\n\
         [UPSTREAMS.hub]\n\
         url = \"http://{hub}\" # a stub\n\
         host = \"docker.io\"\n\
         allow_private = true\n\
         default = true\n\
         deny = [\"denied/*\"]\n\n\
         [UPSTREAMS.\"path.example\"]\n\
         url = \"http://{other}\"\n\
         host = \"path.example\"\n\
         path = \"team/images\"\n\
         allow_private = true\n\
         hostname = \"localhost\"\n"
    )
}

pub(super) fn hub() -> &'static Upstream {
    static HUB: OnceLock<Upstream> = OnceLock::new();
    HUB.get_or_init(Upstream::start)
}

fn other() -> &'static Upstream {
    static OTHER: OnceLock<Upstream> = OnceLock::new();
    OTHER.get_or_init(Upstream::start)
}

/// The edge, running.
pub(super) fn edge() -> &'static Stack {
    EDGE.get()
}

pub(super) fn stop() {
    EDGE.stop();
}

pub(super) fn claims() -> Vec<Trial> {
    claims![
        every_way_of_asking_leads_to_the_same_image,
        what_stands_in_front_of_names_is_added,
        at_a_host_of_its_own_every_name_is_the_rules,
        a_token_is_good_for_the_name_that_was_asked_for_alone,
        a_registry_that_no_rule_knows_is_never_asked,
        what_the_operator_leaves_out_is_not_asked_for,
        a_list_goes_on_where_it_began,
        a_name_that_is_too_long_is_refused_in_words,
    ]
}

/// What the other registry sells under a name that nothing else asks for.
pub(super) fn sold(at: &Upstream, name: &str, seed: u64) -> Goods {
    let goods = image(seed, 100_000);
    at.sell(name, &goods, Day::default());
    goods
}

/// Asks at `host` as a client does: without a token, then with one for the scope that it is told, or
/// for that of `own` where the client asks for its own. The challenge's scope, and the answer.
fn ask_at(host: &str, path: &str, own: Option<&str>) -> (String, Answer) {
    let first = Request::get(path).at(host).send().expect(401);
    let scope = parameter(first.must("WWW-Authenticate"), "scope").unwrap_or_default();
    let asked = own.map_or(scope.clone(), |name| format!("repository:{name}:pull"));
    let granted = Request::get(token_path_of(host, &[&asked])).at(host).send().expect(200);
    let token = text(&granted.json(), "token");
    let answer = Request::get(path).at(host).bearer(&token).send();
    assert_eq!(first.header("OCI-Namespace"), answer.header("OCI-Namespace"), "{path}");
    (scope, answer)
}

pub(super) fn ask(path: &str) -> (String, Answer) {
    ask_at(edge().host(), path, None)
}

fn every_way_of_asking_leads_to_the_same_image() {
    let goods = sold(hub(), "library/tool", 900);
    let expected = goods.document("1");
    let layer = goods.blobs.keys().next().unwrap_or_else(|| panic!("no blob"));
    for (base, ns, scope) in [
        ("/v2/hub/library/tool", None, "hub/library/tool"),
        ("/v2/hub/tool", None, "hub/tool"),
        ("/v2/library/tool", Some("docker.io"), "library/tool"),
        ("/v2/library/tool", Some("index.docker.io"), "library/tool"),
        ("/v2/tool", Some("registry-1.docker.io"), "tool"),
        // containerd, with `override_path` and without.
        ("/v2/hub/library/tool", Some("docker.io"), "library/tool"),
        ("/hub/v2/library/tool", Some("docker.io"), "library/tool"),
        ("/hub/v2/library/tool", None, "library/tool"),
        ("/hub/v2/tool", None, "tool"),
        // dockerd, which is told nothing but the address.
        ("/v2/library/tool", None, "library/tool"),
        ("/v2/tool", None, "tool"),
    ] {
        let query = ns.map(|ns| format!("?ns={ns}")).unwrap_or_default();
        for rest in ["manifests/1", &format!("manifests/{}", digest(expected))] {
            let path = format!("{base}/{rest}{query}");
            let (asked, answer) = ask(&path);
            assert_eq!(asked, format!("repository:{scope}:pull"), "{path}");
            let answer = answer.expect(200);
            assert!(answer.body == expected, "{path}: {answer}");
            assert_eq!(answer.header("OCI-Namespace"), ns, "{path}");
        }
        let blob = format!("{base}/blobs/{layer}{query}");
        assert!(ask(&blob).1.expect(200).body == goods.blobs[layer], "{blob}");
        let tags = format!("{base}/tags/list{query}");
        assert_eq!(ask(&tags).1.expect(200).json()["tags"], json!(["1"]), "{tags}");
    }
    assert_eq!(hub().count("library/tool", "GET", "manifests"), 1);
    for path in ["/v2/", "/v2/?ns=docker.io", "/hub/v2/", "/hub/v2", "/v2/hub/"] {
        let (scope, answer) = ask(path);
        assert_eq!((scope.as_str(), answer.status), ("", 200), "{path}");
    }
}

fn what_stands_in_front_of_names_is_added() {
    let goods = sold(other(), "team/images/tool", 901);
    for path in [
        "/v2/path.example/tool/manifests/1",
        "/v2/tool/manifests/1?ns=path.example",
        "/path.example/v2/tool/manifests/1",
        "/v2/path.example/tool/manifests/1?ns=path.example",
    ] {
        assert!(ask(path).1.expect(200).body == goods.document("1"), "{path}");
    }
    let _ = sold(other(), "outside", 902);
    let (_, answer) = ask("/v2/path.example/outside/manifests/1");
    let _ = answer.expect(404);
    assert!(other().seen("outside").is_empty());
}

fn at_a_host_of_its_own_every_name_is_the_rules() {
    let goods = sold(other(), "team/images/any/tool", 903);
    let port = edge().host().rsplit(':').next().unwrap_or_default();
    let host = format!("localhost:{port}");
    let path = "/v2/any/tool/manifests/1";
    let (scope, answer) = ask_at(&host, path, None);
    assert_eq!(scope, "repository:any/tool:pull");
    assert!(answer.expect(200).body == goods.document("1"));
    // Elsewhere the name is another registry's, or nobody's.
    let (_, answer) = ask(path);
    let _ = answer.expect(404);
    let upload = Request::new("POST", "/v2/any/tool/blobs/uploads/").at(&host).body(b"").send();
    is_kept(&upload, "path.example");
}

fn a_token_is_good_for_the_name_that_was_asked_for_alone() {
    let _ = sold(hub(), "library/scoped", 904);
    let host = edge().host();
    // A client may also ask for what it calls the image itself, whatever the challenge says.
    for path in [
        "/v2/library/scoped/manifests/1?ns=docker.io",
        "/v2/hub/library/scoped/manifests/1?ns=docker.io",
        "/hub/v2/library/scoped/manifests/1",
        "/v2/library/scoped/manifests/1",
    ] {
        let _ = ask_at(host, path, Some("library/scoped")).1.expect(200);
        let wrong = ask_at(host, path, Some("library/other")).1.expect(401);
        let challenge = wrong.must("WWW-Authenticate");
        let scope = parameter(challenge, "scope");
        assert_eq!(scope.as_deref(), Some("repository:library/scoped:pull"), "{path}");
        assert_eq!(parameter(challenge, "error").as_deref(), Some("insufficient_scope"));
    }
}

fn a_registry_that_no_rule_knows_is_never_asked() {
    let _ = sold(hub(), "library/stranger", 905);
    for path in [
        "/v2/library/stranger/manifests/1?ns=evil.example",
        "/v2/hub/library/stranger/manifests/1?ns=evil.example",
        "/hub/v2/library/stranger/manifests/1?ns=evil.example",
        "/v2/library/stranger/manifests/1?ns=http%3A%2F%2F127.0.0.1",
        "/v2/library/stranger/manifests/1?ns=docker.io%40evil.example",
    ] {
        let answer = match Request::get(path).at(edge().host()).send() {
            // Where nothing could ever be, nobody is asked who they are.
            answer if answer.status == 404 => answer,
            _ => ask(path).1.expect(404),
        };
        assert_eq!(answer.json()["errors"][0]["code"], "NAME_UNKNOWN", "{path}");
        assert_eq!(answer.header("OCI-Namespace"), None, "{path}");
    }
    assert!(hub().seen("library/stranger").is_empty());
}

fn what_the_operator_leaves_out_is_not_asked_for() {
    let _ = sold(hub(), "denied/tool", 908);
    for path in ["/v2/hub/denied/tool/manifests/1", "/v2/denied/tool/manifests/1?ns=docker.io"] {
        let answer = ask(path).1.expect(403);
        assert_eq!(answer.json()["errors"][0]["code"], "DENIED", "{path}");
        assert!(answer.text().contains("not passed on"), "{answer}");
    }
    assert!(hub().seen("denied/tool").is_empty());
}

fn a_list_goes_on_where_it_began() {
    let mut goods = image(909, 1000);
    let bytes = goods.manifests["1"].clone();
    goods.manifests.extend(["2", "3"].map(|tag| (tag.to_owned(), bytes.clone())));
    hub().sell("library/listed", &goods, Day::default());
    for path in [
        "/v2/hub/library/listed/tags/list?n=2",
        "/v2/library/listed/tags/list?n=2&ns=docker.io",
        "/v2/hub/library/listed/tags/list?n=2&ns=docker.io",
        "/hub/v2/library/listed/tags/list?n=2",
        "/v2/library/listed/tags/list?n=2",
    ] {
        let answer = ask(path).1.expect(200);
        assert_eq!(answer.json()["tags"], json!(["1", "2"]), "{path}");
        let link = answer.must("Link");
        let next = link.strip_prefix('<').and_then(|link| link.split_once('>'));
        let (next, _) = next.unwrap_or_else(|| panic!("{link}"));
        assert_eq!(next.starts_with("/hub/"), path.starts_with("/hub/"), "{path}: {next}");
        assert_eq!(next.contains("ns=docker.io"), path.contains("ns=docker.io"), "{path}: {next}");
        assert_eq!(ask(next).1.expect(200).json()["tags"], json!(["3"]), "{path}: {next}");
    }
}

fn a_name_that_is_too_long_is_refused_in_words() {
    let long = format!("{}/x", "a".repeat(250));
    // Here, and there: `team/images/` is put in front.
    for path in [
        format!("/v2/hub/{long}/manifests/1"),
        format!("/v2/{}/manifests/1?ns=path.example", "a".repeat(244)),
    ] {
        let request = Request::get(path).at(edge().host());
        let answer = request.send().expect(400);
        let error = &answer.json()["errors"][0];
        assert_eq!(error["code"], "NAME_INVALID", "{answer}");
        let words = "at most 255 characters";
        assert!(error["message"].as_str().is_some_and(|it| it.contains(words)), "{answer}");
    }
    // By `ns` there is nothing in front.
    let _ = ask(&format!("/v2/{long}/manifests/1?ns=docker.io")).1.expect(404);
}
