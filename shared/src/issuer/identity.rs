//! What an account's way in by a provider is called where it is removed.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// How many bytes of the hash a name has: enough to tell the ways into one account apart.
const BYTES: usize = 12;

/// What somebody is called here whom `issuer` knows as `subject`: 24 hexadecimal digits. An issuer has
/// no line break, so no two are one.
pub fn id(issuer: &str, subject: &str) -> String {
    let hash = Sha256::digest(format!("{issuer}\n{subject}"));
    hash.iter().take(BYTES).fold(String::new(), |mut text, byte| {
        // Nothing can fail that writes into a text.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_a_name_of_their_own() {
        let one = id("https://id.example", "ada");
        assert_eq!(one.len(), 2 * BYTES);
        assert_eq!(one, id("https://id.example", "ada"));
        assert_ne!(one, id("https://id.example", "bob"));
        assert_ne!(one, id("https://id.example/ada", ""));
    }
}
