//! The networks without a limit that the operator puts: more than a variable can hold.

use super::{Answer, Error, Input, Outcome};
use crate::store::Store;
use crate::store::meter::NETWORKS;
use roadstead_shared::tier::{Networks, networks};
use serde_json::{Value, json};

/// What was put.
pub async fn read(store: &Store) -> Result<Answer, Error> {
    Ok(Answer::Document(json!(*store.look(NETWORKS).await?)))
}

/// Puts others in their place: all of them, or none where one is wrong; each that is wrong is named.
pub async fn change(store: &Store, actor: &str, input: &Input) -> Result<Outcome, Error> {
    let networks = Networks::check(&list(input)?).map_err(Error::Unreadable)?;
    let most = networks::MAX_ENTRIES;
    if networks.ranges.len() > most || networks.asns.len() > most {
        return Err(Error::Unreadable(format!("there may be at most {most} of each")));
    }
    let put = store.change_listed(NETWORKS, |_| Ok::<_, Error>(networks.clone())).await??;
    store.note_networks(actor, &put).await?;
    Ok(Outcome::done(json!(put), "The list of networks is saved."))
}

/// The list as it came: a form has only texts.
fn list(input: &Input) -> Result<Value, Error> {
    #[derive(serde::Deserialize)]
    #[serde(default, deny_unknown_fields)]
    #[derive(Default)]
    struct Typed {
        ranges: Vec<String>,
        asns: Vec<String>,
    }
    if let Input::Json(_) = input {
        return input.read();
    }
    let Typed { ranges, asns } = input.read()?;
    let number = |text: String| text.parse::<u64>().map_or_else(|_| json!(text), |it| json!(it));
    let asns: Vec<Value> = asns.into_iter().map(number).collect();
    Ok(json!({ "ranges": ranges, "asns": asns }))
}
