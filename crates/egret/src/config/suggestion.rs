//! "Did you mean": the known word nearest to a misspelt one.

/// The word of `known` that is most like `word`, if one is near enough to be what was meant.
///
/// Near means: at most one letter in three added, left out, replaced or swapped with its neighbour, and at most three
/// of them. Capitals do not count. Of equally near words the first one wins.
///
/// ```
/// use egret::config::closest;
///
/// assert_eq!(closest("concurency", ["mode", "concurrency"]), Some("concurrency"));
/// assert_eq!(closest("colour", ["mode", "concurrency"]), None);
/// ```
pub fn closest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower: Vec<char> = word.to_lowercase().chars().collect();
    known
        .into_iter()
        .filter_map(|candidate| {
            let letters: Vec<char> = candidate.to_lowercase().chars().collect();
            let limit = (lower.len().max(letters.len()) / 3).min(3);
            let distance = distance(&lower, &letters);
            (distance <= limit).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edit distance with swaps of neighbours (optimal string alignment), row by row.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, letter) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let replaced = above[column] + usize::from(letter != other);
            let mut best = replaced.min(above[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && *letter == right[column - 1] && left[row - 1] == *other {
                best = best.min(before[column - 1] + 1);
            }
            current.push(best);
        }
        before = above;
        above = current;
    }
    above[right.len()]
}

#[cfg(test)]
mod tests {
    use super::{closest, distance};

    fn between(left: &str, right: &str) -> usize {
        let letters = |word: &str| word.chars().collect::<Vec<_>>();
        distance(&letters(left), &letters(right))
    }

    #[test]
    fn counts_additions_omissions_replacements_and_swaps_as_one() {
        assert_eq!(between("", ""), 0);
        assert_eq!(between("", "abc"), 3);
        assert_eq!(between("mode", "mode"), 0);
        assert_eq!(between("mod", "mode"), 1);
        assert_eq!(between("modee", "mode"), 1);
        assert_eq!(between("made", "mode"), 1);
        assert_eq!(between("mdoe", "mode"), 1);
        assert_eq!(between("kitten", "sitting"), 3);
    }

    #[test]
    fn suggests_the_nearest_and_only_what_is_near() {
        assert_eq!(closest("keep_log", ["head_logs", "keep_logs"]), Some("keep_logs"));
        assert_eq!(closest("MODE", ["name", "mode"]), Some("mode"));
        assert_eq!(closest("ab", ["xy", "a"]), None);
        assert_eq!(closest("colour", ["mode", "name"]), None);
    }
}
