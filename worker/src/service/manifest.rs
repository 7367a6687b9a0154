//! Manifests: HEAD, GET, PUT and DELETE.

use super::answer::Source;
use super::blob::Conditions;
use super::meter::Rule;
use super::{Answer, Error, Meter, takedown};
use crate::durable::wire::{ManifestCommand, RepositoryCommand, RepositoryRefused};
use crate::store::Store;
use crate::store::manifest::StoredManifest;
use futures_util::future::{join, join3};
use roadstead_shared::oci::{Algorithm, Digest, Manifest, Name, Reference, Tag, media_type, path};
use roadstead_shared::tier::{Mark, Weight};

/// HEAD of a manifest: one operation of the store, and the list of networks beside it where this
/// isolate has to read it. It costs nothing.
pub async fn head(
    store: &Store,
    name: &Name,
    reference: &Reference,
    conditions: &Conditions,
    meter: &Meter<'_>,
) -> Result<Answer, Error> {
    let (found, state) = join(store.manifest_head(name, reference), meter.known_state()).await;
    let Some(StoredManifest { digest, media_type, object, .. }) = found? else {
        return Err(missing(store, name, reference).await);
    };
    let immutable = matches!(reference, Reference::Digest(_));
    if conditions.has(digest.as_str()) {
        return Ok(Answer::NotModified { digest, immutable });
    }
    let (size, state) = (object.size(), state.map(Box::new));
    let (source, is_stale) = (None, false);
    Ok(Answer::Manifest { digest, media_type, size, immutable, source, state, is_stale })
}

/// GET of a manifest: one operation of the store, the operator's lists beside it where this isolate
/// has to read them, and where little is left, the meter's word. This is the one place where
/// somebody who has pulled enough is refused.
pub async fn get(
    store: &Store,
    name: &Name,
    reference: &Reference,
    conditions: &Conditions,
    meter: &Meter<'_>,
) -> Result<Answer, Error> {
    // Looked at here, too: what is taken down must not have been counted when it is refused.
    let (found, rule, is_given) =
        join3(store.manifest(name, reference), meter.look(), takedown::check(store, name)).await;
    is_given?;
    let Some(StoredManifest { digest, media_type, weight, object, .. }) = found? else {
        return Err(missing(store, name, reference).await);
    };
    let immutable = matches!(reference, Reference::Digest(_));
    let (size, source) = (object.size(), Some(Source::Object(object)));
    let found = Found { digest, media_type, weight, size, source, is_stale: false };
    give(store, found, immutable, false, conditions, meter, rule).await
}

/// A manifest that is here, from wherever it came.
pub(super) struct Found {
    pub(super) digest: Digest,
    pub(super) media_type: String,
    pub(super) weight: Weight,
    pub(super) size: u64,
    /// The bytes; `None` where only the rest is known.
    pub(super) source: Option<Source>,
    pub(super) is_stale: bool,
}

/// Gives a manifest to who may have it by `rule`, and counts it. HEAD costs nothing.
pub(super) async fn give(
    store: &Store,
    found: Found,
    immutable: bool,
    head: bool,
    conditions: &Conditions,
    meter: &Meter<'_>,
    rule: Rule,
) -> Result<Answer, Error> {
    let Found { digest, media_type, weight, size, source, is_stale } = found;
    if conditions.has(digest.as_str()) {
        return Ok(Answer::NotModified { digest, immutable });
    }
    // The bytes are never read here: they go to the client as the runtime's own stream.
    let children = match weight {
        Weight::Nothing => None,
        Weight::Image => Some(Vec::new()),
        Weight::Index(children) => Some(children),
    };
    let state = match children {
        Some(children) if !head => meter.begin(rule, Mark::of(&digest), children).await?,
        _ => meter.known_state().await,
    };
    if let Some(tally) = meter.tally().filter(|_| !head) {
        tally.add(store, size);
    }
    let (source, state) = (source.filter(|_| !head), state.map(Box::new));
    Ok(Answer::Manifest { digest, media_type, size, immutable, source, state, is_stale })
}

/// Only a miss asks whether there is such a repository at all.
async fn missing(store: &Store, name: &Name, reference: &Reference) -> Error {
    match store.repository_exists(name).await {
        Ok(true) => Error::ManifestUnknown(reference.to_string()),
        Ok(false) => Error::NameUnknown(name.clone()),
        Err(error) => error.into(),
    }
}

/// PUT of a manifest: what it names must be here, then it is, and its tag points at it.
pub async fn put(
    store: &Store,
    name: &Name,
    reference: Reference,
    tags: Vec<Tag>,
    content_type: Option<&str>,
    document: &[u8],
) -> Result<Answer, Error> {
    let digest = digest_of(&reference, document)?;
    let media_type = type_of(content_type, document)?;
    let manifest = Manifest::parse(document, &media_type);
    let manifest = manifest.map_err(|invalid| Error::ManifestInvalid(invalid.to_string()))?;
    let command = ManifestCommand {
        name: name.clone(),
        reference: reference.clone(),
        tags: tags.clone(),
        digest: digest.clone(),
        media_type,
    };
    let published = store.publish_manifest(command, document).await?;
    published.map_err(|refused| refusal(refused, &reference))?;
    let location = path::manifest(name, &Reference::Digest(digest.clone()));
    let subject = manifest.subject.map(|subject| subject.digest);
    Ok(Answer::ManifestCreated { location, digest, subject, tags })
}

/// DELETE of a tag, or of a manifest with every tag that points at it.
pub async fn delete(store: &Store, name: &Name, reference: Reference) -> Result<Answer, Error> {
    let command = RepositoryCommand::Delete(name.clone(), reference.clone());
    match store.ask_repository(name, &command).await? {
        Ok(_) => Ok(Answer::Deleted),
        Err(RepositoryRefused::Unknown) => Err(missing(store, name, &reference).await),
        Err(refused) => Err(refusal(refused, &reference)),
    }
}

/// A refusal of the repository's object, in the registry's nouns.
pub(super) fn refusal(refused: RepositoryRefused, reference: &Reference) -> Error {
    match refused {
        RepositoryRefused::Invalid(why) => Error::ManifestInvalid(why),
        RepositoryRefused::Missing(digests) => Error::ManifestBlobUnknown(digests),
        RepositoryRefused::Immutable(tag) => Error::TagImmutable(tag),
        RepositoryRefused::Spent(spent) => Error::StorageSpent(spent),
        RepositoryRefused::Taken(tag) => Error::TagTaken(tag),
        RepositoryRefused::Unknown => Error::NothingToRestore(reference.to_string()),
        RepositoryRefused::Busy => Error::Busy,
        RepositoryRefused::Settings(why) => Error::Unreadable(why),
    }
}

/// The document's digest; where it is pushed by digest, the same one.
fn digest_of(reference: &Reference, document: &[u8]) -> Result<Digest, Error> {
    match reference {
        Reference::Tag(_) => Ok(Digest::of(Algorithm::Sha256, document)),
        Reference::Digest(announced) => {
            let found = Digest::of(announced.algorithm(), document);
            if found == *announced {
                Ok(found)
            } else {
                let (announced, found) = (announced.clone(), found.to_string());
                Err(Error::DigestMismatch { announced, found })
            }
        }
    }
}

/// What the request says it is, else what the document says itself.
fn type_of(content_type: Option<&str>, document: &[u8]) -> Result<String, Error> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Typed {
        media_type: Option<String>,
    }
    let said = content_type.map(media_type::essence).filter(|said| !said.is_empty());
    let inside =
        || serde_json::from_slice::<Typed>(document).ok().and_then(|typed| typed.media_type);
    let media_type = said.map(str::to_owned).or_else(inside).unwrap_or_default();
    if media_type::is_well_formed(&media_type) {
        Ok(media_type)
    } else {
        Err(Error::ManifestInvalid("the Content-Type must be the manifest's media type".to_owned()))
    }
}
