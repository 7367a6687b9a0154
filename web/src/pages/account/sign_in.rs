//! Signing in: with a password, or by somebody else who vouches for one.

use crate::{
    app::local,
    document::{Head, render},
    parts::form::{Field, Post, problem},
    visit::{SharedVisit, Visit},
};
use leptos::prelude::*;
use roadstead_shared::catalog::display_text;

/// Where one comes to without a wish.
const USUAL: &str = "/account";

/// The page.
pub fn page(visit: &SharedVisit) -> String {
    render(visit, Head::personal("Sign in", &["sign-in"]), || content(visit))
}

/// Where somebody goes on who is signed in; never to another host.
pub fn next(visit: &Visit) -> String {
    visit.asked("next").as_deref().and_then(local).unwrap_or(USUAL).to_owned()
}

/// The address of a page about signing in that remembers where one wanted to go.
pub(crate) fn with_next(page: &str, next: &str, at: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if next != USUAL {
        query.append_pair("next", next);
    }
    if !at.is_empty() {
        query.append_pair("at", at);
    }
    let query = query.finish();
    if query.is_empty() { page.to_owned() } else { format!("{page}?{query}") }
}

fn content(visit: &SharedVisit) -> AnyView {
    let next = next(visit);
    let back = with_next("/account/sign-in", &next, "sign-in");
    let name = Field::new("sign-in", "name", "Name").autocomplete("username");
    let password = Field::password("sign-in", "password", "Password", "current-password");
    view! {
        <section class="entry">
            <h1>"Sign in"</h1>
            <p class="lede-small">"To publish, and to pull more. Pulling needs no account."</p>
            {suspension(visit)}
            {problem(visit, "sign-in")}
            {Post::new("/api/v1/session", next.as_str(), back).with(view! {
                {name.view(visit)}
                {password.view(visit)}
                <button class="main" type="submit">"Sign in"</button>
            })}
            {providers(visit, &next)}
            <p class="entry-more">
                <a href="/account/recovery">"Forgotten the password?"</a>
                {visit.visitor.terms.sign_up_open.then(|| view! { <a href=with_next("/account/sign-up", &next, "")>"Make an account"</a> })}
            </p>
        </section>
    }
    .into_any()
}

/// Why somebody is no longer signed in whose account was suspended meanwhile.
pub(crate) fn suspension(visit: &Visit) -> Option<AnyView> {
    let reason = display_text(visit.visitor.suspended.as_deref()?, 600);
    Some(
        view! {
            <div class="notice notice-warns" role="alert">
                <p><b>"Your account is suspended. "</b><span dir="auto">{reason}</span></p>
                <p>"It cannot publish, and pulls are counted as without an account. What it published stays where it is. Ask the operator what to do."</p>
            </div>
        }
        .into_any(),
    )
}

/// Links and no buttons: they lead away from here, and no form may.
pub(crate) fn providers(visit: &Visit, next: &str) -> Option<AnyView> {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    let providers = visit.visitor.terms.providers.iter().map(|(name, title)| {
        let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let address = format!("/api/v1/sign-in/{name}?{query}");
        view! { <a class="button" href=address>"Continue with "{title.clone()}</a> }
    });
    let providers = providers.collect_view();
    (!providers.is_empty()).then(|| view! { <div class="providers">{providers}</div> }.into_any())
}
