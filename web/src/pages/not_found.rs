//! Nothing under this address.

use crate::{
    app::repository_address,
    document::{Head, render},
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::catalog::display_text;

/// What was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// An address that no page has.
    Page,
    /// A repository of this name.
    Repository(String),
    /// A tag, the second, of a repository, the first.
    Tag(String, String),
}

/// The page.
pub fn page(visit: &SharedVisit, missing: Missing) -> String {
    let head = Head::personal("Not found", &[]);
    render(visit, head, || content(missing))
}

fn content(missing: Missing) -> impl IntoView + use<> {
    let (what, next) = match missing {
        Missing::Page => (view! { "No page has this address." }.into_any(), None),
        Missing::Repository(name) => (
            view! { "Nothing is published as "<code>{display_text(&name, 255)}</code>". A name is its publisher and the repository, in lower case: "<code>"acme/edge-proxy"</code>"." }.into_any(),
            None,
        ),
        Missing::Tag(name, tag) => (
            view! { <code>{display_text(&name, 255)}</code>" has no tag "<code>{display_text(&tag, 128)}</code>". It may have been removed or never pushed." }.into_any(),
            Some(repository_address(&name)),
        ),
    };
    view! {
        <section class="state">
            <p class="state-code">"404"</p>
            <h1>"Not found"</h1>
            <p class="lede-small">{what}</p>
            <p class="state-next">
                {next.map(|address| view! { <a class="button" href=address>"See its tags"</a> })}
                <a class="button" href="/">"See what is published"</a>
            </p>
        </section>
    }
}
