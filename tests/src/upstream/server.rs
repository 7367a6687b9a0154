//! The listeners, and who is told what.

use super::wire::{Answer, Request};
use super::{Blobs, Day, Fault, Gate, Goods};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use std::collections::BTreeMap;
use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The account of private repositories.
pub const ACCOUNT: &str = "buyer";
/// Its password: words that are found wherever they leak to.
pub const SECRET: &str = "open-sesame-9f31";

/// Longer than any claim waits.
const HANG: Duration = Duration::from_mins(10);

/// A request, as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which listener: `registry`, `token`, `blobs` or `foreign`.
    pub at: &'static str,
    /// The path.
    pub path: String,
    /// `Authorization`, if there was one.
    pub authorization: Option<String>,
    /// `Range`, if there was one.
    pub range: Option<String>,
}

#[derive(Debug)]
struct Shop {
    goods: Goods,
    day: Day,
    seen: Vec<Seen>,
}

#[derive(Debug)]
struct Street {
    shops: Mutex<BTreeMap<String, Shop>>,
    hosts: [String; 4],
}

/// All listeners.
#[derive(Debug)]
pub(super) struct Server(Arc<Street>);

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
        for (listener, at) in listeners.into_iter().zip(NAMES) {
            let street = Arc::clone(&street);
            // They end with the tests: nothing of theirs outlives the process.
            thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let street = Arc::clone(&street);
                    // A client that hangs up is what some claims are about.
                    thread::spawn(move || drop(street.serve(at, &stream)));
                }
            });
        }
        Self(street)
    }

    pub(super) fn registry(&self) -> &str {
        &self.0.hosts[0]
    }

    pub(super) fn open(&self, name: &str, goods: Goods, day: Day) {
        self.0.shops().insert(name.to_owned(), Shop { goods, day, seen: Vec::new() });
    }

    pub(super) fn seen(&self, name: &str) -> Vec<Seen> {
        self.0.shops().get(name).map(|shop| shop.seen.clone()).unwrap_or_default()
    }
}

impl Street {
    fn shops(&self) -> MutexGuard<'_, BTreeMap<String, Shop>> {
        self.shops.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, at: &'static str, stream: &TcpStream) -> io::Result<()> {
        let request = Request::read(stream)?;
        let answer = self.answer(at, &request);
        match answer {
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
        shop.seen.push(Seen {
            at,
            path: request.path.clone(),
            authorization: request.header("authorization").map(str::to_owned),
            range: request.header("range").map(str::to_owned),
        });
        match at {
            "registry" => Some(self.registry(shop, &name, request)),
            "token" => Some(token(shop, &name, request)),
            "blobs" => blob(shop, request),
            _ => Some(Answer::new(200, json!({ "token": "taken" }).to_string())),
        }
    }

    fn registry(&self, shop: &mut Shop, name: &str, request: &Request) -> Answer {
        let [_, own, blobs, foreign] = &self.hosts;
        let expected = format!("Bearer token-for-{name}");
        let is_in = request.header("authorization") == Some(&expected);
        if shop.day.gate == Gate::Shut || !is_in {
            let realm = if shop.day.gate == Gate::Foreign { foreign } else { own };
            let scope = format!("repository:{name}:pull");
            let challenge =
                format!("Bearer realm=\"http://{realm}/token\",service=\"shop\",scope=\"{scope}\"");
            return Answer::new(401, "who?").with("WWW-Authenticate", challenge);
        }
        let (kind, reference) = kind_and_reference(&request.path);
        if kind == "manifests" {
            return manifest(shop, reference);
        }
        let host = if shop.day.blobs == Blobs::Foreign { foreign } else { blobs };
        let location = format!("http://{host}/v2/{name}/blobs/{reference}?signature=x%2Fy");
        Answer::new(307, "").with("Location", location)
    }
}

/// The name in `/v2/NAME/…`, or in the scope of a token request.
fn shop_of(request: &Request) -> String {
    let scope = request.query.split('&').find_map(|pair| pair.strip_prefix("scope=repository%3A"));
    if let Some(name) = scope.and_then(|scope| scope.strip_suffix("%3Apull")) {
        return name.replace("%2F", "/");
    }
    let rest = request.path.strip_prefix("/v2/").unwrap_or_default();
    let end = rest.find("/manifests/").or_else(|| rest.find("/blobs/")).unwrap_or(rest.len());
    rest[..end].to_owned()
}

fn kind_and_reference(path: &str) -> (&str, &str) {
    let mut parts = path.rsplit('/');
    let reference = parts.next().unwrap_or_default();
    (parts.next().unwrap_or_default(), reference)
}

fn token(shop: &Shop, name: &str, request: &Request) -> Answer {
    let account = format!("Basic {}", STANDARD.encode(format!("{ACCOUNT}:{SECRET}")));
    if shop.day.gate == Gate::Private && request.header("authorization") != Some(&account) {
        return Answer::new(401, "not for you");
    }
    let token = json!({ "access_token": format!("token-for-{name}"), "expires_in": 300 });
    Answer::new(200, token.to_string())
}

/// What goes wrong now, if it is one of those that `is_due` here.
fn fault(day: &mut Day, is_due: impl Fn(&Fault) -> bool) -> Option<Fault> {
    if day.faults.first().is_some_and(&is_due) {
        return Some(day.faults.remove(0));
    }
    let over = day.faults.is_empty();
    day.always.clone().filter(|fault| over && is_due(fault))
}

fn manifest(shop: &mut Shop, reference: &str) -> Answer {
    let due = |fault: &Fault| match fault {
        Fault::NoManifest => true,
        Fault::OtherManifest => reference.starts_with("sha256:"),
        _ => false,
    };
    let wrong = fault(&mut shop.day, due);
    match (wrong, shop.goods.manifests.get(reference)) {
        (Some(Fault::NoManifest), _) => Answer::new(500, "an internal secret"),
        (wrong, Some((media_type, document))) => {
            let mut document = document.clone();
            if wrong.is_some() {
                // A blank more in front and one less behind: a manifest, but another one.
                document.rotate_right(1);
            }
            let answer = Answer::new(200, document).with("Content-Type", media_type.clone());
            Answer { unmeasured: shop.day.unmeasured, ..answer }
        }
        (_, None) => Answer::new(404, "no such manifest"),
    }
}

fn blob(shop: &mut Shop, request: &Request) -> Option<Answer> {
    if request.header("authorization").is_some() {
        return Some(Answer::new(400, "only one way of signing in, please"));
    }
    if shop.day.blobs == Blobs::Ring {
        return Some(Answer::new(302, "").with("Location", request.path.clone()));
    }
    let (_, digest) = kind_and_reference(&request.path);
    let Some(bytes) = shop.goods.blobs.get(digest) else {
        return Some(Answer::new(404, "no such blob"));
    };
    // Small ones are not worth a fault.
    let is_large = bytes.len() > 64 * 1024;
    let due =
        |fault: &Fault| is_large && !matches!(fault, Fault::NoManifest | Fault::OtherManifest);
    let mut bytes = bytes.clone();
    let (mut status, mut headers, mut cut) = (200, Vec::new(), None);
    let mut hang = Duration::ZERO;
    if let Some((first, end)) = request.range(bytes.len()).filter(|_| !shop.day.rangeless) {
        status = 206;
        headers.push(("Content-Range", format!("bytes {first}-{}/{}", end - 1, bytes.len())));
        bytes = bytes[first..end].to_vec();
    }
    match fault(&mut shop.day, due) {
        Some(Fault::TooMany) => {
            return Some(Answer::new(429, "slowly").with("Retry-After", "1"));
        }
        Some(Fault::Failing) => return Some(Answer::new(500, "an internal secret")),
        Some(Fault::Hang) => return None,
        Some(Fault::Cut(at)) => cut = Some(at),
        Some(Fault::Stall(at)) => (cut, hang) = (Some(at), HANG),
        Some(Fault::Other) => bytes.iter_mut().for_each(|byte| *byte ^= 1),
        Some(Fault::NoManifest | Fault::OtherManifest) | None => {}
    }
    let pause = Duration::from_millis(shop.day.pause_ms);
    let unmeasured = shop.day.unmeasured;
    Some(Answer { status, headers, body: bytes, unmeasured, cut, hang, pause })
}
