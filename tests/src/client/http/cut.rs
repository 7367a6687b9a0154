//! A request that is cut off: only the first of its bytes are sent, then the connection ends.

use super::Request;
use std::io::{self, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

/// For one write: a server that reads no more must not hold up the claims.
const PATIENCE: Duration = Duration::from_secs(20);

/// A writer that takes no more than so many bytes, and forgets the rest.
struct Cut<'a> {
    to: &'a mut TcpStream,
    left: usize,
}

impl Write for Cut<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.left);
        self.to.write_all(&bytes[..taken])?;
        self.left -= taken;
        if self.left == 0 { Err(io::ErrorKind::WriteZero.into()) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

impl Request {
    /// Sends the first `bytes` bytes, waits for `linger`, and hangs up without reading anything:
    /// for whoever sent it, an answer that may have come is lost.
    pub fn send_cut(&self, bytes: usize, linger: Duration) -> io::Result<()> {
        let mut stream = TcpStream::connect(self.host())?;
        stream.set_write_timeout(Some(PATIENCE))?;
        if bytes == 0 {
            return Ok(());
        }
        let mut cut = Cut { to: &mut stream, left: bytes };
        // The end of what may be sent is told as an error, and is none; nor is it one that the
        // other side hung up first.
        let _ = cut.write_all(&self.start(self.host())).and_then(|()| self.write_body(&mut cut));
        thread::sleep(linger);
        Ok(())
    }
}
