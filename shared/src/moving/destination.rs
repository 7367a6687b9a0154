//! Where images are pulled from after the move: a host, and which prefix there stands for which
//! registry.

use crate::upstream::{Origin, Rule};
use serde::{Deserialize, Serialize};

/// The prefixes that the documentation uses, for where the rules of an edge are not known.
const USUAL: [(&str, &str); 9] = [
    ("docker.io", "hub"),
    ("registry.k8s.io", "k8s"),
    ("quay.io", "quay"),
    ("ghcr.io", "ghcr"),
    ("registry.gitlab.com", "gitlab"),
    ("mcr.microsoft.com", "mcr"),
    ("public.ecr.aws", "ecr-public"),
    ("gcr.io", "gcr"),
    ("docker.elastic.co", "elastic"),
];

/// The name that `registry.k8s.io` had until 2023; it has held nothing of its own since.
const OLD_KUBERNETES: &str = "k8s.gcr.io";

/// One registry and the prefix that stands for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upstream {
    /// What the registry is called in references: `docker.io`.
    pub registry: String,
    /// The first component of the names here: `hub`.
    pub prefix: String,
    /// Whether it also answers for names of the root.
    #[serde(default)]
    pub is_default: bool,
}

/// A host and its rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    host: String,
    upstreams: Vec<Upstream>,
}

impl Upstream {
    /// What a rule says, as far as references are concerned.
    pub fn of(rule: &Rule) -> Self {
        Self {
            registry: rule.host.clone(),
            prefix: rule.prefix.clone(),
            is_default: rule.is_default,
        }
    }

    /// The registries that people use most, under the prefixes of the documentation.
    pub fn usual() -> Vec<Self> {
        let upstream = |(registry, prefix): (&str, &str)| Self {
            registry: registry.to_owned(),
            prefix: prefix.to_owned(),
            is_default: false,
        };
        USUAL.map(upstream).into()
    }
}

impl Destination {
    /// A host with its port, and its rules; with no rule, the usual ones. `None` where the text is
    /// no host that a reference can begin with: `docker` takes a word without a dot or a port for a
    /// name at Docker Hub.
    pub fn new(host: &str, upstreams: Vec<Upstream>) -> Option<Self> {
        let host = host.to_ascii_lowercase();
        let is_read_as_host = host.contains(['.', ':']) || host == "localhost";
        Origin::parse(true, &host).filter(|_| is_read_as_host)?;
        let upstreams = if upstreams.is_empty() { Upstream::usual() } else { upstreams };
        Some(Self { host, upstreams })
    }

    /// Host and port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The rules.
    pub fn upstreams(&self) -> &[Upstream] {
        &self.upstreams
    }

    /// The rule that answers for the root.
    pub fn default_upstream(&self) -> Option<&Upstream> {
        self.upstreams.iter().find(|upstream| upstream.is_default)
    }

    /// The prefix of a registry.
    pub fn prefix(&self, registry: &str) -> Option<&str> {
        let registry = if registry == OLD_KUBERNETES { "registry.k8s.io" } else { registry };
        let found = self.upstreams.iter().find(|upstream| upstream.registry == registry);
        found.map(|upstream| upstream.prefix.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_what_docker_takes_for_one() {
        for host in ["reg.example", "Reg.Example:8443", "127.0.0.1:8787", "localhost", "[::1]:80"] {
            assert!(Destination::new(host, Vec::new()).is_some(), "{host}");
        }
        for host in ["", "registry", "a b.c", "a.b/c", "https://a.b", "a.b\"", "a.b:x", "a.b:0"] {
            assert!(Destination::new(host, Vec::new()).is_none(), "{host}");
        }
    }

    #[test]
    fn the_usual_prefixes_stand_in_where_there_is_no_rule() {
        let usual = Destination::new("reg.example", Vec::new()).unwrap();
        assert_eq!(usual.prefix("docker.io"), Some("hub"));
        assert_eq!(usual.prefix("k8s.gcr.io"), Some("k8s"));
        let own = Upstream { registry: "r.corp".into(), prefix: "corp".into(), is_default: false };
        let own = Destination::new("reg.example", vec![own]).unwrap();
        assert_eq!((own.prefix("r.corp"), own.prefix("docker.io")), (Some("corp"), None));
    }
}
