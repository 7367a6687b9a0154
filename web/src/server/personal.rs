//! The pages about whoever asks: let in or not, read, rendered.

use super::catalog;
use crate::{
    answer::Answer,
    app::{Admission, OperatorPage, Personal},
    pages::{
        account::{namespaces, recovery, settings, sign_in, sign_up, tokens, usage},
        namespace,
        not_found::{self, Missing},
        operator,
        refused::{self, Refused},
    },
    source::{SourceError, d1::Catalog},
    visit::SharedVisit,
};
use worker::Env;

/// The answer to a request for such a page.
pub(super) async fn respond(
    visit: &SharedVisit,
    env: &Env,
    page: &Personal,
) -> Result<Answer, SourceError> {
    match page.admit(visit) {
        Admission::In => {}
        Admission::SignIn(address) => return Ok(Answer::redirect(visit, 303, &address)),
        Admission::Refused => return Ok(refused(visit, Refused::Operator)),
    }
    let account = visit.visitor.account.as_deref().unwrap_or_default();
    let html = match page {
        Personal::SignIn | Personal::SignUp if !account.is_empty() => {
            return Ok(Answer::redirect(visit, 303, &sign_in::next(visit)));
        }
        Personal::SignIn => sign_in::page(visit),
        Personal::SignUp => sign_up::page(visit),
        Personal::Recovery => recovery::ask(visit),
        Personal::Recover => recovery::recover(visit),
        Personal::Usage => usage::open(visit),
        Personal::Account => usage::of_account(visit),
        Personal::Tokens => tokens::page(visit, &catalog(env)?.account(account).await?),
        Personal::Settings => settings::page(visit, &catalog(env)?.account(account).await?),
        Personal::Namespaces => namespaces::page(visit, &catalog(env)?.account(account).await?),
        Personal::Namespace(name) => {
            let is_operator = visit.visitor.is_operator;
            match catalog(env)?.namespace(name, account, is_operator).await? {
                Some(detail) => namespace::page(visit, detail),
                None => return Ok(refused(visit, Refused::Namespace)),
            }
        }
        Personal::Operator(page) => match operators(visit, &catalog(env)?, page).await? {
            Some(html) => html,
            None => {
                return Ok(Answer::personal(visit, 404, not_found::page(visit, Missing::Page)));
            }
        },
    };
    Ok(Answer::personal(visit, 200, html))
}

fn refused(visit: &SharedVisit, what: Refused) -> Answer {
    Answer::personal(visit, 403, refused::page(visit, what))
}

/// The operator's pages; `None` for an account that nobody has.
async fn operators(
    visit: &SharedVisit,
    catalog: &Catalog,
    page: &OperatorPage,
) -> Result<Option<String>, SourceError> {
    let asked = |name: &str| visit.asked(name).unwrap_or_default();
    Ok(Some(match page {
        OperatorPage::Accounts => {
            let found = catalog.accounts(&asked("after"), &asked("q")).await?;
            operator::accounts::page(visit, found)
        }
        OperatorPage::Account(name) => match catalog.any_account(name).await? {
            Some((account, namespaces)) => operator::account::page(visit, &account, &namespaces),
            None => return Ok(None),
        },
        OperatorPage::Namespaces => {
            let found = catalog.namespaces(&asked("after"), &asked("q")).await?;
            operator::namespaces::page(visit, &found)
        }
        OperatorPage::Takedowns => operator::takedowns::page(visit, &catalog.takedowns().await?),
        OperatorPage::Networks => operator::networks::page(visit, &catalog.networks().await?),
        OperatorPage::Upstreams => operator::upstreams::page(visit, &catalog.upstreams().await?),
        OperatorPage::Audit => {
            let before = asked("before").parse().ok();
            let found = catalog.audit(before, visit.asked("target").as_deref()).await?;
            operator::audit::page(visit, &found)
        }
    }))
}
