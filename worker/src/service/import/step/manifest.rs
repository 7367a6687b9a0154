//! Reading a manifest at the source, and publishing it here as any push does.

use crate::service::import::Failure;
use crate::service::{manifest, takedown};
use crate::store::Store;
use crate::upstream::Upstream;
use crate::upstream::manifest::Sent;
use roadstead_shared::import::plan::Node;
use roadstead_shared::oci::{Algorithm, Digest, Manifest, Name, Reference, Tag, media_type};

/// A manifest that is what it was asked for as.
pub struct Fetched {
    /// What its bytes are.
    pub digest: Digest,
    /// Its media type.
    pub media_type: String,
    /// Its bytes: it is text.
    pub document: String,
    /// What it names.
    pub manifest: Manifest,
}

/// Reads a manifest, and compares it with what named it.
pub async fn fetch(upstream: &Upstream, node: &Node) -> Result<Fetched, Failure> {
    let sent = upstream.manifest(&node.reference).await?;
    check(node, sent)
}

fn check(node: &Node, sent: Sent) -> Result<Fetched, Failure> {
    let expected = match &node.reference {
        Reference::Digest(digest) => Some(digest),
        Reference::Tag(_) => sent.digest.as_ref(),
    };
    let algorithm = expected.map_or(Algorithm::Sha256, Digest::algorithm);
    let digest = Digest::of(algorithm, &sent.document);
    if let Some(expected) = expected.filter(|expected| **expected != digest) {
        return Err(Failure::again(format!("the source sent other bytes for {expected}")));
    }
    if let Some(size) = node.size.filter(|size| *size != sent.document.len() as u64) {
        return Err(Failure::never(format!(
            "the index says that {digest} has {size} bytes, and it has {}",
            sent.document.len()
        )));
    }
    let media_type = type_of(node, &sent);
    let manifest = Manifest::parse(&sent.document, &media_type)
        .map_err(|refused| Failure::never(refused.to_string()))?;
    let document = String::from_utf8(sent.document)
        .map_err(|_| Failure::never(format!("the manifest {digest} is no text")))?;
    Ok(Fetched { digest, media_type, document, manifest })
}

/// What an index says, then what the document itself says, and last what the registry says: some
/// send every document as plain JSON or text.
fn type_of(node: &Node, sent: &Sent) -> String {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Typed {
        media_type: Option<String>,
    }
    let inside =
        || serde_json::from_slice::<Typed>(&sent.document).ok().and_then(|typed| typed.media_type);
    let named = Some(node.media_type.clone());
    let found = named.filter(|t| !t.is_empty()).or_else(inside);
    let found = found.unwrap_or_else(|| sent.media_type.clone());
    media_type::essence(&found).to_owned()
}

/// Publishes a manifest under its digest and, as the last thing, under its tag.
pub async fn publish(
    store: &Store,
    name: &Name,
    digest: &Digest,
    tag: Option<Tag>,
    media_type: &str,
    document: &str,
) -> Result<(), Failure> {
    // It may have been taken down since the import was asked for.
    takedown::check(store, name).await?;
    let reference = Reference::Digest(digest.clone());
    let tags = tag.into_iter().collect();
    let bytes = document.as_bytes();
    manifest::put(store, name, reference, tags, Some(media_type), bytes).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use roadstead_shared::import::Plan;
    use roadstead_shared::oci::media_type::{IMAGE_INDEX, IMAGE_MANIFEST};

    const DOCUMENT: &str = r#"{"schemaVersion":2,"manifests":[]}"#;

    fn node(reference: &str) -> Node {
        let plan = Plan::new(reference.parse().unwrap(), Vec::new());
        plan.node(0).unwrap().clone()
    }

    fn sent(media_type: &str, digest: Option<Digest>, document: &str) -> Sent {
        let (media_type, document) = (media_type.to_owned(), document.as_bytes().to_vec());
        Sent { media_type, digest, document }
    }

    fn digest(text: &str) -> Digest {
        Digest::of(Algorithm::Sha256, text.as_bytes())
    }

    #[test]
    fn a_tag_is_what_it_points_at() {
        let fetched = check(&node("latest"), sent(IMAGE_INDEX, None, DOCUMENT)).unwrap();
        assert_eq!(fetched.digest, digest(DOCUMENT));
        assert_eq!(fetched.media_type, IMAGE_INDEX);
    }

    #[test]
    fn other_bytes_than_were_named_are_refused_and_may_be_right_the_next_time() {
        let other = digest("other");
        let by_digest = check(&node(other.as_str()), sent(IMAGE_INDEX, None, DOCUMENT));
        assert_eq!(by_digest.err().map(|failure| failure.retry), Some(Some(None)));
        let by_header = check(&node("latest"), sent(IMAGE_INDEX, Some(other), DOCUMENT));
        assert_eq!(by_header.err().map(|failure| failure.retry), Some(Some(None)));
    }

    #[test]
    fn a_length_that_its_parent_did_not_announce_is_refused() {
        let mut child = node(digest(DOCUMENT).as_str());
        child.size = Some(3);
        let refused = check(&child, sent(IMAGE_INDEX, None, DOCUMENT)).err();
        assert_eq!(refused.map(|failure| failure.retry), Some(None));
    }

    #[test]
    fn the_type_is_the_parents_then_the_documents_then_the_registrys() {
        let typed = format!(r#"{{"schemaVersion":2,"mediaType":"{IMAGE_INDEX}","manifests":[]}}"#);
        let fetched = check(&node("latest"), sent("text/plain", None, &typed)).unwrap();
        assert_eq!(fetched.media_type, IMAGE_INDEX);
        let mut child = node("latest");
        child.media_type = IMAGE_MANIFEST.to_owned();
        assert!(check(&child, sent("text/plain", None, &typed)).is_err(), "the two contradict");
    }

    #[test]
    fn what_is_no_manifest_is_refused_for_good() {
        for document in ["", "[]", "<html>", r#"{"schemaVersion":1}"#] {
            let refused = check(&node("latest"), sent(IMAGE_INDEX, None, document)).err();
            assert_eq!(refused.map(|failure| failure.retry), Some(None), "{document}");
        }
    }
}
