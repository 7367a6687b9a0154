//! The calls about identity providers.

use super::account::{actor, is_own};
use crate::auth::{Caller, Door};
use crate::config::{SignUp, issuers};
use crate::http::asked::Asked;
use crate::http::error::Error;
use crate::http::{flow, request};
use crate::issuer::person::Return;
use crate::service::sign_in::{self, Begun, House, Refusal};
use crate::service::trust::{self, Desk};
use crate::service::{self, Answer, account, outcome};
use roadstead_shared::api::form::is_local;
use roadstead_shared::api::path;
use roadstead_shared::issuer::{Provider, Providers};
use roadstead_shared::operation::{Back, IssuerOperation as Call};
use roadstead_shared::visitor::Notice;
use serde::Deserialize;
use worker::Env;

/// Where a sign-in goes on that does not say where.
const HOME: &str = "/account";
/// The longest path to go on to, in bytes: it is kept in a cookie meanwhile.
const MAX_NEXT_BYTES: usize = 1000;

/// Does what `call` says.
pub(super) async fn dispatch(
    env: &Env,
    door: &Door<'_>,
    caller: &Caller,
    call: Call,
    asked: &Asked,
) -> Result<Answer, Error> {
    let store = door.store;
    Ok(match call {
        Call::ListProviders => Answer::Document(sign_in::list(&issuers::providers(env)?)),
        Call::BeginSignIn { provider, next } => {
            let providers = issuers::providers(env)?;
            begin(door, find(&providers, &provider)?, next, asked).await?
        }
        Call::ListIdentities => {
            Answer::Document(sign_in::identities(store, actor(caller)?.name).await?)
        }
        Call::LinkIdentity => link(door, caller, &issuers::providers(env)?, asked).await?,
        Call::UnlinkIdentity { id } => {
            Answer::Outcome(sign_in::unlink(store, actor(caller)?.name, &id).await?)
        }
        Call::FinishSignIn { provider, back } => {
            let providers = issuers::providers(env)?;
            finish(env, door, caller, find(&providers, &provider)?, &back, asked).await?
        }
        Call::ListPublishers { namespace } => {
            trust::list(store, actor(caller)?, &issuers::trusted(env)?, &namespace).await?
        }
        Call::AddPublisher { namespace } => {
            let (trusted, input) = (issuers::trusted(env)?, asked.input().await?);
            let new = (&input, door.now_ms);
            trust::create(store, actor(caller)?, &trusted, &namespace, new).await?
        }
        Call::RemovePublisher { namespace, id } => {
            trust::delete(store, actor(caller)?, &namespace, &id).await?
        }
        Call::Trust => {
            let counts = door.attempt_trade().await?;
            let config = (door.config)();
            let desk = Desk {
                store,
                trusted: &issuers::trusted(env)?,
                keys: door.keys,
                host: door.host,
                operator: &config.operator_name,
                now_ms: door.now_ms,
            };
            let answer = trust::trade(&desk, &asked.input().await?).await?;
            door.note_trade(counts);
            answer
        }
    })
}

fn find<'a>(providers: &'a Providers, name: &str) -> Result<&'a Provider, Error> {
    let known = providers.find(name);
    let unknown = || Refusal::ProviderUnknown(name.chars().take(32).collect());
    Ok(known.ok_or_else(unknown).map_err(service::Error::from)?)
}

/// The account that is signed in on the site.
fn signed_in(caller: &Caller) -> Option<&str> {
    caller.account.as_deref().filter(|_| caller.is_account())
}

/// Begins to link a provider to the account that is signed in. It is another way in for good: a
/// session that somebody came by is not enough for it, nor is a link that somebody is led to.
async fn link(
    door: &Door<'_>,
    caller: &Caller,
    providers: &Providers,
    asked: &Asked,
) -> Result<Answer, Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        provider: String,
        password: Option<String>,
        next: Option<String>,
    }
    let wanted: Wanted = asked.input().await?.read()?;
    let provider = find(providers, &wanted.provider)?;
    let actor = actor(caller)?;
    if actor.is_operator {
        return Err(account::Refusal::Operators.into());
    }
    is_own(door, actor, wanted.password).await?;
    let next = asked.form.as_ref().and_then(|form| form.next().map(str::to_owned));
    leave(door, provider, next.or(wanted.next), Some(actor.name)).await
}

async fn begin(
    door: &Door<'_>,
    provider: &Provider,
    next: Option<String>,
    asked: &Asked,
) -> Result<Answer, Error> {
    // A page of another site could lead somebody here whom it has signed in at the provider as
    // somebody else, and who would then sign in to their account.
    if request::is_cross_site(&asked.request, &door.origin()) {
        return Err(service::Error::from(Refusal::FromElsewhere).into());
    }
    leave(door, provider, next, None).await
}

/// Sends a browser to `provider`, for `account` where it is to be linked.
async fn leave(
    door: &Door<'_>,
    provider: &Provider,
    next: Option<String>,
    account: Option<&str>,
) -> Result<Answer, Error> {
    let next = next.filter(|next| is_local(next) && next.len() <= MAX_NEXT_BYTES);
    let next = next.unwrap_or(HOME.to_owned());
    let callback = format!("{}{}", door.origin(), path::callback(&provider.name));
    let Begun { location, flow } =
        sign_in::begin(provider, &next, account, &callback, door.now_ms).await?;
    Ok(Answer::Elsewhere { location, flow })
}

async fn finish(
    env: &Env,
    door: &Door<'_>,
    caller: &Caller,
    provider: &Provider,
    back: &Back,
    asked: &Asked,
) -> Result<Answer, Error> {
    let cookies = request::header(&asked.request, "cookie").unwrap_or_default();
    let is_secure = door.scheme == "https";
    let flow = flow::read(&cookies, is_secure, door.keys, door.host, door.now_ms);
    let flow = flow.ok_or(Refusal::Foreign).map_err(service::Error::from)?;
    let code = sign_in::code(provider, &flow, back)?;
    let secret = issuers::client_secret(env, provider)?;
    let settings = SignUp::read(env);
    let house = House {
        store: door.store,
        secret: secret.as_ref(),
        settings: &settings,
        account: signed_in(caller),
    };
    let callback = format!("{}{}", door.origin(), path::callback(&provider.name));
    let back = Return { flow: &flow, code, callback: &callback, now_ms: door.now_ms };
    let welcome = sign_in::finish(&house, provider, &back).await?;
    let session =
        outcome::Session::Begin { account: welcome.account.clone(), epoch: welcome.epoch };
    let notice = Notice::Done(welcome.notice);
    Ok(Answer::Returned { to: flow.next, notice, session })
}
