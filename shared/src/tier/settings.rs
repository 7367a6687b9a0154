//! The setting `TIERS`: what each tier gives. A part that cannot be read is named, and is as it is
//! by default: nobody is cut off, or let in, by a slip of the pen.

use super::{Allowance, Limits, Networks};
use crate::usage::Tier;
use serde_json::{Map, Value};

/// What an address, or a network of IPv6, may pull a month by default, in bytes.
pub const ANONYMOUS_BYTES: u64 = 500_000_000_000;
/// What an account may pull a month by default, in bytes.
pub const ACCOUNT_BYTES: u64 = 5_000_000_000_000;

/// The tiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tiers {
    /// Whether anything is counted at all. `TIERS = "off"` counts nothing and limits nothing.
    pub is_on: bool,
    /// Who has no account, by address.
    pub anonymous: Limits,
    /// Who signed in.
    pub account: Limits,
    /// Who has no limit.
    pub network: Networks,
}

/// A part of the setting that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place} {why}; it is as by default")]
pub struct Wrong {
    /// Which part, as `TIERS.anonymous.bytes_per_month`.
    pub place: String,
    /// What it must be.
    pub why: String,
}

impl Default for Tiers {
    fn default() -> Self {
        let of = |bytes| Limits { bytes_per_month: Some(bytes), pulls_per_hour: None };
        Self {
            is_on: true,
            anonymous: of(ANONYMOUS_BYTES),
            account: of(ACCOUNT_BYTES),
            network: Networks::default(),
        }
    }
}

impl Tiers {
    /// Reads the setting, a table or a text of JSON; and says what of it is wrong.
    pub fn read(setting: Option<&Value>) -> (Self, Vec<Wrong>) {
        let mut reading = Reading { tiers: Self::default(), wrong: Vec::new() };
        match setting {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if text.trim().is_empty() => {}
            Some(Value::String(text)) if text.trim() == "off" => reading.tiers.is_on = false,
            Some(Value::String(text)) => match serde_json::from_str(text) {
                Ok(Value::Object(table)) => reading.table(&table),
                _ => reading.wrong("TIERS", "must be a table in JSON, or the word off"),
            },
            Some(Value::Object(table)) => reading.table(table),
            Some(_) => reading.wrong("TIERS", "must be a table, or the word off"),
        }
        (reading.tiers, reading.wrong)
    }

    /// The tier and the limits of who asks: an account with what it has of its own, or nobody that
    /// is known, from a network without a limit or not.
    pub fn of(
        &self,
        is_account: bool,
        allowance: Option<&Allowance>,
        in_network: bool,
    ) -> (Tier, Limits) {
        let own = allowance.filter(|_| is_account);
        if in_network || own.is_some_and(|own| own.tier == Tier::Network) {
            return (Tier::Network, Limits::NONE);
        }
        if !is_account {
            return (Tier::Anonymous, self.anonymous);
        }
        let bytes = own.and_then(|own| own.bytes_per_month).or(self.account.bytes_per_month);
        (Tier::Account, Limits { bytes_per_month: bytes, ..self.account })
    }
}

struct Reading {
    tiers: Tiers,
    wrong: Vec<Wrong>,
}

impl Reading {
    fn wrong(&mut self, place: &str, why: &str) {
        self.wrong.push(Wrong { place: place.to_owned(), why: why.to_owned() });
    }

    fn table(&mut self, table: &Map<String, Value>) {
        for (name, value) in table {
            let place = format!("TIERS.{name}");
            match (name.as_str(), value) {
                ("anonymous", Value::Object(limits)) => {
                    self.tiers.anonymous = self.limits(&place, limits, self.tiers.anonymous);
                }
                ("account", Value::Object(limits)) => {
                    self.tiers.account = self.limits(&place, limits, self.tiers.account);
                }
                ("network", Value::Object(networks)) => self.networks(&place, networks),
                ("anonymous" | "account" | "network", _) => self.wrong(&place, "must be a table"),
                _ => self.wrong(&place, "is no tier: there are anonymous, account and network"),
            }
        }
    }

    fn limits(&mut self, place: &str, table: &Map<String, Value>, default: Limits) -> Limits {
        let mut limits = default;
        for (name, value) in table {
            let place = format!("{place}.{name}");
            match (name.as_str(), value, whole(value)) {
                ("bytes_per_month", Value::Null, _) => limits.bytes_per_month = None,
                ("bytes_per_month", _, Some(bytes)) => limits.bytes_per_month = Some(bytes),
                ("bytes_per_month", _, None) => {
                    self.wrong(&place, "must be a whole number of bytes, or null for no limit");
                }
                ("pulls_per_hour", Value::Null, _) => limits.pulls_per_hour = None,
                ("pulls_per_hour", _, Some(pulls)) if u32::try_from(pulls).is_ok() => {
                    limits.pulls_per_hour = u32::try_from(pulls).ok();
                }
                ("pulls_per_hour", _, _) => {
                    self.wrong(&place, "must be a whole number of images, or null for no limit");
                }
                _ => {
                    self.wrong(&place, "is none: there are bytes_per_month and pulls_per_hour");
                }
            }
        }
        limits
    }

    fn networks(&mut self, place: &str, table: &Map<String, Value>) {
        for (name, value) in table {
            let place = format!("{place}.{name}");
            let Some(entries) = value.as_array() else {
                self.wrong(&place, "must be a list");
                continue;
            };
            for entry in entries {
                if let Err(why) = self.tiers.network.add(name, entry) {
                    self.wrong(&place, &format!("has a wrong entry: {why}"));
                }
            }
        }
    }
}

/// A whole number, also one that came as a fraction of nothing (`5e12`).
pub(super) fn whole(value: &Value) -> Option<u64> {
    let number = value.as_number()?;
    number.as_u64().or_else(|| {
        let float = number.as_f64()?;
        // 2^53: past it neighbouring whole numbers are not told apart.
        let is_whole = float.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&float);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number that is not negative and has at most 53 bits"
        )]
        is_whole.then_some(float as u64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: &Value) -> (Tiers, Vec<String>) {
        let (tiers, wrong) = Tiers::read(Some(value));
        (tiers, wrong.into_iter().map(|wrong| wrong.place).collect())
    }

    #[test]
    fn what_is_not_said_is_as_by_default() {
        for nothing in [json!(null), json!(""), json!({}), json!("{}"), json!({"account": {}})] {
            assert_eq!(read(&nothing), (Tiers::default(), vec![]), "{nothing}");
        }
        assert_eq!(Tiers::read(None).0, Tiers::default());
        assert_eq!(Tiers::default().anonymous.bytes_per_month, Some(500_000_000_000));
        assert_eq!(Tiers::default().account.bytes_per_month, Some(5_000_000_000_000));
    }

    #[test]
    fn a_table_and_its_text_are_read_alike() {
        let table = json!({
            "anonymous": { "bytes_per_month": 5_000_000, "pulls_per_hour": 100 },
            "account": { "bytes_per_month": null },
            "network": { "ranges": ["192.0.2.0/24", "2001:db8::/32"], "asns": [64496] },
        });
        let (tiers, wrong) = read(&table);
        assert_eq!(wrong, Vec::<String>::new());
        assert_eq!(read(&json!(table.to_string())).0, tiers);
        let expected = Limits { bytes_per_month: Some(5_000_000), pulls_per_hour: Some(100) };
        assert_eq!(tiers.anonymous, expected);
        assert_eq!(tiers.account, Limits::NONE);
        assert!(tiers.network.has("2001:db8::1".parse().unwrap(), None));
        assert_eq!(read(&json!({"account": {"bytes_per_month": 5e12}})).0, Tiers::default());
    }

    #[test]
    fn metering_is_off_by_one_word_only() {
        assert!(!read(&json!("off")).0.is_on);
        for on in [json!("Off"), json!(false), json!("0"), json!({ "off": true })] {
            assert!(read(&on).0.is_on, "{on}");
        }
    }

    #[test]
    fn every_part_that_is_wrong_is_named_and_as_by_default() {
        for (setting, place) in [
            (json!("{"), "TIERS"),
            (json!("[]"), "TIERS"),
            (json!(7), "TIERS"),
            (json!({ "anon": {} }), "TIERS.anon"),
            (json!({ "anonymous": 5 }), "TIERS.anonymous"),
            (json!({ "anonymous": { "bytes": 5 } }), "TIERS.anonymous.bytes"),
            (
                json!({ "anonymous": { "bytes_per_month": "5 GB" } }),
                "TIERS.anonymous.bytes_per_month",
            ),
            (json!({ "account": { "bytes_per_month": -1 } }), "TIERS.account.bytes_per_month"),
            (json!({ "account": { "bytes_per_month": 1.5 } }), "TIERS.account.bytes_per_month"),
            (json!({ "account": { "pulls_per_hour": 5e12 } }), "TIERS.account.pulls_per_hour"),
            (json!({ "network": { "ranges": "192.0.2.0/24" } }), "TIERS.network.ranges"),
            (json!({ "network": { "ranges": ["192.0.2.1/24"] } }), "TIERS.network.ranges"),
            (json!({ "network": { "asns": ["AS1"] } }), "TIERS.network.asns"),
            (json!({ "network": { "hosts": ["x"] } }), "TIERS.network.hosts"),
        ] {
            assert_eq!(read(&setting), (Tiers::default(), vec![place.into()]), "{setting}");
        }
        // What is right beside it counts.
        let (tiers, wrong) = read(&json!({ "anonymous": { "bytes_per_month": 7, "x": 1 } }));
        assert_eq!((tiers.anonymous.bytes_per_month, wrong.len()), (Some(7), 1));
    }

    #[test]
    fn who_asks_decides_the_tier() {
        let tiers = Tiers::default();
        let own = |tier, bytes_per_month| Allowance { tier, bytes_per_month };
        let network = own(Tier::Network, None);
        let more = own(Tier::Account, Some(9));
        assert_eq!(tiers.of(false, None, false), (Tier::Anonymous, tiers.anonymous));
        assert_eq!(tiers.of(false, None, true), (Tier::Network, Limits::NONE));
        assert_eq!(tiers.of(false, Some(&network), false).0, Tier::Anonymous);
        assert_eq!(tiers.of(true, None, false), (Tier::Account, tiers.account));
        assert_eq!(tiers.of(true, Some(&network), false), (Tier::Network, Limits::NONE));
        assert_eq!(tiers.of(true, Some(&more), false).1.bytes_per_month, Some(9));
        assert_eq!(tiers.of(true, Some(&more), true).0, Tier::Network);
        assert_eq!(tiers.of(true, Some(&own(Tier::Account, None)), false).1, tiers.account);
    }
}
