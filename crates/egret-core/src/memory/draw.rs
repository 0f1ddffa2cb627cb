//! Drawing queues by weight.

use rand::distr::Distribution;
use rand::distr::weighted::WeightedIndex;

use crate::QueueOrder;

/// The names and patterns of an order for one claim: as they are, or drawn one after the other, each by its weight among
/// those that are left. Weights of 0 come last, in order.
pub(super) fn drawn(order: &QueueOrder) -> Vec<String> {
    let mut left = match order {
        QueueOrder::Strict(names) => return names.clone(),
        QueueOrder::Weighted(weights) => weights.clone(),
    };
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
            let mut names = drawn(&QueueOrder::Weighted(weights.to_vec()));
            assert_eq!(names.pop().as_deref(), Some("a"));
            names.sort();
            assert_eq!(names, ["b", "c"]);
        }
    }
}
