//! What rests of other registries: how each rule stands, and having it forgotten or looked at anew.

use super::{address, framed};
use crate::{
    app::OperatorPage,
    parts::{
        form::{Field, Post, problem},
        gauge::Gauge,
        when::When,
    },
    source::operator::Upstreams,
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::{
    catalog::{display_text, size::size_text, time},
    upstream::Report,
};

const HERE: &str = "/operator/upstreams";
const PURGE: &str = "/api/v1/cache/purge";
const REFRESH: &str = "/api/v1/cache/refresh";

/// The page.
pub fn page(visit: &SharedVisit, upstreams: &Upstreams) -> String {
    let forms = &["purge", "refresh"];
    framed(visit, "Upstreams", OperatorPage::Upstreams, forms, || content(visit, upstreams))
}

fn content(visit: &SharedVisit, upstreams: &Upstreams) -> AnyView {
    let rows: Vec<_> = upstreams.reports.iter().map(row).collect();
    let since =
        upstreams.at_ms.map(|at_ms| view! { " As of "<When at_ms now_ms=visit.now_ms/>"." });
    let chosen = visit.asked("prefix").filter(|prefix| !prefix.is_empty());
    view! {
        <p class="note prose">"Other registries, each under a prefix of its own. What is pulled through rests here up to the rule’s budget; then the images go that nobody has pulled for the longest time."{since}</p>
        {problem(visit, "refresh")}
        {rows.is_empty().then(|| view! { <p class="note">"There is no rule. The setting "<code>"UPSTREAMS"</code>" declares them."</p> })}
        {(!rows.is_empty()).then(|| view! { <ul class="rows">{rows}</ul> })}
        {chosen.map(|prefix| purge(visit, &prefix))}
    }
    .into_any()
}

fn row(report: &Report) -> AnyView {
    let prefix = display_text(&report.prefix, 128);
    let host = display_text(&report.host, 255);
    let gauge = report.budget_bytes.map(|limit| view! { <Gauge used=report.stored_bytes limit/> });
    let trouble = report.problem.as_deref().map(|words| {
        view! { <p class="problem" dir="auto">{display_text(words, 400)}</p> }
    });
    let rest = report.resting_until_ms.and_then(|ms| i64::try_from(ms).ok()).map(|at_ms| {
        let exact = time::exact_text(at_ms);
        view! { <p class="quiet">"It is left alone until "<time datetime=time::rfc3339(at_ms)>{exact}</time>"."</p> }
    });
    let label = format!("Look at the tags of {prefix} anew");
    let forget = format!("Forget something of {prefix}");
    view! {
        <li class="line">
            <div class="line-what"><h3>{prefix}</h3>
                <p class="quiet">{host}</p>
                <p class="quiet">{held(report)}</p>
                <p class="quiet">{counted(report)}</p>
                {trouble}{rest}</div>
            <div class="line-figure">{size_text(report.stored_bytes)}{gauge}</div>
            <div class="line-do">
                {Post::new(REFRESH, HERE, format!("{HERE}?at=refresh")).bare().with(view! {
                    <input type="hidden" name="prefix" value=report.prefix.clone()/>
                    <button class="plain" type="submit" aria-label=label>"Refresh"</button>
                })}
                <a href=address(HERE, &[("prefix", &report.prefix)]) aria-label=forget>"Forget"</a>
            </div>
        </li>
    }
    .into_any()
}

/// What rests here.
fn held(report: &Report) -> String {
    let budget = report.budget_bytes.map_or_else(
        || "no budget".to_owned(),
        |bytes| format!("a budget of {}", size_text(bytes)),
    );
    let images = plural(report.images, "image");
    let went = match report.evicted {
        0 => String::new(),
        number => {
            format!(
                "; {} with {} made room",
                plural(number, "image"),
                size_text(report.evicted_bytes)
            )
        }
    };
    format!("{images}, {budget}{went}")
}

/// What was asked for.
fn counted(report: &Report) -> String {
    let rate = report.hit_rate().map_or_else(
        || "Nothing was pulled yet".to_owned(),
        |rate| {
            let all = report.hits.saturating_add(report.misses);
            format!("{:.1} % of {} answered from here", rate * 100.0, plural(all, "request"))
        },
    );
    let remaining =
        report.remaining.map(|left| format!(", {left} left by its limit")).unwrap_or_default();
    format!(
        "{rate}; {} not fetched again, {} fetched; {} to the registry{remaining}",
        size_text(report.saved_bytes),
        size_text(report.fetched_bytes),
        plural(report.requests, "request"),
    )
}

fn plural(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// What is to be forgotten: the second step names the rule.
fn purge(visit: &SharedVisit, prefix: &str) -> AnyView {
    let back = address(HERE, &[("prefix", prefix), ("at", "purge")]);
    let name = Field::new("purge", "name", "Repository").placeholder("library/alpine").optional();
    let name =
        name.hint("As the other registry calls it. Everything of the rule where it is empty.");
    let reference =
        Field::new("purge", "reference", "Tag or digest").placeholder("3.20").optional();
    let reference = reference.hint("All of the repository where it is empty.");
    view! {
        <section class="block" aria-labelledby="purge-title">
            <h2 id="purge-title">{format!("Forget what rests of {}", display_text(prefix, 128))}</h2>
            {problem(visit, "purge")}
            {Post::new(PURGE, HERE, back).with(view! {
                <input type="hidden" name="prefix" value=prefix.to_owned()/>
                {name.view(visit)}
                {reference.view(visit)}
                <p class="state-next"><button class="button warns" type="submit">"Forget it"</button>
                    <a class="button" href=HERE>"Cancel"</a></p>
            })}
        </section>
    }
    .into_any()
}
