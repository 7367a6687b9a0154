//! Puts the shim in front of a Worker's bindings and gives it the names to export.
//!
//! A JavaScript module must spell its exports out, so the list of Durable Objects is written by
//! the build, from the classes that the bindings export: no name is kept in two places.

use anyhow::{Result, bail};
use std::fmt::Write;

/// What is the same for every Worker.
const SHIM: &str = include_str!("shim.mjs");

/// The shim for these bindings.
pub(super) fn for_bindings(bindings: &str) -> Result<String> {
    for needed in ["fetch", "__wbg_reset_state", "__worker_init_state"] {
        if !functions(bindings).chain(renamed(bindings)).any(|name| name == needed) {
            bail!("the bindings do not export `{needed}`");
        }
    }
    let mut shim = SHIM.to_owned();
    for class in durable_objects(bindings) {
        writeln!(shim, "export const {class} = durableObject(\"{class}\");")?;
    }
    Ok(shim)
}

/// The classes that answer requests: the `worker` crate exports a few others of its own.
fn durable_objects(bindings: &str) -> impl Iterator<Item = &str> {
    bindings.split("\nexport class ").skip(1).filter_map(|text| {
        let (name, rest) = text.split_once(" {\n")?;
        let (body, _) = rest.split_once("\n}")?;
        body.lines().any(|line| line.starts_with("    fetch(")).then_some(name)
    })
}

/// The names in lines such as `export function name(`.
fn functions(bindings: &str) -> impl Iterator<Item = &str> {
    let named = bindings.lines().filter_map(|line| line.strip_prefix("export function "));
    named.filter_map(|rest| rest.split('(').next()).map(str::trim)
}

/// The new names in lines such as `export { old as name };`.
fn renamed(bindings: &str) -> impl Iterator<Item = &str> {
    bindings.lines().filter_map(|line| {
        let list = line.strip_prefix("export {")?.split('}').next()?;
        list.rsplit(" as ").next().map(str::trim)
    })
}

#[cfg(test)]
mod tests {
    use super::for_bindings;

    const BINDINGS: &str = "\
import { state } from './snippets/inline0.js';
export class Options {
    get(name) {
    }
}
export class Repository {
    fetch(req) {
    }
}
export function fetch(req, env, ctx) {
}
export function __wbg_reset_state () {
}
export { worker_init_state as __worker_init_state };
";

    #[test]
    fn every_class_is_exported_as_a_durable_object() {
        let shim = for_bindings(BINDINGS).unwrap();
        assert!(shim.ends_with("}\n\nexport const Repository = durableObject(\"Repository\");\n"));
    }

    #[test]
    fn bindings_without_a_way_back_from_a_panic_are_refused() {
        let error = for_bindings("export function fetch() {\n}").unwrap_err();
        assert!(error.to_string().contains("__wbg_reset_state"), "{error}");
    }
}
