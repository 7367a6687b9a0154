//! The files in which clients keep credentials: docker's `config.json`, and podman's `auth.json`,
//! which has the same form.

use super::Credentials;
use super::document::Document;
use super::error::Error;
use super::helper::Helper;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// The most that is read of such a file, in bytes.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

const AUTHS: &str = "auths";

/// A file of credentials, read.
#[derive(Debug)]
pub(crate) struct Config {
    path: PathBuf,
    document: Document,
}

/// An entry of `auths`.
#[derive(Default, Serialize, Deserialize)]
struct Auth {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    auth: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    identitytoken: Option<String>,
}

impl Config {
    /// Reads the file; one that is not there is an empty one.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let mut text = String::new();
        match fs::File::open(path) {
            Ok(file) => {
                file.take(MAX_BYTES).read_to_string(&mut text).map_err(Error::io(path))?;
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(Error::io(path)(error)),
        }
        let document = Document::parse(&text).map_err(|error| unreadable(path, &error))?;
        Ok(Self { path: path.to_owned(), document })
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The credentials for `host`, or, where the file keeps them for parts of a registry as
    /// podman's may, for the longest beginning of `host/name`.
    pub(crate) fn find(&self, host: &str, name: &str) -> Result<Option<Credentials>, Error> {
        if let Some(helper) = self.helper(host)
            && let Some(found) = helper.get(host)?
        {
            return Ok(Some(found));
        }
        let auths: Document = self.document.get(AUTHS).unwrap_or_default();
        let mut place = format!("{host}/{name}");
        loop {
            let key = auths.keys().find(|key| bare(key) == place);
            if let Some(found) = key.and_then(|key| auths.get::<Auth>(key))
                && let Some(credentials) = self.decode(host, &found)?
            {
                return Ok(Some(credentials));
            }
            match place.rfind('/') {
                Some(end) => place.truncate(end),
                None => return Ok(None),
            }
        }
    }

    /// Keeps credentials for `host`: with the helper that is configured, else in this file.
    pub(crate) fn store(&mut self, host: &str, credentials: &Credentials) -> Result<(), Error> {
        let mut auth = Auth::default();
        match self.helper(host) {
            // The empty entry says that there is something for this host.
            Some(helper) => helper.store(host, credentials)?,
            None => auth.auth = Some(STANDARD.encode(credentials.pair())),
        }
        let mut auths: Document = self.document.get(AUTHS).unwrap_or_default();
        self.change(|document| {
            auths.set(host, &auth)?;
            document.set(AUTHS, &auths)
        })
    }

    /// Forgets the credentials for `host`; whether there were any.
    pub(crate) fn erase(&mut self, host: &str) -> Result<bool, Error> {
        let mut erased = false;
        if let Some(helper) = self.helper(host) {
            erased = helper.get(host).is_ok_and(|found| found.is_some());
            helper.erase(host)?;
        }
        let mut auths: Document = self.document.get(AUTHS).unwrap_or_default();
        let keys: Vec<String> =
            auths.keys().filter(|key| bare(key) == host).map(str::to_owned).collect();
        if keys.is_empty() {
            return Ok(erased);
        }
        for key in &keys {
            auths.remove(key);
        }
        self.change(|document| document.set(AUTHS, &auths))?;
        Ok(true)
    }

    /// The helper for `host`: its own, else the one for all.
    pub(crate) fn helper(&self, host: &str) -> Option<Helper> {
        let own = self.document.get::<Document>("credHelpers");
        let own = own.and_then(|helpers| helpers.get::<String>(host));
        let name = own.or_else(|| self.document.get("credsStore"))?;
        Helper::new(&name)
    }

    fn decode(&self, host: &str, found: &Auth) -> Result<Option<Credentials>, Error> {
        if found.identitytoken.as_deref().is_some_and(|token| !token.is_empty()) {
            return Err(Error::RefreshToken(host.to_owned()));
        }
        let Some(auth) = found.auth.as_deref().filter(|auth| !auth.is_empty()) else {
            return Ok(None);
        };
        let bytes = STANDARD.decode(auth.trim()).unwrap_or_default();
        let pair = String::from_utf8(bytes).unwrap_or_default();
        let (username, password) = pair.split_once(':').ok_or_else(|| Error::Document {
            path: self.path.clone(),
            why: format!("what it has for {host} is no name and password"),
        })?;
        Ok(Some(Credentials::new(username, password.trim_end_matches('\0'))))
    }

    /// Changes the document and writes it: all of it or nothing, for its owner's eyes only.
    fn change(
        &mut self,
        change: impl FnOnce(&mut Document) -> Result<(), serde_json::Error>,
    ) -> Result<(), Error> {
        let path = self.path.clone();
        change(&mut self.document).map_err(|error| unreadable(&path, &error))?;
        let text = self.document.text().map_err(|error| unreadable(&path, &error))?;
        // The file may be a link into somebody's collection of settings: the link stays.
        let place = fs::canonicalize(&path).unwrap_or(path);
        let folder = place.parent().unwrap_or(Path::new("."));
        let write = || -> std::io::Result<()> {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            // Made with mode 0600, which is what a password needs.
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(text.as_bytes())?;
            file.as_file().sync_all()?;
            file.persist(&place)?;
            Ok(())
        };
        write().map_err(Error::io(place.clone()))
    }
}

fn unreadable(path: &Path, error: &serde_json::Error) -> Error {
    Error::Document { path: path.to_owned(), why: error.to_string() }
}

/// A key without the scheme and path that older clients put around the host.
fn bare(key: &str) -> &str {
    match key.strip_prefix("https://").or_else(|| key.strip_prefix("http://")) {
        Some(rest) => rest.split('/').next().unwrap_or(rest),
        None => key.trim_end_matches('/'),
    }
}

#[cfg(test)]
mod tests;
