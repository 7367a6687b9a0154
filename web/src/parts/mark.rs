//! The mark of a verified publisher: the only magenta on the site.

use leptos::prelude::*;

/// A tick and the words.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <span class="mark" title="The operator of this registry knows who this publisher is">
            <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true"><path d="M1.5 6.5 4.5 9.5 10.5 2.5"/></svg>
            "verified publisher"
        </span>
    }
}
