//! `/token`: GET as Docker's token specification has it, POST as OAuth2 (RFC 6749, section 4.3).

use super::call::Call;
use super::error::Error;
use super::request;
use crate::auth::{self, Credentials, Door, Tokens};
use crate::route;
use roadstead_shared::auth::{claims, scope};
use roadstead_shared::oci::query::Query;
use roadstead_shared::secret::Secret;
use web_sys::Request;
use worker::{Response, ResponseBuilder};

/// The longest form that is read, in bytes.
const MAX_FORM_BYTES: usize = 64 * 1024;

/// Answers a request for a token.
pub async fn serve(request: Request, door: &Door<'_>, call: &Call) -> Result<Response, Error> {
    let basic = request::header(&request, "authorization").as_deref().and_then(auth::basic);
    let (query, credentials) = match call.method.as_str() {
        "GET" | "HEAD" => (Query::parse(&call.url.query), basic),
        "POST" => {
            let form = request::bounded(&request, MAX_FORM_BYTES).await?;
            let form = form.and_then(|bytes| String::from_utf8(bytes).ok());
            let form = Query::parse(&form.ok_or(auth::Error::UnsupportedGrant)?);
            let credentials = password_grant(&form)?.or(basic);
            (form, credentials)
        }
        _ => return Err(route::Error::Method { allow: "GET, HEAD, POST" }.into()),
    };
    let asked = scope::parse(query.all("scope"));
    let claims = auth::issue(door, credentials.as_ref(), asked).await?;
    let tokens = Tokens::new(door.keys, door.host, door.now_ms);
    let token = tokens.sign(claims)?;
    let body = serde_json::json!({
        "token": token,
        "access_token": token,
        "expires_in": claims::LIFETIME_S,
        "issued_at": tokens.issued_at(),
    });
    let response = ResponseBuilder::new()
        .with_header("cache-control", "no-store")?
        .with_header(super::call::REQUEST_ID, &call.request_id)?;
    Ok(response.from_json(&body)?)
}

/// The credentials of a form. No refresh token is ever given out, so none can be good.
fn password_grant(form: &Query) -> Result<Option<Credentials>, auth::Error> {
    match (form.get("grant_type"), form.get("username"), form.get("password")) {
        (Some("password"), Some(name), Some(password)) => {
            Ok(Some(Credentials { name: name.to_owned(), password: Secret::new(password) }))
        }
        // An anonymous pull may come as a form, too.
        (None | Some("password"), None, None) => Ok(None),
        _ => Err(auth::Error::UnsupportedGrant),
    }
}
