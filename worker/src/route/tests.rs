use super::*;
use roadstead_shared::operation::MeteringOperation;

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn call(method: &str, target: &str) -> Result<Operation, Error> {
    parse(method, &Url::split(&format!("https://h{target}")), &Rules::default())
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table with a row for every call")]
fn every_call_is_recognised() {
    let name: Name = "a/b".parse().unwrap();
    let digest: Digest = DIGEST.parse().unwrap();
    let tag = Reference::Tag("t".parse().unwrap());
    let id = "0f".to_owned();
    for (method, target, expected) in [
        ("GET", "/v2/".to_owned(), Operation::Ping),
        (
            "HEAD",
            "/v2/a/b/manifests/t".to_owned(),
            Operation::PullManifest { name: name.clone(), reference: tag.clone(), head: true },
        ),
        (
            "PUT",
            "/v2/a/b/manifests/t".to_owned(),
            Operation::PutManifest { name: name.clone(), reference: tag.clone(), tags: vec![] },
        ),
        (
            "PUT",
            format!("/v2/a/b/manifests/{DIGEST}?tag=x&tag=y"),
            Operation::PutManifest {
                name: name.clone(),
                reference: Reference::Digest(digest.clone()),
                tags: vec!["x".parse().unwrap(), "y".parse().unwrap()],
            },
        ),
        (
            "DELETE",
            "/v2/a/b/manifests/t".to_owned(),
            Operation::DeleteManifest { name: name.clone(), reference: tag },
        ),
        (
            "DELETE",
            format!("/v2/a/b/blobs/{DIGEST}"),
            Operation::DeleteBlob { name: name.clone(), digest: digest.clone() },
        ),
        (
            "POST",
            format!("/v2/a/b/blobs/uploads/?mount={DIGEST}&from=c/d"),
            Operation::MountBlob {
                name: name.clone(),
                digest: digest.clone(),
                from: Some("c/d".parse().unwrap()),
            },
        ),
        (
            "POST",
            format!("/v2/a/b/blobs/uploads/?mount={DIGEST}"),
            Operation::MountBlob { name: name.clone(), digest: digest.clone(), from: None },
        ),
        (
            "GET",
            format!("/v2/a/b/blobs/{DIGEST}"),
            Operation::PullBlob { name: name.clone(), digest: digest.clone(), head: false },
        ),
        (
            "POST",
            format!("/v2/a/b/blobs/uploads/?digest={DIGEST}"),
            Operation::StartUpload {
                name: name.clone(),
                algorithm: Algorithm::Sha256,
                digest: Some(digest.clone()),
            },
        ),
        (
            "POST",
            "/v2/a/b/blobs/uploads/?digest-algorithm=sha512".to_owned(),
            Operation::StartUpload {
                name: name.clone(),
                algorithm: Algorithm::Sha512,
                digest: None,
            },
        ),
        (
            "GET",
            "/v2/a/b/blobs/uploads/0f".to_owned(),
            Operation::UploadStatus { name: name.clone(), id: id.clone() },
        ),
        (
            "PATCH",
            "/v2/a/b/blobs/uploads/0f?state=x".to_owned(),
            Operation::AppendUpload { name: name.clone(), id: id.clone() },
        ),
        (
            "PUT",
            format!("/v2/a/b/blobs/uploads/0f?digest={}", DIGEST.replace(':', "%3A")),
            Operation::FinishUpload { name: name.clone(), id: id.clone(), digest: digest.clone() },
        ),
        (
            "DELETE",
            "/v2/a/b/blobs/uploads/0f".to_owned(),
            Operation::CancelUpload { name: name.clone(), id },
        ),
        (
            "GET",
            "/v2/a/b/tags/list?n=3&last=x".to_owned(),
            Operation::ListTags { name: name.clone(), n: Some(3), last: Some("x".into()) },
        ),
        (
            "GET",
            format!("/v2/a/b/referrers/{DIGEST}?artifactType=a%2Bb&n=2&last=z"),
            Operation::ListReferrers {
                name: name.clone(),
                subject: digest,
                artifact_type: Some("a+b".into()),
                page: Page { n: Some(2), last: Some("z".into()) },
            },
        ),
        (
            "GET",
            "/api/v1/repositories/a/b".to_owned(),
            Operation::ReadSettings { name: name.clone() },
        ),
        (
            "PUT",
            "/api/v1/repositories/a/b".to_owned(),
            Operation::ChangeSettings { name: name.clone() },
        ),
        (
            "GET",
            "/api/v1/repositories/a/b/deleted".to_owned(),
            Operation::ListDeleted { name: name.clone() },
        ),
        ("POST", "/api/v1/repositories/a/b/restore".to_owned(), Operation::Restore { name }),
        ("POST", "/api/v1/admin/sweep".to_owned(), Operation::Sweep),
        (
            "POST",
            "/api/v1/admin/rebuild?after=a".to_owned(),
            Operation::Rebuild { after: Some("a".into()) },
        ),
        ("GET", "/api/v1/admin/status".to_owned(), Operation::Status),
        ("GET", "/api/v1/usage".to_owned(), Operation::Metering(MeteringOperation::Usage)),
        (
            "GET",
            "/api/v1/admin/networks".to_owned(),
            Operation::Metering(MeteringOperation::ReadNetworks),
        ),
        (
            "PUT",
            "/api/v1/admin/networks".to_owned(),
            Operation::Metering(MeteringOperation::ChangeNetworks),
        ),
        ("POST", "/api/v1/import".to_owned(), Operation::StartImport),
        ("GET", "/api/v1/import/0f".to_owned(), Operation::ImportStatus { id: "0f".to_owned() }),
        ("DELETE", "/api/v1/import/0f".to_owned(), Operation::CancelImport { id: "0f".to_owned() }),
    ] {
        assert_eq!(call(method, &target), Ok(expected), "{method} {target}");
    }
}

#[test]
fn what_breaks_the_grammar_is_refused() {
    let upload = "/v2/a/blobs/uploads/0f";
    for (method, target) in [
        ("GET", "/v2/_catalog"),
        ("GET", "/v2/%ff/tags/list"),
        ("GET", "/v2/A/tags/list"),
        ("GET", "/v2/a/../b/tags/list"),
        ("GET", "/v2/a%2F..%2Fb/tags/list"),
        ("GET", "/v2//tags/list"),
        ("GET", "/v2/a/blobs/sha256:x"),
        ("GET", "/v2/a/blobs/md5:d41d8cd98f00b204e9800998ecf8427e"),
        ("GET", "/v2/a/manifests/-x"),
        ("PUT", "/v2/a/manifests/-x"),
        ("PUT", "/v2/a/manifests/sha256:x"),
        ("GET", "/v2/a/tags/list?n=x"),
        ("PUT", upload),
        ("POST", upload),
        ("DELETE", "/v2/"),
        ("POST", "/v2/a/blobs/uploads/?digest=x"),
        ("POST", "/v2/a/blobs/uploads/?digest-algorithm=md5"),
        ("BREW", "/v2/a/manifests/t"),
        ("GET", "/v2/a/referrers/latest"),
        ("DELETE", "/v2/a/tags/list"),
        ("DELETE", "/v2/a/blobs/sha256:x"),
        ("POST", "/v2/a/blobs/uploads/?mount=x"),
        (
            "POST",
            "/v2/a/blobs/uploads/?mount=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855&from=A",
        ),
        (
            "PUT",
            "/v2/a/manifests/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855?tag=-",
        ),
        ("PATCH", "/api/v1/repositories/a"),
        ("GET", "/api/v1/admin/sweep"),
        ("GET", "/api/v1/import"),
        ("PUT", "/api/v1/import/0f"),
        ("GET", "/api/v1/repositories/A"),
        ("GET", "/api/v1/nothing"),
    ] {
        assert!(call(method, target).is_err(), "{method} {target}");
    }
}

#[test]
fn a_tag_that_cannot_exist_is_not_found_but_cannot_be_written() {
    assert_eq!(call("GET", "/v2/a/manifests/.x"), Err(Error::NoSuchTag));
    assert!(matches!(call("PUT", "/v2/a/manifests/.x"), Err(Error::Tag(_))));
}
