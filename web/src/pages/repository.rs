//! One repository: where one is, what it is, how to pull it, and its tags.

use crate::{
    app::Choice,
    document::{Head, render},
    parts::{crumbs::Crumbs, facts::Facts, mark::Mark, pull_box::PullBox, tag_table::TagTable},
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::catalog::{Kind, RepositoryDetail, display_text, repository::split_name};
use std::sync::Arc;

/// The page.
pub fn page(visit: &SharedVisit, repository: RepositoryDetail, choice: Choice) -> String {
    let name = display_text(&repository.name, 255);
    let about = repository
        .description
        .as_deref()
        .map(|text| display_text(text, 160))
        .filter(|text| !text.is_empty());
    let head = Head {
        title: format!("{name} · Roadstead"),
        description: about
            .unwrap_or_else(|| format!("Tags, platforms and pull commands of {name}.")),
        forms: &[],
    };
    render(visit, head, || content(visit, repository, choice))
}

fn content(
    visit: &SharedVisit,
    repository: RepositoryDetail,
    choice: Choice,
) -> impl IntoView + use<> {
    let title = display_text(split_name(&repository.name).1, 255);
    let kind = repository.featured.as_ref().map(|tag| tag.kind).filter(|kind| *kind != Kind::Image);
    let about = repository
        .description
        .as_deref()
        .map(|text| display_text(text, 600))
        .filter(|text| !text.is_empty());
    let pull = repository.featured.clone().map(|tag| {
        view! { <PullBox name=repository.name.clone() tag choice=choice.clone() visit=Arc::clone(visit)/> }
    });
    let tagged = pull.is_some();
    view! {
        <div class="page">
            <Crumbs name=repository.name.clone()/>
            <div class="title">
                <h1 dir="auto">{title}</h1>
                {repository.verified.then(|| view! { <Mark/> })}
                {kind.map(|kind| view! { <span class="chip">{kind.label()}</span> })}
            </div>
            {about.map(|about| view! { <p class="lede-small" dir="auto">{about}</p> })}
            {pull}
            <div class="columns">
                <Facts repository=repository.clone() visit=Arc::clone(visit)/>
                <div>
                    {if tagged {
                        view! { <TagTable repository choice visit=Arc::clone(visit)/> }.into_any()
                    } else {
                        view! { <p class="note">"Nothing in this repository has a tag. What was pushed can be pulled by its digest."</p> }.into_any()
                    }}
                </div>
            </div>
        </div>
    }
}
