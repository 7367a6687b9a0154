//! Whoever asks is known, and this page is not for them.

use crate::{
    document::{Head, render},
    visit::SharedVisit,
};
use leptos::prelude::*;

/// What was not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A page of the operator's.
    Operator,
    /// A namespace of others, or one that nobody has: which of both is not said.
    Namespace,
}

/// The page.
pub fn page(visit: &SharedVisit, refused: Refused) -> String {
    let (title, words) = match refused {
        Refused::Operator => (
            "For the operator",
            "This page is for the operator of this registry. If that is you, sign out and in again with the operator’s account.",
        ),
        Refused::Namespace => (
            "Not one of your namespaces",
            "A namespace’s page is for its members. Nobody may have this one yet; then you can make it yours.",
        ),
    };
    let account = visit.visitor.account.clone().unwrap_or_default();
    render(visit, Head::personal(title, &[]), || {
        view! {
            <section class="state">
                <p class="state-code">"403"</p>
                <h1>{title}</h1>
                <p class="lede-small">{words}</p>
                <p class="state-next">
                    <a class="button" href="/account/namespaces">"Your namespaces"</a>
                    <a class="button" href="/">"See what is published"</a>
                </p>
                <p class="quiet">"Signed in as "<b>{account}</b></p>
            </section>
        }
    })
}
