//! Names and passwords of registries, where docker and podman keep theirs.

pub(crate) mod config;
pub(crate) mod document;
pub(crate) mod error;
pub(crate) mod helper;

pub(crate) use config::Config;
pub(crate) use error::Error;

use roadstead_shared::secret::Secret;
use std::env;
use std::path::PathBuf;

/// A name and a password.
#[derive(Clone, Debug)]
pub(crate) struct Credentials {
    /// Who.
    pub(crate) username: String,
    /// With what.
    pub(crate) password: Secret,
}

impl Credentials {
    /// Takes over both.
    pub(crate) fn new(username: impl Into<String>, password: impl Into<String>) -> Self {
        Self { username: username.into(), password: Secret::new(password) }
    }

    /// `name:password`, for the one place that needs it.
    pub(crate) fn pair(&self) -> String {
        format!("{}:{}", self.username, self.password.reveal())
    }
}

/// docker's file: what is stored is stored there.
pub(crate) fn docker() -> Result<Config, Error> {
    let folder = from_environment("DOCKER_CONFIG");
    let folder = folder.or_else(|| from_environment("HOME").map(|home| home.join(".docker")));
    Config::read(&folder.ok_or(Error::NoHome)?.join("config.json"))
}

/// The credentials for the repository `name` on `host`: docker's, else podman's.
pub(crate) fn find(host: &str, name: &str) -> Result<Option<Credentials>, Error> {
    match docker() {
        Ok(config) => {
            if let Some(found) = config.find(host, name)? {
                return Ok(Some(found));
            }
        }
        Err(Error::NoHome) => {}
        Err(error) => return Err(error),
    }
    for path in podman() {
        if let Some(found) = Config::read(&path)?.find(host, name)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Where podman keeps its own. containers-auth.json(5).
fn podman() -> Vec<PathBuf> {
    if let Some(file) = from_environment("REGISTRY_AUTH_FILE") {
        return vec![file];
    }
    let runtime = from_environment("XDG_RUNTIME_DIR");
    runtime.map(|folder| folder.join("containers/auth.json")).into_iter().collect()
}

fn from_environment(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}
