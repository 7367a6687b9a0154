//! A time: how long ago for reading, the exact one for whoever asks.

use leptos::prelude::*;
use roadstead_shared::catalog::time;

/// `2 h ago`, with the exact time in the tooltip and for programs.
#[component]
pub fn When(
    /// Milliseconds since 1970.
    at_ms: i64,
    /// What time it is.
    now_ms: i64,
) -> impl IntoView {
    view! {
        <time datetime=time::rfc3339(at_ms) title=time::exact_text(at_ms)>
            {time::age_text(at_ms, now_ms)}
        </time>
    }
}
