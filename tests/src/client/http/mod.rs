//! HTTP/1.1 on a plain socket, one request a connection.
//!
//! Many claims are about what is on the wire: `..` in a path, header values that are no text, a
//! length on an answer to HEAD, an encoding that must not be there. Libraries tidy such things up,
//! on the way out and on the way in, so that no library is used for any claim.

mod answer;
mod cut;
mod request;
mod stream;

pub use answer::Answer;
pub use request::Request;
