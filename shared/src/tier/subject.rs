//! Whose pulls are counted together: an account, or who has no account by address.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// One counted subject. Its text is the name of its meter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// `account:NAME`
    Account(String),
    /// `ip4:192.0.2.1`
    V4(Ipv4Addr),
    /// `ip6:2001:db8:0:1::/64`: who has one address of IPv6 has the whole network.
    V6(Ipv6Addr),
}

impl Subject {
    /// That of an account, or of `address` where `account` is empty.
    pub fn of(account: &str, address: IpAddr) -> Self {
        match (account, address.to_canonical()) {
            ("", IpAddr::V4(address)) => Self::V4(address),
            ("", IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                Self::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            (account, _) => Self::Account(account.to_owned()),
        }
    }

    /// Whether it is an account.
    pub fn is_account(&self) -> bool {
        matches!(self, Self::Account(_))
    }

    /// What `docker-ratelimit-source` says: the address or the name.
    pub fn source(&self) -> String {
        match self {
            Self::Account(name) => name.clone(),
            Self::V4(address) => address.to_string(),
            Self::V6(network) => format!("{network}/64"),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Account(_) => "account",
            Self::V4(_) => "ip4",
            Self::V6(_) => "ip6",
        };
        write!(f, "{kind}:{}", self.source())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(account: &str, address: &str) -> String {
        Subject::of(account, address.parse().unwrap()).to_string()
    }

    #[test]
    fn an_account_is_one_wherever_it_is() {
        assert_eq!(subject("acme", "192.0.2.1"), "account:acme");
        assert_eq!(subject("acme", "2001:db8::1"), "account:acme");
    }

    #[test]
    fn an_address_of_ipv6_stands_for_its_network() {
        assert_eq!(subject("", "2001:db8:0:1:2:3:4:5"), "ip6:2001:db8:0:1::/64");
        assert_eq!(subject("", "2001:db8:0:1:ffff::"), "ip6:2001:db8:0:1::/64");
        assert_eq!(subject("", "2001:db8:0:2::"), "ip6:2001:db8:0:2::/64");
        assert_eq!(subject("", "192.0.2.1"), "ip4:192.0.2.1");
        assert_eq!(subject("", "::ffff:192.0.2.1"), "ip4:192.0.2.1");
    }
}
