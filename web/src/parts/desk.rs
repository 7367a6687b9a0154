//! The frame of the pages about somebody: where one is, the tabs beside it, and the way out.

use crate::{app::OperatorPage, parts::form::Post, visit::Visit};
use leptos::prelude::*;

/// A page behind a tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the tab of its name")]
pub enum Tab {
    Usage,
    Tokens,
    Namespaces,
    Settings,
    Operator,
}

impl Tab {
    const ALL: [Self; 5] =
        [Self::Usage, Self::Tokens, Self::Namespaces, Self::Settings, Self::Operator];

    const fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::Usage => ("/account", "Usage"),
            Self::Tokens => ("/account/tokens", "Tokens"),
            Self::Namespaces => ("/account/namespaces", "Namespaces"),
            Self::Settings => ("/account/settings", "Settings"),
            Self::Operator => ("/operator", "Operator"),
        }
    }
}

/// A page in the frame, about to be filled.
pub(crate) struct Desk {
    title: String,
    tab: Tab,
    above: Option<(&'static str, &'static str)>,
    beside: Option<String>,
}

impl Desk {
    /// A page with this title behind this tab.
    pub(crate) fn new(title: impl Into<String>, tab: Tab) -> Self {
        Self { title: title.into(), tab, above: None, beside: None }
    }

    /// What the crumbs lead to before it: words and address.
    pub(crate) fn above(self, words: &'static str, address: &'static str) -> Self {
        Self { above: Some((words, address)), ..self }
    }

    /// A word beside the title.
    pub(crate) fn beside(self, word: Option<&str>) -> Self {
        Self { beside: word.map(str::to_owned), ..self }
    }

    /// The page.
    pub(crate) fn with(self, visit: &Visit, inside: impl IntoView + 'static) -> AnyView {
        let inside = inside.into_any();
        let account = visit.visitor.account.clone().unwrap_or_default();
        let above =
            self.above.map(|(words, address)| view! { <li><a href=address>{words}</a></li> });
        let tabs =
            Tab::ALL.into_iter().filter(|one| *one != Tab::Operator || visit.visitor.is_operator);
        let tabs = tabs.map(|one| {
            let (address, words) = one.place();
            let current = (one == self.tab).then_some("page");
            view! { <li><a href=address aria-current=current>{words}</a></li> }
        });
        let tabs = tabs.collect_view();
        let out = view! { <button class="plain" type="submit">"Sign out"</button> };
        view! {
            <div class="page">
                <nav class="crumbs" aria-label="Breadcrumb">
                    <ol><li><a href="/account">{account}</a></li>{above}<li aria-current="page">{self.title.clone()}</li></ol>
                </nav>
                <div class="title"><h1>{self.title}</h1>{self.beside.map(|word| view! { <span class="chip">{word}</span> })}
                    {Post::new("/api/v1/session?_method=DELETE", "/", "/account").bare().with(out)}</div>
                <nav class="tabs" aria-label="Account"><ul>{tabs}</ul></nav>
                {inside}
            </div>
        }
        .into_any()
    }
}

/// The operator's own pages, as chips below the tabs.
#[component]
pub fn OperatorNav(
    /// The page that is open; an account's own page counts as the list of accounts.
    page: OperatorPage,
) -> impl IntoView {
    let places = [
        (OperatorPage::Accounts, "/operator", "Accounts"),
        (OperatorPage::Namespaces, "/operator/namespaces", "Namespaces"),
        (OperatorPage::Takedowns, "/operator/takedowns", "Takedowns"),
        (OperatorPage::Networks, "/operator/networks", "Networks"),
        (OperatorPage::Upstreams, "/operator/upstreams", "Upstreams"),
        (OperatorPage::Audit, "/operator/audit", "Audit log"),
    ];
    let places = places.into_iter().map(|(one, address, words)| {
        let current = (one == page).then_some("page");
        view! { <li><a class="chip" href=address aria-current=current>{words}</a></li> }
    });
    view! { <nav class="chips" aria-label="Operator"><ul>{places.collect_view()}</ul></nav> }
}
