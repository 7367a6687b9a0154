//! The listener of all issuers, and what each of them answers.

use super::{Issuer, State};
use crate::upstream::wire::{Answer, Request};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

type Issuers = Mutex<BTreeMap<String, Issuer>>;

/// The one listener.
#[derive(Debug)]
pub(super) struct Server {
    origin: String,
    issuers: Arc<Issuers>,
}

impl Server {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap_or_else(|error| panic!("{error}"));
        let address = listener.local_addr().unwrap_or_else(|error| panic!("{error}"));
        let issuers = Arc::new(Issuers::default());
        let all = Arc::clone(&issuers);
        // It ends with the tests: nothing of it outlives the process.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let all = Arc::clone(&all);
                thread::spawn(move || {
                    let Ok(request) = Request::read(&stream) else { return };
                    // Who hangs up gets no answer.
                    drop(answer(&all, &request).write(&stream));
                });
            }
        });
        Self { origin: format!("http://{address}"), issuers }
    }

    /// The issuer called `name`; `make` makes it when it is asked for first.
    pub(super) fn issuer(&self, name: &str, make: impl FnOnce() -> State) -> Issuer {
        let mut issuers = self.issuers.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Issuer {
            name: name.to_owned(),
            origin: self.origin.clone(),
            state: Arc::new(Mutex::new(make())),
        };
        issuers.entry(name.to_owned()).or_insert_with(new).clone()
    }
}

fn answer(issuers: &Issuers, request: &Request) -> Answer {
    let path = request.path.trim_start_matches('/');
    let (name, rest) = path.split_once('/').unwrap_or((path, ""));
    let issuers = issuers.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(issuer) = issuers.get(name).cloned() else { return Answer::new(404, "nobody") };
    drop(issuers);
    if issuer.state().is_down {
        return Answer::new(503, "down");
    }
    let json = |document: Value| {
        Answer::new(200, document.to_string()).with("Content-Type", "application/json")
    };
    let url = issuer.url();
    match rest {
        ".well-known/openid-configuration" => json(json!({
            "issuer": url,
            "jwks_uri": format!("{url}/keys"),
            "authorization_endpoint": format!("{url}/authorize"),
            "token_endpoint": format!("{url}/token"),
            "userinfo_endpoint": format!("{url}/userinfo"),
        })),
        "keys" => {
            let mut state = issuer.state();
            state.asked_for_keys += 1;
            json(state.keys())
        }
        "token" => {
            let id_token = issuer.state().id_token.clone();
            json(json!({ "access_token": "at", "token_type": "Bearer", "id_token": id_token }))
        }
        "userinfo" => json(issuer.state().userinfo.clone()),
        _ => Answer::new(404, "no such end-point"),
    }
}
