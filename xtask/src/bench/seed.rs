//! What is asked for: published through the registry's own API, and put beside it for the bare
//! Worker, byte for byte the same.

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::io::Cursor;
use std::time::Duration;
use ureq::{Agent, SendBody};

/// The length of a blob, in bytes.
pub(super) const BLOB_BYTES: usize = 64 * 1024 * 1024;

const NAME: &str = "bench/image";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// The same bytes asked of either side, as requests ready to be sent.
pub(super) struct Pair {
    pub(super) edge: String,
    pub(super) bare: String,
}

impl Pair {
    /// The edge as it is, beside the same edge that counts nothing.
    pub(super) fn unmetered(&self) -> Self {
        let unmetered = self.edge.replacen("\r\n", "\r\nX-Unmetered: 1\r\n", 1);
        Self { edge: self.edge.clone(), bare: unmetered }
    }
}

/// Everything that is measured.
pub(super) struct Seeds {
    /// A manifest by its digest.
    pub(super) manifest: Pair,
    /// A blob whose length and digest the client knew: one object in R2.
    pub(super) whole: Pair,
    /// A blob that came as docker sends it, without a length: several slices in R2.
    pub(super) streamed: Pair,
}

pub(super) struct Registry {
    agent: Agent,
    address: String,
    token: String,
}

impl Seeds {
    /// Publishes everything.
    pub(super) fn publish(registry: &Registry) -> Result<Self> {
        let (whole, streamed) = (bytes(1, BLOB_BYTES), bytes(2, BLOB_BYTES));
        registry.push(&whole, true)?;
        registry.push(&streamed, false)?;
        let config = b"{}";
        registry.push(config, true)?;
        let manifest = serde_json::json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": descriptor("application/vnd.oci.image.config.v1+json", config),
            "layers": [
                descriptor("application/vnd.oci.image.layer.v1.tar", &whole),
                descriptor("application/vnd.oci.image.layer.v1.tar", &streamed),
            ],
        });
        let manifest = manifest.to_string().into_bytes();
        registry.put_manifest(&manifest)?;
        Ok(Self {
            manifest: registry.pair("manifests", &manifest)?,
            whole: registry.pair("blobs", &whole)?,
            streamed: registry.pair("blobs", &streamed)?,
        })
    }
}

impl Registry {
    /// Where uploads begin.
    pub(super) fn uploads() -> String {
        format!("/v2/{NAME}/blobs/uploads/")
    }

    /// The headers of who signed in, for a request that is written by hand.
    pub(super) fn headers(&self) -> String {
        let host = self.address.trim_start_matches("http://");
        format!("Host: {host}\r\nAuthorization: Bearer {}\r\n", self.token)
    }

    /// What the edge has done since it was asked last, in operations.
    pub(super) fn counts(&self) -> Result<serde_json::Value> {
        let mut answer = self.agent.get(format!("{}/bench-counts", self.address)).call()?;
        Ok(serde_json::from_str(&answer.body_mut().read_to_string()?)?)
    }

    /// Signs in to the edge behind `port`.
    pub(super) fn sign_in(port: u16, name: &str, password: &str) -> Result<Self> {
        let agent: Agent =
            Agent::config_builder().timeout_global(Some(Duration::from_mins(2))).build().into();
        let address = format!("http://127.0.0.1:{port}");
        let basic = STANDARD.encode(format!("{name}:{password}"));
        let url = format!("{address}/token?scope=repository:{NAME}:pull,push");
        let mut answer = agent.get(url).header("authorization", format!("Basic {basic}")).call()?;
        let answer: serde_json::Value = serde_json::from_str(&answer.body_mut().read_to_string()?)?;
        let token =
            answer.get("token").and_then(|token| token.as_str()).context("no token")?.to_owned();
        Ok(Self { agent, address, token })
    }

    fn push(&self, bytes: &[u8], whole: bool) -> Result<()> {
        let bearer = format!("Bearer {}", self.token);
        let url = format!("{}/v2/{NAME}/blobs/uploads/", self.address);
        let begun = self.agent.post(url).header("authorization", &bearer).send_empty()?;
        let mut location = location(&begun)?;
        if !whole {
            let url = format!("{}{location}", self.address);
            let body = SendBody::from_owned_reader(Cursor::new(bytes.to_vec()));
            let sent = self.agent.patch(url).header("authorization", &bearer).send(body)?;
            location = self::location(&sent)?;
        }
        let url = format!("{}{location}?digest={}", self.address, digest(bytes));
        let rest = if whole { bytes } else { &[] };
        let ended = self.agent.put(url).header("authorization", &bearer).send(rest)?;
        ensure!(ended.status() == 201, "a blob was answered with {}", ended.status());
        Ok(())
    }

    fn put_manifest(&self, bytes: &[u8]) -> Result<()> {
        let url = format!("{}/v2/{NAME}/manifests/latest", self.address);
        let put = self.agent.put(url).header("content-type", MANIFEST);
        let ended = put.header("authorization", format!("Bearer {}", self.token)).send(bytes)?;
        ensure!(ended.status() == 201, "a manifest was answered with {}", ended.status());
        Ok(())
    }

    /// Puts the bytes where the bare Worker finds them, and writes both requests.
    fn pair(&self, kind: &str, bytes: &[u8]) -> Result<Pair> {
        let digest = digest(bytes);
        let url = format!("{}/bench/{digest}", self.address);
        self.agent.put(url).header("x-bare", "1").send(bytes)?;
        let host = self.address.trim_start_matches("http://");
        let get = |path: &str, header: &str| {
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n{header}\r\n\r\n")
        };
        let token = format!("Authorization: Bearer {}", self.token);
        Ok(Pair {
            edge: get(&format!("/v2/{NAME}/{kind}/{digest}"), &token),
            bare: get(&format!("/bench/{digest}"), "X-Bare: 1"),
        })
    }
}

fn location(answer: &ureq::http::Response<ureq::Body>) -> Result<String> {
    let location = answer.headers().get("location").context("no Location")?;
    Ok(location.to_str()?.to_owned())
}

fn descriptor(media_type: &str, bytes: &[u8]) -> serde_json::Value {
    serde_json::json!({ "mediaType": media_type, "digest": digest(bytes), "size": bytes.len() })
}

/// The digest of some bytes.
pub(super) fn digest(bytes: &[u8]) -> String {
    let mut text = String::from("sha256:");
    for byte in Sha256::digest(bytes) {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Bytes that do not compress and are the same every time (xorshift64).
pub(super) fn bytes(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut bytes = Vec::with_capacity(length);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes
}
