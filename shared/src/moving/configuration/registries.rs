//! podman, buildah, skopeo, CRI-O: `registries.conf`, version 2 (containers-registries.conf(5)).

use super::{Edge, File};
use crate::moving::destination::Upstream;

pub(super) fn file(edge: Edge<'_>) -> File {
    let insecure = if edge.is_plain { "insecure = true\n" } else { "" };
    let table = |upstream: &Upstream| {
        let (registry, place) = (&upstream.registry, edge.place(upstream));
        format!(
            "[[registry]]\nprefix = \"{registry}\"\nlocation = \"{registry}\"\n\n\
             [[registry.mirror]]\nlocation = \"{place}\"\n{insecure}"
        )
    };
    let tables: Vec<String> = edge.to.upstreams().iter().map(table).collect();
    File {
        client: "podman, CRI-O",
        name: "registries.conf".to_owned(),
        about: "In /etc/containers/registries.conf.d/roadstead.conf. Mirrors are asked first, and \
                the registry itself where they do not answer."
            .to_owned(),
        text: Some(tables.join("\n")),
    }
}
