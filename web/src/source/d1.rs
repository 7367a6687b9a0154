//! The catalog in D1, on the runtime. Reads only.

mod personal;

use super::{
    SourceError,
    home::{self, Listing},
    repository::{self, Absent},
    rows::CHILDREN,
    takedown::{self, Takedown},
};
use crate::app::Choice;
use futures_util::future::{Either, select};
use roadstead_shared::catalog::RepositoryDetail;
use serde::de::DeserializeOwned;
use std::{pin::pin, slice::from_ref, time::Duration};
use wasm_bindgen::JsValue;
use worker::{D1Database, D1Result, Delay, Error};

/// How long one round trip to the index may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The catalog's index.
pub(crate) struct Catalog(D1Database);

impl Catalog {
    pub(crate) fn new(database: D1Database) -> Self {
        Self(database)
    }

    /// A page of the list, counted from 1.
    pub(crate) async fn listing(&self, page: u32) -> Result<Listing, SourceError> {
        let part = [JsValue::from(home::PAGE + 1), JsValue::from((page - 1) * home::PAGE)];
        let first = self.batch(&[(home::REPOSITORIES, &part), (home::TAGS, &part)]).await?;
        let draft = home::Draft::new(rows(&first, 0)?, rows(&first, 1)?);
        let wanted = [JsValue::from(draft.wanted_children())];
        let second = self.batch(&[(CHILDREN, &wanted)]).await?;
        Ok(draft.finish(rows(&second, 0)?))
    }

    /// A repository's page.
    pub(crate) async fn repository(
        &self,
        name: &str,
        choice: &Choice,
    ) -> Result<Result<RepositoryDetail, Absent>, SourceError> {
        let page = choice.page.max(1);
        let asked = choice.tag.as_deref();
        let named = JsValue::from(name);
        let part = [
            named.clone(),
            JsValue::from(repository::PAGE + 1),
            JsValue::from((page - 1) * repository::PAGE),
        ];
        let wanted_tag = [named.clone(), JsValue::from(asked.unwrap_or_default())];
        let first = self
            .batch(&[
                (repository::REPOSITORY, from_ref(&named)),
                (repository::TAGS, &part),
                (repository::CANDIDATES, &wanted_tag),
            ])
            .await?;
        let found = rows(&first, 0)?.into_iter().next();
        let draft = repository::Draft::new(found, rows(&first, 1)?, rows(&first, 2)?, asked, page);
        let draft = match draft {
            Ok(draft) => draft,
            Err(absent) => return Ok(Err(absent)),
        };
        let chosen = [named, JsValue::from(draft.chosen_tag())];
        let wanted = [JsValue::from(draft.wanted_children())];
        let second = self.batch(&[(repository::FEATURED, &chosen), (CHILDREN, &wanted)]).await?;
        let featured = rows(&second, 0)?.into_iter().next();
        Ok(Ok(draft.finish(featured, rows(&second, 1)?)))
    }

    /// Whether a repository is taken down, and why.
    pub(crate) async fn takedown(&self, name: &str) -> Result<Option<Takedown>, SourceError> {
        let named = JsValue::from(name);
        let found = self.batch(&[(takedown::TAKEDOWN, from_ref(&named))]).await?;
        Ok(rows(&found, 0)?.into_iter().next())
    }

    /// One round trip, one transaction: what a page shows is of one moment.
    async fn batch(&self, queries: &[(&str, &[JsValue])]) -> Result<Vec<D1Result>, SourceError> {
        let bound = queries.iter().map(|(query, values)| self.0.prepare(*query).bind(values));
        let statements = bound.collect::<Result<Vec<_>, Error>>().map_err(refused)?;
        let answer = pin!(self.0.batch(statements));
        match select(answer, Delay::from(PATIENCE)).await {
            Either::Left((results, _)) => results.map_err(refused),
            Either::Right(_) => Err(SourceError::Late),
        }
    }
}

fn rows<T: DeserializeOwned>(results: &[D1Result], index: usize) -> Result<Vec<T>, SourceError> {
    let result =
        results.get(index).ok_or_else(|| SourceError::Refused("too few results".into()))?;
    result.results().map_err(refused)
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn refused(error: Error) -> SourceError {
    SourceError::Refused(error.to_string())
}
