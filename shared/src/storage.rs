//! What a namespace keeps, and whether something more fits into its quota: the arithmetic of the
//! Durable Object `Namespace`, which counts every blob once, however many of its repositories have
//! it, and what unfinished uploads have stored or may store.

use crate::catalog::size::size_text;
use serde::{Deserialize, Serialize};

/// What a namespace keeps. All in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Blobs and manifests, each once, and tags, each as long as its manifest.
    pub held_bytes: u64,
    /// What unfinished uploads have stored, or were promised room for.
    pub reserved_bytes: u64,
    /// What it may keep; `None` without a limit.
    pub quota_bytes: Option<u64>,
}

/// Something does not fit. What people read is the same wherever it happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct Spent {
    /// Whose quota.
    pub namespace: String,
    /// What counts against it, in bytes.
    pub used_bytes: u64,
    /// The quota, in bytes.
    pub quota_bytes: u64,
    /// What was asked for beyond that, in bytes; 0 where that is not known yet.
    pub wanted_bytes: u64,
}

impl Spent {
    fn sentence(&self) -> String {
        let wanted = match self.wanted_bytes {
            0 => String::new(),
            bytes => format!(", {} more would be needed", size_text(bytes)),
        };
        format!(
            "the storage of the namespace {} is spent: {} of {} are used{wanted}; delete what is not \
             needed any more, or ask the operator for a larger quota",
            self.namespace,
            size_text(self.used_bytes),
            size_text(self.quota_bytes),
        )
    }
}

impl Standing {
    /// What counts against the quota.
    pub fn used_bytes(&self) -> u64 {
        self.held_bytes.saturating_add(self.reserved_bytes)
    }

    /// Whether anything at all can still be taken: an upload of unknown length may begin.
    pub fn is_open(&self) -> bool {
        self.quota_bytes.is_none_or(|quota| self.used_bytes() < quota)
    }

    /// Whether a manifest of `bytes` is taken, that needs `more` with all of its tags. An image whose
    /// blobs fitted to the last byte can be named: a manifest with one tag is refused only when more
    /// than the quota is used already. Further tags must fit.
    pub fn names(&self, bytes: u64, more: u64) -> bool {
        let is_full = self.quota_bytes.is_some_and(|quota| self.used_bytes() > quota);
        more == 0 || (!is_full && self.fits(more.saturating_sub(bytes.saturating_mul(2))))
    }

    /// Whether `more` bytes fit. None always do.
    pub fn fits(&self, more: u64) -> bool {
        more == 0 || self.room().is_none_or(|room| more <= room)
    }

    /// How many bytes an upload is promised, that was promised `own` so far, must have `needed` and
    /// would like `wanted`; `None` where the needed ones do not fit. Of the room that is left then
    /// it is promised a quarter at most: others want to begin as well.
    pub fn grant(&self, own: u64, needed: u64, wanted: u64) -> Option<u64> {
        let base = own.max(needed);
        if !self.fits(base - own) {
            return None;
        }
        let left = self.room().map_or(u64::MAX, |room| room.saturating_sub(base - own));
        let share = if self.quota_bytes.is_some() { left / 4 } else { left };
        Some(base.saturating_add(wanted.saturating_sub(base).min(share)))
    }

    fn room(&self) -> Option<u64> {
        self.quota_bytes.map(|quota| quota.saturating_sub(self.used_bytes()))
    }

    /// The refusal of `wanted_bytes` more.
    pub fn spent(&self, namespace: &str, wanted_bytes: u64) -> Spent {
        Spent {
            namespace: namespace.to_owned(),
            used_bytes: self.used_bytes(),
            quota_bytes: self.quota_bytes.unwrap_or(u64::MAX),
            wanted_bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(held: u64, reserved: u64, quota: u64) -> Standing {
        Standing { held_bytes: held, reserved_bytes: reserved, quota_bytes: Some(quota) }
    }

    #[test]
    fn what_fits_to_the_last_byte_fits() {
        let namespace = standing(60, 30, 100);
        assert!(namespace.fits(10) && !namespace.fits(11));
        assert!(namespace.is_open() && !standing(70, 30, 100).is_open());
        // Also where the quota was lowered below what is there, nothing is nothing.
        assert!(standing(200, 0, 100).fits(0) && !standing(200, 0, 100).fits(1));
        assert!(Standing { held_bytes: u64::MAX, ..Standing::default() }.fits(u64::MAX));
    }

    #[test]
    fn a_manifest_may_name_what_fills_the_quota() {
        assert!(standing(100, 0, 100).names(7, 14));
        assert!(!standing(100, 1, 100).names(7, 14) && standing(100, 1, 100).names(7, 0));
        // A tag is a copy: a hundred of them are no way around the quota.
        assert!(!standing(100, 0, 100).names(7, 21) && standing(93, 0, 100).names(7, 21));
        assert!(Standing::default().names(7, 707));
    }

    #[test]
    fn an_upload_is_promised_what_it_needs_or_nothing() {
        let namespace = standing(0, 60, 100);
        for (own, needed, wanted, granted) in [
            (0, 40, 40, Some(40)),
            (0, 41, 41, None),
            // What was promised before is not asked for again.
            (60, 100, 100, Some(100)),
            (60, 50, 50, Some(60)),
            // A quarter of what is left goes to who would like more.
            (0, 20, 100, Some(25)),
            (60, 60, 1000, Some(70)),
            (60, 60, 65, Some(65)),
        ] {
            assert_eq!(namespace.grant(own, needed, wanted), granted, "{own} {needed} {wanted}");
        }
        let free = Standing::default();
        assert_eq!(free.grant(0, 5, 70), Some(70));
    }

    #[test]
    fn promises_never_pass_the_quota_in_any_order() {
        for seed in 0..200_u64 {
            let mut namespace = standing(seed % 37, 0, 100);
            let mut promised = [0_u64; 4];
            for step in 0..40_u64 {
                let at = usize::try_from((seed * 7 + step * 3) % 4).unwrap();
                let needed = promised[at] + (seed * 13 + step * 11) % 23;
                if let Some(granted) = namespace.grant(promised[at], needed, needed + step) {
                    namespace.reserved_bytes += granted - promised[at];
                    promised[at] = granted;
                    assert!(granted >= needed);
                }
                assert!(namespace.used_bytes() <= 100, "{seed} {step}: {namespace:?}");
            }
        }
    }

    #[test]
    fn the_sentence_says_whose_how_much_and_what_to_do() {
        let said = standing(49_800_000_000, 0, 50_000_000_000).spent("acme", 300_000_000);
        assert_eq!(
            said.to_string(),
            "the storage of the namespace acme is spent: 50 GB of 50 GB are used, 300 MB more would \
             be needed; delete what is not needed any more, or ask the operator for a larger quota"
        );
        let said = standing(5, 0, 5).spent("acme", 0).to_string();
        assert!(said.contains("5 B of 5 B are used; delete"), "{said}");
    }
}
