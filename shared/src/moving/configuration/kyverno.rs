//! Kyverno: a policy that rewrites the images of pods as they are created, for a cluster whose nodes
//! nobody can configure.

use super::{Edge, File};
use crate::moving::destination::Upstream;
use crate::upstream::image::DOCKER;

/// The lists of containers that a pod is created with.
const LISTS: [&str; 2] = ["containers", "initContainers"];

const HEAD: &str = "apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: pull-from-roadstead
  annotations:
    # Pods alone: what a controller asks for stays as somebody wrote it.
    pod-policies.kyverno.io/autogen-controllers: none
spec:
  background: false
  rules:
";

pub(super) fn file(edge: Edge<'_>) -> File {
    let rules: String = LISTS.iter().map(|list| rule(edge, list)).collect();
    File {
        client: "Kyverno",
        name: "kyverno.yaml".to_owned(),
        about: "kubectl apply -f kyverno.yaml. It rewrites the images of each new pod, tags and \
                digests kept. From version 1.19 on Kyverno warns that ClusterPolicy will be \
                replaced by MutatingPolicy; this one still works there."
            .to_owned(),
        text: Some(format!("{HEAD}{rules}")),
    }
}

fn rule(edge: Edge<'_>, list: &str) -> String {
    let entries: String =
        edge.to.upstreams().iter().map(|upstream| entry(edge, list, upstream)).collect();
    format!(
        "    - name: {}
      match:
        any:
          - resources:
              kinds: [Pod]
              operations: [CREATE, UPDATE]
      mutate:
        foreach:
{entries}",
        list.to_ascii_lowercase()
    )
}

/// What Kyverno itself takes for the registry decides, and then the text in front of the name is
/// replaced: so the rest of the reference stays as it is.
fn entry(edge: Edge<'_>, list: &str, upstream: &Upstream) -> String {
    let registry = &upstream.registry;
    let pattern = registry.replace('.', "[.]");
    // Docker Hub's name may be left out.
    let optional = if registry == DOCKER { "?" } else { "" };
    let place = edge.place(upstream);
    format!(
        "          - list: \"request.object.spec.{list} || `[]`\"
            preconditions:
              all:
                - key: '{{{{images.{list}.\"{{{{element.name}}}}\".registry}}}}'
                  operator: Equals
                  value: {registry}
            patchesJson6902: |-
              - op: replace
                path: /spec/{list}/{{{{elementIndex}}}}/image
                value: \"{{{{ regex_replace_all('^({pattern}/){optional}(.*)$', \
         '{{{{element.image}}}}', '{place}/$2') }}}}\"
"
    )
}
