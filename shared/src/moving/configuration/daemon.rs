//! dockerd: `registry-mirrors`, which it asks for Docker Hub's names at the root and nowhere else.

use super::{Edge, File};
use crate::upstream::image::DOCKER;

pub(super) fn file(edge: Edge<'_>) -> File {
    let upstream = edge.to.default_upstream().filter(|upstream| upstream.registry == DOCKER);
    let about = if upstream.is_some() {
        "In /etc/docker/daemon.json; then restart dockerd. Names without a registry come from \
         here, and from Docker Hub where this does not answer. dockerd asks mirrors for no other \
         registry."
    } else {
        "dockerd asks mirrors for Docker Hub alone, and only at the root of a host. Here the root \
         leads to no other registry: its operator can make it so with default = true in the rule \
         for docker.io. Until then, name images in full."
    };
    let text = upstream.map(|_| format!("{{\n  \"registry-mirrors\": [\"{}\"]\n}}\n", edge.url()));
    File { client: "Docker", name: "daemon.json".to_owned(), about: about.to_owned(), text }
}
