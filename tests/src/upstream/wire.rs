//! HTTP/1.1 as a server, one request a connection.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::Duration;

/// No read or write takes longer.
const PATIENCE: Duration = Duration::from_mins(2);
/// The longest head of a request, in bytes.
const MAX_HEAD: u64 = 64 * 1024;
/// What is written at once, in bytes.
const BLOCK: usize = 1024 * 1024;

/// The longest body of a request, in bytes.
const MAX_BODY: u64 = 1024 * 1024;

/// A request.
pub(crate) struct Request {
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
        let target = first.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut headers = Vec::new();
        for line in lines {
            let line = line?;
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let (path, query) = (path.to_owned(), query.to_owned());
        let mut request = Self { path, query, body: Vec::new(), headers };
        let length = request.header("content-length").and_then(|length| length.parse().ok());
        // What is left unread when a connection is closed can take the answer with it.
        reader.take(length.unwrap_or(0)).read_to_end(&mut request.body)?;
        Ok(request)
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The first byte of a `Range` of one range, and the byte behind its last one.
    pub(crate) fn range(&self, length: usize) -> Option<(usize, usize)> {
        let (first, last) = self.header("range")?.strip_prefix("bytes=")?.split_once('-')?;
        let last = last.parse().unwrap_or(usize::MAX);
        Some((first.parse().ok()?, length.min(last.saturating_add(1))))
    }
}

/// An answer.
#[derive(Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    /// Whether the length is left out, so that the end of the connection is the end of the body.
    pub(crate) unmeasured: bool,
    /// How many bytes are sent before the connection is cut.
    pub(crate) cut: Option<usize>,
    /// How long the connection is held after that.
    pub(crate) hang: Duration,
    /// How long each block is waited with.
    pub(crate) pause: Duration,
}

impl Answer {
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, body: body.into(), ..Self::default() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sends it, as far as it is to be sent.
    pub(crate) fn write(&self, mut stream: &TcpStream) -> io::Result<()> {
        let mut head = format!("HTTP/1.1 {} X\r\nConnection: close\r\n", self.status);
        for (name, value) in &self.headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        if !self.unmeasured {
            head.extend(["Content-Length: ", &self.body.len().to_string(), "\r\n"]);
        }
        stream.write_all(head.as_bytes())?;
        stream.write_all(b"\r\n")?;
        let sent = self.cut.unwrap_or(usize::MAX).min(self.body.len());
        for block in self.body[..sent].chunks(BLOCK) {
            stream.write_all(block)?;
            thread::sleep(self.pause);
        }
        thread::sleep(self.hang);
        stream.shutdown(Shutdown::Write)
    }
}
