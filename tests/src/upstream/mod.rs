//! Other registries, on loopback. One of our own wants a token, hands blobs over elsewhere, and has
//! bad days when it is told to; another one is a real one, with a token server of ours. They stand
//! in for what Roadstead asks, never for a part of it.

mod answer;
mod day;
mod goods;
pub mod real;
mod seal;
mod seen;
mod server;
pub(crate) mod wire;
mod wrong;

pub use day::{Blobs, Day, Gate};
pub use goods::{Goods, image, index};
pub use seen::Seen;
pub use server::{ACCOUNT, SECRET};
pub use wrong::{At, Fault, Wrong};

use server::Server;
use std::sync::OnceLock;

static UPSTREAM: OnceLock<Upstream> = OnceLock::new();

/// A registry with its token server and the host that its blobs lie on, each at a port of its own,
/// and a host of somebody else's, who waits for passwords.
#[derive(Debug)]
pub struct Upstream {
    server: Server,
}

/// The registry of this run; started by who asks first.
pub fn upstream() -> &'static Upstream {
    UPSTREAM.get_or_init(Upstream::start)
}

impl Upstream {
    /// A registry of one's own, which may be closed without anybody else noticing.
    pub fn start() -> Self {
        Self { server: Server::start() }
    }

    /// Host and port, as in an image's reference.
    pub fn host(&self) -> &str {
        self.server.registry()
    }

    /// Puts goods on sale under `name`, on such a day.
    pub fn sell(&self, name: &str, goods: &Goods, day: Day) {
        self.server.sell(name, goods, day);
    }

    /// Another day begins for `name`; what was asked before is still known.
    pub fn day(&self, name: &str, day: Day) {
        self.server.change(name, |shop| shop.day = day);
    }

    /// `name` has other goods from now on: tags move, or are gone.
    pub fn restock(&self, name: &str, goods: &Goods) {
        self.server.change(name, |shop| shop.stock = goods.into());
    }

    /// Takes `name` off the market: nobody has heard of it any more.
    pub fn take_down(&self, name: &str) {
        self.server.take_down(name);
    }

    /// The requests about `name` so far.
    pub fn seen(&self, name: &str) -> Vec<Seen> {
        self.server.look(name, |shop| shop.seen.clone()).unwrap_or_default()
    }

    /// How many requests of a method about a kind (`manifests`, `blobs`, `tags`, `referrers`,
    /// `token`) of `name` were answered, with whatever. Demands for a token and redirects are
    /// no answers.
    pub fn count(&self, name: &str, method: &str, kind: &str) -> usize {
        let is_meant =
            |seen: &&Seen| seen.method == method && seen.kind() == kind && seen.is_answered();
        self.seen(name).iter().filter(is_meant).count()
    }

    /// How many bytes of blobs of `name` were sent.
    pub fn sent(&self, name: &str) -> u64 {
        self.server.look(name, server::Shop::sent).unwrap_or_default()
    }

    /// Nobody answers any more: connections are refused. What is being sent is still sent.
    pub fn close(&self) {
        self.server.close();
    }

    /// It answers again, at the same ports.
    pub fn open(&self) {
        self.server.open();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::http::Request;

    fn ask(upstream: &Upstream, method: &str, path: &str) -> crate::client::http::Answer {
        let request = Request::new(method, path).at(upstream.host());
        request.bearer("token-for-a/b").send()
    }

    #[test]
    fn a_closed_registry_refuses_connections_and_opens_at_the_same_port() {
        let upstream = Upstream::start();
        upstream.sell("a/b", &image(1, 1000), Day::default());
        for _ in 0..3 {
            assert_eq!(ask(&upstream, "GET", "/v2/a/b/manifests/1").status, 200);
            upstream.close();
            let request = Request::get("/v2/a/b/manifests/1").at(upstream.host());
            assert!(request.try_send().is_err());
            upstream.open();
        }
        assert_eq!(upstream.count("a/b", "GET", "manifests"), 3);
    }

    #[test]
    fn a_head_has_a_length_and_no_bytes() {
        let upstream = Upstream::start();
        let goods = image(2, 100_000);
        let day = Day { blobs: Blobs::Here, remaining: Some(5), ..Day::default() };
        upstream.sell("a/b", &goods, day);
        let head = ask(&upstream, "HEAD", "/v2/a/b/manifests/1").expect(200);
        assert_eq!(head.must("Content-Length"), goods.document("1").len().to_string());
        assert_eq!(head.must("RateLimit-Remaining"), "5;w=21600");
        for (digest, bytes) in &goods.blobs {
            let path = format!("/v2/a/b/blobs/{digest}");
            let head = ask(&upstream, "HEAD", &path).expect(200);
            assert_eq!(head.must("Content-Length"), bytes.len().to_string());
            assert!(ask(&upstream, "GET", &path).expect(200).body == *bytes);
        }
        let sold: usize = goods.blobs.values().map(Vec::len).sum();
        assert_eq!(upstream.sent("a/b"), sold as u64);
    }

    #[test]
    fn another_day_is_another_answer() {
        let upstream = Upstream::start();
        upstream.sell("a/b", &image(3, 1000), Day::default());
        let wrong = [Wrong::always(At::Manifests, Fault::Later(429, 7))];
        upstream.day("a/b", Day::with(wrong));
        let answer = ask(&upstream, "GET", "/v2/a/b/manifests/1").expect(429);
        assert_eq!(answer.must("Retry-After"), "7");
        let _ = ask(&upstream, "HEAD", "/v2/a/b/manifests/1").expect(200);
        let list = ask(&upstream, "GET", "/v2/a/b/tags/list").expect(200).json();
        assert_eq!(list["tags"], serde_json::json!(["1"]));
        assert_eq!(upstream.count("a/b", "GET", "manifests"), 1);
    }
}
