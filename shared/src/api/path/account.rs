//! The paths about people.

/// A path about people, split, its parts not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountPath {
    /// `/api/v1/accounts`
    Accounts,
    /// `/api/v1/session`
    Session,
    /// `/api/v1/account`
    Account,
    /// `/api/v1/account/password`
    Password,
    /// `/api/v1/account/recovery`
    Recovery,
    /// `/api/v1/account/recover`
    Recover,
    /// `/api/v1/account/tokens`
    Tokens,
    /// `/api/v1/account/tokens/<id>`
    Token(String),
    /// `/api/v1/namespaces`
    Namespaces,
    /// `/api/v1/namespaces/<namespace>`
    Namespace(String),
    /// `/api/v1/namespaces/<namespace>/members/<account>`
    Member(String, String),
    /// `/api/v1/admin/accounts`
    AdminAccounts,
    /// `/api/v1/admin/accounts/<account>`
    AdminAccount(String),
    /// `/api/v1/admin/accounts/<account>/recovery`
    AdminRecovery(String),
    /// `/api/v1/admin/namespaces/<namespace>`
    AdminNamespace(String),
    /// `/api/v1/admin/audit`
    Audit,
}

/// The path of these segments behind the API's root, if it is about people.
pub(super) fn split(segments: &[&str]) -> Option<AccountPath> {
    use AccountPath as P;
    Some(match segments {
        ["accounts"] => P::Accounts,
        ["session"] => P::Session,
        ["account"] => P::Account,
        ["account", "password"] => P::Password,
        ["account", "recovery"] => P::Recovery,
        ["account", "recover"] => P::Recover,
        ["account", "tokens"] => P::Tokens,
        ["account", "tokens", id] => P::Token((*id).to_owned()),
        ["namespaces"] => P::Namespaces,
        ["namespaces", namespace] => P::Namespace((*namespace).to_owned()),
        ["namespaces", namespace, "members", account] => {
            P::Member((*namespace).to_owned(), (*account).to_owned())
        }
        ["admin", "accounts"] => P::AdminAccounts,
        ["admin", "accounts", account] => P::AdminAccount((*account).to_owned()),
        ["admin", "accounts", account, "recovery"] => P::AdminRecovery((*account).to_owned()),
        ["admin", "namespaces", namespace] => P::AdminNamespace((*namespace).to_owned()),
        ["admin", "audit"] => P::Audit,
        _ => return None,
    })
}
