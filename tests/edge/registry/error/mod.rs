//! Everything that is refused, by a `table` of requests and of the status, code and headers that
//! are due. distribution-spec 1.1, "Error Codes". What no client sends by mistake: `hostile`.

mod table;

use libtest_mimic::Trial;
use roadstead_tests::claim::claim;
use roadstead_tests::claims;
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::client::registry::Repository;
use roadstead_tests::fixture::shelf;
use roadstead_tests::stack::stack;
use table::Who::{Anyone, Operator};
use table::{NOTHING, Row, rows};

/// The specification's codes; an answer may have no other below 500.
const CODES: [&str; 14] = [
    "BLOB_UNKNOWN",
    "BLOB_UPLOAD_INVALID",
    "BLOB_UPLOAD_UNKNOWN",
    "DIGEST_INVALID",
    "MANIFEST_BLOB_UNKNOWN",
    "MANIFEST_INVALID",
    "MANIFEST_UNKNOWN",
    "NAME_INVALID",
    "NAME_UNKNOWN",
    "SIZE_INVALID",
    "UNAUTHORIZED",
    "DENIED",
    "UNSUPPORTED",
    "TOOMANYREQUESTS",
];

/// What only the inside of a program says.
const INNER: [&str; 8] =
    [".rs:", "panicked", "RuntimeError", "wasm", "    at ", "D1_", "JsValue", "worker::"];

pub(super) fn claims() -> Vec<Trial> {
    let mut claims = claims![
        an_answer_to_head_has_no_body,
        every_answer_has_an_id_of_its_own,
        an_error_is_in_the_log_under_its_id,
    ];
    for (index, (kind, row)) in rows().into_iter().enumerate() {
        let name = format!("edge::registry::error::{kind}::{}_{index}", row.name);
        claims.push(claim(&name, move || refuse(&row)));
    }
    claims
}

/// Whether an answer is an error as the specification has it, and nothing more; its code.
pub(crate) fn is_an_error(answer: &Answer) -> String {
    assert!(answer.status >= 400, "{answer}");
    assert_eq!(answer.must("Content-Type"), "application/json", "{answer}");
    assert!(!answer.must("X-Request-Id").is_empty());
    let text = answer.text();
    let inner = INNER.iter().find(|word| text.contains(*word));
    assert_eq!(inner, None, "says what is nobody's business: {answer}");
    let body = answer.json();
    let errors = body["errors"].as_array().filter(|errors| errors.len() == 1);
    let error = &errors.unwrap_or_else(|| panic!("not one error: {answer}"))[0];
    let known = error.as_object().is_some_and(|fields| {
        fields.keys().all(|key| ["code", "message", "detail"].contains(&key.as_str()))
    });
    assert!(known, "{answer}");
    assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{answer}");
    let code = error["code"].as_str().unwrap_or_default();
    assert!(answer.status >= 500 || CODES.contains(&code), "{answer}");
    code.to_owned()
}

fn refuse(row: &Row) {
    let shelf = shelf();
    let token = match row.who {
        Anyone(name) => Repository::as_anyone(name).token(),
        Operator(name) => Repository::as_operator(name).token(),
    };
    let request = Request::new(row.method, &row.target).bearer(&token);
    let has_body = matches!(row.method, "POST" | "PUT" | "PATCH");
    let answer = if has_body { request.body(b"{}") } else { request }.send();
    assert_eq!(answer.status, row.status, "{} {}: {answer}", row.method, row.target);
    assert_eq!(is_an_error(&answer), row.code, "{} {}: {answer}", row.method, row.target);
    if let Some(allowed) = row.allow {
        let list: Vec<&str> = answer.must("Allow").split(',').map(str::trim).collect();
        assert!(list.contains(&allowed) && !list.contains(&row.method), "{answer}");
    }
    let after = shelf.reader.get("manifests/v1").send().expect(200);
    assert!(after.body == shelf.manifest, "the next request suffers: {after}");
}

fn an_answer_to_head_has_no_body() {
    let shelf = shelf();
    for (path, status) in
        [("manifests/unknown", 404), (&*format!("blobs/{NOTHING}"), 404), ("blobs/sha256:0", 400)]
    {
        let answer = shelf.reader.head(path).send().expect(status);
        assert!(!answer.must("X-Request-Id").is_empty());
    }
}

fn every_answer_has_an_id_of_its_own() {
    let shelf = shelf();
    let mut ids = std::collections::BTreeSet::new();
    for (path, status) in [
        ("manifests/v1", 200),
        ("manifests/v1", 200),
        ("tags/list", 200),
        ("manifests/unknown", 404),
        (&*format!("blobs/{}", shelf.long_digest), 200),
    ] {
        let answer = shelf.reader.get(path).send().expect(status);
        assert!(ids.insert(answer.must("X-Request-Id").to_owned()), "twice: {answer}");
    }
    let anonymous = Request::get("/v2/").send().expect(401);
    assert!(ids.insert(anonymous.must("X-Request-Id").to_owned()));
}

fn an_error_is_in_the_log_under_its_id() {
    let answer = shelf().reader.get("manifests/unknown").send().expect(404);
    let id = answer.must("X-Request-Id");
    let wait = roadstead_tests::deadline::Deadline::after(std::time::Duration::from_secs(10));
    let found = wait.wait(|| stack().log().contains(id).then_some(()));
    assert!(found.is_some(), "{id} is not in the log");
}
