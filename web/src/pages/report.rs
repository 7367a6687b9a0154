//! Where to report what should not be published here.

use crate::{
    document::{Head, render},
    visit::SharedVisit,
};
use leptos::prelude::*;

/// The page.
pub fn page(visit: &SharedVisit) -> String {
    let head = Head {
        title: "Report abuse · Roadstead".to_owned(),
        description: "Where to report an image that should not be published here.".to_owned(),
        forms: &[],
    };
    let contact = visit.contact.clone();
    render(visit, head, || {
        let address = match contact {
            Some(contact) => {
                let (uri, text) = (contact.uri(), contact.text().to_owned());
                view! { <p class="lede-small">"Write to "<a href=uri>{text}</a>"."</p> }.into_any()
            }
            None => view! { <p class="lede-small">"The operator of this registry has not said where. Whoever runs this host name is the one to ask."</p> }.into_any(),
        };
        view! {
            <section class="state">
                <h1>"Report what should not be here"</h1>
                {address}
                <p class="lede-small">"Name the image with its registry and its tag or digest, as in its pull command, and say what is wrong with it: malware, somebody’s secrets or personal data, or work that is not its publisher’s to give away. For a claim of rights, say whose they are and how you can be reached."</p>
                <p class="lede-small">"What is taken down answers every pull with status 451 and the reason. Its publisher can ask at the same address for it to be put back."</p>
                <p class="state-next"><a class="button" href="/">"See what is published"</a></p>
            </section>
        }
    })
}
