//! Networks whose pulls have no limit.

use super::framed;
use crate::{
    app::OperatorPage,
    parts::form::{Post, problem},
    source::operator::Networks,
    visit::SharedVisit,
};
use leptos::prelude::*;

const HERE: &str = "/operator/networks";
/// The longest list that a form shows, in characters: a longer one would not come back whole.
const LONGEST: usize = 200_000;

/// The page.
pub fn page(visit: &SharedVisit, networks: &Networks) -> String {
    framed(visit, "Networks", OperatorPage::Networks, &["networks"], || content(visit, networks))
}

fn content(visit: &SharedVisit, networks: &Networks) -> AnyView {
    let ranges = networks.ranges.join("\n");
    let numbers: Vec<String> = networks.asns.iter().map(u32::to_string).collect();
    let numbers = numbers.join("\n");
    let long = ranges.len() + numbers.len() > LONGEST;
    let about = view! {
        <p class="note prose">"Whoever pulls from these networks has no limit; it is still counted. Networks of the setting "<code>"TIERS"</code>" are named there and not here."</p>
    };
    if long {
        let (ranges, numbers) = (networks.ranges.len(), networks.asns.len());
        return view! {
            {about}
            <p class="prose">{format!("{ranges} address ranges and {numbers} networks by number. ")}"That is more than a form takes: change the list by "<code>"PUT /api/v1/admin/networks"</code>"."</p>
        }
        .into_any();
    }
    view! {
        {about}
        {problem(visit, "networks")}
        {Post::new("/api/v1/admin/networks?_method=PUT", HERE, format!("{HERE}?at=networks")).with(view! {
            {area("networks-ranges", "ranges", "Address ranges", "One a line: 192.0.2.0/24, 2001:db8::/32", &ranges)}
            {area("networks-asns", "asns", "Networks by number", "AS numbers, one a line: 64496", &numbers)}
            <button class="main" type="submit">"Save the list"</button>
        })}
    }
    .into_any()
}

fn area(
    id: &'static str,
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    text: &str,
) -> AnyView {
    let hint_id = format!("{id}-hint");
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <textarea id=id name=name rows="6" spellcheck="false" autocapitalize="none" aria-describedby=hint_id.clone()>{escaped(text)}</textarea>
            <p class="hint" id=hint_id>{hint}</p>
        </div>
    }
    .into_any()
}

/// Leptos writes what is in a text area as it is, and a browser reads it as text with references:
/// without this, `</textarea>` in the text would end it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
