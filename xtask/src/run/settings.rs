//! Settings of one start: `NAME=value` lines and tables in, one file for wrangler out.

mod tables;

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Names and their values. A structured value is JSON.
#[derive(Clone, Default)]
pub(crate) struct Settings(BTreeMap<String, String>);

impl Settings {
    /// Reads a file of lines.
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("settings in {}", file.display()))?;
        Self::parse(&text).with_context(|| format!("settings in {}", file.display()))
    }

    /// Reads lines, and from the first one on that begins with `[` tables of TOML; what is wrong is
    /// named by the number of its line.
    fn parse(text: &str) -> Result<Self> {
        let mut settings = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.starts_with('[') {
                settings.take_tables(text, number)?;
                return Ok(settings);
            }
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let Some((name, value)) = line.split_once('=') else {
                bail!("line {number} is not NAME=value");
            };
            let (name, value) = (name.trim_end(), unquoted(value.trim_start()));
            if !is_name(name) {
                bail!("line {number}: a name has capital letters, digits and `_` only");
            }
            let value = tables::inline(value).unwrap_or_else(|| value.to_owned());
            if settings.0.insert(name.to_owned(), value).is_some() {
                bail!("line {number} sets {name} for the second time");
            }
        }
        Ok(settings)
    }

    /// Takes the tables that begin at line `first`, counted from 1.
    fn take_tables(&mut self, text: &str, first: usize) -> Result<()> {
        for (name, value) in tables::parse(text, first)? {
            if !is_name(&name) {
                bail!("the table {name}: a name has capital letters, digits and `_` only");
            }
            if self.0.insert(name.clone(), value).is_some() {
                bail!("the tables from line {first} on set {name} for the second time");
            }
        }
        Ok(())
    }

    /// The value of one.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Sets one.
    pub(crate) fn set(&mut self, name: &str, value: String) {
        self.0.insert(name.to_owned(), value);
    }

    /// Takes over all of another, which wins.
    pub(crate) fn overlay(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Writes the file that wrangler reads, for its owner's eyes only.
    pub(crate) fn write(&self, file: &Path) -> Result<()> {
        let mut text = String::new();
        for (name, value) in &self.0 {
            writeln!(text, "{name}={}", quoted(name, value)?)?;
        }
        write_private(file, &text)
    }
}

/// Writes a file that nobody else can read, also if it was there before.
pub(crate) fn write_private(file: &Path, text: &str) -> Result<()> {
    let failed = || format!("{}", file.display());
    if file.exists() {
        std::fs::remove_file(file).with_context(failed)?;
    }
    let mut options = OpenOptions::new();
    let mut open = options.write(true).create_new(true).mode(0o600).open(file);
    open.as_mut().map_or(Ok(()), |file| file.write_all(text.as_bytes())).with_context(failed)?;
    open.map(drop).with_context(failed)
}

/// In quotes that the value does not have, since wrangler's parser knows no escapes inside them;
/// it would also put variables in the place of `$NAME`.
fn quoted(name: &str, value: &str) -> Result<String> {
    let Some(quote) = ['\'', '`'].into_iter().find(|quote| !value.contains(*quote)) else {
        bail!("{name} has both kinds of quotes, ' and `, which wrangler cannot be given");
    };
    Ok(format!("{quote}{}{quote}", value.replace('$', "\\$")))
}

/// Without the quotes that people are used to write around a value.
fn unquoted(value: &str) -> &str {
    let inner = ['"', '\''].into_iter().find_map(|quote| {
        value.strip_prefix(quote)?.strip_suffix(quote).filter(|inner| !inner.contains(quote))
    });
    inner.unwrap_or(value)
}

fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    name.bytes().all(allowed) && name.bytes().next().is_some_and(|first| !first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{Settings, quoted};
    use serde_json::{Value, json};

    #[test]
    fn comments_blank_lines_and_quotes_are_understood() {
        let text = "# who\nOPERATOR_NAME = \"harbour\"\n\nRULES={\"a\": \"b=c\"}\nEMPTY=\n";
        let settings = Settings::parse(text).unwrap();
        assert_eq!(settings.get("OPERATOR_NAME"), Some("harbour"));
        assert_eq!(settings.get("RULES"), Some("{\"a\": \"b=c\"}"));
        assert_eq!(settings.get("EMPTY"), Some(""));
    }

    #[test]
    fn structured_settings_may_be_tables() {
        let text = "SIGN_UP=closed\n\
                    TIERS={ anonymous = { bytes_per_month = 3_000_000 } }\n\
                    JSON={\"a\": [1, null]}\n\
                    \n\
                    [UPSTREAMS.hub]\n\
                    preset = \"docker-hub\" # Docker's own\n\
                    tag_ttl_s = { \"*\" = 60, \"v*\" = 86_400 }\n\
                    [vars.UPSTREAMS.\"quay.io\"]\n\
                    preset = \"quay\"\n\
                    deny = [\"it's/*\"]\n\
                    [vars]\n\
                    ABUSE_CONTACT = \"a@b.example\"\n";
        let error = Settings::parse(text).err().unwrap().to_string();
        assert!(error.contains("UPSTREAMS"), "{error}");
        let text = text.replace("[UPSTREAMS.hub]", "[vars.UPSTREAMS.hub]");
        let settings = Settings::parse(&text).unwrap();
        assert_eq!(settings.get("SIGN_UP"), Some("closed"));
        assert_eq!(settings.get("ABUSE_CONTACT"), Some("a@b.example"));
        assert_eq!(settings.get("JSON"), Some("{\"a\": [1, null]}"));
        let json = |name| -> Value { serde_json::from_str(settings.get(name).unwrap()).unwrap() };
        assert_eq!(json("TIERS"), json!({ "anonymous": { "bytes_per_month": 3_000_000 } }));
        assert_eq!(
            json("UPSTREAMS"),
            json!({
                "hub": { "preset": "docker-hub", "tag_ttl_s": { "*": 60, "v*": 86_400 } },
                "quay.io": { "preset": "quay", "deny": ["it's/*"] },
            })
        );
        // Whatever quotes stand in a table, wrangler can be given it.
        assert!(quoted("UPSTREAMS", settings.get("UPSTREAMS").unwrap()).is_ok());
    }

    #[test]
    fn tables_without_vars_in_front_are_the_same() {
        let settings = Settings::parse("[UPSTREAMS.a]\nurl = \"x\"\n[UPSTREAMS.b]\n").unwrap();
        assert_eq!(settings.get("UPSTREAMS"), Some("{\"a\":{\"url\":\"x\"},\"b\":{}}"));
    }

    #[test]
    fn a_table_that_is_wrong_is_named_by_its_line() {
        for (text, word) in [
            ("A=1\n\n[UPSTREAMS.hub]\npreset docker", "line 4"),
            ("UPSTREAMS={}\n[UPSTREAMS.hub]\n", "second time"),
            ("[upstreams.hub]\n", "capital letters"),
            ("[vars]\nlower = 1\n", "capital letters"),
            ("[[UPSTREAMS]]\n[UPSTREAMS.hub]\nA=1\n[UPSTREAMS.hub]", "line 4"),
        ] {
            let error = format!("{:#}", Settings::parse(text).err().unwrap());
            assert!(error.contains(word), "{text:?}: {error}");
        }
    }

    #[test]
    fn a_line_that_is_wrong_is_named_by_its_number() {
        for (text, line) in
            [("A=1\nwhat", "line 2"), ("\nlower=1", "line 2"), ("A=1\nA=2", "line 2")]
        {
            let error = Settings::parse(text).err().unwrap();
            assert!(error.to_string().contains(line), "{text:?}: {error}");
        }
    }

    #[test]
    fn a_value_reaches_wrangler_unchanged_or_not_at_all() {
        assert_eq!(quoted("A", "pa$$wo#rd").unwrap(), "'pa\\$\\$wo#rd'");
        assert_eq!(quoted("A", "it's").unwrap(), "`it's`");
        assert!(quoted("A", "it's `so`").is_err());
    }
}
