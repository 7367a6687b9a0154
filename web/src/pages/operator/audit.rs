//! Who changed what.

use super::{accounts::account_address, address, framed, search};
use crate::{
    app::OperatorPage,
    parts::{pager::Pager, when::When},
    source::operator::{Audit, AuditRow},
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::catalog::display_text;

const HERE: &str = "/operator/audit";

/// The page.
pub fn page(visit: &SharedVisit, audit: &Audit) -> String {
    framed(visit, "Audit log", OperatorPage::Audit, &[], || content(visit, audit))
}

fn content(visit: &SharedVisit, audit: &Audit) -> AnyView {
    let target = visit.asked("target").unwrap_or_default();
    let after = audit.more.then(|| audit.rows.last()).flatten();
    let after =
        after.map(|last| address(HERE, &[("target", &target), ("before", &last.id.to_string())]));
    let before = visit.asked("before").map(|_| address(HERE, &[("target", &target)]));
    let rows: Vec<_> = audit.rows.iter().map(|change| row(visit, change)).collect();
    view! {
        {search(visit, HERE, "target", "Exactly what was changed: ada, acme/edge-proxy")}
        {rows.is_empty().then(|| view! { <p class="note">"Nothing was changed."</p> })}
        {(!rows.is_empty()).then(|| view! { <ul class="rows">{rows}</ul> })}
        <Pager before after words=("Newest", "Older")/>
    }
    .into_any()
}

fn row(visit: &SharedVisit, change: &AuditRow) -> AnyView {
    let at = change.at_ms.map(|at_ms| view! { <When at_ms now_ms=visit.now_ms/> });
    let actor = if change.actor.is_empty() {
        "nobody who is known".into_any()
    } else {
        view! { <a href=account_address(&change.actor)>{display_text(&change.actor, 64)}</a> }
            .into_any()
    };
    let details = change.details().into_iter().map(|(name, value)| {
        view! { <li>{display_text(&name, 64)}" "<code dir="auto">{display_text(&value, 300)}</code></li> }
    });
    let details: Vec<_> = details.collect();
    view! {
        <li class="line">
            <div class="line-what">
                <h3>{display_text(&change.action, 80)}" "<code>{display_text(&change.target, 255)}</code></h3>
                {(!details.is_empty()).then(|| view! { <ul class="words">{details}</ul> })}
            </div>
            <p class="quiet line-do">{at}" · "{actor}</p>
        </li>
    }
    .into_any()
}
