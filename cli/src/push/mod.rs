//! Publishing an image: its blobs at once, as many as there are jobs, then its manifests in order.

use crate::progress::Progress;
use crate::registry::blob::{self, Sending};
use crate::registry::{self, Repository, manifest, upload};
use crate::source::{self, Blob, Image};
use crate::state::{Key, Uploads};
use crate::target::Target;
use roadstead_shared::oci::{Digest, Reference};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Why a push failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// What was to be sent is not what it should be.
    #[error(transparent)]
    Source(#[from] source::Error),
    /// The registry did not take it.
    #[error(transparent)]
    Registry(#[from] registry::Error),
    /// The image has nothing in it.
    #[error("there is no manifest to push")]
    Empty,
}

/// How to push.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    /// The most bytes of one request.
    pub(crate) chunk: u64,
    /// How many blobs are sent at once.
    pub(crate) jobs: usize,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Summary {
    /// The image's digest.
    pub(crate) digest: Digest,
    /// How many blobs it has.
    pub(crate) blobs: usize,
    /// How many of them were there before.
    pub(crate) there: usize,
    /// How many bytes of blobs were sent.
    pub(crate) sent: u64,
}

/// Pushes `image` to `target`, which lies in `repository`.
pub(crate) fn publish(
    image: &Image,
    target: &Target,
    repository: &Repository,
    manner: Manner,
    uploads: &Uploads,
    progress: &Progress,
) -> Result<Summary, Error> {
    let root = image.manifests.last().ok_or(Error::Empty)?;
    repository.greet()?;
    progress.expect(image.blobs.iter().map(|blob| blob.bytes.len()).sum());
    let push = Push { repository, manner, uploads, progress, sent: AtomicU64::new(0) };
    let blobs: Vec<&Blob> = image.blobs.iter().collect();
    let there = push.all(&blobs, false)?;
    for document in &image.manifests {
        let reference = if document.digest == root.digest {
            Reference::Tag(target.tag.clone())
        } else if manifest::is_there(repository, &document.digest)? {
            continue;
        } else {
            Reference::Digest(document.digest.clone())
        };
        match manifest::put(repository, &reference, document) {
            // What a HEAD found was another repository's after all.
            Err(registry::Error::BlobsUnknown { host, digests }) => {
                let lacking: Vec<&Blob> = blobs
                    .iter()
                    .copied()
                    .filter(|blob| digests.iter().any(|digest| digest == blob.digest.as_str()))
                    .collect();
                if lacking.is_empty() {
                    return Err(registry::Error::BlobsUnknown { host, digests }.into());
                }
                push.all(&lacking, true)?;
                manifest::put(repository, &reference, document)?;
            }
            done => done?,
        }
    }
    Ok(Summary {
        digest: root.digest.clone(),
        blobs: blobs.len(),
        there: there.len(),
        sent: push.sent.into_inner(),
    })
}

struct Push<'a> {
    repository: &'a Repository,
    manner: Manner,
    uploads: &'a Uploads,
    progress: &'a Progress,
    sent: AtomicU64,
}

impl Push<'_> {
    /// Sends blobs, several at once; which of them were there. The first failure stops all others
    /// at their next step. `force` sends them whether they seem to be there or not.
    fn all(&self, blobs: &[&Blob], force: bool) -> Result<BTreeSet<Digest>, Error> {
        let next = AtomicUsize::new(0);
        let there = Mutex::new(BTreeSet::new());
        let failed: Mutex<Option<Error>> = Mutex::new(None);
        let work = || {
            while let Some(blob) = blobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                match self.one(blob, force) {
                    Ok(true) => {}
                    Ok(false) => {
                        let mut there = there.lock().unwrap_or_else(PoisonError::into_inner);
                        there.insert(blob.digest.clone());
                    }
                    Err(error) => {
                        let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                        failed.get_or_insert(error);
                        self.repository.stop();
                        return;
                    }
                }
            }
        };
        thread::scope(|scope| {
            for _ in 0..self.manner.jobs.clamp(1, blobs.len().max(1)) {
                scope.spawn(work);
            }
        });
        match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(error),
            None => Ok(there.into_inner().unwrap_or_else(PoisonError::into_inner)),
        }
    }

    /// Sends one blob; `false`: it was there.
    fn one(&self, blob: &Blob, force: bool) -> Result<bool, Error> {
        let size = blob.bytes.len();
        let name = blob.digest.hex().get(..12).unwrap_or_default();
        let part = self.progress.part(name, size);
        part.note("asking");
        if !force && blob::is_there(self.repository, &blob.digest)? {
            part.at(size);
            return Ok(false);
        }
        part.note("checking");
        blob.verify()?;
        part.note("sending");
        // Where another blob has failed, this one ends in the middle of its chunk.
        let seen = |at: u64| {
            part.at(at);
            !self.repository.is_stopped()
        };
        let sending = Sending {
            repository: self.repository,
            digest: &blob.digest,
            bytes: &blob.bytes,
            chunk: self.manner.chunk,
            seen: &seen,
        };
        let sent = if size <= self.manner.chunk {
            blob::send_whole(&sending)?;
            size
        } else {
            let key = Key {
                host: self.repository.client.host.to_string(),
                repository: self.repository.name.to_string(),
                digest: blob.digest.to_string(),
            };
            upload::send(&sending, self.uploads, &key)?
        };
        self.sent.fetch_add(sent, Ordering::Relaxed);
        part.at(size);
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
