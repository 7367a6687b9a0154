//! Moving here from other registries: which images a file names, what each becomes behind this
//! edge, and the configuration that makes clients come here.
//!
//! Files are read by scanners that remember where each byte stands, and never written anew: a
//! rewritten file differs from what it was in the first part of its references, and nowhere else.
//! It runs in the browser and on the command line, so nothing is uploaded.

pub mod configuration;
pub mod destination;
pub mod floating;
pub mod found;
pub mod report;

mod block;
mod dockerfile;
mod fields;
mod flow;
mod instruction;
mod piece;
mod template;
mod tree;

pub use destination::Destination;
pub use floating::Floating;
pub use found::{Fate, Found, Named, Place, Why};
pub use report::{Format, Kind, Limits, Report, TooLong, scan};

#[cfg(test)]
mod tests;
