//! What rests in the repositories of a namespace, as the bucket has it: for the object that counts
//! it, where it has no ledger yet.

use super::blob::SIZE;
use super::{Error, Object, Store, key};
use crate::durable::wire::{Kind, Thing};
use roadstead_shared::oci::Name;
use worker::Include;

/// How many places there are to look in.
pub const PLACES: usize = key::KEPT.len();
/// R2 gives fewer keys at once where their metadata is asked for.
const PAGE: u32 = 1000;

/// Something that rests in a repository.
#[derive(Debug)]
pub struct Kept {
    /// What and where it is.
    pub thing: Thing,
    /// Its length.
    pub bytes: u64,
}

/// Some entries of a listing.
#[derive(Debug)]
pub struct KeptPage<T> {
    /// The entries.
    pub found: Vec<T>,
    /// The key after which there may be more.
    pub last: Option<String>,
}

impl Store {
    /// What `namespace` keeps in one of the [`PLACES`], after the key `after`, a page of it.
    pub async fn kept(
        &self,
        namespace: &str,
        place: usize,
        after: Option<&str>,
    ) -> Result<KeptPage<Kept>, Error> {
        let place = key::kept(namespace, place);
        self.objects(&place, after, |object| kept(&object)).await
    }

    /// The unfinished uploads to repositories of `namespace` that have stored something, after the
    /// key `after`, a page of all uploads.
    pub async fn noted_uploads(
        &self,
        namespace: &str,
        after: Option<&str>,
    ) -> Result<KeptPage<(String, Name)>, Error> {
        let noted = |object: worker::Object| {
            let key = object.key();
            let upload = key.strip_prefix(key::UPLOADS).unwrap_or_default().to_owned();
            let object = Object::new(object)?;
            let name = object.metadata(REPOSITORY).and_then(|name| name.parse::<Name>().ok());
            let name = name.filter(|name| name.namespace() == namespace);
            Ok(name.map(|name| (upload, name)))
        };
        self.objects(key::UPLOADS, after, noted).await
    }

    async fn objects<T>(
        &self,
        prefix: &str,
        after: Option<&str>,
        read: impl Fn(worker::Object) -> Result<Option<T>, Error>,
    ) -> Result<KeptPage<T>, Error> {
        let mut request = self.bucket.list().prefix(prefix).limit(PAGE);
        if let Some(after) = after {
            request = request.start_after(after);
        }
        let page = request.include(vec![Include::CustomMetadata]).execute().await?;
        let objects = page.objects();
        // A page without keys could never come to an end.
        let last = objects.last().map(worker::Object::key).filter(|_| page.truncated());
        let found = objects.into_iter().filter_map(|object| read(object).transpose());
        Ok(KeptPage { found: found.collect::<Result<_, _>>()?, last })
    }
}

/// Whose an upload is, in the note of it; metadata.
pub(super) const REPOSITORY: &str = "repository";

/// `PLACE/NAME@DIGEST`, or `PLACE/NAME:TAG`.
fn kept(object: &worker::Object) -> Result<Option<Kept>, Error> {
    let key = object.key();
    let Some((place, rest)) = key.split_once('/') else { return Ok(None) };
    if place == key::LINKS {
        let Some(thing) = by_digest(rest, Kind::Blob) else { return Ok(None) };
        let metadata = object.custom_metadata()?;
        let size = metadata.get(SIZE).and_then(|size| size.parse().ok());
        let bytes = size.ok_or(Error::Record(key))?;
        return Ok(Some(Kept { thing, bytes }));
    }
    let thing = by_digest(rest, Kind::Manifest).or_else(|| by_tag(rest));
    Ok(thing.map(|thing| Kept { thing, bytes: object.size() }))
}

fn by_digest(rest: &str, kind: Kind) -> Option<Thing> {
    let (name, digest) = rest.rsplit_once('@')?;
    Some(Thing::of(&name.parse().ok()?, &digest.parse().ok()?, kind))
}

fn by_tag(rest: &str) -> Option<Thing> {
    let (name, tag) = rest.split_once(':')?;
    Some(Thing::tag(&name.parse().ok()?, &tag.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_what_it_is() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let thing = by_digest(&format!("acme/x/y@{digest}"), Kind::Blob).unwrap();
        assert_eq!((thing.repository.as_str(), thing.what), ("acme/x/y", digest.clone()));
        assert_eq!(by_tag(&format!("acme/x@{digest}")), None);
        let thing = by_tag("acme/x:v1").unwrap();
        assert_eq!((thing.repository.as_str(), thing.what.as_str()), ("acme/x", "acme/x:v1"));
        assert_eq!(by_digest("acme/x:v1", Kind::Manifest), None);
    }

    #[test]
    fn every_place_of_a_namespace_is_looked_in_and_none_of_another() {
        let places: Vec<String> = (0..PLACES).map(|place| key::kept("acme", place)).collect();
        for key in [
            "links/acme@",
            "links/acme/x@",
            "manifests/acme/x@",
            "deleted/acme@",
            "deleted/acme:v1",
            "deleted/acme/x:v1",
            "tags/acme:v1",
            "tags/acme/x:v1",
        ] {
            let holds = places.iter().filter(|place| key.starts_with(place.as_str())).count();
            assert_eq!(holds, 1, "{key}");
        }
        assert!(!places.iter().any(|place| "tags/acme-2/x:v1".starts_with(place.as_str())));
    }
}
