//! What is published here, newest first; and what to do when there is nothing yet.

use crate::{
    app::home_address,
    document::{Head, render},
    parts::{
        command_line::CommandLine, contours::Contours, pager::Pager, publish_guide::PublishGuide,
        repository_row::RepositoryRow,
    },
    source::home::Listing,
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::catalog::Kind;
use std::sync::Arc;

/// The page.
pub fn page(visit: &SharedVisit, listing: Listing, number: u32) -> String {
    let head = Head {
        title: if number > 1 { format!("Published here, page {number} · Roadstead") } else { "Roadstead: public container images".to_owned() },
        description: "A public container registry at the edge: images, Helm charts and other OCI artifacts, pulled without an account.".to_owned(),
        forms: &[],
    };
    render(visit, head, || content(visit, listing, number))
}

fn content(visit: &SharedVisit, listing: Listing, number: u32) -> impl IntoView + use<> {
    let first = (number == 1).then(|| hero(visit, &listing));
    let guide = (number == 1).then(|| view! { <PublishGuide visit=Arc::clone(visit)/> });
    let listed = (!listing.repositories.is_empty()).then(|| list(visit, listing, number));
    view! { {first}{listed}{guide} }
}

/// What this is, and one command that works.
fn hero(visit: &SharedVisit, listing: &Listing) -> impl IntoView + use<> {
    let example = example(visit, listing);
    let empty = listing.repositories.is_empty();
    view! {
        <section class="hero">
            <Contours/>
            <h1>"Public container images, close to wherever you pull."</h1>
            {if empty {
                view! { <p class="lede">"Nothing is published here yet. The first image takes three commands, and everything pushed can be pulled by anyone, without an account."</p> }
            } else {
                view! { <p class="lede">"No account, no sign-up. Pull what people publish here with the client you have: Docker, Podman, containerd, Helm or any other that speaks OCI."</p> }
            }}
            {example.map(|command| view! { <CommandLine command main=true/> })}
        </section>
    }
}

/// A command for what most people come for: an image, if there is one.
fn example(visit: &SharedVisit, listing: &Listing) -> Option<String> {
    let tagged = || listing.repositories.iter().filter_map(|it| Some((it, it.featured.as_ref()?)));
    let image = tagged().find(|(_, tag)| tag.kind == Kind::Image);
    let (repository, tag) = image.or_else(|| tagged().next())?;
    visit.command(&repository.name, tag, None, false)
}

fn list(visit: &SharedVisit, listing: Listing, number: u32) -> impl IntoView + use<> {
    let before = (number > 1).then(|| home_address(number - 1));
    let after = listing.more.then(|| home_address(number + 1));
    let rows = listing.repositories.into_iter().map(|repository| {
        view! { <RepositoryRow repository visit=Arc::clone(visit)/> }
    });
    let rows = rows.collect_view();
    view! {
        <section class="published" aria-labelledby="published-title">
            <div class="over-list">
                <h2 id="published-title">"Published here"</h2>
                <span class="quiet">{if number > 1 { format!("page {number}") } else { "newest first".to_owned() }}</span>
            </div>
            <ul class="rows">{rows}</ul>
            <Pager before after words=("Newer", "Older")/>
        </section>
    }
}
