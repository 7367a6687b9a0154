//! Signing in and out: what is tried, what is kept, and what is left alone.

use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::roadstead::Roadstead;
use roadstead_tests::demo::demo;
use roadstead_tests::stack::{PASSWORD, stack};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        signing_in_and_out_leaves_foreign_fields_alone,
        a_wrong_password_is_not_kept,
        a_credential_helper_keeps_what_docker_would_have_it_keep,
        podman_s_credentials_are_used_where_docker_has_none,
    ]
}

fn write(path: &Path, text: &str) {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(path, text))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn signing_in_and_out_leaves_foreign_fields_alone() {
    let person = Roadstead::anonymous("foreign");
    let file = person.config_file();
    let foreign = "{ \"psFormat\":\"table  {{.ID}}\",\n \"auths\": {\"other.example\": \
                   {\"auth\":\"YTpi\", \"email\": \"a@b\"}},\n \"x\": [1, 2.50] }";
    write(&file, foreign);
    let _ = person.login(stack().host(), PASSWORD).must_succeed();
    let kept = read(&file);
    for text in ["\"table  {{.ID}}\"", "{\"auth\":\"YTpi\", \"email\": \"a@b\"}", "[1, 2.50]"] {
        assert!(kept.contains(text), "{text} is not in {kept}");
    }
    assert!(!kept.contains(PASSWORD), "not in clear");
    let value: Value = serde_json::from_str(&kept).unwrap_or_else(|error| panic!("{error}"));
    assert!(value["auths"][stack().host()]["auth"].is_string(), "{kept}");
    let mode = fs::metadata(&file).map(|found| found.permissions().mode() & 0o777);
    assert_eq!(mode.ok(), Some(0o600));
    let _ = person.push(demo("chart").layout.folder(), "cli/login:1").must_succeed();

    let _ = person.run(&["logout", stack().host()]).must_succeed();
    let left: Value = serde_json::from_str(&read(&file)).unwrap_or_else(|error| panic!("{error}"));
    let before: Value = serde_json::from_str(foreign).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(left, before);
    let said = person.push(demo("busybox").layout.folder(), "cli/login:2").must_fail();
    assert!(said.contains("roadstead login"), "{said}");
}

fn a_wrong_password_is_not_kept() {
    let person = Roadstead::anonymous("wrong");
    let said = person.login(stack().host(), "wrong").must_fail();
    assert!(said.contains("password is wrong"), "{said}");
    assert!(!person.config_file().exists());
}

/// A helper that keeps everything in one file, for whoever finds it on their PATH.
const HELPER: &str = r#"#!/bin/sh
set -e
case $1 in
  store) cat >"$HOME/kept" ;;
  get) read -r host || true
    if [ -f "$HOME/kept" ] && grep -q "\"$host\"" "$HOME/kept"; then cat "$HOME/kept"
    else echo "credentials not found in native keychain"; exit 1; fi ;;
  erase) rm -f "$HOME/kept" ;;
esac
"#;

fn a_credential_helper_keeps_what_docker_would_have_it_keep() {
    let person = Roadstead::anonymous("helper");
    let file = person.config_file();
    write(&file, r#"{"credsStore":"claims"}"#);
    let home = file.parent().and_then(Path::parent).unwrap_or(Path::new("/"));
    let helper = home.join("bin/docker-credential-claims");
    write(&helper, HELPER);
    let set = fs::set_permissions(&helper, fs::Permissions::from_mode(0o755));
    set.unwrap_or_else(|error| panic!("{error}"));
    let path = std::env::var("PATH").unwrap_or_default();
    let person = person.with("PATH", format!("{}:{path}", home.join("bin").display()));
    let _ = person.login(stack().host(), PASSWORD).must_succeed();
    let kept: Value =
        serde_json::from_str(&read(&home.join("kept"))).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(kept["ServerURL"].as_str(), Some(stack().host()));
    assert_eq!(kept["Secret"].as_str(), Some(PASSWORD));
    let config = read(&file);
    assert!(config.contains("\"credsStore\"") && !config.contains("\"auth\""), "{config}");
    let _ = person.push(demo("chart").layout.folder(), "cli/helper:1").must_succeed();
    let _ = person.run(&["logout", stack().host()]).must_succeed();
    assert!(!home.join("kept").exists());
    let _ = person.push(demo("busybox").layout.folder(), "cli/helper:2").must_fail();
}

fn podman_s_credentials_are_used_where_docker_has_none() {
    let person = Roadstead::operator("podman-auth");
    let docker = person.config_file();
    let home = docker.parent().and_then(Path::parent).unwrap_or(Path::new("/"));
    // The same form; podman keeps it elsewhere.
    let moved = fs::rename(&docker, home.join("auth.json"));
    moved.unwrap_or_else(|error| panic!("{error}"));
    let _ = person.push(demo("chart").layout.folder(), "cli/podman-auth:1").must_succeed();
}
