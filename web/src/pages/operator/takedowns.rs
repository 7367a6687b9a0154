//! Repositories that the operator took down.

use super::framed;
use crate::{
    app::{OperatorPage, repository_address},
    parts::{
        form::{Field, Post, problem},
        when::When,
    },
    source::operator::TakedownRow,
    visit::SharedVisit,
};
use leptos::prelude::*;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use roadstead_shared::catalog::display_text;

const HERE: &str = "/operator/takedowns";

/// The page.
pub fn page(visit: &SharedVisit, takedowns: &[TakedownRow]) -> String {
    framed(visit, "Takedowns", OperatorPage::Takedowns, &["takedown"], || content(visit, takedowns))
}

fn content(visit: &SharedVisit, takedowns: &[TakedownRow]) -> AnyView {
    let rows: Vec<_> = takedowns.iter().map(|takedown| row(visit, takedown)).collect();
    view! {
        <p class="note prose">"A repository that is taken down answers 451 with the reason, to every client and on its page. Nothing is deleted; putting it back is at once."</p>
        {rows.is_empty().then(|| view! { <p class="note">"None is taken down."</p> })}
        {(!rows.is_empty()).then(|| view! { <ul class="rows">{rows}</ul> })}
        <section class="block" aria-labelledby="new-title">
            <h2 id="new-title">"Take a repository down"</h2>
            {new_takedown(visit)}
        </section>
    }
    .into_any()
}

/// The path of the call about a repository. Its slashes are encoded, so that a name cannot be taken
/// for more of the path.
fn call(repository: &str, method: &str) -> String {
    let name = utf8_percent_encode(repository, NON_ALPHANUMERIC);
    format!("/api/v1/admin/takedowns/{name}?_method={method}")
}

fn row(visit: &SharedVisit, takedown: &TakedownRow) -> AnyView {
    let since = takedown.at_ms.map(|at_ms| view! { <When at_ms now_ms=visit.now_ms/> });
    let name = display_text(&takedown.repository, 255);
    let label = format!("Put {name} back");
    view! {
        <li class="line">
            <div class="line-what"><h3><a href=repository_address(&takedown.repository)>{name}</a></h3>
                <p class="quiet" dir="auto">{since}" · "{display_text(&takedown.reason, 600)}</p></div>
            {Post::new(call(&takedown.repository, "DELETE"), HERE, HERE).bare().with(view! {
                <button class="plain" type="submit" aria-label=label>"Put back"</button>
            })}
        </li>
    }
    .into_any()
}

/// Which one, then why: the second step names what is about to go.
fn new_takedown(visit: &SharedVisit) -> AnyView {
    let Some(repository) = visit.asked("repository") else {
        let name =
            Field::new("takedown", "repository", "Repository").placeholder("acme/edge-proxy");
        return view! {
            <form method="get" action=HERE class="form form-row">
                {name.view(visit)}
                <button class="button" type="submit">"Go on"</button>
            </form>
        }
        .into_any();
    };
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("repository", &repository)
        .append_pair("at", "takedown")
        .finish();
    let reason = Field::new("takedown", "reason", "Why").hint(
        "Everybody who asks for it reads this. Name the law or the notice where there is one.",
    );
    let shown = display_text(&repository, 255);
    view! {
        {problem(visit, "takedown")}
        {Post::new(call(&repository, "PUT"), HERE, format!("{HERE}?{query}")).with(view! {
            <p>"This is about "<a href=repository_address(&repository)><b>{shown}</b></a>"."</p>
            {reason.view(visit)}
            <p class="state-next"><button class="button warns" type="submit">"Take it down"</button>
                <a class="button" href=HERE>"Cancel"</a></p>
        })}
    }
    .into_any()
}
