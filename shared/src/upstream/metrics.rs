//! How the rules stand, in Prometheus's text form. Prometheus, "Exposition formats", version 0.0.4.

use super::Report;
use std::fmt::Write;

/// The media type of the text.
pub const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A figure: its name, its kind, what it is, and where it stands in a report; none where a rule has
/// none.
type Figure = (&'static str, &'static str, &'static str, fn(&Report) -> Option<u64>);

const FIGURES: [Figure; 13] = [
    ("stored_bytes", "gauge", "Bytes that rest here, or are about to.", |r| Some(r.stored_bytes)),
    ("budget_bytes", "gauge", "Bytes that may rest here.", |r| r.budget_bytes),
    ("images", "gauge", "Images that rest here.", |r| Some(r.images)),
    ("hits_total", "counter", "Requests answered with what rests here.", |r| Some(r.hits)),
    ("misses_total", "counter", "Requests for which the registry was asked.", |r| Some(r.misses)),
    ("saved_bytes_total", "counter", "Bytes not fetched again.", |r| Some(r.saved_bytes)),
    ("fetched_bytes_total", "counter", "Bytes fetched.", |r| Some(r.fetched_bytes)),
    ("requests_total", "counter", "Requests to the registry.", |r| Some(r.requests)),
    ("evicted_images_total", "counter", "Images that made room.", |r| Some(r.evicted)),
    ("evicted_bytes_total", "counter", "Bytes that made room.", |r| Some(r.evicted_bytes)),
    ("resting", "gauge", "Whether the registry is left alone.", |r| {
        Some(u64::from(r.resting_until_ms.is_some()))
    }),
    ("ratelimit_remaining", "gauge", "Requests that the registry allows more.", |r| r.remaining),
    ("problem", "gauge", "Whether something is wrong.", |r| Some(u64::from(r.problem.is_some()))),
];

/// All figures of all rules.
pub fn text(reports: &[Report]) -> String {
    let mut text = String::new();
    for (name, kind, help, figure) in FIGURES {
        let name = format!("roadstead_upstream_{name}");
        // Writing to a text cannot fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for report in reports {
            if let Some(value) = figure(report) {
                let prefix = escaped(&report.prefix);
                let _ = writeln!(text, "{name}{{prefix=\"{prefix}\"}} {value}");
            }
        }
    }
    text
}

/// The value of a label.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_is_said_of_every_rule_that_has_it() {
        let hub = Report {
            prefix: "hub".into(),
            stored_bytes: 7,
            budget_bytes: Some(9),
            ..Report::default()
        };
        let odd = Report { prefix: "a\"\\\nb".into(), problem: Some("x".into()), ..hub.clone() };
        let odd = Report { budget_bytes: None, ..odd };
        let text = text(&[hub, odd]);
        for line in [
            "# TYPE roadstead_upstream_stored_bytes gauge",
            "roadstead_upstream_stored_bytes{prefix=\"hub\"} 7",
            "roadstead_upstream_stored_bytes{prefix=\"a\\\"\\\\\\nb\"} 7",
            "roadstead_upstream_budget_bytes{prefix=\"hub\"} 9",
            "roadstead_upstream_problem{prefix=\"hub\"} 0",
            "roadstead_upstream_problem{prefix=\"a\\\"\\\\\\nb\"} 1",
        ] {
            assert!(text.lines().any(|other| other == line), "{line}\n{text}");
        }
        assert_eq!(text.matches("roadstead_upstream_budget_bytes{").count(), 1);
        assert!(text.ends_with('\n'));
    }

    /// What a parser of the format wants of every line.
    #[test]
    fn every_line_is_a_comment_or_a_sample() {
        let report = Report { prefix: "hub".into(), ..Report::default() };
        for line in text(&[report]).lines() {
            let sample = line.strip_prefix("roadstead_upstream_").map(|rest| {
                let (labels, value) = rest.split_once(' ').unwrap();
                labels.ends_with("{prefix=\"hub\"}") && value.parse::<u64>().is_ok()
            });
            assert!(sample.unwrap_or(line.starts_with("# HELP ") || line.starts_with("# TYPE ")));
        }
    }
}
