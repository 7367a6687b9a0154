//! Archives, as skopeo writes them and as docker's new form is.

use libtest_mimic::Trial;
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::client::program::run;
use roadstead_tests::client::registry::{Repository, text};
use roadstead_tests::client::roadstead::Roadstead;
use roadstead_tests::client::skopeo::{PROGRAMS, pull};
use roadstead_tests::demo::{Demo, demo};
use roadstead_tests::layout::Layout;
use roadstead_tests::scratch;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;

pub(super) fn claims() -> Vec<Trial> {
    let claims = claims![
        an_oci_archive_comes_back_to_the_bit,
        an_old_docker_archive_is_compressed_and_keeps_its_config,
        a_new_docker_archive_is_compressed_where_docker_did_not,
        a_new_docker_archive_of_several_platforms_stays_as_it_is,
        an_archive_that_leads_out_is_refused,
    ];
    with_programs(&[PROGRAMS, &["tar"]].concat(), claims)
}

/// Has skopeo write a demo as `form`, to a file called `name`.
fn written(demo: &Demo, form: &str, name: &str, rest: &str) -> PathBuf {
    let file = scratch::folder("archives").join(name);
    let mut command = Command::new("skopeo");
    command.args(["--insecure-policy", "copy"]);
    if form == "oci-archive" {
        command.args(["--all", "--preserve-digests"]);
    }
    command.arg(format!("oci:{}", demo.layout.folder().display()));
    let _ = run(command.arg(format!("{form}:{}{rest}", file.display()))).must_succeed();
    file
}

fn an_oci_archive_comes_back_to_the_bit() {
    let demo = demo("busybox");
    let file = written(&demo, "oci-archive", "oci.tar", "");
    let _ = Roadstead::operator("archive").push(&file, "cli/oci-archive:1").must_succeed();
    let pulled = pull("cli/oci-archive:1", "cli-oci-archive");
    assert_eq!(pulled.root(), demo.digest);
    assert_eq!(pulled.reach(&demo.digest), demo.layout.reach(&demo.digest));
}

fn an_old_docker_archive_is_compressed_and_keeps_its_config() {
    let demo = demo("toolbox");
    let file = written(&demo, "docker-archive", "docker.tar", ":toolbox:1");
    let operator = Roadstead::operator("old-archive");
    let said = operator.push(&file, "cli/docker-archive:1").must_succeed();
    let pulled = pull("cli/docker-archive:1", "cli-docker-archive");
    assert!(said.contains(&format!("@{} (", pulled.root())), "{said}");
    let (theirs, ours) = (read(&pulled, &pulled.root()), read(&demo.layout, &demo.digest));
    assert_eq!(theirs["mediaType"], "application/vnd.docker.distribution.manifest.v2+json");
    assert_eq!(theirs["config"]["digest"], ours["config"]["digest"], "byte for byte");
    // skopeo has read every blob on the way, and unpacked each layer to compare it.
    let back = written_back("cli/docker-archive:1");
    assert_eq!(
        run(Command::new("cmp").arg(&file).arg(&back)).must_succeed(),
        "",
        "the same layers"
    );
    // The same archive makes the same blobs: a second push sends none.
    let again = operator.push(&file, "cli/docker-archive:2").must_succeed();
    assert!(again.contains(" 0.0 MiB sent)"), "{again}");
}

/// What is published as `image`, as a docker archive again.
fn written_back(image: &str) -> PathBuf {
    let name = format!("{}.tar", image.replace(['/', ':'], "-"));
    let file = scratch::folder("archives").join(name);
    let mut command = Command::new("skopeo");
    command.args(["--insecure-policy", "copy", "--src-tls-verify=false", "--src-no-creds"]);
    command.arg(format!("docker://{}/{image}", roadstead_tests::stack::stack().host()));
    let to = format!("docker-archive:{}:toolbox:1", file.display());
    let _ = run(command.arg(to)).must_succeed();
    file
}

fn read(layout: &Layout, digest: &str) -> Value {
    serde_json::from_slice(&layout.read(digest)).unwrap_or_else(|error| panic!("{error}"))
}

/// A demo as docker writes it since version 25: a layout with the old form's list beside it.
fn saved(demo: &Demo, manifest: &Value, name: &str) -> PathBuf {
    let folder = scratch::folder("archives").join(name);
    let source = demo.layout.folder();
    let _ = run(Command::new("cp").arg("-r").arg(source).arg(&folder)).must_succeed();
    let file = |it: &Value| format!("blobs/{}", text(it, "digest").replace(':', "/"));
    let layers = manifest["layers"].as_array().cloned().unwrap_or_default();
    let list = json!([{
        "Config": file(&manifest["config"]), "RepoTags": ["toolbox:1"],
        "Layers": layers.iter().map(file).collect::<Vec<_>>(),
    }]);
    std::fs::write(folder.join("manifest.json"), list.to_string())
        .unwrap_or_else(|error| panic!("{error}"));
    let archive = folder.with_extension("tar");
    let mut tar = Command::new("tar");
    let _ = run(tar.arg("-cf").arg(&archive).arg("-C").arg(&folder).arg(".")).must_succeed();
    archive
}

fn a_new_docker_archive_is_compressed_where_docker_did_not() {
    // One of its layers is bare.
    let demo = demo("toolbox");
    let ours = read(&demo.layout, &demo.digest);
    let archive = saved(&demo, &ours, "new");
    let operator = Roadstead::operator("new-archive");
    let _ = operator.push(&archive, "cli/new-archive:1").must_succeed();
    let pulled = pull("cli/new-archive:1", "cli-new-archive");
    let theirs = read(&pulled, &pulled.root());
    assert_eq!(theirs["config"]["digest"], ours["config"]["digest"], "byte for byte");
    let bare = "application/vnd.oci.image.layer.v1.tar";
    for (their, our) in theirs["layers"]
        .as_array()
        .into_iter()
        .flatten()
        .zip(ours["layers"].as_array().into_iter().flatten())
    {
        assert_eq!(text(their, "mediaType"), format!("{bare}+gzip"));
        let stays = text(our, "mediaType") != bare;
        assert_eq!(their["digest"] == our["digest"], stays, "{our}");
    }
    let old = written(&demo, "docker-archive", "compared.tar", ":toolbox:1");
    let back = written_back("cli/new-archive:1");
    assert_eq!(run(Command::new("cmp").arg(&old).arg(&back)).must_succeed(), "", "the same layers");
}

fn a_new_docker_archive_of_several_platforms_stays_as_it_is() {
    let demo = demo("busybox");
    let index = read(&demo.layout, &demo.digest);
    let first = read(&demo.layout, &text(&index["manifests"][0], "digest"));
    let archive = saved(&demo, &first, "new-index");
    let operator = Roadstead::operator("new-index");
    let _ = operator.push(&archive, "cli/new-index:1").must_succeed();
    let pulled = pull("cli/new-index:1", "cli-new-index");
    assert_eq!(pulled.root(), demo.digest);
    assert_eq!(pulled.reach(&demo.digest), demo.layout.reach(&demo.digest));
}

fn an_archive_that_leads_out_is_refused() {
    let demo = demo("chart");
    let archive = scratch::folder("archives").join("out.tar");
    let mut tar = Command::new("tar");
    tar.args(["-P", "--transform", "s,^oci-layout,../../oci-layout,"]).arg("-cf").arg(&archive);
    tar.arg("-C").arg(demo.layout.folder());
    let _ = run(tar.args(["index.json", "blobs", "oci-layout"])).must_succeed();
    let said = Roadstead::operator("out").push(&archive, "cli/out:1").must_fail();
    assert!(said.contains("leads out of the archive"), "{said}");
    let _ = Repository::as_anyone("cli/out").get("manifests/1").send().expect(404);
}
