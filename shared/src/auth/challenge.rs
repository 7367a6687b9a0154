//! `WWW-Authenticate`, as every client can read it: one header, Bearer, every value quoted, an
//! absolute realm. RFC 6750, section 3.

use super::Access;
use std::fmt;

/// What a 401 asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Where tokens are had: an absolute URL.
    pub realm: String,
    /// Whom they are for.
    pub service: String,
    /// What the request needs.
    pub scope: Option<Access>,
    /// What was wrong with the token; absent when there was none.
    pub error: Option<Fault>,
}

/// What is wrong with a token. RFC 6750, section 3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Expired, malformed, foreign: clients drop it and ask for another.
    InvalidToken,
    /// Good, but not for this.
    InsufficientScope,
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bearer realm=\"{}\",service=\"{}\"", self.realm, self.service)?;
        if let Some(scope) = &self.scope {
            write!(f, ",scope=\"{}\"", scope.scope())?;
        }
        match self.error {
            None => Ok(()),
            Some(Fault::InvalidToken) => f.write_str(",error=\"invalid_token\""),
            Some(Fault::InsufficientScope) => f.write_str(",error=\"insufficient_scope\""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Action;
    use super::*;

    #[test]
    fn a_challenge_is_one_line_that_clients_can_read() {
        let mut challenge = Challenge {
            realm: "https://r.example/token".into(),
            service: "r.example".into(),
            scope: None,
            error: None,
        };
        assert_eq!(
            challenge.to_string(),
            "Bearer realm=\"https://r.example/token\",service=\"r.example\""
        );
        challenge.scope = Some(Access::new("a/b".parse().unwrap(), [Action::Push, Action::Pull]));
        challenge.error = Some(Fault::InsufficientScope);
        assert!(
            challenge
                .to_string()
                .ends_with(",scope=\"repository:a/b:pull,push\",error=\"insufficient_scope\"")
        );
    }
}
