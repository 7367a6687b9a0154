//! Sizes as people write them, in bytes: `90MiB` is 90 × 2²⁰, `90MB` is 90 × 10⁶.

use std::str::FromStr;

/// What a chunk is when nobody says: under the 100 MB at which most networks cut a body.
pub(crate) const DEFAULT_CHUNK: u64 = 90 * MIB;
/// One binary megabyte in bytes.
pub(crate) const MIB: u64 = 1024 * 1024;
/// The smallest chunk: below, a request costs more than the bytes that it carries.
const MIN_CHUNK: u64 = 64 * 1024;
/// The largest chunk: one put of the store behind the edge takes no more.
const MAX_CHUNK: u64 = 4_995 * MIB;

const UNITS: [(&str, u64); 10] = [
    ("kib", 1024),
    ("mib", MIB),
    ("gib", 1024 * MIB),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("k", 1_000),
    ("m", 1_000_000),
    ("g", 1_000_000_000),
    ("b", 1),
];

/// The length of a chunk in bytes, within what makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChunkSize(u64);

/// Why a text is no length of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Invalid {
    /// It is no number with a unit.
    #[error("write a number and a unit, as in 64MiB or 90MB")]
    Form,
    /// It is too little or too much.
    #[error("a chunk has at least 64KiB and at most 4995MiB")]
    Bounds,
}

impl ChunkSize {
    /// The length in bytes.
    pub(crate) fn bytes(self) -> u64 {
        self.0
    }
}

impl FromStr for ChunkSize {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let bytes = parse(text).ok_or(Invalid::Form)?;
        if (MIN_CHUNK..=MAX_CHUNK).contains(&bytes) {
            Ok(Self(bytes))
        } else {
            Err(Invalid::Bounds)
        }
    }
}

/// A whole number of bytes with a unit or none; `None` if it is anything else or overflows.
fn parse(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = unit.trim();
    let worth = match UNITS.iter().find(|(name, _)| *name == unit) {
        Some((_, worth)) => *worth,
        None if unit.is_empty() => 1,
        None => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(worth)
}

/// Megabytes to one decimal, rounded half up: `12.3 MiB`.
pub(crate) fn mebibytes(bytes: u64) -> String {
    let tenths = (u128::from(bytes) * 10 + u128::from(MIB / 2)) / u128::from(MIB);
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_and_decimal_units_differ() {
        for (text, bytes) in [
            ("64MiB", 67_108_864),
            ("90MB", 90_000_000),
            ("90mb", 90_000_000),
            ("90 M", 90_000_000),
            ("1GiB", 1_073_741_824),
            ("5242880", 5_242_880),
            ("64KiB", 65_536),
        ] {
            assert_eq!(text.parse::<ChunkSize>().map(ChunkSize::bytes), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn nonsense_and_extremes_are_refused() {
        for text in ["", "MB", "-5MB", "5.5MB", "5 apples", "0x10", "99999999999999999999", "5MB5"]
        {
            assert_eq!(text.parse::<ChunkSize>(), Err(Invalid::Form), "{text}");
        }
        for text in ["0", "1", "65535", "5GiB", "18446744073709551615"] {
            assert_eq!(text.parse::<ChunkSize>(), Err(Invalid::Bounds), "{text}");
        }
        assert_eq!("18446744073709551615GiB".parse::<ChunkSize>(), Err(Invalid::Form));
    }

    #[test]
    fn megabytes_are_rounded_to_one_decimal() {
        assert_eq!(mebibytes(0), "0.0 MiB");
        assert_eq!(mebibytes(MIB - 1), "1.0 MiB");
        assert_eq!(mebibytes(40 * MIB + MIB / 4), "40.3 MiB");
        assert_eq!(mebibytes(u64::MAX), "17592186044416.0 MiB");
    }
}
