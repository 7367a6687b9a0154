//! Moving here from other registries: what images are called here, a field that rewrites files, and
//! the configuration that makes it unnecessary.

use crate::{
    document::{Head, render},
    parts::{command_line::CommandLine, configuration::Configuration, rewriter::Rewriter},
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::catalog::Host;
use roadstead_shared::moving::Destination;
use roadstead_shared::moving::configuration::{Edge, files};
use roadstead_shared::moving::destination::Upstream;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The page.
pub fn page(visit: &SharedVisit) -> String {
    let head = Head {
        title: "Move here · Roadstead".to_owned(),
        description: "Have the images of Docker Hub and other registries come from this host: rewrite files in the browser, or configure Docker, containerd, podman and Kyverno.".to_owned(),
        forms: &[],
    };
    let upstreams = visit.visitor.terms.upstreams.clone();
    let known = visit
        .host
        .as_ref()
        .and_then(|host| Some((host, Destination::new(host.authority(), upstreams.clone())?)));
    match known {
        Some((host, to)) => {
            let (is_plain, has_rules) = (host.is_plain_http(), !upstreams.is_empty());
            render(visit, head, || content(&to, is_plain, has_rules))
        }
        None => render(visit, head, || nameless(visit.host.as_ref())),
    }
}

fn content(to: &Destination, is_plain: bool, has_rules: bool) -> impl IntoView + use<> {
    let host = to.host().to_owned();
    let upstreams = if has_rules { to.upstreams().to_vec() } else { Vec::new() };
    let configuration = files(Edge { to, is_plain });
    view! {
        <div class="page move">
            <div class="title"><h1>"Move here"</h1></div>
            <p class="lede-small">
                "Images of other registries can come from "<b>{host.clone()}</b>": the first pull fetches one, later ones are served from here, and the other registry’s limits and outages are nobody’s problem any more. Nothing has to be copied first; only names change."
            </p>
            {(!has_rules).then(no_rules)}
            {names(to)}
            <section class="block" aria-labelledby="rewrite-title">
                <h2 id="rewrite-title">"Rewrite a file"</h2>
                <p class="prose">
                    "Paste a Dockerfile, a compose file, Kubernetes YAML, Helm values, a kubeadm configuration or an ECS task definition. Each reference changes, and not one other byte."
                </p>
                <p class="note rewriter-none">"Without JavaScript this field can do nothing; the program below does the same."</p>
                <Rewriter host=host.clone() upstreams/>
            </section>
            {scan(to)}
            <section class="block" aria-labelledby="configure-title">
                <h2 id="configure-title">"Or leave the files as they are"</h2>
                <p class="prose">"Clients can be told to come here by themselves. These files are for this host."</p>
                <Configuration files=configuration/>
            </section>
        </div>
    }
}

/// What is said where nobody set up a rule.
fn no_rules() -> impl IntoView {
    view! {
        <p class="notice">
            <b>"This registry answers for no other one yet. "</b>
            "Its operator decides which: what follows uses the prefixes of the documentation, and works as soon as they are set up."
        </p>
    }
}

/// What images are called here, by registry.
fn names(to: &Destination) -> impl IntoView + use<> {
    let row = |registry: &str, prefix: &str| {
        let (was, is) = (format!("{registry}/…"), format!("{}/{prefix}/…", to.host()));
        view! { <tr><td><code>{was}</code></td><td><code>{is}</code></td></tr> }
    };
    let rows: Vec<_> = to.upstreams().iter().map(|it| row(&it.registry, &it.prefix)).collect();
    view! {
        <section class="block" aria-labelledby="names-title">
            <h2 id="names-title">"What images are called here"</h2>
            <table class="figures names-here">
                <thead><tr><th scope="col">"There"</th><th scope="col">"Here"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
}

/// The same for whole trees and clusters.
fn scan(to: &Destination) -> impl IntoView + use<> {
    let mut host = to.host().to_owned();
    // The program knows the usual rules by itself.
    let usual: BTreeSet<_> = Upstream::usual().iter().map(named).collect();
    if to.upstreams().iter().map(named).collect::<BTreeSet<_>>() != usual {
        for upstream in to.upstreams() {
            // Writing to a String cannot fail.
            let _ = write!(host, " --rule {}={}", upstream.prefix, upstream.registry);
        }
    }
    let command = |words: &'static str, command: String| {
        view! { <li><p>{words}</p><CommandLine command/></li> }
    };
    view! {
        <section class="block" aria-labelledby="scan-title">
            <h2 id="scan-title">"A whole source tree, a cluster, a pipeline"</h2>
            <ol class="steps">
                {command("List the images of a tree, and what each becomes.", format!("roadstead scan --host {host} ."))}
                {command("Rewrite them in place.", format!("roadstead scan --host {host} --write ."))}
                {command("See what a cluster runs.", format!("kubectl get pods -A -o json | roadstead scan --host {host} -"))}
                {command("Let CI fail for tags that move.", "roadstead scan --fail-on floating .".to_owned())}
            </ol>
        </section>
    }
}

/// What a rule is, whatever else it says and wherever it stands.
fn named(upstream: &Upstream) -> (String, String) {
    (upstream.registry.clone(), upstream.prefix.clone())
}

/// Under an address that no reference can begin with.
fn nameless(host: Option<&Host>) -> impl IntoView + use<> {
    let host = host.map(Host::authority).unwrap_or_default().to_owned();
    view! {
        <section class="state">
            <h1>"Move here"</h1>
            <p class="lede-small">
                "This page was opened under an address that no image’s name can begin with"
                {(!host.is_empty()).then(|| format!(": {host}"))}
                ". Open it under the registry’s own name, and it shows what images are called here."
            </p>
        </section>
    }
}
