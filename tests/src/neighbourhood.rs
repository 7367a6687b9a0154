//! Where a client comes from, on a machine where everybody comes from the same place: a door of its
//! own in front of the edge, which says it as the platform would.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// No read or write takes longer.
const PATIENCE: Duration = Duration::from_mins(2);
/// The longest head of a request, in bytes.
const MAX_HEAD: usize = 64 * 1024;

/// A door.
#[derive(Debug)]
pub struct Door {
    host: String,
    stopped: Arc<AtomicBool>,
}

impl Door {
    /// One in front of `edge` for who comes from `address`.
    pub fn open(edge: &str, address: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap_or_else(|e| panic!("{e}"));
        let host = listener.local_addr().unwrap_or_else(|e| panic!("{e}")).to_string();
        let stopped = Arc::new(AtomicBool::new(false));
        let (edge, shared) = (edge.to_owned(), Arc::clone(&stopped));
        // Each connection is for one request, so that every one of them is told.
        let line = format!("\r\nCF-Connecting-IP: {address}\r\nConnection: close\r\n");
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if shared.load(Ordering::Relaxed) {
                    return;
                }
                let (edge, line) = (edge.clone(), line.clone());
                // A client may hang up at any time.
                thread::spawn(move || drop(pass(&client, &edge, &line)));
            }
        });
        Self { host, stopped }
    }

    /// Where it is: host and port, as in an image's reference.
    pub fn host(&self) -> &str {
        &self.host
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(&self.host));
    }
}

/// Passes one request on, with `line` behind its first one, and all that comes back.
fn pass(mut client: &TcpStream, edge: &str, line: &str) -> io::Result<()> {
    let mut edge = TcpStream::connect(edge)?;
    for stream in [client, &edge] {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
    }
    let head = head(client)?;
    let first = head.windows(2).position(|two| two == b"\r\n").unwrap_or_default();
    // Two lines that contradict each other are nobody's: the client's own goes.
    let rest = String::from_utf8_lossy(&head[first + 2..]).into_owned();
    let rest: Vec<&str> = rest
        .split("\r\n")
        .filter(|line| !line.to_ascii_lowercase().starts_with("connection:"))
        .collect();
    edge.write_all(&head[..first])?;
    edge.write_all(line.as_bytes())?;
    edge.write_all(rest.join("\r\n").as_bytes())?;
    let (mut from_client, mut to_edge) = (client.try_clone()?, edge.try_clone()?);
    thread::spawn(move || {
        // The body, if there is one; or that the client is gone.
        let copied = io::copy(&mut from_client, &mut to_edge);
        let _ = to_edge.shutdown(if copied.is_ok() { Shutdown::Write } else { Shutdown::Both });
    });
    let passed = io::copy(&mut edge, &mut client);
    for stream in [client, &edge] {
        // It may have been closed from the other end.
        let _ = stream.shutdown(Shutdown::Both);
    }
    passed.map(drop)
}

/// The first lines of a request, to the empty one, byte by byte: what follows is the body.
fn head(mut client: &TcpStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
        if head.len() > MAX_HEAD {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    Ok(head)
}
