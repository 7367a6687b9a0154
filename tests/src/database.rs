//! The index for people, taken away.

use crate::client::program::run;
use crate::scratch;
use crate::stack::Stack;
use std::process::Command;

/// Drops every table of a stack that does not run; their names.
pub fn drop_all(stack: &Stack) -> Vec<String> {
    let checkout = scratch::checkout();
    let mut node = Command::new(checkout.join("node_modules/.bin/node"));
    node.arg("--no-warnings").arg(checkout.join("tests/src/database.mjs"));
    let text = run(node.arg(stack.state().join("v3/d1"))).must_succeed();
    text.lines().map(str::to_owned).collect()
}
