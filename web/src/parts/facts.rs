//! The side column: what is known about a repository, each fact on one line. What is not known is
//! not there.

use crate::{
    parts::{copy_button::CopyButton, when::When},
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::catalog::{
    RepositoryDetail, TagEntry, WebLink, display_text, size::size_range_text, tag::short_digest,
};

/// Annotations of the image specification that are worth a line, with the words for them.
const ANNOTATIONS: [(&str, &str); 9] = [
    ("org.opencontainers.image.version", "Version"),
    ("org.opencontainers.image.licenses", "Licence"),
    ("org.opencontainers.image.vendor", "Vendor"),
    ("org.opencontainers.image.authors", "Authors"),
    ("org.opencontainers.image.base.name", "Base"),
    ("org.opencontainers.image.source", "Source"),
    ("org.opencontainers.image.url", "Home page"),
    ("org.opencontainers.image.documentation", "Documentation"),
    ("org.opencontainers.image.revision", "Revision"),
];

/// Platforms named before the rest is a number.
const PLATFORMS: usize = 8;

/// The list of facts.
#[component]
pub fn Facts(
    /// The repository.
    repository: RepositoryDetail,
    /// The request.
    visit: SharedVisit,
) -> impl IntoView {
    let now_ms = visit.now_ms;
    let annotations = ANNOTATIONS.iter().filter_map(|(key, label)| {
        let text = display_text(repository.annotations.get(*key)?, 120);
        let link = repository.annotations.get(*key).and_then(|text| WebLink::parse(text));
        (!text.is_empty()).then(|| fact(label, value(text, link)))
    });
    let annotations = annotations.collect_view();
    let featured = repository.featured.map(|tag| tag_facts(tag, now_ms));
    view! {
        <aside class="facts" aria-label="Facts">
            <dl>
                {featured}
                {annotations}
                {fact("Updated", view! { <When at_ms=repository.updated_at_ms now_ms/> }.into_any())}
                {fact("First pushed", view! { <When at_ms=repository.created_at_ms now_ms/> }.into_any())}
            </dl>
        </aside>
    }
}

/// What is known about the tag that the pull line names.
fn tag_facts(tag: TagEntry, now_ms: i64) -> impl IntoView + use<> {
    let rest = tag.platforms.len().saturating_sub(PLATFORMS);
    let mut platforms: Vec<String> =
        tag.platforms.iter().map(|entry| entry.platform.short()).collect();
    platforms.truncate(PLATFORMS);
    if rest > 0 {
        platforms.push(format!("+{rest}"));
    }
    let platforms =
        (!platforms.is_empty()).then(|| fact("Platforms", platforms.join(" · ").into_any()));
    let size = tag.sizes().map(|(low, high)| fact("Size", size_range_text(low, high).into_any()));
    let media = tag
        .artifact_type
        .as_deref()
        .map(|text| fact("Type", view! { <code>{display_text(text, 120)}</code> }.into_any()));
    let built =
        tag.built_at_ms.map(|at_ms| fact("Built", view! { <When at_ms now_ms/> }.into_any()));
    let digest = view! {
        <code title=tag.digest.clone()>{short_digest(&display_text(&tag.digest, 160))}</code>
        <CopyButton command=tag.digest main=false/>
    };
    view! {
        {fact("Tag", view! { <code>{display_text(&tag.name, 128)}</code> }.into_any())}
        {fact("Kind", tag.kind.long_label().into_any())}
        {platforms}
        {size}
        {fact("Digest", digest.into_any())}
        {media}
        {built}
    }
}

/// A link only where the publisher wrote a web address; it says where it leads.
fn value(text: String, link: Option<WebLink>) -> AnyView {
    match link {
        Some(link) => {
            let label = link.label().to_owned();
            view! { <a href=link.address().to_owned() rel="nofollow noopener noreferrer">{label}</a> }.into_any()
        }
        None => text.into_any(),
    }
}

fn fact(label: &'static str, value: AnyView) -> impl IntoView + use<> {
    view! { <div><dt>{label}</dt><dd dir="auto">{value}</dd></div> }
}
