//! The verb *release*: the bytes go back, unchanged, to the end that is popped next.

use super::store::{Held, Store};
use crate::{Applied, Release};

impl Store {
    pub(super) fn release(&mut self, releases: &[Release]) -> Vec<Applied> {
        self.tick();
        let mut numbers = Vec::new();
        let mut applied = Vec::with_capacity(releases.len());
        for Release { token, .. } in releases {
            let is_first = self.holds(*token) && !numbers.contains(&token.claim);
            applied.push(if is_first { Applied::Done } else { Applied::Stale });
            if is_first {
                numbers.push(token.claim);
            }
        }
        self.give_back(numbers);
        applied
    }

    /// Pushes claims back in the reverse order of the pops, so that they stand as they stood.
    pub(super) fn give_back(&mut self, mut numbers: Vec<u64>) {
        numbers.sort_unstable();
        for number in numbers.into_iter().rev() {
            if let Some(Held { queue, element, .. }) = self.claims.remove(&number) {
                self.queues.entry(queue).or_default().push_front(element);
            }
        }
    }
}
