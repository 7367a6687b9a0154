//! Sign-ins that have begun with a provider who says what it is told to say.

use super::edge::{LIAR, account, edge, fresh};
use roadstead_tests::client::http::Answer;
use roadstead_tests::client::registry::encode;
use roadstead_tests::client::visitor::{Visitor, parameter};
use roadstead_tests::issuer::{Issuer, now_s};
use serde_json::{Value, json};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One at a time: the provider tells one story.
static TURN: Mutex<()> = Mutex::new(());

pub(super) fn alone() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A sign-in that has begun.
pub(super) struct Begun {
    pub(super) visitor: Visitor,
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) subject: String,
}

pub(super) fn begin(provider: &str) -> Begun {
    let mut visitor = Visitor::new();
    let answer = visitor.open(&edge().url(&format!("/api/v1/sign-in/{provider}"))).expect(303);
    let location = answer.must("Location");
    let word = |name| parameter(location, name).unwrap_or_else(|| panic!("no {name}: {location}"));
    Begun { state: word("state"), nonce: word("nonce"), subject: fresh("subject"), visitor }
}

impl Begun {
    /// What a token should say.
    pub(super) fn claims(&self) -> Value {
        let now = now_s();
        json!({
            "iss": Issuer::named(LIAR).url(), "aud": "us", "sub": self.subject,
            "iat": now, "exp": now + 300, "nonce": self.nonce, "preferred_username": self.subject,
        })
    }

    /// Comes back with a code that is worth this token.
    pub(super) fn back(&mut self, token: &str) -> Answer {
        Issuer::named(LIAR).give(token, &json!({}));
        let path = format!("/api/v1/sign-in/{LIAR}/callback?code=x&state={}", encode(&self.state));
        self.visitor.open(&edge().url(&path))
    }

    /// The same, which must be refused: nobody is signed in, and the page of signing in says why.
    #[track_caller]
    pub(super) fn ends_in_refusal(mut self, token: &str) {
        let answer = self.back(token);
        is_refusal(&answer);
        assert_eq!(account(&mut self.visitor), None, "{answer}");
    }
}

#[track_caller]
pub(super) fn is_refusal(answer: &Answer) {
    assert_eq!(answer.status, 303, "{answer}");
    assert_eq!(answer.header("location"), Some("/account/sign-in"), "{answer}");
    let cookies: Vec<&str> = answer.all("set-cookie").collect();
    assert!(cookies.iter().any(|it| it.starts_with("notice=ey")), "{answer}");
    assert!(!cookies.iter().any(|it| it.starts_with("session=ey")), "{answer}");
}
