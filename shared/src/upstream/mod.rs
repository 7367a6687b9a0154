//! Other registries: what they are called, which of them may be asked, and whom they may send us
//! to. Decisions only; the edge's room of the same name asks.

pub mod allowed;
pub mod demand;
pub mod host;
pub mod image;
pub mod origin;
pub mod pause;
pub mod redirect;
pub mod site;

pub use allowed::Allowed;
pub use demand::Demand;
pub use image::Image;
pub use origin::{Origin, Url};
