//! The calls about what was pulled.

use super::Right;

/// A call about what was pulled. docs/api.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeteringOperation {
    /// Where the caller stands.
    Usage,
    /// The networks without a limit that the operator put, beside those of the settings.
    ReadNetworks,
    /// Puts others in their place.
    ChangeNetworks,
}

impl MeteringOperation {
    /// What the caller must have.
    pub fn needs(self) -> Right {
        match self {
            Self::Usage => Right::Public,
            Self::ReadNetworks | Self::ChangeNetworks => Right::Operator,
        }
    }
}
