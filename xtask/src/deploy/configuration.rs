//! A Worker's configuration with what only the account knows.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use toml::{Table, Value};

use crate::project;

/// The id that stands in the repository, and that the local runtime takes.
pub(super) const LOCAL_DATABASE: &str = "00000000-0000-0000-0000-000000000000";

/// A `wrangler.toml`, and the folder that its paths start from, seen from the project.
pub(super) struct Configuration {
    table: Table,
    folder: PathBuf,
}

impl Configuration {
    /// Reads one of the repository's.
    pub(super) fn read(file: &str) -> Result<Self> {
        let text = std::fs::read_to_string(project::path(file)).context(file.to_owned())?;
        let folder = Path::new(file).parent().unwrap_or(Path::new("")).to_owned();
        Ok(Self { table: text.parse().context(file.to_owned())?, folder })
    }

    /// The name of the bucket.
    pub(super) fn bucket(&self) -> Result<&str> {
        self.first("r2_buckets", "bucket_name")
    }

    /// The name of the database.
    pub(super) fn database(&self) -> Result<&str> {
        self.first("d1_databases", "database_name")
    }

    fn first(&self, list: &str, field: &str) -> Result<&str> {
        let entry = self.table.get(list).and_then(|list| list.get(0));
        let value = entry.and_then(|entry| entry.get(field)?.as_str());
        value.with_context(|| format!("no {field} under {list} in the configuration"))
    }

    /// With the database's id, and with paths as they are seen from `build/deploy`.
    pub(super) fn resolved(mut self, database: &str) -> Result<Self> {
        let folder = self.folder.clone();
        let moved = |path: &mut Value| {
            if let Value::String(path) = path {
                *path = Path::new("../..").join(&folder).join(&*path).display().to_string();
            }
        };
        moved(self.table.get_mut("main").context("no main in the configuration")?);
        if let Some(directory) = self.table.get_mut("assets").and_then(|it| it.get_mut("directory"))
        {
            moved(directory);
        }
        let databases = self.table.get_mut("d1_databases").and_then(Value::as_array_mut);
        for entry in databases.into_iter().flatten().filter_map(Value::as_table_mut) {
            entry.insert(String::from("database_id"), Value::String(database.to_owned()));
            if let Some(migrations) = entry.get_mut("migrations_dir") {
                moved(migrations);
            }
        }
        Ok(self)
    }

    /// Writes it where wrangler reads it.
    pub(super) fn write(&self, folder: &Path, name: &str) -> Result<PathBuf> {
        let file = folder.join(format!("{name}.toml"));
        std::fs::write(&file, toml::to_string(&self.table)?)
            .with_context(|| format!("{}", file.display()))?;
        Ok(file)
    }
}
