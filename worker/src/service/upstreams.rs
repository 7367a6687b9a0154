//! What is cached of other registries, for the operator: how it stands, and having it forgotten or
//! looked at anew.

use super::{Answer, Error, Input, Outcome};
use crate::durable::wire::{UpstreamCommand, UpstreamReply};
use crate::store::{self, Store};
use futures_util::future::join_all;
use roadstead_shared::oci::{Name, Reference};
use roadstead_shared::upstream::{Report, Rule, metrics as text};
use serde::Deserialize;
use serde_json::{Value, json};
use std::str::FromStr;

/// How many objects are asked at once: the runtime lets six wait for their beginning.
const AT_ONCE: usize = 6;

/// How each rule stands.
pub async fn list(store: &Store) -> Answer {
    Answer::Document(document(&reports(store).await))
}

/// The same for Prometheus.
pub async fn metrics(store: &Store) -> Answer {
    Answer::Metrics(text::text(&reports(store).await))
}

/// Writes down for the operator's page how each rule stands: the site reads rows and nothing else.
pub async fn note(store: &Store) -> Result<(), store::Error> {
    store.note_upstreams(&document(&reports(store).await)).await
}

fn document(reports: &[Report]) -> Value {
    let upstreams: Vec<Value> = reports.iter().map(Report::document).collect();
    json!({ "upstreams": upstreams })
}

async fn reports(store: &Store) -> Vec<Report> {
    let rules = store.rules();
    let mut reports = Vec::new();
    for some in rules.all().chunks(AT_ONCE) {
        reports.extend(join_all(some.iter().map(|rule| report(store, rule))).await);
    }
    reports
}

/// How a rule stands; where its object does not say, just that.
async fn report(store: &Store, rule: &Rule) -> Report {
    let said = store.ask_upstream(&rule.prefix, UpstreamCommand::Report, None).await;
    let failure = match said {
        Ok(UpstreamReply::Report(report)) => return *report,
        Ok(reply) => format!("the object of the rule {} replied {reply:?}", rule.prefix),
        Err(error) => format!("the object of the rule {} failed: {error}", rule.prefix),
    };
    store.log(&failure);
    Report {
        prefix: rule.prefix.clone(),
        host: rule.host.clone(),
        budget_bytes: rule.budget_bytes,
        problem: Some("The rule's object did not answer; the log says why.".to_owned()),
        ..Report::default()
    }
}

/// What is meant: a rule, one of its repositories, or a tag or manifest there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Meant {
    prefix: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    reference: Option<String>,
}

impl Meant {
    /// Reads it. A field of a form that was left empty is absent.
    fn read(input: &Input) -> Result<(String, Option<Name>, Option<Reference>), Error> {
        let Self { prefix, name, reference } = input.read()?;
        // A rule that is gone has an object as well.
        let is_prefix = prefix.parse::<Name>().is_ok() && !prefix.contains('/');
        if !is_prefix {
            return Err(Error::Unreadable("prefix is no rule's".to_owned()));
        }
        let name = part(name, "name is no name of a repository")?;
        let reference = part(reference, "reference is neither a tag nor a digest")?;
        if reference.is_some() && name.is_none() {
            return Err(Error::Unreadable("a reference needs the name that it is of".to_owned()));
        }
        Ok((prefix, name, reference))
    }
}

/// A part that may be left out, or empty in a form.
fn part<T: FromStr>(text: Option<String>, wrong: &str) -> Result<Option<T>, Error> {
    let text = text.filter(|text| !text.is_empty());
    let parsed = text.map(|text| text.parse::<T>()).transpose();
    parsed.map_err(|_| Error::Unreadable(wrong.to_owned()))
}

/// Forgets what the input says.
pub async fn purge(store: &Store, actor: &str, input: &Input) -> Result<Outcome, Error> {
    let (prefix, name, reference) = Meant::read(input)?;
    let detail = json!({ "name": name, "reference": reference.as_ref().map(ToString::to_string) });
    let command = UpstreamCommand::Purge { name, reference };
    store.ask_upstream(&prefix, command, None).await?;
    store.audit(actor, "cache.purged", &prefix, detail).await?;
    Ok(Outcome::done(json!({}), "It is forgotten; the next pull fetches it again."))
}

/// Has tags looked at anew that the input says, when they are pulled next.
pub async fn refresh(store: &Store, actor: &str, input: &Input) -> Result<Outcome, Error> {
    let (prefix, name, reference) = Meant::read(input)?;
    let detail = json!({ "name": name, "reference": reference.as_ref().map(ToString::to_string) });
    let tag = match reference {
        None => None,
        Some(Reference::Tag(tag)) => Some(tag),
        Some(Reference::Digest(_)) => {
            return Err(Error::Unreadable("what is called by its digest never changes".to_owned()));
        }
    };
    store.ask_upstream(&prefix, UpstreamCommand::Refresh { name, tag }, None).await?;
    store.audit(actor, "cache.refreshed", &prefix, detail).await?;
    Ok(Outcome::done(json!({}), "The next pull of each tag looks at the registry."))
}
