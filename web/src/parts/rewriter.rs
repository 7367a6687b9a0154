//! A file in, the same file with its images coming from here out, as one types. It all happens in
//! the browser: nothing is sent anywhere.

#![expect(missing_docs, reason = "the island macro makes a struct that has none")]

use crate::parts::copy_button::{COPY, copy};
use leptos::prelude::*;
use roadstead_shared::moving::destination::Upstream;
use roadstead_shared::moving::{Destination, Fate, Format, Found, Kind, Limits, Report, scan};

/// How many references are listed; the rewritten file has all of them.
const LISTED: usize = 100;

/// What stands in the empty field, so that people see what goes there.
const EXAMPLE: &str =
    "services:\n  web:\n    image: nginx:1.27\n  cache:\n    image: ghcr.io/acme/cache:${TAG:-1.0}";

/// What came of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Read {
    /// There is none yet.
    Nothing,
    /// It was not read, and why.
    Refused(String),
    /// Its references, and what it becomes.
    Done(Report, String),
}

/// The two fields, and the list of images between them.
#[island]
pub fn Rewriter(
    /// Host and port of this registry.
    host: String,
    /// Its rules; none: the usual ones.
    upstreams: Vec<Upstream>,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let word = RwSignal::new(COPY);
    let to = Destination::new(&host, upstreams);
    let result = Memo::new(move |_| text.with(|text| read(text, to.as_ref())));
    let rewritten = move || match result.get() {
        Read::Done(_, rewritten) => rewritten,
        Read::Nothing | Read::Refused(_) => String::new(),
    };
    view! {
        <div class="rewriter">
            <div class="field">
                <label for="paste">"Your file"</label>
                <textarea
                    id="paste" rows="14" spellcheck="false" autocomplete="off" autocapitalize="off"
                    wrap="off" placeholder=EXAMPLE
                    on:input:target=move |event| text.set(event.target().value())
                ></textarea>
            </div>
            <div class="field">
                <div class="over-field">
                    <label for="rewritten">"The same file, from here"</label>
                    <button type="button" class="copy" aria-label="Copy the rewritten file" on:click=move |_| copy(rewritten(), word)>
                        {move || word.get()}
                    </button>
                </div>
                <textarea id="rewritten" rows="14" spellcheck="false" wrap="off" readonly=true prop:value=rewritten></textarea>
            </div>
            <p class="rewriter-sum" role="status">{move || sentence(&result.get())}</p>
            {move || list(result.get())}
        </div>
    }
}

fn read(text: &str, to: Option<&Destination>) -> Read {
    let Some(to) = to.filter(|_| !text.trim().is_empty()) else { return Read::Nothing };
    match scan(text, Format::of_text(text), to, Limits::PAGE) {
        Ok(report) => {
            let rewritten = report.rewrite(text);
            Read::Done(report, rewritten)
        }
        Err(why) => Read::Refused(why.to_string()),
    }
}

/// What was found, in one sentence.
fn sentence(result: &Read) -> String {
    let report = match result {
        Read::Nothing => {
            return "Nothing is uploaded: this page does it in your browser.".to_owned();
        }
        Read::Refused(why) => return format!("Not read: {why}."),
        Read::Done(report, _) => report,
    };
    let label = report.kind.label();
    let all = report.references.len();
    if all == 0 {
        return format!("Read as {label}: no image in it.");
    }
    let changed = report.references.iter().filter(|found| found.becomes().is_some()).count();
    let floating = report.references.iter().filter(|found| found.floating.is_some()).count();
    let images = if all == 1 { "1 image".to_owned() } else { format!("{all} images") };
    let cut = if report.is_cut { " There are more than are looked at." } else { "" };
    let floats = match floating {
        0 => String::new(),
        1 => " 1 has a tag that moves.".to_owned(),
        _ => format!(" {floating} have tags that move."),
    };
    format!("Read as {label}: {images}, {changed} rewritten.{floats}{cut}")
}

fn list(result: Read) -> impl IntoView {
    let Read::Done(report, _) = result else { return ().into_any() };
    let more = report.references.len().saturating_sub(LISTED);
    if report.references.is_empty() {
        return ().into_any();
    }
    let kind = report.kind;
    let listed = report.references.into_iter().take(LISTED);
    let rows = listed.map(|found| row(found, kind)).collect_view();
    view! {
        <ul class="rows found" aria-label="Images in the file">{rows}</ul>
        {(more > 0).then(|| view! { <p class="hint">{format!("And {more} more.")}</p> })}
    }
    .into_any()
}

/// A reference: the line, what it names, what becomes of it, and what to look at.
fn row(found: Found, kind: Kind) -> impl IntoView {
    let (fate, class) = match &found.fate {
        Fate::Becomes(image) => (image.clone(), "found-new"),
        Fate::Stays(why) if found.is_unmapped() => (format!("Stays: {why}"), "found-new warns"),
        Fate::Stays(why) => (format!("Stays: {why}"), "found-new quiet"),
    };
    let facts = found.image.as_ref().map(|image| {
        let tag = image.tag.as_ref().map(|tag| format!(" · tag {tag}")).unwrap_or_default();
        let pinned = if image.digest.is_some() { " · pinned by digest" } else { "" };
        format!("{}{tag}{pinned}", image.registry)
    });
    let floats = found.floating.as_ref().zip(found.image.as_ref()).map(|(floating, image)| {
        let words = format!("Floats: {}; ", floating.reason());
        view! { <p class="found-warning"><b>{words}</b>{floating.cost(&image.registry, found.place, kind)}</p> }
    });
    let note = found.note.map(|note| view! { <p class="found-warning">{note}</p> });
    view! {
        <li class="found-row">
            <p><span class="found-line">{format!("line {}", found.line)}</span><code>{found.written}</code></p>
            <p class=class>{fate}</p>
            {facts.map(|facts| view! { <p class="quiet">{facts}</p> })}
            {floats}{note}
        </li>
    }
}
