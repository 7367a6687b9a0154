use super::*;
use crate::config::{Config, TokenKey};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use roadstead_shared::auth::{Access, scope};
use roadstead_shared::secret::Secret;

const NOW_MS: u64 = 1_790_000_000_000;

fn config() -> Config {
    Config { operator_name: "operator".into(), operator_password: Some(Secret::new("right")) }
}

fn key(byte: u8) -> TokenKey {
    TokenKey::parse(&STANDARD.encode([byte; 32])).unwrap()
}

fn asked(scopes: &str) -> Vec<Access> {
    scope::parse(std::iter::once(scopes))
}

fn credentials(name: &str, password: &str) -> Credentials {
    Credentials { name: name.into(), password: Secret::new(password) }
}

fn granted(credentials: Option<&Credentials>, scopes: &str) -> Result<Vec<String>, Error> {
    let claims = issue(&config(), "h", credentials, asked(scopes))?;
    Ok(claims.access.iter().map(Access::scope).collect())
}

fn pull(name: &str) -> Operation {
    Operation::ListTags { name: name.parse().unwrap(), n: None, last: None }
}

fn token(at_ms: u64, key_byte: u8, host: &str, scopes: &str) -> String {
    let claims = issue(&config(), host, Some(&credentials("operator", "right")), asked(scopes));
    Tokens::new(&key(key_byte), host, at_ms).sign(claims.unwrap()).unwrap()
}

fn authorised(token: &str, operation: &Operation) -> Result<Caller, Error> {
    let tokens = key(7);
    authorise(Some(&format!("Bearer {token}")), &Tokens::new(&tokens, "h", NOW_MS), operation)
}

#[test]
fn anybody_is_granted_pulls_and_nothing_else() {
    assert_eq!(granted(None, "repository:a:pull,push").unwrap(), ["repository:a:pull"]);
    assert!(granted(None, "repository:a:push").unwrap().is_empty());
    assert!(granted(None, "").unwrap().is_empty());
}

#[test]
fn the_operator_is_granted_what_was_asked() {
    let operator = credentials("operator", "right");
    let all = granted(Some(&operator), "repository:a:pull,push repository:b/c:*").unwrap();
    assert_eq!(all, ["repository:a:pull,push", "repository:b/c:pull,push,delete"]);
}

#[test]
fn wrong_credentials_pull_as_anybody_and_are_refused_otherwise() {
    for wrong in [credentials("operator", "wrong"), credentials("other", "right")] {
        assert_eq!(granted(Some(&wrong), "repository:a:pull").unwrap(), ["repository:a:pull"]);
        assert_eq!(granted(Some(&wrong), "repository:a:pull,push"), Err(Error::BadCredentials));
        assert_eq!(granted(Some(&wrong), ""), Err(Error::BadCredentials));
    }
}

#[test]
fn without_a_password_nobody_is_the_operator() {
    let config = Config { operator_password: None, ..config() };
    let refused = issue(&config, "h", Some(&credentials("operator", "")), vec![]);
    assert_eq!(refused, Err(Error::BadCredentials));
}

#[test]
fn a_token_lets_its_own_repository_be_pulled_for_five_minutes() {
    for (age_ms, good) in [(0, true), (300_000, true), (306_000, false)] {
        let token = token(NOW_MS - age_ms, 7, "h", "repository:a:pull");
        assert_eq!(authorised(&token, &pull("a")).is_ok(), good, "{age_ms}");
    }
    let token = token(NOW_MS, 7, "h", "repository:a:pull");
    assert!(matches!(authorised(&token, &pull("b")), Err(Error::InsufficientScope { .. })));
    assert!(authorised(&token, &Operation::Ping).is_ok());
}

#[test]
fn forged_tokens_are_invalid() {
    let good = token(NOW_MS, 7, "h", "repository:a:pull");
    let parts: Vec<&str> = good.split('.').collect();
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
    let hs512 = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS512"}"#);
    let other = token(NOW_MS, 7, "h", "repository:b:pull,push");
    for forged in [
        token(NOW_MS, 8, "h", "repository:a:pull"),
        token(NOW_MS, 7, "other", "repository:a:pull"),
        token(NOW_MS + 60_000, 7, "h", "repository:a:pull"),
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{hs512}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.{}", parts[0], other.split('.').nth(1).unwrap(), parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        String::new(),
        "..".into(),
        "é.é.é".into(),
        "x".repeat(100_000),
    ] {
        assert!(
            matches!(authorised(&forged, &pull("a")), Err(Error::InvalidToken { .. })),
            "{forged}"
        );
    }
}

#[test]
fn other_schemes_are_no_tokens() {
    let tokens = key(7);
    let tokens = Tokens::new(&tokens, "h", NOW_MS);
    for header in ["Basic eDp5", "Bearer", "bearer ", "", "nonsense"] {
        let refused = authorise(Some(header), &tokens, &Operation::Ping);
        assert_eq!(refused, Err(Error::InvalidToken { needs: None }), "{header}");
    }
    assert_eq!(authorise(None, &tokens, &Operation::Ping), Err(Error::NoToken { needs: None }));
}
