//! The network between a client and the edge, on loopback, on one of its bad days: it cuts a
//! connection in the middle of a body, holds one up, or refuses what is too long for it, in HTML.

use crate::deadline::Deadline;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// No read or write takes longer, and no connection is held up for longer.
const PATIENCE: Duration = Duration::from_mins(2);
/// What is passed on at a time, in bytes.
const BLOCK: usize = 64 * 1024;
/// The longest head of a request, in bytes.
const MAX_HEAD: usize = 64 * 1024;

/// What such networks say.
const TOO_LARGE: &str = "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n\
                         <body><center><h1>413 Request Entity Too Large</h1></center></body></html>";

/// The network. Its bodies are counted from the client to the edge.
#[derive(Clone, Debug)]
pub struct Proxy {
    address: String,
    day: Arc<Day>,
}

#[derive(Debug)]
struct Day {
    taken: AtomicU64,
    cut_after: AtomicU64,
    hold_after: AtomicU64,
    refuse_over: AtomicU64,
    cuts: AtomicU64,
    stopped: AtomicBool,
}

impl Proxy {
    /// A network in front of `host`, on a good day.
    pub fn start(host: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap_or_else(|e| panic!("{e}"));
        let address = listener.local_addr().unwrap_or_else(|e| panic!("{e}")).to_string();
        let never = || AtomicU64::new(u64::MAX);
        let day = Arc::new(Day {
            taken: AtomicU64::new(0),
            cut_after: never(),
            hold_after: never(),
            refuse_over: never(),
            cuts: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
        });
        let (host, shared) = (host.to_owned(), Arc::clone(&day));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if shared.stopped.load(Ordering::Relaxed) {
                    return;
                }
                let (host, day) = (host.clone(), Arc::clone(&shared));
                // A connection that breaks is what this is about.
                thread::spawn(move || drop(day.pass(&client, &host)));
            }
        });
        Self { address, day }
    }

    /// Where it listens: host and port.
    pub fn host(&self) -> &str {
        &self.address
    }

    /// How many bytes of bodies clients have sent so far.
    pub fn taken(&self) -> u64 {
        self.day.taken.load(Ordering::Relaxed)
    }

    /// How many connections were cut.
    pub fn cuts(&self) -> u64 {
        self.day.cuts.load(Ordering::Relaxed)
    }

    /// Cuts one connection when this many more bytes of bodies have come.
    pub fn cut_after(&self, bytes: u64) {
        self.day.cut_after.store(self.taken() + bytes, Ordering::Relaxed);
    }

    /// Passes nothing on when this many more bytes of bodies have come.
    pub fn hold_after(&self, bytes: u64) {
        self.day.hold_after.store(self.taken() + bytes, Ordering::Relaxed);
    }

    /// Passes everything on again; what was held up is cut.
    pub fn let_go(&self) {
        self.day.hold_after.store(u64::MAX, Ordering::Relaxed);
    }

    /// Refuses bodies of more than so many bytes.
    pub fn refuse_over(&self, bytes: u64) {
        self.day.refuse_over.store(bytes, Ordering::Relaxed);
    }

    /// Takes no more connections.
    pub fn stop(&self) {
        self.day.stopped.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(&self.address));
    }
}

impl Day {
    /// Passes one connection's requests on, one after another, and all that comes back.
    fn pass(&self, client: &TcpStream, host: &str) -> io::Result<()> {
        let edge = TcpStream::connect(host)?;
        for stream in [client, &edge] {
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.set_write_timeout(Some(PATIENCE))?;
        }
        let (mut back, mut to_client) = (edge.try_clone()?, client.try_clone()?);
        thread::spawn(move || {
            // Either side may be gone by now.
            let _ = io::copy(&mut back, &mut to_client);
            let _ = to_client.shutdown(Shutdown::Both);
        });
        let passed = self.requests(BufReader::new(client), client, &edge);
        for stream in [client, &edge] {
            // It may have been closed from the other end.
            let _ = stream.shutdown(Shutdown::Both);
        }
        passed
    }

    fn requests(
        &self,
        mut from: BufReader<&TcpStream>,
        mut client: &TcpStream,
        mut edge: &TcpStream,
    ) -> io::Result<()> {
        while let Some((head, length)) = head(&mut from)? {
            if length > self.refuse_over.load(Ordering::Relaxed) {
                let length = TOO_LARGE.len();
                return write!(
                    client,
                    "HTTP/1.1 413 Request Entity Too Large\r\nContent-Type: text/html\r\n\
                     Content-Length: {length}\r\nConnection: close\r\n\r\n{TOO_LARGE}"
                );
            }
            edge.write_all(&head)?;
            let mut body = from.by_ref().take(length);
            let mut block = vec![0; BLOCK];
            loop {
                let count = body.read(&mut block)?;
                if count == 0 {
                    break;
                }
                edge.write_all(&block[..count])?;
                let count = u64::try_from(count).unwrap_or(u64::MAX);
                let taken = self.taken.fetch_add(count, Ordering::Relaxed) + count;
                if taken > self.cut_after.load(Ordering::Relaxed) {
                    self.cut_after.store(u64::MAX, Ordering::Relaxed);
                    self.cuts.fetch_add(1, Ordering::Relaxed);
                    return Ok(());
                }
                if taken > self.hold_after.load(Ordering::Relaxed) {
                    let go = || self.hold_after.load(Ordering::Relaxed) == u64::MAX;
                    let _ = Deadline::after(PATIENCE).wait(|| go().then_some(()));
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// The head of the next request as it came, and how long its body is.
fn head(from: &mut BufReader<&TcpStream>) -> io::Result<Option<(Vec<u8>, u64)>> {
    let (mut head, mut length) = (Vec::new(), 0);
    loop {
        let start = head.len();
        from.read_until(b'\n', &mut head)?;
        let line = String::from_utf8_lossy(&head[start..]).to_ascii_lowercase();
        if line.is_empty() {
            return Ok(None);
        }
        if head.len() > MAX_HEAD {
            return Err(io::ErrorKind::InvalidData.into());
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            return Ok(Some((head, length)));
        }
    }
}
