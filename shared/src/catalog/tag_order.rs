//! Which of several tags a person means.

use std::cmp::Ordering;

/// The tag that a page shows first, as a position in `tags`, which come newest first: the highest
/// released version, else `latest`, else the newest.
///
/// A version beats `latest` because a command that says what it pulls is worth more than one that
/// means something else next week.
pub fn featured(tags: &[&str]) -> Option<usize> {
    let versions = tags.iter().enumerate().filter_map(|(index, tag)| Some((release(tag)?, index)));
    // Of equals, the one pushed last: it comes first in the list.
    let highest = versions.max_by(|(left, a), (right, b)| left.cmp(right).then(b.cmp(a)));
    highest
        .map(|(_, index)| index)
        .or_else(|| tags.iter().position(|tag| *tag == "latest"))
        .or(if tags.is_empty() { None } else { Some(0) })
}

/// Orders the names of one digest: the most exact version first, then other words, `latest` last.
pub fn by_exactness(left: &str, right: &str) -> Ordering {
    let rank = |tag: &str| (tag != "latest", release(tag).unwrap_or_default());
    rank(right).cmp(&rank(left)).then_with(|| left.cmp(right))
}

/// The numbers of a released version: `1.4.2`, `v2.0`. Not a bare number, which may as well be a
/// date or a build; not a pre-release or a flavour, which has a suffix.
fn release(tag: &str) -> Option<Vec<u64>> {
    let numbers = tag.strip_prefix('v').unwrap_or(tag);
    let parts: Option<Vec<u64>> = numbers.split('.').map(number).collect();
    parts.filter(|parts| (2..=4).contains(&parts.len()))
}

fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{by_exactness, featured};

    fn pick<'a>(tags: &[&'a str]) -> Option<&'a str> {
        featured(tags).map(|index| tags[index])
    }

    #[test]
    fn the_highest_release_is_featured() {
        assert_eq!(pick(&["main", "latest", "1.9.3", "1.10", "1.10.0"]), Some("1.10.0"));
        assert_eq!(pick(&["2.0.0-rc.1", "1.9", "v1.8.7"]), Some("1.9"));
    }

    #[test]
    fn without_a_release_it_is_latest_and_then_the_newest() {
        assert_eq!(pick(&["main", "latest", "20261121"]), Some("latest"));
        assert_eq!(pick(&["main-a91f3c", "main"]), Some("main-a91f3c"));
        assert_eq!(pick(&[]), None);
    }

    #[test]
    fn a_number_too_large_is_just_a_word() {
        assert_eq!(pick(&["9.99999999999999999999999", "1.0"]), Some("1.0"));
        assert_eq!(pick(&["1..2", ".", "1.", "0.1"]), Some("0.1"));
    }

    #[test]
    fn the_names_of_one_digest_start_with_the_most_exact() {
        let mut names = ["latest", "stable", "3", "3.4", "3.4.2"];
        names.sort_by(|a, b| by_exactness(a, b));
        assert_eq!(names, ["3.4.2", "3.4", "3", "stable", "latest"]);
    }
}
