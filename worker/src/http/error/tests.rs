use super::*;
use roadstead_shared::auth::Action;

fn url() -> Url {
    Url::split("https://r.example/v2/a/manifests/t")
}

fn told(error: impl Into<Error>) -> (u16, Value, Vec<(&'static str, String)>) {
    let told = tell(&error.into(), &url());
    (told.status, serde_json::to_value(told.code).unwrap(), told.headers)
}

fn digest() -> roadstead_shared::oci::Digest {
    roadstead_shared::oci::Digest::of(roadstead_shared::oci::Algorithm::Sha256, b"")
}

#[test]
fn every_refusal_of_a_route_has_its_status_and_code() {
    use route::Error as E;
    let name = "A".parse::<roadstead_shared::oci::Name>().unwrap_err();
    let tag = ".".parse::<roadstead_shared::oci::Tag>().unwrap_err();
    let invalid = "x".parse::<roadstead_shared::oci::Digest>().unwrap_err();
    for (error, status, code) in [
        (E::Path(path::Invalid::NoSuchEndpoint), 404, "UNSUPPORTED"),
        (E::Path(path::Invalid::Encoding), 400, "NAME_INVALID"),
        (E::Name(name), 400, "NAME_INVALID"),
        (E::Digest(invalid), 400, "DIGEST_INVALID"),
        (E::NoDigest, 400, "DIGEST_INVALID"),
        (E::Tag(tag), 400, "MANIFEST_INVALID"),
        (E::NoSuchTag, 404, "MANIFEST_UNKNOWN"),
        (E::Query(roadstead_shared::oci::query::NotANumber("n")), 400, "UNSUPPORTED"),
        (E::Method { allow: "GET" }, 405, "UNSUPPORTED"),
    ] {
        let (found_status, found_code, _) = told(error.clone());
        assert_eq!((found_status, found_code.as_str()), (status, Some(code)), "{error:?}");
    }
}

#[test]
fn every_refusal_of_a_service_has_its_status_and_code() {
    use service::Error as E;
    for (error, status, code) in [
        (E::NameUnknown("a".parse().unwrap()), 404, "NAME_UNKNOWN"),
        (E::ManifestUnknown("t".into()), 404, "MANIFEST_UNKNOWN"),
        (E::BlobUnknown(digest()), 404, "BLOB_UNKNOWN"),
        (E::TooManyRanges, 400, "UNSUPPORTED"),
        (E::RangeNotSatisfiable { size: 3 }, 416, "SIZE_INVALID"),
        (E::DigestMismatch { announced: digest(), found: "x".into() }, 400, "DIGEST_INVALID"),
        (E::ManifestInvalid("x".into()), 400, "MANIFEST_INVALID"),
        (E::ManifestTooLarge, 413, "SIZE_INVALID"),
        (E::ManifestBlobUnknown(vec![digest()]), 404, "MANIFEST_BLOB_UNKNOWN"),
        (E::PushDenied("a".parse().unwrap()), 403, "DENIED"),
        (E::ImportUnknown, 404, "UNSUPPORTED"),
        (E::UploadUnknown, 404, "BLOB_UPLOAD_UNKNOWN"),
        (E::UploadOutOfOrder { offset: 3, location: "/x".into() }, 416, "BLOB_UPLOAD_INVALID"),
        (E::UploadInvalid("x".into()), 400, "BLOB_UPLOAD_INVALID"),
        (E::BrokenBody("x".into()), 400, "BLOB_UPLOAD_INVALID"),
        (E::Busy, 503, "UNAVAILABLE"),
        (E::Store(store::Error::Backend("secret".into())), 500, "INTERNAL_ERROR"),
    ] {
        let text = format!("{error:?}");
        let (found_status, found_code, _) = told(error);
        assert_eq!((found_status, found_code.as_str()), (status, Some(code)), "{text}");
    }
}

#[test]
fn a_challenge_says_what_was_wrong_with_the_token() {
    let needs = Access::new("a".parse().unwrap(), [Action::Pull]);
    let base = "Bearer realm=\"https://r.example/token\",service=\"r.example\"";
    let scope = ",scope=\"repository:a:pull\"";
    for (error, expected) in [
        (auth::Error::NoToken { needs: None }, base.to_owned()),
        (auth::Error::NoToken { needs: Some(needs.clone()) }, format!("{base}{scope}")),
        (auth::Error::InvalidToken { needs: None }, format!("{base},error=\"invalid_token\"")),
        (
            auth::Error::InsufficientScope { needs },
            format!("{base}{scope},error=\"insufficient_scope\""),
        ),
    ] {
        let (status, _, headers) = told(error);
        assert_eq!(status, 401);
        assert_eq!(headers[0], ("www-authenticate", expected));
    }
    let (_, _, headers) = told(auth::Error::BadCredentials);
    assert_eq!(headers, [("www-authenticate", "Basic realm=\"r.example\"".to_owned())]);
    assert_eq!(told(auth::Error::UnsupportedGrant).0, 400);
}

#[test]
fn what_failed_inside_is_told_to_nobody() {
    let error = Error::Service(service::Error::Store(store::Error::Backend("secret".into())));
    let told = tell(&error, &url());
    assert!(!told.message.contains("secret"));
    assert!(inner(&error).unwrap().contains("secret"));
    assert_eq!(tell(&Error::Config(config::Invalid), &url()).status, 500);
}

#[test]
fn an_upload_that_is_out_of_order_says_where_to_go_on() {
    let error = service::Error::UploadOutOfOrder { offset: 10, location: "/l".into() };
    let (_, _, headers) = told(error);
    assert_eq!(headers, [("location", "/l".to_owned()), ("range", "0-9".to_owned())]);
}
