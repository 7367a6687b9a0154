//! One connection that asks again and again, with as little of its own work as can be: on a small
//! machine, what the client does is part of what is measured.

use anyhow::{Context, Result, bail, ensure};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// How long an answer may take to begin or go on.
const LIMIT: Duration = Duration::from_secs(30);

/// A connection that is kept.
pub(super) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What came back.
pub(super) struct Answer {
    /// How many bytes the body had.
    pub(super) bytes: u64,
    /// From the request to the first byte of the body.
    pub(super) first_byte: Duration,
}

impl Connection {
    /// Connects to `port` on this machine.
    pub(super) fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(LIMIT))?;
        stream.set_write_timeout(Some(LIMIT))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; 256 * 1024] })
    }

    /// Sends `request` as it stands and reads the answer to its end. Anything but a 200 with a
    /// length is an error.
    pub(super) fn get(&mut self, request: &str) -> Result<Answer> {
        let began = Instant::now();
        self.stream.write_all(request.as_bytes())?;
        let (text, mut bytes) = self.head("200")?;
        let length = content_length(&text).with_context(|| format!("no length: {text}"))?;
        let mut first_byte = began.elapsed();
        while bytes < length {
            let read = self.read(0)?;
            if bytes == 0 {
                first_byte = began.elapsed();
            }
            bytes += read as u64;
        }
        Ok(Answer { bytes, first_byte })
    }

    /// Sends a request with a body of a known length; the head of the answer, whose status must be
    /// `status` and which must have no body to speak of.
    pub(super) fn send<'a>(
        &mut self,
        head: &str,
        body: impl Iterator<Item = &'a [u8]>,
        status: &str,
    ) -> Result<String> {
        self.stream.write_all(head.as_bytes())?;
        for part in body {
            self.stream.write_all(part)?;
        }
        self.answer(status)
    }

    /// The same with a body whose length is not said. RFC 9112, section 7.1.
    pub(super) fn send_chunked<'a>(
        &mut self,
        head: &str,
        body: impl Iterator<Item = &'a [u8]>,
        status: &str,
    ) -> Result<String> {
        self.stream.write_all(head.as_bytes())?;
        for part in body {
            write!(self.stream, "{:x}\r\n", part.len())?;
            self.stream.write_all(part)?;
            self.stream.write_all(b"\r\n")?;
        }
        self.stream.write_all(b"0\r\n\r\n")?;
        self.answer(status)
    }

    /// Reads an answer to its end; its head.
    fn answer(&mut self, status: &str) -> Result<String> {
        let (text, mut bytes) = self.head(status)?;
        while bytes < content_length(&text).unwrap_or_default() {
            bytes += self.read(0)? as u64;
        }
        Ok(text)
    }

    /// Reads the head of an answer, and how many bytes of its body came with it.
    fn head(&mut self, status: &str) -> Result<(String, u64)> {
        let mut filled = 0;
        loop {
            filled += self.read(filled)?;
            let seen = self.buffer.get(..filled).unwrap_or_default();
            let Some(end) = seen.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
            let text = String::from_utf8_lossy(seen.get(..end).unwrap_or_default()).into_owned();
            ensure!(text.starts_with(&format!("HTTP/1.1 {status} ")), "the answer was: {text}");
            return Ok((text, (filled - end - 4) as u64));
        }
    }

    fn read(&mut self, from: usize) -> Result<usize> {
        match self.stream.read(self.buffer.get_mut(from..).unwrap_or_default())? {
            0 => bail!("the connection ended in the middle of an answer"),
            read => Ok(read),
        }
    }
}

fn content_length(head: &str) -> Option<u64> {
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    let (_, length) = lines.find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?;
    length.trim().parse().ok()
}
