//! `roadstead`: publishes images from the command line, layers of any size.
#![expect(clippy::disallowed_methods, reason = "a native program has a clock of its own")]
#![allow(dead_code, reason = "work in progress")]

mod host;
mod size;
mod source;
mod target;

fn main() {}
