//! A repository that the operator has taken down: why, since when, and whom to ask. RFC 7725.

use crate::{
    app::REPORT,
    document::{Head, render},
    parts::when::When,
    source::{rows::millis, takedown::Takedown},
    visit::{SharedVisit, Visit},
};
use leptos::prelude::*;
use roadstead_shared::{api::contact::Contact, catalog::display_text};

/// The page.
pub fn page(visit: &SharedVisit, name: &str, takedown: &Takedown) -> String {
    let head = Head::personal("Taken down", &[]);
    let (name, reason) = (display_text(name, 255), display_text(&takedown.reason, 500));
    let at_ms = millis(takedown.at_ms);
    let contact = visit.contact.clone();
    render(visit, head, || {
        view! {
            <section class="state">
                <p class="state-code">"451"</p>
                <h1>"Taken down"</h1>
                <p class="lede-small"><code>{name}</code>" cannot be pulled: the operator of this registry took it down "<When at_ms now_ms=visit.now_ms/>"."</p>
                <p class="lede-small" dir="auto">{reason}</p>
                <p class="state-next">
                    {contact.map(|contact| view! { <a class="button" href=contact.uri()>"Ask the operator"</a> })}
                    <a class="button" href=REPORT>"About reports"</a>
                    <a class="button" href="/">"See what is published"</a>
                </p>
            </section>
        }
    })
}

/// The header that says who keeps it from being had.
pub fn link(visit: &Visit) -> String {
    let blocker = visit.contact.as_ref().map_or_else(|| format!("{}/", visit.origin), Contact::uri);
    format!("<{blocker}>; rel=\"blocked-by\"")
}
