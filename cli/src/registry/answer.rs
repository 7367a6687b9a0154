//! An answer of the registry, read to its end and no further than makes sense.

use super::error::Error;
use crate::host::Host;
use serde_json::Value;
use std::io::Read as _;
use std::time::Duration;
use ureq::Body;
use ureq::http::Response;

/// The most that is read of an answer's body, in bytes: a token, an error, the state of a job.
const MAX_BODY: u64 = 256 * 1024;
/// The most that is shown of an answer that is no JSON, in characters.
const MAX_SHOWN: usize = 200;
/// The longest wait that the registry may ask for.
const MAX_WAIT: Duration = Duration::from_mins(5);

/// Status, headers and body.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    headers: ureq::http::HeaderMap,
    body: Vec<u8>,
}

/// Whether a status may be another one the next time. 520 to 530 are the network's own words for a
/// registry that did not answer.
pub(crate) fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502..=504 | 520..=530)
}

/// What a status means for somebody who may try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It was done.
    Done,
    /// Try again, not before this time is over if the registry named one.
    Again(Option<Duration>),
    /// Trying again would change nothing.
    No,
}

impl Answer {
    /// Reads all of an answer.
    pub(crate) fn read(response: Response<Body>) -> std::io::Result<Self> {
        let (parts, body) = response.into_parts();
        let mut bytes = Vec::new();
        body.into_reader().take(MAX_BODY).read_to_end(&mut bytes)?;
        Ok(Self { status: parts.status.as_u16(), headers: parts.headers, body: bytes })
    }

    /// The value of a header, if it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// What can be made of the status.
    pub(crate) fn verdict(&self) -> Verdict {
        match self.status {
            200..=299 => Verdict::Done,
            status if is_passing(status) => Verdict::Again(self.retry_after()),
            _ => Verdict::No,
        }
    }

    /// `Retry-After` in seconds; a date is not understood and left to the ordinary back-off.
    fn retry_after(&self) -> Option<Duration> {
        self.header("retry-after")?.trim().parse().ok().map(Duration::from_secs)
    }

    /// Refuses a wait that nobody would sit through.
    pub(crate) fn bearable(host: &Host, wait: Option<Duration>) -> Result<Option<Duration>, Error> {
        match wait {
            Some(after) if after > MAX_WAIT => Err(Error::Busy { host: host.clone(), after }),
            wait => Ok(wait),
        }
    }

    /// Whether the registry itself wrote this: `{"errors":[…]}`.
    pub(crate) fn is_the_registry_s(&self) -> bool {
        self.error_value().is_some()
    }

    fn error_value(&self) -> Option<Value> {
        let mut body = self.json()?;
        let errors = body.get_mut("errors")?.as_array_mut()?;
        (!errors.is_empty()).then(|| errors.swap_remove(0))
    }

    /// The code of the first error.
    pub(crate) fn code(&self) -> Option<String> {
        Some(self.error_value()?.get("code")?.as_str()?.to_owned())
    }

    /// A part of the first error's detail.
    pub(crate) fn detail(&self, key: &str) -> Option<Value> {
        self.error_value()?.get("detail")?.get(key).cloned()
    }

    /// What the answer says, in one line that a terminal can show.
    pub(crate) fn message(&self) -> String {
        let error = self.error_value();
        let said = error.as_ref().and_then(|error| error.get("message")?.as_str());
        let text = said.map_or_else(|| String::from_utf8_lossy(&self.body), Into::into);
        let mut shown = String::new();
        for word in text.split_whitespace() {
            // An escape sequence in an answer must not reach the terminal.
            shown.extend(word.chars().filter(|c| !c.is_control()));
            shown.push(' ');
        }
        let shown: String = shown.trim_end().chars().take(MAX_SHOWN).collect();
        if shown.is_empty() { "no reason given".to_owned() } else { shown }
    }

    /// The refusal that this answer is.
    pub(crate) fn refused(&self, host: &Host, doing: &str) -> Error {
        Error::Refused {
            host: host.clone(),
            doing: doing.to_owned(),
            status: self.status,
            why: self.message(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut builder = Response::builder().status(status);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        let (parts, ()) = builder.body(()).unwrap().into_parts();
        Answer { status, headers: parts.headers, body: body.as_bytes().to_vec() }
    }

    #[test]
    fn each_status_has_its_verdict() {
        for (status, expected) in [
            (200, Verdict::Done),
            (202, Verdict::Done),
            (301, Verdict::No),
            (400, Verdict::No),
            (404, Verdict::No),
            (413, Verdict::No),
            (416, Verdict::No),
            (429, Verdict::Again(None)),
            (500, Verdict::Again(None)),
            (501, Verdict::No),
            (503, Verdict::Again(None)),
            (522, Verdict::Again(None)),
        ] {
            assert_eq!(answer(status, &[], "").verdict(), expected, "{status}");
        }
        let busy = answer(429, &[("retry-after", "7")], "");
        assert_eq!(busy.verdict(), Verdict::Again(Some(Duration::from_secs(7))));
        let dated = answer(429, &[("retry-after", "Fri, 31 Dec 1999 23:59:59 GMT")], "");
        assert_eq!(dated.verdict(), Verdict::Again(None));
    }

    #[test]
    fn a_wait_of_hours_is_refused() {
        let host = Host::parse("a.example", false).unwrap();
        let hours = Some(Duration::from_hours(2));
        assert!(matches!(Answer::bearable(&host, hours), Err(Error::Busy { .. })));
        assert!(Answer::bearable(&host, Some(MAX_WAIT)).is_ok());
    }

    #[test]
    fn a_message_is_one_line_without_control_characters() {
        let body = r#"{"errors":[{"code":"DENIED","message":"no\n way\u001b[31m"}]}"#;
        let denied = answer(403, &[], body);
        assert_eq!(denied.message(), "no way[31m");
        assert_eq!(denied.code().as_deref(), Some("DENIED"));
        assert!(denied.is_the_registry_s());
        let html = answer(413, &[], "<html>\n<h1>413</h1></html>");
        assert_eq!(html.message(), "<html> <h1>413</h1></html>");
        assert!(!html.is_the_registry_s());
        assert_eq!(answer(500, &[], "").message(), "no reason given");
        assert_eq!(answer(500, &[], &"x".repeat(1_000)).message().len(), MAX_SHOWN);
    }
}
