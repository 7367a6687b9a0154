//! What came along with a call of our own API: a JSON document, or the fields of a form.

use super::Error;
use roadstead_shared::api::Form;
use serde::de::DeserializeOwned;

/// The body of a call.
#[derive(Clone, Debug)]
pub enum Input {
    /// A JSON document, unread; an empty one is an empty object.
    Json(Vec<u8>),
    /// A form.
    Form(Form),
}

impl Input {
    /// Reads it as a `T`; what is none is [`Error::Unreadable`].
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        match self {
            Self::Json(_) => serde_json::from_slice(self.json()?)
                .map_err(|error| Error::Unreadable(error.to_string())),
            Self::Form(form) => form.read().map_err(|error| Error::Unreadable(error.to_string())),
        }
    }

    /// The JSON document, for what reads its own; a form is [`Error::Unreadable`] there.
    pub fn json(&self) -> Result<&[u8], Error> {
        match self {
            Self::Json(body) if body.trim_ascii().is_empty() => Ok(b"{}"),
            Self::Json(body) => Ok(body),
            Self::Form(_) => Err(Error::Unreadable("this call takes JSON, not a form".to_owned())),
        }
    }
}
