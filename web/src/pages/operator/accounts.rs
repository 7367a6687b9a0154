//! Everybody's accounts.

use super::{address, framed, search};
use crate::{
    app::OperatorPage,
    parts::{pager::Pager, when::When},
    source::{account::AccountRow, operator::Accounts},
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::catalog::{display_text, size::size_text};

const HERE: &str = "/operator";

/// The page.
pub fn page(visit: &SharedVisit, accounts: Accounts) -> String {
    framed(visit, "Accounts", OperatorPage::Accounts, &[], || content(visit, accounts))
}

/// The page of one account, for the operator.
pub(crate) fn account_address(name: &str) -> String {
    let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    format!("/operator/accounts/{name}")
}

fn content(visit: &SharedVisit, accounts: Accounts) -> AnyView {
    let query = visit.asked("q").unwrap_or_default();
    let after = accounts.more.then(|| accounts.rows.last()).flatten();
    let after = after.map(|last| address(HERE, &[("q", &query), ("after", &last.name)]));
    let before = visit.asked("after").map(|_| address(HERE, &[("q", &query)]));
    let empty = accounts.rows.is_empty().then(|| {
        let words = if query.is_empty() {
            "No accounts yet beside your own."
        } else {
            "No account has that in its name or address."
        };
        view! { <p class="note">{words}</p> }
    });
    let rows: Vec<_> = accounts.rows.into_iter().map(|account| row(visit, account)).collect();
    view! {
        {search(visit, HERE, "q", "Name or mail address")}
        {empty}
        {(!rows.is_empty()).then(|| view! { <ul class="rows">{rows}</ul> })}
        <Pager before after words=("From the start", "More")/>
    }
    .into_any()
}

fn row(visit: &SharedVisit, account: AccountRow) -> AnyView {
    let made =
        account.created_at_ms.map(|at_ms| view! { "made "<When at_ms now_ms=visit.now_ms/> });
    let states =
        states(&account).into_iter().map(|word| view! { <span class="chip">{word}</span> });
    let mail = account.mail.map(|mail| format!(" · {}", display_text(&mail, 120)));
    view! {
        <li class="line">
            <div class="line-what"><h3><a href=account_address(&account.name)>{account.name.clone()}</a></h3>
                <p class="quiet">{made}{mail}</p></div>
            <p class="line-do">{states.collect_view()}</p>
        </li>
    }
    .into_any()
}

/// What is not as with every other account, in words.
pub(super) fn states(account: &AccountRow) -> Vec<String> {
    let mut states = Vec::new();
    if account.deleted_at_ms.is_some() {
        states.push("deleted".to_owned());
    }
    if account.suspended.is_some() {
        states.push("suspended".to_owned());
    }
    if account.tier.as_deref() == Some("network") {
        states.push("no limit".to_owned());
    }
    if let Some(bytes) = account.bytes_per_month {
        states.push(format!("{} a month", size_text(bytes)));
    }
    states
}
