//! Configuration that brings clients here, so that no reference has to change: one file for each
//! kind of client, generated for a host and its rules.

mod daemon;
mod educates;
mod hosts;
mod kyverno;
mod registries;

use super::Destination;
use super::destination::Upstream;

/// A file to put somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// What reads it.
    pub client: &'static str,
    /// What people call the file, for a list of them.
    pub name: String,
    /// What it does, in a sentence or two.
    pub about: String,
    /// The file; `None` where this host has nothing to say in it, and `about` says why.
    pub text: Option<String>,
}

/// A host with its rules, and how it is reached.
#[derive(Clone, Copy, Debug)]
pub struct Edge<'a> {
    /// Host and rules.
    pub to: &'a Destination,
    /// Whether there is no TLS, which clients must be told.
    pub is_plain: bool,
}

/// All files, in the order in which people look for them.
pub fn files(edge: Edge<'_>) -> Vec<File> {
    let mut files = vec![daemon::file(edge)];
    files.extend(edge.to.upstreams().iter().map(|upstream| hosts::file(edge, upstream)));
    files.extend([registries::file(edge), kyverno::file(edge), educates::file(edge)]);
    files
}

impl Edge<'_> {
    /// The address of the host.
    fn url(&self) -> String {
        let scheme = if self.is_plain { "http" } else { "https" };
        format!("{scheme}://{}", self.to.host())
    }

    /// Where the repositories of a registry are, as a reference begins.
    fn place(&self, upstream: &Upstream) -> String {
        format!("{}/{}", self.to.host(), upstream.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moving::{Format, Limits, scan};

    fn all(upstreams: Vec<Upstream>) -> Vec<File> {
        let to = Destination::new("reg.example", upstreams).unwrap();
        files(Edge { to: &to, is_plain: false })
    }

    fn of(files: &[File], name: &str) -> String {
        let file = files.iter().find(|file| file.name == name);
        file.and_then(|file| file.text.clone()).unwrap_or_default()
    }

    fn hub(is_default: bool) -> Vec<Upstream> {
        let mut upstreams = Upstream::usual();
        upstreams.truncate(2);
        upstreams[0].is_default = is_default;
        upstreams
    }

    #[test]
    fn dockerd_comes_for_the_rule_of_the_root_only() {
        let text = of(&all(hub(true)), "daemon.json");
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["registry-mirrors"][0], "https://reg.example");
        let without = all(hub(false));
        let file = without.iter().find(|file| file.name == "daemon.json").unwrap();
        assert_eq!(file.text, None);
        assert!(file.about.contains("default = true"), "{}", file.about);
    }

    #[test]
    fn a_default_that_is_not_docker_hub_is_no_mirror_of_dockerd() {
        let mut upstreams = hub(false);
        upstreams[1].is_default = true;
        assert_eq!(of(&all(upstreams), "daemon.json"), "");
    }

    #[test]
    fn containerd_has_a_file_for_each_registry() {
        let text = of(&all(hub(false)), "docker.io/hosts.toml");
        assert_eq!(
            text,
            "server = \"https://registry-1.docker.io\"\n\n[host.\"https://reg.example/v2/hub\"]\n  \
             capabilities = [\"pull\", \"resolve\"]\n  override_path = true\n"
        );
        assert!(of(&all(hub(false)), "registry.k8s.io/hosts.toml").contains("/v2/k8s\""));
    }

    #[test]
    fn podman_has_a_mirror_for_each_registry() {
        let text = of(&all(hub(false)), "registries.conf");
        let expected = "[[registry]]\nprefix = \"docker.io\"\nlocation = \"docker.io\"\n\n\
                        [[registry.mirror]]\nlocation = \"reg.example/hub\"\n";
        assert!(text.contains(expected), "{text}");
        assert_eq!(text.matches("[[registry.mirror]]").count(), 2);
    }

    #[test]
    fn without_tls_every_client_is_told() {
        let to = Destination::new("127.0.0.1:8787", hub(true)).unwrap();
        let files = files(Edge { to: &to, is_plain: true });
        assert!(of(&files, "daemon.json").contains("\"http://127.0.0.1:8787\""));
        assert!(of(&files, "docker.io/hosts.toml").contains("http://127.0.0.1:8787/v2/hub"));
        assert!(of(&files, "registries.conf").contains("insecure = true"));
    }

    #[test]
    fn the_policy_rewrites_both_kinds_of_containers_for_each_registry() {
        let text = of(&all(hub(false)), "kyverno.yaml");
        for list in ["containers", "initContainers"] {
            assert!(text.contains(&format!("path: /spec/{list}/{{{{elementIndex}}}}/image")));
        }
        assert_eq!(text.matches("operator: Equals").count(), 4);
        assert!(text.contains("reg.example/hub/$2") && text.contains("reg.example/k8s/$2"));
        // A part of a name in a pattern is that name and nothing else.
        assert!(text.contains("registry[.]k8s[.]io/"), "{text}");
    }

    #[test]
    fn what_educates_gets_is_yaml_that_names_this_host() {
        let text = of(&all(hub(true)), "educates.yaml");
        assert!(text.contains("remoteURL: \"https://reg.example\""), "{text}");
        let to = Destination::new("reg.example", Vec::new()).unwrap();
        let report = scan(&text, Format::Yaml, &to, Limits::PAGE).unwrap();
        assert!(report.references.iter().all(|found| !found.is_unmapped()), "{report:#?}");
        assert!(!of(&all(hub(false)), "educates.yaml").contains("proxyCache"));
    }
}
