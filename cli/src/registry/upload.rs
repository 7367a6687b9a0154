//! A blob in chunks, each small enough for every network on the way; what fails goes on where the
//! registry says. distribution-spec 1.1, "Pushing a blob in chunks": `end-4`, `end-5`, `end-6`,
//! `end-13`.

mod finish;

use super::answer::{Answer, Verdict};
use super::blob::{self, Sending};
use super::call::{Call, Payload};
use super::error::Error;
use super::resume::{self, Step};
use crate::state::{Key, Uploads};
use roadstead_shared::oci::range::ByteRange;
use std::time::Duration;

/// How often one blob is begun anew after its upload was lost.
const MAX_RESTARTS: u32 = 3;

/// Sends a blob in chunks, going on with what an earlier run has left; how many bytes of it were
/// left to send.
pub(crate) fn send(sending: &Sending<'_>, uploads: &Uploads, key: &Key) -> Result<u64, Error> {
    let mut upload = Upload {
        sending,
        uploads,
        key,
        path: String::new(),
        offset: 0,
        furthest: 0,
        chunk: sending.chunk,
        nothing_refused: false,
        ask_first: false,
        resumed: false,
        failures: 0,
        restarts: 0,
    };
    upload.open()?;
    let mut left = upload.size() - upload.offset;
    loop {
        let restarts = upload.restarts;
        match resume::step(upload.offset, upload.size(), upload.chunk) {
            Step::Send(range) => upload.append(range)?,
            Step::Finish => {
                if upload.finish()? {
                    uploads.forget(key);
                    return Ok(left);
                }
            }
        }
        if upload.restarts > restarts {
            left = upload.size();
        }
    }
}

/// An upload under way. Every step brings it further, or counts as a failure, or begins it anew;
/// the last two have bounds.
struct Upload<'a> {
    sending: &'a Sending<'a>,
    uploads: &'a Uploads,
    key: &'a Key,
    /// Where it goes on.
    path: String,
    /// How many bytes are there.
    offset: u64,
    /// How many bytes have ever been there.
    furthest: u64,
    chunk: u64,
    /// Whether bytes from the very beginning have just been refused.
    nothing_refused: bool,
    /// Whether to wait for a word before the next chunk is sent.
    ask_first: bool,
    /// Whether an earlier run sent the first bytes.
    resumed: bool,
    /// Failures in a row without a byte of progress.
    failures: u32,
    restarts: u32,
}

impl Upload<'_> {
    fn size(&self) -> u64 {
        self.sending.bytes.len()
    }

    fn refused(&self, answer: &Answer, doing: &str) -> Error {
        answer.refused(&self.sending.repository.client.host, doing)
    }

    /// Goes on with the upload of an earlier run, or begins one.
    fn open(&mut self) -> Result<(), Error> {
        if let Some(path) = self.uploads.get(self.key).filter(|path| path.starts_with("/v2/")) {
            let answer = self.ask(&path)?;
            let held = answer.header("range");
            let held = held.and_then(|range| resume::held(range, self.size(), false));
            if let (Verdict::Done, Some(held)) = (answer.verdict(), held) {
                self.path = path;
                self.follow(&answer)?;
                self.resumed = true;
                self.stands_at(held);
                return Ok(());
            }
        }
        self.begin()
    }

    fn begin(&mut self) -> Result<(), Error> {
        let (path, least) = blob::begin(self.sending.repository)?;
        self.uploads.put(self.key, &path);
        self.path = path;
        self.chunk = resume::chunk(self.sending.chunk, least.as_deref());
        (self.furthest, self.nothing_refused, self.resumed) = (0, false, false);
        self.stands_at(0);
        Ok(())
    }

    /// Begins anew, since `lost` is what came of this upload.
    fn restart(&mut self, lost: Error) -> Result<(), Error> {
        self.uploads.forget(self.key);
        self.restarts += 1;
        if self.restarts > MAX_RESTARTS {
            return Err(lost);
        }
        self.begin()
    }

    fn stands_at(&mut self, held: u64) {
        self.offset = held;
        if held > self.furthest {
            (self.furthest, self.failures, self.nothing_refused) = (held, 0, false);
        }
        (self.sending.seen)(held);
    }

    /// Takes over where the upload goes on, if the answer says so.
    fn follow(&mut self, answer: &Answer) -> Result<(), Error> {
        let location = blob::location(self.sending.repository, answer)?;
        if let Some(location) = location.filter(|location| *location != self.path) {
            self.uploads.put(self.key, &location);
            self.path = location;
        }
        Ok(())
    }

    /// Counts a failure and waits; gives it back where it was one too many.
    fn failed(&mut self, wait: Option<Duration>, error: Error) -> Result<(), Error> {
        self.failures += 1;
        self.sending.repository.pause(self.failures, wait, error)
    }

    fn append(&mut self, range: ByteRange) -> Result<(), Error> {
        let doing = "take a chunk";
        let payload = Payload::Part {
            of: self.sending.bytes,
            first: range.first,
            len: range.len(),
            seen: self.sending.seen,
        };
        let call = Call::with("PATCH", self.path.as_str(), payload)
            .header("content-type", "application/octet-stream")
            .header("content-range", format!("{}-{}", range.first, range.last));
        let call = Call { ask_first: self.ask_first, ..call };
        let answer = match self.sending.repository.send(&call, doing) {
            Ok(answer) => answer,
            Err(error @ Error::Wire { passing: true, .. }) => {
                // If there was a refusal, it was lost with the connection: the next is waited for.
                self.ask_first = true;
                self.failed(None, error)?;
                return self.locate();
            }
            Err(error) => return Err(error),
        };
        match (answer.status, answer.verdict()) {
            (404, _) => self.restart(self.refused(&answer, doing)),
            (413, _) => Err(blob::too_large(&answer, self.sending, range.len())),
            (416, _) => self.out_of_order(&answer, range),
            (_, Verdict::Done) => self.appended(&answer, range),
            (_, Verdict::Again(wait)) => {
                self.failed(wait, self.refused(&answer, doing))?;
                self.locate()
            }
            (_, Verdict::No) if blob::is_broken_off(&answer) => {
                self.failed(None, self.refused(&answer, doing))?;
                self.locate()
            }
            (_, Verdict::No) => Err(self.refused(&answer, doing)),
        }
    }

    fn appended(&mut self, answer: &Answer, range: ByteRange) -> Result<(), Error> {
        self.ask_first = false;
        self.follow(answer)?;
        match resume::taken(answer.header("range"), range, self.size()) {
            Some(held) if held > range.first => {
                self.stands_at(held);
                Ok(())
            }
            _ => {
                let why = "it took a chunk and has no more bytes than before";
                self.failed(None, self.sending.repository.client.protocol(why))?;
                self.locate()
            }
        }
    }

    /// The registry has other bytes than we thought; it says which.
    fn out_of_order(&mut self, answer: &Answer, range: ByteRange) -> Result<(), Error> {
        self.nothing_refused = range.first == 0;
        self.follow(answer)?;
        let held = answer.header("range");
        let held = held.and_then(|held| resume::held(held, self.size(), self.nothing_refused));
        let refused = self.refused(answer, "take a chunk");
        match held {
            Some(held) if held != range.first => {
                self.failures += 1;
                if self.failures >= self.sending.repository.client.patience.attempts {
                    return Err(refused);
                }
                self.stands_at(held);
                Ok(())
            }
            _ => {
                self.failed(None, refused)?;
                self.locate()
            }
        }
    }

    fn ask(&self, path: &str) -> Result<Answer, Error> {
        self.sending.repository.insist(&Call::new("GET", path), "say where an upload stands")
    }

    /// Asks where to go on.
    fn locate(&mut self) -> Result<(), Error> {
        let answer = self.ask(&self.path)?;
        let lost = self.refused(&answer, "say where an upload stands");
        let range = answer.header("range");
        let held = range.and_then(|range| resume::held(range, self.size(), self.nothing_refused));
        match (answer.verdict(), held) {
            (Verdict::Done, Some(held)) => {
                self.follow(&answer)?;
                self.stands_at(held);
                Ok(())
            }
            (Verdict::Done, None) => self.restart(lost),
            _ if answer.status == 404 => self.restart(lost),
            _ => Err(lost),
        }
    }
}

#[cfg(test)]
mod tests;
