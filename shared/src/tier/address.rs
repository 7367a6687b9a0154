//! The address of a client, as the platform tells it.

use core::net::IpAddr;

/// Reads an address; one of IPv4 that is written as IPv6 (`::ffff:192.0.2.1`) is that of IPv4.
pub fn parse(text: &str) -> Option<IpAddr> {
    text.trim().parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn an_address_of_ipv4_is_one_however_it_is_written() {
        assert_eq!(parse("::ffff:192.0.2.1"), parse(" 192.0.2.1 "));
        assert!(parse("192.0.2.1").is_some_and(|address| address.is_ipv4()));
        for no_address in ["", "192.0.2", "192.0.2.1, 198.51.100.1", "example.org"] {
            assert_eq!(parse(no_address), None, "{no_address}");
        }
    }
}
