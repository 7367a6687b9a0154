//! Issuers of tokens, on loopback: they sign as GitHub, GitLab and others do, change their keys, go
//! down, and tell lies when they are asked to. They stand in for what Roadstead asks, never for a
//! part of it. The provider that people sign in with is a real one, in `client::provider`.

mod key;
mod server;

pub use key::{Algorithm, node};

use key::SigningKey;
use serde_json::{Value, json};
use server::Server;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// An issuer, by the path that it has on the one server of them all.
#[derive(Clone, Debug)]
pub struct Issuer {
    name: String,
    origin: String,
    state: Arc<Mutex<State>>,
}

/// What an issuer has and is.
#[derive(Debug)]
struct State {
    rsa: SigningKey,
    ec: SigningKey,
    generation: usize,
    is_down: bool,
    asked_for_keys: usize,
    /// What the next code is worth.
    id_token: String,
    /// What it says of who has its token.
    userinfo: Value,
}

impl Issuer {
    /// The issuer called `name` in this run, with keys that nobody has had before.
    pub fn named(name: &str) -> Self {
        static SERVER: OnceLock<Server> = OnceLock::new();
        let server = SERVER.get_or_init(Server::start);
        server.issuer(name, || State {
            rsa: SigningKey::rsa(),
            ec: SigningKey::ec(),
            generation: 1,
            is_down: false,
            asked_for_keys: 0,
            id_token: String::new(),
            userinfo: json!({}),
        })
    }

    /// What its tokens say that it is called.
    pub fn url(&self) -> String {
        format!("{}/{}", self.origin, self.name)
    }

    /// A token that it signs.
    pub fn sign(&self, algorithm: Algorithm, claims: &Value) -> String {
        let state = self.state();
        let key = match algorithm {
            Algorithm::Rs256 => &state.rsa,
            Algorithm::Es256 => &state.ec,
        };
        key.sign(&state.key_id(algorithm), claims)
    }

    /// The public half of its RSA key, as people write it into files: what somebody could take for
    /// a shared secret.
    pub fn public_key(&self) -> Vec<u8> {
        self.state().rsa.public_pem()
    }

    /// Has other keys from now on.
    pub fn change_keys(&self) {
        let (rsa, ec) = (SigningKey::rsa(), SigningKey::ec());
        let mut state = self.state();
        (state.rsa, state.ec) = (rsa, ec);
        state.generation += 1;
    }

    /// Answers nothing but errors, or what it should again.
    pub fn set_down(&self, is_down: bool) {
        self.state().is_down = is_down;
    }

    /// How often it was asked for its keys.
    pub fn asked_for_keys(&self) -> usize {
        self.state().asked_for_keys
    }

    /// What the next code is worth, and what is said of who has the token that comes with it.
    pub fn give(&self, id_token: &str, userinfo: &Value) {
        let mut state = self.state();
        id_token.clone_into(&mut state.id_token);
        userinfo.clone_into(&mut state.userinfo);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// What its key of this kind is called now.
    fn key_id(&self, algorithm: Algorithm) -> String {
        format!("{algorithm:?}-{}", self.generation)
    }

    /// Its keys, as it shows them.
    fn keys(&self) -> Value {
        json!({ "keys": [
            self.rsa.jwk(&self.key_id(Algorithm::Rs256)),
            self.ec.jwk(&self.key_id(Algorithm::Es256)),
        ] })
    }
}

/// Now, in seconds UTC, as tokens write it.
#[expect(clippy::disallowed_methods, reason = "these tests run where there is a clock")]
pub fn now_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
