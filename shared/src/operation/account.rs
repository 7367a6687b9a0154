//! The calls about people: accounts, sessions, personal access tokens, namespaces, and what the
//! operator does with them.

use super::Right;
use crate::account::AccountName;

/// A call about people. docs/api.md.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the words of the paths")]
pub enum AccountOperation {
    /// Makes an account and signs in.
    SignUp,
    /// Signs in with name and password.
    SignIn,
    /// Ends the session.
    SignOut,
    /// Who is signed in, and what it has.
    ReadAccount,
    /// Changes the address for letters.
    ChangeAccount,
    /// Chooses another password; older sessions end.
    ChangePassword,
    /// Ends the account.
    DeleteAccount,
    /// Has a link for a new password sent by letter.
    AskRecovery,
    /// Sets a new password with such a link.
    Recover,
    /// The personal access tokens of the account.
    ListTokens,
    /// Makes one, which is shown this once.
    CreateToken,
    /// Revokes one.
    DeleteToken { id: String },
    /// The namespaces that the account is a member of.
    ListNamespaces,
    /// Takes a namespace.
    CreateNamespace,
    /// A namespace with its members.
    ReadNamespace { namespace: AccountName },
    /// Makes somebody a member, or changes the role of one.
    PutMember { namespace: AccountName, account: AccountName },
    /// Ends a membership.
    RemoveMember { namespace: AccountName, account: AccountName },
    /// All accounts, some at a time.
    ListAccounts { after: Option<String>, query: Option<String> },
    /// Suspends an account, or gives it a tier or an allowance of its own.
    JudgeAccount { account: AccountName },
    /// Makes a link with which its owner sets a new password.
    LinkRecovery { account: AccountName },
    /// Marks a namespace as verified, or gives it a quota of its own.
    JudgeNamespace { namespace: AccountName },
    /// Who changed what, newest first.
    ListAudit { before: Option<u32>, target: Option<String> },
}

impl AccountOperation {
    /// What the caller must have. Members and owners are told apart by the service, which knows
    /// the namespace.
    pub fn needs(&self) -> Right {
        match self {
            Self::SignUp | Self::SignIn | Self::SignOut | Self::AskRecovery | Self::Recover => {
                Right::Public
            }
            Self::ReadAccount
            | Self::ChangeAccount
            | Self::ChangePassword
            | Self::DeleteAccount
            | Self::ListTokens
            | Self::CreateToken
            | Self::DeleteToken { .. }
            | Self::ListNamespaces
            | Self::CreateNamespace
            | Self::ReadNamespace { .. }
            | Self::PutMember { .. }
            | Self::RemoveMember { .. } => Right::Account,
            Self::ListAccounts { .. }
            | Self::JudgeAccount { .. }
            | Self::LinkRecovery { .. }
            | Self::JudgeNamespace { .. }
            | Self::ListAudit { .. } => Right::Operator,
        }
    }
}
