//! Personal access tokens: which there are, a new one, and the end of one.

use crate::{
    document::{Head, render},
    parts::{
        desk::{Desk, Tab},
        form::{Field, Post, choice, problem},
        when::When,
    },
    source::account::{AccountDetail, NamespaceRow, TokenRow},
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::catalog::{display_text, time};

const HERE: &str = "/account/tokens";
/// Days that a token may live.
const LIVES: [(&str, &str); 5] =
    [("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("180", "180 days"), ("365", "A year")];

/// The page.
pub fn page(visit: &SharedVisit, detail: &AccountDetail) -> String {
    render(visit, Head::personal("Access tokens", &["token"]), || {
        view! {
            {Desk::new("Access tokens", Tab::Tokens).with(visit, view! {
                <div class="columns">
                    <section class="side" aria-labelledby="new-title">{new_token(visit, &detail.namespaces)}</section>
                    <section aria-labelledby="list-title">{list(visit, &detail.tokens)}</section>
                </div>
            })}
        }
    })
}

fn list(visit: &SharedVisit, tokens: &[TokenRow]) -> AnyView {
    if tokens.is_empty() {
        return view! {
            <h2 id="list-title">"Your tokens"</h2>
            <p class="note">"None yet. A token lets a machine or a job sign in without your password, for some repositories and for some time, and can be ended by itself."</p>
        }
        .into_any();
    }
    let rows = tokens.iter().map(|token| row(visit, token)).collect_view();
    view! { <h2 id="list-title">"Your tokens"</h2><ul class="rows">{rows}</ul> }.into_any()
}

fn row(visit: &SharedVisit, token: &TokenRow) -> AnyView {
    let now_ms = visit.now_ms;
    let over = token.expires_at_ms.is_some_and(|at_ms| at_ms <= now_ms);
    let ends = token.expires_at_ms.map(|at_ms| {
        let words = if over { "ended " } else { "ends " };
        view! { {words}<time datetime=time::rfc3339(at_ms)>{time::exact_text(at_ms)}</time> }
    });
    let used = token.used_at_ms.map_or_else(
        || "never used".into_any(),
        |at_ms| view! { "used "<When at_ms now_ms/> }.into_any(),
    );
    let scopes = token
        .scopes()
        .into_iter()
        .map(|scope| view! { <li><code>{display_text(&scope, 120)}</code></li> });
    let name = display_text(&token.name, 100);
    let label = format!("Revoke {name}");
    let id: String = form_urlencoded::byte_serialize(token.id.as_bytes()).collect();
    view! {
        <li class="line">
            <div class="line-what">
                <h3 dir="auto">{name}</h3>
                <ul class="words">{scopes.collect_view()}</ul>
                <p class="quiet">{used}" · "{ends}</p>
            </div>
            {Post::new(format!("/api/v1/account/tokens/{id}?_method=DELETE"), HERE, HERE).bare().with(view! {
                <button class="plain warns" type="submit" aria-label=label>"Revoke"</button>
            })}
        </li>
    }
    .into_any()
}

fn new_token(visit: &SharedVisit, namespaces: &[NamespaceRow]) -> AnyView {
    let name = Field::new("token", "name", "What it is for").placeholder("laptop, build server");
    let namespaces = namespaces.iter().map(|namespace| {
        let scope = format!("push:{}/*", namespace.name);
        view! {
            <label class="check"><input type="checkbox" name="scopes" value=scope/>
                <span>"Push to "<code>{format!("{}/*", namespace.name)}</code></span></label>
        }
    });
    let namespaces = namespaces.collect_view();
    let single = Field::new("token", "scopes", "Push to single repositories")
        .optional()
        .placeholder("push:acme/edge-proxy")
        .hint("Separated by commas. A token never allows more than you may do yourself.");
    view! {
        <h2 id="new-title">"New token"</h2>
        {problem(visit, "token")}
        {Post::new("/api/v1/account/tokens", HERE, format!("{HERE}?at=token")).with(view! {
            {name.view(visit)}
            {choice("token", "expires_in_days", "Ends after", &LIVES, "90")}
            <fieldset>
                <legend>"It may"</legend>
                <label class="check"><input type="checkbox" name="scopes" value="pull" checked=true/><span>"Pull, counted for your account"</span></label>
                {namespaces}
            </fieldset>
            {single.view(visit)}
            <button class="main" type="submit">"Make the token"</button>
        })}
    }
    .into_any()
}
