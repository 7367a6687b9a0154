//! Educates, as its versions 2 and 3 are configured: the mirror of the dockerd in workshop sessions,
//! the mirrors of a local cluster, and the files of workshops.

use super::{Edge, File};
use crate::moving::destination::Upstream;
use crate::upstream::image::DOCKER;
use std::fmt::Write as _;

pub(super) fn file(edge: Edge<'_>) -> File {
    let is_mirror = edge.to.default_upstream().is_some_and(|it| it.registry == DOCKER);
    let mut text = String::new();
    if is_mirror {
        let (url, host) = (edge.url(), edge.to.host());
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "# Configuration of the installation: dockerd in workshop sessions.\ndockerDaemon:\n  \
             proxyCache:\n    remoteURL: \"{url}\"\n"
        );
        if !edge.is_plain {
            let _ = write!(
                text,
                "# The local cluster of `educates create-cluster`.\nlocalKindCluster:\n  \
                 registryMirrors:\n  - mirror: docker.io\n    url: {host}\n"
            );
        }
        text.push_str("---\n");
    }
    text.push_str("# A workshop: its files come from here, so it needs no image cache.\n");
    text.push_str("spec:\n  workshop:\n    files:\n");
    let upstreams = edge.to.upstreams();
    let own = |upstream: &&Upstream| upstream.registry == "ghcr.io";
    // The workshops of Educates itself are at GitHub's registry.
    let shown = match upstreams.iter().find(own) {
        Some(upstream) => Some((upstream, "educates/lab-k8s-fundamentals-files:5.0")),
        None => upstreams.first().map(|upstream| (upstream, "acme/lab-files:1.0")),
    };
    if let Some((upstream, name)) = shown {
        let (place, registry) = (edge.place(upstream), &upstream.registry);
        let _ = write!(
            text,
            "    - image:\n        # Was {registry}/{name}\n        url: \"{place}/{name}\"\n"
        );
    }
    let about = if is_mirror {
        "For Educates 2 and 3: the first document into the configuration of the installation, the \
         second shows how a workshop names its files. Pods of workshops pull by the nodes' \
         hosts.toml above. Nobody sizes a cache for each workshop, and no credentials are in it."
    } else {
        "For Educates 2 and 3: how a workshop names its files. Pods of workshops pull by the nodes' \
         hosts.toml above. The mirror of dockerd in sessions asks at the root of a host, which here \
         leads to no other registry; see Docker above."
    };
    File {
        client: "Educates",
        name: "educates.yaml".to_owned(),
        about: about.to_owned(),
        text: Some(text),
    }
}
