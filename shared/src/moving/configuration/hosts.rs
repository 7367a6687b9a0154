//! containerd: a file for each registry, `hosts.toml`. The kubelet of most clusters pulls with it.

use super::{Edge, File};
use crate::moving::destination::Upstream;
use crate::upstream::image::DOCKER;

pub(super) fn file(edge: Edge<'_>, upstream: &Upstream) -> File {
    let registry = &upstream.registry;
    // Docker Hub does not answer under its name.
    let server = if registry == DOCKER { "registry-1.docker.io" } else { registry };
    // The path is the whole one: the prefix stands behind /v2 and not in front.
    let text = format!(
        "server = \"https://{server}\"\n\n[host.\"{}/v2/{}\"]\n  capabilities = [\"pull\", \
         \"resolve\"]\n  override_path = true\n",
        edge.url(),
        upstream.prefix
    );
    File {
        client: "containerd",
        name: format!("{registry}/hosts.toml"),
        about: format!(
            "In /etc/containerd/certs.d/{registry}/hosts.toml on each node. containerd reads it at \
             the next pull, and asks {registry} itself where this does not answer."
        ),
        text: Some(text),
    }
}
