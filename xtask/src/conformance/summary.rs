//! What the program says at its end: how many tests passed, failed, or were not tried.

use anyhow::{Result, ensure};

/// The line with which the summary begins.
const BEGIN: &str = "OCI Conformance Result:";
/// The kinds of which there must be none. All options are on, so that nothing is skipped rightly.
const WRONG: [&str; 3] = ["Skip", "FAIL", "Error"];

/// The end of the program's output.
pub(super) struct Summary {
    /// As it was printed.
    pub(super) text: String,
    counts: Vec<(String, u64)>,
}

impl Summary {
    /// Finds it in the output; `None` where the program did not come that far.
    pub(super) fn read(output: &str) -> Option<Self> {
        let text = output.get(output.rfind(BEGIN)?..)?;
        let counts: Vec<_> = text.lines().filter_map(count).collect();
        // The total comes last: without it, the program was cut off.
        let whole = counts.iter().any(|(kind, _)| kind == "Total");
        whole.then(|| Self { text: text.to_owned(), counts })
    }

    /// An error unless everything was tried and went well.
    pub(super) fn judge(&self) -> Result<()> {
        let of = |wanted: &str| {
            self.counts.iter().find(|(kind, _)| kind == wanted).map_or(0, |(_, count)| *count)
        };
        let wrong: Vec<String> = WRONG
            .into_iter()
            .filter(|kind| of(kind) > 0)
            .map(|kind| format!("{kind} {}", of(kind)))
            .collect();
        ensure!(wrong.is_empty(), "of {} tests: {}", of("Total"), wrong.join(", "));
        ensure!(of("Total") > 0, "not a single test was tried");
        Ok(())
    }
}

/// A line such as `  Pass..........:        599`.
fn count(line: &str) -> Option<(String, u64)> {
    let (kind, count) = line.split_once(':')?;
    let count = count.trim().parse().ok()?;
    Some((kind.trim().trim_end_matches('.').to_owned(), count))
}

#[cfg(test)]
mod tests {
    use super::Summary;

    fn summary(skip: u64, fail: u64, total: u64) -> Summary {
        let text = format!(
            "Test results\nx: FAIL\n\nOCI Conformance Result: FAIL\n  Disabled....: 0\n  \
             Skip....: {skip}\n  Pass....: 3\n  FAIL....: {fail}\n  Error....: 0\n  \
             Total....: {total}\n\nAPI conformance:\n  Tag listing....: Pass\n"
        );
        Summary::read(&text).unwrap()
    }

    #[test]
    fn only_what_is_whole_and_without_a_failure_is_right() {
        assert!(summary(0, 0, 3).judge().is_ok());
        for (skip, fail, total, says) in
            [(1, 0, 4, "Skip 1"), (0, 2, 5, "FAIL 2"), (0, 0, 0, "not a single")]
        {
            let error = summary(skip, fail, total).judge().err().unwrap();
            assert!(error.to_string().contains(says), "{error}");
        }
    }

    #[test]
    fn output_that_was_cut_off_has_no_summary() {
        assert!(Summary::read("Test results\n").is_none());
        assert!(Summary::read("OCI Conformance Result: Pass\n  Pass....: 3\n").is_none());
    }
}
