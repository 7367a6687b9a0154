//! A person with an account: by the edge's own API as a program calls it, and by forms as a browser
//! without scripts sends them. The cookie of the session is kept as a browser keeps it.

use super::http::{Answer, Request};
use super::registry::{encode, text};
use crate::stack::Stack;
use serde_json::{Value, json};
use std::sync::{Mutex, PoisonError};

/// The password that everybody has here.
pub const PASSWORD: &str = "long enough for everybody";

/// Somebody, signed in or not.
#[derive(Debug)]
pub struct Person {
    /// The account's name.
    pub name: String,
    host: String,
    address: Option<String>,
    session: Mutex<Option<String>>,
}

impl Person {
    /// Somebody who has not signed in.
    pub fn stranger(stack: &Stack, name: &str) -> Self {
        let (name, host) = (name.to_owned(), stack.host().to_owned());
        Self { name, host, address: None, session: Mutex::new(None) }
    }

    /// The same at another address of the network.
    #[must_use]
    pub fn at(mut self, address: &str) -> Self {
        self.address = Some(address.to_owned());
        self
    }

    /// Somebody who has made an account just now.
    pub fn new(stack: &Stack, name: &str) -> Self {
        let person = Self::stranger(stack, name);
        let _ = person.post("accounts", &json!({ "name": name, "password": PASSWORD })).expect(201);
        assert!(person.session().is_some(), "{name} is not signed in");
        person
    }

    /// Signs in.
    pub fn sign_in(&self, password: &str) -> Answer {
        self.post("session", &json!({ "name": self.name, "password": password }))
    }

    /// The cookie of the session, as it is sent: `session=…`.
    pub fn session(&self) -> Option<String> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Has it send this cookie from now on.
    pub fn set_session(&self, cookie: Option<String>) {
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = cookie;
    }

    /// A request to a path behind `/api/v1/`, with the cookie.
    pub fn request(&self, method: &str, path: &str) -> Request {
        let request = self.from(Request::new(method, format!("/api/v1/{path}")).at(&self.host));
        match self.session() {
            Some(cookie) => request.header("Cookie", cookie),
            None => request,
        }
    }

    /// What the platform says of where a request comes from.
    fn from(&self, request: Request) -> Request {
        match &self.address {
            Some(address) => request.header("CF-Connecting-IP", address),
            None => request,
        }
    }

    /// GET.
    pub fn get(&self, path: &str) -> Answer {
        self.request("GET", path).send()
    }

    /// POST of a document.
    pub fn post(&self, path: &str, document: &Value) -> Answer {
        self.send("POST", path, document)
    }

    /// PUT of a document.
    pub fn put(&self, path: &str, document: &Value) -> Answer {
        self.send("PUT", path, document)
    }

    /// DELETE, with a document.
    pub fn delete(&self, path: &str, document: &Value) -> Answer {
        self.send("DELETE", path, document)
    }

    fn send(&self, method: &str, path: &str, document: &Value) -> Answer {
        let request = self.request(method, path).header("Content-Type", "application/json");
        self.keep(request.body(document.to_string()).send())
    }

    /// A form, as a page of the site sends it.
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let pairs =
            fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
        let body = pairs.collect::<Vec<_>>().join("&");
        let request = self.request("POST", path).header("Sec-Fetch-Site", "same-origin");
        let request = request.header("Origin", format!("http://{}", self.host));
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        self.keep(request.body(body).send())
    }

    fn keep(&self, answer: Answer) -> Answer {
        let set = answer.all("set-cookie").find(|cookie| cookie.starts_with("session="));
        if let Some(cookie) = set {
            let pair = cookie.split(';').next().unwrap_or_default();
            self.set_session((pair != "session=").then(|| pair.to_owned()));
        }
        answer
    }

    /// Asks for a registry token with the account's name and `secret`.
    pub fn ask_token(&self, secret: &str, scopes: &[&str]) -> Answer {
        let mut target = format!("/token?service={}", encode(&self.host));
        for scope in scopes {
            target.push_str("&scope=");
            target.push_str(&encode(scope));
        }
        self.from(Request::get(target).at(&self.host)).basic(&self.name, secret).send()
    }

    /// The status of beginning an upload to `name` with `secret`, from the token on.
    pub fn push_status(&self, secret: &str, name: &str) -> u16 {
        let answer = self.ask_token(secret, &[&format!("repository:{name}:pull,push")]);
        if answer.status != 200 {
            return answer.status;
        }
        let token = text(&answer.json(), "token");
        let upload = Request::new("POST", format!("/v2/{name}/blobs/uploads/")).at(&self.host);
        upload.bearer(&token).body(b"").send().status
    }

    /// A personal access token with these scopes: its id, and itself.
    pub fn personal_token(&self, scopes: &[&str]) -> (String, String) {
        let asked = json!({ "name": "ci", "expires_in_days": 30, "scopes": scopes });
        let made = self.post("account/tokens", &asked).expect(201).json();
        (text(&made, "id"), text(&made, "token"))
    }
}
