//! Where one is: catalog, publisher, repository.

use leptos::prelude::*;
use roadstead_shared::catalog::{display_text, repository::split_name};

/// The path above a repository's title. A publisher has no page of its own, so it is no link.
#[component]
pub fn Crumbs(
    /// The repository's whole name.
    name: String,
) -> impl IntoView {
    let (publisher, rest) = split_name(&name);
    let publisher = publisher.map(|publisher| view! { <li>{display_text(publisher, 255)}</li> });
    view! {
        <nav class="crumbs" aria-label="Breadcrumb">
            <ol>
                <li><a href="/">"Catalog"</a></li>
                {publisher}
                <li aria-current="page">{display_text(rest, 255)}</li>
            </ol>
        </nav>
    }
}
