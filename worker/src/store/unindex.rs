//! Rows of the index for people that the bucket does not bear out, and the tables themselves.

use super::catalog::{DB, run, text};
use super::{Error, Store};
use roadstead_shared::oci::{Digest, Name, Tag};

/// The tables, as a deployment makes them; making them again changes nothing.
const SCHEMA: &str = concat!(
    include_str!("../../../migrations/0001_catalog.sql"),
    include_str!("../../../migrations/0003_takedowns.sql")
);

/// The tables about people, empty where there were none: the page of a repository looks up whose it
/// is. No row of theirs is ever touched here.
const PEOPLE: &str = include_str!("../../../migrations/0002_accounts.sql");

/// The tables, by the column that names the repository.
const TABLES: [(&str, &str); 5] = [
    ("repositories", "name"),
    ("manifests", "repository"),
    ("children", "repository"),
    ("layers", "repository"),
    ("tags", "repository"),
];

impl Store {
    /// Makes the tables where there are none: a new index can be made in a new database.
    pub async fn prepare_index(&self) -> Result<(), Error> {
        let db = self.env.d1(DB)?;
        let made = [SCHEMA, PEOPLE].map(statements).concat();
        run(&db, made.iter().map(|statement| db.prepare(statement)).collect()).await
    }

    /// Removes the row of a tag that the bucket does not have.
    pub async fn unindex_tag(&self, name: &Name, tag: &Tag) -> Result<(), Error> {
        let db = self.env.d1(DB)?;
        let delete = db.prepare("DELETE FROM tags WHERE repository = ?1 AND tag = ?2");
        run(&db, vec![delete.bind(&[text(name.as_str()), text(tag.as_str())])?]).await
    }

    /// Removes the rows of a manifest that the bucket does not have, and those of its repository
    /// where it was the last.
    pub async fn unindex_manifest(&self, name: &Name, digest: &Digest) -> Result<(), Error> {
        let db = self.env.d1(DB)?;
        let key = [text(name.as_str()), text(digest.as_str())];
        let own = [text(name.as_str())];
        let last = "DELETE FROM repositories WHERE name = ?1
             AND NOT EXISTS (SELECT 1 FROM manifests WHERE repository = ?1)";
        run(
            &db,
            vec![
                db.prepare("DELETE FROM manifests WHERE repository = ?1 AND digest = ?2")
                    .bind(&key)?,
                db.prepare("DELETE FROM children WHERE repository = ?1 AND parent = ?2")
                    .bind(&key)?,
                db.prepare("DELETE FROM layers WHERE repository = ?1 AND manifest = ?2")
                    .bind(&key)?,
                db.prepare(last).bind(&own)?,
            ],
        )
        .await
    }

    /// Removes every row of a repository, before they are written anew.
    pub async fn unindex_repository(&self, name: &Name) -> Result<(), Error> {
        let db = self.env.d1(DB)?;
        let mut batch = Vec::new();
        for (table, column) in TABLES {
            let delete = format!("DELETE FROM {table} WHERE {column} = ?1");
            batch.push(db.prepare(&delete).bind(&[text(name.as_str())])?);
        }
        run(&db, batch).await
    }

    /// Removes the rows of every repository after `after`, up to `last` if there is one, that is
    /// not among `names`: the bucket has no such repository.
    pub async fn unindex_between(
        &self,
        after: Option<&str>,
        last: Option<&Name>,
        names: &[Name],
    ) -> Result<(), Error> {
        let db = self.env.d1(DB)?;
        let names = serde_json::to_string(names);
        let names = names.map_err(|error| Error::Backend(error.to_string()))?;
        // No name is as large as this.
        let last = last.map_or("~", Name::as_str);
        let mut batch = Vec::new();
        for (table, column) in TABLES {
            let delete = format!(
                "DELETE FROM {table} WHERE {column} > ?1 AND {column} <= ?2
                   AND {column} NOT IN (SELECT value FROM json_each(?3))"
            );
            let values = [text(after.unwrap_or_default()), text(last), text(&names)];
            batch.push(db.prepare(&delete).bind(&values)?);
        }
        run(&db, batch).await
    }
}

/// The statements of a migration, without its comments.
fn statements(sql: &str) -> Vec<String> {
    let lines = sql.lines().map(|line| line.split("--").next().unwrap_or_default().trim());
    let text = lines.collect::<Vec<_>>().join(" ");
    text.split(';').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_statement_can_be_run_again() {
        assert!(statements(SCHEMA).len() >= TABLES.len());
        for statement in [SCHEMA, PEOPLE].map(statements).concat() {
            assert!(statement.contains(" IF NOT EXISTS "), "{statement}");
        }
    }
}
