//! Mail address, password, and the end of an account.

use crate::{
    document::{Head, render},
    parts::{
        desk::{Desk, Tab},
        form::{Field, Post, problem},
    },
    source::account::{AccountDetail, IdentityRow},
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::catalog::display_text;

const HERE: &str = "/account/settings";

/// The page.
pub fn page(visit: &SharedVisit, detail: &AccountDetail) -> String {
    render(visit, Head::personal("Settings", &["mail", "password", "elsewhere", "end"]), || {
        view! {
            {Desk::new("Settings", Tab::Settings).with(visit, view! {
                {match &detail.account {
                    Some(account) => view! {
                        {mail(visit, account.mail.clone(), account.has_password)}
                        {if account.has_password { password(visit) } else { no_password() }}
                        {providers(visit, detail, account.has_password)}
                        {end(visit, account.has_password)}
                    }
                    .into_any(),
                    None => view! {
                        <p class="note block">"This is the operator’s account. Its name and its password are settings of the registry, "<code>"OPERATOR_NAME"</code>" and "<code>"OPERATOR_PASSWORD"</code>"; they are not changed here."</p>
                    }
                    .into_any(),
                }}
            })}
        }
    })
}

fn mail(visit: &SharedVisit, mail: Option<String>, has_password: bool) -> AnyView {
    let field = Field::new("mail", "mail", "Mail address")
        .kind("email")
        .autocomplete("email")
        .optional()
        .value(mail)
        .hint("Only used to give the account back to you when the password is lost. Nobody sees it but the operator.");
    view! {
        <section class="block" aria-labelledby="mail-title">
            <h2 id="mail-title">"Mail"</h2>
            {problem(visit, "mail")}
            {Post::new("/api/v1/account?_method=PUT", HERE, format!("{HERE}?at=mail")).with(view! {
                {field.view(visit)}
                {own_password(visit, "mail", has_password)}
                <button class="main" type="submit">"Save"</button>
            })}
        </section>
    }
    .into_any()
}

fn password(visit: &SharedVisit) -> AnyView {
    let account = visit.visitor.account.clone();
    let old = Field::password("password", "password", "Present password", "current-password");
    let new = Field::password("password", "new_password", "New password", "new-password")
        .hint("10 characters or more. Everybody else who is signed in to this account is signed out; tokens stay.");
    view! {
        <section class="block" aria-labelledby="password-title">
            <h2 id="password-title">"Password"</h2>
            {problem(visit, "password")}
            {Post::new("/api/v1/account/password?_method=PUT", HERE, format!("{HERE}?at=password")).with(view! {
                // For password managers, which keep one by the name.
                <input type="text" autocomplete="username" value=account class="sr-only" tabindex="-1" aria-hidden="true" readonly=true/>
                {old.view(visit)}
                {new.view(visit)}
                <button type="submit" class="button">"Change the password"</button>
            })}
        </section>
    }
    .into_any()
}

fn no_password() -> AnyView {
    view! {
        <section class="block" aria-labelledby="password-title">
            <h2 id="password-title">"Password"</h2>
            <p class="note">"This account has none: it signs in elsewhere. Clients sign in with an access token."</p>
        </section>
    }
    .into_any()
}

/// The account's own password, where a session is not enough and there is one.
fn own_password(visit: &SharedVisit, form: &'static str, has_password: bool) -> Option<AnyView> {
    let field = Field::password(form, "password", "Password", "current-password");
    has_password.then(|| field.view(visit))
}

/// Who vouches for the account, and who else could.
fn providers(visit: &SharedVisit, detail: &AccountDetail, has_password: bool) -> Option<AnyView> {
    let titles = &visit.visitor.terms.providers;
    if detail.identities.is_empty() && titles.is_empty() {
        return None;
    }
    let rows = detail.identities.iter().map(identity).collect_view();
    let back = format!("{HERE}?at=elsewhere");
    let buttons = titles.iter().map(|(name, title)| {
        let (name, title) = (name.clone(), title.clone());
        view! { <button class="button" type="submit" name="provider" value=name>"Add "{title}</button> }
    });
    let buttons = buttons.collect_view();
    let add = (!titles.is_empty()).then(|| {
        Post::new("/api/v1/account/identities", HERE, back).with(view! {
            {own_password(visit, "elsewhere", has_password)}
            <div class="providers">{buttons}</div>
        })
    });
    Some(
        view! {
            <section class="block" aria-labelledby="elsewhere-title">
                <h2 id="elsewhere-title">"Signs in with"</h2>
                {problem(visit, "elsewhere")}
                <ul class="rows">{rows}</ul>
                {add}
            </section>
        }
        .into_any(),
    )
}

fn identity(row: &IdentityRow) -> AnyView {
    // A provider that speaks OAuth alone is known by more than its address.
    let address = row.issuer.split(' ').next().unwrap_or_default();
    let (issuer, subject) = (display_text(address, 120), display_text(&row.subject, 120));
    let id = roadstead_shared::issuer::identity::id(&row.issuer, &row.subject);
    let to = format!("/api/v1/account/identities/{id}?_method=DELETE");
    let label = format!("Remove {issuer}, {subject}");
    view! {
        <li class="line">
            <div class="line-what">
                <h3 dir="auto">{issuer}</h3>
                <p class="quiet" dir="auto">{subject}</p>
            </div>
            {Post::new(to, HERE, format!("{HERE}?at=elsewhere")).bare().with(view! {
                <button class="plain warns" type="submit" aria-label=label>"Remove"</button>
            })}
        </li>
    }
    .into_any()
}

fn end(visit: &SharedVisit, has_password: bool) -> AnyView {
    let password = own_password(visit, "end", has_password);
    view! {
        <section class="block" aria-labelledby="end-title">
            <h2 id="end-title">"Delete the account"</h2>
            <p class="note prose">"Sessions, tokens and memberships end at once. The name stays taken: nobody else can become you. This cannot be undone."</p>
            {problem(visit, "end")}
            {Post::new("/api/v1/account?_method=DELETE", "/", format!("{HERE}?at=end")).with(view! {
                <fieldset>
                    <legend>"What only you have published"</legend>
                    <label class="check"><input type="radio" name="repositories" value="keep" checked=true/><span>"stays, and can still be pulled by everyone"</span></label>
                    <label class="check"><input type="radio" name="repositories" value="delete"/><span>"is deleted, and can no longer be pulled"</span></label>
                </fieldset>
                {password}
                <button class="button warns" type="submit">"Delete the account"</button>
            })}
        </section>
    }
    .into_any()
}
