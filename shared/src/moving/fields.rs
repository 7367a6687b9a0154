//! Which fields of YAML and JSON name images: of containers, of compose services, of Helm's values,
//! of kubeadm, of task definitions, and of what a cluster says that it runs.

use super::found::{Fate, Found, Place, Why};
use super::piece::{Piece, pieces};
use super::template::Template;
use super::tree::{Mapping, Scalar, Tree};
use super::{Destination, Kind};
use std::collections::HashMap;
use std::ops::Range;

/// Lists in which a cluster says what runs.
const STATUSES: [&str; 3] =
    ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"];

/// What `image` of a page or a picture ends with.
const PICTURES: [&str; 8] = [".png", ".jpg", ".jpeg", ".svg", ".gif", ".webp", ".ico", ".avif"];

/// What the runtime may put in front of an `imageID`.
const RUNTIMES: [&str; 2] = ["docker-pullable://", "docker://"];

/// What kubeadm does with a repository of one's own, and people trip over.
const CORE_DNS: &str = "CoreDNS is one level deeper there than kubeadm asks for: set \
                        dns.imageRepository, too, to this with /coredns behind it";

/// Finds the references of a tree.
pub(super) struct Fields<'a> {
    text: &'a str,
    tree: &'a Tree,
    to: &'a Destination,
    /// The texts of each mapping.
    texts: Vec<Vec<usize>>,
    /// The mappings that have a mapping or a text under `build`.
    builders: Vec<bool>,
    /// The text of each anchor.
    anchors: HashMap<&'a str, Range<usize>>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(text: &'a str, tree: &'a Tree, to: &'a Destination) -> Self {
        let mut texts = vec![Vec::new(); tree.mappings.len()];
        for (index, scalar) in tree.scalars.iter().enumerate() {
            if let Some(texts) = texts.get_mut(scalar.mapping) {
                texts.push(index);
            }
        }
        let named = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
        let inner = tree.mappings.iter().filter(|it| named(&it.key) == "build");
        let texts_of = tree.scalars.iter().filter(|it| named(&it.key) == "build");
        let mut builders = vec![false; tree.mappings.len()];
        for mapping in inner.filter_map(|it| it.parent).chain(texts_of.map(|it| it.mapping)) {
            if let Some(builds) = builders.get_mut(mapping) {
                *builds = true;
            }
        }
        let anchors = tree.anchors.iter().map(|(name, value)| (named(name), value.clone()));
        let anchors = anchors.collect();
        Self { text, tree, to, texts, builders, anchors }
    }

    /// All of them, at most `limit`.
    pub(super) fn found(&self, limit: usize) -> Vec<Found> {
        let mut found = Vec::new();
        let global = self.global_registry();
        for mapping in 0..self.tree.mappings.len() {
            self.of_mapping(mapping, global, &mut found);
            if found.len() > limit {
                break;
            }
        }
        found
    }

    /// What kind of file it is, as far as its first words say.
    pub(super) fn kind(&self) -> Kind {
        let top =
            |mapping: usize| self.tree.mappings.get(mapping).is_some_and(|it| it.parent.is_none());
        let has = |key: &str| {
            let mappings = &self.tree.mappings;
            let mut parents = mappings.iter().filter(|it| self.slice(&it.key) == key);
            parents.any(|it| it.parent.is_some_and(top))
        };
        let value = |key: &str| {
            let mut texts = self.tree.scalars.iter().filter(|it| top(it.mapping));
            texts.find(|it| self.slice(&it.key) == key).map(|it| self.slice(&it.value))
        };
        if value("apiVersion").is_some_and(|it| it.starts_with("kubeadm.k8s.io")) {
            Kind::Kubeadm
        } else if value("kind").is_some() {
            Kind::Kubernetes
        } else if has("containerDefinitions") {
            Kind::TaskDefinition
        } else if has("services") {
            Kind::Compose
        } else {
            Kind::Values
        }
    }

    fn of_mapping(&self, mapping: usize, global: Option<&Scalar>, found: &mut Vec<Found>) {
        let key = self.key_of(mapping);
        let get = |name: &str| self.get(mapping, name);
        if STATUSES.contains(&key) {
            let texts = ["image", "imageID"].into_iter().filter_map(get);
            found.extend(texts.filter_map(|text| self.running(text)));
            return;
        }
        let has_part = ["tag", "registry", "digest"].iter().any(|name| get(name).is_some());
        let is_image = key.to_ascii_lowercase().ends_with("image");
        let block = get("repository").filter(|_| has_part || is_image).or_else(|| {
            // The chart of ingress-nginx calls it so.
            get("image").filter(|_| get("tag").is_some() || get("registry").is_some())
        });
        if let Some(name) = block {
            found.extend(self.block(mapping, name, global));
        } else if let Some(text) = get("image") {
            found.extend(self.whole(text, self.builders.get(mapping) == Some(&true)));
        } else if let Some(text) = get("url").filter(|_| key == "image") {
            // vendir and Educates.
            found.extend(self.whole(text, false));
        } else if let Some(text) = get("registry").filter(|_| self.is_global_image(mapping)) {
            found.extend(self.registry(text));
        }
        for name in ["imageRepository", "imageRegistry"] {
            let Some(one) = get(name).and_then(|text| self.registry(text)) else { continue };
            found.push(Found { note: self.about_dns(mapping, name, key), ..one });
        }
    }

    /// A reference in one text.
    fn whole(&self, scalar: &Scalar, is_built: bool) -> Option<Found> {
        let scalar = self.behind_alias(scalar)?;
        let text = self.slice(&scalar.value);
        let lower = text.to_ascii_lowercase();
        let is_path = text.starts_with(['/', '.']) || text.contains("://");
        if is_nothing(text) || is_path || PICTURES.iter().any(|ending| lower.ends_with(ending)) {
            return None;
        }
        let at = scalar.value.start;
        let template = Template::new(pieces(text, at, &[]));
        let mut found = template.found(text, at, Place::Image, self.to);
        if is_built {
            found.edits.clear();
            found.fate = Fate::Stays(Why::Built);
        }
        Some(found)
    }

    /// A reference whose parts have fields of their own.
    fn block(&self, mapping: usize, name: &Scalar, global: Option<&Scalar>) -> Option<Found> {
        let part = |key: &str| {
            let scalar = self.get(mapping, key);
            scalar.filter(|it| !is_nothing(self.slice(&it.value)))
        };
        let text = self.slice(&name.value);
        if is_nothing(text) || text.contains("://") {
            return None;
        }
        let first = text.split('/').next().unwrap_or_default();
        let global = global.filter(|_| !first.contains(['.', ':']));
        let mut parts = Vec::new();
        let mut add = |scalar: &Scalar, mark: &str| {
            parts.extend(pieces(self.slice(&scalar.value), scalar.value.start, &[]));
            if !mark.is_empty() {
                parts.push(Piece::implied(mark));
            }
        };
        let (tag, digest) = (part("tag"), part("digest"));
        if let Some(registry) = part("registry").or(global) {
            add(registry, "/");
        }
        let behind = if digest.is_some() { "@" } else { "" };
        add(name, if tag.is_some() { ":" } else { behind });
        if let Some(tag) = tag {
            add(tag, behind);
        }
        if let Some(digest) = digest {
            add(digest, "");
        }
        let written: String = parts.iter().map(|piece| piece.text.as_str()).collect();
        let template = Template::new(parts);
        Some(template.found(&written, name.value.start, Place::Block, self.to))
    }

    /// A registry in a field of its own.
    fn registry(&self, scalar: &Scalar) -> Option<Found> {
        let text = self.slice(&scalar.value);
        if is_nothing(text) {
            return None;
        }
        let template = Template::new(pieces(text, scalar.value.start, &[]));
        Some(template.found_registry(text, scalar.value.start, self.to))
    }

    /// What runs: it is shown, and stays.
    fn running(&self, scalar: &Scalar) -> Option<Found> {
        let whole = self.slice(&scalar.value);
        let prefix = RUNTIMES.iter().find(|prefix| whole.starts_with(**prefix));
        let skipped = prefix.map_or(0, |prefix| prefix.len());
        let text = whole.get(skipped..).unwrap_or_default();
        // An id alone says nothing of where it came from.
        if is_nothing(text) || text.starts_with("sha256:") {
            return None;
        }
        let at = scalar.value.start + skipped;
        let mut found =
            Template::new(vec![Piece::written(text, at)]).found(text, at, Place::Status, self.to);
        found.edits.clear();
        found.floating = None;
        if found.becomes().is_some() {
            found.fate = Fate::Stays(Why::Running);
        }
        Some(found)
    }

    /// Helm's registry for all images of a chart.
    fn global_registry(&self) -> Option<&Scalar> {
        let is_one = |scalar: &&Scalar| {
            let key = self.slice(&scalar.key);
            let global = key == "imageRegistry" && self.key_of(scalar.mapping) == "global";
            let global = global || (key == "registry" && self.is_global_image(scalar.mapping));
            global && !is_nothing(self.slice(&scalar.value))
        };
        self.tree.scalars.iter().find(is_one)
    }

    fn is_global_image(&self, mapping: usize) -> bool {
        let parent = self.tree.mappings.get(mapping).and_then(|it| it.parent);
        self.key_of(mapping) == "image" && parent.is_some_and(|it| self.key_of(it) == "global")
    }

    fn about_dns(&self, mapping: usize, name: &str, key: &str) -> Option<String> {
        let kind = self.get(mapping, "kind").map(|it| self.slice(&it.value));
        let is_top = name == "imageRepository" && key.is_empty();
        if !is_top || kind != Some("ClusterConfiguration") {
            return None;
        }
        let dns = |it: &Mapping| it.parent == Some(mapping) && self.slice(&it.key) == "dns";
        let has_dns = self.tree.mappings.iter().any(dns);
        (!has_dns).then(|| CORE_DNS.to_owned())
    }

    /// The text that an alias stands for, or the text itself; nothing where nobody named it.
    fn behind_alias(&self, scalar: &Scalar) -> Option<Scalar> {
        let Some(name) = self.slice(&scalar.value).strip_prefix('*') else {
            return Some(scalar.clone());
        };
        self.anchors.get(name).map(|value| Scalar { value: value.clone(), ..scalar.clone() })
    }

    fn get(&self, mapping: usize, key: &str) -> Option<&Scalar> {
        let texts = self.texts.get(mapping)?;
        let mut scalars = texts.iter().filter_map(|index| self.tree.scalars.get(*index));
        scalars.find(|scalar| self.slice(&scalar.key) == key)
    }

    fn key_of(&self, mapping: usize) -> &'a str {
        self.tree.mappings.get(mapping).map_or("", |it| self.slice(&it.key))
    }

    fn slice(&self, range: &Range<usize>) -> &'a str {
        self.text.get(range.clone()).unwrap_or_default()
    }
}

/// Whether a field is empty, in one of the ways of YAML.
fn is_nothing(text: &str) -> bool {
    matches!(text, "" | "~" | "null")
}
