//! The calls about people.

use super::{Due, parsed};
use roadstead_shared::operation::AccountOperation as O;
use roadstead_tests::client::http::Request;

/// The call behind `call` in the list; the first one behind none.
pub(super) fn next(call: Option<&O>) -> Option<O> {
    let namespace = || parsed("acme");
    let account = || parsed("somebody");
    Some(match call {
        None => O::SignUp,
        Some(O::SignUp) => O::SignIn,
        Some(O::SignIn) => O::SignOut,
        Some(O::SignOut) => O::ReadAccount,
        Some(O::ReadAccount) => O::ChangeAccount,
        Some(O::ChangeAccount) => O::ChangePassword,
        Some(O::ChangePassword) => O::DeleteAccount,
        Some(O::DeleteAccount) => O::AskRecovery,
        Some(O::AskRecovery) => O::Recover,
        Some(O::Recover) => O::ListTokens,
        Some(O::ListTokens) => O::CreateToken,
        Some(O::CreateToken) => O::DeleteToken { id: "none".to_owned() },
        Some(O::DeleteToken { .. }) => O::ListNamespaces,
        Some(O::ListNamespaces) => O::CreateNamespace,
        Some(O::CreateNamespace) => O::ReadNamespace { namespace: namespace() },
        Some(O::ReadNamespace { .. }) => {
            O::PutMember { namespace: namespace(), account: account() }
        }
        Some(O::PutMember { .. }) => O::RemoveMember { namespace: namespace(), account: account() },
        Some(O::RemoveMember { .. }) => O::ListAccounts { after: None, query: None },
        Some(O::ListAccounts { .. }) => O::JudgeAccount { account: account() },
        Some(O::JudgeAccount { .. }) => O::LinkRecovery { account: account() },
        Some(O::LinkRecovery { .. }) => O::JudgeNamespace { namespace: namespace() },
        Some(O::JudgeNamespace { .. }) => O::ListAudit { before: None, target: None },
        Some(O::ListAudit { .. }) => return None,
    })
}

/// The request that makes a call, and what is due to who shows nothing.
pub(super) fn request(call: &O) -> (Request, Due) {
    let at = |method: &str, path: &str| Request::new(method, format!("/api/v1/{path}"));
    let with = |method: &str, path: &str| at(method, path).body(b"{}");
    match call {
        O::SignUp => (with("POST", "accounts"), Due::Sense),
        O::SignIn => (with("POST", "session"), Due::Sense),
        O::SignOut => (at("DELETE", "session"), Due::Sense),
        O::ReadAccount => (at("GET", "account"), Due::Account),
        O::ChangeAccount => (with("PUT", "account"), Due::Account),
        O::ChangePassword => (with("PUT", "account/password"), Due::Account),
        O::DeleteAccount => (with("DELETE", "account"), Due::Account),
        O::AskRecovery => (with("POST", "account/recovery"), Due::Sense),
        O::Recover => (with("POST", "account/recover"), Due::Sense),
        O::ListTokens => (at("GET", "account/tokens"), Due::Account),
        O::CreateToken => (with("POST", "account/tokens"), Due::Account),
        O::DeleteToken { id } => (at("DELETE", &format!("account/tokens/{id}")), Due::Account),
        O::ListNamespaces => (at("GET", "namespaces"), Due::Account),
        O::CreateNamespace => (with("POST", "namespaces"), Due::Account),
        O::ReadNamespace { namespace } => {
            (at("GET", &format!("namespaces/{namespace}")), Due::Account)
        }
        O::PutMember { namespace, account } => {
            (with("PUT", &format!("namespaces/{namespace}/members/{account}")), Due::Account)
        }
        O::RemoveMember { namespace, account } => {
            (at("DELETE", &format!("namespaces/{namespace}/members/{account}")), Due::Account)
        }
        O::ListAccounts { .. } => (at("GET", "admin/accounts"), Due::Account),
        O::JudgeAccount { account } => {
            (with("PUT", &format!("admin/accounts/{account}")), Due::Account)
        }
        O::LinkRecovery { account } => {
            (with("POST", &format!("admin/accounts/{account}/recovery")), Due::Account)
        }
        O::JudgeNamespace { namespace } => {
            (with("PUT", &format!("admin/namespaces/{namespace}")), Due::Account)
        }
        O::ListAudit { .. } => (at("GET", "admin/audit"), Due::Account),
    }
}
