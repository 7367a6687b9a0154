//! Thirty days as bars, and the same as a table for whoever does not see bars.

use leptos::prelude::*;
use roadstead_shared::{catalog::size::size_text, usage::UsageDay};

/// The height of the drawing, in its own units.
const HEIGHT: u64 = 60;
/// A bar and the gap after it.
const STEP: usize = 10;
/// A bar.
const WIDTH: u64 = 7;

/// The bars with their text alternative.
#[component]
pub fn Chart(
    /// The days, oldest first.
    days: Vec<UsageDay>,
) -> impl IntoView {
    let most = days.iter().map(|day| day.bytes).max().unwrap_or_default();
    let label = summary(&days);
    let bars = days.iter().enumerate().map(|(index, day)| bar(index, day, most)).collect_view();
    let box_of_it = format!("0 0 {} {HEIGHT}", (days.len() * STEP).max(STEP) - 3);
    let (first, last) = (date(days.first()), date(days.last()));
    view! {
        <figure class="chart">
            <svg viewBox=box_of_it preserveAspectRatio="none" role="img" aria-label=label>{bars}</svg>
            <figcaption><span>{first}</span><span>{format!("at most {} a day", size_text(most))}</span><span>{last}</span></figcaption>
        </figure>
        <details class="more">
            <summary>"The same days as a table"</summary>
            {table(days)}
        </details>
    }
}

fn bar(index: usize, day: &UsageDay, most: u64) -> impl IntoView + use<> {
    let height = u128::from(day.bytes) * u128::from(HEIGHT) / u128::from(most.max(1));
    let height = u64::try_from(height).unwrap_or(HEIGHT);
    // A day without pulls has a foot as well: the row of days is seen to be whole.
    let height = if day.bytes > 0 { height.max(2) } else { 1 };
    let class = (day.bytes == 0).then_some("none");
    let words = format!("{}: {}, {}", day.date, size_text(day.bytes), pulls(day.pulls));
    view! {
        <rect class=class x=(index * STEP).to_string() y=(HEIGHT - height).to_string()
            width=WIDTH.to_string() height=height.to_string()><title>{words}</title></rect>
    }
}

fn table(days: Vec<UsageDay>) -> impl IntoView {
    let rows = days.into_iter().rev().map(|day| {
        view! { <tr><th scope="row">{day.date}</th><td>{size_text(day.bytes)}</td><td>{day.pulls}</td></tr> }
    });
    view! {
        <table class="figures">
            <thead><tr><th scope="col">"Day, UTC"</th><th scope="col">"Pulled"</th><th scope="col">"Images"</th></tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}

/// What a look at the bars tells.
fn summary(days: &[UsageDay]) -> String {
    let bytes = days.iter().fold(0_u64, |sum, day| sum.saturating_add(day.bytes));
    let images = days.iter().fold(0_u64, |sum, day| sum.saturating_add(day.pulls));
    format!("Last {} days: {} in {}", days.len(), size_text(bytes), pulls(images))
}

fn pulls(number: u64) -> String {
    if number == 1 { "1 image".to_owned() } else { format!("{number} images") }
}

fn date(day: Option<&UsageDay>) -> String {
    day.map(|day| day.date.clone()).unwrap_or_default()
}
