//! The parts of a request's URL, as they were sent: nothing is decoded or normalised here, since
//! that is the grammar's business, once.

/// `scheme://host/path?query`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Url {
    /// `http` or `https`.
    pub scheme: String,
    /// Host and port, as the client asked for it. Empty if it holds anything a host cannot.
    pub host: String,
    /// From the first slash on.
    pub path: String,
    /// What follows the question mark.
    pub query: String,
}

impl Url {
    /// Splits an absolute URL.
    pub fn split(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
        let rest = rest.split('#').next().unwrap_or_default();
        let (host, rest) = rest.find(['/', '?']).map_or((rest, ""), |at| rest.split_at(at));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        // What goes into a header or a page must not be able to end it.
        let sane = |c: char| c.is_ascii_alphanumeric() || ".-:[]_".contains(c);
        Self {
            scheme: scheme.to_owned(),
            host: if host.chars().all(sane) { host.to_owned() } else { String::new() },
            path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
            query: query.to_owned(),
        }
    }

    /// `scheme://host`.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_split_and_left_as_it_is() {
        let url = Url::split("http://127.0.0.1:8787/v2/a%2Fb/tags/list?n=1&last=%20?x#frag");
        assert_eq!(url.origin(), "http://127.0.0.1:8787");
        assert_eq!(
            (url.path.as_str(), url.query.as_str()),
            ("/v2/a%2Fb/tags/list", "n=1&last=%20?x")
        );
        assert_eq!(Url::split("https://h").path, "/");
        assert_eq!(Url::split("https://h?a=b").query, "a=b");
        assert_eq!(Url::split("https://[::1]:80/").host, "[::1]:80");
    }

    #[test]
    fn a_host_that_could_break_a_header_is_none() {
        assert_eq!(Url::split("https://a\"b/").host, "");
        assert_eq!(Url::split("https://user@h/").host, "");
    }
}
