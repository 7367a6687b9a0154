//! Who goes when room is needed: whole images, the least recently pulled one first.
//!
//! An image is a manifest that no other one of its repository keeps, with all that goes when it does:
//! its children, what refers to it, and the blobs that nothing else of the rule names. A blob that no
//! manifest names is an image of its own. What a fill works for stays while anything else can go,
//! and what room is made for stays anyway.

use crate::oci::Digest;
use std::collections::BTreeSet;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod world;

/// How long an image is left alone after one of its manifests was kept or pulled, in ms: its blobs
/// are about to be asked for. One that is pulled counts as much as one that is new, or who fetches
/// much at once would have everything go that others pull at the same time.
pub const YOUNG_MS: u64 = 60_000;

/// How many manifests are looked at that something keeps, where nothing else is left: only those
/// that keep themselves are of interest.
const MAX_KEPT: usize = 1_000;

/// A manifest or a link in a repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The repository.
    pub name: String,
    /// The digest.
    pub digest: Digest,
}

/// What an image begins with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Root {
    /// A manifest.
    Manifest(Place),
    /// A blob that no manifest names.
    Blob(Digest),
}

/// What is asked of a ledger. Only what rests is in its answers.
pub trait Shelf {
    /// Why it cannot be read.
    type Error;
    /// A place in the order of use.
    type Mark;

    /// Some roots, the least recently pulled first, from `after` on, with the place after the last of
    /// them; none after the last one. `kept`: manifests that something keeps, in their stead.
    #[expect(clippy::type_complexity, reason = "a page and where the next one begins")]
    fn oldest(
        &self,
        after: Option<Self::Mark>,
        kept: bool,
    ) -> Result<Option<(Vec<Root>, Self::Mark)>, Self::Error>;

    /// The manifests that this one keeps.
    fn children(&self, manifest: &Place) -> Result<Vec<Digest>, Self::Error>;

    /// The manifests that keep this one.
    fn keepers(&self, manifest: &Place) -> Result<Vec<Digest>, Self::Error>;

    /// All that a manifest names, be it here or not.
    fn named(&self, manifest: &Place) -> Result<Vec<Digest>, Self::Error>;

    /// The manifests that name this, in all repositories.
    fn namers(&self, digest: &Digest) -> Result<Vec<Place>, Self::Error>;

    /// When a manifest was kept or pulled last, ms UTC.
    fn used_ms(&self, manifest: &Place) -> Result<u64, Self::Error>;

    /// Whether a fill of this digest is under way.
    fn is_filling(&self, digest: &Digest) -> Result<bool, Self::Error>;
}

/// What goes together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    /// Manifests, with every tag that points at one.
    pub manifests: BTreeSet<Place>,
    /// Links.
    pub links: BTreeSet<Place>,
    /// Bodies.
    pub bodies: BTreeSet<Digest>,
    /// What its manifests name, be it here or not.
    pub named: BTreeSet<Digest>,
}

/// The image that is to go next, so that there is room for something that is `asking` or part of it;
/// `None` where nothing may go.
pub fn next<S: Shelf>(shelf: &S, asking: &Digest, now_ms: u64) -> Result<Option<Image>, S::Error> {
    let mut busy = None;
    let mut after = None;
    while let Some((roots, mark)) = shelf.oldest(after, false)? {
        after = Some(mark);
        for root in roots {
            let image = image(shelf, &root)?;
            if image.has(asking) {
                continue;
            }
            if !is_busy(shelf, &image, now_ms)? {
                return Ok(Some(image));
            }
            busy.get_or_insert(image);
        }
    }
    if busy.is_some() { Ok(busy) } else { next_ring(shelf, asking) }
}

/// A tag can say of a manifest that it refers to another one, which names the first: a ring, of which
/// nothing is a root.
fn next_ring<S: Shelf>(shelf: &S, asking: &Digest) -> Result<Option<Image>, S::Error> {
    let (mut after, mut seen) = (None, 0);
    while let Some((roots, mark)) = shelf.oldest(after, true)? {
        after = Some(mark);
        for root in roots {
            if let Root::Manifest(place) = &root
                && keeps_itself(shelf, place)?
            {
                let image = image(shelf, &root)?;
                if !image.has(asking) {
                    return Ok(Some(image));
                }
            }
            seen += 1;
            if seen >= MAX_KEPT {
                return Ok(None);
            }
        }
    }
    Ok(None)
}

fn keeps_itself<S: Shelf>(shelf: &S, place: &Place) -> Result<bool, S::Error> {
    let mut above = shelf.keepers(place)?;
    let mut seen: BTreeSet<Digest> = BTreeSet::new();
    while let Some(digest) = above.pop() {
        if digest == place.digest {
            return Ok(true);
        }
        if seen.insert(digest.clone()) {
            above.extend(shelf.keepers(&Place { name: place.name.clone(), digest })?);
        }
    }
    Ok(false)
}

/// Everything that goes when `root` does.
pub fn image<S: Shelf>(shelf: &S, root: &Root) -> Result<Image, S::Error> {
    let mut image = Image::default();
    let root = match root {
        Root::Manifest(place) => place,
        Root::Blob(digest) => {
            image.bodies.insert(digest.clone());
            return Ok(image);
        }
    };
    image.manifests.insert(root.clone());
    let mut next = vec![root.clone()];
    while let Some(place) = next.pop() {
        for digest in shelf.children(&place)? {
            let child = Place { name: place.name.clone(), digest };
            // One that somebody else keeps stays; the last of those who keep it takes it along.
            let goes = |keeper: Digest| {
                image.manifests.contains(&Place { name: place.name.clone(), digest: keeper })
            };
            if !image.manifests.contains(&child) && shelf.keepers(&child)?.into_iter().all(goes) {
                image.manifests.insert(child.clone());
                next.push(child);
            }
        }
    }
    for place in &image.manifests {
        image.named.extend(shelf.named(place)?);
    }
    for digest in &image.named {
        let (going, staying): (Vec<Place>, Vec<Place>) =
            shelf.namers(digest)?.into_iter().partition(|namer| image.manifests.contains(namer));
        if staying.is_empty() {
            image.bodies.insert(digest.clone());
        }
        if staying.iter().all(|place| place.name != root.name) && !going.is_empty() {
            image.links.insert(Place { name: root.name.clone(), digest: digest.clone() });
        }
    }
    Ok(image)
}

/// The images that `digest` is part of, or will be.
pub fn images_of<S: Shelf>(shelf: &S, digest: &Digest) -> Result<Vec<Image>, S::Error> {
    let mut above = shelf.namers(digest)?;
    let mut seen: BTreeSet<Place> = BTreeSet::new();
    let mut images = Vec::new();
    while let Some(place) = above.pop() {
        if !seen.insert(place.clone()) {
            continue;
        }
        let keepers = shelf.keepers(&place)?;
        if keepers.is_empty() {
            images.push(image(shelf, &Root::Manifest(place))?);
        } else {
            let name = &place.name;
            above.extend(keepers.into_iter().map(|digest| Place { name: name.clone(), digest }));
        }
    }
    Ok(images)
}

fn is_busy<S: Shelf>(shelf: &S, image: &Image, now_ms: u64) -> Result<bool, S::Error> {
    for place in &image.manifests {
        if shelf.used_ms(place)?.saturating_add(YOUNG_MS) > now_ms {
            return Ok(true);
        }
    }
    for digest in &image.named {
        if shelf.is_filling(digest)? {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Image {
    /// Whether `digest` is part of it, or will be.
    pub fn has(&self, digest: &Digest) -> bool {
        self.bodies.contains(digest)
            || self.named.contains(digest)
            || self.manifests.iter().any(|place| place.digest == *digest)
    }
}
