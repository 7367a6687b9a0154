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
