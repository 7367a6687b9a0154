//! The end of an upload, which may have come although nobody was told.

use super::super::answer::Verdict;
use super::super::blob;
use super::super::error::Error;
use super::Upload;

impl Upload<'_> {
    /// Says that everything is there; `false`: it is not, or has to be said again.
    pub(super) fn finish(&mut self) -> Result<bool, Error> {
        let doing = "finish a blob";
        let call = blob::finishing(&self.path, self.sending, 0, false);
        let answer = match self.sending.repository.send(&call, doing) {
            Ok(answer) if answer.status == 201 => return Ok(true),
            Ok(answer) => answer,
            Err(error @ Error::Wire { passing: true, .. }) => {
                self.failed(None, error)?;
                return self.is_over_or_located();
            }
            Err(error) => return Err(error),
        };
        let refused = self.refused(&answer, doing);
        match answer.verdict() {
            Verdict::Again(wait) => self.failed(wait, refused)?,
            // The first bytes are another run's: they may be of a file that has changed since.
            Verdict::No if answer.code().as_deref() == Some("DIGEST_INVALID") => {
                self.uploads.forget(self.key);
                if !self.resumed {
                    return Err(refused);
                }
                return self.restart(refused).map(|()| false);
            }
            // Somebody else finishes it at this moment, or did and came down on the way.
            Verdict::No if answer.status == 416 => {
                if self.failures + 1 >= self.sending.repository.client.patience.attempts {
                    self.failures = 0;
                    return self.restart(refused).map(|()| false);
                }
                self.failed(None, refused)?;
            }
            Verdict::No if answer.status == 404 => {}
            _ => return Err(refused),
        }
        self.is_over_or_located()
    }

    /// Whether the blob is there after all; else where its upload goes on.
    fn is_over_or_located(&mut self) -> Result<bool, Error> {
        if blob::is_there(self.sending.repository, self.sending.digest)? {
            return Ok(true);
        }
        self.locate().map(|()| false)
    }
}
