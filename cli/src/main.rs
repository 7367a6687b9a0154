//! `roadstead`: publishes images from the command line, layers of any size.
#![expect(clippy::disallowed_methods, reason = "a native program has a clock of its own")]
#![allow(dead_code, reason = "work in progress")]

mod credential;
mod host;
mod size;
mod source;
mod state;
mod target;

fn main() {}
