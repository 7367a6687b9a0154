//! The programs that people pull with, by way of every name that leads to a rule: cold from the
//! registry, then warm while it is gone. The bytes are those of the registry.

use super::edge::{cached, called, edge, real, registry};
use super::pull::{Got, must_pull, pull};
use libtest_mimic::Trial;
use roadstead_tests::claim::with_programs;
use roadstead_tests::client::podman::Store;
use roadstead_tests::client::{containerd, docker, mirrored, podman, skopeo};
use roadstead_tests::image::digest;
use roadstead_tests::layout::Layout;
use roadstead_tests::tar::tar;
use roadstead_tests::upstream::real::PROGRAMS as REAL;
use roadstead_tests::upstream::{Day, Goods, index};
use roadstead_tests::{claims, scratch};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

pub(super) fn claims() -> Vec<Trial> {
    let rooms = [
        with_programs(docker::PROGRAMS, claims![docker_pulls_by_its_mirror_list]),
        with_programs(
            containerd::PROGRAMS,
            claims![containerd_pulls_by_its_hosts_with_and_without_a_path],
        ),
        with_programs(podman::PROGRAMS, claims![podman_pulls_by_its_mirrors]),
        with_programs(skopeo::PROGRAMS, claims![skopeo_copies_all_of_an_index]),
        claims![what_asks_by_tag_and_fetches_by_digest_gets_it_as_imgpkg_does],
        with_programs(
            &[REAL, skopeo::PROGRAMS].concat(),
            claims![a_real_registry_is_fetched_from_and_may_be_killed],
        ),
    ];
    rooms.into_iter().flatten().collect()
}

/// An image that engines can unpack: layers of a MiB and of a few bytes.
fn unpackable(word: &str) -> Goods {
    let mut goods = Goods::default();
    let long = format!("{word}, again and again. ").repeat(60_000);
    let layers = [tar("long", &long), tar("short", word)];
    let _ = goods.image(Some("1"), "amd64", &layers);
    goods
}

/// Pulls while the registry answers, and once more while it is gone.
fn cold_and_warm(prefix: &str, mut pull: impl FnMut(&str)) {
    pull("cold");
    registry(prefix).close();
    pull("warm");
    registry(prefix).open();
}

fn docker_pulls_by_its_mirror_list() {
    // Docker Hub has nothing of that name: if it comes, it came from here.
    let (name, goods) = ("roadstead-claims/by-mirror", unpackable("docker"));
    registry("hub").sell(name, &goods, Day::default());
    cold_and_warm("hub", |state| {
        let digests = mirrored::pull(edge().host(), &format!("{name}:1"));
        let digest = goods.digest("1");
        assert!(digests.contains(&digest), "{state}: {digest} is not in {digests}");
    });
    assert_eq!(registry("hub").count(name, "GET", "manifests"), 1);
}

/// A folder with a `hosts.toml` for a registry.
fn hosts(folder: &str, of: &str, lines: &str) -> PathBuf {
    let top = scratch::folder(folder);
    let own = top.join(of);
    fs::create_dir_all(&own).unwrap_or_else(|error| panic!("{}: {error}", own.display()));
    let text =
        format!("server = \"https://{of}\"\n\n{lines}\ncapabilities = [\"pull\", \"resolve\"]\n");
    fs::write(own.join("hosts.toml"), text).unwrap_or_else(|error| panic!("{error}"));
    top
}

fn containerd_pulls_by_its_hosts_with_and_without_a_path() {
    let (of, edge) = (called("ctr"), edge().host());
    let plain = format!("[host.\"http://{edge}\"]");
    let with_path = format!("[host.\"http://{edge}/v2/ctr\"]\noverride_path = true");
    let folders = [hosts("hosts-ns", &of, &plain), hosts("hosts-path", &of, &with_path)];
    for (name, folder) in ["team/by-ns", "team/by-path"].into_iter().zip(folders) {
        let goods = unpackable(name);
        registry("ctr").sell(name, &goods, Day::default());
        cold_and_warm("ctr", |state| {
            let stored = containerd::pull_by(&folder, &format!("{of}/{name}:1"));
            let manifest = goods.document("1");
            let expected = goods.blobs.iter().map(|(digest, bytes)| (digest.clone(), bytes.len()));
            let expected = expected.chain([(digest(manifest), manifest.len())]).collect();
            assert_eq!(stored, expected, "{name}, {state}");
        });
    }
}

fn podman_pulls_by_its_mirrors() {
    let (of, name, goods) = (called("podman"), "team/by-mirror", unpackable("podman"));
    registry("podman").sell(name, &goods, Day::default());
    let file = scratch::folder("podman-mirrors").join("registries.conf");
    let text = format!(
        "[[registry]]\nprefix = \"{of}\"\nlocation = \"{of}\"\n\n[[registry.mirror]]\n\
         location = \"{}/podman\"\ninsecure = true\n",
        edge().host()
    );
    fs::write(&file, text).unwrap_or_else(|error| panic!("{error}"));
    cold_and_warm("podman", |state| {
        let store = Store::new(&format!("mirrored-{state}"));
        let digests = store.pull_by(&file, &format!("{of}/{name}:1"));
        let digest = goods.digest("1");
        assert!(digests.contains(&digest), "{state}: {digest} is not in {digests}");
    });
}

/// Whether a layout has exactly what the goods have.
fn is_all(layout: &Layout, goods: &Goods) {
    let root = goods.digest("1");
    assert_eq!(layout.root(), root);
    let manifests = goods.manifests.iter().filter(|(key, _)| key.starts_with("sha256:"));
    let manifests = manifests.map(|(digest, (_, document))| (digest.clone(), document.len()));
    let blobs = goods.blobs.iter().map(|(digest, bytes)| (digest.clone(), bytes.len()));
    assert_eq!(layout.reach(&root), manifests.chain(blobs).collect());
}

fn skopeo_copies_all_of_an_index() {
    let (name, goods) = ("team/index", index(801));
    registry("skopeo").sell(name, &goods, Day::default());
    let reference = format!("docker://{}/skopeo/{name}:1", edge().host());
    cold_and_warm("skopeo", |state| {
        is_all(&skopeo::pull_from(&reference, &format!("upstream-{state}")), &goods);
    });
}

/// HEAD of the manifest by its tag, everything else by digest: nothing else is known of a bundle.
fn what_asks_by_tag_and_fetches_by_digest_gets_it_as_imgpkg_does() {
    let (name, goods) = ("team/bundle", index(802));
    registry("plain").sell(name, &goods, Day::default());
    let reader = cached("plain", name);
    cold_and_warm("plain", |state| {
        let head = reader.head("manifests/1").send().expect(200);
        let digest = head.must("Docker-Content-Digest").to_owned();
        assert_eq!(digest, goods.digest("1"), "{state}");
        let length = goods.document("1").len().to_string();
        assert_eq!(head.must("Content-Length"), length, "{state}");
        let answer = reader.get(&format!("manifests/{digest}")).send().expect(200);
        assert_eq!(answer.must("Content-Type"), goods.manifests[&digest].0, "{state}");
        must_pull(&reader, &goods, &digest);
        for (digest, bytes) in &goods.blobs {
            let head = reader.head(&format!("blobs/{digest}")).send().expect(200);
            assert_eq!(head.must("Content-Length"), bytes.len().to_string(), "{state}");
        }
    });
}

fn a_real_registry_is_fetched_from_and_may_be_killed() {
    let (name, goods) = ("team/real", index(803));
    real().publish(name, &goods);
    let reader = cached("real", name);
    assert_eq!(pull(&reader, &goods, "1"), Got::Right);
    real().close();
    assert_eq!(pull(&reader, &goods, "1"), Got::Right, "killed");
    let reference = format!("docker://{}/real/{name}:1", edge().host());
    is_all(&skopeo::pull_from(&reference, "upstream-real"), &goods);
    real().open();
    let other = Goods::default().tagged("1", b"something else");
    real().publish("team/later", &other);
    assert_eq!(super::pull::recovers(&cached("real", "team/later"), &other, "1"), Got::Right);
    let tags = reader.get("tags/list").send().expect(200).json();
    assert_eq!(tags["tags"], Value::from(vec!["1"]));
}
