//! The programs that people pull and push with, each with a store of its own: every demo image
//! pulled by everybody, published by the operator, and compared to the bit.

mod containerd;
mod docker;
mod podman;
mod skopeo;

use libtest_mimic::Trial;

/// The claims of this room.
pub(crate) fn claims() -> Vec<Trial> {
    let clients = [containerd::claims(), docker::claims(), podman::claims(), skopeo::claims()];
    clients.into_iter().flatten().collect()
}
