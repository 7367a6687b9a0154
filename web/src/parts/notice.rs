//! What the form that led here has to say: once, above everything else on the page.

use crate::{parts::copy_button::CopyButton, visit::SharedVisit};
use leptos::prelude::*;
use roadstead_shared::{catalog::Host, visitor::Notice};

/// How every personal access token begins.
const TOKEN_BEGINS: &str = "rst_";

/// The notice. It takes the focus, so that a screen reader begins with it and the next stop is the
/// page.
#[component]
pub fn NoticeBox(
    /// What is said.
    notice: Notice,
    /// The request.
    visit: SharedVisit,
) -> impl IntoView {
    match notice {
        Notice::Problem(words) => view! {
            <div class="notice notice-problem" role="alert" tabindex="-1" autofocus=true><p><b>"Not done. "</b>{sentence(&words)}</p></div>
        }
        .into_any(),
        Notice::Done(words) => view! {
            <div class="notice notice-done" role="status" tabindex="-1" autofocus=true><p><b>{sentence(&words)}</b></p></div>
        }
        .into_any(),
        Notice::Secret { what, secret } => view! {
            <div class="notice" role="status" tabindex="-1" autofocus=true>
                <p><b>{sentence(&what)}</b>" It is shown this once and kept nowhere: copy it now."</p>
                {secret_line(&secret)}
                {secret.starts_with(TOKEN_BEGINS).then(|| login(&visit))}
            </div>
        }
        .into_any(),
    }
}

/// A refusal in the words of the API, which begin small and end without a stop, as a sentence.
pub(crate) fn sentence(words: &str) -> String {
    let mut rest = words.chars();
    let first = rest.next().map(|first| first.to_ascii_uppercase());
    let mut sentence: String = first.into_iter().chain(rest).collect();
    if !sentence.ends_with(['.', '?', '!']) {
        sentence.push('.');
    }
    sentence
}

fn secret_line(secret: &str) -> impl IntoView + use<> {
    view! {
        <div class="command command-main secret">
            <code tabindex="0">{secret.to_owned()}</code>
            <CopyButton command=secret.to_owned() main=true/>
        </div>
    }
}

/// The token is no part of the command: there it would stay in the shell's history.
fn login(visit: &SharedVisit) -> Option<AnyView> {
    let host = visit.host.as_ref().map(Host::authority)?;
    let account = visit.visitor.account.as_deref()?;
    let command = format!("docker login --username {account} {host}");
    Some(
        view! {
            <p>"Sign in with it; paste it when the client asks for a password:"</p>
            <div class="command"><code>{command.clone()}</code><CopyButton command main=false/></div>
        }
        .into_any(),
    )
}
