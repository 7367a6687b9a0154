//! Networks without a limit, as the operator names them: address ranges and AS numbers.

use core::fmt;
use core::net::IpAddr;
use core::str::FromStr;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// How many ranges, and how many AS numbers, one list may have.
pub const MAX_ENTRIES: usize = 10_000;

/// The networks. As JSON: `{"ranges":["192.0.2.0/24"],"asns":[64496]}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Networks {
    /// Ranges of addresses.
    pub ranges: Vec<Range>,
    /// Numbers of autonomous systems.
    pub asns: BTreeSet<u32>,
}

impl Networks {
    /// Whether a client with this address, in this autonomous system, is in one of them.
    pub fn has(&self, address: IpAddr, asn: Option<u32>) -> bool {
        let address = address.to_canonical();
        asn.is_some_and(|asn| self.asns.contains(&asn))
            || self.ranges.iter().any(|range| range.has(address))
    }

    /// Reads a list as a person wrote it; where anything is wrong, all that is, in one text.
    pub fn check(list: &Value) -> Result<Self, String> {
        let Some(table) = list.as_object() else { return Err("it must be an object".to_owned()) };
        let mut networks = Self::default();
        let mut wrong = Vec::new();
        for (name, entries) in table {
            let Some(entries) = entries.as_array() else {
                wrong.push(format!("{name} must be a list"));
                continue;
            };
            for entry in entries {
                if let Err(why) = networks.add(name, entry) {
                    wrong.push(format!("{name}: {why}"));
                }
            }
        }
        if wrong.is_empty() { Ok(networks) } else { Err(wrong.join("; ")) }
    }

    /// Adds one entry of the list `name`, or says what is wrong with it.
    pub fn add(&mut self, name: &str, entry: &Value) -> Result<(), String> {
        match name {
            "ranges" => {
                let text = entry.as_str().ok_or_else(|| format!("{entry} must be a text"))?;
                self.ranges.push(text.parse().map_err(|invalid: Invalid| invalid.to_string())?);
            }
            "asns" => {
                let number = super::settings::whole(entry).and_then(|asn| u32::try_from(asn).ok());
                let number = number.ok_or_else(|| format!("{entry} is no AS number"))?;
                self.asns.insert(number);
            }
            _ => return Err("there are ranges and asns".to_owned()),
        }
        Ok(())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty() && self.asns.is_empty()
    }
}

/// A range of addresses: `192.0.2.0/24`, `2001:db8::/32`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Range {
    first: IpAddr,
    bits: u8,
}

/// Why a text is no range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// It has no address, or no number of bits behind the slash.
    #[error("{0:?} is no range of addresses such as 192.0.2.0/24 or 2001:db8::/32")]
    Form(String),
    /// More bits than an address has.
    #[error("{0} has more bits than an address")]
    Bits(String),
    /// The address has bits beyond those that count: one of both is a mistake.
    #[error("{0} has bits set behind its first {1}; did you mean {2}?")]
    Loose(String, u8, String),
}

/// The first `bits` of an address as a number, and how many it has in all.
fn number(address: IpAddr) -> (u128, u8) {
    match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()) << 96, 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

/// `number` with only its first `bits` left.
fn masked(number: u128, bits: u8) -> u128 {
    number & u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or_default()
}

impl Range {
    /// Whether an address lies in it.
    pub fn has(&self, address: IpAddr) -> bool {
        let same_kind = address.is_ipv4() == self.first.is_ipv4();
        same_kind && masked(number(address).0, self.bits) == number(self.first).0
    }
}

impl FromStr for Range {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let form = || Invalid::Form(text.to_owned());
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => {
                let is_plain = !bits.is_empty() && bits.bytes().all(|c| c.is_ascii_digit());
                let bits = bits.parse::<u8>().ok().filter(|_| is_plain);
                (address, Some(bits.ok_or_else(form)?))
            }
            None => (text, None),
        };
        let first: IpAddr = address.parse().map_err(|_| form())?;
        let (value, all) = number(first);
        let bits = bits.unwrap_or(all);
        if bits > all {
            return Err(Invalid::Bits(text.to_owned()));
        }
        let tight = masked(value, bits);
        if tight != value {
            let meant: IpAddr = match first {
                IpAddr::V4(_) => IpAddr::V4(u32::try_from(tight >> 96).unwrap_or_default().into()),
                IpAddr::V6(_) => IpAddr::V6(tight.into()),
            };
            return Err(Invalid::Loose(text.to_owned(), bits, format!("{meant}/{bits}")));
        }
        Ok(Self { first, bits })
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.bits)
    }
}

impl TryFrom<String> for Range {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Range> for String {
    fn from(range: Range) -> Self {
        range.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(range: &str, address: &str) -> bool {
        let networks = Networks { ranges: vec![range.parse().unwrap()], ..Networks::default() };
        networks.has(address.parse().unwrap(), None)
    }

    #[test]
    fn an_address_lies_in_a_range_or_beside_it() {
        for (range, address, expected) in [
            ("192.0.2.0/24", "192.0.2.0", true),
            ("192.0.2.0/24", "192.0.2.255", true),
            ("192.0.2.0/24", "192.0.3.0", false),
            ("192.0.2.0/24", "::ffff:192.0.2.7", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.6", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("2001:db8::1", "2001:db8::1", true),
            ("::/0", "2001:db9::1", true),
            ("::/0", "192.0.2.1", false),
        ] {
            assert_eq!(has(range, address), expected, "{range} {address}");
        }
    }

    #[test]
    fn an_autonomous_system_is_told_by_its_number() {
        let networks = Networks { asns: BTreeSet::from([64496]), ..Networks::default() };
        let address = "192.0.2.1".parse().unwrap();
        assert!(networks.has(address, Some(64496)));
        assert!(!networks.has(address, Some(64497)));
        assert!(!networks.has(address, None));
        assert!(!Networks::default().has(address, Some(64496)));
    }

    #[test]
    fn what_is_no_range_is_told_why() {
        let why = |text: &str| text.parse::<Range>().unwrap_err();
        for text in ["", "/24", "192.0.2.0/", "192.0.2.0/+8", "192.0.2/24", "a/8", "1.2.3.4/8/8"] {
            assert!(matches!(why(text), Invalid::Form(_)), "{text}");
        }
        assert!(matches!(why("192.0.2.0/33"), Invalid::Bits(_)));
        assert!(matches!(why("::/129"), Invalid::Bits(_)));
        assert!(why("192.0.2.1/24").to_string().contains("192.0.2.0/24"));
        assert!(why("2001:db8::1/32").to_string().contains("2001:db8::/32"));
    }

    #[test]
    fn everything_that_is_wrong_with_a_list_is_said_at_once() {
        let list = serde_json::json!({
            "ranges": ["192.0.2.0/24", "192.0.2.1/24", 5], "asns": [1, "AS2", -1], "hosts": ["x"],
        });
        let why = Networks::check(&list).unwrap_err();
        for part in ["192.0.2.1/24", "5 must be", "\"AS2\"", "-1", "hosts"] {
            assert!(why.contains(part), "{part}: {why}");
        }
        assert!(Networks::check(&serde_json::json!([])).is_err());
        let list = serde_json::json!({ "ranges": ["192.0.2.0/24"] });
        assert_eq!(Networks::check(&list).unwrap().ranges.len(), 1);
        assert_eq!(Networks::check(&serde_json::json!({})), Ok(Networks::default()));
    }

    #[test]
    fn a_list_comes_back_as_it_was_written() {
        let text = r#"{"ranges":["192.0.2.0/24","2001:db8::/32"],"asns":[64496]}"#;
        let networks: Networks = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&networks).unwrap(), text);
    }
}
