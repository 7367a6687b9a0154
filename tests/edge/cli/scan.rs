//! `roadstead scan` as CI and people at a cluster call it.

use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::roadstead::Roadstead;
use roadstead_tests::scratch;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;

/// Pods of a cluster of some size: more than 1 MiB of what kubectl prints.
const PODS: usize = 6_000;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        what_kubectl_prints_of_a_large_cluster_is_read_from_standard_input,
        a_tree_is_rewritten_and_then_comes_from_there,
        the_exit_code_is_what_ci_asks_for,
    ]
}

fn folder(name: &str, file: &str, text: &str) -> PathBuf {
    let folder = scratch::folder("scan").join(name);
    let made = fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join(file), text));
    made.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    folder
}

fn what_kubectl_prints_of_a_large_cluster_is_read_from_standard_input() {
    let pod = |number: usize| {
        json!({
            "kind": "Pod", "metadata": { "name": format!("web-{number}"), "namespace": "default" },
            "spec": { "containers": [{ "name": "web", "image": "nginx:1.27" }] },
            "status": { "containerStatuses": [{ "image": "docker.io/library/nginx:1.27" }] },
        })
    };
    let items: Vec<_> = (0..PODS).map(pod).collect();
    let list = json!({ "apiVersion": "v1", "kind": "List", "items": items }).to_string();
    assert!(list.len() > 1024 * 1024, "{} bytes", list.len());
    let words = ["scan", "--host", "reg.example", "--json", "-"];
    let said = Roadstead::anonymous("scan").feed(&words, list.as_bytes()).must_succeed();
    let report: Value = serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}"));
    let references = report["references"].as_array().cloned().unwrap_or_default();
    assert_eq!(references.len(), 2 * PODS);
    let wished = references.iter().filter(|it| it["is_running"] == false);
    for one in wished {
        assert_eq!(one["becomes"], "reg.example/hub/library/nginx:1.27");
    }
}

fn a_tree_is_rewritten_and_then_comes_from_there() {
    let folder =
        folder("write", "compose.yaml", "services:\n  a:\n    image: quay.io/a/b:1.0 # b\n");
    let path = folder.display().to_string();
    let person = Roadstead::anonymous("scan");
    let said = person.run(&["scan", "--host", "reg.example", "--write", &path]).must_succeed();
    assert!(said.contains("; rewrote "), "{said}");
    let text = fs::read_to_string(folder.join("compose.yaml")).unwrap_or_default();
    assert_eq!(text, "services:\n  a:\n    image: reg.example/quay/a/b:1.0 # b\n");
    let said = person.run(&["scan", "--host", "reg.example", "--write", &path]).must_succeed();
    assert!(said.contains("comes from here already") && !said.contains("rewrote"), "{said}");
}

fn the_exit_code_is_what_ci_asks_for() {
    let folder = folder("code", "Dockerfile", "FROM corp.example/base:1.0\nFROM alpine:latest\n");
    let path = folder.display().to_string();
    let person = Roadstead::anonymous("scan");
    for (words, code) in [
        (vec!["scan", &path], 0),
        (vec!["scan", "--fail-on", "floating", &path], 1),
        (vec!["scan", "--fail-on", "unmapped", &path], 1),
        (
            vec![
                "scan",
                "--host",
                "a.example",
                "--rule",
                "c=corp.example",
                "--rule",
                "h=docker.io",
                "--fail-on",
                "unmapped",
                &path,
            ],
            0,
        ),
        (vec!["scan", "/nothing/here"], 2),
        (vec!["scan", "--host", "no host", &path], 2),
        (vec!["scan", "--write", &path], 2),
    ] {
        assert_eq!(person.code(&words), Some(code), "{words:?}");
    }
}
