//! What a tag was built for, and how much each platform downloads.

use leptos::prelude::*;
use roadstead_shared::catalog::{PlatformEntry, TagEntry, size::size_text};

/// Platforms shown in a row; the rest is a number.
const SHOWN: usize = 6;

/// A list of platforms with their compressed sizes, or the one size of what has no platform.
#[component]
pub fn PlatformSizes(
    /// The tag.
    tag: TagEntry,
) -> impl IntoView {
    let rest = tag.platforms.len().saturating_sub(SHOWN);
    let bare = tag.content_bytes.filter(|_| tag.platforms.is_empty());
    let platforms = tag.platforms.into_iter().take(SHOWN).map(item).collect_view();
    view! {
        <ul class="platforms">
            {platforms}
            {bare.map(|bytes| view! { <li class="bare"><span class="size">{size_text(bytes)}</span></li> })}
            {(rest > 0).then(|| view! { <li class="quiet">{format!("and {rest} more")}</li> })}
        </ul>
    }
}

fn item(entry: PlatformEntry) -> impl IntoView {
    let size = entry.content_bytes.map(size_text);
    view! {
        <li>
            <span title=entry.platform.to_string()>{entry.platform.short()}</span>
            {size.map(|size| view! { <span class="size">{size}</span> })}
        </li>
    }
}
