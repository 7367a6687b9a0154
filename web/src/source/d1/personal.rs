//! The rows of people, on the runtime.

use super::{Catalog, rows};
use crate::source::{
    SourceError,
    account::{self, AccountDetail, AccountRow, NamespaceRow},
    namespace::{self, NamespaceDetail},
    operator::{
        self, Accounts, Audit, ListRow, Namespaces, Networks, Part, TakedownRow, Upstreams,
        UpstreamsRow,
    },
};
use std::slice::from_ref;
use wasm_bindgen::JsValue;

impl Catalog {
    /// What the pages of an account show.
    pub(crate) async fn account(&self, name: &str) -> Result<AccountDetail, SourceError> {
        let name = JsValue::from(name);
        let name = from_ref(&name);
        let queries = [account::ACCOUNT, account::IDENTITIES, account::TOKENS, account::NAMESPACES];
        let found = self.batch(&queries.map(|query| (query, name))).await?;
        Ok(AccountDetail {
            account: rows(&found, 0)?.into_iter().next(),
            identities: rows(&found, 1)?,
            tokens: rows(&found, 2)?,
            namespaces: rows(&found, 3)?,
        })
    }

    /// What the page of a namespace shows to `account`; `None` where it may not see it.
    pub(crate) async fn namespace(
        &self,
        name: &str,
        account: &str,
        is_operator: bool,
    ) -> Result<Option<NamespaceDetail>, SourceError> {
        let named = JsValue::from(name);
        let of_it = from_ref(&named);
        let asked = [named.clone(), JsValue::from(account), JsValue::from(u32::from(is_operator))];
        let found = self
            .batch(&[
                (namespace::NAMESPACE, &asked),
                (namespace::MEMBERS, of_it),
                (namespace::PUBLISHERS, of_it),
                (namespace::REPOSITORIES, of_it),
            ])
            .await?;
        let Some(namespace) = rows::<NamespaceRow>(&found, 0)?.into_iter().next() else {
            return Ok(None);
        };
        Ok(Some(NamespaceDetail {
            namespace,
            members: rows(&found, 1)?,
            publishers: rows(&found, 2)?,
            repositories: rows(&found, 3)?,
        }))
    }

    /// Accounts for the operator, those after `after` that `query` is found in.
    pub(crate) async fn accounts(&self, after: &str, query: &str) -> Result<Accounts, SourceError> {
        let values = [JsValue::from(after), JsValue::from(query)];
        let found = self.batch(&[(operator::ACCOUNTS, &values)]).await?;
        Ok(Part::new(rows(&found, 0)?))
    }

    /// One account for the operator, with its namespaces.
    pub(crate) async fn any_account(
        &self,
        name: &str,
    ) -> Result<Option<(AccountRow, Vec<NamespaceRow>)>, SourceError> {
        let name = JsValue::from(name);
        let name = from_ref(&name);
        let found = self.batch(&[(operator::ACCOUNT, name), (account::NAMESPACES, name)]).await?;
        let Some(account) = rows(&found, 0)?.into_iter().next() else { return Ok(None) };
        Ok(Some((account, rows(&found, 1)?)))
    }

    /// Namespaces for the operator.
    pub(crate) async fn namespaces(
        &self,
        after: &str,
        query: &str,
    ) -> Result<Namespaces, SourceError> {
        let values = [JsValue::from(after), JsValue::from(query)];
        let found = self.batch(&[(operator::NAMESPACES, &values)]).await?;
        Ok(Part::new(rows(&found, 0)?))
    }

    /// What was taken down.
    pub(crate) async fn takedowns(&self) -> Result<Vec<TakedownRow>, SourceError> {
        let found = self.batch(&[(operator::TAKEDOWNS, &[])]).await?;
        rows(&found, 0)
    }

    /// The networks of the operator's list.
    pub(crate) async fn networks(&self) -> Result<Networks, SourceError> {
        let found = self.batch(&[(operator::NETWORKS, &[])]).await?;
        let document = rows::<ListRow>(&found, 0)?.into_iter().next();
        Ok(document.map(|row| row.read()).unwrap_or_default())
    }

    /// How the rules about other registries stand.
    pub(crate) async fn upstreams(&self) -> Result<Upstreams, SourceError> {
        let found = self.batch(&[(operator::UPSTREAMS, &[])]).await?;
        let document = rows::<UpstreamsRow>(&found, 0)?.into_iter().next();
        Ok(document.map(|row| row.read()).unwrap_or_default())
    }

    /// Changes before the one numbered `before`, of one target or of all.
    pub(crate) async fn audit(
        &self,
        before: Option<u32>,
        target: Option<&str>,
    ) -> Result<Audit, SourceError> {
        let before = JsValue::from(before.map_or(f64::from(u32::MAX), f64::from));
        let found = match target {
            None => self.batch(&[(operator::AUDIT, from_ref(&before))]).await?,
            Some(target) => {
                let values = [before, JsValue::from(target)];
                self.batch(&[(operator::AUDIT_OF, &values)]).await?
            }
        };
        Ok(Part::new(rows(&found, 0)?))
    }
}
