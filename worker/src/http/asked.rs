//! A call of our own API as it was asked: by a program with JSON, or by a browser with a form, which
//! knows two methods only and wants to go on to a page.

use super::call::Call;
use super::error::Error;
use super::request;
use crate::service::{self, Input};
use roadstead_shared::api::{Form, form, path};
use web_sys::Request;

/// The longest body of a call of our own, in bytes.
const MAX_BYTES: usize = 64 * 1024;

/// The page that people sign in on.
const SIGN_IN_PAGE: &str = "/account/sign-in";

/// A call as it was asked.
pub struct Asked {
    /// The request. The body of a form is read already.
    pub request: Request,
    /// The method that is meant.
    pub method: String,
    /// What the form said, where it was one.
    pub form: Option<Form>,
    /// A document that was read already.
    pub document: Option<Vec<u8>>,
}

impl Asked {
    /// Reads `request` so far that it is known what is asked.
    pub async fn read(request: Request, call: &Call) -> Result<Self, Error> {
        let content_type = request::header(&request, "content-type").unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        let is_form = call.method == "POST" && media_type.eq_ignore_ascii_case(form::MEDIA_TYPE);
        let asked = Self { request, method: call.method.clone(), form: None, document: None };
        if !is_form {
            return Ok(asked);
        }
        let body = bounded(&asked.request, MAX_BYTES).await?;
        // `curl --data` calls everything a form. No field of ours begins like a document.
        if body.trim_ascii_start().starts_with(b"{") {
            return Ok(Self { document: Some(body), ..asked });
        }
        let method = form::method(&call.url.query).unwrap_or("POST");
        let form = Form::parse(&body);
        let form = form.map_err(|error| service::Error::Unreadable(error.to_string()))?;
        Ok(Self { method: method.to_owned(), form: Some(form), ..asked })
    }

    /// What came along.
    pub async fn input(&self) -> Result<Input, Error> {
        self.input_within(MAX_BYTES).await
    }

    /// The same, where JSON may have so many bytes.
    pub async fn input_within(&self, limit: usize) -> Result<Input, Error> {
        Ok(match (&self.form, &self.document) {
            (Some(form), _) => Input::Form(form.clone()),
            (None, Some(document)) => Input::Json(document.clone()),
            (None, None) => Input::Json(bounded(&self.request, limit).await?),
        })
    }

    /// The page that says what went wrong, where one does: that of a form, or that of signing in
    /// where a browser is on its way to a provider and back. A program, which shows credentials of
    /// its own, is told with a status.
    pub fn back(&self, path: &str) -> Option<&str> {
        let is_program = request::header(&self.request, "authorization").is_some();
        let is_sign_in = path.starts_with(path::SIGN_IN) && self.reads();
        let page = (is_sign_in && !is_program).then_some(SIGN_IN_PAGE);
        self.form.as_ref().and_then(Form::back).or(page)
    }

    /// Whether nothing is changed by it.
    pub fn reads(&self) -> bool {
        matches!(self.method.as_str(), "GET" | "HEAD")
    }
}

async fn bounded(request: &Request, limit: usize) -> Result<Vec<u8>, Error> {
    let body = request::bounded(request, limit).await?;
    let long = || service::Error::Unreadable("the body is too long".to_owned());
    Ok(body.ok_or_else(long)?)
}
