//! Lines that break: what was sent is not sent again, and what cannot pass is said to be too much.

use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::client::roadstead::Roadstead;
use roadstead_tests::deadline::Deadline;
use roadstead_tests::image::{CONFIG, LAYER, MANIFEST, descriptor, digest, noise};
use roadstead_tests::layout::Layout;
use roadstead_tests::proxy::Proxy;
use roadstead_tests::scratch;
use roadstead_tests::stack::stack;
use serde_json::json;
use std::fs;
use std::time::Duration;

const MIB: u64 = 1024 * 1024;
/// A layer that takes eight chunks of 5 MiB.
const LONG: usize = 40 * 1024 * 1024;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_push_that_was_killed_goes_on_with_the_rest,
        a_connection_that_is_cut_costs_no_more_than_a_chunk,
        a_layer_that_is_sent_whole_is_sent_again_after_a_cut,
        a_network_that_takes_less_is_named_and_a_smaller_chunk_passes,
    ]
}

/// An image of these layers, in a layout called `name`.
pub(super) fn layout(name: &str, layers: &[&[u8]]) -> Layout {
    let folder = scratch::folder("layouts").join(name);
    let write = |path: &str, bytes: &[u8]| {
        let path = folder.join(path);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::write(&path, bytes))
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    };
    let blob = |bytes: &[u8]| write(&format!("blobs/{}", digest(bytes).replace(':', "/")), bytes);
    let diff_ids: Vec<_> = layers.iter().map(|layer| digest(layer)).collect();
    let config = json!({
        "os": "linux", "architecture": "amd64", "config": { "Labels": { "name": name } },
        "rootfs": { "type": "layers", "diff_ids": diff_ids },
    });
    let config = config.to_string().into_bytes();
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "config": descriptor(CONFIG, &config),
        "layers": layers.iter().map(|layer| descriptor(LAYER, layer)).collect::<Vec<_>>(),
    });
    let manifest = manifest.to_string().into_bytes();
    for layer in layers {
        blob(layer);
    }
    blob(&config);
    blob(&manifest);
    let index = json!({ "schemaVersion": 2, "manifests": [descriptor(MANIFEST, &manifest)] });
    write("index.json", index.to_string().as_bytes());
    write("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#);
    Layout::new(folder)
}

/// Whether the layer is there, to the bit, behind the tag `1` of this repository.
fn has_arrived(name: &str, layout: &Layout, layer: &[u8]) {
    let reader = Repository::as_anyone(name);
    let manifest = reader.get("manifests/1").send().expect(200);
    assert_eq!(manifest.must("Docker-Content-Digest"), layout.root());
    let blob = reader.get(&format!("blobs/{}", digest(layer))).send().expect(200);
    assert!(blob.body == layer, "other bytes");
}

fn a_push_that_was_killed_goes_on_with_the_rest() {
    let proxy = Proxy::start(stack().host());
    let operator = Roadstead::operator_on("killed", proxy.host());
    let layer = noise(101, LONG);
    let layout = layout("killed", &[&layer]);
    let from = layout.folder().display().to_string();
    let target = format!("{}/cli/killed:1", proxy.host());
    let words = ["push", "--chunk", "5MiB", "--from", &from, &target];
    // Held up in the middle of the fifth chunk: four are there, whatever the machine is doing.
    proxy.hold_after(22 * MIB);
    let mut child = operator.start(&words);
    let held =
        Deadline::after(Duration::from_mins(1)).wait(|| (proxy.taken() > 22 * MIB).then_some(()));
    child.kill().and_then(|()| child.wait()).map_or_else(|error| panic!("{error}"), drop);
    assert!(held.is_some(), "only {} bytes came", proxy.taken());
    let left = fs::read_to_string(operator.uploads_file()).unwrap_or_default();
    assert!(left.contains(&digest(&layer)), "{left}");
    let _ = Repository::as_anyone("cli/killed").get("manifests/1").send().expect(404);

    proxy.let_go();
    let before = proxy.taken();
    let said = operator.run(&words).must_succeed();
    let sent = proxy.taken() - before;
    // Four chunks are there, and what came of the fifth up to its last MiB.
    assert!((17 * MIB..21 * MIB).contains(&sent), "{sent} bytes, and some 18 MiB are the rest");
    assert!(said.contains(" MiB sent)"), "{said}");
    let left = fs::read_to_string(operator.uploads_file()).unwrap_or_default();
    assert!(!left.contains("sha256:"), "nothing is unfinished: {left}");
    has_arrived("cli/killed", &layout, &layer);
    proxy.stop();
}

fn a_connection_that_is_cut_costs_no_more_than_a_chunk() {
    let proxy = Proxy::start(stack().host());
    let operator = Roadstead::operator_on("cut", proxy.host());
    let layer = noise(102, LONG);
    let layout = layout("cut", &[&layer]);
    let from = layout.folder().display().to_string();
    let target = format!("{}/cli/cut:1", proxy.host());
    proxy.cut_after(17 * MIB);
    let before = proxy.taken();
    let _ = operator.run(&["push", "--chunk", "5MiB", "--from", &from, &target]).must_succeed();
    assert_eq!(proxy.cuts(), 1);
    let sent = proxy.taken() - before;
    assert!(sent < 46 * MIB, "{sent} bytes for 40 MiB");
    has_arrived("cli/cut", &layout, &layer);
    proxy.stop();
}

fn a_layer_that_is_sent_whole_is_sent_again_after_a_cut() {
    let proxy = Proxy::start(stack().host());
    let operator = Roadstead::operator_on("cut-whole", proxy.host());
    let layer = noise(104, LONG / 4);
    let layout = layout("cut-whole", &[&layer]);
    let from = layout.folder().display().to_string();
    let target = format!("{}/cli/cut-whole:1", proxy.host());
    proxy.cut_after(5 * MIB);
    let _ = operator.run(&["push", "--from", &from, &target]).must_succeed();
    assert_eq!(proxy.cuts(), 1);
    has_arrived("cli/cut-whole", &layout, &layer);
    proxy.stop();
}

fn a_network_that_takes_less_is_named_and_a_smaller_chunk_passes() {
    let proxy = Proxy::start(stack().host());
    let operator = Roadstead::operator_on("narrow", proxy.host());
    let layer = noise(103, LONG / 2);
    let layout = layout("narrow", &[&layer]);
    let from = layout.folder().display().to_string();
    let target = format!("{}/cli/narrow:1", proxy.host());
    proxy.refuse_over(6 * MIB);
    for words in [
        vec!["push", "--from", &from, &target],
        vec!["push", "--chunk", "8MiB", "--from", &from, &target],
    ] {
        let said = operator.run(&words).must_fail();
        let advice = format!("the network in front of {} cut a body of ", proxy.host());
        assert!(said.contains(&advice) && said.contains("; try --chunk "), "{said}");
    }
    let words = ["push", "--chunk", "5MiB", "--from", &from, &target];
    let _ = operator.run(&words).must_succeed();
    has_arrived("cli/narrow", &layout, &layer);
    proxy.stop();
}
