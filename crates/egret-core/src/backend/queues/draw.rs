//! Queues in the order of one claim, drawn by weight where that is asked for.

use std::collections::HashSet;

use rand::distr::Distribution;
use rand::distr::weighted::WeightedIndex;

use super::{QueueOrder, queue_matches};

impl QueueOrder {
    /// Of the queues given, in alphabetical order, those that one claim looks at, in order and each once. Weights are drawn
    /// anew with each call.
    pub fn among<'a>(&self, queues: &[&'a str]) -> Vec<&'a str> {
        let names = match self {
            Self::Globs(globs) => return globs.among(queues),
            Self::Strict(names) => names.clone(),
            Self::Weighted(weights) => drawn(weights.clone()),
        };
        let mut seen = HashSet::new();
        let meant = names.iter().flat_map(|pattern| queues.iter().filter(move |queue| queue_matches(pattern, queue)));
        meant.filter(|queue| seen.insert(**queue)).copied().collect()
    }
}

/// The names, drawn one after the other, each by its weight among those that are left. Weights of 0 come last, in order.
fn drawn(mut left: Vec<(String, u32)>) -> Vec<String> {
    let mut names = Vec::with_capacity(left.len());
    while let Ok(distribution) = WeightedIndex::new(left.iter().map(|(_, weight)| *weight)) {
        names.push(left.remove(distribution.sample(&mut rand::rng())).0);
    }
    names.extend(left.into_iter().map(|(name, _)| name));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_every_name_once_and_weightless_ones_last() {
        let weights = [("a", 0), ("b", 3), ("c", 1)].map(|(name, weight)| (name.to_owned(), weight));
        for _ in 0..20 {
            let mut names = drawn(weights.to_vec());
            assert_eq!(names.pop().as_deref(), Some("a"));
            names.sort();
            assert_eq!(names, ["b", "c"]);
        }
    }
}
