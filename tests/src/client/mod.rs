//! Clients of a registry: HTTP/1.1 on a socket, the registry's API over it, and the programs that
//! people pull and push with. Each module drives one and says what came of it.

pub mod api;
pub mod buildah;
pub mod containerd;
pub mod docker;
pub mod http;
pub mod mirrored;
pub mod person;
pub mod podman;
pub mod program;
pub mod provider;
pub mod registry;
pub mod roadstead;
pub mod skopeo;
pub mod visitor;
