//! A person with a browser that keeps cookies and goes where it is sent, without the browser: every
//! step can be looked at, and changed.

use super::http::{Answer, Request};
use std::collections::BTreeMap;

/// A person and their cookies.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// By host and port, name and value.
    cookies: BTreeMap<String, BTreeMap<String, String>>,
}

impl Visitor {
    /// Somebody who has been nowhere.
    pub fn new() -> Self {
        Self::default()
    }

    /// A cookie that they have of `host`.
    pub fn cookie(&self, host: &str, name: &str) -> Option<&str> {
        self.cookies.get(host)?.get(name).map(String::as_str)
    }

    /// Gives them a cookie.
    pub fn keep(&mut self, host: &str, name: &str, value: &str) {
        let cookies = self.cookies.entry(host.to_owned()).or_default();
        cookies.insert(name.to_owned(), value.to_owned());
    }

    /// Takes a cookie from them.
    pub fn drop_cookie(&mut self, host: &str, name: &str) {
        if let Some(cookies) = self.cookies.get_mut(host) {
            cookies.remove(name);
        }
    }

    /// Opens an address; what it answers, wherever that leads.
    pub fn open(&mut self, url: &str) -> Answer {
        let (host, target) = split(url);
        self.send(&host, Request::get(target))
    }

    /// Sends a request to `host` with their cookies, and keeps those that come back.
    pub fn send(&mut self, host: &str, request: Request) -> Answer {
        let pairs: Vec<String> = self
            .cookies
            .get(host)
            .into_iter()
            .flatten()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request =
            if pairs.is_empty() { request } else { request.header("Cookie", pairs.join("; ")) };
        let answer = request.send_to(host);
        for cookie in answer.all("set-cookie") {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let is_over = attributes.to_ascii_lowercase().contains("max-age=0") || value.is_empty();
            if is_over {
                self.drop_cookie(host, name.trim());
            } else {
                self.keep(host, name.trim(), value);
            }
        }
        answer
    }

    /// Opens an address and goes where it is sent, until `is_there` or an answer that leads nowhere;
    /// the last address, which is not opened where `is_there`.
    pub fn follow(
        &mut self,
        url: &str,
        is_there: impl Fn(&str) -> bool,
    ) -> (String, Option<Answer>) {
        let mut at = url.to_owned();
        for _ in 0..20 {
            if is_there(&at) {
                return (at, None);
            }
            let answer = self.open(&at);
            match answer.header("location") {
                Some(location) if (300..400).contains(&answer.status) => {
                    at = absolute(&at, location);
                }
                _ => return (at, Some(answer)),
            }
        }
        panic!("redirects without an end: {at}")
    }
}

/// Host and port of an address, and the rest of it.
pub fn split(url: &str) -> (String, String) {
    let rest = url.strip_prefix("http://").unwrap_or_else(|| panic!("no address: {url}"));
    let at = rest.find(['/', '?']).unwrap_or(rest.len());
    (rest[..at].to_owned(), format!("/{}", rest[at..].trim_start_matches('/')))
}

/// A parameter of an address, decoded.
pub fn parameter(url: &str, name: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let pair = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")))?;
    Some(decode(pair))
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        bytes.push(match byte {
            b'%' => match (hex(rest.next()), hex(rest.next())) {
                (Some(high), Some(low)) => u8::try_from(high * 16 + low).unwrap_or(b'?'),
                _ => panic!("not encoded: {text}"),
            },
            b'+' => b' ',
            byte => byte,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn absolute(from: &str, location: &str) -> String {
    if location.starts_with('/') {
        let (host, _) = split(from);
        return format!("http://{host}{location}");
    }
    location.to_owned()
}
