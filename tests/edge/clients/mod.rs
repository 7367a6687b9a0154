//! The programs that people pull and push with, each with a store of its own: every demo image
//! pulled by everybody, published by the operator, and compared to the bit.

mod buildah;
mod containerd;
mod docker;
mod long;
mod podman;
mod shapes;
mod skopeo;
mod together;

use libtest_mimic::Trial;

/// The claims of this room.
pub(crate) fn claims() -> Vec<Trial> {
    let clients = [
        buildah::claims(),
        containerd::claims(),
        docker::claims(),
        podman::claims(),
        skopeo::claims(),
        shapes::claims(),
        together::claims(),
        long::claims(),
    ];
    clients.into_iter().flatten().collect()
}
