//! Something on this side does not work. It says what, what still works, and what to quote.

use crate::{
    document::{Head, render},
    visit::SharedVisit,
};
use leptos::prelude::*;

/// What went wrong, as far as it is anybody else's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The catalog's index does not answer in time.
    Unavailable,
    /// It answers with what nobody expected.
    Broken,
}

impl Trouble {
    /// The status of the answer.
    pub const fn status(self) -> u16 {
        match self {
            Self::Unavailable => 503,
            Self::Broken => 500,
        }
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Unavailable => (
                "The catalog does not answer",
                "Its index took too long. Pulls do not depend on it and go on working. Try again in a minute.",
            ),
            Self::Broken => (
                "This page could not be made",
                "The catalog’s index could not be read. Pulls do not depend on it and go on working. Trying again may help; if it does not, tell the operator.",
            ),
        }
    }
}

/// The page.
pub fn page(visit: &SharedVisit, trouble: Trouble) -> String {
    let (title, words) = trouble.words();
    let head = Head::personal(title, &[]);
    let here = visit.here();
    let id = visit.request_id.clone();
    render(visit, head, || {
        view! {
            <section class="state">
                <p class="state-code">{trouble.status()}</p>
                <h1>{title}</h1>
                <p class="lede-small">{words}</p>
                <p class="state-next">
                    <a class="button" href=here>"Try again"</a>
                    <a class="button" href="/">"See what is published"</a>
                </p>
                <p class="quiet">"Request id "<code>{id}</code></p>
            </section>
        }
    })
}
