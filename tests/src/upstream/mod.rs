//! Another registry, on loopback: it wants a token, hands blobs over elsewhere, and has bad days
//! when it is told to. It stands in for what Roadstead asks, never for a part of it.

mod day;
mod goods;
mod server;
pub(crate) mod wire;

pub use day::{Blobs, Day, Fault, Gate};
pub use goods::{Goods, image, index};
pub use server::{ACCOUNT, SECRET, Seen};

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
    UPSTREAM.get_or_init(|| Upstream { server: Server::start() })
}

impl Upstream {
    /// Host and port, as in an image's reference.
    pub fn host(&self) -> &str {
        self.server.registry()
    }

    /// Puts goods on sale under `name`, on such a day.
    pub fn sell(&self, name: &str, goods: &Goods, day: Day) {
        self.server.open(name, goods.clone(), day);
    }

    /// The requests about `name` so far.
    pub fn seen(&self, name: &str) -> Vec<Seen> {
        self.server.seen(name)
    }
}
