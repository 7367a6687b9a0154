//! What somebody probably meant to write.

/// The one of `words` that `word` was probably meant to be.
pub(super) fn nearest<'a>(word: &str, words: &[&'a str]) -> Option<&'a str> {
    let near = words.iter().map(|known| (distance(word, known), *known)).min()?;
    let inner = |known: &&&str| word.len() > 2 && (known.contains(word) || word.contains(**known));
    match near {
        (distance, known) if distance <= 2 => Some(known),
        _ => words.iter().find(inner).copied(),
    }
}

/// How many letters have to be added, left out or changed.
fn distance(from: &str, to: &str) -> usize {
    let (from, to) = (from.as_bytes(), to.as_bytes());
    // Long words are no slips of the pen: what this takes is bounded.
    if from.len() > 40 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, byte) in (1..).zip(from) {
        let mut next = vec![at];
        let pairs = row.iter().zip(row.iter().skip(1));
        for ((diagonal, above), other) in pairs.zip(to) {
            let left = next.last().copied().unwrap_or_default();
            let changed = diagonal + usize::from(byte != other);
            next.push(changed.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_of_the_pen_are_understood_and_nothing_is_made_up() {
        let words = ["tag_ttl_s", "url", "username", "docker-hub"];
        for (word, meant) in [
            ("tag_ttl", Some("tag_ttl_s")),
            ("usrename", Some("username")),
            ("dockerhub", Some("docker-hub")),
            ("docker", Some("docker-hub")),
            ("curl", Some("url")),
            ("something", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, &words), meant, "{word}");
        }
        assert_eq!(nearest(&"a".repeat(1_000_000), &words), None);
        assert_eq!(nearest("x", &[]), None);
    }
}
