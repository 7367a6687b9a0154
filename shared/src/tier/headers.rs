//! The state in headers: `RateLimit-Policy` and `RateLimit` as in
//! draft-ietf-httpapi-ratelimit-headers-10, Docker Hub's own where images are counted, and a
//! warning when little is left.

use super::State;
use super::decision::WARN_PERCENT;
use super::sentence;

/// The largest number that a structured field can say. RFC 9651, section 3.3.1.
const MAX_INTEGER: u64 = 999_999_999_999_999;

/// The window of the images, in seconds.
const HOUR_S: u64 = 60 * 60;

impl State {
    /// The headers that say it; none where nothing is limited.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = Vec::new();
        let (mut policies, mut limits) = (Vec::new(), Vec::new());
        let month = self.month();
        if let (Some(limit), Some(left)) = (self.limits.bytes_per_month, self.left()) {
            let (limit, left) = (limit.min(MAX_INTEGER), left.min(MAX_INTEGER));
            let window = month.seconds();
            policies.push(format!("\"month\";q={limit};w={window};qu=\"content-bytes\""));
            limits.push(format!("\"month\";r={left};t={}", month.left_s(self.now_ms)));
        }
        if let Some(limit) = self.limits.pulls_per_hour {
            let left = limit.saturating_sub(self.standing.pulls);
            let wait = self.standing.again_ms.saturating_sub(self.now_ms).div_ceil(1000);
            policies.push(format!("\"hour\";q={limit};w={HOUR_S};qu=\"requests\""));
            // Without images in the window there is nothing that could come back.
            let wait = if wait == 0 { String::new() } else { format!(";t={wait}") };
            limits.push(format!("\"hour\";r={left}{wait}"));
            headers.push(("ratelimit-limit", format!("{limit};w={HOUR_S}")));
            headers.push(("ratelimit-remaining", format!("{left};w={HOUR_S}")));
            headers.push(("docker-ratelimit-source", self.subject.source()));
        }
        if !policies.is_empty() {
            headers.push(("ratelimit-policy", policies.join(", ")));
            headers.push(("ratelimit", limits.join(", ")));
        }
        if self.percent().is_some_and(|percent| percent >= WARN_PERCENT) {
            // No quotes or backslashes in it: clients take the text between the quotes as it is.
            headers.push(("warning", format!("299 - \"{}\"", sentence::warning(self))));
        }
        headers
    }
}

#[cfg(test)]
mod tests {
    use crate::tier::{Limits, Standing, State, Subject};
    use crate::usage::Tier;

    /// 2026-11-30T23:59:00Z
    const NOW: u64 = 1_796_083_140_000;

    fn state(limits: Limits, used_bytes: u64, pulls: u32) -> State {
        let subject = Subject::of("", "192.0.2.1".parse().unwrap());
        let standing = Standing { used_bytes, pulls, again_ms: NOW + 1_500 };
        State { subject, tier: Tier::Anonymous, limits, standing, now_ms: NOW }
    }

    fn said(state: &State) -> Vec<(&'static str, String)> {
        state.headers()
    }

    #[test]
    fn bytes_are_said_as_the_draft_says_it() {
        let limits = Limits { bytes_per_month: Some(1_000), pulls_per_hour: None };
        let policy = "\"month\";q=1000;w=2592000;qu=\"content-bytes\"".to_owned();
        assert_eq!(
            said(&state(limits, 300, 9)),
            [("ratelimit-policy", policy), ("ratelimit", "\"month\";r=700;t=60".to_owned())]
        );
        let spent = said(&state(limits, 3_000, 9));
        assert_eq!(spent[1].1, "\"month\";r=0;t=60");
        let most = Limits { bytes_per_month: Some(u64::MAX), pulls_per_hour: None };
        assert!(said(&state(most, 0, 0))[0].1.contains("q=999999999999999;"));
    }

    #[test]
    fn images_are_said_as_docker_hub_says_it() {
        let limits = Limits { bytes_per_month: None, pulls_per_hour: Some(100) };
        let headers = said(&state(limits, 300, 24));
        for (name, value) in [
            ("ratelimit-limit", "100;w=3600"),
            ("ratelimit-remaining", "76;w=3600"),
            ("docker-ratelimit-source", "192.0.2.1"),
            ("ratelimit-policy", "\"hour\";q=100;w=3600;qu=\"requests\""),
            ("ratelimit", "\"hour\";r=76;t=2"),
        ] {
            assert!(headers.contains(&(name, value.to_owned())), "{name}: {headers:?}");
        }
        let both = Limits { bytes_per_month: Some(5), pulls_per_hour: Some(1) };
        let policy = &said(&state(both, 0, 0))[3].1;
        assert!(policy.contains("\"month\"") && policy.contains(", \"hour\""), "{policy}");
    }

    #[test]
    fn a_warning_comes_past_four_fifths() {
        let limits = Limits { bytes_per_month: Some(1_000), pulls_per_hour: None };
        let warning = |used| {
            let headers = said(&state(limits, used, 0));
            headers.into_iter().find(|(name, _)| *name == "warning").map(|(_, value)| value)
        };
        assert_eq!(warning(799), None);
        let text = warning(800).unwrap();
        assert!(text.starts_with("299 - \"") && text.ends_with('"'), "{text}");
        assert_eq!(text.matches('"').count(), 2, "{text}");
        assert!(text.contains("80 %") && !text.contains('\\'), "{text}");
    }

    #[test]
    fn without_a_limit_nothing_is_said() {
        assert_eq!(said(&state(Limits::NONE, u64::MAX, 5)), []);
    }
}
