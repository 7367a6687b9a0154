//! Archives of `docker save`, as docker writes them and damaged.

use super::*;
use crate::source::fixture::{Layout, Tar, sha256};
use flate2::read::GzDecoder;
use roadstead_shared::oci::Manifest;
use serde_json::{Value, json};
use std::io::Read as _;

const CONFIG: &str = "config.json";

/// The config of an image with these layers, not as a library would print it.
fn config(layers: &[&[u8]]) -> Vec<u8> {
    let diff_ids: Vec<_> = layers.iter().map(|layer| sha256(layer)).collect();
    format!("{:#}\n", json!({ "os": "linux", "rootfs": { "diff_ids": diff_ids } })).into_bytes()
}

fn entry(tag: &str, layers: &[&str]) -> Value {
    json!({ "Config": CONFIG, "RepoTags": [tag], "Layers": layers })
}

fn load_from(tar: Tar, wanted: Option<&str>) -> Result<Image, Error> {
    load(&Store::open(tar.write().path())?, wanted)
}

#[test]
fn layers_are_compressed_and_the_config_is_kept() {
    let config = config(&[b"one", b"two", b"one"]);
    let tar = || {
        Tar::new()
            .file("a/layer.tar", b"one")
            .file("b/layer.tar", b"two")
            .symlink("c/layer.tar", "../a/layer.tar")
            .file(CONFIG, &config)
            .file(
                LIST,
                json!([entry("app:1", &["a/layer.tar", "b/layer.tar", "c/layer.tar"])])
                    .to_string()
                    .as_bytes(),
            )
    };
    let image = load_from(tar(), None).unwrap();
    let document = &image.manifests[0];
    assert_eq!(document.media_type, DOCKER_MANIFEST);
    assert_eq!(document.digest, sha256(&document.bytes));
    let manifest = Manifest::parse(&document.bytes, DOCKER_MANIFEST).unwrap();
    assert_eq!(manifest.config.as_ref().unwrap().digest, sha256(&config));
    assert_eq!(image.blobs[0].bytes.read().unwrap(), config, "byte for byte");
    assert_eq!(manifest.layers.len(), 3);
    assert_eq!(manifest.layers[0].digest, manifest.layers[2].digest);
    assert_eq!(image.blobs.len(), 3, "each once");
    let mut plain = String::new();
    let layer = image.blobs[2].bytes.read().unwrap();
    GzDecoder::new(layer.as_slice()).read_to_string(&mut plain).unwrap();
    assert_eq!(plain, "two");
    let again = load_from(tar(), Some("app:1")).unwrap();
    assert_eq!(again.manifests[0].digest, document.digest, "the same every time");
}

#[test]
fn a_layer_that_is_compressed_stays_as_it_is() {
    let zipped = b"\x1f\x8b\x08 whatever";
    let zstd = b"\x28\xb5\x2f\xfd whatever";
    let config = config(&[b"one", b"two"]);
    let tar = Tar::new().file("a", zipped).file("b", zstd).file(CONFIG, &config);
    let image = load_from(
        tar.file(LIST, json!([entry("app:1", &["a", "b"])]).to_string().as_bytes()),
        None,
    );
    let image = image.unwrap();
    assert_eq!(image.manifests[0].media_type, IMAGE_MANIFEST, "docker's knows no zstd");
    let digests: Vec<_> = image.blobs[1..].iter().map(|blob| blob.digest.clone()).collect();
    assert_eq!(digests, [sha256(zipped), sha256(zstd)]);
}

#[test]
fn a_layer_that_is_not_what_the_config_says_is_refused() {
    let config = config(&[b"one"]);
    let list = json!([entry("app:1", &["a"])]).to_string();
    let tar = |layer: &[u8]| {
        Tar::new().file("a", layer).file(CONFIG, &config).file(LIST, list.as_bytes())
    };
    assert!(load_from(tar(b"one"), None).is_ok());
    assert!(matches!(load_from(tar(b"two"), None), Err(Error::Digest { .. })));
}

#[test]
fn what_is_missing_or_does_not_fit_is_refused() {
    let config = config(&[b"one"]);
    let list = |layers: &[&str]| json!([entry("app:1", layers)]).to_string();
    let tar =
        |list: &str| Tar::new().file("a", b"one").file(CONFIG, &config).file(LIST, list.as_bytes());
    assert!(matches!(load_from(tar(&list(&["gone"])), None), Err(Error::Missing(_))));
    assert!(matches!(load_from(tar(&list(&["a", "a"])), None), Err(Error::Document { .. })));
    assert!(matches!(load_from(tar("{}"), None), Err(Error::Document { .. })));
    assert!(matches!(load_from(tar("[]"), None), Err(Error::Missing(_))));
    assert!(matches!(load_from(tar(&list(&["../a"])), None), Err(Error::Leaves(_))));
}

#[test]
fn of_several_images_one_has_to_be_named() {
    let config = config(&[b"one"]);
    let list = json!([entry("app:1", &["a"]), entry("app:2", &["a"])]).to_string();
    let tar = || Tar::new().file("a", b"one").file(CONFIG, &config).file(LIST, list.as_bytes());
    assert!(load_from(tar(), None).unwrap_err().to_string().contains("app:1, app:2"));
    assert!(load_from(tar(), Some("app:2")).is_ok());
    assert!(matches!(load_from(tar(), Some("app:3")), Err(Error::NoSuchRef { .. })));
}

#[test]
fn bare_layers_of_the_new_form_are_compressed_too() {
    let mut layout = Layout::new();
    let bare = layout.blob(OCI_LAYER, b"a bare layer");
    let config = layout.blob(IMAGE_CONFIG, b"{}");
    let manifest = json!({
        "schemaVersion": 2, "mediaType": IMAGE_MANIFEST, "config": config, "layers": [bare],
        "annotations": { "kept": "yes" },
    });
    let manifest = layout.blob(IMAGE_MANIFEST, manifest.to_string().as_bytes());
    layout.name(manifest, Some("1"));
    let image = super::super::layout::load(&Store::open(layout.path()).unwrap(), None).unwrap();
    let image = compress_bare_layers(image).unwrap();
    let manifest: Value = serde_json::from_slice(&image.manifests[0].bytes).unwrap();
    assert_eq!(manifest["annotations"]["kept"], "yes");
    assert_eq!(manifest["layers"][0]["mediaType"], "application/vnd.oci.image.layer.v1.tar+gzip");
    let layer = image.blobs.last().unwrap();
    assert_eq!(manifest["layers"][0]["digest"], layer.digest.as_str());
    let mut plain = String::new();
    let bytes = layer.bytes.read().unwrap();
    GzDecoder::new(bytes.as_slice()).read_to_string(&mut plain).unwrap();
    assert_eq!(plain, "a bare layer");
    assert_eq!(image.blobs.len(), 2);
}
