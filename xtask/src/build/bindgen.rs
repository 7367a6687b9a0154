//! Makes the JavaScript side of a module, with the library behind the `wasm-bindgen` program.

use anyhow::{Context, Result};
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// Who imports the result.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Host {
    /// The Workers runtime, which compiles the module before the first request.
    Worker,
    /// A browser, which is given an address to fetch the module from.
    Browser,
}

/// Writes `<name>.js` and `<name>_bg.wasm` into `folder`.
pub(super) fn generate(module: &Path, host: Host, name: &str, folder: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(module).out_name(name).typescript(false);
    match host {
        // The shim throws a module's whole state away after a panic, through this function.
        Host::Worker => bindgen.module(true)?.reset_state_function(true),
        Host::Browser => bindgen.web(true)?,
    };
    bindgen.generate(folder).with_context(|| format!("bindings of {}", module.display()))
}
