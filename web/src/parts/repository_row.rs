//! One repository in a list: what it is, its tags, what it was built for, how large, how old, and
//! the command that pulls it.

use crate::{
    app::repository_address,
    parts::{command_line::CommandLine, when::When},
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::catalog::{
    Kind, RepositorySummary, TagEntry, display_text, size::size_range_text,
};

/// Tags and platforms that a row names before it counts the rest.
const NAMED: usize = 3;

/// A row of the list.
#[component]
pub fn RepositoryRow(
    /// The repository.
    repository: RepositorySummary,
    /// The request.
    visit: SharedVisit,
) -> impl IntoView {
    let command = repository
        .featured
        .as_ref()
        .and_then(|tag| visit.command(&repository.name, tag, None, false));
    let size = repository
        .featured
        .as_ref()
        .and_then(TagEntry::sizes)
        .map(|(low, high)| size_range_text(low, high));
    let kind = repository.featured.as_ref().map(|tag| tag.kind).filter(|kind| *kind != Kind::Image);
    let about = repository
        .description
        .as_deref()
        .map(|text| display_text(text, 160))
        .filter(|text| !text.is_empty());
    view! {
        <li class="row">
            <div class="row-name">
                <div class="names">
                    <h3>
                        <a href=repository_address(&repository.name)>{display_text(&repository.name, 255)}</a>
                    </h3>
                    {kind.map(|kind| view! { <span class="chip">{kind.label()}</span> })}
                </div>
            </div>
            {about.map(|about| view! { <p class="about" dir="auto">{about}</p> })}
            <div class="row-tags">{tags(&repository)}</div>
            <div class="row-platforms">{repository.featured.as_ref().map(platforms)}</div>
            <div class="row-size">{size}</div>
            <div class="row-age"><When at_ms=repository.updated_at_ms now_ms=visit.now_ms/></div>
            {command.map(|command| view! { <div class="row-pull"><CommandLine command/></div> })}
        </li>
    }
}

/// The featured tag and the newest others, and how many there are beyond.
fn tags(repository: &RepositorySummary) -> impl IntoView + use<> {
    let featured = repository.featured.as_ref().map(|tag| tag.name.clone());
    let others =
        repository.recent_tags.iter().filter(|tag| Some(*tag) != featured.as_ref()).cloned();
    let named: Vec<String> = featured.iter().cloned().chain(others).take(NAMED).collect();
    let more = repository.tag_count.beyond(named.len());
    view! {
        <ul class="words">
            {named.into_iter().map(|tag| view! { <li><code>{display_text(&tag, 40)}</code></li> }).collect_view()}
        </ul>
        {more.map(|more| view! { <span class="beyond">{more}</span> })}
    }
}

fn platforms(tag: &TagEntry) -> impl IntoView + use<> {
    let named = tag
        .platforms
        .iter()
        .take(NAMED)
        .map(|entry| (entry.platform.short(), entry.platform.to_string()));
    let named: Vec<(String, String)> = named.collect();
    let rest = tag.platforms.len().saturating_sub(NAMED);
    view! {
        <ul class="words">
            {named.into_iter().map(|(short, long)| view! { <li title=long>{short}</li> }).collect_view()}
        </ul>
        {(rest > 0).then(|| view! { <span class="beyond">{format!("+{rest}")}</span> })}
    }
}
