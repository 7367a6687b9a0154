//! Making an account.

use super::sign_in::{next, providers, with_next};
use crate::{
    document::{Head, render},
    parts::form::{Field, Post, problem},
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::{catalog::size::size_text, visitor::Terms};

/// The page.
pub fn page(visit: &SharedVisit) -> String {
    render(visit, Head::personal("Make an account", &["sign-up"]), || {
        if visit.visitor.terms.sign_up_open { open(visit) } else { closed(visit) }
    })
}

fn open(visit: &SharedVisit) -> AnyView {
    let next = next(visit);
    let back = with_next("/account/sign-up", &next, "sign-up");
    let sign_in = with_next("/account/sign-in", &next, "");
    let name = Field::named("sign-up", "name", "Name").autocomplete("username").hint(
        "2 to 39 small letters, figures and single hyphens. It is public, it is also your namespace, and it cannot be changed.",
    );
    let password = Field::password("sign-up", "password", "Password", "new-password")
        .hint("10 characters or more. A sentence is good.");
    let mail = Field::new("sign-up", "mail", "Mail address (optional)")
        .kind("email")
        .autocomplete("email")
        .optional()
        .hint("Only to give the account back to you when the password is lost.");
    view! {
        <section class="entry">
            <h1>"Make an account"</h1>
            <p class="lede-small">{gains(&visit.visitor.terms)}</p>
            {problem(visit, "sign-up")}
            {Post::new("/api/v1/accounts", next.as_str(), back).with(view! {
                {name.view(visit)}
                {password.view(visit)}
                {mail.view(visit)}
                <button class="main" type="submit">"Make the account"</button>
            })}
            {providers(visit, &next)}
            <p class="entry-more"><a href=sign_in>"I have an account"</a></p>
        </section>
    }
    .into_any()
}

/// What an account is good for, in figures where they are known.
fn gains(terms: &Terms) -> String {
    let pulls = terms.account_bytes_per_month.map_or_else(
        || "more to pull".to_owned(),
        |bytes| format!("{} a month to pull", size_text(bytes)),
    );
    let storage = terms
        .namespace_bytes
        .map_or_else(String::new, |bytes| format!(" with {} of storage", size_text(bytes)));
    format!("An account has {pulls}, and a namespace to publish in{storage}.")
}

fn closed(visit: &SharedVisit) -> AnyView {
    let next = next(visit);
    view! {
        <section class="entry">
            <h1>"No new accounts here"</h1>
            <p class="lede-small">"The operator of this registry makes no new accounts at the moment. Everything that is published here can be pulled without one."</p>
            <p class="state-next">
                <a class="button" href=with_next("/account/sign-in", &next, "")>"I have an account"</a>
                <a class="button" href="/">"See what is published"</a>
            </p>
        </section>
    }
    .into_any()
}
