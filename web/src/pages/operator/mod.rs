//! What only the operator sees.

pub mod account;
pub mod accounts;
pub mod audit;
pub mod namespaces;
pub mod networks;
pub mod takedowns;
pub mod upstreams;

use crate::{
    app::OperatorPage,
    document::{Head, render},
    parts::desk::{Desk, OperatorNav, Tab},
    visit::{SharedVisit, Visit},
};
use leptos::prelude::*;

/// A page in the operator's frame.
fn framed<V: IntoView + 'static>(
    visit: &SharedVisit,
    title: &str,
    page: OperatorPage,
    forms: &'static [&'static str],
    content: impl FnOnce() -> V,
) -> String {
    let desk = Desk::new(title, Tab::Operator).above("Operator", "/operator");
    render(visit, Head::personal(title, forms), || {
        desk.with(visit, view! { <OperatorNav page/>{content()} })
    })
}

/// The address of a list with these parameters; those that are empty are left out.
fn address(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// A field to search a list by.
fn search(visit: &Visit, path: &'static str, name: &'static str, label: &'static str) -> AnyView {
    let value = visit.asked(name);
    let id = format!("search-{name}");
    view! {
        <form method="get" action=path class="search" role="search">
            <label class="sr-only" for=id.clone()>{label}</label>
            <input id=id type="search" name=name value=value placeholder=label autocomplete="off" autocapitalize="none" spellcheck="false"/>
            <button class="button" type="submit">"Search"</button>
        </form>
    }
    .into_any()
}
