//! How to publish, in three commands. It stands on the home page, and is all of it while nothing is
//! published.

use crate::{parts::command_line::CommandLine, visit::SharedVisit};
use leptos::prelude::*;
use roadstead_shared::catalog::Host;

/// The steps from an image on one's machine to a page here.
#[component]
pub fn PublishGuide(
    /// The request.
    visit: SharedVisit,
) -> impl IntoView {
    let host = visit.host.as_ref().map_or("this-registry", Host::authority).to_owned();
    let account = visit.visitor.account.as_deref();
    // What anybody may publish under is the name of their account.
    let namespace = account.filter(|_| !visit.visitor.is_operator).unwrap_or("my-team");
    let image = format!("{host}/{namespace}/my-image:1.0");
    let sign_up = (account.is_none() && visit.visitor.terms.sign_up_open)
        .then(|| view! { <a href="/account/sign-up">"Make an account"</a>" first. " });
    let step = |words: &'static str, command: String| {
        view! { <li><p>{words}</p><CommandLine command/></li> }
    };
    view! {
        <section class="guide" id="publish" aria-labelledby="publish-title">
            <h2 id="publish-title">"Publish an image"</h2>
            <p class="lede-small">
                {sign_up}"Any OCI client can push. Its page appears here by itself, from what the manifest and the config say."
            </p>
            <ol class="steps">
                {step("Sign in with your account, or with one of its tokens.", format!("docker login {host}"))}
                {step("Name the image after this host, your namespace and a repository.",
                    format!("docker tag my-image:1.0 {image}"))}
                {step("Push it.", format!("docker push {image}"))}
            </ol>
        </section>
    }
}
