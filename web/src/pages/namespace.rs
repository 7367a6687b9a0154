//! One namespace: what it holds, who belongs to it, whose jobs may publish into it.

mod jobs;
mod members;

use crate::{
    app::{namespace_address, repository_address},
    document::{Head, render},
    pages::account::namespaces::storage,
    parts::{
        desk::{Desk, Tab},
        form::{Field, Post, problem, sizes},
        when::When,
    },
    source::{
        account::NamespaceRow,
        namespace::{ListedRow, NamespaceDetail},
        rows::bytes,
    },
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::catalog::display_text;

/// Repositories that the page lists.
const LISTED: usize = 100;

/// The page.
pub fn page(visit: &SharedVisit, detail: NamespaceDetail) -> String {
    let head = Head::personal(&detail.namespace.name, &["member", "jobs", "quota"]);
    render(visit, head, || content(visit, detail))
}

fn content(visit: &SharedVisit, detail: NamespaceDetail) -> AnyView {
    let NamespaceDetail { namespace, members, publishers, repositories } = detail;
    let decides = namespace.is_owner() || visit.visitor.is_operator;
    let verified = namespace.verified.then_some("verified");
    view! {
        {Desk::new(namespace.name.clone(), Tab::Namespaces).above("Namespaces", "/account/namespaces").beside(verified).with(visit, view! {
            <div class="columns">
                <aside class="side" aria-label="About it">
                    <h2>"Storage"</h2>
                    {storage(visit, &namespace)}
                    <p class="hint">"Each blob once, however many repositories have it; unfinished uploads included."</p>
                    {visit.visitor.is_operator.then(|| judgement(visit, &namespace))}
                </aside>
                <div>
                    {published(visit, &namespace.name, repositories)}
                    {members::section(visit, &namespace.name, &members, decides)}
                    {jobs::section(visit, &namespace.name, &publishers, decides)}
                </div>
            </div>
        })}
    }
    .into_any()
}

fn published(visit: &SharedVisit, name: &str, mut rows: Vec<ListedRow>) -> AnyView {
    let more = rows.len() > LISTED;
    rows.truncate(LISTED);
    if rows.is_empty() {
        let example = format!("{name}/my-image:1.0");
        return view! {
            <section><h2>"Published"</h2>
            <p class="note">"Nothing yet. Push the first image as "<code>{example}</code>" on this host; "<a href="/#publish">"three commands"</a>" do it."</p></section>
        }
        .into_any();
    }
    let now_ms = visit.now_ms;
    let rows = rows.into_iter().map(|row| {
        let tags = bytes(row.tag_count);
        let tags = if tags == 1 { "1 tag".to_owned() } else { format!("{tags} tags") };
        let updated = row.updated_at_ms.map(|at_ms| view! { <When at_ms now_ms/> });
        view! {
            <li class="line"><h3 class="line-what"><a href=repository_address(&row.name)>{display_text(&row.name, 255)}</a></h3>
                <p class="quiet">{tags}" · "{updated}</p></li>
        }
    });
    let rows = rows.collect_view();
    view! {
        <section><h2>"Published"</h2><ul class="rows">{rows}</ul>
            {more.then(|| view! { <p class="hint">{format!("The {LISTED} that were updated last.")}</p> })}
        </section>
    }
    .into_any()
}

/// What the operator decides about a namespace.
fn judgement(visit: &SharedVisit, namespace: &NamespaceRow) -> AnyView {
    let here = namespace_address(&namespace.name);
    let to = format!("/api/v1/admin/namespaces/{}?_method=PUT", namespace.name);
    let quota = Field::new("quota", "quota_bytes", "Quota in bytes")
        .number("quota-sizes")
        .optional()
        .value(namespace.quota_bytes.map(|bytes| bytes.to_string()))
        .hint("Empty: as any namespace.");
    view! {
        <section class="block" aria-labelledby="judge-title">
            <h2 id="judge-title">"For the operator"</h2>
            {Post::new(to.clone(), here.as_str(), here.as_str()).bare().with(view! {
                <input type="hidden" name="verified" value=(!namespace.verified).to_string()/>
                <button class="button" type="submit">{if namespace.verified { "Take the mark away" } else { "Mark as verified" }}</button>
            })}
            {problem(visit, "quota")}
            {Post::new(to, here.as_str(), format!("{here}?at=quota")).with(view! {
                {quota.view(visit)}
                {sizes("quota-sizes")}
                <button class="button" type="submit">"Set the quota"</button>
            })}
        </section>
    }
    .into_any()
}
