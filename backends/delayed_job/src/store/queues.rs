//! The names of the queues in which rows are, for patterns and their order.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use egret_core::{QueueOrder, Result};

use super::names::Kind;
use super::transaction::Step;
use super::{Store, UNNAMED};
use crate::database::{Value, marks};

const QUEUES: &str = include_str!("../../queries/queues.sql");

/// Names are looked for again after this, or after so many times what the last look took: no index tells them.
const OUT_OF_DATE: Duration = Duration::from_secs(1);
const TIMES: u32 = 50;

/// What was last seen.
#[derive(Debug, Default)]
pub(crate) struct QueueNames {
    seen: Mutex<Option<Seen>>,
    /// Queues of which ours have been told.
    told: Mutex<BTreeSet<String>>,
}

#[derive(Clone, Debug)]
struct Seen {
    names: Arc<[String]>,
    at: Instant,
    took: Duration,
}

impl Store {
    /// The names as they were a moment ago.
    pub(super) async fn known_queues(&self, step: &mut Step<'_>) -> Result<Arc<[String]>> {
        let seen = self.queue_names.seen.lock().expect("nothing panics with the names").clone();
        match seen {
            Some(seen) if seen.at.elapsed() < OUT_OF_DATE.max(seen.took * TIMES) => Ok(seen.names),
            _ => self.look_for_queues(step).await,
        }
    }

    /// The names that are known without looking, if a look would take long.
    pub(super) fn are_queues_dear(&self) -> bool {
        let seen = self.queue_names.seen.lock().expect("nothing panics with the names");
        seen.as_ref().is_some_and(|seen| seen.took > Duration::from_millis(20) && seen.at.elapsed() < seen.took * TIMES)
    }

    /// The names as they are now, in the order of their bytes.
    pub(super) async fn look_for_queues(&self, step: &mut Step<'_>) -> Result<Arc<[String]>> {
        let began = Instant::now();
        let found = step.query(&self.tables.fill(QUEUES), Vec::new()).await?;
        let names = found.iter().map(|columns| columns.text(0).unwrap_or_else(|| UNNAMED.to_owned()));
        let names: BTreeSet<String> = names.collect();
        let names: Arc<[String]> = names.into_iter().collect();
        let seen = Seen { names: Arc::clone(&names), at: Instant::now(), took: began.elapsed() };
        *self.queue_names.seen.lock().expect("nothing panics with the names") = Some(seen);
        Ok(names)
    }

    /// A row has come into a queue by this handle.
    pub(super) fn forget_queues_without(&self, queue: &str) {
        let mut seen = self.queue_names.seen.lock().expect("nothing panics with the names");
        if seen.as_ref().is_some_and(|seen| !seen.names.iter().any(|name| name == queue)) {
            *seen = None;
        }
    }

    /// Remembers that queues have held jobs; once a handle.
    pub(super) async fn remember_queues(&self, step: &mut Step<'_>, queues: &BTreeSet<String>) -> Result<()> {
        let new: Vec<String> = {
            let told = self.queue_names.told.lock().expect("nothing panics with the names");
            queues.iter().filter(|queue| !told.contains(*queue)).cloned().collect()
        };
        for queue in &new {
            let now = self.clock();
            self.add_name(step, Kind::Queue, queue, now).await?;
        }
        // Told twice if the step fails, which does no harm; a lost one shows while rows are in the queue.
        self.queue_names.told.lock().expect("nothing panics with the names").extend(new);
        Ok(())
    }
}

/// The queues that an order means, in order: of the known ones, and those it names.
pub(super) fn meant(order: &QueueOrder, known: &[String]) -> Vec<String> {
    let is_pattern = |name: &&str| matches!(order, QueueOrder::Globs(_)) || name.ends_with('*');
    let plain = order.names().filter(|name| !is_pattern(name));
    let mut names: Vec<&str> = plain.chain(known.iter().map(String::as_str)).collect();
    names.sort_unstable();
    names.dedup();
    order.among(&names).into_iter().map(str::to_owned).collect()
}

/// The condition that a row is in one of the queues, with its parameters.
pub(super) fn condition(queues: &[String]) -> (String, Vec<Value>) {
    let named: Vec<&String> = queues.iter().filter(|queue| *queue != UNNAMED).collect();
    let has_unnamed = named.len() < queues.len();
    let is_in = format!("{{queue}} IN ({})", marks(named.len()));
    let condition = match (named.is_empty(), has_unnamed) {
        (false, false) => format!(" AND {is_in}"),
        (false, true) => format!(" AND ({is_in} OR {{queue}} IS NULL)"),
        (true, true) => " AND {queue} IS NULL".to_owned(),
        (true, false) => " AND 1 = 0".to_owned(),
    };
    (condition, named.into_iter().map(|queue| Value::from(queue.as_str())).collect())
}

/// The condition that a row is none of these.
pub(super) fn excluding(ids: &[i64]) -> (String, Vec<Value>) {
    match ids.is_empty() {
        true => (String::new(), Vec::new()),
        false => (" AND id NOT IN (?)".to_owned(), vec![ids.into()]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_without_a_queue_are_meant_by_patterns_only() {
        let known = [UNNAMED.to_owned(), "default".to_owned(), "mail".to_owned()];
        let all = meant(&QueueOrder::Strict(vec!["*".to_owned()]), &known);
        assert_eq!(condition(&all).0, " AND ({queue} IN (?, ?) OR {queue} IS NULL)");
        let listed = meant(&QueueOrder::Strict(vec!["mail".to_owned(), "later".to_owned()]), &known);
        assert_eq!(listed, ["mail", "later"]);
        assert_eq!(condition(&listed).0, " AND {queue} IN (?, ?)");
    }
}
