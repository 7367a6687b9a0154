//! Binaryen's `wasm-opt`: what the compiler leaves on the table, mostly size.

use crate::project;
use anyhow::Result;
use std::path::Path;

/// What may be in the modules: everything that rustc turns on by itself, and SIMD.
const FEATURES: [&str; 8] = [
    "bulk-memory",
    "bulk-memory-opt",
    "multivalue",
    "mutable-globals",
    "nontrapping-float-to-int",
    "reference-types",
    "sign-ext",
    "simd",
];

/// Optimises a module where it is, at a level such as `-Oz`. Names of functions go, too.
pub(super) fn module(module: &Path, level: &str) -> Result<()> {
    let mut optimiser = project::program(project::path("node_modules/.bin/wasm-opt"))?;
    optimiser.arg(level).args(FEATURES.map(|feature| format!("--enable-{feature}")));
    project::run(optimiser.arg(module).arg("-o").arg(module))
}
