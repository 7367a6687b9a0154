//! Deployments to an account that a shell script plays: it keeps what was created, and every call.

use super::account::Account;
use super::deploy;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

const FAKE: &str = r#"#!/bin/sh
here=$(dirname "$0")
printf '%s\n' "$*" >>"$here/calls"
case "$*" in
"whoami --json") [ -e "$here/logged-in" ] ;;
"r2 bucket info"*) [ -e "$here/bucket" ] ;;
"r2 bucket create"*) : >"$here/bucket" ;;
"d1 list --json")
  if [ -e "$here/database" ]; then
    echo '[{"uuid":"1-2-3","name":"roadstead"},{"uuid":"4","name":"other"}]'
  else
    echo '[]'
  fi ;;
"d1 create"*) : >"$here/database" ;;
"deploy --config "*edge.toml) : >"$here/edge" ;;
"secret list"*)
  [ -e "$here/edge" ] || exit 1
  cat "$here/secrets" 2>/dev/null || echo '[]' ;;
"secret put"*)
  cat >>"$here/values"
  echo >>"$here/values"
  echo '[{"name":"OPERATOR_PASSWORD"},{"name":"TOKEN_KEY"}]' >"$here/secrets" ;;
esac
"#;

/// A folder with the fake program in it.
struct Fake(PathBuf);

impl Fake {
    fn new(name: &str, logged_in: bool) -> Self {
        let folder = std::env::temp_dir().join(format!("deploy-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("wrangler"), FAKE).unwrap();
        fs::set_permissions(folder.join("wrangler"), Permissions::from_mode(0o755)).unwrap();
        if logged_in {
            fs::write(folder.join("logged-in"), "").unwrap();
        }
        Self(folder)
    }

    fn deploy(&self) -> anyhow::Result<Vec<String>> {
        let _ = fs::remove_file(self.0.join("calls"));
        let account = Account::new(self.0.join("wrangler"), self.0.clone());
        deploy(&account, &self.0)?;
        Ok(self.read("calls").lines().map(short).collect())
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A call with the folders cut off its paths.
fn short(call: &str) -> String {
    let last = |word: &str| Path::new(word).file_name().unwrap().to_str().unwrap().to_owned();
    call.split(' ').map(last).collect::<Vec<_>>().join(" ")
}

#[test]
fn an_empty_account_gets_everything_and_the_site_before_the_edge() {
    let fake = Fake::new("empty", true);
    let calls = fake.deploy().unwrap();
    let expected = [
        "whoami --json",
        "r2 bucket info roadstead --json",
        "r2 bucket create roadstead",
        "d1 list --json",
        "d1 create roadstead",
        "d1 list --json",
        "d1 migrations apply DB --remote --config edge.toml",
        "deploy --config site.toml",
        "secret list --format json --config edge.toml",
        "deploy --config edge.toml",
        "secret list --format json --config edge.toml",
        "secret put OPERATOR_PASSWORD --config edge.toml",
        "secret put TOKEN_KEY --config edge.toml",
    ];
    assert_eq!(calls, expected);
}

#[test]
fn a_second_deployment_creates_nothing() {
    let fake = Fake::new("second", true);
    fake.deploy().unwrap();
    let again = fake.deploy().unwrap();
    assert!(!again.iter().any(|call| call.contains("create") || call.contains("put")), "{again:?}");
    assert_eq!(fake.read("values").lines().count(), 2);
}

#[test]
fn the_configuration_has_the_accounts_database_and_paths_that_lead_somewhere() {
    let fake = Fake::new("configuration", true);
    fake.deploy().unwrap();
    for (name, main) in [("edge", "../../build/edge"), ("site", "../../web/../build/site")] {
        let text = fake.read(&format!("{name}.toml"));
        assert!(text.contains("database_id = \"1-2-3\""), "{text}");
        assert!(text.contains(&format!("main = \"{main}/shim.mjs\"")), "{text}");
    }
}

#[test]
fn secrets_never_stand_on_a_command_line() {
    let fake = Fake::new("secrets", true);
    let calls = fake.deploy().unwrap().join("\n");
    for value in fake.read("values").lines() {
        assert!(value.len() >= 24 && !calls.contains(value));
    }
}

#[test]
fn without_a_login_nothing_is_touched() {
    let fake = Fake::new("stranger", false);
    let error = fake.deploy().unwrap_err();
    assert!(error.to_string().contains("wrangler login"), "{error}");
    assert_eq!(fake.read("calls"), "whoami --json\n");
}
