//! Whom a registry may send us to for bytes. RFC 9110, section 15.4.

use super::{Origin, Url, host};

/// How many redirects one request follows.
pub const MAX: usize = 5;

/// Whether a request that began at `begun` may go on at `to`: HTTPS, to no address of an inner
/// network. A registry that is itself asked in plain HTTP may also name its own host, at any port.
/// `private`: addresses of inner networks may be followed as well, since the operator said so.
pub fn may_follow(begun: &Origin, to: &Url, private: bool) -> bool {
    let own = to.origin.host == begun.host;
    let scheme = to.origin.secure || (!begun.secure && own);
    scheme && (own || private || host::is_public(&to.origin.host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(begun: &str, to: &str) -> bool {
        may_follow(&Url::parse(begun).unwrap().origin, &Url::parse(to).unwrap(), false)
    }

    #[test]
    fn inner_networks_are_followed_into_where_the_operator_said_so() {
        let begun = Url::parse("https://harbor.internal").unwrap().origin;
        let may = |to: &str, private| may_follow(&begun, &Url::parse(to).unwrap(), private);
        assert!(may("https://minio.internal/x", true));
        assert!(!may("https://minio.internal/x", false));
        assert!(!may("http://minio.internal/x", true));
    }

    #[test]
    fn only_https_is_followed_and_never_into_an_inner_network() {
        assert!(may("https://ghcr.io", "https://cdn.example/x"));
        assert!(may("https://ghcr.io", "https://ghcr.io/x"));
        for to in [
            "http://cdn.example/x",
            "http://ghcr.io/x",
            "https://127.0.0.1/x",
            "https://10.0.0.1/x",
            "https://169.254.169.254/latest",
            "https://[::ffff:10.0.0.1]/x",
            "https://localhost/x",
            "https://metadata.google.internal/",
        ] {
            assert!(!may("https://ghcr.io", to), "{to}");
        }
    }

    #[test]
    fn a_plain_registry_may_name_its_own_host() {
        assert!(may("http://127.0.0.1:5000", "http://127.0.0.1:6000/x"));
        assert!(may("http://127.0.0.1:5000", "https://127.0.0.1/x"));
        assert!(!may("http://127.0.0.1:5000", "http://127.0.0.2:5000/x"));
        assert!(!may("http://127.0.0.1:5000", "http://cdn.example/x"));
    }
}
