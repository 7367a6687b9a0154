//! What was pulled this month, what is left, and when it starts again. Everybody has such a page,
//! also without an account.

use super::sign_in::suspension;
use crate::{
    app::sign_in_address,
    document::{Head, render},
    parts::{
        chart::Chart,
        desk::{Desk, Tab},
        gauge::Gauge,
    },
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::{
    catalog::{
        size::size_text,
        time::{self, parse_rfc3339},
    },
    usage::{Tier, Usage},
};

/// `/usage`: of whoever asks, known or not.
pub fn open(visit: &SharedVisit) -> String {
    render(visit, Head::personal("Usage", &[]), || {
        view! { <div class="page"><div class="title"><h1>"Usage"</h1></div>{suspension(visit)}{body(visit)}</div> }
    })
}

/// `/account`: the same, behind the tabs of the account.
pub fn of_account(visit: &SharedVisit) -> String {
    render(visit, Head::personal("Usage", &[]), || {
        Desk::new("Usage", Tab::Usage).with(visit, body(visit))
    })
}

fn body(visit: &SharedVisit) -> AnyView {
    let Some(usage) = visit.visitor.usage.clone() else {
        return view! {
            <p class="lede-small">"The meter does not answer at the moment. Pulls do not wait for it and go on working. "<a href=visit.here()>"Try again"</a></p>
        }
        .into_any();
    };
    view! {
        {figures(visit, &usage)}
        <section class="block" aria-labelledby="days-title">
            <h2 id="days-title">"Last 30 days"</h2>
            <Chart days=usage.days/>
        </section>
        <section class="block prose" aria-labelledby="counted-title">
            <h2 id="counted-title">"What counts"</h2>
            <p>"Bytes of images that were delivered, also in parts. Asking what a tag points to, signing in and these pages cost nothing. An image that was begun can always be finished; a spent allowance only refuses the next one."</p>
        </section>
    }
    .into_any()
}

fn figures(visit: &SharedVisit, usage: &Usage) -> AnyView {
    let used = usage.used_bytes;
    let (Some(limit), Some(remaining)) = (usage.limit_bytes, usage.remaining_bytes) else {
        return view! {
            <section class="allowance">
                <p class="figure">"No limit"</p>
                <p>{format!("{} pulled this month. ", size_text(used))}{whose(visit, usage.tier)}</p>
            </section>
        }
        .into_any();
    };
    let spent = remaining == 0;
    let again = parse_rfc3339(&usage.resets_at).map(|at_ms| {
        let exact = time::exact_text(at_ms);
        view! { " It starts again "<time datetime=usage.resets_at.clone()>{exact}</time>"." }
    });
    view! {
        <section class="allowance" aria-label="This month">
            <p class="figure">{if spent { "Nothing left".to_owned() } else { format!("{} left", size_text(remaining)) }}
                <span class="figure-of">{format!("of {} this month", size_text(limit))}</span></p>
            <Gauge used limit/>
            <p>{format!("{} used.", size_text(used))}{again}" "{whose(visit, usage.tier)}</p>
            {spent.then(|| spent_words(visit))}
        </section>
    }
    .into_any()
}

/// Whose bytes these are.
fn whose(visit: &SharedVisit, tier: Tier) -> String {
    match (tier, &visit.visitor.account) {
        (Tier::Network, _) => "This is without limit here.".to_owned(),
        (Tier::Account, Some(name)) => format!("Counted for the account {name}."),
        _ => "Counted for your network address: you are not signed in, or pull without signing in."
            .to_owned(),
    }
}

/// What to do now.
fn spent_words(visit: &SharedVisit) -> AnyView {
    let more = visit.visitor.account.is_none().then(|| {
        let figure = visit.visitor.terms.account_bytes_per_month.map_or_else(
            || "An account has a larger allowance of its own.".to_owned(),
            |bytes| format!("An account has {} a month of its own.", size_text(bytes)),
        );
        let sign_up = visit.visitor.terms.sign_up_open;
        view! {
            <p>{figure}</p>
            <p class="state-next">
                <a class="button button-main" href=sign_in_address("/usage")>"Sign in"</a>
                {sign_up.then(|| view! { <a class="button" href="/account/sign-up?next=%2Fusage">"Make an account"</a> })}
            </p>
        }
    });
    view! {
        <div class="notice notice-warns">
            <p><b>"The month’s allowance is spent. "</b>"Images that were begun can be finished; new pulls are refused until it starts again."</p>
            {more}
        </div>
    }
    .into_any()
}
