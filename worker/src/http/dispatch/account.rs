//! The calls about people. Passwords are looked at by the `door`, which counts the attempts.

use crate::auth::{self, Caller, Credentials, Door, Purpose};
use crate::config::{Mail, SignUp};
use crate::http::asked::Asked;
use crate::http::error::Error;
use crate::service::account::{self, Actor, Place, Repositories};
use crate::service::{Answer, Input, Outcome};
use roadstead_shared::operation::AccountOperation as Call;
use roadstead_shared::secret::Secret;
use serde::Deserialize;
use serde_json::json;
use worker::Env;

/// Does what `call` says.
#[expect(clippy::too_many_lines, reason = "one arm for each call")]
pub(super) async fn dispatch(
    env: &Env,
    door: &Door<'_>,
    caller: &Caller,
    call: Call,
    asked: &Asked,
) -> Result<Answer, Error> {
    let store = door.store;
    let origin = door.origin();
    let place = Place { origin: &origin, keys: door.keys };
    let input = asked.input().await?;
    let actor = || actor(caller);
    Ok(match call {
        Call::SignUp => {
            let wanted = account::wanted(store, &SignUp::read(env), &input).await?;
            door.attempt_sign_up().await?;
            Answer::Outcome(account::sign_up(store, wanted).await?)
        }
        Call::SignIn => Answer::Outcome(sign_in(door, &input).await?),
        Call::SignOut => Answer::Outcome(Outcome::gone("You are signed out.").signed_out()),
        Call::ReadAccount => account::read(store, actor()?).await?,
        Call::ChangeAccount => Answer::Outcome(change_mail(door, actor()?, &input).await?),
        Call::ChangePassword => Answer::Outcome(change_password(door, actor()?, &input).await?),
        Call::DeleteAccount => Answer::Outcome(delete(door, actor()?, &input).await?),
        Call::AskRecovery => {
            let Named { name } = input.read()?;
            let may = door.attempt_letter(&name).await?;
            let mail = Mail::read(env).filter(|_| may);
            Answer::Outcome(account::ask_recovery(store, mail.as_ref(), place, &name).await?)
        }
        Call::Recover => Answer::Outcome(account::recover(store, place, &input).await?),
        Call::ListTokens => account::list_tokens(store, actor()?).await?,
        Call::CreateToken => Answer::Outcome(account::create_token(store, actor()?, &input).await?),
        Call::DeleteToken { id } => {
            Answer::Outcome(account::delete_token(store, actor()?, &id).await?)
        }
        Call::ListNamespaces => account::list_namespaces(store, actor()?).await?,
        Call::CreateNamespace => {
            let settings = SignUp::read(env);
            let created = account::create_namespace(store, &settings, actor()?, &input);
            Answer::Outcome(created.await?)
        }
        Call::ReadNamespace { namespace } => {
            let quota = crate::config::storage_quota(env);
            account::read_namespace(store, actor()?, quota, &namespace).await?
        }
        Call::PutMember { namespace, account } => {
            let (settings, who) = (SignUp::read(env), (&namespace, &account));
            let put = account::put_member(store, &settings, actor()?, who, &input);
            Answer::Outcome(put.await?)
        }
        Call::RemoveMember { namespace, account } => {
            let (settings, who) = (SignUp::read(env), (&namespace, &account));
            let removed = account::remove_member(store, &settings, actor()?, who);
            Answer::Outcome(removed.await?)
        }
        Call::ListAccounts { after, query } => {
            account::list(store, after.as_deref(), query.as_deref()).await?
        }
        Call::JudgeAccount { account } => {
            Answer::Outcome(account::judge_account(store, actor()?, &account, &input).await?)
        }
        Call::LinkRecovery { account } => {
            account::link_recovery(store, place, &account, actor()?.name).await?
        }
        Call::JudgeNamespace { namespace } => {
            Answer::Outcome(account::judge_namespace(store, actor()?, &namespace, &input).await?)
        }
        Call::ListAudit { before, target } => {
            account::audit(store, before, target.as_deref()).await?
        }
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

/// Who asks, as the services see it.
pub(super) fn actor(caller: &Caller) -> Result<Actor<'_>, Error> {
    let rights = caller.rights().ok_or(auth::Error::NoCredentials)?;
    Ok(Actor { name: &rights.account, is_operator: caller.is_operator, epoch: rights.epoch })
}

async fn sign_in(door: &Door<'_>, input: &Input) -> Result<Outcome, Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        name: String,
        password: String,
    }
    let Asked { name, password } = input.read()?;
    let credentials = Credentials { name, password: Secret::new(password) };
    let rights = door.by_password(&credentials, Purpose::Any).await?;
    let outcome = Outcome::done(json!({ "name": rights.account }), "You are signed in.");
    Ok(outcome.signed_in(&rights.account, rights.epoch))
}

async fn change_mail(door: &Door<'_>, actor: Actor<'_>, input: &Input) -> Result<Outcome, Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        mail: Option<String>,
        password: Option<String>,
    }
    let Asked { mail, password } = input.read()?;
    is_own(door, actor, password).await?;
    Ok(account::change_mail(door.store, actor, mail.as_deref()).await?)
}

async fn change_password(
    door: &Door<'_>,
    actor: Actor<'_>,
    input: &Input,
) -> Result<Outcome, Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        password: Option<String>,
        new_password: String,
    }
    let Asked { password, new_password } = input.read()?;
    is_own(door, actor, password).await?;
    Ok(account::change_password(door.store, actor, &new_password).await?)
}

async fn delete(door: &Door<'_>, actor: Actor<'_>, input: &Input) -> Result<Outcome, Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        password: Option<String>,
        repositories: Repositories,
    }
    let Asked { password, repositories } = input.read()?;
    is_own(door, actor, password).await?;
    Ok(account::delete(door.store, actor, repositories).await?)
}

/// Whether `password` is the account's own. Who left a browser open has not given it away. An account
/// that signs in with a provider only has none: there the session is enough.
pub(super) async fn is_own(
    door: &Door<'_>,
    actor: Actor<'_>,
    password: Option<String>,
) -> Result<(), Error> {
    if !actor.is_operator {
        let account = door.store.account(actor.name).await?;
        if account.is_some_and(|account| account.password.is_none()) {
            return Ok(());
        }
    }
    let (name, password) = (actor.name.to_owned(), password.unwrap_or_default());
    let credentials = Credentials { name, password: Secret::new(password) };
    match door.by_password(&credentials, Purpose::Any).await {
        Ok(_) => Ok(()),
        Err(auth::Error::BadCredentials) => Err(account::Refusal::WrongPassword.into()),
        Err(error) => Err(error.into()),
    }
}
