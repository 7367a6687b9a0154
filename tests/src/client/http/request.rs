//! A request, written as it was put together.

use super::Answer;
use crate::stack::{self, stack};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io::{self, BufReader, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// For one read or write; the edge answers a large upload only when it has hashed it.
const PATIENCE: Duration = Duration::from_mins(2);
/// What a chunk of a body without a known length carries: small and odd, as real ones are.
const CHUNK: usize = 65_521;
/// What follows the bytes of a chunk.
const CHUNK_END: &[u8] = b"\r\n";
/// What says that there are no more chunks.
const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

/// A request that has not been sent.
#[derive(Clone, Debug)]
pub struct Request {
    method: String,
    target: Vec<u8>,
    headers: Vec<(String, Vec<u8>)>,
    body: Option<Body>,
    host: Option<String>,
}

#[derive(Clone, Debug)]
enum Body {
    Sized(Vec<u8>),
    Chunked(Vec<u8>),
}

impl Request {
    /// A request as it will be written: neither method nor target is checked or encoded.
    pub fn new(method: &str, target: impl AsRef<[u8]>) -> Self {
        let (method, target) = (method.to_owned(), target.as_ref().to_vec());
        Self { method, target, headers: Vec::new(), body: None, host: None }
    }

    /// A GET.
    pub fn get(target: impl AsRef<[u8]>) -> Self {
        Self::new("GET", target)
    }

    /// A HEAD.
    pub fn head(target: impl AsRef<[u8]>) -> Self {
        Self::new("HEAD", target)
    }

    /// Adds a header; its value may be any bytes.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Adds a token of the registry.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("Authorization", format!("Bearer {token}"))
    }

    /// Adds name and password.
    #[must_use]
    pub fn basic(self, name: &str, password: &str) -> Self {
        let pair = STANDARD.encode(format!("{name}:{password}"));
        self.header("Authorization", format!("Basic {pair}"))
    }

    /// Adds the operator's name and password.
    #[must_use]
    pub fn as_operator(self) -> Self {
        self.basic(stack::OPERATOR, stack::PASSWORD)
    }

    /// Gives it a body with a length.
    #[must_use]
    pub fn body(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.body = Some(Body::Sized(bytes.as_ref().to_vec()));
        self
    }

    /// Gives it a body whose length is not said before, as docker sends layers.
    #[must_use]
    pub fn chunked(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.body = Some(Body::Chunked(bytes.as_ref().to_vec()));
        self
    }

    /// Has it sent to another stack than that of this run.
    #[must_use]
    pub fn at(mut self, host: &str) -> Self {
        self.host = Some(host.to_owned());
        self
    }

    /// Sends it to the edge of this run, or to where it was said to go.
    pub fn send(&self) -> Answer {
        self.send_to(self.host())
    }

    /// Sends it like [`Request::send`]; there may be no answer.
    pub fn try_send(&self) -> io::Result<Answer> {
        self.try_send_to(self.host())
    }

    /// Host and port of where it goes.
    pub(super) fn host(&self) -> &str {
        self.host.as_deref().unwrap_or_else(|| stack().host())
    }

    /// How many bytes its headers take.
    pub fn head_bytes(&self) -> usize {
        self.start(self.host()).len()
    }

    /// How many bytes are written before byte `at` of the body, framing included.
    pub fn bytes_before(&self, at: usize) -> usize {
        let framing = match &self.body {
            Some(Body::Chunked(bytes)) => framing(at.min(bytes.len())),
            _ => 0,
        };
        self.head_bytes() + at + framing
    }

    /// How many bytes all of it takes.
    pub fn bytes(&self) -> usize {
        match &self.body {
            Some(Body::Sized(bytes)) => self.bytes_before(bytes.len()),
            Some(Body::Chunked(bytes)) => self.bytes_before(bytes.len()) + LAST_CHUNK.len(),
            None => self.head_bytes(),
        }
    }

    /// Sends it to `host` and reads the whole answer.
    pub fn send_to(&self, host: &str) -> Answer {
        let asked = format!("{} {}", self.method, String::from_utf8_lossy(&self.target));
        self.try_send_to(host).unwrap_or_else(|error| panic!("no answer to {asked}: {error}"))
    }

    /// Sends it to `host`; there may be no answer.
    pub fn try_send_to(&self, host: &str) -> io::Result<Answer> {
        let mut stream = TcpStream::connect(host)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.write_all(&self.start(host))?;
        // A refusal may come, and the connection close, before all of the body is sent: what
        // counts is whether there is an answer.
        let sent = self.write_body(&mut stream);
        Answer::read(BufReader::new(stream), self.method == "HEAD")
            .map_err(|e| sent.err().unwrap_or(e))
    }

    pub(super) fn start(&self, host: &str) -> Vec<u8> {
        let mut start = [self.method.as_bytes(), b" ", &self.target, b" HTTP/1.1\r\n"].concat();
        start.extend(format!("Host: {host}\r\nConnection: close\r\n").bytes());
        match &self.body {
            Some(Body::Sized(bytes)) => {
                start.extend(format!("Content-Length: {}\r\n", bytes.len()).bytes());
            }
            Some(Body::Chunked(_)) => start.extend(b"Transfer-Encoding: chunked\r\n"),
            None => {}
        }
        for (name, value) in &self.headers {
            start.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        start.extend(b"\r\n");
        start
    }

    pub(super) fn write_body(&self, stream: &mut impl io::Write) -> io::Result<()> {
        match &self.body {
            Some(Body::Sized(bytes)) => stream.write_all(bytes),
            Some(Body::Chunked(bytes)) => {
                for chunk in bytes.chunks(CHUNK) {
                    write!(stream, "{:x}\r\n", chunk.len())?;
                    stream.write_all(chunk)?;
                    stream.write_all(CHUNK_END)?;
                }
                stream.write_all(LAST_CHUNK)
            }
            None => Ok(()),
        }
    }
}

/// What frames the first `bytes` bytes of a body in chunks.
fn framing(bytes: usize) -> usize {
    let line = |length: usize| format!("{length:x}\r\n").len() + CHUNK_END.len();
    let whole = bytes / CHUNK * line(CHUNK);
    match bytes % CHUNK {
        0 => whole,
        rest => whole + line(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lengths_are_those_of_what_is_written() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7] {
            let bytes = vec![b'x'; length];
            let request = Request::new("PATCH", "/").at("host:1");
            for request in [request.clone().body(&bytes), request.chunked(&bytes)] {
                let mut written = request.start("host:1");
                assert_eq!(request.head_bytes(), written.len());
                request.write_body(&mut written).unwrap();
                assert_eq!(request.bytes(), written.len(), "{length}");
            }
        }
    }
}
