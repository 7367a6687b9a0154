//! A registry of one repository in memory, with faults to order.

use super::{Asked, Behaviour, Intake, Reply};
use crate::source::fixture::sha256;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

/// Something that goes wrong with one PATCH or PUT.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The connection is closed after so many bytes of the body, and so many are kept.
    Cut {
        /// Read before the end.
        after: usize,
        /// Kept of these.
        kept: usize,
    },
    /// All is done, and the answer is lost.
    Mute,
    /// It is answered so, and nothing is kept.
    Answer(Reply),
    /// It is answered so as soon as its headers are there.
    Refuse(Reply),
}

/// What the registry has.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// Blobs by digest.
    pub(crate) blobs: BTreeMap<String, Vec<u8>>,
    /// Manifests by reference, in the order in which they came.
    pub(crate) manifests: Vec<(String, Vec<u8>)>,
    /// Uploads by path.
    pub(crate) uploads: BTreeMap<String, Vec<u8>>,
    /// What goes wrong next.
    pub(crate) faults: VecDeque<Fault>,
    /// What is going wrong at this moment, by the request's target.
    happening: BTreeMap<String, Fault>,
    begun: usize,
}

/// The registry.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    /// What it has.
    pub(crate) contents: Mutex<Contents>,
    /// `OCI-Chunk-Min-Length`.
    pub(crate) least: Option<usize>,
    /// Blobs that a HEAD finds although a manifest may not name them.
    pub(crate) elsewhere: Vec<String>,
}

fn range(bytes: &[u8]) -> String {
    format!("0-{}", bytes.len().saturating_sub(1))
}

impl Shelf {
    /// Orders a fault.
    pub(crate) fn order(&self, fault: Fault) {
        self.contents.lock().unwrap().faults.push_back(fault);
    }

    fn begin(&self) -> Reply {
        let mut contents = self.contents.lock().unwrap();
        contents.begun += 1;
        let path = format!("/v2/a/b/blobs/uploads/{}", contents.begun);
        contents.uploads.insert(path.clone(), Vec::new());
        let reply = Reply::status(202).header("location", path).header("range", "0-0");
        match self.least {
            Some(least) => reply.header("oci-chunk-min-length", least.to_string()),
            None => reply,
        }
    }

    fn append(&self, asked: &Asked) -> Reply {
        let mut contents = self.contents.lock().unwrap();
        let path = asked.target.clone();
        let Some(bytes) = contents.uploads.get_mut(&path) else {
            return Reply::error(404, "BLOB_UPLOAD_UNKNOWN");
        };
        let first = asked.header("content-range").unwrap().split('-').next().unwrap();
        let answer = if first.parse() == Ok(bytes.len()) {
            bytes.extend(&asked.body);
            Reply::status(202)
        } else {
            Reply::error(416, "BLOB_UPLOAD_INVALID")
        };
        answer.header("range", range(bytes)).header("location", path)
    }

    fn finish(&self, asked: &Asked) -> Reply {
        let (path, digest) = asked.target.split_once("?digest=").unwrap();
        let digest = digest.replace("%3A", ":");
        let mut contents = self.contents.lock().unwrap();
        let Some(mut bytes) = contents.uploads.remove(path) else {
            return Reply::error(404, "BLOB_UPLOAD_UNKNOWN");
        };
        bytes.extend(&asked.body);
        if sha256(&bytes).as_str() != digest {
            return Reply::error(400, "DIGEST_INVALID");
        }
        contents.blobs.insert(digest, bytes);
        Reply::status(201)
    }

    fn manifest(&self, asked: &Asked, reference: &str) -> Reply {
        let mut contents = self.contents.lock().unwrap();
        if asked.method == "HEAD" {
            let found = contents.manifests.iter().any(|(name, _)| name == reference);
            return Reply::status(if found { 200 } else { 404 });
        }
        let text = String::from_utf8_lossy(&asked.body).into_owned();
        let lacking: Vec<&String> = self
            .elsewhere
            .iter()
            .filter(|digest| text.contains(*digest) && !contents.blobs.contains_key(*digest))
            .collect();
        if !lacking.is_empty() {
            let body = serde_json::json!({ "errors": [{
                "code": "MANIFEST_BLOB_UNKNOWN", "message": "no", "detail": { "digests": lacking },
            }] });
            return Reply::status(404).body(body.to_string());
        }
        contents.manifests.push((reference.to_owned(), asked.body.clone()));
        Reply::status(201).header("docker-content-digest", sha256(&asked.body).as_str())
    }
}

impl Behaviour for Shelf {
    fn intake(&self, head: &Asked) -> Intake {
        if !matches!(head.method.as_str(), "PATCH" | "PUT") || !head.target.contains("/uploads/") {
            return Intake::All;
        }
        let mut contents = self.contents.lock().unwrap();
        let Some(fault) = contents.faults.pop_front() else { return Intake::All };
        contents.happening.insert(head.target.clone(), fault.clone());
        match fault {
            Fault::Cut { after, .. } => Intake::Cut(after),
            Fault::Mute => Intake::Cut(usize::MAX),
            Fault::Refuse(reply) => {
                contents.happening.remove(&head.target);
                Intake::Refuse(reply)
            }
            Fault::Answer(_) => Intake::All,
        }
    }

    fn cut(&self, asked: &Asked) {
        let fault = self.contents.lock().unwrap().happening.remove(&asked.target);
        match fault {
            Some(Fault::Mute) => {
                let _ = self.answer(asked);
            }
            Some(Fault::Cut { kept, .. }) => {
                let mut contents = self.contents.lock().unwrap();
                if let Some(bytes) = contents.uploads.get_mut(&asked.target) {
                    bytes.extend(&asked.body[..kept.min(asked.body.len())]);
                }
            }
            _ => {}
        }
    }

    fn answer(&self, asked: &Asked) -> Reply {
        let fault = self.contents.lock().unwrap().happening.remove(&asked.target);
        if let Some(Fault::Answer(reply)) = fault {
            return reply;
        }
        let rest = asked.target.strip_prefix("/v2/a/b/").unwrap_or_default();
        match (asked.method.as_str(), rest.split_once('/')) {
            ("POST", _) => self.begin(),
            ("PATCH", _) => self.append(asked),
            ("PUT", Some(("blobs", _))) => self.finish(asked),
            ("GET", Some(("blobs", _))) => {
                let contents = self.contents.lock().unwrap();
                match contents.uploads.get(&asked.target) {
                    Some(bytes) => Reply::status(204).header("range", range(bytes)),
                    None => Reply::error(404, "BLOB_UPLOAD_UNKNOWN"),
                }
            }
            ("HEAD", Some(("blobs", digest))) => {
                let contents = self.contents.lock().unwrap();
                let found = contents.blobs.contains_key(digest)
                    || self.elsewhere.iter().any(|there| there == digest);
                Reply::status(if found { 200 } else { 404 })
            }
            (_, Some(("manifests", reference))) => self.manifest(asked, reference),
            _ => Reply::status(200),
        }
    }
}
