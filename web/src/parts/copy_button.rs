//! The button that copies a command. Without JavaScript it is not shown.

#![expect(missing_docs, reason = "the island macro makes a struct that has none")]

use crate::browser;
use leptos::prelude::*;
use std::time::Duration;

/// How long the button keeps saying what it did.
const SAID_FOR: Duration = Duration::from_secs(2);

/// Copies `command`, and says so to eyes and to screen readers.
#[island]
pub fn CopyButton(
    /// What is copied.
    command: String,
    /// Whether it is the main button of its page, or one of many in a list.
    main: bool,
) -> impl IntoView {
    let word = RwSignal::new("Copy");
    let label = format!("Copy {command}");
    let press = move |_| {
        let command = command.clone();
        leptos::task::spawn_local(async move {
            let said = if browser::copy(&command).await { "Copied" } else { "Not copied" };
            word.set(said);
            browser::announce(said);
            set_timeout(
                move || {
                    word.set("Copy");
                    browser::announce("");
                },
                SAID_FOR,
            );
        });
    };
    view! {
        <button type="button" class=if main { "copy copy-main" } else { "copy" } aria-label=label on:click=press>
            {move || word.get()}
        </button>
    }
}
