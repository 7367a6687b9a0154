//! What can be proved without a look-up: that a password is the one whose hash rests, that a token
//! has the form of ours, that something was signed here and for what.

pub mod hashing;
pub mod job;
pub mod password;
pub mod personal;
pub mod session;
mod signed;

pub use job::Job;
pub use session::Session;
pub use signed::Signer;

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
