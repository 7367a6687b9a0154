use super::*;
use crate::oci::{Algorithm, media_type};
use serde_json::{Value, json};

const TYPE: &str = "application/x";

fn digest(text: &str) -> Digest {
    Digest::of(Algorithm::Sha256, text.as_bytes())
}

fn descriptor(text: &str, size: u64) -> Value {
    json!({ "mediaType": "x/y", "digest": digest(text), "size": size })
}

fn child(text: &str, platform: &str) -> Value {
    let mut child = descriptor(text, 9);
    if let Some((os, architecture)) = platform.split_once('/') {
        child["platform"] = json!({ "os": os, "architecture": architecture });
    }
    child
}

fn manifest(value: &Value) -> Manifest {
    Manifest::parse(value.to_string().as_bytes(), "application/x").unwrap()
}

fn image(blobs: &[&str]) -> Manifest {
    let blobs: Vec<Value> = blobs.iter().map(|blob| descriptor(blob, 10)).collect();
    manifest(&json!({ "config": blobs[0], "layers": blobs[1..] }))
}

fn index(children: &[Value]) -> Manifest {
    manifest(&json!({ "manifests": children }))
}

fn plan(platforms: &[&str]) -> Plan {
    let platforms = platforms.iter().filter_map(|p| crate::import::platform::parse(p)).collect();
    Plan::new("latest".parse().unwrap(), platforms)
}

/// Everything that the plan does from here on, each state written down and read back.
fn rest(mut plan: Plan) -> Vec<Step> {
    let mut steps = Vec::new();
    loop {
        let text = serde_json::to_string(&plan).unwrap();
        plan = serde_json::from_str(&text).unwrap();
        let step = plan.next();
        assert_eq!(step, plan.next(), "nothing was done yet");
        match step {
            Step::Fetch(node) => panic!("{node} was not read"),
            Step::Copy { .. } => plan.copied(10),
            Step::Publish { .. } => plan.published(),
            Step::Done => {
                assert_eq!(plan.blobs.done, plan.blobs.total);
                assert_eq!(plan.manifests.done, plan.manifests.total);
                assert_eq!(plan.bytes.done, plan.bytes.total);
                return steps;
            }
        }
        steps.push(step);
    }
}

#[test]
fn one_image_is_its_blobs_and_then_itself() {
    let mut plan = plan(&[]);
    assert_eq!(plan.next(), Step::Fetch(0));
    plan.fetched(0, digest("root"), TYPE, &image(&["config", "layer", "layer"])).unwrap();
    assert_eq!(plan.digest(0), Some(&digest("root")));
    let node = 0;
    assert_eq!(
        rest(plan),
        [
            Step::Copy { node, blob: 0 },
            Step::Copy { node, blob: 1 },
            Step::Publish { node, is_root: true }
        ]
    );
}

#[test]
fn children_come_before_what_names_them() {
    let mut plan = plan(&[]);
    let nested = child("nested", "");
    plan.fetched(0, digest("root"), TYPE, &index(&[child("a", "linux/amd64"), nested])).unwrap();
    assert_eq!(plan.next(), Step::Fetch(1));
    plan.fetched(1, digest("a"), TYPE, &image(&["c1"])).unwrap();
    assert_eq!(plan.next(), Step::Fetch(2));
    // The nested index names one that is known, and one that is not.
    let known = child("a", "linux/amd64");
    plan.fetched(2, digest("nested"), TYPE, &index(&[known, child("b", "linux/arm64")])).unwrap();
    assert_eq!(plan.next(), Step::Fetch(3));
    plan.fetched(3, digest("b"), TYPE, &image(&["c2"])).unwrap();
    let published: Vec<(usize, bool)> = rest(plan)
        .into_iter()
        .filter_map(|step| match step {
            Step::Publish { node, is_root } => Some((node, is_root)),
            _ => None,
        })
        .collect();
    assert_eq!(published, [(1, false), (3, false), (2, false), (0, true)]);
}

#[test]
fn only_the_platforms_that_were_asked_for_are_read() {
    let mut plan = plan(&["linux/arm64"]);
    let children = [child("a", "linux/amd64"), child("b", "linux/arm64")];
    plan.fetched(0, digest("root"), TYPE, &index(&children)).unwrap();
    assert_eq!(plan.node(1).map(|node| node.reference.to_string()), Some(digest("b").to_string()));
    assert_eq!(plan.manifests.total, 2);
}

#[test]
fn an_index_without_the_platform_is_refused_with_what_it_has() {
    let mut plan = plan(&["windows/amd64"]);
    let children = [child("a", "linux/amd64"), child("b", "unknown/unknown")];
    let refused = plan.fetched(0, digest("root"), TYPE, &index(&children)).unwrap_err();
    assert_eq!(refused, Refused::NoPlatform("linux/amd64".into()));
}

#[test]
fn an_index_that_names_itself_or_a_ring_ends() {
    let mut plan = plan(&[]);
    // No document can have its own digest in it; a registry that lies is found out elsewhere.
    plan.fetched(0, digest("root"), TYPE, &index(&[child("a", "")])).unwrap();
    plan.fetched(1, digest("a"), TYPE, &index(&[child("root", ""), child("a", "")])).unwrap();
    assert_eq!(rest(plan).len(), 2);
}

#[test]
fn too_much_is_refused() {
    let many: Vec<Value> = (0..=MAX_MANIFESTS).map(|n| child(&n.to_string(), "")).collect();
    let refused = plan(&[]).fetched(0, digest("root"), TYPE, &index(&many));
    assert_eq!(refused, Err(Refused::TooManyManifests));

    let layers: Vec<Value> = (0..=MAX_BLOBS).map(|n| descriptor(&n.to_string(), 1)).collect();
    let refused =
        plan(&[]).fetched(0, digest("root"), TYPE, &manifest(&json!({ "layers": layers })));
    assert_eq!(refused, Err(Refused::TooManyBlobs));

    let large = manifest(&json!({ "layers": [descriptor("a", u64::MAX)] }));
    let refused = plan(&[]).fetched(0, digest("root"), TYPE, &large);
    assert_eq!(refused, Err(Refused::TooLarge(u64::MAX)));
}

#[test]
fn layers_that_are_not_distributed_are_not_copied() {
    let foreign = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
    let layer = json!({ "mediaType": foreign, "digest": digest("f"), "size": 5 });
    let image = manifest(&json!({ "config": descriptor("c", 1), "layers": [layer] }));
    assert!(media_type::is_foreign_layer(foreign));
    assert_eq!(blobs(&image).len(), 1);
}
