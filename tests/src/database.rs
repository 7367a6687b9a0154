//! The database of a stack that does not run: its tables taken away, or a row put in.

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

/// Runs statements on the database of a stack that does not run.
pub fn execute(stack: &Stack, statements: &str) {
    let _ = ask(stack, statements);
}

/// The first value that a SELECT finds, also in a stack that runs.
pub fn one(stack: &Stack, select: &str) -> String {
    ask(stack, select).trim().to_owned()
}

fn ask(stack: &Stack, statements: &str) -> String {
    let checkout = scratch::checkout();
    let mut node = Command::new(checkout.join("node_modules/.bin/node"));
    node.arg("--no-warnings").arg(checkout.join("tests/src/execute.mjs"));
    run(node.arg(stack.state().join("v3/d1")).arg(statements)).must_succeed()
}
