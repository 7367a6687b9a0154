//! The command that pulls something, for each tool that people use.
//!
//! A command is shown to be pasted into a shell, so it is only ever made of words that a shell
//! leaves alone; whatever else is stored gives no command.

use super::{host::Host, kind::Kind};

/// The tools that commands are written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tool {
    /// `docker pull`
    Docker,
    /// `podman pull`
    Podman,
    /// `ctr images pull`
    Containerd,
    /// `skopeo copy` into an OCI layout
    Skopeo,
    /// `crane pull` into a tarball
    Crane,
    /// The first line of a Dockerfile
    From,
    /// The line of a pod's manifest
    Kubernetes,
    /// `helm pull`
    Helm,
    /// `oras pull`
    Oras,
}

const EVERY_TOOL: [Tool; 9] = [
    Tool::Docker,
    Tool::Podman,
    Tool::Containerd,
    Tool::Skopeo,
    Tool::Crane,
    Tool::From,
    Tool::Kubernetes,
    Tool::Helm,
    Tool::Oras,
];

impl Tool {
    /// The tools that can pull a kind, the usual one first.
    pub const fn for_kind(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Image => &[
                Self::Docker,
                Self::Podman,
                Self::Containerd,
                Self::Skopeo,
                Self::Crane,
                Self::From,
                Self::Kubernetes,
            ],
            Kind::Chart => &[Self::Helm, Self::Oras],
            Kind::Artifact => &[Self::Oras],
        }
    }

    /// `wanted` if it can pull that kind, else the usual tool for it.
    pub fn or_usual(wanted: Option<Self>, kind: Kind) -> Self {
        let tools = Self::for_kind(kind);
        let usual = tools.first().copied().unwrap_or(Self::Docker);
        wanted.filter(|tool| tools.contains(tool)).unwrap_or(usual)
    }

    /// The word in the address and in the cookie.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Podman => "podman",
            Self::Containerd => "containerd",
            Self::Skopeo => "skopeo",
            Self::Crane => "crane",
            Self::From => "from",
            Self::Kubernetes => "kubernetes",
            Self::Helm => "helm",
            Self::Oras => "oras",
        }
    }

    /// The tool with that word.
    pub fn from_id(id: &str) -> Option<Self> {
        EVERY_TOOL.into_iter().find(|tool| tool.id() == id)
    }

    /// The name that the tool goes by.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Docker => "Docker",
            Self::Podman => "Podman",
            Self::Containerd => "containerd",
            Self::Skopeo => "Skopeo",
            Self::Crane => "Crane",
            Self::From => "FROM",
            Self::Kubernetes => "Kubernetes",
            Self::Helm => "Helm",
            Self::Oras => "ORAS",
        }
    }
}

/// What to pull, from where.
#[derive(Clone, Copy, Debug)]
pub struct PullTarget<'a> {
    /// The registry's host.
    pub host: &'a Host,
    /// `acme/edge-proxy`
    pub name: &'a str,
    /// The tag, for people and for tools that need one.
    pub tag: &'a str,
    /// The digest, when exactly that content is wanted and nothing newer.
    pub digest: Option<&'a str>,
}

impl PullTarget<'_> {
    /// The command for `tool`, or `None` when a part of the reference could mean something to a
    /// shell.
    pub fn command(&self, tool: Tool) -> Option<String> {
        let words = [self.name, self.tag, self.digest.unwrap_or("sha256")];
        if !words.into_iter().all(is_shell_word) {
            return None;
        }
        let image = self.image();
        let last = self.name.rsplit('/').next().unwrap_or(self.name);
        let command = match tool {
            Tool::Docker => format!("docker pull {image}"),
            Tool::Podman => {
                format!("podman pull {}{image}", self.without_tls("--tls-verify=false "))
            }
            Tool::Containerd => {
                format!("ctr images pull {}{image}", self.without_tls("--plain-http "))
            }
            Tool::Skopeo => {
                let flag = self.without_tls("--src-tls-verify=false ");
                format!("skopeo copy {flag}docker://{image} oci:{last}:{}", self.tag)
            }
            Tool::Crane => {
                format!("crane pull {}{image} {last}.tar", self.without_tls("--insecure "))
            }
            Tool::From => format!("FROM {image}"),
            Tool::Kubernetes => format!("image: {image}"),
            Tool::Helm => self.helm(&image),
            Tool::Oras => format!("oras pull {}{image}", self.without_tls("--plain-http ")),
        };
        Some(command)
    }

    /// `host/name:tag` or `host/name@digest`.
    fn image(&self) -> String {
        let (host, name) = (self.host.authority(), self.name);
        match self.digest {
            Some(digest) => format!("{host}/{name}@{digest}"),
            None => format!("{host}/{name}:{}", self.tag),
        }
    }

    /// Helm writes a version's `+` as `_` into the tag, and reads it back.
    fn helm(&self, image: &str) -> String {
        let flag = self.without_tls(" --plain-http");
        if self.digest.is_some() {
            return format!("helm pull oci://{image}{flag}");
        }
        let (host, name, version) = (self.host.authority(), self.name, self.tag.replace('_', "+"));
        format!("helm pull oci://{host}/{name} --version {version}{flag}")
    }

    fn without_tls<'a>(&self, flag: &'a str) -> &'a str {
        if self.host.is_plain_http() { flag } else { "" }
    }
}

/// Whether a shell, and every tool, reads the word as nothing but itself.
fn is_shell_word(word: &str) -> bool {
    let starts_well =
        word.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    starts_well
        && word.len() <= 255
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/:+".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::{EVERY_TOOL, PullTarget, Tool};
    use crate::catalog::{Host, Kind};

    fn command(authority: &str, plain_http: bool, tool: Tool, digest: Option<&str>) -> String {
        let host = Host::parse(authority, plain_http).unwrap();
        PullTarget { host: &host, name: "acme/edge-proxy", tag: "1.4.2", digest }
            .command(tool)
            .unwrap()
    }

    #[test]
    fn each_tool_gets_its_own_command() {
        let rows = [
            (Tool::Docker, "docker pull reg.example/acme/edge-proxy:1.4.2"),
            (Tool::Podman, "podman pull reg.example/acme/edge-proxy:1.4.2"),
            (Tool::Containerd, "ctr images pull reg.example/acme/edge-proxy:1.4.2"),
            (
                Tool::Skopeo,
                "skopeo copy docker://reg.example/acme/edge-proxy:1.4.2 oci:edge-proxy:1.4.2",
            ),
            (Tool::Crane, "crane pull reg.example/acme/edge-proxy:1.4.2 edge-proxy.tar"),
            (Tool::From, "FROM reg.example/acme/edge-proxy:1.4.2"),
            (Tool::Kubernetes, "image: reg.example/acme/edge-proxy:1.4.2"),
            (Tool::Helm, "helm pull oci://reg.example/acme/edge-proxy --version 1.4.2"),
            (Tool::Oras, "oras pull reg.example/acme/edge-proxy:1.4.2"),
        ];
        for (tool, expected) in rows {
            assert_eq!(command("reg.example", false, tool, None), expected);
        }
    }

    #[test]
    fn plain_http_is_said_to_the_tools_that_ask() {
        let rows = [
            (Tool::Docker, "docker pull 127.0.0.1:8787/acme/edge-proxy:1.4.2"),
            (Tool::Podman, "podman pull --tls-verify=false 127.0.0.1:8787/acme/edge-proxy:1.4.2"),
            (Tool::Containerd, "ctr images pull --plain-http 127.0.0.1:8787/acme/edge-proxy:1.4.2"),
            (
                Tool::Helm,
                "helm pull oci://127.0.0.1:8787/acme/edge-proxy --version 1.4.2 --plain-http",
            ),
        ];
        for (tool, expected) in rows {
            assert_eq!(command("127.0.0.1:8787", true, tool, None), expected);
        }
    }

    #[test]
    fn a_pinned_digest_replaces_the_tag() {
        let pinned = command("reg.example", false, Tool::Docker, Some("sha256:9f2c41"));
        assert_eq!(pinned, "docker pull reg.example/acme/edge-proxy@sha256:9f2c41");
    }

    #[test]
    fn a_chart_version_gets_its_plus_back() {
        let host = Host::parse("reg.example", false).unwrap();
        let target = PullTarget { host: &host, name: "acme/chart", tag: "1.0.0_b7", digest: None };
        assert_eq!(
            target.command(Tool::Helm).unwrap(),
            "helm pull oci://reg.example/acme/chart --version 1.0.0+b7"
        );
    }

    #[test]
    fn what_a_shell_would_run_gives_no_command() {
        let host = Host::parse("reg.example", false).unwrap();
        for (name, tag) in [
            ("a;reboot", "1"),
            ("a", "$(id)"),
            ("a", "-v"),
            ("", "1"),
            ("a b", "1"),
            ("a", "1\n2"),
            ("ä", "1"),
        ] {
            let target = PullTarget { host: &host, name, tag, digest: None };
            assert_eq!(target.command(Tool::Docker), None, "{name} {tag}");
        }
    }

    #[test]
    fn tools_are_found_by_their_word_and_kept_to_their_kind() {
        for tool in EVERY_TOOL {
            assert_eq!(Tool::from_id(tool.id()), Some(tool));
        }
        assert_eq!(Tool::from_id("rm"), None);
        assert_eq!(Tool::or_usual(Some(Tool::Podman), Kind::Image), Tool::Podman);
        assert_eq!(Tool::or_usual(Some(Tool::Podman), Kind::Chart), Tool::Helm);
        assert_eq!(Tool::or_usual(None, Kind::Artifact), Tool::Oras);
    }
}
