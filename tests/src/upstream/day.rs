//! How a registry is set up on a day, and what goes wrong.

use super::wrong::Wrong;

/// A registry's day: what goes wrong, how often, and how it is set up.
#[derive(Clone, Debug, Default)]
pub struct Day {
    /// What goes wrong: of those that are due where somebody asks, the first one.
    pub wrongs: Vec<Wrong>,
    /// Manifests and blobs are sent without their length.
    pub unmeasured: bool,
    /// Nobody is sent a part of anything.
    pub rangeless: bool,
    /// Who is let in.
    pub gate: Gate,
    /// Where blobs lie.
    pub blobs: Blobs,
    /// How many bytes of a blob come in a second; `None`: as many as are taken.
    pub bytes_per_s: Option<usize>,
    /// Whether it knows of `referrers`, or has the tags of the time before.
    pub is_old: bool,
    /// How many manifests may still be asked for, as it says itself; it goes down by itself, and
    /// refuses nobody. `None`: it says nothing.
    pub remaining: Option<u64>,
    /// The most tags that it lists at once; `None`: all.
    pub page: Option<usize>,
}

impl Day {
    /// A day on which this goes wrong.
    pub fn with(wrongs: impl IntoIterator<Item = Wrong>) -> Self {
        Self { wrongs: wrongs.into_iter().collect(), ..Self::default() }
    }

    /// A day on which blobs come this slowly.
    pub fn slow(bytes_per_s: usize) -> Self {
        Self { bytes_per_s: Some(bytes_per_s), ..Self::default() }
    }
}

/// Who is let in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gate {
    /// Everybody.
    #[default]
    Open,
    /// Who has the account.
    Private,
    /// Nobody, whatever token they bring.
    Shut,
    /// Who brings a token from somebody else's host.
    Foreign,
}

/// Where blobs lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Blobs {
    /// At another port.
    #[default]
    Elsewhere,
    /// With the manifests: nobody is sent anywhere.
    Here,
    /// On somebody else's host.
    Foreign,
    /// Nowhere: each redirect leads to the next one.
    Ring,
}
