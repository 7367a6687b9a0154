//! Images of unusual shapes: an index with attestations as builders make it, and an image of many
//! layers. Every client gets back the digests that were pushed.

use libtest_mimic::Trial;
use roadstead_tests::claim::with_programs;
use roadstead_tests::client::docker::Docker;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::client::{containerd, docker, skopeo};
use roadstead_tests::image::{CONFIG, INDEX, LAYER, MANIFEST, descriptor, digest};
use roadstead_tests::layout::Layout;
use roadstead_tests::tar::tar;
use roadstead_tests::{claims, scratch};
use serde_json::{Value, json};

/// More layers than anybody writes by hand; engines end a little further on.
const MANY: usize = 100;

pub(super) fn claims() -> Vec<Trial> {
    let by_skopeo = claims![
        an_index_with_attestations_is_published_by_skopeo,
        an_image_of_many_layers_is_published_by_skopeo,
    ];
    let by_ctr = claims![an_index_with_attestations_is_published_by_containerd];
    let by_docker = claims![an_image_of_many_layers_is_published_by_docker];
    let rooms = [
        with_programs(skopeo::PROGRAMS, by_skopeo),
        with_programs(&[skopeo::PROGRAMS, containerd::PROGRAMS].concat(), by_ctr),
        with_programs(&[skopeo::PROGRAMS, docker::PROGRAMS].concat(), by_docker),
    ];
    rooms.into_iter().flatten().collect()
}

/// Config, layers and manifest of an image.
fn image(architecture: &str, layers: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let diff_ids: Vec<_> = layers.iter().map(|layer| digest(layer)).collect();
    let config = json!({
        "architecture": architecture, "os": "linux", "config": {},
        "rootfs": { "type": "layers", "diff_ids": diff_ids },
    });
    let config = config.to_string().into_bytes();
    let described: Vec<_> = layers.iter().map(|layer| descriptor(LAYER, layer)).collect();
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST,
        "config": descriptor(CONFIG, &config), "layers": described,
    });
    [vec![config], layers.to_vec(), vec![manifest.to_string().into_bytes()]].concat()
}

/// What a builder says about the image of a manifest: config, statements and manifest.
fn attestation() -> Vec<Vec<u8>> {
    const STATEMENT: &str = "application/vnd.in-toto+json";
    let statements = ["https://spdx.dev/Document", "https://slsa.dev/provenance/v0.2"];
    let layers = statements.map(|kind| {
        let statement =
            json!({ "_type": "https://in-toto.io/Statement/v0.1", "predicateType": kind });
        statement.to_string().into_bytes()
    });
    let config = json!({
        "architecture": "unknown", "os": "unknown", "config": {},
        "rootfs": { "type": "layers", "diff_ids": layers.each_ref().map(|layer| digest(layer)) },
    });
    let config = config.to_string().into_bytes();
    let described = [0, 1].map(|at: usize| {
        let mut layer = descriptor(STATEMENT, &layers[at]);
        layer["annotations"] = json!({ "in-toto.io/predicate-type": statements[at] });
        layer
    });
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST,
        "config": descriptor(CONFIG, &config), "layers": described,
    });
    [vec![config], layers.to_vec(), vec![manifest.to_string().into_bytes()]].concat()
}

/// An index of one image and what its builder says about it.
fn attested(name: &str) -> Layout {
    let image = image("amd64", &[tar("attested", "an image with attestations")]);
    let said = attestation();
    let last = |blobs: &[Vec<u8>]| blobs.last().cloned().unwrap_or_default();
    let mut entries = [&image, &said].map(|blobs| descriptor(MANIFEST, &last(blobs)));
    entries[0]["platform"] = json!({ "architecture": "amd64", "os": "linux" });
    entries[1]["platform"] = json!({ "architecture": "unknown", "os": "unknown" });
    entries[1]["annotations"] = json!({
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": entries[0]["digest"],
    });
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries });
    written(name, INDEX, &[image, said, vec![index.to_string().into_bytes()]].concat())
}

fn many_layers(name: &str) -> Layout {
    let layers: Vec<_> = (0..MANY)
        .map(|number| tar(&format!("layer-{number}"), &format!("layer {number} of {name}")))
        .collect();
    written(name, MANIFEST, &image("amd64", &layers))
}

/// A layout of these blobs, the last of which is its root.
fn written(name: &str, media_type: &str, blobs: &[Vec<u8>]) -> Layout {
    let root: Value = descriptor(media_type, blobs.last().map_or(b"", Vec::as_slice));
    Layout::write(scratch::folder("layouts").join(name), &root, blobs)
}

/// Whether the tag leads to what the layout has, all of it.
fn is_published(layout: &Layout, repository: &str, tag: &str) {
    let image = format!("{repository}:{tag}");
    let head = Repository::as_anyone(repository).head(&format!("manifests/{tag}")).send();
    assert_eq!(head.expect(200).must("Docker-Content-Digest"), layout.root());
    let pulled = skopeo::pull(&image, &image.replace(['/', ':'], "-"));
    assert_eq!(pulled.reach(&layout.root()), layout.reach(&layout.root()));
}

fn an_index_with_attestations_is_published_by_skopeo() {
    let layout = attested("attested-skopeo");
    let _ = skopeo::push(&layout, "shapes/attested:skopeo", true).must_succeed();
    is_published(&layout, "shapes/attested", "skopeo");
}

fn an_index_with_attestations_is_published_by_containerd() {
    let layout = attested("attested-ctr");
    let _ = skopeo::push(&layout, "shapes/attested:first", true).must_succeed();
    let _ = containerd::fetch("shapes/attested:first").must_succeed();
    let stored = containerd::content();
    for (digest, size) in layout.reach(&layout.root()) {
        assert_eq!(stored.get(&digest), Some(&size), "{digest}");
    }
    let pushed = containerd::push("shapes/attested:first", "shapes/attested-ctr:second", true);
    let _ = pushed.must_succeed();
    is_published(&layout, "shapes/attested-ctr", "second");
}

fn an_image_of_many_layers_is_published_by_skopeo() {
    let layout = many_layers("many-skopeo");
    let _ = skopeo::push(&layout, "shapes/many:skopeo", true).must_succeed();
    is_published(&layout, "shapes/many", "skopeo");
}

fn an_image_of_many_layers_is_published_by_docker() {
    let layout = many_layers("many-docker");
    let _ = skopeo::push(&layout, "shapes/many-docker:first", true).must_succeed();
    let docker = Docker::operator();
    let pulled = docker.pull("shapes/many-docker:first");
    assert!(pulled.contains(&layout.root()), "{} is not in {pulled}", layout.root());
    let image = "shapes/many-docker-again:second";
    let _ = docker.push("shapes/many-docker:first", image).must_succeed();
    let repository = Repository::as_anyone("shapes/many-docker-again");
    let manifest = repository.get("manifests/second").send().expect(200).json();
    let layers = manifest["layers"].as_array().map(Vec::len);
    assert_eq!(layers, Some(MANY), "{manifest}");
    // The same image for docker, whatever it compressed.
    assert_eq!(manifest["config"]["digest"].as_str(), Some(docker.id(image).as_str()));
    docker.forget(image);
    let _ = docker.pull(image);
}
