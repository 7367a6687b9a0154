//! What became of a change that somebody asked for, on the site or by the API.

use roadstead_shared::visitor::Notice;
use serde_json::Value;

/// What became of it.
#[derive(Debug)]
pub struct Outcome {
    /// What kind of success it is.
    pub success: Success,
    /// What the API answers.
    pub document: Value,
    /// What a person is told on the next page.
    pub notice: Notice,
    /// What becomes of the session.
    pub session: Session,
}

/// A kind of success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Success {
    /// It was done, and the document says how it is now.
    Done,
    /// Something new is there.
    Created,
    /// It will be done, or not; nobody is told.
    Accepted,
    /// It is gone; there is nothing to say about it.
    Gone,
}

/// What becomes of the session of who asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Session {
    /// Nothing.
    Keep,
    /// A new one begins, of this account in this epoch.
    Begin {
        /// Who is signed in.
        account: String,
        /// The epoch of its account.
        epoch: u64,
    },
    /// It ends.
    End,
}

impl Outcome {
    /// It was done.
    pub fn done(document: Value, notice: &str) -> Self {
        Self::new(Success::Done, document, notice)
    }

    /// It was made.
    pub fn created(document: Value, notice: &str) -> Self {
        Self::new(Success::Created, document, notice)
    }

    /// It is gone.
    pub fn gone(notice: &str) -> Self {
        Self::new(Success::Gone, Value::Null, notice)
    }

    /// It will be seen to.
    pub fn accepted(notice: &str) -> Self {
        Self::new(Success::Accepted, Value::Object(serde_json::Map::new()), notice)
    }

    fn new(success: Success, document: Value, notice: &str) -> Self {
        let notice = Notice::Done(notice.to_owned());
        Self { success, document, notice, session: Session::Keep }
    }

    /// The same, with a secret that is shown this once.
    #[must_use]
    pub fn with_secret(mut self, what: &str, secret: &str) -> Self {
        self.notice = Notice::Secret { what: what.to_owned(), secret: secret.to_owned() };
        self
    }

    /// The same, signed in as `account`.
    #[must_use]
    pub fn signed_in(mut self, account: &str, epoch: u64) -> Self {
        self.session = Session::Begin { account: account.to_owned(), epoch };
        self
    }

    /// The same, signed out.
    #[must_use]
    pub fn signed_out(mut self) -> Self {
        self.session = Session::End;
        self
    }
}
