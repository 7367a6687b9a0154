//! Somebody sent what a page does not take.

use crate::{
    document::{Head, render},
    visit::SharedVisit,
};
use leptos::prelude::*;

/// The methods that a page answers, for the header that says so.
pub const ALLOWED: &str = "GET, HEAD";

/// The page.
pub fn page(visit: &SharedVisit) -> String {
    let head = Head::personal("Method not allowed", &[]);
    render(visit, head, || {
        view! {
            <section class="state">
                <p class="state-code">"405"</p>
                <h1>"Pages are only for reading"</h1>
                <p class="lede-small">"This address answers GET and HEAD. Images are pushed to the registry’s API under "<code>"/v2/"</code>", which every OCI client does by itself."</p>
                <p class="state-next"><a class="button" href="/">"See what is published"</a></p>
            </section>
        }
    })
}
