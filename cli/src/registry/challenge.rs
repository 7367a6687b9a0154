//! `WWW-Authenticate: Bearer …`, taken apart. RFC 9110, section 11.6.1, and RFC 6750, section 3.

/// What a 401 asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Challenge {
    /// Where tokens are had.
    pub(crate) realm: String,
    /// Whom they are for.
    pub(crate) service: Option<String>,
    /// What was wrong with the token that was sent.
    pub(crate) error: Option<String>,
}

impl Challenge {
    /// Reads a challenge; `None` unless it asks for a bearer token and says where these are had.
    pub(crate) fn parse(header: &str) -> Option<Self> {
        let (scheme, mut rest) = header.trim().split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let mut challenge = Self::default();
        while let Some((name, value, after)) = parameter(rest) {
            match name.to_ascii_lowercase().as_str() {
                "realm" => challenge.realm = value,
                "service" => challenge.service = Some(value),
                "error" => challenge.error = Some(value),
                _ => {}
            }
            rest = after;
        }
        (!challenge.realm.is_empty()).then_some(challenge)
    }
}

/// The first `name=value` and what follows it; the value may be in quotes, with commas in it.
fn parameter(text: &str) -> Option<(&str, String, &str)> {
    let text = text.trim_start_matches([' ', ',', '\t']);
    let (name, rest) = text.split_once('=')?;
    let Some(quoted) = rest.strip_prefix('"') else {
        let end = rest.find(',').unwrap_or(rest.len());
        let (value, after) = rest.split_at(end);
        return Some((name.trim(), value.trim().to_owned(), after));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return Some((name.trim(), value, quoted.get(at + 1..)?)),
            '\\' => value.push(characters.next()?.1),
            c => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_bearer_challenge_is_read() {
        let expected = Challenge {
            realm: "https://a.example/token".into(),
            service: Some("a, b".into()),
            error: Some("invalid_token".into()),
        };
        for header in [
            r#"Bearer realm="https://a.example/token",service="a, b",scope="repository:a:pull,push",error="invalid_token""#,
            r#"bearer error=invalid_token , service="a, b", realm="https://a.example/token""#,
            r#"Bearer REALM="https:\/\/a.example/token",service="a, b",error="invalid_token",x"#,
        ] {
            assert_eq!(Challenge::parse(header).as_ref(), Some(&expected), "{header}");
        }
    }

    #[test]
    fn what_asks_for_something_else_is_none() {
        for header in [
            "",
            "Bearer",
            "Bearer ",
            "Basic realm=\"x\"",
            "Bearer service=\"x\"",
            "Bearer realm=\"x",
            "Bearer realm=\"x\\",
        ] {
            assert_eq!(Challenge::parse(header), None, "{header}");
        }
    }
}
