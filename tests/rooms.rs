//! The direction between the edge's rooms, and what the shared words may be made of, held against
//! the sources as they are.

#![expect(clippy::unwrap_used, reason = "a source that cannot be read is a failure as well")]

use roadstead_tests::room::{dependencies, faults, impurities, leftward};
use roadstead_tests::scratch::checkout;
use std::fs;
use std::path::Path;

/// All that the words of both ends may need. A longer list is a decision, not an accident: each
/// of these is in the edge, in the site and in the browser bundle.
const SHARED: [&str; 6] = ["form_urlencoded", "serde", "serde_json", "sha2", "subtle", "thiserror"];

/// The rooms of the native client, from left to right.
const CLI: [&[&str]; 6] = [
    &["command"],
    &["push"],
    &["registry"],
    &["source", "credential", "state", "progress", "rules"],
    &["target"],
    &["host", "size", "child"],
];

/// Every source below `folder`: its module path and its text.
fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(folder).unwrap().with_extension("");
                let parts: Vec<String> =
                    inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
                let module = parts.join("::");
                let module = module.strip_suffix("::mod").unwrap_or(&module).to_owned();
                found.push((module, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "no sources in {}", folder.display());
    found
}

#[test]
fn no_room_of_the_edge_names_what_is_to_its_left() {
    let sources = sources(&checkout().join("worker/src"));
    let faults: Vec<String> = sources.iter().flat_map(|(m, text)| faults(m, text)).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn no_room_of_the_native_client_names_what_is_to_its_left() {
    let sources = sources(&checkout().join("cli/src"));
    let faults: Vec<String> =
        sources.iter().flat_map(|(module, text)| leftward(&CLI, module, text)).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn the_shared_words_are_made_of_what_is_on_the_list() {
    let manifest = fs::read_to_string(checkout().join("shared/Cargo.toml")).unwrap();
    let mut named = dependencies(&manifest);
    named.sort();
    assert_eq!(named, SHARED);
}

#[test]
fn the_shared_words_do_nothing() {
    let sources = sources(&checkout().join("shared/src"));
    let faults: Vec<String> = sources.iter().flat_map(|(m, text)| impurities(m, text)).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}
