//! The tags of a repository, newest push first; names of one digest share a row.

use crate::{
    app::Choice,
    parts::{pager::Pager, tag_row::TagRow},
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::catalog::{RepositoryDetail, TagGroup};
use std::sync::Arc;

/// The table and the way to the rest of it.
#[component]
pub fn TagTable(
    /// The repository.
    repository: RepositoryDetail,
    /// What the address says.
    choice: Choice,
    /// The request.
    visit: SharedVisit,
) -> impl IntoView {
    let RepositoryDetail { name, tags, tag_count, more_tags, featured, .. } = repository;
    let page = choice.page.max(1);
    let turn = |page: u32| Choice { page, ..choice.clone() }.address(&name);
    let before = (page > 1).then(|| turn(page - 1));
    let after = more_tags.then(|| turn(page + 1));
    let platforms = tags.iter().any(|tag| !tag.platforms.is_empty());
    let sizes = if platforms { "Platforms, compressed" } else { "Compressed" };
    let rows = TagGroup::of(tags).into_iter().map(|group| {
        let current = featured.as_ref().is_some_and(|tag| tag.digest == group.tag.digest);
        view! { <TagRow name=name.clone() group choice=choice.clone() current visit=Arc::clone(&visit)/> }
    });
    let rows = rows.collect_view();
    view! {
        <section aria-labelledby="tags-title">
            <h2 id="tags-title">"Tags "<span class="count">{tag_count.to_string()}</span></h2>
            <table class="tags">
                <thead>
                    <tr>
                        <th scope="col">"Tag, and what else points there"</th>
                        <th scope="col">{sizes}</th>
                        <th scope="col" class="cell-age">"Pushed"</th>
                        <th scope="col"><span class="sr-only">"Pull command"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <Pager before after words=("Newer tags", "Older tags")/>
        </section>
    }
}
