//! Blobs: whether one is there, and one that is sent whole. distribution-spec 1.1, `end-2`,
//! `end-4` and `end-6`.

use super::answer::{Answer, Verdict};
use super::call::{Call, Payload, Seen};
use super::error::Error;
use super::repository::Repository;
use super::token::encode;
use crate::size::mebibytes;
use crate::source::Extent;
use roadstead_shared::oci::path;
use roadstead_shared::oci::{Digest, Name};

/// What is tried first where the network cuts a body, in bytes: half of what most let through.
const USUAL: u64 = 50_000_000;
/// The least that is proposed, in bytes.
const LEAST: u64 = 64 * 1024;

/// A blob on its way.
pub(crate) struct Sending<'a> {
    /// Where it goes.
    pub(crate) repository: &'a Repository,
    /// What it is called.
    pub(crate) digest: &'a Digest,
    /// Its bytes.
    pub(crate) bytes: &'a Extent,
    /// The most bytes of one request.
    pub(crate) chunk: u64,
    /// Told how far it is, in bytes; `false` stops it.
    pub(crate) seen: &'a Seen<'a>,
}

/// Whether the registry has the blob, as far as this repository is concerned.
pub(crate) fn is_there(repository: &Repository, digest: &Digest) -> Result<bool, Error> {
    let doing = "say whether a blob is there";
    let call = Call::new("HEAD", path::blob(&repository.name, digest));
    let answer = repository.insist(&call, doing)?;
    match answer.status {
        200 => Ok(true),
        404 => Ok(false),
        _ => Err(answer.refused(&repository.client.host, doing)),
    }
}

/// Sends a blob in one request, again and again if need be.
pub(crate) fn send_whole(sending: &Sending<'_>) -> Result<(), Error> {
    let repository = sending.repository;
    let host = &repository.client.host;
    let (mut failures, mut ask_first) = (0, false);
    loop {
        let (location, _) = begin(repository)?;
        let call = finishing(&location, sending, sending.bytes.len(), ask_first);
        let (wait, failed) = match repository.send(&call, "take a blob") {
            Ok(answer) if answer.status == 201 => return Ok(()),
            Ok(answer) if answer.status == 413 => {
                return Err(too_large(&answer, sending, sending.bytes.len()));
            }
            Ok(answer) => match answer.verdict() {
                Verdict::Again(wait) => (wait, answer.refused(host, "take a blob")),
                // The upload is gone, or what arrived was not all of it.
                Verdict::No if is_broken_off(&answer) => {
                    (None, answer.refused(host, "take a blob"))
                }
                _ => return Err(answer.refused(host, "take a blob")),
            },
            Err(error @ Error::Wire { passing: true, .. }) => (None, error),
            Err(error) => return Err(error),
        };
        // If there was a refusal, it was lost with the connection: the next one is waited for.
        ask_first = true;
        failures += 1;
        (sending.seen)(0);
        repository.pause(failures, wait, failed)?;
        if is_there(repository, sending.digest)? {
            return Ok(());
        }
    }
}

/// Begins an upload: its path, and the least that the registry takes as a chunk.
pub(crate) fn begin(repository: &Repository) -> Result<(String, Option<String>), Error> {
    let call = Call::new("POST", uploads(&repository.name));
    let answer = repository.insist(&call, "begin an upload")?;
    if answer.status != 202 {
        return Err(answer.refused(&repository.client.host, "begin an upload"));
    }
    let location = location(repository, &answer)?
        .ok_or_else(|| repository.client.protocol("an upload without a place"))?;
    Ok((location, answer.header("oci-chunk-min-length").map(str::to_owned)))
}

/// The last request of an upload, with the first `len` bytes of the blob or with none.
pub(crate) fn finishing<'a>(
    location: &str,
    sending: &'a Sending<'_>,
    len: u64,
    ask_first: bool,
) -> Call<'a> {
    let glue = if location.contains('?') { '&' } else { '?' };
    let path = format!("{location}{glue}digest={}", encode(sending.digest.as_str()));
    let payload = if len == 0 {
        Payload::None
    } else {
        Payload::Part { of: sending.bytes, first: 0, len, seen: sending.seen }
    };
    let call = Call::with("PUT", path, payload).header("content-type", "application/octet-stream");
    Call { ask_first: ask_first && len > 0, ..call }
}

/// Where an answer says that an upload goes on; `None` where it says nothing. A place on another
/// host is refused: the token would go there.
pub(crate) fn location(repository: &Repository, answer: &Answer) -> Result<Option<String>, Error> {
    let client = &repository.client;
    let Some(location) = answer.header("location") else { return Ok(None) };
    let foreign = || client.protocol(&format!("the upload would go on at '{location}'"));
    client.host.own_path(location).map(Some).ok_or_else(foreign)
}

/// Whether the registry says that it did not get a request's body as announced.
pub(crate) fn is_broken_off(answer: &Answer) -> bool {
    let code = answer.code();
    matches!(code.as_deref(), Some("BLOB_UPLOAD_INVALID" | "BLOB_UPLOAD_UNKNOWN"))
}

/// What a 413 means for `len` bytes: the registry's own word, or somebody's in front of it.
pub(crate) fn too_large(answer: &Answer, sending: &Sending<'_>, len: u64) -> Error {
    let host = &sending.repository.client.host;
    if answer.is_the_registry_s() {
        return answer.refused(host, "take so much at once");
    }
    Error::Cut { host: host.clone(), sent: mebibytes(len), smaller: smaller(len) }
}

/// A chunk that may get through where `len` bytes did not, as `--chunk` takes it.
fn smaller(len: u64) -> String {
    if len > USUAL { "50MB".to_owned() } else { format!("{}KiB", (len / 2).max(LEAST) / 1024) }
}

fn uploads(name: &Name) -> String {
    path::upload(name, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_proposed_is_smaller_and_understood() {
        for len in [100_000_000, 50_000_001, 50_000_000, 6 * 1024 * 1024, 200 * 1024] {
            let proposed: crate::size::ChunkSize = smaller(len).parse().unwrap();
            assert!(proposed.bytes() < len, "{len}");
        }
        assert_eq!(smaller(94_371_840), "50MB");
    }

    #[test]
    fn the_path_of_uploads_ends_with_a_slash() {
        assert_eq!(uploads(&"a/b".parse().unwrap()), "/v2/a/b/blobs/uploads/");
    }
}
