//! The most important thing on a repository's page: the command that pulls it, for the tool one
//! uses, by tag or by digest. Each choice is a link, so each state has an address.

use crate::{app::Choice, parts::command_line::CommandLine, visit::SharedVisit};
use leptos::prelude::*;
use roadstead_shared::catalog::{TagEntry, Tool};

/// Tools, tag or digest, and the command.
#[component]
pub fn PullBox(
    /// The repository's name.
    name: String,
    /// The tag to pull.
    tag: TagEntry,
    /// What the address says.
    choice: Choice,
    /// The request.
    visit: SharedVisit,
) -> impl IntoView {
    let tool = Tool::or_usual(choice.tool.or(visit.tool), tag.kind);
    let command = visit.command(&name, &tag, choice.tool, choice.pinned);
    let tools = Tool::for_kind(tag.kind).iter().map(|one| {
        let address = Choice { tool: Some(*one), ..choice.clone() }.address(&name);
        let current = (*one == tool).then_some("true");
        view! { <li><a href=address aria-current=current>{one.label()}</a></li> }
    });
    let tools = tools.collect_view();
    let pin = pin(&name, &choice);
    view! {
        <section class="pull" aria-label="Pull">
            <div class="pull-bar">
                <ul class="tools">{tools}</ul>
                {pin}
            </div>
            {match command {
                Some(command) => view! { <CommandLine command main=true/> }.into_any(),
                None => view! {
                    <p class="pull-none">
                        "No command can be shown: this page was opened under an address, or the repository has a name, that a shell would not read as one word."
                    </p>
                }.into_any(),
            }}
        </section>
    }
}

/// By tag, which may move, or by digest, which cannot.
fn pin(name: &str, choice: &Choice) -> impl IntoView + use<> {
    let option = |label: &'static str, pinned: bool| {
        let address = Choice { pinned, ..choice.clone() }.address(name);
        let current = (choice.pinned == pinned).then_some("true");
        view! { <li><a href=address aria-current=current>{label}</a></li> }
    };
    view! { <ul class="pin">{option("by tag", false)}{option("by digest", true)}</ul> }
}
