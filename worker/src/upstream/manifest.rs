//! Manifests of other registries. distribution-spec 1.1, "Pulling manifests" (`end-3`).

use super::body::Body;
use super::fetch::Method;
use super::{Error, Upstream};
use crate::clock::within;
use roadstead_shared::oci::manifest::MAX_BYTES;
use roadstead_shared::oci::media_type::{
    DOCKER_MANIFEST, DOCKER_MANIFEST_LIST, IMAGE_INDEX, IMAGE_MANIFEST, essence,
};
use roadstead_shared::oci::{Digest, Reference, path};
use std::time::Duration;

/// How long a manifest may take in all.
const PATIENCE: Duration = Duration::from_mins(2);

/// A manifest as a registry sent it: nothing of it is checked.
pub struct Sent {
    /// The `Content-Type` without parameters; empty where there is none.
    pub media_type: String,
    /// What the registry says it is.
    pub digest: Option<Digest>,
    /// Its bytes, at most 4 MiB.
    pub document: Vec<u8>,
}

/// What a registry says of a manifest without sending it.
#[derive(Clone, Debug)]
pub struct Said {
    /// The `Content-Type` without parameters; empty where there is none.
    pub media_type: String,
    /// What it is.
    pub digest: Digest,
    /// How many bytes it has, where that was announced.
    pub size: Option<u64>,
}

fn accept() -> String {
    [IMAGE_INDEX, DOCKER_MANIFEST_LIST, IMAGE_MANIFEST, DOCKER_MANIFEST, "*/*"].join(", ")
}

impl Upstream {
    /// What the registry says of the manifest that `reference` points at; `None` where it does not
    /// say what it is. Registries that count manifests do not count this.
    pub async fn manifest_head(&self, reference: &Reference) -> Result<Option<Said>, Error> {
        let target = path::manifest(&self.name, reference);
        let answer = self.ask(Method::Head, &target, &[("accept", &*accept())]).await?;
        let media_type = answer.header("content-type").unwrap_or_default();
        let digest = answer.header("docker-content-digest").or_else(|| answer.header("etag"));
        let digest = digest.and_then(|digest| digest.trim_matches('"').parse().ok());
        let size = answer.length();
        self.note_remaining(&answer);
        answer.discard();
        let media_type = essence(&media_type).to_owned();
        Ok(digest.map(|digest| Said { media_type, digest, size }))
    }

    /// The manifest that `reference` points at.
    pub async fn manifest(&self, reference: &Reference) -> Result<Sent, Error> {
        let target = path::manifest(&self.name, reference);
        let answer = self.ask(Method::Get, &target, &[("accept", &*accept())]).await?;
        self.note_remaining(&answer);
        let media_type = answer.header("content-type").unwrap_or_default();
        let digest = answer.header("docker-content-digest");
        let host = self.host();
        if answer.length().is_some_and(|length| length > MAX_BYTES as u64) {
            answer.discard();
            return Err(Error::TooLong(host));
        }
        let document = match &answer.body {
            Some(stream) => {
                let all = within(PATIENCE, Body::open(stream).all(MAX_BYTES, &host)).await;
                all.unwrap_or_else(|| Err(Error::Broken("they came too slowly".to_owned())))?
            }
            None => Vec::new(),
        };
        Ok(Sent {
            media_type: essence(&media_type).to_owned(),
            digest: digest.and_then(|digest| digest.parse().ok()),
            document,
        })
    }
}
