//! Sizes in words. A megabyte is 10⁶ bytes, as on the bill and on the wire.

const UNITS: [(&str, u64); 5] =
    [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000), ("B", 1)];

/// A size to two or three figures: `941 B`, `3.4 MB`, `71 MB`.
///
/// ```
/// use roadstead_shared::catalog::size::size_text;
/// assert_eq!(size_text(3_449_999), "3.4 MB");
/// assert_eq!(size_text(71_000_000), "71 MB");
/// ```
pub fn size_text(bytes: u64) -> String {
    let (figure, unit) = rounded(bytes);
    format!("{figure} {unit}")
}

/// From the smallest to the largest: `71–78 MB`, `940 kB – 1.2 MB`, and one size where both read
/// the same.
pub fn size_range_text(low: u64, high: u64) -> String {
    let (low_figure, low_unit) = rounded(low.min(high));
    let (high_figure, high_unit) = rounded(high.max(low));
    if low_unit != high_unit {
        format!("{low_figure} {low_unit} – {high_figure} {high_unit}")
    } else if low_figure == high_figure {
        format!("{high_figure} {high_unit}")
    } else {
        format!("{low_figure}–{high_figure} {high_unit}")
    }
}

/// The figure, rounded half up, with one decimal below ten, in the unit that keeps it below 1000.
fn rounded(bytes: u64) -> (String, &'static str) {
    let last = UNITS.len() - 1;
    for (index, (unit, worth)) in UNITS.iter().enumerate() {
        // 999,600 bytes round up to 1 MB: the unit is chosen by what will be shown.
        let rounds_up = *worth > 1 && bytes >= worth - worth / 2000;
        if bytes >= *worth || rounds_up || index == last {
            let tenths = tenths_of(bytes, *worth);
            let figure = if tenths < 100 && *worth > 1 {
                format!("{}.{}", tenths / 10, tenths % 10)
            } else {
                whole_of(bytes, *worth).to_string()
            };
            return (figure, unit);
        }
    }
    (bytes.to_string(), "B")
}

fn tenths_of(bytes: u64, worth: u64) -> u128 {
    (u128::from(bytes) * 10 + u128::from(worth / 2)) / u128::from(worth)
}

fn whole_of(bytes: u64, worth: u64) -> u128 {
    (u128::from(bytes) + u128::from(worth / 2)) / u128::from(worth)
}

#[cfg(test)]
mod tests {
    use super::{size_range_text, size_text};

    #[test]
    fn each_unit_reads_as_people_write_it() {
        let rows = [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (9_949, "9.9 kB"),
            (9_950, "10 kB"),
            (999_499, "999 kB"),
            (999_500, "1.0 MB"),
            (71_400_000, "71 MB"),
            (1_240_000_000, "1.2 GB"),
            (12_000_000_000_000, "12 TB"),
        ];
        for (bytes, text) in rows {
            assert_eq!(size_text(bytes), text, "{bytes}");
        }
    }

    #[test]
    fn the_largest_number_does_not_overflow() {
        assert_eq!(size_text(u64::MAX), "18446744 TB");
    }

    #[test]
    fn a_range_says_its_unit_once() {
        assert_eq!(size_range_text(71_000_000, 78_000_000), "71–78 MB");
        assert_eq!(size_range_text(78_000_000, 71_000_000), "71–78 MB");
        assert_eq!(size_range_text(71_000_001, 71_000_002), "71 MB");
        assert_eq!(size_range_text(940_000, 1_200_000), "940 kB – 1.2 MB");
    }
}
