//! Pairs of figures, and the median of their ratios.

use crate::process::Stop;
use anyhow::{Result, ensure};

/// What two sides did in neighbouring rounds.
#[derive(Default)]
pub(super) struct Ratio {
    edge: Vec<f64>,
    bare: Vec<f64>,
}

impl Ratio {
    /// Adds a pair.
    pub(super) fn add(&mut self, edge: f64, bare: f64) {
        self.edge.push(edge);
        self.bare.push(bare);
    }

    /// One line: the median ratio, how far it spreads, what it should be, and the medians.
    pub(super) fn print(&self, what: &str, unit: &str, aim: Option<f64>) {
        self.print_as(what, unit, aim, ["edge", "bare"]);
    }

    /// The same with other names for the two sides.
    pub(super) fn print_as(&self, what: &str, unit: &str, aim: Option<f64>, sides: [&str; 2]) {
        let mut ratios: Vec<f64> =
            self.edge.iter().zip(&self.bare).map(|(edge, bare)| edge / bare).collect();
        ratios.sort_by(f64::total_cmp);
        let low = ratios.first().copied().unwrap_or_default();
        let high = ratios.last().copied().unwrap_or_default();
        let aim = aim.map_or("no aim".to_owned(), |aim| format!("aim {aim:.2}"));
        println!(
            "{what:<46} {:.2} ({aim}; {low:.2} to {high:.2})   {} {:.1}, {} {:.1} {unit}",
            median(ratios),
            sides[0],
            median(self.edge.clone()),
            sides[1],
            median(self.bare.clone()),
        );
    }
}

/// Measures the edge (told by `true`) and the bare Worker in turns.
pub(super) fn alternate(
    what: &str,
    rounds: usize,
    stop: &Stop,
    mut measure: impl FnMut(bool) -> Result<f64>,
) -> Result<Ratio> {
    // The first of each is not counted: caches fill, pages are mapped.
    measure(true)?;
    measure(false)?;
    let mut ratio = Ratio::default();
    for round in 1..=rounds {
        ensure!(!stop.asked(), "asked to end");
        eprintln!("{what}: round {round} of {rounds}");
        // Who goes first changes, so that neither always meets a machine that the other warmed.
        let (edge, bare) = if round % 2 == 0 {
            let bare = measure(false)?;
            (measure(true)?, bare)
        } else {
            (measure(true)?, measure(false)?)
        };
        ratio.add(edge, bare);
    }
    Ok(ratio)
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_the_one_in_the_middle() {
        assert!((median(vec![9.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
    }
}
