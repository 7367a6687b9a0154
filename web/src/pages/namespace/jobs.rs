//! Jobs that publish without a stored secret: whose they must be.

use crate::{
    app::namespace_address,
    parts::form::{Field, Post, problem},
    source::namespace::PublisherRow,
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::catalog::display_text;

/// Issuers that a form is here for. The API takes any that the operator trusts.
const KNOWN: [(&str, &str, &str); 2] = [
    ("github", "GitHub Actions", "https://token.actions.githubusercontent.com"),
    ("gitlab", "GitLab CI/CD", "https://gitlab.com"),
];

/// The rules, and for who decides about them a new one.
pub(super) fn section(
    visit: &SharedVisit,
    namespace: &str,
    publishers: &[PublisherRow],
    decides: bool,
) -> AnyView {
    let rows = publishers.iter().map(|rule| row(namespace, rule, decides)).collect_view();
    let any = !publishers.is_empty();
    view! {
        <section class="block" aria-labelledby="jobs-title" id="jobs">
            <h2 id="jobs-title">"Trusted jobs"</h2>
            <p class="note prose">"A job of these trades the token that its CI gives it for a password that ends with it. There is no secret to store."</p>
            {any.then(|| view! { <ul class="rows">{rows}</ul> })}
            {decides.then(|| add(visit, namespace))}
        </section>
    }
    .into_any()
}

fn row(namespace: &str, rule: &PublisherRow, decides: bool) -> AnyView {
    let here = namespace_address(namespace);
    let known = KNOWN.iter().find(|known| known.2 == rule.issuer);
    let issuer = known.map_or_else(|| display_text(&rule.issuer, 200), |known| known.1.to_owned());
    let claims = rule.claims().into_iter().map(|(name, value)| {
        view! { <li>{display_text(&name, 64)}" "<code>{display_text(&value, 200)}</code></li> }
    });
    let id: String = form_urlencoded::byte_serialize(rule.id.as_bytes()).collect();
    let remove = decides.then(|| {
        view! {
            {Post::new(format!("/api/v1/namespaces/{namespace}/publishers/{id}?_method=DELETE"), here.as_str(), here.as_str()).bare().with(view! {
                <button class="plain warns" type="submit" aria-label="Remove this rule">"Remove"</button>
            })}
        }
    });
    view! {
        <li class="line">
            <div class="line-what"><h3>{issuer}</h3><ul class="words">{claims.collect_view()}</ul>
                <p class="quiet">"by "{rule.created_by.clone()}</p></div>
            {remove}
        </li>
    }
    .into_any()
}

fn add(visit: &SharedVisit, namespace: &str) -> AnyView {
    let here = namespace_address(namespace);
    let asked = visit.asked("jobs").unwrap_or_default();
    let known = KNOWN.iter().find(|known| known.0 == asked).unwrap_or(&KNOWN[0]);
    let choices = KNOWN.iter().map(|one| {
        let current = (one.0 == known.0).then_some("true");
        view! { <li><a class="chip" href=format!("{here}?jobs={}#jobs", one.0) aria-current=current>{one.1}</a></li> }
    });
    let fields: Vec<Field> = match known.0 {
        "gitlab" => vec![
            Field::new("jobs", "claims.project_path", "Project").placeholder("acme/edge-proxy"),
            Field::new("jobs", "claims.ref", "Branch or tag").optional().placeholder("main"),
            Field::new("jobs", "claims.environment", "Environment").optional(),
        ],
        _ => vec![
            Field::new("jobs", "claims.repository", "Repository").placeholder("acme/edge-proxy"),
            Field::new("jobs", "claims.workflow", "Workflow")
                .placeholder("release.yml")
                .optional()
                .hint("The file in .github/workflows. Without it, any workflow of the repository may publish."),
            Field::new("jobs", "claims.ref", "Ref").optional().placeholder("refs/tags/v*"),
            Field::new("jobs", "claims.environment", "Environment").optional(),
        ],
    };
    let fields = fields.into_iter().map(|field| field.view(visit)).collect_view();
    view! {
        <nav class="chips" aria-label="Where the jobs run"><ul>{choices.collect_view()}</ul></nav>
        {problem(visit, "jobs")}
        {Post::new(format!("/api/v1/namespaces/{namespace}/publishers"), here.as_str(), format!("{here}?jobs={}&at=jobs", known.0)).with(view! {
            <input type="hidden" name="issuer" value=known.2/>
            {fields}
            <button class="button" type="submit">"Trust these jobs"</button>
        })}
    }
    .into_any()
}
