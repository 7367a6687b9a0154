//! A source tree as people have it: what is read of it, what is said, and what is written.

use super::files::Walk;
use super::report::{json, text};
use super::*;
use roadstead_shared::moving::{Limits, scan};
use std::fs;
use std::path::Path;

const DEPLOYMENT: &str =
    "kind: Pod\nspec:\n  containers:\n  - image: nginx   # web\n  - image: corp.example/app:1.0\n";

/// A tree with something to find and something to pass over.
fn tree() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("Dockerfile", "FROM golang:1.23 AS build\nFROM scratch\nCOPY --from=build /a /a\n"),
        ("deploy/pod.yaml", DEPLOYMENT),
        ("deploy/notes.md", "image: not-read\n"),
        (".git/config.yaml", "image: not-read\n"),
        ("web/node_modules/x/compose.yml", "image: not-read\n"),
        ("target/x.json", "{\"image\":\"not-read\"}"),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    fs::write(folder.path().join("binary.json"), [0xff, 0xfe, 0x00]).unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("deploy/around")).unwrap();
    folder
}

fn found(folder: &Path) -> (Vec<Scanned>, Summary) {
    let to = Destination::new("reg.example", Vec::new()).unwrap();
    let mut walk = Walk::of(&[folder.to_owned()]).unwrap();
    let mut summary = Summary::default();
    let mut scanned = Vec::new();
    while let Some(input) = walk.next_input() {
        let input = input.unwrap();
        let report = scan(&input.text, input.format.unwrap(), &to, Limits::PROGRAM).unwrap();
        summary.count(&report);
        scanned.push(Scanned { input, report });
    }
    (scanned, summary)
}

fn options(path: &Path, words: &[&str]) -> Options {
    use clap::{FromArgMatches as _, Parser};
    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }
    let mut line = vec!["scan".to_owned(), path.display().to_string()];
    line.extend(words.iter().map(|word| (*word).to_owned()));
    let matches = <Line as clap::CommandFactory>::command().get_matches_from(line);
    Line::from_arg_matches(&matches).unwrap().options
}

fn code(path: &Path, words: &[&str]) -> String {
    format!("{:?}", command(&options(path, words)).unwrap())
}

#[test]
fn a_tree_is_read_without_what_belongs_to_tools() {
    let folder = tree();
    let (scanned, _) = found(folder.path());
    let names: Vec<_> = scanned.iter().map(|file| file.input.path.clone().unwrap()).collect();
    assert_eq!(names, [folder.path().join("Dockerfile"), folder.path().join("deploy/pod.yaml")]);
}

#[test]
fn the_report_says_where_what_and_why() {
    let folder = tree();
    let (scanned, summary) = found(folder.path());
    let shown = text(&scanned, &summary, Some("reg.example"));
    for words in [
        "docker.io (2)",
        "Dockerfile:1  golang:1.23  ->  reg.example/hub/library/golang:1.23\n",
        "pod.yaml:4  nginx  ->  reg.example/hub/library/nginx  ! floating: no tag, so \"latest\"\n",
        "corp.example (1)",
        "pod.yaml:5  corp.example/app:1.0  ! unmapped: no rule for corp.example\n",
        "What floating tags cost\n  1 reference: Kubernetes asks",
        "5 references in 2 files: 1 floating, 1 unmapped\n",
    ] {
        assert!(shown.contains(words), "{words} is not in\n{shown}");
    }
    assert!(!shown.contains("scratch"), "{shown}");
    assert!(!text(&scanned, &summary, None).contains("->"), "no host, nothing that it becomes");
}

#[test]
fn programs_get_one_document() {
    let folder = tree();
    let (scanned, summary) = found(folder.path());
    let document: serde_json::Value =
        serde_json::from_str(&json(&scanned, &summary, Some("reg.example"))).unwrap();
    assert_eq!((&document["floating"], &document["unmapped"]), (&1.into(), &1.into()));
    let nginx = &document["references"][3];
    assert_eq!(nginx["line"], 4);
    assert_eq!(nginx["becomes"], "reg.example/hub/library/nginx");
    assert_eq!(nginx["image"]["registry"], "docker.io");
    assert_eq!(document["references"][4]["is_unmapped"], true);
}

#[test]
fn nothing_is_written_unless_it_is_asked_for() {
    let folder = tree();
    let file = folder.path().join("deploy/pod.yaml");
    let _ = code(folder.path(), &["--host", "reg.example"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), DEPLOYMENT);
    let _ = code(folder.path(), &["--host", "reg.example", "--write"]);
    let expected = DEPLOYMENT.replace("nginx", "reg.example/hub/library/nginx");
    assert_eq!(fs::read_to_string(&file).unwrap(), expected);
    let built = fs::read_to_string(folder.path().join("Dockerfile")).unwrap();
    assert!(built.starts_with("FROM reg.example/hub/library/golang:1.23 AS build\n"), "{built}");
    let _ = code(folder.path(), &["--host", "reg.example", "--write"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), expected, "twice");
}

#[test]
fn a_rewritten_file_keeps_its_rights_and_a_link_stays_one() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tree();
    let file = folder.path().join("deploy/pod.yaml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let link = folder.path().join("link.yaml");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let _ = code(&link, &["--host", "reg.example", "--write"]);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&file).unwrap().contains("reg.example"));
}

#[test]
fn what_is_found_decides_the_exit_code_where_somebody_says_so() {
    let folder = tree();
    let good = format!("{:?}", ExitCode::SUCCESS);
    let bad = format!("{:?}", ExitCode::FAILURE);
    assert_eq!(code(folder.path(), &[]), good);
    for what in ["floating", "unmapped"] {
        assert_eq!(code(folder.path(), &["--fail-on", what]), bad, "{what}");
        assert_eq!(code(&folder.path().join("Dockerfile"), &["--fail-on", what]), good, "{what}");
    }
    let rules = ["--host", "reg.example", "--rule", "corp=corp.example", "--rule", "hub=docker.io"];
    let with = [&rules[..], &["--fail-on", "unmapped"]].concat();
    assert_eq!(code(folder.path(), &with), good);
}

#[test]
fn mistyped_words_are_refused() {
    let folder = tree();
    for (path, words) in [
        (folder.path().join("nothing"), &[][..]),
        (folder.path().to_owned(), &["--host", "registry"][..]),
        (folder.path().to_owned(), &["--host", "https://reg.example"][..]),
        (Path::new("-").to_owned(), &["--host", "reg.example", "--write"][..]),
    ] {
        assert!(matches!(command(&options(&path, words)), Err(Error::Usage(_))), "{words:?}");
    }
    for text in ["", "hub", "=docker.io", "hub=", "Hub=docker.io", "hub=docker", "a/b=docker.io"] {
        assert!(rule(text).is_err(), "{text}");
    }
}
