//! What only somebody sends who wants to see something break: paths that climb, bytes that are no
//! text, headers without end. Any refusal will do, as long as it is one, and the next request is
//! answered as if nothing had been.

use libtest_mimic::Trial;
use roadstead_tests::claim::claim;
use roadstead_tests::claims;
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::fixture::shelf;
use roadstead_tests::image::{MANIFEST, digest};
use roadstead_tests::stack::stack;

/// Paths, and the statuses that are a fair answer. The runtime resolves `..` before the edge sees
/// it, so that some of these are then ordinary paths, of the API or of the site.
const PATHS: [(&str, &[u8], &[u16]); 20] = [
    ("dots_out_of_the_api", b"/v2/../../etc/passwd", &[400, 404]),
    ("dots_in_a_name", b"/v2/nobody/../claims/shelf/manifests/v1", &[200, 400, 404]),
    ("dots_behind_a_reference", b"/v2/claims/shelf/manifests/..", &[400, 404]),
    ("encoded_dots", b"/v2/claims/%2e%2e/claims/shelf/manifests/v1", &[200, 400, 404]),
    ("encoded_dots_in_capitals", b"/v2/%2E%2E/%2E%2E/etc/passwd", &[400, 404]),
    ("dots_encoded_twice", b"/v2/%252e%252e/shelf/manifests/v1", &[400, 404]),
    ("encoded_slashes_and_dots", b"/v2/claims%2F..%2Fshelf/manifests/v1", &[400, 404]),
    ("an_encoded_slash", b"/v2/claims%2Fshelf/manifests/v1", &[200, 400, 404]),
    ("a_backslash", b"/v2/claims\\shelf/manifests/v1", &[200, 400, 404]),
    ("an_encoded_backslash", b"/v2/claims%5C..%5Cshelf/manifests/v1", &[400, 404]),
    ("an_encoded_nothing", b"/v2/claims/shelf/manifests/%00", &[400, 404]),
    ("half_an_encoding", b"/v2/claims/shelf/manifests/%", &[400, 404]),
    ("an_encoding_that_is_none", b"/v2/claims/shelf/manifests/%zz", &[400, 404]),
    ("an_encoding_that_is_no_text", b"/v2/claims/shelf/manifests/%ff%fe", &[400, 404]),
    ("an_overlong_encoding_of_a_slash", b"/v2/claims%c0%afshelf/manifests/v1", &[400, 404]),
    ("half_a_surrogate", b"/v2/%ed%a0%80/manifests/v1", &[400, 404]),
    ("bytes_that_are_no_ascii", b"/v2/claims/\xff\xfe/manifests/v1", &[400, 404]),
    ("a_line_break", b"/v2/claims/shelf/manifests/v1%0d%0aX-Injected:%20yes", &[400, 404]),
    ("a_query_that_is_no_text", b"/v2/claims/shelf/tags/list?n=%ff&last=%ff", &[400]),
    ("a_token_for_what_is_no_text", b"/token?scope=%ff%fe&service=%00&scope=%", &[200, 400]),
];

/// Bytes that no header should have, though RFC 9110 lets them pass.
const BYTES: [&[u8]; 4] = [b"\xff\xfe\x80", "größe".as_bytes(), b"\xc3\x28", b"a\tb\x7f"];

/// Headers that the edge reads.
const HEADERS: [&str; 12] = [
    "Authorization",
    "Range",
    "If-Range",
    "If-None-Match",
    "Accept",
    "Accept-Encoding",
    "Content-Type",
    "Content-Range",
    "User-Agent",
    "Cookie",
    "X-Request-Id",
    "Docker-Upload-UUID",
];

pub(super) fn claims() -> Vec<Trial> {
    let mut claims = claims![
        a_long_query_does_no_harm,
        a_long_path_does_no_harm,
        many_headers_do_no_harm,
        a_body_where_none_belongs_does_no_harm,
        an_upload_that_breaks_off_does_no_harm,
        a_media_type_that_is_no_text_is_refused,
    ];
    let name = |kind: &str, row: &str| format!("edge::registry::hostile::{kind}::{row}");
    for (row, target, statuses) in PATHS {
        claims.push(claim(&name("path", row), move || path(target, statuses)));
    }
    for header in HEADERS {
        let row = header.to_ascii_lowercase().replace('-', "_");
        claims.push(claim(&name("no_ascii_in", &row), move || no_ascii(header)));
        claims.push(claim(&name("sixty_four_kibibytes_in", &row), move || long(header)));
    }
    claims
}

/// Whether an answer gives nothing away, and the next request is answered as ever.
fn does_no_harm(answer: &Answer, statuses: &[u16]) {
    assert!(statuses.contains(&answer.status), "{answer}");
    let json = answer.header("Content-Type").is_some_and(|t| t.starts_with("application/json"));
    if answer.status >= 400 && json && !answer.to_head {
        super::error::is_an_error(answer);
    }
    assert_eq!(answer.header("X-Injected"), None);
    let text = answer.text();
    for inner in ["panicked", "RuntimeError", ".rs:", "    at ", "root:x:"] {
        assert!(!text.contains(inner), "{answer}");
    }
    let shelf = shelf();
    let after = shelf.reader.get("manifests/v1").send().expect(200);
    assert!(after.body == shelf.manifest, "the next request suffers: {after}");
    let collapses = stack().collapses();
    assert!(collapses.is_empty(), "{collapses:#?}");
}

fn path(target: &[u8], statuses: &[u16]) {
    let shelf = shelf();
    does_no_harm(&Request::get(target).bearer(&shelf.reader.token()).send(), statuses);
    // Neither with more rights nor with none does it lead further.
    let put = Request::new("PUT", target).bearer(&shelf.owner.token()).body(b"{}").send();
    does_no_harm(&put, &[400, 401, 404, 405]);
    does_no_harm(&Request::get(target).send(), &[200, 400, 401, 404]);
}

/// A request with this header besides those that it needs.
fn with(header: &str, value: &[u8], method: &str, rest: &str) -> Request {
    let shelf = shelf();
    let request = Request::new(method, format!("/v2/{}/{rest}", shelf.reader.name));
    let request = request.header(header, value);
    if header == "Authorization" { request } else { request.bearer(&shelf.reader.token()) }
}

fn no_ascii(header: &str) {
    let blob = format!("blobs/{}", digest(&shelf().layer));
    for bytes in BYTES {
        for rest in ["manifests/v1", &blob, "tags/list"] {
            for method in ["GET", "HEAD"] {
                let answer = with(header, bytes, method, rest).send();
                does_no_harm(&answer, &[200, 304, 400, 401, 416]);
            }
        }
        // Behind a word that is understood, too.
        let value = [b"Bearer ".as_slice(), bytes].concat();
        does_no_harm(&with(header, &value, "GET", "manifests/v1").send(), &[200, 304, 400, 401]);
        let token = Request::get("/token?scope=repository:claims/shelf:pull").header(header, bytes);
        does_no_harm(&token.send(), &[200, 400, 401]);
    }
}

fn long(header: &str) {
    let value = "a".repeat(64 * 1024);
    // The runtime has a limit of its own, and says 431.
    let fair = [200, 304, 400, 401, 413, 416, 431];
    does_no_harm(&with(header, value.as_bytes(), "GET", "manifests/v1").send(), &fair);
    let blob = format!("blobs/{}", digest(&shelf().layer));
    does_no_harm(&with(header, value.as_bytes(), "GET", &blob).send(), &fair);
    let list = vec!["\"a\""; 16 * 1024].join(",");
    does_no_harm(&with(header, list.as_bytes(), "GET", &blob).send(), &fair);
}

fn a_long_query_does_no_harm() {
    let long = "x".repeat(16 * 1024);
    let list = format!("tags/list?last={long}");
    does_no_harm(&with("Accept", b"*/*", "GET", &list).send(), &[200, 400, 404, 414]);
    let scope = format!("/token?scope=repository:{long}:pull&service={long}");
    does_no_harm(&Request::get(scope).send(), &[200, 400, 414]);
    let scopes = "&scope=repository:a/b:pull".repeat(500);
    does_no_harm(&Request::get(format!("/token?service=x{scopes}")).send(), &[200, 400, 414]);
}

fn a_long_path_does_no_harm() {
    let names = "a/".repeat(4_000);
    does_no_harm(
        &with("Accept", b"*/*", "GET", &format!("{names}manifests/v1")).send(),
        &[400, 404, 414],
    );
    does_no_harm(&Request::get(format!("/v2/{names}tags/list")).send(), &[400, 401, 404, 414]);
}

fn many_headers_do_no_harm() {
    let mut request = shelf().reader.get("manifests/v1");
    for n in 0..500 {
        request = request.header(&format!("X-Claim-{n}"), "value");
    }
    does_no_harm(&request.send(), &[200, 400, 431]);
    let twice = shelf().reader.get("manifests/v1").header("Range", "bytes=0-").header("Range", "x");
    does_no_harm(&twice.send(), &[200, 400]);
}

fn a_body_where_none_belongs_does_no_harm() {
    let body = vec![b'x'; 100_000];
    let get = shelf().reader.get("manifests/v1").body(&body);
    does_no_harm(&get.send(), &[200, 400]);
    let tags = shelf().reader.get("tags/list").chunked(&body);
    does_no_harm(&tags.send(), &[200, 400]);
    let form = Request::new("POST", "/token").body(&body);
    does_no_harm(&form.send(), &[200, 400, 401, 413, 415]);
}

fn an_upload_that_breaks_off_does_no_harm() {
    use std::io::Write as _;
    let owner = &shelf().owner;
    let location = owner.start_upload();
    let half = format!(
        "PATCH {location} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
         Transfer-Encoding: chunked\r\n\r\n10\r\nsixteen bytes ar",
        stack().host(),
        owner.token(),
    );
    let mut stream = std::net::TcpStream::connect(stack().host())
        .unwrap_or_else(|error| panic!("{}: {error}", stack().host()));
    stream.write_all(half.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    drop(stream);
    let ended = owner.finish(&location, &digest(b"something else"), b"");
    does_no_harm(&ended, &[400, 404, 409, 416]);
}

fn a_media_type_that_is_no_text_is_refused() {
    let shelf = shelf();
    for value in [b"\xff\xfe".as_slice(), b"a b", b"application/json\x80", b"text/plain\x07"] {
        let request = shelf.owner.request("PUT", "manifests/v1").header("Content-Type", value);
        does_no_harm(&request.body(&shelf.manifest).send(), &[400, 415]);
    }
    let tagged = shelf.reader.get("manifests/v1").send().expect(200);
    assert_eq!(tagged.must("Content-Type"), MANIFEST);
}
