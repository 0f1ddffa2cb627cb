//! The verb *claim*: which jobs, and what a claim gives.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::QueueOrder;
use crate::{ClaimToken, JobId, Origin, Payload, ServiceId};

/// Asks for up to `limit` due jobs.
#[derive(Clone, Debug)]
pub struct ClaimRequest {
    /// Who claims; must be registered.
    pub service: ServiceId,
    /// What may be claimed and in which order.
    pub selection: Arc<Selection>,
    /// At most this many jobs.
    pub limit: usize,
    /// At most this many of them may be jobs during which a service has died.
    pub max_interrupted: usize,
}

/// What a service claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The queues and their order.
    pub queues: QueueOrder,
    /// The classes that this service can run.
    pub classes: ClassSelection,
}

impl Selection {
    /// Every class from the queues, in strict order.
    pub fn strict<I: IntoIterator<Item = S>, S: Into<String>>(queues: I) -> Self {
        Self { queues: QueueOrder::Strict(queues.into_iter().map(Into::into).collect()), classes: ClassSelection::All }
    }

    /// Whether a job of the queue and class is selected.
    pub fn covers(&self, queue: &str, class: &str) -> bool {
        self.queues.covers(queue) && self.classes.contains(class)
    }
}

/// Which classes a service can run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassSelection {
    /// Every class.
    All,
    /// These, sorted; the store leaves every other job where it is, if it claims by class.
    Only(Arc<[String]>),
}

impl ClassSelection {
    /// The classes given, sorted and without repeats.
    pub fn only<I: IntoIterator<Item = S>, S: Into<String>>(classes: I) -> Self {
        let mut classes: Vec<String> = classes.into_iter().map(Into::into).collect();
        classes.sort_unstable();
        classes.dedup();
        Self::Only(classes.into())
    }

    /// Whether the class is among them.
    pub fn contains(&self, class: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(classes) => classes.binary_search_by(|known| known.as_str().cmp(class)).is_ok(),
        }
    }
}

impl Serialize for ClassSelection {
    /// The list, or `null` for every class.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => serializer.serialize_none(),
            Self::Only(classes) => serializer.collect_seq(classes.iter()),
        }
    }
}

/// A claimed job. It belongs to the claimer until it is finished or released under the token.
#[derive(Clone, Debug)]
pub struct ClaimedJob {
    /// Names this claim alone.
    pub token: ClaimToken,
    /// The job; for unreadable payloads an id that the store made up.
    pub id: JobId,
    /// The queue that it was claimed from.
    pub queue: String,
    /// Number of the attempt that this claim will be, from 1: runs that ended or were interrupted, plus one.
    pub attempt: u32,
    /// Services that died while it ran, since its last success.
    pub interruptions: u32,
    /// When it was due.
    pub due_at: Timestamp,
    /// Where the enqueue came from.
    pub origin: Origin,
    /// The payload.
    pub payload: Payload,
}
