//! How much of something is used: a bar, with the figures in words beside it.

use leptos::prelude::*;

/// Where a bar begins to warn, in hundredths; the edge's own warnings begin there as well.
const WARNS_AT: u64 = 80;

/// How full something is, in hundredths, rounded down; 100 at most, and for something without room.
pub(crate) fn hundredths(used: u64, limit: u64) -> u64 {
    let share = u128::from(used) * 100 / u128::from(limit.max(1));
    u64::try_from(share).unwrap_or(100).min(100)
}

/// The bar. It says nothing that the words beside it do not.
#[component]
pub fn Gauge(
    /// Bytes used.
    used: u64,
    /// Bytes there are.
    limit: u64,
) -> impl IntoView {
    let full = hundredths(used, limit);
    // A trace of use is a trace to see.
    let width = if used > 0 { full.max(1) } else { 0 };
    let class = if full >= WARNS_AT { "gauge gauge-warns" } else { "gauge" };
    view! {
        <svg class=class viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
            <rect width=width.to_string() height="1"/>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::hundredths;

    #[test]
    fn a_share_is_never_more_than_all() {
        let rows = [(0, 0, 0), (1, 0, 100), (499, 500, 99), (500, 500, 100), (u64::MAX, 3, 100)];
        for (used, limit, share) in rows {
            assert_eq!(hundredths(used, limit), share, "{used} of {limit}");
        }
        assert_eq!(hundredths(u64::MAX - 1, u64::MAX), 99);
    }
}
