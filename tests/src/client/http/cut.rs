//! A request that is cut off: only the first of its bytes are sent, then the connection ends.

use super::{Answer, Request};
use std::io::{self, BufReader, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::Duration;

/// For one read or write: a server that reads no more must not hold up the claims.
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
        let stream = self.send_first(bytes)?;
        thread::sleep(linger);
        drop(stream);
        Ok(())
    }

    /// Sends the first `bytes` bytes, says that no more will come, and reads the answer to it.
    pub fn send_short(&self, bytes: usize) -> io::Result<Answer> {
        let stream = self.send_first(bytes)?;
        stream.shutdown(Shutdown::Write)?;
        Answer::read(BufReader::new(stream), false)
    }

    fn send_first(&self, bytes: usize) -> io::Result<TcpStream> {
        let mut stream = TcpStream::connect(self.host())?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        if bytes > 0 {
            let mut cut = Cut { to: &mut stream, left: bytes };
            // The end of what may be sent is told as an error, and is none; nor is it one that
            // the other side hung up first.
            let _ =
                cut.write_all(&self.start(self.host())).and_then(|()| self.write_body(&mut cut));
        }
        Ok(stream)
    }
}
