//! The button that copies a command. Without JavaScript it is not shown.

#![expect(missing_docs, reason = "the island macro makes a struct that has none")]

use crate::browser;
use leptos::prelude::*;
use std::time::Duration;

/// How long the button keeps saying what it did.
const SAID_FOR: Duration = Duration::from_secs(2);

/// The word of a button that has nothing to say.
pub(crate) const COPY: &str = "Copy";

/// Copies `text`; the button's word says so for a while.
pub(crate) fn copy(text: String, word: RwSignal<&'static str>) {
    leptos::task::spawn_local(async move {
        let said = if browser::copy(&text).await { "Copied" } else { "Not copied" };
        word.set(said);
        browser::announce(said);
        set_timeout(
            move || {
                word.set(COPY);
                browser::announce("");
            },
            SAID_FOR,
        );
    });
}

/// Copies `command`, and says so to eyes and to screen readers.
#[island]
pub fn CopyButton(
    /// What is copied.
    command: String,
    /// Whether it is the main button of its page, or one of many in a list.
    main: bool,
    /// What it is called, where that is not what is copied.
    #[prop(optional)]
    name: Option<String>,
) -> impl IntoView {
    let word = RwSignal::new(COPY);
    let label = format!("Copy {}", name.as_ref().unwrap_or(&command));
    let press = move |_| copy(command.clone(), word);
    view! {
        <button type="button" class=if main { "copy copy-main" } else { "copy" } aria-label=label on:click=press>
            {move || word.get()}
        </button>
    }
}
