//! Pushing to a registry in memory: what is sent, in which order, and as whom.

use super::*;
use crate::credential::Credentials;
use crate::registry::stub::shelf::{Fault, Shelf};
use crate::registry::stub::{Asked, Behaviour as _, Reply, Stub};
use crate::source::fixture::{Layout, sha256};
use crate::source::layout;
use crate::source::store::Store;
use std::sync::Arc;

const MANNER: Manner = Manner { chunk: 1_000, jobs: 3 };

fn image(layers: &[&[u8]]) -> Image {
    let mut layout = Layout::new();
    let images: Vec<_> = layers.iter().map(|layer| layout.image(layer)).collect();
    let index = layout.index(&images);
    layout.name(index, None);
    let image = layout::load(&Store::open(layout.path()).unwrap(), None).unwrap();
    // The bytes outlive the folder.
    let hold = |blob: &Blob| Blob {
        bytes: crate::source::Extent::of_bytes(blob.bytes.read().unwrap()),
        ..blob.clone()
    };
    Image { blobs: image.blobs.iter().map(hold).collect(), ..image }
}

fn push(image: &Image, stub: &Stub, credentials: Option<Credentials>) -> Result<Summary, Error> {
    let target = Target::parse(&format!("{}/a/b:1", stub.host), false).unwrap();
    let repository = Repository::new(stub.client(), target.name.clone(), credentials);
    let folder = tempfile::tempdir().unwrap();
    let uploads = Uploads::open_in(folder.path()).unwrap();
    publish(image, &target, &repository, MANNER, &uploads, &Progress::new("test", true))
}

#[test]
fn children_go_before_the_index_and_only_the_index_gets_the_tag() {
    let shelf = Arc::new(Shelf::default());
    let stub = Stub::start(Arc::clone(&shelf));
    let (image, layer) = (image(&[b"one", b"two"]), [7; 2_500]);
    let summary = push(&image, &stub, None).unwrap();
    assert_eq!((summary.blobs, summary.there), (4, 0));
    let contents = shelf.contents.lock().unwrap();
    let references: Vec<_> = contents.manifests.iter().map(|(name, _)| name.clone()).collect();
    let children: Vec<_> = image.manifests.iter().map(|it| it.digest.to_string()).collect();
    assert_eq!(references, [&children[0], &children[1], "1"]);
    assert_eq!(contents.blobs.len(), 4);
    drop(contents);
    // What is there is asked for and not sent.
    let more = self::image(&[b"one", b"two", &layer]);
    stub.log.lock().unwrap().clear();
    let summary = push(&more, &stub, None).unwrap();
    assert_eq!((summary.blobs, summary.there), (6, 4));
    assert_eq!(stub.lines("POST").len(), 2);
    assert_eq!(stub.lines("PATCH").len(), 3, "the long layer goes in chunks");
    assert_eq!(stub.lines("PUT /v2/a/b/manifests/").len(), 2, "the new child and the index");
    assert!(summary.sent > 2_500 && summary.sent < 3_000, "{}", summary.sent);
}

#[test]
fn what_only_seemed_to_be_there_is_sent_after_all() {
    let image = image(&[b"one"]);
    let elsewhere = vec![sha256(b"one").to_string()];
    let shelf = Arc::new(Shelf { elsewhere, ..Shelf::default() });
    let stub = Stub::start(Arc::clone(&shelf));
    push(&image, &stub, None).unwrap();
    assert!(shelf.contents.lock().unwrap().blobs.contains_key(sha256(b"one").as_str()));
}

#[test]
fn a_damaged_blob_is_not_sent() {
    let mut image = image(&[b"one", b"two"]);
    let blob = image.blobs.iter_mut().find(|blob| blob.digest == sha256(b"two")).unwrap();
    blob.bytes = crate::source::Extent::of_bytes(b"2wo".to_vec());
    let shelf = Arc::new(Shelf::default());
    let stub = Stub::start(Arc::clone(&shelf));
    let refused = push(&image, &stub, None).unwrap_err();
    assert!(matches!(refused, Error::Source(source::Error::Digest { .. })), "{refused}");
    let contents = shelf.contents.lock().unwrap();
    assert!(contents.manifests.is_empty());
    assert!(!contents.blobs.contains_key(sha256(b"two").as_str()));
}

#[test]
fn a_whole_blob_is_sent_again_after_a_cut_and_not_when_it_has_come() {
    let shelf = Arc::new(Shelf::default());
    let stub = Stub::start(Arc::clone(&shelf));
    shelf.order(Fault::Cut { after: 1, kept: 0 });
    shelf.order(Fault::Mute);
    let summary = push(&image(&[b"one"]), &stub, None).unwrap();
    assert_eq!(summary.there, 0);
    assert_eq!(shelf.contents.lock().unwrap().blobs.len(), 2);
    assert_eq!(stub.lines("PUT /v2/a/b/blobs/").len(), 3);
}

/// A registry that wants a token for everything, good for one use if `brief`.
fn guarded(brief: bool) -> (Arc<Shelf>, Stub) {
    let shelf = Arc::new(Shelf::default());
    let inner = Arc::clone(&shelf);
    let count = AtomicUsize::new(0);
    let spent = Mutex::new(BTreeSet::new());
    let stub = Stub::start(Arc::new(move |asked: &Asked| {
        if asked.target.starts_with("/token?") {
            // "me:pw"
            let known = asked.header("authorization") == Some("Basic bWU6cHc=");
            let number = count.fetch_add(1, Ordering::Relaxed);
            if number == 2 {
                return Reply::status(503);
            }
            let token = format!(r#"{{"token":"t{number}","expires_in":300}}"#);
            return if known { Reply::status(200).body(token) } else { Reply::status(401) };
        }
        let token = asked.header("authorization").unwrap_or_default().to_owned();
        let mut challenge = format!(
            "Bearer realm=\"http://{}/token\",service=\"s\",scope=\"x\"",
            asked.header("host").unwrap()
        );
        if token.is_empty() {
            return Reply::status(401).header("www-authenticate", challenge);
        }
        if brief && !spent.lock().unwrap().insert(token) {
            challenge.push_str(",error=\"invalid_token\"");
            return Reply::status(401).header("www-authenticate", challenge);
        }
        inner.answer(asked)
    }));
    (shelf, stub)
}

#[test]
fn a_token_is_got_once_and_anew_when_it_is_spent() {
    let me = || Some(Credentials::new("me", "pw"));
    let (_, stub) = guarded(false);
    push(&image(&[b"one"]), &stub, me()).unwrap();
    let asked = stub.lines("GET /token");
    assert_eq!(asked, ["GET /token?service=s&scope=repository%3Aa%2Fb%3Apull%2Cpush"]);
    let (shelf, stub) = guarded(true);
    let manner = Manner { jobs: 1, ..MANNER };
    let target = Target::parse(&format!("{}/a/b:1", stub.host), false).unwrap();
    let repository = Repository::new(stub.client(), target.name.clone(), me());
    let folder = tempfile::tempdir().unwrap();
    let uploads = Uploads::open_in(folder.path()).unwrap();
    let progress = Progress::new("test", true);
    publish(&image(&[&[7; 2_500]]), &target, &repository, manner, &uploads, &progress).unwrap();
    assert_eq!(shelf.contents.lock().unwrap().manifests.len(), 2);
    assert!(stub.lines("GET /token").len() > 5);
}

#[test]
fn a_wrong_password_is_known_at_once() {
    let (_, stub) = guarded(false);
    let refused = push(&image(&[b"one"]), &stub, Some(Credentials::new("me", "no"))).unwrap_err();
    assert!(matches!(refused, Error::Registry(registry::Error::Denied { .. })), "{refused}");
    assert_eq!(stub.log.lock().unwrap().len(), 2, "no second try");
}

#[test]
fn credentials_go_to_nobody_else() {
    let elsewhere = Stub::start(Arc::new(|_: &Asked| Reply::status(200).body(r#"{"token":"t"}"#)));
    let realm = elsewhere.host.url("/token");
    let stub = Stub::start(Arc::new(move |_: &Asked| {
        let challenge = format!("Bearer realm=\"{realm}\",service=\"s\"");
        Reply::status(401).header("www-authenticate", challenge)
    }));
    let refused = push(&image(&[b"one"]), &stub, Some(Credentials::new("me", "pw"))).unwrap_err();
    assert!(matches!(refused, Error::Registry(registry::Error::ForeignRealm { .. })), "{refused}");
    assert!(elsewhere.log.lock().unwrap().is_empty());
    // Nor does a token go where an upload or a redirect leads.
    let away = elsewhere.host.url("/v2/a/b/blobs/uploads/1");
    let stub = Stub::start(Arc::new(move |asked: &Asked| match asked.method.as_str() {
        "HEAD" => Reply::status(404),
        "POST" => Reply::status(202).header("location", away.clone()),
        _ => Reply::status(200),
    }));
    let refused = push(&image(&[b"one"]), &stub, None).unwrap_err();
    assert!(matches!(refused, Error::Registry(registry::Error::Protocol { .. })), "{refused}");
    let away = elsewhere.host.url("/v2/");
    let stub =
        Stub::start(Arc::new(move |_: &Asked| Reply::status(307).header("location", away.clone())));
    assert!(push(&image(&[b"one"]), &stub, None).is_err());
    assert!(elsewhere.log.lock().unwrap().is_empty());
}

#[test]
fn who_may_not_push_is_told_so() {
    let stub = Stub::start(Arc::new(|asked: &Asked| {
        let host = asked.header("host").unwrap();
        let challenge =
            |error| format!("Bearer realm=\"http://{host}/token\",service=\"s\"{error}");
        if asked.target.starts_with("/token") {
            Reply::status(200).body(r#"{"access_token":"t"}"#)
        } else if asked.header("authorization").is_none() {
            Reply::status(401).header("www-authenticate", challenge(""))
        } else if asked.method == "POST" {
            Reply::error(401, "UNAUTHORIZED")
                .header("www-authenticate", challenge(",error=\"insufficient_scope\""))
        } else {
            Reply::status(if asked.method == "HEAD" { 404 } else { 200 })
        }
    }));
    let refused = push(&image(&[b"one"]), &stub, None).unwrap_err().to_string();
    assert!(refused.contains("roadstead login") && refused.contains("anybody"), "{refused}");
}
