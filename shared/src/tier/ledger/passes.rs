//! Indexes that were let through: what they lead on to passes for an hour, so that an image that
//! was begun can be finished.

use crate::tier::Mark;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// How many children are remembered in all; past them the oldest indexes are forgotten, whose
/// clients have long gone on: those ask for their child within a second.
const MAX_CHILDREN: usize = 2_000;

/// One index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Pass {
    index: Mark,
    children: Vec<Mark>,
    until_ms: u64,
}

/// The indexes, the one that was asked for last at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passes(VecDeque<Pass>);

impl Passes {
    /// Until when a manifest passes as the child of an index, ms UTC.
    pub fn until(&self, child: Mark, now_ms: u64) -> Option<u64> {
        let passes = self.0.iter().filter(|pass| pass.until_ms > now_ms);
        passes.filter(|pass| pass.children.contains(&child)).map(|pass| pass.until_ms).max()
    }

    /// Lets the children of an index pass until then.
    pub fn add(&mut self, index: Mark, children: &[Mark], until_ms: u64, now_ms: u64) {
        if children.is_empty() {
            return;
        }
        self.0.retain(|pass| pass.until_ms > now_ms && pass.index != index);
        let children: Vec<Mark> = children.iter().copied().take(MAX_CHILDREN).collect();
        self.0.push_back(Pass { index, children, until_ms });
        while self.0.iter().map(|pass| pass.children.len()).sum::<usize>() > MAX_CHILDREN {
            self.0.pop_front();
        }
    }
}
