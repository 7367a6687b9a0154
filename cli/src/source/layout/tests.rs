//! Layouts that are whole, sparse, damaged or hostile.

use super::*;
use crate::source::fixture::{self, sha256};
use roadstead_shared::oci::media_type::DOCKER_MANIFEST_LIST;
use serde_json::json;

fn load_one(layout: &fixture::Layout, wanted: Option<&str>) -> Result<Image, Error> {
    load(&Store::open(layout.path())?, wanted)
}

fn digest(descriptor: &serde_json::Value) -> Digest {
    descriptor["digest"].as_str().unwrap().parse().unwrap()
}

#[test]
fn children_come_before_the_index_and_shared_blobs_once() {
    let mut layout = fixture::Layout::new();
    let (amd, arm) = (layout.image(b"one layer"), layout.image(b"another"));
    let about = layout.image(b"one layer");
    let index = layout.index(&[amd.clone(), arm.clone(), about]);
    layout.name(index.clone(), None);
    let folder = load_one(&layout, None).unwrap();
    let manifests: Vec<_> = folder.manifests.iter().map(|it| it.digest.clone()).collect();
    assert_eq!(manifests, [digest(&amd), digest(&arm), digest(&index)]);
    assert_eq!(folder.blobs.len(), 4, "two configs, two layers");
    assert_eq!(folder.left_out, 0);
    assert!(folder.blobs.iter().all(|blob| blob.verify().is_ok()));

    let tar = fixture::Tar::new().folder(layout.path()).write();
    let archive = load(&Store::open(tar.path()).unwrap(), None).unwrap();
    assert_eq!(archive.manifests.last().unwrap().digest, digest(&index));
    assert_eq!(archive.blobs.len(), 4);
    assert!(archive.blobs.iter().all(|blob| blob.verify().is_ok()));
}

#[test]
fn children_that_are_not_here_are_left_out() {
    let mut layout = fixture::Layout::new();
    let (whole, hollow) = (layout.image(b"here"), layout.image(b"not here"));
    std::fs::remove_file(layout.blob_path(&sha256(b"not here"))).unwrap();
    let absent = fixture::descriptor(IMAGE_MANIFEST, b"never written");
    let index = layout.index(&[whole, hollow, absent]);
    layout.name(index, None);
    let image = load_one(&layout, None).unwrap();
    assert_eq!((image.manifests.len(), image.left_out, image.blobs.len()), (2, 2, 2));
}

#[test]
fn an_image_that_is_not_whole_is_refused() {
    let mut layout = fixture::Layout::new();
    let image = layout.image(b"layer");
    layout.name(image.clone(), None);
    std::fs::remove_file(layout.blob_path(&sha256(b"layer"))).unwrap();
    assert!(matches!(load_one(&layout, None), Err(Error::Missing(_))));
    std::fs::remove_file(layout.blob_path(&digest(&image))).unwrap();
    assert!(matches!(load_one(&layout, None), Err(Error::Missing(_))));
}

#[test]
fn a_manifest_with_another_digest_is_refused() {
    let mut layout = fixture::Layout::new();
    let image = layout.image(b"layer");
    layout.name(image.clone(), None);
    let path = layout.blob_path(&digest(&image));
    let text = std::fs::read_to_string(&path).unwrap();
    // The same length: only the digest can tell.
    std::fs::write(&path, text.replace("\"schemaVersion\":2", "\"schemaVersion\":3")).unwrap();
    assert!(matches!(load_one(&layout, None), Err(Error::Digest { .. })));
}

#[test]
fn a_blob_with_another_length_is_refused_and_one_with_other_bytes_when_it_is_verified() {
    let mut layout = fixture::Layout::new();
    let image = layout.image(b"layer");
    layout.name(image, None);
    let path = layout.blob_path(&sha256(b"layer"));
    std::fs::write(&path, b"liver").unwrap();
    let image = load_one(&layout, None).unwrap();
    let refused: Vec<_> = image.blobs.iter().filter_map(|blob| blob.verify().err()).collect();
    assert!(matches!(refused.as_slice(), [Error::Digest { .. }]), "{refused:?}");
    std::fs::write(&path, b"layers").unwrap();
    assert!(matches!(load_one(&layout, None), Err(Error::Size { .. })));
}

#[test]
fn of_several_images_one_has_to_be_named() {
    let mut layout = fixture::Layout::new();
    let (one, two) = (layout.image(b"one"), layout.image(b"two"));
    layout.name(one.clone(), Some("1.0"));
    layout.name(one, Some("latest"));
    assert!(load_one(&layout, None).is_ok(), "two names of one image");
    layout.name(two.clone(), Some("2.0"));
    let several = load_one(&layout, None).unwrap_err().to_string();
    assert!(several.contains("1.0, latest, 2.0") && several.contains("--ref"), "{several}");
    let image = load_one(&layout, Some("2.0")).unwrap();
    assert_eq!(image.manifests.last().unwrap().digest, digest(&two));
    let none = load_one(&layout, Some("3.0")).unwrap_err();
    assert!(matches!(none, Error::NoSuchRef { .. }), "{none}");
}

#[test]
fn a_digest_that_is_a_path_is_refused() {
    let mut layout = fixture::Layout::new();
    let mut entry = layout.image(b"layer");
    entry["digest"] = json!("sha256:../../../../etc/passwd");
    layout.name(entry, None);
    assert!(matches!(load_one(&layout, None), Err(Error::Document { .. })));
}

#[test]
fn indexes_in_one_another_have_an_end() {
    let mut layout = fixture::Layout::new();
    let mut index = layout.image(b"layer");
    for _ in 0..=MAX_DEPTH {
        index = layout.index(&[index]);
    }
    layout.name(index, None);
    assert!(matches!(load_one(&layout, None), Err(Error::TooMany { .. })));
}

#[test]
fn a_build_cache_is_an_index_of_layers() {
    let mut layout = fixture::Layout::new();
    let layer = layout.blob(fixture::LAYER_GZIP, b"cached");
    let list = json!({
        "schemaVersion": 2, "mediaType": DOCKER_MANIFEST_LIST, "manifests": [layer],
    });
    let list = layout.blob(DOCKER_MANIFEST_LIST, list.to_string().as_bytes());
    layout.name(list, None);
    let image = load_one(&layout, None).unwrap();
    assert_eq!((image.blobs.len(), image.manifests.len()), (1, 1));
}

#[test]
fn layouts_of_a_later_version_and_empty_ones_are_refused() {
    let mut layout = fixture::Layout::new();
    assert!(!is_one(&Store::open(layout.path()).unwrap()).unwrap(), "no index");
    let image = layout.image(b"layer");
    layout.name(image, None);
    assert!(is_one(&Store::open(layout.path()).unwrap()).unwrap());
    std::fs::write(layout.path().join("oci-layout"), r#"{"imageLayoutVersion":"2.0.0"}"#).unwrap();
    assert!(matches!(load_one(&layout, None), Err(Error::Document { .. })));
}
