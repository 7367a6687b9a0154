//! What is refused, row by row: who asks, how, and what is due.

/// Bytes of a digest that nothing has.
pub(super) const NOTHING: &str =
    "sha256:00000000000000000000000000000000000000000000000000000000000000ff";

/// A refusal: who asks (`anyone` or `operator`), for which repository, how, what is due.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) who: Who,
    pub(super) method: &'static str,
    pub(super) target: String,
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) allow: Option<&'static str>,
}

#[derive(Clone, Copy)]
pub(super) enum Who {
    /// With a token of anybody's for this repository.
    Anyone(&'static str),
    /// With the operator's token for this repository.
    Operator(&'static str),
}

use Who::{Anyone, Operator};

const SHELF: Who = Anyone("claims/shelf");
const OWNER: Who = Operator("claims/shelf");
const NOBODY: Who = Anyone("nobody/nothing");

/// Every row, with the kind of thing that is wrong in it.
pub(super) fn rows() -> Vec<(&'static str, Row)> {
    let kinds = [
        ("name", names()),
        ("unknown", unknown()),
        ("reference", references()),
        ("method", methods()),
    ];
    kinds
        .into_iter()
        .flat_map(|(kind, rows)| rows.into_iter().map(move |row| (kind, row)))
        .collect()
}

fn row(
    name: &'static str,
    who: Who,
    method: &'static str,
    target: impl Into<String>,
    (status, code): (u16, &'static str),
) -> Row {
    Row { name, who, method, target: target.into(), status, code, allow: None }
}

fn method(name: &'static str, method: &'static str, target: &str, allow: &'static str) -> Row {
    let due = (405, "UNSUPPORTED");
    Row { allow: Some(allow), ..row(name, SHELF, method, target, due) }
}

const NAME: (u16, &str) = (400, "NAME_INVALID");
const NO_NAME: (u16, &str) = (404, "NAME_UNKNOWN");
const NO_MANIFEST: (u16, &str) = (404, "MANIFEST_UNKNOWN");
const NO_BLOB: (u16, &str) = (404, "BLOB_UNKNOWN");
const NO_UPLOAD: (u16, &str) = (404, "BLOB_UPLOAD_UNKNOWN");
const DIGEST: (u16, &str) = (400, "DIGEST_INVALID");
const NUMBER: (u16, &str) = (400, "UNSUPPORTED");

fn names() -> Vec<Row> {
    let long = "a".repeat(300);
    [
        ("upper_case", "Claims/shelf"),
        ("a_leading_dash", "-claims/shelf"),
        ("a_leading_dot", ".claims/shelf"),
        ("two_dots_in_a_word", "claims..shelf"),
        ("three_underscores", "claims___shelf"),
        ("an_empty_part", "claims//shelf"),
        ("a_name_of_300_characters", long.as_str()),
        ("a_colon", "claims:shelf"),
        ("an_encoded_space", "claims%20shelf"),
        ("an_encoded_nothing", "claims%00shelf"),
        ("letters_of_another_script", "%C3%BC/shelf"),
    ]
    .into_iter()
    .flat_map(|(name, text)| {
        ["manifests/v1", "tags/list", &format!("blobs/{NOTHING}"), &format!("referrers/{NOTHING}")]
            .map(|rest| row(name, SHELF, "GET", format!("/v2/{text}/{rest}"), NAME))
    })
    .collect()
}

fn unknown() -> Vec<Row> {
    let nobody = |rest: &str| format!("/v2/nobody/nothing/{rest}");
    let shelf = |rest: &str| format!("/v2/claims/shelf/{rest}");
    vec![
        row(
            "a_manifest_of_an_unknown_repository",
            NOBODY,
            "GET",
            nobody("manifests/latest"),
            NO_NAME,
        ),
        row("the_tags_of_an_unknown_repository", NOBODY, "GET", nobody("tags/list"), NO_NAME),
        row("an_unknown_tag", SHELF, "GET", shelf("manifests/unknown"), NO_MANIFEST),
        row(
            "an_unknown_manifest",
            SHELF,
            "GET",
            shelf(&format!("manifests/{NOTHING}")),
            NO_MANIFEST,
        ),
        row("an_unknown_blob", SHELF, "GET", shelf(&format!("blobs/{NOTHING}")), NO_BLOB),
        row("the_state_of_an_unknown_upload", OWNER, "GET", shelf("blobs/uploads/none"), NO_UPLOAD),
        row("a_piece_of_an_unknown_upload", OWNER, "PATCH", shelf("blobs/uploads/none"), NO_UPLOAD),
        row(
            "the_end_of_an_unknown_upload",
            OWNER,
            "PUT",
            shelf(&format!("blobs/uploads/none?digest={NOTHING}")),
            NO_UPLOAD,
        ),
    ]
}

fn references() -> Vec<Row> {
    let shelf = |rest: &str| format!("/v2/claims/shelf/{rest}");
    let long = format!("manifests/{}", "t".repeat(129));
    let mut rows = vec![
        row("a_tag_with_a_leading_dot", SHELF, "GET", shelf("manifests/.v1"), NO_MANIFEST),
        row("a_tag_with_a_leading_dash", SHELF, "GET", shelf("manifests/-v1"), NO_MANIFEST),
        row("a_tag_of_129_characters", SHELF, "GET", shelf(&long), NO_MANIFEST),
        row("a_tag_with_an_encoded_slash", SHELF, "GET", shelf("manifests/a%2Fb"), NO_MANIFEST),
        row(
            "a_manifest_put_under_a_bad_tag",
            OWNER,
            "PUT",
            shelf("manifests/.v1"),
            (400, "MANIFEST_INVALID"),
        ),
        row("a_manifest_put_under_a_bad_digest", OWNER, "PUT", shelf("manifests/sha256:0"), DIGEST),
        row(
            "an_upload_that_ends_without_a_digest",
            OWNER,
            "PUT",
            shelf("blobs/uploads/none"),
            DIGEST,
        ),
    ];
    let empty = "d41d8cd98f00b204e9800998ecf8427e";
    let upper = NOTHING.replace("ff", "FF");
    for (name, digest) in [
        ("a_digest_of_an_unknown_algorithm", format!("md5:{empty}")),
        ("a_digest_that_is_too_short", "sha256:00ff".to_owned()),
        ("a_digest_in_upper_case", upper),
        ("a_digest_that_is_too_long_for_its_algorithm", format!("{NOTHING}00")),
        ("a_digest_without_a_value", "sha256:".to_owned()),
        ("a_sha512_digest_of_the_length_of_sha256", NOTHING.replace("sha256", "sha512")),
    ] {
        for place in ["blobs", "manifests", "referrers"] {
            rows.push(row(name, SHELF, "GET", shelf(&format!("{place}/{digest}")), DIGEST));
        }
    }
    for (name, n) in [
        ("n_is_a_word", "abc"),
        ("n_is_negative", "-1"),
        ("n_is_empty", ""),
        ("n_is_a_fraction", "1.5"),
    ] {
        rows.push(row(name, SHELF, "GET", shelf(&format!("tags/list?n={n}")), NUMBER));
    }
    rows
}

fn methods() -> Vec<Row> {
    let blob = format!("/v2/claims/shelf/blobs/{NOTHING}");
    let referrers = format!("/v2/claims/shelf/referrers/{NOTHING}");
    let tags = "/v2/claims/shelf/tags/list";
    let manifest = "/v2/claims/shelf/manifests/v1";
    vec![
        method("post_to_the_root", "POST", "/v2/", "GET"),
        method("delete_of_the_root", "DELETE", "/v2/", "GET"),
        method("post_to_a_manifest", "POST", manifest, "GET"),
        method("patch_of_a_manifest", "PATCH", manifest, "PUT"),
        method("propfind_of_a_manifest", "PROPFIND", manifest, "HEAD"),
        method("put_to_a_blob", "PUT", &blob, "GET"),
        method("post_to_a_blob", "POST", &blob, "HEAD"),
        method("put_to_the_tags", "PUT", tags, "GET"),
        method("delete_of_the_tags", "DELETE", tags, "GET"),
        method("post_to_the_referrers", "POST", &referrers, "GET"),
        method("get_of_the_uploads", "GET", "/v2/claims/shelf/blobs/uploads/", "POST"),
        method("post_to_an_upload", "POST", "/v2/claims/shelf/blobs/uploads/none", "PATCH"),
    ]
}
