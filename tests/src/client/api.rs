//! The edge's own API beside the registry's, as the operator calls it. docs/api.md.

use super::http::{Answer, Request};
use crate::stack::Stack;
use serde_json::Value;

/// The API of one stack.
#[derive(Clone, Debug)]
pub struct Api {
    host: String,
}

impl Api {
    /// That of this stack.
    pub fn of(stack: &Stack) -> Self {
        Self { host: stack.host().to_owned() }
    }

    /// GET of a path behind `/api/v1/`.
    pub fn get(&self, path: &str) -> Answer {
        self.request("GET", path).as_operator().send()
    }

    /// PUT of a document to a path behind `/api/v1/`.
    pub fn put(&self, path: &str, document: &Value) -> Answer {
        with_json(self.request("PUT", path).as_operator(), document).send()
    }

    /// POST of a document to a path behind `/api/v1/`.
    pub fn post(&self, path: &str, document: &Value) -> Answer {
        with_json(self.request("POST", path).as_operator(), document).send()
    }

    /// A request to a path behind `/api/v1/` by nobody in particular.
    pub fn request(&self, method: &str, path: &str) -> Request {
        Request::new(method, format!("/api/v1/{path}")).at(&self.host)
    }
}

/// The request with a document as its body.
pub fn with_json(request: Request, document: &Value) -> Request {
    request.header("Content-Type", "application/json").body(document.to_string())
}
