//! The namespaces that an account belongs to, and a new one.

use crate::{
    app::namespace_address,
    document::{Head, render},
    parts::{
        desk::{Desk, Tab},
        form::{Field, Post, problem},
        gauge::Gauge,
    },
    source::account::{AccountDetail, NamespaceRow},
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::catalog::size::size_text;

const HERE: &str = "/account/namespaces";

/// The page.
pub fn page(visit: &SharedVisit, detail: &AccountDetail) -> String {
    render(visit, Head::personal("Namespaces", &["namespace"]), || {
        let rows = detail.namespaces.iter().map(|namespace| row(visit, namespace));
        let rows = rows.collect_view();
        let empty = detail.namespaces.is_empty();
        view! {
            {Desk::new("Namespaces", Tab::Namespaces).with(visit, view! {
                <div class="columns">
                    <section class="side" aria-labelledby="new-title">{new_namespace(visit)}</section>
                    <section aria-labelledby="list-title">
                        <h2 id="list-title">"Yours"</h2>
                        {if empty {
                            view! { <p class="note">"You belong to none yet. A namespace is what stands before the slash in an image’s name; you publish under it, alone or with others."</p> }.into_any()
                        } else {
                            view! { <ul class="rows">{rows}</ul> }.into_any()
                        }}
                    </section>
                </div>
            })}
        }
    })
}

fn row(visit: &SharedVisit, namespace: &NamespaceRow) -> AnyView {
    let role = namespace.role.clone().unwrap_or_default();
    view! {
        <li class="line">
            <div class="line-what">
                <h3><a href=namespace_address(&namespace.name)>{namespace.name.clone()}</a></h3>
                <p class="quiet">{role}{namespace.verified.then_some(" · verified")}</p>
            </div>
            <div class="line-figure">{storage(visit, namespace)}</div>
        </li>
    }
    .into_any()
}

/// What a namespace holds of what it may hold.
pub(crate) fn storage(visit: &SharedVisit, namespace: &NamespaceRow) -> AnyView {
    let used = namespace.used_bytes.unwrap_or_default();
    let quota = namespace.quota_bytes.or(visit.visitor.terms.namespace_bytes);
    let Some(limit) = quota else {
        return view! { <p class="size">{size_text(used)}" used"</p> }.into_any();
    };
    view! {
        <p class="size">{format!("{} of {}", size_text(used), size_text(limit))}</p>
        <Gauge used limit/>
    }
    .into_any()
}

fn new_namespace(visit: &SharedVisit) -> AnyView {
    let name = Field::named("namespace", "name", "Name").hint(
        "2 to 39 small letters, figures and single hyphens. The first to ask for a name has it.",
    );
    view! {
        <h2 id="new-title">"New namespace"</h2>
        {problem(visit, "namespace")}
        {Post::new("/api/v1/namespaces", HERE, format!("{HERE}?at=namespace")).with(view! {
            {name.view(visit)}
            <button class="main" type="submit">"Make the namespace"</button>
        })}
    }
    .into_any()
}
