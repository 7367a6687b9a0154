//! Light, dark or auto. The choices are links that work without JavaScript; with it they change the
//! page in place.

#![expect(missing_docs, reason = "the island macro makes a struct that has none")]

use crate::{browser, theme::Theme};
use leptos::prelude::*;

/// The switch in the footer.
#[island]
pub fn ThemeSwitch(
    /// The word of the theme that the page was rendered in.
    chosen: String,
    /// The page's own query, to which the links add their choice; empty or ending with `&`.
    query: String,
) -> impl IntoView {
    let chosen = RwSignal::new(Theme::from_word(&chosen).unwrap_or_default());
    let choice = move |theme: Theme| {
        let press = move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            chosen.set(theme);
            browser::apply_theme(theme);
        };
        view! {
            <a
                href=format!("?{query}{}={}", Theme::NAME, theme.word())
                aria-current=move || (chosen.get() == theme).then_some("true")
                on:click=press
            >
                {theme.label()}
            </a>
        }
    };
    view! { <nav class="themes" aria-label="Theme">{Theme::ALL.map(choice).collect_view()}</nav> }
}
