//! One digest of a repository: the tags that point to it, what it was built for, when it came.

use crate::{
    app::Choice,
    parts::{copy_button::CopyButton, platform_sizes::PlatformSizes, when::When},
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::catalog::{
    TagEntry, TagGroup, display_text, tag::short_digest, time::age_text,
};

/// A row of the tag table.
#[component]
pub fn TagRow(
    /// The repository's name.
    name: String,
    /// The tags of this digest.
    group: TagGroup,
    /// What the address says; the row's link keeps it and changes the tag.
    choice: Choice,
    /// Whether the pull line names this digest.
    current: bool,
    /// The request.
    visit: SharedVisit,
) -> impl IntoView {
    let TagGroup { tag, aliases } = group;
    let link = |tag: &str| Choice { tag: Some(tag.to_owned()), ..choice.clone() }.address(&name);
    let aliases = aliases.into_iter().map(|alias| {
        view! { <a class="chip" href=link(&alias)>{display_text(&alias, 128)}</a> }
    });
    let aliases = aliases.collect_view();
    let main = link(&tag.name);
    let copied = visit.command(&name, &tag, choice.tool, choice.pinned);
    let built = built(&tag, visit.now_ms);
    view! {
        <tr aria-current=current.then_some("true")>
            <td class="cell-tag">
                <div class="names">
                    <a class="tag" href=main>{display_text(&tag.name, 128)}</a>
                    {aliases}
                </div>
                <code class="digest" title=tag.digest.clone()>{short_digest(&display_text(&tag.digest, 160))}</code>
            </td>
            <td class="cell-platforms"><PlatformSizes tag=tag.clone()/></td>
            <td class="cell-age"><When at_ms=tag.pushed_at_ms now_ms=visit.now_ms/>{built}</td>
            <td class="cell-copy">{copied.map(|command| view! { <CopyButton command main=false/> })}</td>
        </tr>
    }
}

/// When it was built, where that is another time than when it came.
fn built(tag: &TagEntry, now_ms: i64) -> Option<impl IntoView + use<>> {
    let at_ms = tag.built_at_ms?;
    let same = age_text(at_ms, now_ms) == age_text(tag.pushed_at_ms, now_ms);
    (!same).then(|| view! { <span class="quiet">"built "<When at_ms now_ms/></span> })
}
