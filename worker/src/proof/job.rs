//! What a job gets for the token of its issuer: `rsj_` and a signed note of the rule that let it in.
//! It takes the place of a password until it is over, or until the rule is gone.

use super::Signer;
use crate::config::Keys;
use roadstead_shared::account::password;
use serde::{Deserialize, Serialize};

/// What every one of them begins with.
pub const PREFIX: &str = password::JOB_PREFIX;

/// The name that goes with it.
pub const USER: &str = "trusted";

/// The longest that one lives, in seconds: an hour.
pub const LIFETIME_S: i64 = 60 * 60;

/// The label of its key.
const PURPOSE: &str = "job";

/// What it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The host that it is for.
    #[serde(rename = "aud")]
    audience: String,
    /// The rule that let it in.
    pub publisher: String,
    /// Where it publishes.
    pub namespace: String,
}

impl Job {
    /// A job that the rule `publisher` of `namespace` let in.
    pub fn new(publisher: &str, namespace: &str, host: &str) -> Self {
        let (audience, publisher) = (host.to_owned(), publisher.to_owned());
        Self { audience, publisher, namespace: namespace.to_owned() }
    }

    /// As a password, for `seconds`.
    pub fn write(self, keys: &Keys, now_ms: u64, seconds: i64) -> Option<String> {
        let seconds = seconds.clamp(0, LIFETIME_S);
        let signed = Signer::new(&keys.of(PURPOSE), now_ms).sign(self, seconds)?;
        Some(format!("{PREFIX}{signed}"))
    }

    /// Reads a password. `None` for one that cannot be of this kind, `Some(None)` for one that is
    /// over, foreign or made up.
    pub fn read(keys: &Keys, host: &str, now_ms: u64, password: &str) -> Option<Option<Self>> {
        let signed = password.strip_prefix(PREFIX)?;
        let job: Option<Self> = Signer::new(&keys.of(PURPOSE), now_ms).verify(signed);
        Some(job.filter(|job| job.audience == host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::Session;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    const NOW_MS: u64 = 1_790_000_000_000;
    const HOUR_MS: u64 = 60 * 60 * 1000;

    fn keys(byte: u8) -> Keys {
        Keys::parse(&STANDARD.encode([byte; 32]), None).unwrap()
    }

    fn job() -> Job {
        Job::new("id", "acme", "h")
    }

    fn written(seconds: i64) -> String {
        job().write(&keys(7), NOW_MS, seconds).unwrap()
    }

    #[test]
    fn it_is_good_where_it_was_made_for() {
        let password = written(3600);
        assert_eq!(Job::read(&keys(7), "h", NOW_MS, &password), Some(Some(job())));
        assert_eq!(Job::read(&keys(7), "other", NOW_MS, &password), Some(None));
        assert_eq!(Job::read(&keys(8), "h", NOW_MS, &password), Some(None));
    }

    #[test]
    fn it_lives_for_an_hour_at_most() {
        // Five seconds are between two clocks.
        for (seconds, age_ms, good) in [
            (3600, HOUR_MS, true),
            (3600, HOUR_MS + 6_000, false),
            (90_000, HOUR_MS + 6_000, false),
            (60, 60_000, true),
            (60, 66_000, false),
            (-5, 6_000, false),
        ] {
            let read = Job::read(&keys(7), "h", NOW_MS + age_ms, &written(seconds));
            assert_eq!(read.flatten().is_some(), good, "{seconds} after {age_ms}");
        }
    }

    #[test]
    fn what_was_signed_for_something_else_is_none() {
        let session = Session::new("acme", 0, "h").write(&keys(7), NOW_MS).unwrap();
        assert_eq!(Job::read(&keys(7), "h", NOW_MS, &format!("{PREFIX}{session}")), Some(None));
        let direct = Signer::new(&keys(7), NOW_MS).sign(job(), 60).unwrap();
        assert_eq!(Job::read(&keys(7), "h", NOW_MS, &format!("{PREFIX}{direct}")), Some(None));
        assert_eq!(Job::read(&keys(7), "h", NOW_MS, &written(60)[1..]), None);
        assert_eq!(Job::read(&keys(7), "h", NOW_MS, "rsj_"), Some(None));
        assert_eq!(Job::read(&keys(7), "h", NOW_MS, "correct horse"), None);
    }
}
