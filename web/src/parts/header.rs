//! The bar at the top of every page. It links to what exists.

use leptos::prelude::*;

const ANCHOR: &str = include_str!("anchor.svg");

/// Logo and navigation.
#[component]
pub fn Header() -> impl IntoView {
    view! {
        <header class="top">
            <a class="logo" href="/">
                <span class="logo-mark" inner_html=ANCHOR></span>
                "Roadstead"
            </a>
            <nav class="top-links" aria-label="Site">
                <a href="/">"Catalog"</a>
                <a href="/#publish">"Publish"</a>
            </nav>
        </header>
    }
}
