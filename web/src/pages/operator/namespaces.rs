//! Everybody's namespaces.

use super::{address, framed, search};
use crate::{
    app::{OperatorPage, namespace_address},
    pages::account::namespaces::storage,
    parts::{pager::Pager, when::When},
    source::{account::NamespaceRow, operator::Namespaces},
    visit::SharedVisit,
};
use leptos::prelude::*;

const HERE: &str = "/operator/namespaces";

/// The page.
pub fn page(visit: &SharedVisit, namespaces: &Namespaces) -> String {
    framed(visit, "Namespaces", OperatorPage::Namespaces, &[], || content(visit, namespaces))
}

fn content(visit: &SharedVisit, namespaces: &Namespaces) -> AnyView {
    let query = visit.asked("q").unwrap_or_default();
    let after = namespaces.more.then(|| namespaces.rows.last()).flatten();
    let after = after.map(|last| address(HERE, &[("q", &query), ("after", &last.name)]));
    let before = visit.asked("after").map(|_| address(HERE, &[("q", &query)]));
    let rows: Vec<_> = namespaces.rows.iter().map(|namespace| row(visit, namespace)).collect();
    view! {
        {search(visit, HERE, "q", "Name")}
        {rows.is_empty().then(|| view! { <p class="note">"There is none."</p> })}
        {(!rows.is_empty()).then(|| view! { <ul class="rows">{rows}</ul> })}
        <Pager before after words=("From the start", "More")/>
    }
    .into_any()
}

fn row(visit: &SharedVisit, namespace: &NamespaceRow) -> AnyView {
    let made =
        namespace.created_at_ms.map(|at_ms| view! { "made "<When at_ms now_ms=visit.now_ms/> });
    view! {
        <li class="line">
            <div class="line-what"><h3><a href=namespace_address(&namespace.name)>{namespace.name.clone()}</a></h3>
                <p class="quiet">{made}{namespace.verified.then_some(" · verified")}</p></div>
            <div class="line-figure">{storage(visit, namespace)}</div>
        </li>
    }
    .into_any()
}
