//! What rests in the storage of the Durable Objects.

use crate::client::program::run;
use crate::scratch;
use crate::stack::Stack;
use std::process::Command;

/// How many values hold these words, in the storage of a stack that does not run.
pub fn count(stack: &Stack, words: &str) -> u64 {
    let checkout = scratch::checkout();
    let mut node = Command::new(checkout.join("node_modules/.bin/node"));
    node.arg("--no-warnings").arg(checkout.join("tests/src/objects.mjs"));
    let text = run(node.arg(stack.state().join("v3/do")).arg(words)).must_succeed();
    text.trim().parse().unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Runs `statement` on the table `parts` of every object of `class`, in the storage of a stack that
/// does not run; how many rows it changed.
pub fn change(stack: &Stack, class: &str, statement: &str) -> u64 {
    let checkout = scratch::checkout();
    let mut node = Command::new(checkout.join("node_modules/.bin/node"));
    node.arg("--no-warnings").arg(checkout.join("tests/src/statement.mjs"));
    node.arg(stack.state().join("v3/do")).args([class, statement]);
    let text = run(&mut node).must_succeed();
    text.trim().parse().unwrap_or_else(|error| panic!("{error}: {text}"))
}
