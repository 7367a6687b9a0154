//! What goes: links that no manifest needs, then bodies that nobody holds.

use super::Bodies;
use super::ledger::{Loose, Orphan};
use crate::clock;
use crate::durable::alarm;
use crate::durable::wire::{Grace, Swept};
use crate::store::Store;
use roadstead_shared::oci::{Digest, Name};
use std::collections::BTreeMap;
use worker::Result;

/// How many entries one round works off.
const ROUND: u64 = 100;
/// How many rounds one alarm or sweep makes.
const MAX_ROUNDS: u64 = 20;

impl Bodies {
    /// Collects what has been left alone for as long as `grace` says. What fails is left alone for
    /// as long again, and keeps nothing else waiting.
    pub(super) async fn sweep(&self, grace: Grace) -> Result<Swept> {
        let mut swept = Swept::default();
        let before_ms = clock::now_ms().saturating_sub(grace.blobs_ms);
        for _ in 0..MAX_ROUNDS {
            let loose = self.ledger()?.loose(before_ms, ROUND)?;
            if loose.is_empty() {
                break;
            }
            for (name, digests) in by_name(loose) {
                match self.consider(&name, &digests, before_ms).await {
                    Ok(released) => swept.blobs += released,
                    Err(error) => {
                        alarm::report(name.as_str(), Some(&error));
                        swept.failed += digests.len() as u64;
                        for digest in &digests {
                            self.ledger()?.loosen(digest, &name, clock::now_ms())?;
                        }
                    }
                }
            }
        }
        let before_ms = clock::now_ms().saturating_sub(grace.bodies_ms);
        for _ in 0..MAX_ROUNDS {
            let orphans = self.ledger()?.orphans(before_ms, ROUND)?;
            if orphans.is_empty() {
                break;
            }
            for Orphan { digest, upload } in orphans {
                match self.forget(&digest, &upload).await {
                    Ok(gone) => swept.bodies += u64::from(gone),
                    Err(error) => {
                        alarm::report(digest.as_str(), Some(&error));
                        swept.failed += 1;
                        self.ledger()?.orphan(&digest, &upload, clock::now_ms())?;
                    }
                }
            }
        }
        let due = self.ledger()?.due_ms(grace.blobs_ms, grace.bodies_ms)?;
        swept.more = swept.failed == 0 && due.is_some_and(|due| due <= clock::now_ms());
        Ok(swept)
    }

    /// Asks a repository which of its blobs no manifest names, and has it release those. How many.
    async fn consider(&self, name: &Name, digests: &[Digest], before_ms: u64) -> Result<u64> {
        let store = Store::new(&self.env)?;
        let named = store.consider(name, digests.to_vec(), before_ms).await?;
        let ledger = self.ledger()?;
        for digest in &named {
            ledger.settle(digest, name, before_ms)?;
        }
        Ok(digests.len().saturating_sub(named.len()) as u64)
    }

    /// Removes a body that nobody holds, the record first; from then on its upload can become none
    /// again. Whether nobody did.
    async fn forget(&self, digest: &Digest, upload: &str) -> Result<bool> {
        let store = Store::new(&self.env)?;
        let turn = self.turn(digest);
        let _turn = turn.lock().await;
        let known = store.known_body(digest).await?;
        let is_this = known.is_some_and(|record| record.upload() == upload);
        if is_this && store.is_held(digest).await? {
            self.ledger()?.adopt(digest, upload)?;
            return Ok(false);
        }
        if is_this {
            store.forget_body(digest).await?;
        }
        if !upload.is_empty() {
            store.forget_upload(upload).await?;
            store.delete_slices(upload).await?;
        }
        self.ledger()?.adopt(digest, upload)?;
        Ok(true)
    }
}

fn by_name(loose: Vec<Loose>) -> Vec<(Name, Vec<Digest>)> {
    let mut names: BTreeMap<Name, Vec<Digest>> = BTreeMap::new();
    for Loose { digest, name } in loose {
        names.entry(name).or_default().push(digest);
    }
    names.into_iter().collect()
}
