//! The bar at the end of every page: which registry this is, and the theme switch.

use crate::{
    app::{REPORT, query_without},
    parts::theme_switch::ThemeSwitch,
    theme::Theme,
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::catalog::Host;

/// Host name and theme switch.
#[component]
pub fn Footer(
    /// The request.
    visit: SharedVisit,
) -> impl IntoView {
    let host = visit.host.as_ref().map(Host::authority).unwrap_or_default().to_owned();
    let query = query_without(&visit.query, Theme::NAME);
    view! {
        <footer class="bottom">
            <span>{host}</span>
            <a href=REPORT>"Report abuse"</a>
            <ThemeSwitch chosen=visit.theme.word().to_owned() query/>
        </footer>
    }
}
