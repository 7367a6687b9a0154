//! An answer, with nothing undone but the framing.

use serde_json::Value;
use std::io::{self, Read as _};

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
    /// Reads an answer to its end; one to a HEAD ends with its headers.
    pub(super) fn read(mut from: impl io::BufRead, to_head: bool) -> io::Result<Self> {
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
