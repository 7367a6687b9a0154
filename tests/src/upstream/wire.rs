//! HTTP/1.1 as a server, one request a connection.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// No read or write takes longer.
const PATIENCE: Duration = Duration::from_mins(2);
/// The longest head of a request, in bytes.
const MAX_HEAD: u64 = 64 * 1024;
/// What is written at once, in bytes.
const BLOCK: usize = 1024 * 1024;
/// How often a second a slow answer goes on.
const STEPS: usize = 10;

/// The longest body of a request, in bytes.
const MAX_BODY: u64 = 1024 * 1024;

/// A request.
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    /// What came along; empty where no length was announced.
    pub(crate) body: Vec<u8>,
    headers: Vec<(String, String)>,
}

impl Request {
    /// Reads the request that comes over `stream`.
    pub(crate) fn read(stream: &TcpStream) -> io::Result<Self> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let mut reader = BufReader::new(stream.take(MAX_HEAD + MAX_BODY));
        let mut lines = reader.by_ref().lines();
        let first = lines.next().ok_or(io::ErrorKind::UnexpectedEof)??;
        let mut words = first.split(' ');
        let method = words.next().unwrap_or_default().to_owned();
        let target = words.next().unwrap_or_default().to_owned();
        let mut headers = Vec::new();
        for line in lines {
            let line = line?;
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let (path, query) = (path.to_owned(), query.to_owned());
        let mut request = Self { method, path, query, body: Vec::new(), headers };
        let length = request.header("content-length").and_then(|length| length.parse().ok());
        // What is left unread when a connection is closed can take the answer with it.
        reader.take(length.unwrap_or(0)).read_to_end(&mut request.body)?;
        Ok(request)
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A parameter of the query, as it stands there.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }

    /// Whether only the headers are wanted.
    pub(crate) fn is_head(&self) -> bool {
        self.method == "HEAD"
    }

    /// The first byte of a `Range` of one range, and the byte behind its last one.
    pub(crate) fn range(&self, length: usize) -> Option<(usize, usize)> {
        let (first, last) = self.header("range")?.strip_prefix("bytes=")?.split_once('-')?;
        let last = last.parse().unwrap_or(usize::MAX);
        Some((first.parse().ok()?, length.min(last.saturating_add(1))))
    }
}

/// What is said of a body's length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Framing {
    /// What it is.
    #[default]
    Measured,
    /// Nothing: the end of the connection is the end of the body.
    Unmeasured,
    /// It comes in chunks.
    Chunked,
    /// Something else.
    Announced(usize),
}

/// An answer.
#[derive(Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// What the body is taken from.
    pub(crate) bytes: Arc<Vec<u8>>,
    /// Which part of it is the body; `None`: all of it.
    pub(crate) part: Option<Range<usize>>,
    pub(crate) framing: Framing,
    /// Whether the body is not sent, as to a HEAD.
    pub(crate) is_head: bool,
    /// How many bytes are sent before the connection is cut.
    pub(crate) cut: Option<usize>,
    /// How long the connection is held after that.
    pub(crate) hang: Duration,
    /// How many bytes are sent in a second; `None`: as many as are taken.
    pub(crate) bytes_per_s: Option<usize>,
    /// Where the bytes of bodies that were sent are counted.
    pub(crate) sent: Arc<AtomicU64>,
}

impl Answer {
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, bytes: Arc::new(body.into()), ..Self::default() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The body.
    pub(crate) fn body(&self) -> &[u8] {
        self.part.clone().map_or(&self.bytes[..], |part| &self.bytes[part])
    }

    /// The same with another body.
    pub(crate) fn with_body(self, body: Vec<u8>) -> Self {
        Self { bytes: Arc::new(body), part: None, ..self }
    }

    /// Sends it, as far as it is to be sent.
    pub(crate) fn write(&self, mut stream: &TcpStream) -> io::Result<()> {
        let mut head = format!("HTTP/1.1 {} X\r\nConnection: close\r\n", self.status);
        for (name, value) in &self.headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        let length = match self.framing {
            Framing::Measured => Some(self.body().len()),
            Framing::Announced(length) => Some(length),
            Framing::Unmeasured | Framing::Chunked => None,
        };
        if let Some(length) = length.filter(|_| self.status != 304) {
            head.extend(["Content-Length: ", &length.to_string(), "\r\n"]);
        }
        if self.framing == Framing::Chunked {
            head.push_str("Transfer-Encoding: chunked\r\n");
        }
        stream.write_all(head.as_bytes())?;
        stream.write_all(b"\r\n")?;
        if !self.is_head && self.status != 304 {
            self.write_body(stream)?;
        }
        thread::sleep(self.hang);
        stream.shutdown(Shutdown::Write)
    }

    fn write_body(&self, mut stream: &TcpStream) -> io::Result<()> {
        let body = self.body();
        let to = self.cut.unwrap_or(usize::MAX).min(body.len());
        let block = self.bytes_per_s.map_or(BLOCK, |rate| (rate / STEPS).clamp(1, BLOCK));
        let is_chunked = self.framing == Framing::Chunked;
        for block in body[..to].chunks(block) {
            if is_chunked {
                write!(stream, "{:x}\r\n", block.len())?;
            }
            stream.write_all(block)?;
            self.sent.fetch_add(block.len() as u64, Ordering::Relaxed);
            if is_chunked {
                stream.write_all(b"\r\n")?;
            }
            if let Some(rate) = self.bytes_per_s {
                let micros = block.len() as u64 * 1_000_000 / rate.max(1) as u64;
                thread::sleep(Duration::from_micros(micros));
            }
        }
        if is_chunked && to == body.len() {
            stream.write_all(b"0\r\n\r\n")?;
        }
        Ok(())
    }
}
