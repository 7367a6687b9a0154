//! The listeners, the shops behind them, and who is let in.

use super::answer::{self, Stock};
use super::seen::{Seen, parts};
use super::wire::{Answer, Request};
use super::wrong::{self, Asked, HANG};
use super::{Day, Gate, Goods};
use crate::deadline::Deadline;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use std::collections::BTreeMap;
use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The account of private repositories.
pub const ACCOUNT: &str = "buyer";
/// Its password: words that are found wherever they leak to.
pub const SECRET: &str = "open-sesame-9f31";

/// How long a port that was closed may still be in somebody's way.
const REOPEN: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub(super) struct Shop {
    pub(super) stock: Stock,
    pub(super) day: Day,
    pub(super) seen: Vec<Seen>,
    sent: Arc<AtomicU64>,
}

impl Shop {
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

#[derive(Debug)]
struct Street {
    shops: Mutex<BTreeMap<String, Shop>>,
    hosts: [String; 4],
}

/// All listeners.
#[derive(Debug)]
pub(super) struct Server {
    street: Arc<Street>,
    doors: Mutex<Vec<(Arc<AtomicBool>, JoinHandle<()>)>>,
}

const NAMES: [&str; 4] = ["registry", "token", "blobs", "foreign"];

impl Server {
    pub(super) fn start() -> Self {
        // Another address of loopback is another host.
        let addresses = ["127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0", "127.0.0.2:0"];
        let listeners = addresses.map(|address| {
            TcpListener::bind(address).unwrap_or_else(|error| panic!("{address}: {error}"))
        });
        let hosts = listeners.each_ref().map(|listener| {
            listener.local_addr().unwrap_or_else(|error| panic!("{error}")).to_string()
        });
        let street = Arc::new(Street { shops: Mutex::default(), hosts });
        let server = Self { street, doors: Mutex::default() };
        server.listen(listeners);
        server
    }

    fn listen(&self, listeners: [TcpListener; 4]) {
        let listen = |(listener, at): (TcpListener, &'static str)| {
            let closed = Arc::new(AtomicBool::new(false));
            let (street, is_closed) = (Arc::clone(&self.street), Arc::clone(&closed));
            // They end with the tests: nothing of theirs outlives the process.
            let door = thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    if is_closed.load(Ordering::Relaxed) {
                        return;
                    }
                    let street = Arc::clone(&street);
                    // A client that hangs up is what some claims are about.
                    thread::spawn(move || drop(street.serve(at, &stream)));
                }
            });
            (closed, door)
        };
        let doors = listeners.into_iter().zip(NAMES).map(listen).collect();
        *self.doors.lock().unwrap_or_else(PoisonError::into_inner) = doors;
    }

    pub(super) fn close(&self) {
        let mut doors = self.doors.lock().unwrap_or_else(PoisonError::into_inner);
        for ((closed, door), host) in doors.drain(..).zip(&self.street.hosts) {
            closed.store(true, Ordering::Relaxed);
            // Whoever waits for somebody to come is told so by somebody.
            drop(TcpStream::connect(host));
            assert!(door.join().is_ok(), "{host} cannot be closed");
        }
    }

    pub(super) fn open(&self) {
        if !self.doors.lock().unwrap_or_else(PoisonError::into_inner).is_empty() {
            return;
        }
        let bind = |host: &String| {
            let found = Deadline::after(REOPEN).wait(|| TcpListener::bind(host).ok());
            found.unwrap_or_else(|| panic!("somebody else has {host} now"))
        };
        self.listen(self.street.hosts.each_ref().map(bind));
    }

    pub(super) fn registry(&self) -> &str {
        &self.street.hosts[0]
    }

    pub(super) fn sell(&self, name: &str, goods: &Goods, day: Day) {
        let shop = Shop { stock: goods.into(), day, seen: Vec::new(), sent: Arc::default() };
        self.street.shops().insert(name.to_owned(), shop);
    }

    pub(super) fn take_down(&self, name: &str) {
        self.street.shops().remove(name);
    }

    pub(super) fn change(&self, name: &str, change: impl FnOnce(&mut Shop)) {
        let mut shops = self.street.shops();
        change(shops.get_mut(name).unwrap_or_else(|| panic!("nobody sells {name}")));
    }

    pub(super) fn look<T>(&self, name: &str, look: impl FnOnce(&Shop) -> T) -> Option<T> {
        self.street.shops().get(name).map(look)
    }
}

impl Street {
    fn shops(&self) -> MutexGuard<'_, BTreeMap<String, Shop>> {
        self.shops.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, at: &'static str, stream: &TcpStream) -> io::Result<()> {
        let request = Request::read(stream)?;
        match self.answer(at, &request) {
            Some(answer) => answer.write(stream),
            None => {
                thread::sleep(HANG);
                Ok(())
            }
        }
    }

    /// The answer; `None` where there is to be none.
    fn answer(&self, at: &'static str, request: &Request) -> Option<Answer> {
        let name = shop_of(request);
        let mut shops = self.shops();
        let Some(shop) = shops.get_mut(&name) else { return Some(Answer::new(404, "no shop")) };
        let answer = self.by(at, shop, &name, request);
        shop.seen.push(Seen {
            at,
            method: request.method.clone(),
            path: request.path.clone(),
            authorization: request.header("authorization").map(str::to_owned),
            range: request.header("range").map(str::to_owned),
            status: answer.as_ref().map_or(0, |answer| answer.status),
        });
        answer.map(|answer| Answer { is_head: request.is_head(), ..answer })
    }

    fn by(
        &self,
        at: &'static str,
        shop: &mut Shop,
        name: &str,
        request: &Request,
    ) -> Option<Answer> {
        if at == "foreign" {
            return Some(Answer::new(200, json!({ "token": "taken" }).to_string()));
        }
        if at == "token" {
            return spoilt(shop, Asked::Token, token(&shop.day, name, request));
        }
        let [_, own, blobs, foreign] = &self.hosts;
        if at == "registry" {
            if let Some(refusal) = refusal(&shop.day, name, request, [own, foreign]) {
                return spoilt(shop, Asked::Other, refusal);
            }
            let host = if shop.day.blobs == super::Blobs::Foreign { foreign } else { blobs };
            if let Some(redirect) = answer::redirect(&shop.day, host, request) {
                return spoilt(shop, Asked::Other, redirect);
            }
        } else if request.header("authorization").is_some() {
            return Some(Answer::new(400, "only one way of signing in, please"));
        }
        let (asked, answer) = answer::of(&shop.stock, &mut shop.day, request);
        let is_blob = matches!(asked, Asked::Blob { .. });
        let sent = if is_blob { Arc::clone(&shop.sent) } else { Arc::default() };
        spoilt(shop, asked, Answer { sent, ..answer })
    }
}

/// What goes wrong with a right answer, or the answer itself.
fn spoilt(shop: &mut Shop, asked: Asked, right: Answer) -> Option<Answer> {
    match wrong::next(&mut shop.day.wrongs, asked) {
        Some(fault) => fault.spoil(right),
        None => Some(right),
    }
}

/// The name in `/v2/NAME/…`, or in the scope of a token request.
fn shop_of(request: &Request) -> String {
    let scope = request.parameter("scope").and_then(|scope| scope.strip_prefix("repository%3A"));
    if let Some(name) = scope.and_then(|scope| scope.strip_suffix("%3Apull")) {
        return name.replace("%2F", "/");
    }
    parts(&request.path).0.to_owned()
}

/// What somebody is told who is not let in; `None` who is.
fn refusal(
    day: &Day,
    name: &str,
    request: &Request,
    [own, foreign]: [&String; 2],
) -> Option<Answer> {
    let expected = format!("Bearer token-for-{name}");
    if day.gate != Gate::Shut && request.header("authorization") == Some(&expected) {
        return None;
    }
    let realm = if day.gate == Gate::Foreign { foreign } else { own };
    let scope = format!("repository:{name}:pull");
    let challenge =
        format!("Bearer realm=\"http://{realm}/token\",service=\"shop\",scope=\"{scope}\"");
    Some(Answer::new(401, "who?").with("WWW-Authenticate", challenge))
}

fn token(day: &Day, name: &str, request: &Request) -> Answer {
    let account = format!("Basic {}", STANDARD.encode(format!("{ACCOUNT}:{SECRET}")));
    if day.gate == Gate::Private && request.header("authorization") != Some(&account) {
        return Answer::new(401, "not for you");
    }
    let token = json!({ "access_token": format!("token-for-{name}"), "expires_in": 300 });
    Answer::new(200, token.to_string())
}
