//! Whose word is taken: providers that people sign in with, and issuers whose jobs publish.

use super::{structured, var};
use roadstead_shared::issuer::{Provider, Providers, Trusted, trusted};
use roadstead_shared::secret::Secret;
use serde_json::Value;
use worker::Env;

/// A setting about issuers that is wrong. The log says what; a client is told only that something is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Wrong(String);

/// `SIGN_IN`: with whom people may sign in. Without the setting, with nobody.
pub fn providers(env: &Env) -> Result<Providers, Wrong> {
    parse(structured(env, "SIGN_IN"))
}

fn parse(setting: Option<Value>) -> Result<Providers, Wrong> {
    let table = match setting {
        None => return Ok(Providers::default()),
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(Providers::default()),
        Some(Value::String(text)) => serde_json::from_str(&text)
            .map_err(|error| Wrong(format!("SIGN_IN is no table in JSON: {error}")))?,
        Some(table) => table,
    };
    Providers::parse(&table).map_err(|faults| Wrong(faults.join("; ")))
}

/// What this registry shows `provider`: the secret that its entry names. `None` where it names none.
pub fn client_secret(env: &Env, provider: &Provider) -> Result<Option<Secret>, Wrong> {
    let Some(name) = &provider.client_secret else { return Ok(None) };
    let secret = var(env, name).filter(|secret| !secret.is_empty());
    let missing = || Wrong(format!("SIGN_IN.{}: the secret {name} is not set", provider.name));
    secret.map(Secret::new).ok_or_else(missing).map(Some)
}

/// `TRUSTED_ISSUERS`: whose jobs may publish where a namespace lets them.
pub fn trusted(env: &Env) -> Result<Trusted, Wrong> {
    let list = var(env, "TRUSTED_ISSUERS").unwrap_or(trusted::DEFAULT.to_owned());
    Trusted::parse(&list).map_err(|faults| Wrong(faults.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_table_comes_as_it_is_or_as_text() {
        let table = json!({ "a": { "issuer": "https://id.example", "client_id": "us" } });
        let read = parse(Some(table.clone())).unwrap();
        assert!(read.find("a").is_some());
        assert_eq!(parse(Some(json!(table.to_string()))), Ok(read));
        for nothing in [None, Some(json!("")), Some(json!({}))] {
            assert_eq!(parse(nothing), Ok(Providers::default()));
        }
        for bad in [json!("{"), json!("x"), json!(7), json!({ "a": {} })] {
            assert!(parse(Some(bad)).is_err());
        }
    }
}
