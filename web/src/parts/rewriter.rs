//! A file in, the same file with its images coming from here out, as one types. It all happens in
//! the browser: nothing is sent anywhere.

#![expect(missing_docs, reason = "the island macro makes a struct that has none")]

use crate::browser::{self, Line};
use crate::parts::copy_button::{COPY, copy};
use leptos::prelude::*;
use roadstead_shared::moving::destination::Upstream;
use roadstead_shared::moving::{Destination, Fate, Format, Found, Kind, Limits, Report, scan};

/// What is said while there is no file.
const NOTHING: &str = "Nothing is uploaded: this page does it in your browser.";

/// What the list is called in the page.
const FOUND: &str = "found";

/// How many references are listed; the rewritten file has all of them.
const LISTED: usize = 100;

/// What stands in the empty field, so that people see what goes there.
const EXAMPLE: &str =
    "services:\n  web:\n    image: nginx:1.27\n  cache:\n    image: ghcr.io/acme/cache:${TAG:-1.0}";

/// The two fields, and the list of images between them.
#[island]
pub fn Rewriter(
    /// Host and port of this registry.
    host: String,
    /// Its rules; none: the usual ones.
    upstreams: Vec<Upstream>,
) -> impl IntoView {
    let rewritten = RwSignal::new(String::new());
    let sum = RwSignal::new(NOTHING.to_owned());
    let word = RwSignal::new(COPY);
    let to = Destination::new(&host, upstreams);
    let read = move |text: String| {
        let Some(to) = to.as_ref().filter(|_| !text.trim().is_empty()) else {
            rewritten.set(String::new());
            sum.set(NOTHING.to_owned());
            return browser::show_rows(FOUND, &[]);
        };
        match scan(&text, Format::of_text(&text), to, Limits::PAGE) {
            Ok(report) => {
                rewritten.set(report.rewrite(&text));
                sum.set(sentence(&report));
                let listed = report.references.iter().take(LISTED);
                let rows: Vec<_> = listed.map(|found| row(found, report.kind)).collect();
                browser::show_rows(FOUND, &rows);
            }
            Err(why) => {
                rewritten.set(String::new());
                sum.set(format!("Not read: {why}."));
                browser::show_rows(FOUND, &[]);
            }
        }
    };
    view! {
        <div class="rewriter">
            <div class="field">
                <label for="paste">"Your file"</label>
                <textarea
                    id="paste" rows="14" spellcheck="false" autocomplete="off" autocapitalize="off"
                    wrap="off" placeholder=EXAMPLE
                    on:input:target=move |event| read(event.target().value())
                ></textarea>
            </div>
            <div class="field">
                <div class="over-field">
                    <label for="rewritten">"The same file, from here"</label>
                    <button type="button" class="copy" aria-label="Copy the rewritten file" on:click=move |_| copy(rewritten.get_untracked(), word)>
                        {move || word.get()}
                    </button>
                </div>
                <textarea id="rewritten" rows="14" spellcheck="false" wrap="off" readonly=true prop:value=move || rewritten.get()></textarea>
            </div>
            <p class="rewriter-sum" role="status">{move || sum.get()}</p>
            <ul class="rows found" id=FOUND aria-label="Images in the file"></ul>
        </div>
    }
}

/// What was found, in one sentence.
fn sentence(report: &Report) -> String {
    let label = report.kind.label();
    let all = report.references.len();
    if all == 0 {
        return format!("Read as {label}: no image in it.");
    }
    let changed = report.references.iter().filter(|found| found.becomes().is_some()).count();
    let floating = report.references.iter().filter(|found| found.floating.is_some()).count();
    let images = if all == 1 { "1 image".to_owned() } else { format!("{all} images") };
    let cut = if report.is_cut { " There are more than are looked at." } else { "" };
    let listed =
        if all > LISTED { format!(" The first {LISTED} are listed.") } else { String::new() };
    let floats = match floating {
        0 => String::new(),
        1 => " 1 has a tag that moves.".to_owned(),
        _ => format!(" {floating} have tags that move."),
    };
    format!("Read as {label}: {images}, {changed} rewritten.{floats}{listed}{cut}")
}

/// A reference: the line, what it names, what becomes of it, and what to look at.
fn row(found: &Found, kind: Kind) -> Vec<Line> {
    let mut lines = vec![
        ("span", "found-line", format!("line {}", found.line)),
        ("code", "", found.written.clone()),
    ];
    lines.push(match &found.fate {
        Fate::Becomes(image) => ("p", "found-new", image.clone()),
        Fate::Stays(why) if found.is_unmapped() => {
            ("p", "found-new warns", format!("Stays: {why}"))
        }
        Fate::Stays(why) => ("p", "found-new quiet", format!("Stays: {why}")),
    });
    if let Some(image) = &found.image {
        let tag = image.tag.as_ref().map(|tag| format!(" · tag {tag}")).unwrap_or_default();
        let pinned = if image.digest.is_some() { " · pinned by digest" } else { "" };
        lines.push(("p", "quiet", format!("{}{tag}{pinned}", image.registry)));
        if let Some(floating) = &found.floating {
            lines.push(("p", "found-warning warns", format!("Floats: {}", floating.reason())));
            let cost = floating.cost(&image.registry, found.place, kind);
            lines.push(("p", "found-warning", format!("What that costs: {cost}")));
        }
    }
    lines.extend(found.note.iter().map(|note| ("p", "found-warning", note.clone())));
    lines
}
