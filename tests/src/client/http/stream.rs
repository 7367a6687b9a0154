//! Bodies that are too long to be held: written as they are made, hashed as they are read.

use super::{Answer, Request};
use crate::image::Hash;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// For one read or write; the edge answers a long upload only when it has hashed all of it.
const PATIENCE: Duration = Duration::from_mins(5);
/// What is held at once.
const PIECE: usize = 256 * 1024;

impl Request {
    /// Sends `source` as its body, of a length that is said before or, for `None`, is not.
    pub fn send_from(&self, mut source: impl Read, length: Option<u64>) -> io::Result<Answer> {
        let framing = match length {
            Some(length) => format!("Content-Length: {length}\r\n\r\n"),
            None => "Transfer-Encoding: chunked\r\n\r\n".to_owned(),
        };
        let stream = self.open(&framing)?;
        let mut to = BufWriter::with_capacity(PIECE + 64, stream.try_clone()?);
        let mut piece = vec![0; PIECE];
        loop {
            let read = source.read(&mut piece)?;
            if length.is_none() {
                write!(to, "{read:x}\r\n")?;
            }
            to.write_all(&piece[..read])?;
            if length.is_none() {
                to.write_all(b"\r\n")?;
            }
            if read == 0 {
                break;
            }
        }
        to.flush()?;
        Answer::read(BufReader::new(stream), false)
    }

    /// Reads a body of known length without holding it: the answer without it, and what it was.
    pub fn send_and_hash(&self) -> io::Result<(Answer, Hash)> {
        let mut from = BufReader::with_capacity(PIECE, self.open("\r\n")?);
        // Read as if to a HEAD, whose answer ends with its headers.
        let answer = Answer::read(&mut from, true)?;
        let mut left: usize = answer.must("Content-Length").parse().unwrap_or_default();
        let (mut hash, mut piece) = (Hash::default(), vec![0; PIECE]);
        while left > 0 {
            let room = left.min(PIECE);
            let read = from.read(&mut piece[..room])?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            hash.update(&piece[..read]);
            left -= read;
        }
        Ok((answer, hash))
    }

    /// Writes the headers, with `last` in the place of the line that ends them.
    fn open(&self, last: &str) -> io::Result<TcpStream> {
        let mut stream = TcpStream::connect(self.host())?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let start = self.start(self.host());
        stream.write_all(&start[..start.len() - 2])?;
        stream.write_all(last.as_bytes())?;
        Ok(stream)
    }
}
