//! The calls about people.

use super::super::Error;
use roadstead_shared::api::path::AccountPath;
use roadstead_shared::oci::query::Query;
use roadstead_shared::operation::AccountOperation as Call;

/// The call that `method` on `path` makes.
pub(super) fn parse(method: &str, path: AccountPath, query: &Query) -> Result<Call, Error> {
    use AccountPath as P;
    let word = |name: &str| query.get(name).filter(|word| !word.is_empty()).map(str::to_owned);
    let one = |allow: &'static str, call: Call| {
        if method == allow { Ok(call) } else { Err(Error::Method { allow }) }
    };
    match path {
        P::Accounts => one("POST", Call::SignUp),
        P::Session => several(method, "POST, DELETE", [Call::SignIn, Call::SignOut]),
        P::Account => several(
            method,
            "GET, PUT, DELETE",
            [Call::ReadAccount, Call::ChangeAccount, Call::DeleteAccount],
        ),
        P::Password => one("PUT", Call::ChangePassword),
        P::Recovery => one("POST", Call::AskRecovery),
        P::Recover => one("POST", Call::Recover),
        P::Tokens => several(method, "GET, POST", [Call::ListTokens, Call::CreateToken]),
        P::Token(id) => one("DELETE", Call::DeleteToken { id }),
        P::Namespaces => {
            several(method, "GET, POST", [Call::ListNamespaces, Call::CreateNamespace])
        }
        P::Namespace(name) => one("GET", Call::ReadNamespace { namespace: name.parse()? }),
        P::Member(namespace, account) => {
            let (namespace, account) = (namespace.parse()?, account.parse()?);
            match method {
                "PUT" => Ok(Call::PutMember { namespace, account }),
                "DELETE" => Ok(Call::RemoveMember { namespace, account }),
                _ => Err(Error::Method { allow: "PUT, DELETE" }),
            }
        }
        P::AdminAccounts => match method {
            "GET" => Ok(Call::ListAccounts { after: word("after"), query: word("q") }),
            _ => Err(Error::Method { allow: "GET" }),
        },
        P::AdminAccount(name) => one("PUT", Call::JudgeAccount { account: name.parse()? }),
        P::AdminRecovery(name) => one("POST", Call::LinkRecovery { account: name.parse()? }),
        P::AdminNamespace(name) => one("PUT", Call::JudgeNamespace { namespace: name.parse()? }),
        P::Audit => match method {
            "GET" => {
                Ok(Call::ListAudit { before: query.number("before")?, target: word("target") })
            }
            _ => Err(Error::Method { allow: "GET" }),
        },
    }
}

/// The call among `calls` that belongs to the method among those of `allow`.
fn several<const N: usize>(
    method: &str,
    allow: &'static str,
    calls: [Call; N],
) -> Result<Call, Error> {
    let found = allow.split(", ").zip(calls).find(|(allowed, _)| *allowed == method);
    found.map(|(_, call)| call).ok_or(Error::Method { allow })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::{Url, parse as parse_call};
    use roadstead_shared::operation::Operation;
    use roadstead_shared::upstream::Rules;

    fn call(method: &str, path: &str) -> Result<Operation, Error> {
        parse_call(method, &Url::split(&format!("https://h/api/v1/{path}")), &Rules::default())
    }

    #[test]
    fn every_call_about_people_is_recognised() {
        let (namespace, account) = ("acme".parse().unwrap(), "somebody".parse().unwrap());
        for (method, path, expected) in [
            ("POST", "accounts", Call::SignUp),
            ("POST", "session", Call::SignIn),
            ("DELETE", "session", Call::SignOut),
            ("GET", "account", Call::ReadAccount),
            ("PUT", "account", Call::ChangeAccount),
            ("DELETE", "account", Call::DeleteAccount),
            ("PUT", "account/password", Call::ChangePassword),
            ("POST", "account/recovery", Call::AskRecovery),
            ("POST", "account/recover", Call::Recover),
            ("GET", "account/tokens", Call::ListTokens),
            ("POST", "account/tokens", Call::CreateToken),
            ("DELETE", "account/tokens/0f", Call::DeleteToken { id: "0f".to_owned() }),
            ("GET", "namespaces", Call::ListNamespaces),
            ("POST", "namespaces", Call::CreateNamespace),
            ("PUT", "namespaces/acme/members/somebody", Call::PutMember { namespace, account }),
            (
                "GET",
                "admin/accounts?after=a&q=",
                Call::ListAccounts { after: Some("a".to_owned()), query: None },
            ),
            ("GET", "admin/audit?before=7", Call::ListAudit { before: Some(7), target: None }),
        ] {
            let expected = Ok(Operation::Account(expected));
            assert_eq!(call(method, path), expected, "{method} {path}");
        }
    }

    #[test]
    fn what_is_no_call_is_refused() {
        for (method, path, allow) in [
            ("GET", "accounts", "POST"),
            ("GET", "session", "POST, DELETE"),
            ("POST", "account", "GET, PUT, DELETE"),
            ("POST", "account/password", "PUT"),
            ("PUT", "namespaces/acme", "GET"),
            ("POST", "namespaces/acme/members/somebody", "PUT, DELETE"),
            ("DELETE", "admin/audit", "GET"),
        ] {
            assert_eq!(call(method, path), Err(Error::Method { allow }), "{method} {path}");
        }
        for path in ["namespaces/Acme", "namespaces/a", "namespaces/acme/members/-b"] {
            assert!(matches!(call("GET", path), Err(Error::AccountName(_) | Error::Method { .. })));
        }
        assert!(matches!(call("GET", "namespaces/acme/members"), Err(Error::Path(_))));
    }
}
