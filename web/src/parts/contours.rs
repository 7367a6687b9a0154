//! Depth contours, as on a nautical chart: the only decoration on the site.

use leptos::prelude::*;

const CONTOURS: &str = include_str!("contours.svg");

/// The corner of the home page.
#[component]
pub fn Contours() -> impl IntoView {
    view! { <div class="contours" aria-hidden="true" inner_html=CONTOURS></div> }
}
