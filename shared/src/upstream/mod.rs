//! Other registries: what they are called, which of them may be asked, and whom they may send us
//! to. Decisions only; the edge's room of the same name asks.

pub mod allowed;
pub mod contents;
pub mod demand;
pub mod evict;
pub mod health;
pub mod host;
pub mod image;
pub mod metrics;
pub mod misses;
pub mod origin;
pub mod pattern;
pub mod pause;
pub mod place;
pub mod preset;
pub mod redirect;
pub mod report;
pub mod rule;
pub mod rules;
pub mod setting;
pub mod site;

pub use allowed::Allowed;
pub use contents::Contents;
pub use demand::Demand;
pub use health::{Answered, Health};
pub use image::Image;
pub use misses::Misses;
pub use origin::{Origin, Url};
pub use pattern::Pattern;
pub use place::{Elsewhere, Located, Place};
pub use report::Report;
pub use rule::{Pull, Rule, Target};
pub use rules::Rules;
