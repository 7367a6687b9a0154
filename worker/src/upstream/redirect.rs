//! Following redirects by hand: each is looked at, and nobody but the registry itself is shown who
//! we are. RFC 9110, section 15.4.

use super::Error;
use super::fetch::{Answer, Method, fetch};
use roadstead_shared::upstream::{Url, redirect};

/// Asks for `url`, and goes where the answers lead. Also whether the last one is the registry's own.
pub(super) async fn follow(
    method: Method,
    url: &Url,
    headers: &[(&str, &str)],
    authorization: Option<&str>,
    private: bool,
) -> Result<(Answer, bool), Error> {
    let mut first = headers.to_vec();
    first.extend(authorization.map(|value| ("authorization", value)));
    let mut answer = fetch(method, url, &first).await?;
    let mut at = url.clone();
    for hop in 0..=redirect::MAX {
        if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
            return Ok((answer, hop == 0));
        }
        let location = answer.header("location").unwrap_or_default();
        answer.discard();
        let next =
            at.join(&location).filter(|next| redirect::may_follow(&url.origin, next, private));
        at = next.ok_or_else(|| Error::Redirect(at.origin.authority()))?;
        if hop < redirect::MAX {
            answer = fetch(method, &at, headers).await?;
        } else {
            break;
        }
    }
    Err(Error::Redirect(url.origin.authority()))
}
