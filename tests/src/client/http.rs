//! HTTP/1.1 on a plain socket, one request a connection.
//!
//! Many claims are about what is on the wire: `..` in a path, header values that are no text, a
//! length on an answer to HEAD, an encoding that must not be there. Libraries tidy such things up,
//! on the way out and on the way in, so that no library is used for any claim.

use crate::stack::{self, stack};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::io::{self, BufReader, Read, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// For one read or write; the edge answers a large upload only when it has hashed it.
const PATIENCE: Duration = Duration::from_mins(2);
/// What a chunk of a body without a known length carries: small and odd, as real ones are.
const CHUNK: usize = 65_521;

/// A request that has not been sent.
#[derive(Clone, Debug)]
pub struct Request {
    method: String,
    target: Vec<u8>,
    headers: Vec<(String, Vec<u8>)>,
    body: Option<Body>,
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
        Self { method, target, headers: Vec::new(), body: None }
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

    /// Sends it to the edge of this run.
    pub fn send(&self) -> Answer {
        self.send_to(stack().host())
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

    fn start(&self, host: &str) -> Vec<u8> {
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

    fn write_body(&self, stream: &mut TcpStream) -> io::Result<()> {
        match &self.body {
            Some(Body::Sized(bytes)) => stream.write_all(bytes),
            Some(Body::Chunked(bytes)) => {
                for chunk in bytes.chunks(CHUNK) {
                    write!(stream, "{:x}\r\n", chunk.len())?;
                    stream.write_all(chunk)?;
                    stream.write_all(b"\r\n")?;
                }
                stream.write_all(b"0\r\n\r\n")
            }
            None => Ok(()),
        }
    }
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names in lower case, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// Whether the request was a HEAD, whose answer has no body.
    pub to_head: bool,
    /// The bytes of the body, with nothing undone but the framing.
    pub body: Vec<u8>,
}

impl Answer {
    fn read(mut from: impl io::BufRead, to_head: bool) -> io::Result<Self> {
        let (status, headers) = loop {
            let (status, headers) = read_start(&mut from)?;
            // 100 and 103 announce the answer; they are not it.
            if status >= 200 {
                break (status, headers);
            }
        };
        let mut answer = Self { status, headers, to_head, body: Vec::new() };
        if to_head || matches!(status, 204 | 304) {
            return Ok(answer);
        }
        if answer.header("transfer-encoding").is_some_and(|coding| coding.contains("chunked")) {
            answer.body = read_chunks(&mut from)?;
        } else if let Some(length) = answer.header("content-length") {
            let length = length.parse().map_err(|_| invalid("Content-Length", length))?;
            from.by_ref().take(length).read_to_end(&mut answer.body)?;
            if u64::try_from(answer.body.len()).ok() != Some(length) {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        } else {
            from.read_to_end(&mut answer.body)?;
        }
        Ok(answer)
    }

    /// The only value of a header. Two lines of one name are a mistake in whatever sent them.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.all(name);
        let first = values.next();
        assert_eq!(values.next(), None, "{name} is there twice: {self}");
        first
    }

    /// Every value of a header.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let name = name.to_ascii_lowercase();
        self.headers.iter().filter(move |(n, _)| *n == name).map(|(_, value)| value.as_str())
    }

    /// The value of a header that must be there.
    pub fn must(&self, name: &str) -> &str {
        self.header(name).unwrap_or_else(|| panic!("no {name}: {self}"))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// The same answer, if its status is this one.
    #[must_use]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self}");
        self
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.status)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {value}")?;
        }
        write!(f, "\n{}", self.text().chars().take(600).collect::<String>())
    }
}

fn read_start(from: &mut impl io::BufRead) -> io::Result<(u16, Vec<(String, String)>)> {
    let line = read_line(from)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| invalid("status line", &line))?;
    let mut headers = Vec::new();
    loop {
        let line = read_line(from)?;
        if line.is_empty() {
            return Ok((status, headers));
        }
        let (name, value) = line.split_once(':').ok_or_else(|| invalid("header", &line))?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

fn read_line(from: &mut impl io::BufRead) -> io::Result<String> {
    let mut line = Vec::new();
    from.read_until(b'\n', &mut line)?;
    if !line.ends_with(b"\n") {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())
}

fn read_chunks(from: &mut impl io::BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = read_line(from)?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = u64::from_str_radix(size, 16).map_err(|_| invalid("chunk", &line))?;
        let before = body.len();
        from.by_ref().take(size).read_to_end(&mut body)?;
        if u64::try_from(body.len() - before).ok() != Some(size) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let end = read_line(from)?;
        if size == 0 {
            return Ok(body);
        }
        if !end.is_empty() {
            return Err(invalid("end of chunk", &end));
        }
    }
}

fn invalid(what: &str, text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{what}: {text:?}"))
}
