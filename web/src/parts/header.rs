//! The bar at the top of every page: where one can go, what is left of the month, who is signed in.

use crate::{
    app::{MOVE, sign_in_address},
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::{catalog::size::size_text, usage::Usage};

const ANCHOR: &str = include_str!("anchor.svg");

/// Logo, navigation, allowance and account.
#[component]
pub fn Header(
    /// The request.
    visit: SharedVisit,
) -> impl IntoView {
    let links = || view! { <a href="/">"Catalog"</a><a href="/#publish">"Publish"</a><a href=MOVE>"Move here"</a> };
    let left = visit.visitor.usage.as_ref().map(left);
    let (words, address) = match &visit.visitor.account {
        Some(name) => (name.clone(), "/account".to_owned()),
        None => ("Sign in".to_owned(), sign_in_address(&visit.here_or_home())),
    };
    view! {
        <header class="top">
            <a class="logo" href="/">
                <span class="logo-mark" inner_html=ANCHOR></span>
                "Roadstead"
            </a>
            <nav class="top-links" aria-label="Site">{links()}</nav>
            {left}
            <a class="button who" href=address>{words}</a>
            <details class="menu">
                <summary><span class="sr-only">"Menu"</span></summary>
                <nav aria-label="Site, small">{links()}<a href="/usage">"Usage"</a></nav>
            </details>
        </header>
    }
}

/// What is left, in two words.
fn left(usage: &Usage) -> impl IntoView + use<> {
    let (words, spent) = match usage.remaining_bytes {
        None => ("No limit".to_owned(), false),
        Some(0) => ("Nothing left".to_owned(), true),
        Some(bytes) => (format!("{} left", size_text(bytes)), false),
    };
    let title = usage.limit_bytes.map(|limit| format!("of {} a month", size_text(limit)));
    view! { <a class=if spent { "left spent" } else { "left" } href="/usage" title=title>{words}</a> }
}
