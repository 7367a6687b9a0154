//! Images that were begun with a question whose answer may have been lost: who asked reports them
//! then, and they count once.

use crate::tier::Mark;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// How many tickets are remembered. A report follows its question within seconds; where more were
/// begun meanwhile, it counts again.
const MAX: usize = 256;

/// The tickets, the newest at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun(VecDeque<Mark>);

impl Begun {
    /// Whether what has this ticket was counted.
    pub fn has(&self, ticket: Option<Mark>) -> bool {
        ticket.is_some_and(|ticket| self.0.contains(&ticket))
    }

    /// Remembers that it was.
    pub fn add(&mut self, ticket: Option<Mark>) {
        self.0.extend(ticket);
        while self.0.len() > MAX {
            self.0.pop_front();
        }
    }
}
