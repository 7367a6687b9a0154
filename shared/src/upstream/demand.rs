//! `WWW-Authenticate` of other registries: what they want to be shown. RFC 9110, section 11.6.1,
//! RFC 6750, section 3. Ours is written by `auth::Challenge`.

use super::Url;
use form_urlencoded::Serializer;

/// The longest header that is read, in bytes.
const MAX_LEN: usize = 8 * 1024;

/// What a registry wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Demand {
    /// A token from `realm`.
    Bearer {
        /// The URL where tokens are had.
        realm: String,
        /// Whom they are for.
        service: Option<String>,
        /// What they must grant.
        scope: Option<String>,
    },
    /// A name and a password with each request.
    Basic,
}

/// The first challenge of the header that can be met; a token goes before a password.
pub fn parse(header: &str) -> Option<Demand> {
    let challenges = challenges(header.get(..header.len().min(MAX_LEN))?);
    let bearer = challenges.iter().find_map(bearer);
    let basic = || challenges.iter().any(|challenge| challenge.scheme == "basic");
    bearer.or_else(|| basic().then_some(Demand::Basic))
}

/// Where a token is had, with what has to be said there; `scope` where the registry named none.
/// distribution, "Token Authentication Specification". `None` where the realm is no URL.
pub fn token_url(realm: &str, service: Option<&str>, scope: &str) -> Option<Url> {
    let mut url = Url::parse(realm)?;
    let mut query = Serializer::new(String::new());
    if let Some(service) = service {
        query.append_pair("service", service);
    }
    query.append_pair("scope", scope);
    url.target.push(if url.target.contains('?') { '&' } else { '?' });
    url.target.push_str(&query.finish());
    Some(url)
}

struct Challenge {
    scheme: String,
    parameters: Vec<(String, String)>,
}

fn bearer(challenge: &Challenge) -> Option<Demand> {
    let value = |name: &str| {
        let found = challenge.parameters.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
    };
    let realm = value("realm").filter(|_| challenge.scheme == "bearer")?;
    Some(Demand::Bearer { realm, service: value("service"), scope: value("scope") })
}

/// Reads every challenge: a word that is not followed by `=` begins the next one.
fn challenges(header: &str) -> Vec<Challenge> {
    let mut found: Vec<Challenge> = Vec::new();
    let mut rest = header;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let end = rest.find([' ', '\t', ',', '=']).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        if let Some(behind) = behind.trim_start_matches([' ', '\t']).strip_prefix('=') {
            let (value, behind) = value(behind.trim_start_matches([' ', '\t']));
            if let Some(challenge) = found.last_mut() {
                challenge.parameters.push((word.to_ascii_lowercase(), value));
            }
            rest = behind;
        } else if word.is_empty() {
            return found;
        } else {
            found.push(Challenge { scheme: word.to_ascii_lowercase(), parameters: Vec::new() });
            rest = behind;
        }
    }
}

/// A quoted string with its escapes undone, or a word; and what follows.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([' ', '\t', ',']).unwrap_or(text.len());
        let (word, behind) = text.split_at(end);
        return (word.to_owned(), behind);
    };
    let mut value = String::new();
    let mut escaped = false;
    for (at, c) in quoted.char_indices() {
        match c {
            '"' if !escaped => return (value, quoted.get(at + 1..).unwrap_or_default()),
            '\\' if !escaped => escaped = true,
            _ => {
                value.push(c);
                escaped = false;
            }
        }
    }
    // A quote that nothing closes is no value.
    (String::new(), "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(realm: &str, service: Option<&str>, scope: Option<&str>) -> Demand {
        let own = |text: Option<&str>| text.map(str::to_owned);
        let realm = realm.to_owned();
        Demand::Bearer { realm, service: own(service), scope: own(scope) }
    }

    #[test]
    fn real_challenges_are_read() {
        let scope = "repository:library/alpine:pull";
        for (header, expected) in [
            (
                r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull""#,
                token("https://auth.docker.io/token", Some("registry.docker.io"), Some(scope)),
            ),
            (
                r#"bearer  Realm = "https://a/t" , service=plain"#,
                token("https://a/t", Some("plain"), None),
            ),
            (
                r#"Bearer realm="https://a/t",scope="repository:a:pull,push""#,
                token("https://a/t", None, Some("repository:a:pull,push")),
            ),
            (r#"Basic realm="x, y", Bearer realm="https://a/t""#, token("https://a/t", None, None)),
            (r#"Basic realm="Registry""#, Demand::Basic),
            ("Basic", Demand::Basic),
            (r#"Negotiate abc==, Basic realm="a""#, Demand::Basic),
            (r#"Bearer realm="a\"b\\""#, token(r#"a"b\"#, None, None)),
        ] {
            assert_eq!(parse(header), Some(expected), "{header}");
        }
    }

    #[test]
    fn what_is_said_at_the_realm_is_encoded() {
        let url = |realm, service| token_url(realm, service, "repository:a/b:pull");
        let plain = url("https://a/t", Some("r & d")).map(|url| url.to_string());
        let expected = "https://a/t?service=r+%26+d&scope=repository%3Aa%2Fb%3Apull";
        assert_eq!(plain.as_deref(), Some(expected));
        let more = url("https://a/t?x=y#z", None).map(|url| url.to_string());
        assert_eq!(more.as_deref(), Some("https://a/t?x=y&scope=repository%3Aa%2Fb%3Apull"));
        assert_eq!(url("/t", None), None);
    }

    #[test]
    fn nonsense_is_no_challenge() {
        for header in [
            "",
            ",",
            " , ,",
            "=",
            "==",
            "realm=\"https://a\"",
            "Bearer",
            "Bearer realm",
            "Bearer realm=",
            "Bearer realm=\"",
            "Bearer realm=\"https://a",
            "Bearer service=\"a\"",
            "Digest realm=\"a\"",
            "Bearer realm=\"\"",
            "\"",
            "Bearer \u{e9}=\u{e9}",
        ] {
            assert_eq!(parse(header), None, "{header}");
        }
        assert_eq!(parse(&"a=,".repeat(100_000)), None);
        assert_eq!(parse(&"é".repeat(100_000)), None);
    }
}
