use super::*;
use serde_json::json;

#[test]
fn a_provider_says_as_little_as_it_has_to() {
    let providers = Providers::parse(&json!({
        "work": { "issuer": "https://id.example", "client_id": "us" },
        "github": {
            "title": "GitHub", "client_id": "us", "client_secret": "GITHUB_SECRET",
            "authorize": "https://github.com/login/oauth/authorize",
            "token": "https://github.com/login/oauth/access_token",
            "userinfo": "https://api.github.com/user",
        },
    }));
    let providers = providers.unwrap();
    let work = providers.find("work").unwrap();
    assert_eq!((work.title.as_str(), work.scopes.as_str()), ("work", SCOPES));
    assert_eq!(
        (work.account_claim.as_str(), work.client_secret.as_deref()),
        ("preferred_username", None)
    );
    assert_eq!(work.issuer(), "https://id.example");
    let github = providers.find("github").unwrap();
    assert_eq!(github.issuer(), "https://github.com/login/oauth/authorize id");
    assert!(
        github.is_said("https://github.com/login/oauth") && !github.is_said("https://id.example")
    );
    assert!(work.is_said("https://id.example") && !work.is_said("https://id.example/"));
    assert_eq!(github.account_claim, "login");
    assert!(matches!(&github.way, Way::OAuth { subject_claim, .. } if subject_claim == "id"));
    assert_eq!(Providers::parse(&json!({})), Ok(Providers::default()));
}

#[test]
fn everything_that_is_wrong_is_named() {
    let faults = Providers::parse(&json!({
        "A b": { "issuer": "https://id.example", "client_id": "us" },
        "a": { "issuer": "http://id.example", "client_id": "us" },
        "b": { "issuer": "https://id.example", "client_secret": "hunter2" },
        "c": { "client_id": "us" },
        "d": { "authorize": "https://a", "token": "ftp://a", "client_id": "us" },
        "e": { "issuer": "https://id.example", "client_id": 7, "tokens": "x", "token": "y" },
        "f": "https://id.example",
        "g": { "issuer": "https://id.example", "client_id": "us", "scopes": "profile" },
    }));
    let faults = faults.unwrap_err();
    for expected in [
        "SIGN_IN.A b: a name has small letters",
        "SIGN_IN.a.issuer is not an HTTPS address",
        "SIGN_IN.b.client_id is missing",
        "SIGN_IN.b.client_secret is the name of a secret",
        "SIGN_IN.c.issuer is missing",
        "SIGN_IN.d.token is not an HTTPS address",
        "SIGN_IN.d.userinfo is missing",
        "SIGN_IN.e.client_id is not a text",
        "SIGN_IN.e.tokens is not known",
        "SIGN_IN.e.token is what the issuer says itself",
        "SIGN_IN.f is not a table",
        "SIGN_IN.g.scopes lacks",
    ] {
        assert!(faults.iter().any(|fault| fault.starts_with(expected)), "{expected}: {faults:#?}");
    }
    assert_eq!(faults.len(), 12, "{faults:#?}");
    assert!(Providers::parse(&json!([])).is_err());
}
