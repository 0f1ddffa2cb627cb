//! What a misspelt attribute was meant to be.

use proc_macro2::Span;
use syn::Error;

/// The error for a name that is none of those allowed.
pub(crate) fn unknown(name: &str, span: Span, allowed: &[&str]) -> Error {
    let closest = allowed.iter().map(|candidate| (distance(name, candidate), candidate)).min();
    let message = match closest {
        // A third of the letters wrong is still a misspelling.
        Some((distance, candidate)) if distance * 3 <= candidate.len() => {
            format!("unknown attribute `{name}`, did you mean `{candidate}`?")
        }
        _ => format!("unknown attribute `{name}`, expected one of `{}`", allowed.join("`, `")),
    };
    Error::new(span, message)
}

/// How many letters must be added, removed or changed (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (deleted, letter) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], deleted + 1);
        for (column, wanted) in to.chars().enumerate() {
            let changed = diagonal + usize::from(letter != wanted);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.chars().count()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_changed_letters() {
        for (from, to, expected) in
            [("", "", 0), ("queu", "queue", 1), ("atempts", "attempts", 1), ("kitten", "sitting", 3)]
        {
            assert_eq!(distance(from, to), expected, "{from} {to}");
            assert_eq!(distance(to, from), expected, "{to} {from}");
        }
    }

    #[test]
    fn suggests_only_what_is_close() {
        let message = |name| unknown(name, Span::call_site(), &["queue", "class"]).to_string();
        assert_eq!(message("queu"), "unknown attribute `queu`, did you mean `queue`?");
        assert_eq!(message("unique"), "unknown attribute `unique`, expected one of `queue`, `class`");
    }
}
