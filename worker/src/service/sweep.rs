//! What the operator asks for: collecting now what nothing refers to, and a new index.

use super::settings::unexpected;
use super::{Answer, Error, Input};
use crate::config::Collecting;
use crate::durable::wire::{BodiesCommand, BodiesReply, UpstreamCommand};
use crate::durable::wire::{Grace, RepositoryCommand, RepositoryReply, Swept};
use crate::store::Store;
use crate::store::body::SHARDS;
use futures_util::future::{join_all, try_join_all};
use roadstead_shared::oci::Name;
use roadstead_shared::upstream::Rules;
use serde_json::json;

/// How many objects are asked at once: the runtime lets six requests wait for their beginning.
const AT_ONCE: usize = 6;
/// How many entries are listed at once, and how many lists of one kind one call goes through: the
/// platform allows it ten thousand requests.
const PAGE: u32 = 1000;
const MAX_PAGES: usize = 4;

/// Other times than the settings say, in seconds.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// How long uploads, blobs, manifests and bodies are left alone.
    grace_s: Option<u64>,
    /// How long deletions can be taken back.
    restorable_s: Option<u64>,
    /// A namespace in which the uploads are asked that were promised room, too: after a crash one
    /// may have been promised some that never learnt of it. Else that is found out within minutes.
    namespace: Option<Name>,
}

/// Collects what is due: first uploads, then manifests, then the blobs that these gave back. What
/// fails keeps nothing else waiting.
pub async fn sweep(
    store: &Store,
    keeping: Collecting,
    rules: &Rules,
    input: &Input,
) -> Result<Answer, Error> {
    let asked: Asked = input.read()?;
    let grace = graces(keeping.grace(), &asked);
    let mut swept = Swept::default();
    sweep_uploads(store, grace, &mut swept).await?;
    sweep_repositories(store, grace, &mut swept).await?;
    let shards: Vec<u8> = (0..SHARDS).collect();
    for some in shards.chunks(AT_ONCE) {
        for reply in join_all(some.iter().map(|shard| shard_of(store, *shard, grace))).await {
            add(&mut swept, &reply);
        }
    }
    sweep_cache(store, rules, &mut swept).await?;
    if let Some(namespace) = &asked.namespace {
        store.sweep_namespace(namespace.namespace()).await?;
    }
    Ok(Answer::Document(json!(swept)))
}

async fn sweep_uploads(store: &Store, grace: Grace, swept: &mut Swept) -> Result<(), Error> {
    let mut after: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let uploads = store.uploads(after.as_deref(), PAGE).await?;
        let Some(last) = uploads.last().cloned() else { return Ok(()) };
        for some in uploads.chunks(AT_ONCE) {
            let ended = some.iter().map(|upload| store.sweep_upload(upload, grace.uploads_ms));
            for ended in join_all(ended).await {
                let ended = ended.map(|ended| Swept { uploads: ended.into(), ..Swept::default() });
                add(swept, &ended.map_err(Error::from));
            }
        }
        after = Some(last);
    }
    swept.more = true;
    Ok(())
}

async fn sweep_repositories(store: &Store, grace: Grace, swept: &mut Swept) -> Result<(), Error> {
    let mut after: Option<Name> = None;
    for _ in 0..MAX_PAGES {
        let names = store.chores(after.as_ref().map(Name::as_str), PAGE).await?;
        let Some(last) = names.last().cloned() else { return Ok(()) };
        for some in names.chunks(AT_ONCE) {
            for reply in join_all(some.iter().map(|name| one(store, name, grace))).await {
                add(swept, &reply);
            }
        }
        after = Some(last);
    }
    swept.more = true;
    Ok(())
}

/// Removes what was cached by rules that are none any more, and then has their objects forget it: what
/// these know may be more than there is, never less.
async fn sweep_cache(store: &Store, rules: &Rules, swept: &mut Swept) -> Result<(), Error> {
    let mut pages = 0;
    let prefixes = store.cached_prefixes().await?;
    for prefix in prefixes.iter().filter(|prefix| rules.was_removed(prefix)) {
        loop {
            if pages >= MAX_PAGES {
                swept.more = true;
                return Ok(());
            }
            pages += 1;
            let (removed, more) = store.remove_cached_page(prefix).await?;
            swept.cached += removed;
            if !more {
                break;
            }
        }
        let purge = UpstreamCommand::Purge { name: None, reference: None };
        let forgot = store.ask_upstream(prefix, purge, None).await;
        add(swept, &forgot.map(|_| Swept::default()).map_err(Error::from));
    }
    Ok(())
}

/// Adds what a part did. One that failed is tried again by its own alarm, and has said in the log
/// what happened.
fn add(swept: &mut Swept, reply: &Result<Swept, Error>) {
    match reply {
        Ok(part) => swept.add(*part),
        Err(_) => swept.failed += 1,
    }
}

fn graces(set: Grace, asked: &Asked) -> Grace {
    let ms = |seconds: Option<u64>, set: u64| seconds.map_or(set, |s| s.saturating_mul(1000));
    Grace {
        uploads_ms: ms(asked.grace_s, set.uploads_ms),
        blobs_ms: ms(asked.grace_s, set.blobs_ms),
        manifests_ms: ms(asked.grace_s, set.manifests_ms),
        bodies_ms: ms(asked.grace_s, set.bodies_ms),
        deleted_ms: ms(asked.restorable_s, set.deleted_ms),
    }
}

async fn one(store: &Store, name: &Name, grace: Grace) -> Result<Swept, Error> {
    let command = RepositoryCommand::Sweep(name.clone(), grace);
    match store.ask_repository(name, &command).await? {
        Ok(RepositoryReply::Swept(swept)) => Ok(swept),
        reply => Err(unexpected(&reply)),
    }
}

async fn shard_of(store: &Store, shard: u8, grace: Grace) -> Result<Swept, Error> {
    match store.ask_shard(shard, &BodiesCommand::Sweep(grace)).await? {
        BodiesReply::Swept(swept) => Ok(swept),
        reply => Err(unexpected(&reply)),
    }
}

/// Makes the index for people anew from the bucket: every repository after `after`, up to a number
/// that one call can do. The rows follow within seconds, from each repository's outbox.
pub async fn rebuild(store: &Store, after: Option<&str>) -> Result<Answer, Error> {
    store.prepare_index().await?;
    if after.is_none() {
        store.index_takedowns(&*store.takedowns_now().await?).await?;
    }
    let names = store.repositories(after, PAGE).await?;
    let more = names.len() >= PAGE as usize;
    let last = names.last().filter(|_| more);
    store.unindex_between(after, last, &names).await?;
    let mut noted = 0;
    for some in names.chunks(AT_ONCE) {
        let commands = some.iter().map(|name| RepositoryCommand::Reindex(name.clone()));
        let commands: Vec<RepositoryCommand> = commands.collect();
        let asked = some.iter().zip(&commands).map(|(name, c)| store.ask_repository(name, c));
        for reply in try_join_all(asked).await? {
            match reply {
                Ok(RepositoryReply::Noted(count)) => noted += count,
                reply => return Err(unexpected(&reply)),
            }
        }
    }
    Ok(Answer::Document(json!({
        "repositories": names.len(),
        "names": noted,
        "more": more,
        "after": last,
    })))
}
