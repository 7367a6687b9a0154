//! The way back into an account whose password is lost.

use crate::{
    document::{Head, render},
    parts::form::{Field, Post, problem},
    visit::SharedVisit,
};
use leptos::prelude::*;

/// Asking for a letter.
pub fn ask(visit: &SharedVisit) -> String {
    render(visit, Head::personal("Recover an account", &["recovery"]), || {
        let name = Field::new("recovery", "name", "Name of the account").autocomplete("username");
        view! {
            <section class="entry">
                <h1>"Recover an account"</h1>
                <p class="lede-small">"If the account has a mail address and this registry can send letters, one is sent with a link that opens it once. Otherwise ask the operator for such a link."</p>
                {problem(visit, "recovery")}
                {Post::new("/api/v1/account/recovery", "/account/sign-in", "/account/recovery?at=recovery").with(view! {
                    {name.view(visit)}
                    <button class="main" type="submit">"Send the link"</button>
                })}
                <p class="entry-more"><a href="/account/sign-in">"Back to signing in"</a></p>
            </section>
        }
    })
}

/// What the link leads to: a new password.
pub fn recover(visit: &SharedVisit) -> String {
    render(visit, Head::personal("A new password", &["recover"]), || match visit.asked("token") {
        Some(token) => with_token(visit, token),
        None => without_token(),
    })
}

fn with_token(visit: &SharedVisit, token: String) -> AnyView {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("token", &token)
        .append_pair("at", "recover")
        .finish();
    let password = Field::password("recover", "new_password", "New password", "new-password")
        .hint("10 characters or more. Everybody who is signed in to this account is signed out. Access tokens and sign-ins with providers are removed.");
    view! {
        <section class="entry">
            <h1>"A new password"</h1>
            {problem(visit, "recover")}
            {Post::new("/api/v1/account/recover", "/account", format!("/account/recover?{query}")).with(view! {
                <input type="hidden" name="token" value=token/>
                {password.view(visit)}
                <button class="main" type="submit">"Set the password"</button>
            })}
        </section>
    }
    .into_any()
}

fn without_token() -> AnyView {
    view! {
        <section class="entry">
            <h1>"This link is not whole"</h1>
            <p class="lede-small">"The link for recovery ends with a long token. Open the whole of it, or ask for another."</p>
            <p class="state-next"><a class="button" href="/account/recovery">"Ask for another"</a></p>
        </section>
    }
    .into_any()
}
