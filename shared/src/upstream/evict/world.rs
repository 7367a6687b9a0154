//! A ledger in memory, for the tests: what the rule's object does, without a database or a bucket.

use super::{Image, Place, Root, Shelf, images_of, next};
use crate::oci::Digest;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

/// A manifest that rests.
#[derive(Clone, Debug, Default)]
pub(super) struct Manifest {
    pub(super) bytes: u64,
    pub(super) named: BTreeSet<Digest>,
    pub(super) subject: Option<Digest>,
    pub(super) used_ms: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Body {
    pub(super) bytes: u64,
    pub(super) used_ms: u64,
    pub(super) is_filling: bool,
}

#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) now_ms: u64,
    pub(super) budget: u64,
    pub(super) manifests: BTreeMap<Place, Manifest>,
    pub(super) bodies: BTreeMap<Digest, Body>,
    pub(super) evicted: Vec<Image>,
}

pub(super) fn digest(number: u64) -> Digest {
    format!("sha256:{number:064x}").parse().unwrap()
}

pub(super) fn place(name: &str, number: u64) -> Place {
    Place { name: name.to_owned(), digest: digest(number) }
}

impl World {
    pub(super) fn bytes(&self) -> u64 {
        let manifests: u64 = self.manifests.values().map(|manifest| manifest.bytes).sum();
        manifests + self.bodies.values().map(|body| body.bytes).sum::<u64>()
    }

    /// As the object makes room.
    fn make_room(&mut self, bytes: u64, asking: &Digest) -> bool {
        let writing: u64 =
            self.bodies.values().filter(|body| body.is_filling).map(|body| body.bytes).sum();
        let own: u64 = images_of(self, asking).unwrap().iter().map(|i| self.bytes_of(i)).sum();
        if bytes + writing + own > self.budget {
            return false;
        }
        while self.bytes() + bytes > self.budget {
            let Some(image) = next(self, asking, self.now_ms).unwrap() else { return false };
            self.remove(image);
        }
        true
    }

    fn bytes_of(&self, image: &Image) -> u64 {
        let manifests = image.manifests.iter().filter_map(|place| self.manifests.get(place));
        let bodies = image.bodies.iter().filter_map(|digest| self.bodies.get(digest));
        manifests.map(|manifest| manifest.bytes).sum::<u64>()
            + bodies.filter(|body| !body.is_filling).map(|body| body.bytes).sum::<u64>()
    }

    fn remove(&mut self, image: Image) {
        let before = self.bytes();
        image.manifests.iter().for_each(|place| drop(self.manifests.remove(place)));
        for manifest in self.manifests.values() {
            let taken = manifest.named.intersection(&image.bodies).next();
            assert_eq!(taken, None, "an image that stays needs it");
        }
        self.bodies.retain(|digest, body| body.is_filling || !image.bodies.contains(digest));
        assert!(self.bytes() < before, "nothing went: {image:?}");
        self.evicted.push(image);
    }

    pub(super) fn keep(
        &mut self,
        at: &Place,
        bytes: u64,
        named: &[u64],
        subject: Option<u64>,
    ) -> bool {
        if !self.manifests.contains_key(at) && !self.make_room(bytes, &at.digest) {
            return false;
        }
        let (now_ms, named) = (self.now_ms, named.iter().copied().map(digest).collect());
        let subject = subject.map(digest);
        let manifest = Manifest { bytes, named, subject, used_ms: now_ms };
        self.manifests.insert(at.clone(), manifest);
        self.pull(at);
        true
    }

    /// Whether a fill of so many bytes may begin.
    pub(super) fn reserve(&mut self, number: u64, bytes: u64) -> bool {
        let digest = digest(number);
        if self.bodies.contains_key(&digest) {
            return true;
        }
        let fits = self.make_room(bytes, &digest);
        if fits {
            let used_ms = self.now_ms;
            self.bodies.insert(digest, Body { bytes, used_ms, is_filling: true });
        }
        fits
    }

    pub(super) fn filled(&mut self, number: u64) {
        if let Some(body) = self.bodies.get_mut(&digest(number)) {
            body.is_filling = false;
        }
    }

    /// A pull of a manifest is one of everything that it is part of.
    pub(super) fn pull(&mut self, at: &Place) {
        let mut above = vec![at.clone()];
        let mut seen = BTreeSet::new();
        while let Some(place) = above.pop() {
            if !seen.insert(place.clone()) {
                continue;
            }
            if let Some(manifest) = self.manifests.get_mut(&place) {
                manifest.used_ms = self.now_ms;
            }
            let keepers = self.keepers(&place).unwrap();
            above
                .extend(keepers.into_iter().map(|d| Place { name: place.name.clone(), digest: d }));
        }
    }
}

impl Shelf for World {
    type Error = Infallible;
    type Mark = usize;

    fn oldest(
        &self,
        after: Option<usize>,
        kept: bool,
    ) -> Result<Option<(Vec<Root>, usize)>, Infallible> {
        let mut roots: Vec<(u64, Root)> = Vec::new();
        for (place, manifest) in &self.manifests {
            if self.keepers(place)?.is_empty() != kept {
                roots.push((manifest.used_ms, Root::Manifest(place.clone())));
            }
        }
        for (digest, body) in self.bodies.iter().filter(|_| !kept) {
            if !body.is_filling && self.namers(digest)?.is_empty() {
                roots.push((body.used_ms, Root::Blob(digest.clone())));
            }
        }
        roots.sort();
        // Pages of two, so that what is between them is tried.
        let from = after.unwrap_or_default();
        let page: Vec<Root> = roots.into_iter().skip(from).take(2).map(|(_, root)| root).collect();
        Ok(if page.is_empty() { None } else { Some((page, from + 2)) })
    }

    fn children(&self, manifest: &Place) -> Result<Vec<Digest>, Infallible> {
        let named = self.manifests.get(manifest).map(|m| m.named.clone()).unwrap_or_default();
        let own = self.manifests.iter().filter(|(place, child)| {
            place.name == manifest.name
                && (named.contains(&place.digest)
                    || child.subject.as_ref() == Some(&manifest.digest))
        });
        Ok(own.map(|(place, _)| place.digest.clone()).collect())
    }

    fn keepers(&self, manifest: &Place) -> Result<Vec<Digest>, Infallible> {
        let subject = self.manifests.get(manifest).and_then(|m| m.subject.clone());
        let keepers = self.manifests.iter().filter(|(place, above)| {
            place.name == manifest.name
                && (above.named.contains(&manifest.digest)
                    || subject.as_ref() == Some(&place.digest))
        });
        Ok(keepers.map(|(place, _)| place.digest.clone()).collect())
    }

    fn named(&self, manifest: &Place) -> Result<Vec<Digest>, Infallible> {
        let named = self.manifests.get(manifest).map(|m| m.named.iter().cloned().collect());
        Ok(named.unwrap_or_default())
    }

    fn namers(&self, digest: &Digest) -> Result<Vec<Place>, Infallible> {
        let namers = self.manifests.iter().filter(|(_, manifest)| manifest.named.contains(digest));
        Ok(namers.map(|(place, _)| place.clone()).collect())
    }

    fn used_ms(&self, manifest: &Place) -> Result<u64, Infallible> {
        Ok(self.manifests.get(manifest).map(|manifest| manifest.used_ms).unwrap_or_default())
    }

    fn is_filling(&self, digest: &Digest) -> Result<bool, Infallible> {
        Ok(self.bodies.get(digest).is_some_and(|body| body.is_filling))
    }
}
