//! Members of namespaces: who becomes one, and what ends with an owner. Whether something may be
//! done is asked by the statement that does it: of two at once the second sees what the first did.

use super::super::catalog::text;
use super::super::rows::{Change, number};
use super::super::{Error, Store};
use roadstead_shared::account::Role;
use serde_json::json;

/// How many namespaces one account may own.
pub const MOST_OWNED: u64 = 10;
/// How many the operator may: as many as anybody needs.
pub const MOST_OWNED_BY_OPERATOR: u64 = 100_000;

/// A change of one member of a namespace.
#[derive(Clone, Copy, Debug)]
pub struct Seat<'a> {
    /// The namespace.
    pub namespace: &'a str,
    /// The account whose membership begins, changes or ends.
    pub account: &'a str,
    /// The account that wants it.
    pub actor: &'a str,
    /// The account that has no row.
    pub operator: &'a str,
}

/// What became of a change of members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It was made, or was so already.
    Yes,
    /// There is no such member.
    NoMember,
    /// There is no such account, or not any more.
    NoAccount,
    /// No owner would be left.
    LastOwner,
    /// The account owns so many namespaces already that it may own no more.
    TooMany(u64),
    /// Somebody else changed the same at the same moment.
    Busy,
}

impl Store {
    /// Makes the account of `seat` a member with this role, or changes its role.
    pub async fn put_member(
        &self,
        seat: Seat<'_>,
        role: Role,
        now_ms: u64,
    ) -> Result<Changed, Error> {
        let before = self.role(seat.namespace, seat.account).await?;
        if before == Some(role) {
            return Ok(Changed::Yes);
        }
        let is_operators = seat.account == seat.operator;
        let most = if is_operators { MOST_OWNED_BY_OPERATOR } else { MOST_OWNED };
        let change = match (before, role) {
            (Some(_), Role::Publisher) => self.demoting(seat)?,
            (None, Role::Publisher) => self.adding(seat, now_ms)?,
            (_, Role::Owner) => self.promoting(seat, most, now_ms)?,
        };
        let detail = json!({ "account": seat.account, "role": role });
        let is_about_owners = role == Role::Owner || before == Some(Role::Owner);
        let change = change
            .noted(seat.actor, "member.put", seat.namespace, &detail)?
            .without_mark(seat, is_about_owners)?;
        let change = if role == Role::Publisher { change.without_rules(seat)? } else { change };
        if change.make_and_see().await? {
            return Ok(Changed::Yes);
        }
        Ok(match self.role(seat.namespace, seat.account).await? {
            Some(now) if now == role => Changed::Yes,
            now if now != before => Changed::Busy,
            Some(Role::Owner) => Changed::LastOwner,
            _ if !self.is_there(seat).await? => Changed::NoAccount,
            _ if role == Role::Owner => Changed::TooMany(most),
            _ => Changed::Busy,
        })
    }

    fn demoting(&self, seat: Seat<'_>) -> Result<Change, Error> {
        let sql = format!(
            "UPDATE members SET role = 'publisher'
             WHERE namespace = ?1 AND account = ?2 AND role = 'owner' AND {ANOTHER_OWNER}
             RETURNING account"
        );
        self.change()?.with(&sql, &[text(seat.namespace), text(seat.account)])
    }

    fn adding(&self, seat: Seat<'_>, now_ms: u64) -> Result<Change, Error> {
        let sql = format!(
            "INSERT INTO members (namespace, account, role, added_at_ms)
             SELECT ?1, ?2, 'publisher', ?3 WHERE {IS_THERE}
             ON CONFLICT (namespace, account) DO NOTHING RETURNING account"
        );
        let values =
            [text(seat.namespace), text(seat.account), number(now_ms), text(seat.operator)];
        self.change()?.with(&sql, &values)
    }

    fn promoting(&self, seat: Seat<'_>, most: u64, now_ms: u64) -> Result<Change, Error> {
        let sql = format!(
            "INSERT INTO members (namespace, account, role, added_at_ms)
             SELECT ?1, ?2, 'owner', ?3 WHERE {IS_THERE}
               AND (SELECT count(*) FROM members WHERE account = ?2 AND role = 'owner') < ?5
             ON CONFLICT (namespace, account) DO UPDATE SET role = 'owner' WHERE role <> 'owner'
             RETURNING account"
        );
        let values = [
            text(seat.namespace),
            text(seat.account),
            number(now_ms),
            text(seat.operator),
            number(most),
        ];
        self.change()?.without_rules(seat)?.with(&sql, &values)
    }

    /// Ends a membership.
    pub async fn remove_member(&self, seat: Seat<'_>) -> Result<Changed, Error> {
        let Some(before) = self.role(seat.namespace, seat.account).await? else {
            return Ok(Changed::NoMember);
        };
        let sql = format!(
            "DELETE FROM members WHERE namespace = ?1 AND account = ?2 AND role = ?3
               AND (role <> 'owner' OR {ANOTHER_OWNER}) RETURNING account"
        );
        let values = [text(seat.namespace), text(seat.account), text(before.as_str())];
        let detail = json!({ "account": seat.account });
        let change = self
            .change()?
            .with(&sql, &values)?
            .noted(seat.actor, "member.removed", seat.namespace, &detail)?
            .without_mark(seat, before == Role::Owner)?
            .without_rules(seat)?;
        if change.make_and_see().await? {
            return Ok(Changed::Yes);
        }
        Ok(match self.role(seat.namespace, seat.account).await? {
            None => Changed::NoMember,
            Some(now) if now != before => Changed::Busy,
            Some(_) => Changed::LastOwner,
        })
    }

    /// Whether the account of `seat` can be a member.
    async fn is_there(&self, seat: Seat<'_>) -> Result<bool, Error> {
        let account = self.account(seat.account).await?;
        let is_there = account.is_some_and(|account| account.deleted_at_ms.is_none());
        Ok(is_there || seat.account == seat.operator)
    }
}

impl Change {
    /// Takes the mark of a verified publisher away, where the line in the record before this was
    /// written: the operator knew who the owners were, and these are others now, or nobody is a
    /// member any more. Owners whom the operator chooses keep it.
    fn without_mark(self, seat: Seat<'_>, is_about_owners: bool) -> Result<Self, Error> {
        let sql = "UPDATE namespaces SET verified_at_ms = NULL
             WHERE name = ?1 AND verified_at_ms IS NOT NULL AND changes() > 0
               AND (?2 = 1 OR NOT EXISTS (SELECT 1 FROM members WHERE namespace = ?1))";
        let is_lost = is_about_owners && seat.actor != seat.operator;
        let values = [text(seat.namespace), number(u64::from(is_lost))];
        let detail = json!({ "verified": false });
        self.with(sql, &values)?.noted(seat.actor, "namespace.judged", seat.namespace, &detail)
    }

    /// Ends the rules about jobs of who is no owner, before that account becomes one or after it was
    /// one: nobody else let those jobs in. The operator decides about every namespace, a member of
    /// it or not.
    fn without_rules(self, seat: Seat<'_>) -> Result<Self, Error> {
        if seat.account == seat.operator {
            return Ok(self);
        }
        let sql = "DELETE FROM publishers WHERE namespace = ?1 AND created_by = ?2
             AND NOT EXISTS (SELECT 1 FROM members
               WHERE namespace = ?1 AND account = ?2 AND role = 'owner')";
        let detail = json!({ "created_by": seat.account });
        self.with(sql, &[text(seat.namespace), text(seat.account)])?.noted(
            seat.actor,
            "publisher.removed",
            seat.namespace,
            &detail,
        )
    }
}

/// Whether somebody else than account `?2` owns namespace `?1`.
const ANOTHER_OWNER: &str = "EXISTS (SELECT 1 FROM members
     WHERE namespace = ?1 AND account <> ?2 AND role = 'owner')";

/// Whether there is an account `?2`, or it is the operator's, `?4`.
const IS_THERE: &str = "(?2 = ?4 OR EXISTS (SELECT 1 FROM accounts
     WHERE name = ?2 AND deleted_at_ms IS NULL))";
