//! Meters.

use roadstead_shared::tier::{Limits, Pull, Report, Spent, Standing};
use roadstead_shared::usage::UsageDay;
use serde::{Deserialize, Serialize};

/// What a meter is told. The reply is [`MeterReply`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MeterCommand {
    /// Which isolate says it.
    pub reporter: String,
    /// What it sent and has not been told yet that the meter knows.
    pub reports: Vec<Report>,
    /// What it asks.
    pub ask: MeterAsk,
    /// What the subject may pull.
    pub limits: Limits,
    /// Now, ms UTC: the edge's clock, so that a period ends everywhere at once.
    pub now_ms: u64,
}

/// What a meter is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum MeterAsk {
    /// Where the subject stands.
    Standing,
    /// The same, with the last thirty days.
    Days,
    /// Whether this may be sent; it is counted if so.
    Begin(Pull),
}

/// What a meter replies.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MeterReply {
    /// Where the subject stands, after the reports and what was begun.
    pub standing: Standing,
    /// What is spent, if what should be begun may not be.
    pub refused: Option<Spent>,
    /// The last thirty days, if they were asked for.
    pub days: Vec<UsageDay>,
}
