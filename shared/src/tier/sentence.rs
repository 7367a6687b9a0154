//! What people read: docker, podman, skopeo and containerd print it as it stands, on one line.

use super::{Spent, State, Subject};
use crate::catalog::size::size_text;
use crate::catalog::time::exact_text;
use crate::usage::Tier;

/// Some clients sleep for whatever `Retry-After` says; more than this nobody waits, in seconds.
pub const MAX_RETRY_AFTER_S: u64 = 60;

/// Why an image is not begun, and what to do; `host` is the registry, `origin` its address.
pub fn refusal(state: &State, spent: Spent, host: &str, origin: &str) -> String {
    let who = who(state);
    let said = match spent {
        Spent::Bytes => {
            let used = size_text(state.standing.used_bytes);
            let limit = size_text(state.limits.bytes_per_month.unwrap_or_default());
            let again = at(state.month().ends_ms);
            format!(
                "the monthly allowance of {who} is spent: {used} of {limit} were pulled. \
                 It starts again at {again}."
            )
        }
        Spent::Pulls { again_ms } => {
            let (pulls, limit) =
                (state.standing.pulls, state.limits.pulls_per_hour.unwrap_or_default());
            format!(
                "the hourly allowance of {who} is spent: {pulls} images of {limit} were pulled. \
                 The next one can be pulled at {}.",
                at(again_ms)
            )
        }
    };
    match state.tier {
        Tier::Anonymous => format!(
            "{said} For a larger allowance sign in with: docker login {host} \
             (an account is made at {origin}/account/sign-up)"
        ),
        Tier::Account | Tier::Network => {
            format!("{said} What was pulled when is shown at {origin}/usage")
        }
    }
}

/// What is said when little is left. Without quotes and backslashes.
pub fn warning(state: &State) -> String {
    let used = size_text(state.standing.used_bytes);
    let limit = size_text(state.limits.bytes_per_month.unwrap_or_default());
    let hint = match state.tier {
        Tier::Anonymous => " Sign in for a larger one.",
        Tier::Account | Tier::Network => "",
    };
    format!(
        "{} % of the monthly allowance of {} is used ({used} of {limit}). It starts again at {}.{hint}",
        state.percent().unwrap_or_default(),
        who(state),
        at(state.month().ends_ms),
    )
}

/// Seconds for `Retry-After`, where waiting makes sense.
pub fn retry_after_s(state: &State, spent: Spent) -> Option<u64> {
    let again_ms = match spent {
        Spent::Bytes => state.month().ends_ms,
        Spent::Pulls { again_ms } => again_ms,
    };
    let seconds = again_ms.saturating_sub(state.now_ms).div_ceil(1000);
    (1..=MAX_RETRY_AFTER_S).contains(&seconds).then_some(seconds)
}

fn who(state: &State) -> String {
    match &state.subject {
        Subject::Account(name) => format!("the account {name}"),
        Subject::V4(_) | Subject::V6(_) => {
            format!("the address {} (anonymous)", state.subject.source())
        }
    }
}

fn at(ms: u64) -> String {
    exact_text(i64::try_from(ms).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tier::{Limits, Standing};

    /// 2026-11-21T15:00:00Z
    const NOW: u64 = 1_795_273_200_000;

    fn state(account: &str, tier: Tier) -> State {
        State {
            subject: Subject::of(account, "2001:db8::1".parse().unwrap()),
            tier,
            limits: Limits { bytes_per_month: Some(5_000_000_000), pulls_per_hour: Some(100) },
            standing: Standing { used_bytes: 5_100_000_000, pulls: 100, again_ms: 0 },
            now_ms: NOW,
        }
    }

    #[test]
    fn a_refusal_says_which_tier_how_much_until_when_and_where_to_sign_in() {
        let state = state("", Tier::Anonymous);
        let text = refusal(&state, Spent::Bytes, "r.example", "https://r.example");
        for part in [
            "anonymous",
            "2001:db8::/64",
            "5.1 GB of 5.0 GB",
            "1 Dec 2026, 00:00 UTC",
            "docker login r.example",
            "https://r.example/account/sign-up",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains('\n'), "{text}");
        let spent = Spent::Pulls { again_ms: NOW + 5 * 60_000 };
        let text = refusal(&state, spent, "r.example", "https://r.example");
        for part in ["100 images of 100", "21 Nov 2026, 15:05 UTC", "docker login r.example"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn who_is_signed_in_is_not_told_to_sign_in() {
        let state = state("acme", Tier::Account);
        let text = refusal(&state, Spent::Bytes, "r.example", "https://r.example");
        assert!(text.contains("the account acme") && !text.contains("login"), "{text}");
        assert!(!warning(&state).contains("Sign in"));
        assert!(!warning(&state).contains(['"', '\\']));
    }

    #[test]
    fn nobody_is_told_to_wait_for_long() {
        let mut state = state("", Tier::Anonymous);
        assert_eq!(retry_after_s(&state, Spent::Bytes), None);
        assert_eq!(retry_after_s(&state, Spent::Pulls { again_ms: NOW + 61_000 }), None);
        assert_eq!(retry_after_s(&state, Spent::Pulls { again_ms: NOW + 59_500 }), Some(60));
        assert_eq!(retry_after_s(&state, Spent::Pulls { again_ms: NOW }), None);
        state.now_ms = state.month().ends_ms - 1;
        assert_eq!(retry_after_s(&state, Spent::Bytes), Some(1));
    }
}
