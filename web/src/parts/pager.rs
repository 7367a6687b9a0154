//! To the part before and to the part after, where there is one.

use leptos::prelude::*;

/// Links to the neighbouring parts of a list; nothing if the list has one part only.
#[component]
pub fn Pager(
    /// The address of the part before.
    before: Option<String>,
    /// The address of the part after.
    after: Option<String>,
    /// What the list holds, in the words of the links: `Newer`, `Older`.
    words: (&'static str, &'static str),
) -> impl IntoView {
    let any = before.is_some() || after.is_some();
    any.then(|| {
        view! {
            <nav class="pager" aria-label="More of this list">
                {before.map(|address| view! { <a rel="prev" href=address>"← "{words.0}</a> })}
                {after.map(|address| view! { <a rel="next" href=address>{words.1}" →"</a> })}
            </nav>
        }
    })
}
