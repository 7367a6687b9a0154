//! Copying a blob, in the way that fits it: at once, or piece by piece.

use super::Import;
use super::ledger::{Record, Way};
use super::work::Outcome;
use crate::clock;
use crate::service::import::step::blob;
use crate::service::import::step::pieces::{self, Piece};
use crate::store::Store;
use crate::upstream::Upstream;
use roadstead_shared::oci::Descriptor;
use worker::Result;

/// How long one blob may take as a whole, in ms; then it is copied in pieces.
const WHOLE_MS: u64 = 5 * 60 * 1000;
/// The same where there is no other way, in ms: a little less than the platform gives an alarm.
const ONLY_WHOLE_MS: u64 = 9 * 60 * 1000;
/// The largest blob that is tried as a whole, in bytes.
const WHOLE_MAX_BYTES: u64 = 1024 * 1024 * 1024;
/// The largest blob that is tried as a whole again, after it broke off, in bytes.
const AGAIN_MAX_BYTES: u64 = 16 * 1024 * 1024;

impl Import {
    /// Copies a blob, or a piece of it; the plan goes on when all of it is here.
    pub(super) async fn copy(
        &self,
        store: &Store,
        upstream: &Upstream,
        record: &mut Record,
        wanted: &Descriptor,
    ) -> Result<Outcome> {
        let name = record.order.target.clone();
        if record.way == Way::Whole {
            match blob::hold(store, &name, wanted).await {
                Ok(true) => {
                    record.plan.copied(wanted.size);
                    return Ok(Ok(()));
                }
                Ok(false) => {}
                Err(failure) => return Ok(Err(failure)),
            }
            if wanted.size > WHOLE_MAX_BYTES || (record.failed > 0 && wanted.size > AGAIN_MAX_BYTES)
            {
                record.way = Way::Pieces;
            }
        }
        let began_ms = clock::now_ms();
        let limit_ms = if record.way == Way::OnlyWhole { ONLY_WHOLE_MS } else { WHOLE_MS };
        let watch = |bytes| {
            self.flowing.set(bytes);
            let in_time = clock::now_ms().saturating_sub(began_ms) < limit_ms;
            in_time && !self.is_cancelled.get()
        };
        let copied = match &record.way {
            Way::Whole | Way::OnlyWhole => {
                blob::copy(store, upstream, &name, wanted, watch).await.map(|()| Piece::Done)
            }

            Way::Pieces => pieces::begin(store, &name, wanted).await,
            Way::Upload(upload) => {
                pieces::copy(store, upstream, &name, wanted, upload, watch).await
            }
        };
        Ok(match copied {
            Ok(Piece::Done) => {
                record.way = Way::Whole;
                record.plan.copied(wanted.size);
                Ok(())
            }
            Ok(Piece::NoRanges) => {
                record.way = Way::OnlyWhole;
                Ok(())
            }
            Ok(Piece::More { upload, .. }) => {
                record.way = Way::Upload(upload);
                Ok(())
            }
            Err(failure) => Err(failure),
        })
    }
}
