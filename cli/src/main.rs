//! `roadstead` publishes images from the command line, layers of any size.
//!
//! Most networks cut a request's body at some size, and docker cannot split a layer: this program
//! can. Its rooms have one direction, `command → push → registry → source`; `credential`, `state`,
//! `progress` and `rules` stand beside `source`, and `target`, `host`, `size` and `child` know no room.
//! `tests/rooms.rs` reads the `use` lines.

#![expect(clippy::disallowed_methods, reason = "a native program has a clock of its own")]

mod child;
mod command;
mod credential;
mod host;
mod progress;
mod push;
mod registry;
mod rules;
mod size;
mod source;
mod state;
mod target;

fn main() -> std::process::ExitCode {
    command::run()
}
