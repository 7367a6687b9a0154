//! Who may hand out tokens for a registry, and so be shown a password: its own site, nobody else.

use super::{Origin, Url, host};

/// Registries whose tokens come from another site, as they have published it.
const KNOWN: [(&str, &str); 2] =
    [("registry-1.docker.io", "auth.docker.io"), ("lscr.io", "ghcr.io")];

/// Sites under which strangers have names of their own. The full list of such sites changes every
/// week; these are where registries are found.
const SHARED: [&str; 18] = [
    "amazonaws.com",
    "azurecr.io",
    "azurewebsites.net",
    "cloudfront.net",
    "digitaloceanspaces.com",
    "fly.dev",
    "github.io",
    "gitlab.io",
    "googleapis.com",
    "herokuapp.com",
    "netlify.app",
    "ngrok.io",
    "onrender.com",
    "pages.dev",
    "pkg.dev",
    "run.app",
    "vercel.app",
    "workers.dev",
];

/// Second labels that are no site under a country's name: `co.uk`, `com.au`.
const SECOND: [&str; 10] = ["ac", "co", "com", "edu", "go", "gov", "ne", "net", "or", "org"];

/// Whether `realm` may be asked for tokens of `registry`, with a password.
pub fn trusts(registry: &Origin, realm: &Url) -> bool {
    let (own, other) = (registry.host.as_str(), realm.origin.host.as_str());
    if !registry.secure {
        return own == other;
    }
    let known = KNOWN.contains(&(own, other));
    realm.origin.secure && (own == other || known || are_one_site(own, other))
}

fn are_one_site(one: &str, other: &str) -> bool {
    let public = host::is_public(one) && host::is_public(other);
    // An address has no site.
    let named = |host: &str| host.ends_with(|c: char| c.is_ascii_lowercase());
    public && named(one) && named(other) && site(one).is_some() && site(one) == site(other)
}

/// The part of a host that somebody registered; `None` where none is left under a shared site.
fn site(host: &str) -> Option<&str> {
    let labels: Vec<&str> = host.split('.').collect();
    let of = |count: usize| {
        let from = labels.len().checked_sub(count)?;
        let skip: usize = labels.iter().take(from).map(|label| label.len() + 1).sum();
        host.get(skip..)
    };
    let two = of(2)?;
    let [.., second, top] = labels.as_slice() else { return None };
    let is_countrys = top.len() == 2 && SECOND.contains(second);
    if is_countrys || SHARED.contains(&two) { of(3) } else { Some(two) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trust(registry: &str, realm: &str) -> bool {
        trusts(&Url::parse(registry).unwrap().origin, &Url::parse(realm).unwrap())
    }

    #[test]
    fn the_registrys_own_site_is_trusted() {
        for (registry, realm) in [
            ("https://registry-1.docker.io", "https://auth.docker.io/token"),
            ("https://ghcr.io", "https://ghcr.io/token"),
            ("https://registry.gitlab.com", "https://gitlab.com/jwt/auth"),
            ("https://public.ecr.aws", "https://public.ecr.aws/token/"),
            ("https://lscr.io", "https://ghcr.io/token"),
            ("https://r.acme.co.uk", "https://auth.acme.co.uk/"),
            ("https://a.azurecr.io", "https://a.azurecr.io/oauth2/token"),
            ("http://127.0.0.1:5000", "http://127.0.0.1:6000/token"),
            ("https://r.example:5000", "https://r.example/token"),
        ] {
            assert!(trust(registry, realm), "{registry} {realm}");
        }
    }

    #[test]
    fn nobody_else_is() {
        for (registry, realm) in [
            ("https://ghcr.io", "http://ghcr.io/token"),
            ("https://ghcr.io", "https://evil.example/token"),
            ("https://ghcr.io", "https://ghcr.io.evil.example/token"),
            ("https://ghcr.io", "https://evilghcr.io/token"),
            ("https://ghcr.io", "https://127.0.0.1/token"),
            ("https://quay.io", "https://ghcr.io/token"),
            ("https://a.azurecr.io", "https://b.azurecr.io/token"),
            ("https://r.acme.co.uk", "https://auth.evil.co.uk/"),
            ("https://10.0.0.1", "https://10.0.0.2/"),
            ("https://8.8.8.8", "https://9.8.8.8/"),
            ("http://127.0.0.1:5000", "http://127.0.0.2:5000/token"),
            ("http://127.0.0.1:5000", "https://auth.docker.io/token"),
            ("https://registry-1.docker.io", "https://ghcr.io/token"),
        ] {
            assert!(!trust(registry, realm), "{registry} {realm}");
        }
    }
}
