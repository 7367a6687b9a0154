//! Cookies: the session, and what is said once on the next page. Neither is ever seen by a script.

use super::call::Call;
use crate::config::Keys;
use crate::proof::{Session, Signer};
use crate::service::outcome;
use roadstead_shared::visitor::Notice;

/// How long what is said once waits for its page, in seconds.
const NOTICE_S: i64 = 60;
/// The name of what is said once.
const NOTICE: &str = "notice";
/// How long a session lasts, in seconds: 14 days.
const SESSION_S: i64 = crate::proof::session::LIFETIME_S;

/// The value of the cookie `name` in a `Cookie` header; of two, the first.
pub fn value<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find_map(|(key, value)| (key == name).then_some(value))
}

/// The cookie of a session in a `Cookie` header.
pub fn session<'a>(header: &'a str, call: &Call) -> Option<&'a str> {
    value(header, session_name(call))
}

/// The `Set-Cookie` that a change of the session needs.
pub fn set_session(change: &outcome::Session, keys: &Keys, call: &Call) -> Option<String> {
    match change {
        outcome::Session::Keep => None,
        outcome::Session::Begin { account, epoch } => {
            let session = Session::new(account, *epoch, &call.url.host);
            let value = session.write(keys, call.now_ms)?;
            Some(set(session_name(call), &value, SESSION_S, call))
        }
        outcome::Session::End => Some(set(session_name(call), "", 0, call)),
    }
}

/// The `Set-Cookie` that carries `notice` to the next page. It is signed: nobody else can have the
/// site say something.
pub fn set_notice(notice: &Notice, keys: &Keys, call: &Call) -> Option<String> {
    let signer = Signer::new(&keys.of(NOTICE), call.now_ms);
    let value = signer.sign(Said { notice: notice.clone() }, NOTICE_S)?;
    Some(set(NOTICE, &value, NOTICE_S, call))
}

/// What the cookie of a notice says, if there is one: what it says, if it is ours.
pub fn notice(header: &str, keys: &Keys, call: &Call) -> Option<Option<Notice>> {
    let cookie = value(header, NOTICE)?;
    let said: Option<Said> = Signer::new(&keys.of(NOTICE), call.now_ms).verify(cookie);
    Some(said.map(|said| said.notice))
}

/// The `Set-Cookie` that takes a notice away.
pub fn end_notice(call: &Call) -> String {
    set(NOTICE, "", 0, call)
}

#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Said {
    notice: Notice,
}

/// With this prefix a browser takes it only over TLS, for this host alone.
fn session_name(call: &Call) -> &'static str {
    if is_secure(call) { "__Host-session" } else { "session" }
}

fn is_secure(call: &Call) -> bool {
    call.url.scheme == "https"
}

/// The `Set-Cookie` that keeps `value` for so many seconds.
pub(super) fn set(name: &str, value: &str, seconds: i64, call: &Call) -> String {
    let secure = if is_secure(call) { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::Url;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    fn call(url: &str) -> Call {
        let (request_id, method) = (String::new(), "GET".to_owned());
        Call { request_id, method, url: Url::split(url), now_ms: 1_790_000_000_000 }
    }

    fn keys() -> Keys {
        Keys::parse(&STANDARD.encode([7; 32]), None).unwrap()
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        assert_eq!(value("a=b; session=x=y;session=z", "session"), Some("x=y"));
        assert_eq!(value("xsession=1; session =2;;=;session", "session"), None);
        let (https, http) = (call("https://h/"), call("http://h/"));
        let both = "session=plain; __Host-session=secure";
        assert_eq!(session(both, &https), Some("secure"));
        assert_eq!(session(both, &http), Some("plain"));
    }

    #[test]
    fn a_session_is_hidden_from_scripts_and_other_sites() {
        let begin = outcome::Session::Begin { account: "acme".into(), epoch: 1 };
        let set = set_session(&begin, &keys(), &call("https://h/")).unwrap();
        assert!(set.starts_with("__Host-session="), "{set}");
        for attribute in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
            assert!(set.contains(attribute), "{set}");
        }
        assert!(!set.contains("Domain"), "{set}");
        let plain = set_session(&outcome::Session::End, &keys(), &call("http://h/")).unwrap();
        assert!(plain.starts_with("session=; ") && plain.contains("Max-Age=0"), "{plain}");
        assert!(!plain.contains("Secure"), "{plain}");
    }

    #[test]
    fn a_notice_is_read_back_and_nobody_elses_is() {
        let (keys, call) = (keys(), call("https://h/"));
        let said = Notice::Problem("no: \"é\"; x=y".into());
        let set = set_notice(&said, &keys, &call).unwrap();
        let header = set.split(';').next().unwrap();
        assert_eq!(notice(header, &keys, &call), Some(Some(said)));
        assert_eq!(notice("notice=eyJ9", &keys, &call), Some(None));
        assert_eq!(notice("other=1", &keys, &call), None);
    }

    /// Some thousand odd headers, always the same ones: none may break anything.
    #[test]
    fn odd_headers_do_no_harm() {
        let pieces = ["session", "=", ";", " ", "notice", "é", "\"", ",", "__Host-session"];
        let (keys, call, mut state) = (keys(), call("https://h/"), 7_u32);
        for _ in 0..3_000 {
            let mut header = String::new();
            for _ in 0..9 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                header.push_str(pieces[(state >> 16) as usize % pieces.len()]);
            }
            let _ = session(&header, &call);
            assert!(!matches!(notice(&header, &keys, &call), Some(Some(_))), "{header}");
        }
    }
}
