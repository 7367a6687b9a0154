//! A server on loopback for tests, one request a connection: it can cut a request off, refuse it
//! before it has come, and do all that a real registry does on its worst day.

pub(crate) mod shelf;

use crate::host::Host;
use crate::registry::{Client, Patience};
use std::io::{BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Nothing on loopback takes longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.as_str())
    }

    /// Method and target, for comparing.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }
}

/// What comes back.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

impl Reply {
    /// An answer without a body.
    pub(crate) fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new() }
    }

    /// Adds a header.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sets the body.
    pub(crate) fn body(mut self, body: impl Into<String>) -> Self {
        self.body = body.into();
        self
    }

    /// An error as the specification has it.
    pub(crate) fn error(status: u16, code: &str) -> Self {
        let body = format!(r#"{{"errors":[{{"code":"{code}","message":"{code}!"}}]}}"#);
        Self::status(status).header("content-type", "application/json").body(body)
    }
}

/// What is done with a request whose body has not been read.
#[derive(Clone, Debug)]
pub(crate) enum Intake {
    /// All of it is read and answered.
    All,
    /// So many bytes are read, and the connection is closed.
    Cut(usize),
    /// It is answered at once, and the connection is closed.
    Refuse(Reply),
}

/// What a server does.
pub(crate) trait Behaviour: Send + Sync + 'static {
    /// Decides by the headers.
    fn intake(&self, _head: &Asked) -> Intake {
        Intake::All
    }

    /// Takes notice of a request that was cut off.
    fn cut(&self, _asked: &Asked) {}

    /// Answers.
    fn answer(&self, asked: &Asked) -> Reply;
}

impl<F: Fn(&Asked) -> Reply + Send + Sync + 'static> Behaviour for F {
    fn answer(&self, asked: &Asked) -> Reply {
        self(asked)
    }
}

/// A running server.
pub(crate) struct Stub {
    pub(crate) host: Host,
    /// Every request, in the order in which they came.
    pub(crate) log: Arc<Mutex<Vec<Asked>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Stub {
    /// Starts one.
    pub(crate) fn start(behaviour: Arc<impl Behaviour>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = Host::parse(&listener.local_addr().unwrap().to_string(), false).unwrap();
        let (log, stop) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let (written, stopped): (Arc<Mutex<Vec<Asked>>>, _) = (Arc::clone(&log), Arc::clone(&stop));
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                let (behaviour, log) = (Arc::clone(&behaviour), Arc::clone(&written));
                thread::spawn(move || serve(&stream.unwrap(), &*behaviour, &log));
            }
        });
        Self { host, log, stop, thread: Some(thread) }
    }

    /// A client of it that does not wait long.
    pub(crate) fn client(&self) -> Client {
        let (base, cap) = (Duration::from_millis(1), Duration::from_millis(5));
        Client::new(self.host.clone(), Patience { attempts: 6, base, cap })
    }

    /// Methods and targets of what came, those that begin with `start`.
    pub(crate) fn lines(&self, start: &str) -> Vec<String> {
        let log = self.log.lock().unwrap();
        log.iter().map(Asked::line).filter(|line| line.starts_with(start)).collect()
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.host.authority());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(stream: &TcpStream, behaviour: &dyn Behaviour, log: &Mutex<Vec<Asked>>) {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut reader = BufReader::new(stream);
    let Some(mut asked) = head(&mut reader) else { return };
    let length = asked.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let waits = asked.header("expect").is_some();
    let intake = behaviour.intake(&asked);
    if waits && !matches!(intake, Intake::Refuse(_)) {
        let _ = (&mut &*stream).write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
    }
    let reply = match intake {
        Intake::Refuse(reply) => {
            log.lock().unwrap().push(asked.clone());
            reply
        }
        Intake::Cut(count) => {
            let count = u64::try_from(count).unwrap().min(length);
            let _ = reader.take(count).read_to_end(&mut asked.body);
            log.lock().unwrap().push(asked.clone());
            behaviour.cut(&asked);
            let _ = stream.shutdown(Shutdown::Both);
            return;
        }
        Intake::All => {
            if reader.take(length).read_to_end(&mut asked.body).is_err() {
                return;
            }
            log.lock().unwrap().push(asked.clone());
            behaviour.answer(&asked)
        }
    };
    let mut text = format!("HTTP/1.1 {} x\r\nConnection: close\r\n", reply.status);
    if !matches!(reply.status, 204) {
        text = format!("{text}Content-Length: {}\r\n", reply.body.len());
    }
    for (name, value) in &reply.headers {
        text = format!("{text}{name}: {value}\r\n");
    }
    text.push_str("\r\n");
    if asked.method != "HEAD" {
        text.push_str(&reply.body);
    }
    let _ = (&mut &*stream).write_all(text.as_bytes());
    let _ = stream.shutdown(Shutdown::Both);
}

fn head(reader: &mut impl std::io::BufRead) -> Option<Asked> {
    let mut asked = Asked::default();
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    asked.method = words.next()?.to_owned();
    asked.target = words.next()?.to_owned();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => {
                asked.headers.push((name.to_owned(), value.trim().to_owned()));
            }
            None => return Some(asked),
        }
    }
}
