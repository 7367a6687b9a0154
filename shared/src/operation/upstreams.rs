//! The operator's calls about what is cached of other registries.

use super::Right;

/// A call about what is cached. docs/api.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpstreamsOperation {
    /// How each rule stands.
    ListUpstreams,
    /// Forgets a tag, a manifest, a repository or all of a rule; the body says which.
    Purge,
    /// Has tags looked at anew when they are pulled next; the body says which.
    Refresh,
    /// The same figures for Prometheus.
    Metrics,
}

impl UpstreamsOperation {
    /// What the caller must have.
    pub fn needs(self) -> Right {
        match self {
            Self::ListUpstreams | Self::Purge | Self::Refresh => Right::Operator,
            // A token of the operator's is enough to read figures, which is known when it is shown.
            Self::Metrics => Right::Anyone,
        }
    }
}
