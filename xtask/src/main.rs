//! Builds, runs and measures Roadstead.
fn main() {}
