//! A command and the button that copies it.

use crate::parts::copy_button::CopyButton;
use leptos::prelude::*;

/// One line that a person pastes. Long ones scroll inside their box.
#[component]
pub fn CommandLine(
    /// The command.
    command: String,
    /// Whether its button is the main one of the page.
    #[prop(optional)]
    main: bool,
) -> impl IntoView {
    view! {
        <div class=if main { "command command-main" } else { "command" }>
            // Scrolling by keyboard needs something that takes the focus; most browsers see to that
            // themselves, and a list would gain a stop at every row.
            <code tabindex=main.then_some("0")>{command.clone()}</code>
            <CopyButton command main/>
        </div>
    }
}
