//! Who belongs to a namespace.

use crate::{
    app::namespace_address,
    parts::{
        form::{Field, Post, choice, problem},
        when::When,
    },
    source::namespace::MemberRow,
    visit::SharedVisit,
};
use leptos::prelude::*;
use roadstead_shared::catalog::display_text;

/// What a member may.
const ROLES: [(&str, &str); 2] = [
    ("publisher", "Publisher: pushes and deletes"),
    ("owner", "Owner: also decides who belongs to it"),
];

/// The list, and for who decides about it the way to change it.
pub(super) fn section(
    visit: &SharedVisit,
    namespace: &str,
    members: &[MemberRow],
    decides: bool,
) -> AnyView {
    let rows = members.iter().map(|member| row(visit, namespace, member, decides)).collect_view();
    let none = members
        .is_empty()
        .then(|| view! { <p class="note">"Nobody: only the operator publishes here."</p> });
    view! {
        <section class="block" aria-labelledby="members-title">
            <h2 id="members-title">"Members"</h2>
            {none}
            {(!members.is_empty()).then(|| view! { <ul class="rows">{rows}</ul> })}
            {decides.then(|| add(visit, namespace))}
        </section>
    }
    .into_any()
}

fn row(visit: &SharedVisit, namespace: &str, member: &MemberRow, decides: bool) -> AnyView {
    let here = namespace_address(namespace);
    let myself = visit.visitor.account.as_deref() == Some(member.account.as_str());
    let call = format!("/api/v1/namespaces/{namespace}/members/{}", member.account);
    let since =
        member.added_at_ms.map(|at_ms| view! { " · since "<When at_ms now_ms=visit.now_ms/> });
    let other = if member.role == "owner" { ROLES[0] } else { ROLES[1] };
    let change = decides.then(|| {
        let words = if other.0 == "owner" { "Make owner" } else { "Make publisher" };
        let label = format!("{words}: {}", member.account);
        view! {
            {Post::new(format!("{call}?_method=PUT"), here.as_str(), here.as_str()).bare().with(view! {
                <input type="hidden" name="role" value=other.0/>
                <button class="plain" type="submit" aria-label=label>{words}</button>
            })}
        }
    });
    let remove = (decides || myself).then(|| {
        let words = if myself { "Leave" } else { "Remove" };
        let label = if myself {
            format!("Leave {namespace}")
        } else {
            format!("Remove {}", member.account)
        };
        let next = if myself { "/account/namespaces".to_owned() } else { here.clone() };
        view! {
            {Post::new(format!("{call}?_method=DELETE"), next, here.as_str()).bare().with(view! {
                <button class="plain warns" type="submit" aria-label=label>{words}</button>
            })}
        }
    });
    view! {
        <li class="line">
            <div class="line-what"><h3>{member.account.clone()}</h3><p class="quiet">{member.role.clone()}{since}</p></div>
            <div class="line-do">{change}{remove}</div>
        </li>
    }
    .into_any()
}

/// In two steps: the call's path has the name in it, which a form cannot write there. The second
/// step is in the address as everything else, and asks once more who it is that gets in.
fn add(visit: &SharedVisit, namespace: &str) -> AnyView {
    let here = namespace_address(namespace);
    let Some(account) = visit.asked("member").filter(|name| is_name(name)) else {
        let odd = visit.asked("member").map(|name| {
            let words = format!("“{}” is no name of an account.", display_text(&name, 40));
            view! { <p class="problem" id="member-problem" role="alert">{words}</p> }
        });
        let name = Field::named("member", "member", "Add an account");
        return view! {
            {odd}
            <form method="get" action=here class="form form-row">
                {name.view(visit)}
                <button class="button" type="submit">"Go on"</button>
            </form>
        }
        .into_any();
    };
    let to = format!("/api/v1/namespaces/{namespace}/members/{account}?_method=PUT");
    let back = format!("{here}?member={account}&at=member");
    view! {
        {problem(visit, "member")}
        {Post::new(to, here.as_str(), back).with(view! {
            {choice("member", "role", "As what is it added?", &ROLES, "publisher")}
            <p class="state-next">
                <button class="main" type="submit">"Add "{account}</button>
                <a class="button" href=here>"Cancel"</a>
            </p>
        })}
    }
    .into_any()
}

/// What the API takes for a name; anything else cannot stand in its path.
fn is_name(name: &str) -> bool {
    (2..=39).contains(&name.len())
        && name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
}
