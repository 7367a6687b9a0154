//! One table of the setting `UPSTREAMS`, field by field. Everything that is wrong with it is said.

mod field;
mod registry;
mod spelling;

use super::rule::{FOR_EVER_S, MISSES_PER_HOUR, TAG_TTL_S};
use super::rules::Wrong;
use super::{Origin, Pattern, Pull, Rule};
use crate::import::platform;
use crate::oci::Name;
use field::whole;
use serde_json::{Map, Value};
use spelling::nearest;

/// Every field that a rule may have.
pub const FIELDS: [&str; 19] = [
    "allow",
    "allow_private",
    "budget_bytes",
    "default",
    "deny",
    "host",
    "hostname",
    "immutable_tags",
    "listed",
    "misses_per_hour",
    "password_secret",
    "path",
    "platforms",
    "preset",
    "pull",
    "stale_s",
    "tag_ttl_s",
    "url",
    "username",
];

/// Prefixes that would be taken for parts of the API's own paths, or for what Docker's clients put
/// in front of names by themselves.
const RESERVED: [&str; 4] = ["api", "library", "token", "v2"];
/// The longest prefix, in characters: what follows it must be a name, too.
const MAX_PREFIX: usize = 64;
/// The most patterns, or platforms, of one list.
const MAX_LIST: usize = 100;
/// Secrets of this registry, which are shown to nobody.
const OWN_SECRETS: [&str; 3] = ["OPERATOR_PASSWORD", "TOKEN_KEY", "TOKEN_KEY_PREVIOUS"];

/// Reads the rule of `prefix`; `None` where anything in it is wrong.
pub fn rule(prefix: &str, value: &Value, wrong: &mut Vec<Wrong>) -> Option<Rule> {
    let before = wrong.len();
    let mut table = Table { at: format!("UPSTREAMS.{prefix}"), fields: &Map::new(), wrong };
    let is_one = prefix.parse::<Name>().is_ok() && !prefix.contains('/');
    if !is_one || prefix.len() > MAX_PREFIX {
        table.says(&format!(
            "is no prefix: it is one component of a name, of small letters and digits with '.', \
             '_' or '-' between, at most {MAX_PREFIX} characters"
        ));
    } else if RESERVED.contains(&prefix) {
        table.says("cannot be a prefix: it is a part of other addresses here");
    }
    let Value::Object(fields) = value else {
        table.says("must be a table");
        return None;
    };
    table.fields = fields;
    table.unknown();
    let rule = table.rule(prefix);
    rule.filter(|_| wrong.len() == before)
}

/// A table, where it stands, and what is wrong so far.
struct Table<'a> {
    at: String,
    fields: &'a Map<String, Value>,
    wrong: &'a mut Vec<Wrong>,
}

impl Table<'_> {
    fn unknown(&mut self) {
        let fields = self.fields;
        for field in fields.keys().filter(|field| !FIELDS.contains(&field.as_str())) {
            let meant = nearest(field, &FIELDS);
            let meant = meant.map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
            self.fault(field, &format!("is not known{meant}"));
        }
    }

    fn rule(&mut self, prefix: &str) -> Option<Rule> {
        let allow_private = self.flag("allow_private").unwrap_or(false);
        let registry = self.registry(allow_private);
        let account = self.account();
        let pull = self.pull(account.is_some());
        let immutable = self.immutable();
        let (tag_ttl_s, mut tag_ttl_patterns) = self.tag_ttl();
        tag_ttl_patterns.splice(0..0, immutable.into_iter().map(|it| (it, FOR_EVER_S)));
        let is_listed = self.is_listed(pull);
        let (username, password_secret) = account.unzip();
        let rule = Rule {
            prefix: prefix.to_owned(),
            hostname: self.hostname(),
            path: self.path(),
            username,
            password_secret,
            tag_ttl_s,
            tag_ttl_patterns,
            budget_bytes: self.limit("budget_bytes", "bytes", None),
            allow: self.patterns("allow"),
            deny: self.patterns("deny"),
            platforms: self.platforms(),
            allow_private,
            pull,
            is_default: self.flag("default").unwrap_or(false),
            is_listed,
            stale_s: self.limit("stale_s", "seconds", None),
            misses_per_hour: self.misses_per_hour(),
            host: String::new(),
            origin: Origin { secure: true, host: String::new(), port: None },
        };
        let (host, origin) = registry?;
        Some(Rule { host, origin, ..rule })
    }

    fn path(&mut self) -> String {
        let text = self.text("path").unwrap_or_default();
        if !text.is_empty() && text.parse::<Name>().is_err() {
            self.fault("path", "is no beginning of a name, such as team or team/images");
        }
        text
    }

    /// The account at the registry: its name, and the name of the secret.
    fn account(&mut self) -> Option<(String, String)> {
        let (username, secret) = (self.text("username"), self.text("password_secret"));
        if let Some(secret) = &secret {
            let letter = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'_';
            let is_name = secret.bytes().all(letter)
                && secret.bytes().next().is_some_and(|first| first.is_ascii_uppercase());
            if !is_name {
                // What looks like a secret must not stand where everybody reads it.
                self.fault(
                    "password_secret",
                    "is the name of a secret, of capital letters, digits and '_', never the \
                     password",
                );
            } else if OWN_SECRETS.contains(&secret.as_str()) {
                self.fault("password_secret", "is a secret of this registry's own");
            }
        }
        let has = |field| self.fields.contains_key(field);
        match (has("username"), has("password_secret")) {
            (true, false) => self.fault("password_secret", "is missing: username needs it"),
            (false, true) => self.fault("username", "is missing: password_secret needs it"),
            _ => {}
        }
        username.zip(secret)
    }

    fn pull(&mut self, has_account: bool) -> Pull {
        let own = if has_account { Pull::Account } else { Pull::Anonymous };
        match self.text("pull").as_deref() {
            None => own,
            Some("anonymous") => Pull::Anonymous,
            Some("account") => Pull::Account,
            Some("network") => Pull::Network,
            Some(_) => {
                self.fault("pull", "must be anonymous, account or network");
                own
            }
        }
    }

    /// What not everybody may pull is in no catalog.
    fn is_listed(&mut self, pull: Pull) -> bool {
        let is_public = pull == Pull::Anonymous;
        let is_listed = self.flag("listed").unwrap_or(is_public);
        if is_listed && !is_public {
            self.fault("listed", "cannot be true where not everybody may pull");
        }
        is_listed
    }

    /// How long a tag is trusted: a number, or one for each pattern. Of two patterns that fit the one
    /// with more letters of its own counts: a table has no order.
    fn tag_ttl(&mut self) -> (u64, Vec<(Pattern, u64)>) {
        let table = match self.fields.get("tag_ttl_s") {
            None => return (TAG_TTL_S, Vec::new()),
            Some(Value::Object(table)) => table,
            Some(value) => {
                let ttl_s = whole(value);
                if ttl_s.is_none() {
                    let why = "must be a whole number of seconds, or a table of them by pattern";
                    self.fault("tag_ttl_s", why);
                }
                return (ttl_s.unwrap_or(TAG_TTL_S), Vec::new());
            }
        };
        let (mut all, mut patterns) = (TAG_TTL_S, Vec::new());
        for (text, value) in table {
            match (Pattern::parse(text), whole(value)) {
                (Some(_), Some(ttl_s)) if text == "*" => all = ttl_s,
                (Some(pattern), Some(ttl_s)) => patterns.push((pattern, ttl_s)),
                (None, _) => self.fault("tag_ttl_s", "has a pattern that is empty or too long"),
                (_, None) => {
                    let why = format!("must say a whole number of seconds for {text}");
                    self.fault("tag_ttl_s", &why);
                }
            }
        }
        if patterns.len() > MAX_LIST {
            self.fault("tag_ttl_s", &format!("has more than {MAX_LIST} patterns"));
        }
        let letters = |pattern: &Pattern| {
            pattern.as_str().bytes().filter(|byte| !matches!(byte, b'*' | b'?')).count()
        };
        patterns.sort_by_key(|(pattern, _)| std::cmp::Reverse(letters(pattern)));
        (all, patterns)
    }

    /// The tags that never move: none, all, or those that fit a pattern.
    fn immutable(&mut self) -> Vec<Pattern> {
        match self.fields.get("immutable_tags") {
            Some(Value::Bool(true)) => Pattern::parse("*").into_iter().collect(),
            Some(Value::Bool(false)) => Vec::new(),
            _ => self.patterns("immutable_tags"),
        }
    }

    fn misses_per_hour(&mut self) -> Option<u32> {
        let number = self.limit("misses_per_hour", "misses", Some(MISSES_PER_HOUR.into()));
        if number == Some(0) {
            let why = "cannot be 0, or nothing would ever be fetched; leave the rule out instead";
            self.fault("misses_per_hour", why);
        }
        number.map(|number| u32::try_from(number).unwrap_or(u32::MAX))
    }

    fn platforms(&mut self) -> Vec<String> {
        let found = self.list("platforms");
        if found.iter().any(|text| platform::parse(text).is_none()) {
            self.fault("platforms", "must be platforms such as linux/arm64");
        }
        found
    }
}
