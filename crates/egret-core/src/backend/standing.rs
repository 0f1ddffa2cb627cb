//! The verbs *backlog* and *presence*: what is due and waits, and when services were last there for it.

use jiff::Timestamp;
use serde::Serialize;

/// Jobs that are due and that nobody has claimed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Backlog {
    /// One row for each queue and class that has such jobs, in the order of their names. Paused queues are included.
    pub rows: Vec<BacklogRow>,
    /// Whether the figures are exact. A store that would have to read very many jobs stops before and answers with what
    /// it has seen: then at least so many are due, and the oldest is at least so old.
    pub is_exact: bool,
}

/// Due jobs of one class in one queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BacklogRow {
    /// The queue.
    pub queue: String,
    /// The class; empty for unreadable payloads, `None` where the store does not claim by class: then the row is for the
    /// whole queue.
    pub class: Option<String>,
    /// How many are due; never 0.
    pub n_due: u64,
    /// When the oldest of them became due.
    pub oldest_due_at: Timestamp,
}

/// When services came and went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Presence {
    /// Every name of which a service has ever registered, in alphabetical order.
    pub names: Vec<NamePresence>,
    /// Queues, or patterns of queues, polled by services that have left or been rescued, in alphabetical order. Those of
    /// living services are in [`Backend::services`](crate::Backend::services).
    pub queues: Vec<PolledQueue>,
}

/// The services of one name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NamePresence {
    /// The name.
    pub name: String,
    /// When the number of living services last changed: a registration, a leaving, or the last sign of one that was
    /// rescued. A death that nobody has rescued yet is not in it.
    pub changed_at: Timestamp,
}

/// A queue, or a pattern, that services polled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolledQueue {
    /// Its name, or a pattern that ends in `*`.
    pub pattern: String,
    /// The last moment at which a service that polled it is known to have lived.
    pub polled_at: Timestamp,
}
