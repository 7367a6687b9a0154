//! One account, and what the operator does with it.

use super::{
    accounts::{account_address, states},
    framed,
};
use crate::{
    app::{OperatorPage, namespace_address},
    parts::{
        form::{Field, Post, choice, problem, sizes},
        when::When,
    },
    source::account::{AccountRow, NamespaceRow},
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::catalog::display_text;

const TIERS: [(&str, &str); 2] = [("", "As any account"), ("network", "Without limit")];

/// The page.
pub fn page(visit: &SharedVisit, account: &AccountRow, namespaces: &[NamespaceRow]) -> String {
    framed(visit, &account.name, OperatorPage::Accounts, &["suspend", "allow", "link"], || {
        content(visit, account, namespaces)
    })
}

fn content(visit: &SharedVisit, account: &AccountRow, namespaces: &[NamespaceRow]) -> AnyView {
    let made = account.created_at_ms.map(|at_ms| view! { <When at_ms now_ms=visit.now_ms/> });
    let states: Vec<_> = states(account)
        .into_iter()
        .map(|word| view! { <span class="chip">{word}</span> " " })
        .collect();
    let mail =
        account.mail.as_deref().map_or_else(|| "none".to_owned(), |mail| display_text(mail, 200));
    let namespaces: Vec<_> = namespaces
        .iter()
        .map(|one| {
            let role = one.role.clone().unwrap_or_default();
            view! { <li><a href=namespace_address(&one.name)>{one.name.clone()}</a>" ("{role}")"</li> }
        })
        .collect();
    let log = format!("/operator/audit?target={}", account.name);
    let open = account.deleted_at_ms.is_none().then(|| {
        view! { {suspension(visit, account)}{allowance(visit, account)}{recovery(visit, account)} }
    });
    view! {
        <dl class="about-account">
            <div><dt>"State"</dt><dd>{if states.is_empty() { "as any account".into_any() } else { states.into_any() }}</dd></div>
            <div><dt>"Made"</dt><dd>{made}</dd></div>
            <div><dt>"Mail"</dt><dd>{mail}</dd></div>
            <div><dt>"Namespaces"</dt><dd><ul class="words">{namespaces}</ul></dd></div>
            <div><dt>"Changes"</dt><dd><a href=log>"in the audit log"</a></dd></div>
        </dl>
        {open}
    }
    .into_any()
}

fn call(account: &AccountRow) -> String {
    format!("/api/v1/admin/accounts/{}?_method=PUT", account.name)
}

fn suspension(visit: &SharedVisit, account: &AccountRow) -> AnyView {
    let here = account_address(&account.name);
    let (to, next, back) = (call(account), here.clone(), format!("{here}?at=suspend"));
    let inside = match account.suspended.as_deref() {
        Some(reason) => view! {
            <p class="note">"Suspended: "<span dir="auto">{display_text(reason, 600)}</span></p>
            <input type="hidden" name="suspended" value=""/>
            <button class="button" type="submit">"Lift the suspension"</button>
        }
        .into_any(),
        None => view! {
            {Field::new("suspend", "suspended", "Why").hint("Shown to the account when it signs in.").view(visit)}
            <button class="button warns" type="submit">"Suspend"</button>
        }
        .into_any(),
    };
    view! {
        <section class="block" aria-labelledby="suspend-title">
            <h2 id="suspend-title">"Suspension"</h2>
            {problem(visit, "suspend")}
            {Post::new(to, next, back).with(view! {{inside}})}
        </section>
    }
    .into_any()
}

fn allowance(visit: &SharedVisit, account: &AccountRow) -> AnyView {
    let here = account_address(&account.name);
    let tier = account.tier.clone().unwrap_or_default();
    let bytes = Field::new("allow", "bytes_per_month", "Bytes a month")
        .number("allow-sizes")
        .optional()
        .value(account.bytes_per_month.map(|bytes| bytes.to_string()))
        .hint("Empty: as its tier has it.");
    view! {
        <section class="block" aria-labelledby="allow-title">
            <h2 id="allow-title">"Allowance"</h2>
            {problem(visit, "allow")}
            {Post::new(call(account), here.as_str(), format!("{here}?at=allow")).with(view! {
                {choice("allow", "tier", "Tier", &TIERS, &tier)}
                {bytes.view(visit)}
                {sizes("allow-sizes")}
                <button class="button" type="submit">"Set"</button>
            })}
        </section>
    }
    .into_any()
}

fn recovery(visit: &SharedVisit, account: &AccountRow) -> AnyView {
    let here = account_address(&account.name);
    view! {
        <section class="block" aria-labelledby="link-title">
            <h2 id="link-title">"Recovery"</h2>
            <p class="note prose">"A link with which a new password can be set, once and within a day. Be sure who asks for it."</p>
            {problem(visit, "link")}
            {Post::new(format!("/api/v1/admin/accounts/{}/recovery", account.name), here.as_str(), format!("{here}?at=link")).with(view! {
                <button class="button" type="submit">"Make a link"</button>
            })}
        </section>
    }
    .into_any()
}
