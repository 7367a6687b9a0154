//! Hosts as URLs write them, and which of them can only be somebody's own network.
//!
//! The grammar is narrower than that of the runtime that fetches: what the two could read
//! differently (`127.1`, `0x7f.1`, a percent-encoded letter, a user name) is no host here.

// Of `core`: two types and their grammar. Nothing here can open a socket.
use core::net::{Ipv4Addr, Ipv6Addr};

/// The longest host in bytes: that of a name in the DNS.
const MAX_LEN: usize = 253;

/// Names that resolve inside of a network only, or to this machine.
const INNER: [&str; 6] = ["localhost", "local", "internal", "intranet", "home.arpa", "lan"];

/// Whether `host` is a name in lower case, a dotted IPv4 address, or an IPv6 address in brackets.
pub fn is_well_formed(host: &str) -> bool {
    if host.starts_with('[') {
        return v6(host).is_some();
    }
    let label = |label: &str| {
        let letter = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-' || c == b'_';
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(letter)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let fits = host.len() <= MAX_LEN && host.split('.').all(label);
    // A browser takes whatever ends in a number for an address in some notation.
    fits && (!ends_in_number(host) || host.parse::<Ipv4Addr>().is_ok())
}

/// Whether `host` may be somewhere that everybody can reach: no private, loopback, link-local or
/// otherwise special address, and no name that only an inner network knows.
pub fn is_public(host: &str) -> bool {
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return is_public_v4(address);
    }
    if let Some(address) = v6(host) {
        return is_public_v6(address);
    }
    let inner = |suffix: &str| {
        host.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    // A name without a dot is one that the machine's own list of names answers.
    is_well_formed(host) && host.contains('.') && !INNER.into_iter().any(inner)
}

fn v6(host: &str) -> Option<Ipv6Addr> {
    host.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

fn ends_in_number(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    let hexadecimal =
        last.strip_prefix("0x").is_some_and(|rest| is_all(rest, u8::is_ascii_hexdigit));
    hexadecimal || (!last.is_empty() && is_all(last, u8::is_ascii_digit))
}

fn is_all(text: &str, of: impl Fn(&u8) -> bool) -> bool {
    text.as_bytes().iter().all(of)
}

/// RFC 6890 and its registry of special addresses.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b));
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let inner = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        // ::1, ::, and IPv4 addresses in the ways in which they are written.
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            inner(high, low)
        }
        [0x2002, high, low, ..] => inner(high, low),
        // Only 2000::/3 is given out, and these two parts of it to protocols and documents.
        [0x2001, second, ..] => second >= 0x0200 && second != 0x0db8,
        [first, ..] => first >> 13 == 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_or_addresses_in_one_notation() {
        for good in ["a", "ghcr.io", "a-b.c_d.e", "127.0.0.1", "[::1]", "1.example", "a.b.0x"] {
            assert_eq!(is_well_formed(good), good != "a.b.0x", "{good}");
        }
        for bad in [
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "A.b",
            "a b",
            "-a.b",
            "a-.b",
            "a@b",
            "a\\b",
            "é.io",
            "127.1",
            "0x7f.0.0.1",
            "2130706433",
            "0177.0.0.1",
            "1.2.3.256",
            "a.1",
            "[::1",
            "::1",
            "[::1%25lo]",
            "%61.io",
            "a\n.io",
            &"a.".repeat(200),
        ] {
            assert!(!is_well_formed(bad), "{bad:?}");
        }
    }

    #[test]
    fn addresses_of_inner_networks_are_not_public() {
        for inner in [
            "127.0.0.1",
            "127.8.8.8",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "198.18.0.1",
            "192.0.0.170",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:169.254.169.254]",
            "[::127.0.0.1]",
            "[64:ff9b::a00:1]",
            "[2002:7f00:1::]",
            "[fe80::1]",
            "[fd00:ec2::254]",
            "[ff02::1]",
            "[2001:db8::1]",
            "[2001::1]",
            "localhost",
            "a.localhost",
            "metadata",
            "metadata.google.internal",
            "printer.local",
            "router.lan",
            "127.1",
            "",
        ] {
            assert!(!is_public(inner), "{inner}");
        }
    }

    #[test]
    fn everything_else_is() {
        for public in [
            "ghcr.io",
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "169.253.0.1",
            "[2606:4700::1111]",
            "[::ffff:8.8.8.8]",
            "mylocal.example",
            "internal.example",
        ] {
            assert!(is_public(public), "{public}");
        }
    }
}
