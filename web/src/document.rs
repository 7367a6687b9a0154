//! The HTML document around every page, and the one place where a view becomes text.

use crate::{
    parts::{footer::Footer, header::Header, notice::NoticeBox},
    theme::Theme,
    visit::SharedVisit,
};
use hydration_context::SsrSharedContext;
use leptos::prelude::*;
use roadstead_shared::visitor::Notice;
use std::sync::Arc;

/// Addresses of the stylesheet and the bundle, with their content's hash in them. The build sets
/// them when it compiles the Worker.
const STYLE: &str = match option_env!("ROADSTEAD_CSS") {
    Some(address) => address,
    None => "/assets/site.css",
};
const SCRIPT: &str = match option_env!("ROADSTEAD_JS") {
    Some(address) => address,
    None => "/assets/site.js",
};
const WASM: &str = match option_env!("ROADSTEAD_WASM") {
    Some(address) => address,
    None => "/assets/site_bg.wasm",
};

/// What a document says about its page.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// For the tab and for search engines.
    pub(crate) title: String,
    /// One sentence for search engines; empty on pages that are not meant for them.
    pub(crate) description: String,
    /// The forms that say themselves why they were refused.
    pub(crate) forms: &'static [&'static str],
}

impl Head {
    /// Of a page that is about whoever asks, and so not for search engines.
    pub(crate) fn personal(title: &str, forms: &'static [&'static str]) -> Self {
        Self { title: format!("{title} · Roadstead"), description: String::new(), forms }
    }
}

/// Renders a page, inside its document, to text.
pub(crate) fn render<V: IntoView + 'static>(
    visit: &SharedVisit,
    head: Head,
    page: impl FnOnce() -> V,
) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| document(visit, head, page()).to_html());
    owner.unset_with_forced_cleanup();
    html
}

fn document<V: IntoView>(visit: &SharedVisit, head: Head, page: V) -> impl IntoView + use<V> {
    let theme = visit.theme;
    let indexed = !head.description.is_empty();
    // Of all that a screen reader says of a page, its title comes first.
    let title = match &visit.visitor.notice {
        Some(Notice::Problem(_)) => format!("Not done: {}", head.title),
        _ => head.title,
    };
    let notice = visit.notice_beside(head.forms).cloned();
    let notice = notice.map(|notice| view! { <NoticeBox notice visit=Arc::clone(visit)/> });
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=(theme != Theme::Auto).then_some(theme.word())>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title>{title}</title>
                {indexed.then(|| view! { <meta name="description" content=head.description/> })}
                {(!indexed).then(|| view! { <meta name="robots" content="noindex"/> })}
                <link rel="stylesheet" href=STYLE/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="modulepreload" id="bundle" href=SCRIPT/>
                <link rel="preload" id="bundle-wasm" href=WASM r#as="fetch" r#type="application/wasm" crossorigin=""/>
                <script type="module" src="/boot.js"></script>
            </head>
            <body>
                <a class="skip" href="#main">"Skip to content"</a>
                <Header visit=Arc::clone(visit)/>
                <main id="main">{notice}{page}</main>
                <Footer visit=Arc::clone(visit)/>
                <div id="announcer" class="sr-only" role="status" aria-live="polite"></div>
            </body>
        </html>
    }
}
