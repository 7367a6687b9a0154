//! Files of credentials as docker and podman write them, and helpers.

use super::*;
use std::os::unix::fs::PermissionsExt as _;

const FOREIGN: &str = r#"{
	"HttpHeaders": { "X-Meta":  "kept" },
	"auths": {
		"old.example": { "auth": "YTpi", "email": "a@old.example" },
		"https://legacy.example/v1/": { "auth": "Yzpk" }
	},
	"detachKeys": "ctrl-e,e",
	"number": 1.50
}"#;

fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    fs::write(&path, text).unwrap();
    (folder, path)
}

fn pair(config: &Config, host: &str, name: &str) -> Option<String> {
    config.find(host, name).unwrap().map(|found| found.pair())
}

#[test]
fn what_is_stored_is_found_and_what_is_foreign_stays() {
    let (_folder, path) = file(FOREIGN);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let mut config = Config::read(&path).unwrap();
    config.store("new.example:5000", &Credentials::new("me", "pass:word")).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&path).unwrap();
    for kept in [
        r#""HttpHeaders": { "X-Meta":  "kept" }"#,
        r#""old.example": { "auth": "YTpi", "email": "a@old.example" }"#,
        r#""detachKeys": "ctrl-e,e""#,
        r#""number": 1.50"#,
    ] {
        assert!(text.contains(kept), "{kept} is not in {text}");
    }
    let mut config = Config::read(&path).unwrap();
    assert_eq!(pair(&config, "new.example:5000", "a/b").as_deref(), Some("me:pass:word"));
    assert_eq!(pair(&config, "old.example", "a").as_deref(), Some("a:b"));
    assert_eq!(pair(&config, "legacy.example", "a").as_deref(), Some("c:d"));
    assert_eq!(pair(&config, "example", "a"), None);
    assert!(config.erase("new.example:5000").unwrap());
    assert!(!config.erase("new.example:5000").unwrap());
    let config = Config::read(&path).unwrap();
    assert_eq!(pair(&config, "new.example:5000", "a/b"), None);
    assert_eq!(pair(&config, "old.example", "a").as_deref(), Some("a:b"));
}

#[test]
fn the_longest_part_of_a_registry_wins() {
    // aG9zdA== and so on: "host:1", "ns:2".
    let text = r#"{"auths":{"r.example":{"auth":"aG9zdDox"},"r.example/ns":{"auth":"bnM6Mg=="}}}"#;
    let (_folder, path) = file(text);
    let config = Config::read(&path).unwrap();
    assert_eq!(pair(&config, "r.example", "ns/app").as_deref(), Some("ns:2"));
    assert_eq!(pair(&config, "r.example", "nsx/app").as_deref(), Some("host:1"));
    assert_eq!(pair(&config, "r.example", "other").as_deref(), Some("host:1"));
}

#[test]
fn a_damaged_file_is_neither_used_nor_written() {
    for text in ["{", "[]", r#"{"auths":{}}x"#] {
        let (_folder, path) = file(text);
        assert!(matches!(Config::read(&path), Err(Error::Document { .. })), "{text}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    let (_folder, path) = file(r#"{"auths":{"a.example":{"auth":"no base64!"}}}"#);
    let refused = Config::read(&path).unwrap().find("a.example", "a");
    assert!(matches!(refused, Err(Error::Document { .. })), "{refused:?}");
}

#[test]
fn a_link_to_the_file_stays_a_link() {
    let (folder, path) = file("{}");
    let link = folder.path().join("link.json");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    Config::read(&link).unwrap().store("a.example", &Credentials::new("me", "pw")).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&path).unwrap().contains("a.example"));
}

#[test]
fn a_file_that_is_not_there_is_made_with_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/config.json");
    Config::read(&path).unwrap().store("a.example", &Credentials::new("me", "pw")).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
}

#[test]
fn a_host_s_own_helper_comes_before_the_one_for_all() {
    let (_folder, path) = file(r#"{"credsStore":"all","credHelpers":{"own.example":"one"}}"#);
    let config = Config::read(&path).unwrap();
    assert_eq!(config.helper("own.example"), Helper::new("one"));
    assert_eq!(config.helper("other.example"), Helper::new("all"));
    let (_folder, path) = file(r#"{"credsStore":""}"#);
    assert_eq!(Config::read(&path).unwrap().helper("a.example"), None);
}

#[test]
fn a_refresh_token_is_refused_with_advice() {
    let (_folder, path) = file(r#"{"auths":{"a.example":{"identitytoken":"x"}}}"#);
    let refused = Config::read(&path).unwrap().find("a.example", "a").unwrap_err();
    assert!(refused.to_string().contains("roadstead login a.example"), "{refused}");
}
