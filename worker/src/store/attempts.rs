//! The callers of the objects that count attempts.

use super::{Error, Store};
use crate::durable::wire::{self, AttemptsCommand, AttemptsReply};
use roadstead_shared::account::attempts::{Limit, Wait};

/// One count of an attempt: in the object `object`, for `who`.
#[derive(Clone, Debug)]
pub struct Counted {
    /// Which object counts it: `name/acme`, `address/192.0.2.1`.
    pub object: String,
    /// Whom it counts apart, if anybody.
    pub who: Option<String>,
    /// How often it may be tried.
    pub limit: Limit,
}

impl Store {
    /// Counts an attempt everywhere that it is to be counted, one after another, up to the first
    /// that has had too many: who is refused there uses up nothing of what comes after.
    pub async fn attempt(&self, counts: &[Counted]) -> Result<Result<(), Wait>, Error> {
        for count in counts {
            let (who, limit) = (count.who.clone(), count.limit);
            let command = AttemptsCommand::Attempt { who, limit };
            if let Err(wait) = self.tell_attempts(&count.object, command).await? {
                return Ok(Err(wait));
            }
        }
        Ok(Ok(()))
    }

    /// Says behind the response that the attempt was right.
    pub fn note_success(&self, counts: Vec<Counted>) {
        let store = self.clone();
        self.run_behind(async move {
            for count in counts {
                let command = AttemptsCommand::Succeeded { who: count.who };
                if let Err(error) = store.tell_attempts(&count.object, command).await {
                    store.log(&format!("a sign-in is not noted: {error}"));
                }
            }
        });
    }

    async fn tell_attempts(
        &self,
        object: &str,
        command: AttemptsCommand,
    ) -> Result<AttemptsReply, Error> {
        let stub = self.env.durable_object(wire::ATTEMPTS)?.get_by_name(object)?;
        Ok(wire::call(&stub, &command).await?)
    }
}
