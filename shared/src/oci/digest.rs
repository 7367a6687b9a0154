//! Digests: `algorithm ":" hex`, and the incremental hasher whose state can be put aside.
//! image-spec 1.1, descriptor.md, "Digests".

use serde::{Deserialize, Serialize};
use sha2::digest::Digest as _;
use sha2::digest::common::hazmat::SerializableState;
use sha2::{Sha256, Sha512};
use std::fmt;
use std::str::FromStr;

/// The algorithms that the image specification registers and that everybody implements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// What practically every client sends.
    #[default]
    Sha256,
    /// Allowed by the specification beside it.
    Sha512,
}

impl Algorithm {
    /// The name in front of the colon.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    /// Length of the digest in hexadecimal digits.
    pub fn hex_len(self) -> usize {
        match self {
            Self::Sha256 => 64,
            Self::Sha512 => 128,
        }
    }
}

impl FromStr for Algorithm {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "sha256" => Ok(Self::Sha256),
            "sha512" => Ok(Self::Sha512),
            _ => Err(Invalid::Algorithm),
        }
    }
}

/// Why a text is no digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// There is no `algorithm:` in front, or it is not one that is implemented.
    #[error("the algorithm must be sha256 or sha512")]
    Algorithm,
    /// What follows the colon is not lower-case hexadecimal of the algorithm's length.
    #[error("the digest must be lower-case hexadecimal of its algorithm's length")]
    Hex,
}

/// A digest that has its algorithm's form. Whether any bytes have it is another question.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(String);

impl Digest {
    /// The digest of `bytes`.
    pub fn of(algorithm: Algorithm, bytes: &[u8]) -> Self {
        let mut hasher = Hasher::new(algorithm);
        hasher.update(bytes);
        hasher.finish()
    }

    /// The whole text, `sha256:…`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The algorithm in front of the colon.
    pub fn algorithm(&self) -> Algorithm {
        if self.0.starts_with("sha512:") { Algorithm::Sha512 } else { Algorithm::Sha256 }
    }

    /// The hexadecimal digits after the colon.
    pub fn hex(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, hex)| hex)
    }

    /// The digest as bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let nibble = |c: u8| if c.is_ascii_digit() { c - b'0' } else { c - b'a' + 10 };
        let (pairs, _) = self.hex().as_bytes().as_chunks::<2>();
        pairs.iter().map(|[high, low]| nibble(*high) << 4 | nibble(*low)).collect()
    }
}

impl FromStr for Digest {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (algorithm, hex) = text.split_once(':').ok_or(Invalid::Algorithm)?;
        let algorithm: Algorithm = algorithm.parse()?;
        let hexadecimal = hex.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
        if hex.len() != algorithm.hex_len() || !hexadecimal {
            return Err(Invalid::Hex);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Digest {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Hashes bytes as they come; its state can be put aside and taken up by another request.
#[derive(Clone)]
pub enum Hasher {
    /// SHA-256.
    Sha256(Sha256),
    /// SHA-512.
    Sha512(Sha512),
}

/// The version of the state's form. `sha2` promises it for one minor version only, so that a
/// state of another version is refused rather than misread.
const STATE_VERSION: u8 = 1;

impl Hasher {
    /// A hasher that has seen nothing.
    pub fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Sha256 => Self::Sha256(Sha256::new()),
            Algorithm::Sha512 => Self::Sha512(Sha512::new()),
        }
    }

    /// Takes in `bytes`.
    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hasher) => hasher.update(bytes),
            Self::Sha512(hasher) => hasher.update(bytes),
        }
    }

    /// The digest of everything that was taken in.
    pub fn finish(self) -> Digest {
        let (algorithm, hex) = match self {
            Self::Sha256(hasher) => (Algorithm::Sha256, hex(&hasher.finalize())),
            Self::Sha512(hasher) => (Algorithm::Sha512, hex(&hasher.finalize())),
        };
        Digest(format!("{}:{hex}", algorithm.as_str()))
    }

    /// The state as text: a version, the algorithm, and the state in hexadecimal.
    pub fn save(&self) -> String {
        match self {
            Self::Sha256(hasher) => format!("{STATE_VERSION}:sha256:{}", hex(&hasher.serialize())),
            Self::Sha512(hasher) => format!("{STATE_VERSION}:sha512:{}", hex(&hasher.serialize())),
        }
    }

    /// The hasher whose state was saved; `None` if the text is no state of this version.
    pub fn restore(saved: &str) -> Option<Self> {
        let mut parts = saved.splitn(3, ':');
        if parts.next()? != STATE_VERSION.to_string() {
            return None;
        }
        let algorithm: Algorithm = parts.next()?.parse().ok()?;
        let state = unhex(parts.next()?)?;
        match algorithm {
            Algorithm::Sha256 => {
                Some(Self::Sha256(Sha256::deserialize(state.as_slice().try_into().ok()?).ok()?))
            }
            Algorithm::Sha512 => {
                Some(Self::Sha512(Sha512::deserialize(state.as_slice().try_into().ok()?).ok()?))
            }
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn the_digest_of_nothing_is_the_known_one() {
        assert_eq!(Digest::of(Algorithm::Sha256, b"").as_str(), EMPTY);
        assert_eq!(Digest::of(Algorithm::Sha512, b"").hex().len(), 128);
    }

    #[test]
    fn what_is_no_digest_is_refused() {
        for (text, why) in [
            ("", Invalid::Algorithm),
            ("sha256", Invalid::Algorithm),
            ("md5:d41d8cd98f00b204e9800998ecf8427e", Invalid::Algorithm),
            ("SHA256:e3b0", Invalid::Algorithm),
            ("sha256:", Invalid::Hex),
            ("sha256:e3b0", Invalid::Hex),
            (&EMPTY.to_uppercase().replace("SHA256", "sha256"), Invalid::Hex),
            (&format!("{EMPTY}0"), Invalid::Hex),
            (&EMPTY.replace("sha256", "sha512"), Invalid::Hex),
            (&EMPTY.replace('e', "é"), Invalid::Hex),
        ] {
            assert_eq!(text.parse::<Digest>(), Err(why), "{text}");
        }
    }

    #[test]
    fn a_saved_state_goes_on_where_it_stopped() {
        for algorithm in [Algorithm::Sha256, Algorithm::Sha512] {
            let bytes: Vec<u8> = (0..=255).cycle().take(100_003).collect();
            for cut in [0, 1, 63, 64, 65, 127, 128, 50_000, 100_003] {
                let (head, tail) = bytes.split_at(cut);
                let mut hasher = Hasher::new(algorithm);
                hasher.update(head);
                let mut hasher = Hasher::restore(&hasher.save()).unwrap();
                hasher.update(tail);
                assert_eq!(hasher.finish(), Digest::of(algorithm, &bytes), "cut at {cut}");
            }
        }
    }

    #[test]
    fn a_foreign_state_is_refused() {
        let saved = Hasher::new(Algorithm::Sha256).save();
        for text in
            ["", "1:sha256:", "2:sha256:00", &saved.replace("sha256", "sha512"), &saved[1..]]
        {
            assert!(Hasher::restore(text).is_none(), "{text}");
        }
    }

    #[test]
    fn bytes_are_those_of_the_hexadecimal_digits() {
        let digest: Digest = EMPTY.parse().unwrap();
        assert_eq!(digest.bytes()[..4], [0xe3, 0xb0, 0xc4, 0x42]);
        assert_eq!(digest.bytes().len(), 32);
    }
}
