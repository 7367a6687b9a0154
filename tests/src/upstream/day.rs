//! What goes wrong on a day.

/// One thing that goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 429 to a blob, with a `Retry-After` of one second.
    TooMany,
    /// 500 to a blob.
    Failing,
    /// 500 to a manifest.
    NoManifest,
    /// A blob that is cut after so many bytes.
    Cut(usize),
    /// A blob that says nothing more after so many bytes.
    Stall(usize),
    /// Other bytes than the digest says, as many.
    Other,
    /// Other bytes than a child's digest says, as many.
    OtherManifest,
    /// The headers never come.
    Hang,
}

/// A registry's day: what goes wrong, how often, and how it is set up.
#[derive(Clone, Debug, Default)]
pub struct Day {
    /// What goes wrong next, the first one first. Blobs that are found here go wrong in that order.
    pub faults: Vec<Fault>,
    /// What goes wrong whenever `faults` is empty.
    pub always: Option<Fault>,
    /// Manifests and blobs are sent without their length.
    pub unmeasured: bool,
    /// Nobody is sent a part of anything.
    pub rangeless: bool,
    /// Who is let in.
    pub gate: Gate,
    /// Where blobs lie.
    pub blobs: Blobs,
    /// A blob comes this slowly: after each MiB it pauses for so many ms.
    pub pause_ms: u64,
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
    /// On somebody else's host.
    Foreign,
    /// Nowhere: each redirect leads to the next one.
    Ring,
}
