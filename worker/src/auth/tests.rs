use super::issue::{claims, is_pull_only};
use super::*;
use crate::config::Keys;
use crate::proof::Session;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use roadstead_shared::account::Role;
use roadstead_shared::auth::{Access, scope};

const NOW_MS: u64 = 1_790_000_000_000;

fn key(byte: u8) -> Keys {
    Keys::parse(&STANDARD.encode([byte; 32]), None).unwrap()
}

fn asked(scopes: &str) -> Vec<Access> {
    scope::parse(std::iter::once(scopes))
}

fn rights(name: &str, namespaces: &[&str], grants: Option<&[&str]>) -> Rights {
    Rights {
        account: name.to_owned(),
        is_operator: name == "operator",
        shown: rights::Shown::Password,
        epoch: 0,
        tier: None,
        bytes_per_month: None,
        memberships: namespaces.iter().map(|it| ((*it).to_owned(), Role::Owner)).collect(),
        grants: grants.map(|grants| grants.iter().map(|it| it.parse().unwrap()).collect()),
    }
}

fn granted(rights: Option<&Rights>, scopes: &str) -> Vec<String> {
    claims("h", rights, asked(scopes)).access.iter().map(Access::scope).collect()
}

fn pull(name: &str) -> Operation {
    Operation::ListTags { name: name.parse().unwrap(), n: None, last: None }
}

fn token(at_ms: u64, key_byte: u8, host: &str, scopes: &str) -> String {
    let claims = claims(host, Some(&rights("operator", &[], None)), asked(scopes));
    Tokens::new(&key(key_byte), host, at_ms).sign(claims).unwrap()
}

fn authorised(token: &str, operation: &Operation) -> Result<Caller, Error> {
    let tokens = key(7);
    authorise(Some(&format!("Bearer {token}")), &Tokens::new(&tokens, "h", NOW_MS), operation)
}

#[test]
fn anybody_is_granted_pulls_and_nothing_else() {
    assert_eq!(granted(None, "repository:a:pull,push"), ["repository:a:pull"]);
    assert!(granted(None, "repository:a:push").is_empty());
    assert!(granted(None, "").is_empty());
}

#[test]
fn the_operator_is_granted_what_was_asked() {
    let operator = rights("operator", &[], None);
    let all = granted(Some(&operator), "repository:a:pull,push repository:b/c:*");
    assert_eq!(all, ["repository:a:pull,push", "repository:b/c:pull,push,delete"]);
}

#[test]
fn a_member_is_granted_its_own_namespaces_and_pulls() {
    let member = rights("acme", &["acme", "tools"], None);
    for (asked, expected) in [
        ("repository:acme/a:pull,push,delete", "repository:acme/a:pull,push,delete"),
        ("repository:acme:push", "repository:acme:push"),
        ("repository:tools/x/y:pull,push", "repository:tools/x/y:pull,push"),
        ("repository:acme2/a:pull,push", "repository:acme2/a:pull"),
        ("repository:other/acme:pull,push", "repository:other/acme:pull"),
    ] {
        assert_eq!(granted(Some(&member), asked), [expected], "{asked}");
    }
    assert!(granted(Some(&member), "repository:other/a:push").is_empty());
}

#[test]
fn a_personal_token_gives_what_both_it_and_its_account_have() {
    let grants: &[&str] = &["push:acme/edge", "push:other/*"];
    let member = rights("acme", &["acme"], Some(grants));
    for (asked, expected) in [
        ("repository:acme/edge:pull,push,delete", "repository:acme/edge:pull,push"),
        ("repository:acme/x:pull,push", "repository:acme/x:pull"),
        ("repository:other/x:pull,push", "repository:other/x:pull"),
    ] {
        assert_eq!(granted(Some(&member), asked), [expected], "{asked}");
    }
    let caller = Caller::with_rights(rights("operator", &[], Some(&["push:a/*"])));
    assert!(!caller.is_operator, "the operator's own tokens run nothing");
}

#[test]
fn only_what_asks_for_pulls_alone_may_be_answered_without_knowing_who_asks() {
    assert!(is_pull_only(&asked("repository:a:pull repository:b:pull")));
    for scopes in ["", "repository:a:pull,push", "repository:a:pull repository:b:push"] {
        assert!(!is_pull_only(&asked(scopes)), "{scopes}");
    }
}

#[test]
fn a_registry_token_changes_no_account() {
    let claims = claims("h", Some(&rights("acme", &["acme"], None)), vec![]);
    let caller = Caller::with_token(claims);
    assert_eq!(caller.account.as_deref(), Some("acme"));
    let call = Operation::Account(roadstead_shared::operation::AccountOperation::CreateToken);
    assert_eq!(permit(caller, true, &call), Err(Error::TokenNotEnough));
    let personal = Rights { shown: rights::Shown::Token, ..rights("acme", &["acme"], Some(&[])) };
    assert_eq!(permit(Caller::with_rights(personal), true, &call), Err(Error::TokenNotEnough));
    assert_eq!(permit(Caller::nobody(), false, &call), Err(Error::NoCredentials));
    assert!(permit(Caller::with_rights(rights("acme", &[], None)), true, &call).is_ok());
}

#[test]
fn an_older_key_still_verifies_and_no_longer_signs() {
    let text = |byte: u8| STANDARD.encode([byte; 32]);
    let both = Keys::parse(&text(8), Some(&text(7))).unwrap();
    let old = token(NOW_MS, 7, "h", "repository:a:pull");
    assert!(Tokens::new(&both, "h", NOW_MS).verify(&old).is_some());
    let claims = claims("h", None, asked("repository:a:pull"));
    let new = Tokens::new(&both, "h", NOW_MS).sign(claims).unwrap();
    assert!(Tokens::new(&key(8), "h", NOW_MS).verify(&new).is_some());
    assert!(Tokens::new(&key(7), "h", NOW_MS).verify(&new).is_none());
}

#[test]
fn a_session_is_no_registry_token_and_the_other_way_round() {
    let keys = key(7);
    let session = Session::new("acme", 3, "h").write(&keys, NOW_MS).unwrap();
    assert_eq!(Session::read(&keys, "h", NOW_MS, &session).unwrap().epoch, 3);
    assert!(Session::read(&keys, "other", NOW_MS, &session).is_none());
    assert!(Session::read(&key(8), "h", NOW_MS, &session).is_none());
    assert!(Session::read(&keys, "h", NOW_MS + 15 * 86_400_000, &session).is_none());
    assert!(Tokens::new(&keys, "h", NOW_MS).verify(&session).is_none());
    let token = token(NOW_MS, 7, "h", "repository:a:pull");
    assert!(Session::read(&keys, "h", NOW_MS, &token).is_none());
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
