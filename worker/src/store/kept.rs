//! What rests in the repositories of a namespace, as the bucket has it: for the object that counts
//! it, where it has no ledger yet.

use super::blob::SIZE;
use super::{Error, Object, Store, key};
use crate::durable::wire::Kind;
use roadstead_shared::oci::{Digest, Name};
use worker::Include;

/// How many places there are to look in.
pub const PLACES: usize = key::KEPT.len() * 2;
/// R2 gives fewer keys at once where their metadata is asked for.
const PAGE: u32 = 1000;

/// Something that rests in a repository.
#[derive(Debug)]
pub struct Kept {
    /// The repository.
    pub name: Name,
    /// What its bytes are.
    pub digest: Digest,
    /// What it is there as.
    pub kind: Kind,
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

/// `PLACE/NAME@DIGEST`; a deleted tag is another name of a manifest that rests elsewhere.
fn kept(object: &worker::Object) -> Result<Option<Kept>, Error> {
    let key = object.key();
    let parts = key.split_once('/').and_then(|(place, rest)| Some((place, rest.rsplit_once('@')?)));
    let Some((place, (name, digest))) = parts else { return Ok(None) };
    let (Ok(name), Ok(digest)) = (name.parse(), digest.parse()) else { return Ok(None) };
    if place != key::LINKS {
        return Ok(Some(Kept { name, digest, kind: Kind::Manifest, bytes: object.size() }));
    }
    let metadata = object.custom_metadata()?;
    let size = metadata.get(SIZE).and_then(|size| size.parse().ok());
    let bytes = size.ok_or(Error::Record(key))?;
    Ok(Some(Kept { name, digest, kind: Kind::Blob, bytes }))
}
