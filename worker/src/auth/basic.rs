//! `Authorization: Basic …`. RFC 7617.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roadstead_shared::secret::Secret;

/// A name and a password, unchecked.
#[derive(Debug)]
pub struct Credentials {
    /// The account's name.
    pub name: String,
    /// What is said to be its password.
    pub password: Secret,
}

/// Reads the header; `None` if it is no Basic credentials at all.
pub fn basic(header: &str) -> Option<Credentials> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (name, password) = text.split_once(':')?;
    Some(Credentials { name: name.to_owned(), password: Secret::new(password) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_may_hold_colons() {
        let header = format!("basic {}", STANDARD.encode("me:a:b"));
        let credentials = basic(&header).unwrap();
        assert_eq!(credentials.name, "me");
        assert!(credentials.password.matches("a:b"));
    }

    #[test]
    fn what_is_no_basic_header_is_nothing() {
        for header in
            ["", "Basic", "Basic ", "Basic !!!", "Bearer eA==", "Basic eA==", "Basic //8="]
        {
            assert!(basic(header).is_none(), "{header}");
        }
    }
}
