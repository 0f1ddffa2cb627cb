//! The names of all queues, for patterns. Scripts say when they are out of date.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use egret_core::{QueueOrder, Result};

use super::Store;
use super::format::Format;

/// A script notices when the number of queues has changed. That one has gone while another came is noticed after so long.
const OUT_OF_DATE: Duration = Duration::from_secs(1);

/// What was last seen.
#[derive(Debug, Default)]
pub(crate) struct QueueNames(Mutex<Option<(Arc<[String]>, Instant)>>);

/// The queues that an order means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meant {
    pub(super) names: Vec<String>,
    /// How many queues there were when patterns were matched; `None` when there are no patterns.
    pub(super) n_known: Option<usize>,
}

impl QueueNames {
    pub(super) fn forget(&self) {
        *self.0.lock().expect("nothing panics with the names") = None;
    }
}

impl<F: Format> Store<F> {
    /// The names of the queues of an order, as drawn for one claim. A plain name is meant whether or not there is such a queue.
    pub(super) async fn queues_meant(&self, order: &QueueOrder) -> Result<Meant> {
        let is_pattern = |name: &&str| matches!(order, QueueOrder::Globs(_)) || name.ends_with('*');
        let known = match order.names().any(|name| is_pattern(&name)) {
            true => Some(self.known_queues().await?),
            false => None,
        };
        let plain = order.names().filter(|name| !is_pattern(name));
        let mut queues: Vec<&str> =
            plain.chain(known.iter().flat_map(|known| known.iter().map(String::as_str))).collect();
        queues.sort_unstable();
        queues.dedup();
        let names = order.among(&queues).into_iter().map(str::to_owned).collect();
        Ok(Meant { names, n_known: known.map(|known| known.len()) })
    }

    /// All queues in the order of their bytes.
    pub(super) async fn known_queues(&self) -> Result<Arc<[String]>> {
        if let Some((names, seen)) = self.queue_names.0.lock().expect("nothing panics with the names").as_ref()
            && seen.elapsed() < OUT_OF_DATE
        {
            return Ok(Arc::clone(names));
        }
        self.look_for_queues().await
    }

    /// All queues as they are now.
    pub(super) async fn look_for_queues(&self) -> Result<Arc<[String]>> {
        let mut command = redis::cmd("SMEMBERS");
        command.arg(&self.layout().queues);
        let names: Vec<Vec<u8>> = self.driver.ask("list the queues", &command).await?;
        let mut names: Vec<String> = names.into_iter().filter_map(|name| String::from_utf8(name).ok()).collect();
        names.sort_unstable();
        let names: Arc<[String]> = names.into();
        *self.queue_names.0.lock().expect("nothing panics with the names") = Some((Arc::clone(&names), Instant::now()));
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f3_weights_are_chances_to_come_first() {
        let order =
            QueueOrder::Weighted([("a", 3), ("b", 2), ("c", 1), ("d", 0)].map(|(n, w)| (n.to_owned(), w)).to_vec());
        let mut n_first = [0_u32; 3];
        for _ in 0..10_000 {
            let names = order.among(&["a", "b", "c", "d"]);
            assert_eq!((names.len(), names[3]), (4, "d"), "each once, the weightless last");
            n_first[usize::from(names[0].as_bytes()[0] - b'a')] += 1;
        }
        for (count, expected) in n_first.into_iter().zip([5_000_u32, 3_333, 1_667]) {
            assert!(count.abs_diff(expected) < 300, "{n_first:?}");
        }
    }
}
