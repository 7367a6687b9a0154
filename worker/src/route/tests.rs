use super::*;
use roadstead_shared::operation::{MeteringOperation, Wanted};
use serde_json::json;

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn call(method: &str, target: &str) -> Result<Operation, Error> {
    parse(method, &Url::split(&format!("https://h{target}")), &Rules::default())
}

fn by_rules(method: &str, target: &str) -> Result<Operation, Error> {
    let setting = json!({
        "hub": { "preset": "docker-hub", "default": true },
        "quay.io": { "preset": "quay" },
    });
    let (rules, wrong) = Rules::read(Some(&setting));
    assert_eq!(wrong, []);
    parse(method, &Url::split(&format!("https://h{target}")), &rules)
}

#[test]
fn what_is_read_under_a_prefix_is_another_registrys() {
    for (rest, wanted) in [
        (
            "manifests/1".to_owned(),
            Wanted::Manifest { reference: "1".parse().unwrap(), head: false },
        ),
        (format!("blobs/{DIGEST}"), Wanted::Blob { digest: DIGEST.parse().unwrap(), head: false }),
        ("tags/list?n=3".to_owned(), Wanted::Tags { n: Some(3), last: None }),
        (
            format!("referrers/{DIGEST}?artifactType=a"),
            Wanted::Referrers {
                subject: DIGEST.parse().unwrap(),
                artifact_type: Some("a".to_owned()),
                page: Page::default(),
            },
        ),
    ] {
        let Ok(Operation::Cached(call)) = by_rules("GET", &format!("/v2/hub/alpine/{rest}")) else {
            panic!("{rest}");
        };
        assert_eq!(
            (call.asked.as_str(), call.target.name.as_str()),
            ("hub/alpine", "library/alpine")
        );
        assert_eq!(call.wanted, wanted);
    }
    let ping = ["/v2/", "/v2", "/hub/v2/", "/hub/v2", "/v2/hub/", "/v2/hub"];
    for path in ping {
        assert_eq!(by_rules("GET", path), Ok(Operation::Ping), "{path}");
    }
    assert_eq!(by_rules("GET", "/v2/none/"), Err(Error::Path(path::Invalid::NoSuchEndpoint)));
}

#[test]
fn nothing_is_written_under_a_prefix() {
    for (method, path) in [
        ("PUT", "/v2/hub/a/manifests/1".to_owned()),
        ("DELETE", "/v2/hub/a/manifests/1".to_owned()),
        ("DELETE", format!("/v2/hub/a/blobs/{DIGEST}")),
        ("POST", "/v2/hub/a/blobs/uploads/".to_owned()),
        ("POST", format!("/v2/hub/a/blobs/uploads/?mount={DIGEST}&from=b/c")),
        ("POST", "/hub/v2/a/b/blobs/uploads/".to_owned()),
        ("POST", "/v2/hub/a/blobs/uploads/?ns=quay.io".to_owned()),
        ("PATCH", "/v2/hub/a/blobs/uploads/0f".to_owned()),
        ("PUT", format!("/v2/hub/a/blobs/uploads/0f?digest={DIGEST}")),
        ("GET", "/v2/hub/a/blobs/uploads/0f".to_owned()),
        ("DELETE", "/v2/hub/a/blobs/uploads/0f".to_owned()),
        ("PUT", "/api/v1/repositories/hub/a".to_owned()),
        ("DELETE", "/api/v1/repositories/hub/a".to_owned()),
        ("POST", "/api/v1/repositories/hub/a/restore".to_owned()),
        ("GET", "/api/v1/repositories/hub/a/deleted".to_owned()),
    ] {
        assert!(matches!(by_rules(method, &path), Err(Error::Elsewhere(_))), "{method} {path}");
    }
    // `ns` says nothing where something is written.
    let pushed = by_rules("PUT", "/v2/a/b/manifests/1?ns=quay.io");
    assert!(matches!(pushed, Ok(Operation::PutManifest { .. })), "{pushed:?}");
}

#[test]
fn the_root_is_left_to_its_rule_only_where_nothing_else_is_meant() {
    let setting = json!({ "hub": { "preset": "docker-hub", "default": true } });
    let (rules, _) = Rules::read(Some(&setting));
    let rest = |method: &str, target: &str| {
        let url = Url::split(&format!("https://h{target}"));
        let call = fall_back(&parse(method, &url, &rules).unwrap(), &url, &rules)?;
        Some(call.target.name.as_str().to_owned())
    };
    assert_eq!(rest("GET", "/v2/alpine/manifests/1").as_deref(), Some("library/alpine"));
    assert_eq!(rest("HEAD", "/v2/a/b/manifests/1").as_deref(), Some("a/b"));
    for target in ["/v2/a/b/manifests/1?ns=evil.example", "/v2/hub/a/manifests/1", "/v2/"] {
        assert_eq!(rest("GET", target), None, "{target}");
    }
    assert_eq!(rest("DELETE", "/v2/a/b/manifests/1"), None);
}

#[test]
fn a_list_goes_on_by_the_way_that_it_was_asked_for() {
    let (rules, _) = Rules::read(Some(&json!({ "hub": { "preset": "docker-hub" } })));
    let link = "</v2/a/b/tags/list?n=1&last=x>; rel=\"next\"";
    let next = |target: &str| {
        next_from(&Url::split(&format!("https://h{target}")), link, &rules).unwrap_or_default()
    };
    for (target, expected) in [
        ("/v2/hub/a/b/tags/list?n=1", ""),
        ("/v2/a/b/tags/list?n=1&ns=evil.example", ""),
        ("/hub/v2/a/b/tags/list?n=1", "</hub/v2/a/b/tags/list?n=1&last=x>; rel=\"next\""),
        (
            "/v2/a/b/tags/list?n=1&ns=docker.io",
            "</v2/a/b/tags/list?n=1&last=x&ns=docker.io>; rel=\"next\"",
        ),
    ] {
        assert_eq!(next(target), expected, "{target}");
    }
    let url = Url::split("https://h/v2/a/b/manifests/1?ns=docker.io");
    assert_eq!(next_from(&url, "<https://h/>; rel=\"blocked-by\"", &rules), None);
}

#[test]
fn the_registry_that_was_asked_for_is_said_in_its_own_words() {
    let (rules, _) = Rules::read(Some(&json!({ "hub": { "preset": "docker-hub" } })));
    let said = |method: &str, target: &str| {
        registry_asked(method, &Url::split(&format!("https://h{target}")), &rules)
    };
    let path = "/v2/a/b/manifests/1";
    assert_eq!(said("GET", &format!("{path}?ns=docker.io")).as_deref(), Some("docker.io"));
    let other = said("HEAD", &format!("{path}?x=y&ns=index.docker.io"));
    assert_eq!(other.as_deref(), Some("index.docker.io"));
    assert_eq!(said("GET", &format!("{path}?ns=evil.example")), None);
    assert_eq!(said("GET", &format!("{path}?ns=docker.io%0d%0aX:%20y")), None);
    assert_eq!(said("PUT", &format!("{path}?ns=docker.io")), None);
    assert_eq!(said("GET", path), None);
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
