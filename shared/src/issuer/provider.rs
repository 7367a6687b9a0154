//! With whom people may sign in: the setting `SIGN_IN`, a table by the name of each provider.

use super::Issuer;
use crate::upstream::Url;
use serde_json::{Map, Value};

/// What is asked for where a provider's entry does not say: who it is, and what they are called.
const SCOPES: &str = "openid profile";

/// The most providers.
const MAX_PROVIDERS: usize = 20;

/// Every field that an entry may have.
const FIELDS: [&str; 10] = [
    "account_claim",
    "authorize",
    "client_id",
    "client_secret",
    "issuer",
    "scopes",
    "subject_claim",
    "title",
    "token",
    "userinfo",
];

/// Somebody who knows who people are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// What it is called in addresses.
    pub name: String,
    /// What it is called on a page.
    pub title: String,
    /// What this registry is called there.
    pub client_id: String,
    /// The name of the secret setting that holds what it shows there; `None` where nothing is shown.
    pub client_secret: Option<String>,
    /// What is asked for, separated by spaces.
    pub scopes: String,
    /// What says how an account made for somebody should be called.
    pub account_claim: String,
    /// How it is spoken to.
    pub way: Way,
}

/// How a provider is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// By OpenID Connect: it says itself where its parts are, and signs what it says.
    OpenId(Issuer),
    /// By OAuth 2 alone: it answers who somebody is to who has their token.
    OAuth {
        /// Where people sign in.
        authorize: Url,
        /// Where a code becomes a token.
        token: Url,
        /// Who they are.
        userinfo: Url,
        /// What of that never changes.
        subject_claim: String,
    },
}

impl Provider {
    /// Whose word it is that somebody is who they are: what identities are kept under. Two that speak
    /// OAuth alone may share a host, and a claim of one is not another: its whole address and its
    /// claim are what tells them apart (no address has a space).
    pub fn issuer(&self) -> String {
        match &self.way {
            Way::OpenId(issuer) => issuer.as_str().to_owned(),
            Way::OAuth { authorize, subject_claim, .. } => format!("{authorize} {subject_claim}"),
        }
    }

    /// Whether an answer is this provider's that says of itself to be `said`'s (RFC 9207). One that
    /// speaks OAuth alone has no name in the settings; it is known by its host.
    pub fn is_said(&self, said: &str) -> bool {
        match &self.way {
            Way::OpenId(issuer) => issuer.as_str() == said,
            Way::OAuth { authorize, .. } => {
                Url::parse(said).is_some_and(|url| url.origin == authorize.origin)
            }
        }
    }
}

/// All providers, in the order of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Providers(Vec<Provider>);

impl Providers {
    /// Reads the setting. Everything that is wrong with it is said, each by its place.
    pub fn parse(setting: &Value) -> Result<Self, Vec<String>> {
        let Some(table) = setting.as_object() else {
            return Err(vec!["SIGN_IN is not a table of providers".to_owned()]);
        };
        let mut faults = Vec::new();
        if table.len() > MAX_PROVIDERS {
            faults.push(format!("SIGN_IN has more than {MAX_PROVIDERS} providers"));
        }
        let mut providers: Vec<Provider> =
            table.iter().filter_map(|(name, entry)| provider(name, entry, &mut faults)).collect();
        providers.sort_by(|a, b| a.name.cmp(&b.name));
        if faults.is_empty() { Ok(Self(providers)) } else { Err(faults) }
    }

    /// The provider of this name.
    pub fn find(&self, name: &str) -> Option<&Provider> {
        self.0.iter().find(|provider| provider.name == name)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Provider> {
        self.0.iter()
    }
}

/// The fields of one entry, and what is wrong with them.
struct Entry<'a> {
    at: String,
    fields: &'a Map<String, Value>,
    faults: &'a mut Vec<String>,
}

impl Entry<'_> {
    fn fault(&mut self, field: &str, why: &str) {
        self.faults.push(format!("{}.{field} {why}", self.at));
    }

    fn optional(&mut self, field: &str) -> Option<String> {
        match self.fields.get(field) {
            None => None,
            Some(Value::String(text)) if !text.trim().is_empty() => Some(text.clone()),
            Some(_) => {
                self.fault(field, "is not a text");
                None
            }
        }
    }

    fn required(&mut self, field: &str) -> Option<String> {
        if !self.fields.contains_key(field) {
            self.fault(field, "is missing");
        }
        self.optional(field)
    }

    fn address(&mut self, field: &str) -> Option<Url> {
        let text = self.required(field)?;
        // The rule is that of an issuer: TLS, or this machine.
        let is_safe = Issuer::parse(text.split(['?', '#']).next().unwrap_or_default()).is_some();
        let url = Url::parse(&text).filter(|_| is_safe);
        if url.is_none() {
            self.fault(field, "is not an HTTPS address");
        }
        url
    }

    fn way(&mut self) -> Option<Way> {
        if self.fields.contains_key("issuer") {
            for field in ["authorize", "token", "userinfo", "subject_claim"] {
                if self.fields.contains_key(field) {
                    self.fault(field, "is what the issuer says itself: leave it out");
                }
            }
            let issuer = Issuer::parse(&self.optional("issuer")?);
            if issuer.is_none() {
                self.fault("issuer", "is not an HTTPS address without a query");
            }
            return issuer.map(Way::OpenId);
        }
        if !self.fields.contains_key("authorize") {
            self.fault("issuer", "is missing (or authorize, token and userinfo)");
            return None;
        }
        let addresses = ["authorize", "token", "userinfo"].map(|field| self.address(field));
        let subject_claim = self.optional("subject_claim").unwrap_or("id".to_owned());
        let [Some(authorize), Some(token), Some(userinfo)] = addresses else { return None };
        Some(Way::OAuth { authorize, token, userinfo, subject_claim })
    }
}

fn provider(name: &str, entry: &Value, faults: &mut Vec<String>) -> Option<Provider> {
    let at = format!("SIGN_IN.{name}");
    let letter = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    if name.is_empty() || name.len() > 32 || !name.bytes().all(letter) {
        faults.push(format!("{at}: a name has small letters, digits and '-', at most 32"));
    }
    let Some(fields) = entry.as_object() else {
        faults.push(format!("{at} is not a table"));
        return None;
    };
    for field in fields.keys().filter(|field| !FIELDS.contains(&field.as_str())) {
        faults.push(format!("{at}.{field} is not known"));
    }
    let mut entry = Entry { at, fields, faults };
    let way = entry.way();
    let client_id = entry.required("client_id");
    let client_secret = entry.optional("client_secret");
    // What looks like a secret must not stand where everybody reads it.
    let is_name = |text: &String| {
        text.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'_')
    };
    if client_secret.as_ref().is_some_and(|name| !is_name(name)) {
        entry.fault("client_secret", "is the name of a secret, in capital letters");
    }
    let title = entry.optional("title").unwrap_or(name.to_owned());
    let scopes = entry.optional("scopes");
    let account_claim = entry.optional("account_claim");
    let way = way?;
    let (own_scopes, own_claim) = match way {
        Way::OpenId(_) => (SCOPES, "preferred_username"),
        Way::OAuth { .. } => ("", "login"),
    };
    let scopes = scopes.unwrap_or(own_scopes.to_owned());
    if matches!(way, Way::OpenId(_)) && !scopes.split(' ').any(|scope| scope == "openid") {
        entry.fault("scopes", "lacks 'openid'");
    }
    let account_claim = account_claim.unwrap_or(own_claim.to_owned());
    let (name, client_id) = (name.to_owned(), client_id?);
    Some(Provider { name, title, client_id, client_secret, scopes, account_claim, way })
}

#[cfg(test)]
mod tests;
