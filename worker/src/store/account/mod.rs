//! The rows about people, in D1. Unlike the index these cannot be computed again: what changes them
//! is written all or nothing, with a line in the record of changes.

mod change;
mod end;
mod judge;
mod member;
mod namespace;
mod token;

pub use judge::Judgement;
pub use member::{Changed, MOST_OWNED, MOST_OWNED_BY_OPERATOR, Seat};
pub use namespace::{Member, Namespace};
pub use token::{NewToken, Token};

use super::catalog::text;
use super::{Error, Store};
use roadstead_shared::account::Role;
use serde::Deserialize;

/// An account as it rests.
#[derive(Clone, Debug, Deserialize)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// The hash of its password; `None` if it signs in elsewhere only.
    pub password: Option<String>,
    /// Where letters go.
    pub mail: Option<String>,
    /// Sessions and links of an earlier epoch are over.
    pub epoch: u64,
    /// Why it may do nothing, if so.
    pub suspended: Option<String>,
    /// `network`: pulls without limit.
    pub tier: Option<String>,
    /// Its own monthly limit in bytes.
    pub bytes_per_month: Option<u64>,
    /// When it was made, ms UTC.
    pub created_at_ms: u64,
    /// When it was ended, ms UTC: the name is taken, nobody has it.
    pub deleted_at_ms: Option<u64>,
}

/// A membership of an account.
#[derive(Clone, Debug, Deserialize)]
pub struct Membership {
    /// The namespace.
    pub namespace: String,
    /// What the account may do there.
    pub role: Role,
}

const COLUMNS: &str = "name, password, mail, epoch, suspended, tier, bytes_per_month,
     created_at_ms, deleted_at_ms";

impl Store {
    /// The account `name`, also one that was ended.
    pub async fn account(&self, name: &str) -> Result<Option<Account>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM accounts WHERE name = ?1");
        self.row(&sql, &[text(name)]).await
    }

    /// The namespaces of an account, in order.
    pub async fn memberships(&self, account: &str) -> Result<Vec<Membership>, Error> {
        let sql = "SELECT namespace, role FROM members WHERE account = ?1 ORDER BY namespace";
        self.rows(sql, &[text(account)]).await
    }
}
