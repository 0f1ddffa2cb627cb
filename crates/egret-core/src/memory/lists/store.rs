//! What the store holds: lists of bytes, one sorted set, the claims and what was given up.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;

use super::entry::Entry;
use crate::job_data::DEFAULT_QUEUE;
use crate::memory::precision;
use crate::memory::services::Services;
use crate::{ClaimToken, Clock, FailurePolicy, JobId, JobState, ServiceId};

/// Everything, behind one lock.
#[derive(Debug)]
pub(super) struct Store {
    clock: Arc<dyn Clock>,
    pub(super) failure_policy: FailurePolicy,
    /// Jobs that are due, popped at the front.
    pub(super) queues: BTreeMap<String, VecDeque<Element>>,
    /// Jobs for later, by their time.
    pub(super) reserved: BTreeMap<(Timestamp, u64), Reserved>,
    /// Popped jobs by the number of the claim.
    pub(super) claims: BTreeMap<u64, Held>,
    /// Jobs that were given up, by the time and a number.
    pub(super) given_up: BTreeMap<(Timestamp, u64), Vec<u8>>,
    pub(super) services: Services,
    last_number: u64,
}

/// One element of a list.
#[derive(Clone, Debug)]
pub(super) struct Element {
    /// Its place in listings; it says nothing about the order of claims.
    pub(super) number: u64,
    pub(super) bytes: Vec<u8>,
}

/// One element of the sorted set.
#[derive(Debug)]
pub(super) struct Reserved {
    pub(super) state: JobState,
    pub(super) bytes: Vec<u8>,
}

/// A popped element.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) service: ServiceId,
    pub(super) queue: String,
    pub(super) element: Element,
    pub(super) is_running: bool,
    pub(super) started_at: Option<Timestamp>,
}

impl Store {
    pub(super) fn new(clock: Arc<dyn Clock>, failure_policy: FailurePolicy) -> Self {
        Self {
            clock,
            failure_policy,
            queues: BTreeMap::new(),
            reserved: BTreeMap::new(),
            claims: BTreeMap::new(),
            given_up: BTreeMap::new(),
            services: Services::default(),
            last_number: 0,
        }
    }

    /// The present moment, with every reserved job that has become due at the end of its queue. Each verb begins with it.
    pub(super) fn tick(&mut self) -> Timestamp {
        let now = precision::now(&*self.clock);
        while let Some(entry) = self.reserved.first_entry().filter(|entry| entry.key().0 <= now) {
            let ((_, number), Reserved { bytes, .. }) = entry.remove_entry();
            let queue = queue_of(&bytes);
            self.queues.entry(queue).or_default().push_back(Element { number, bytes });
        }
        now
    }

    pub(super) fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// Appends a job to its queue, or keeps it for later as the given state.
    pub(super) fn put(&mut self, mut entry: Entry, at: Timestamp, state: JobState, now: Timestamp) {
        let number = self.next_number();
        let at = precision::whole_microseconds(at);
        entry.memory.set_due(at);
        if at > now {
            self.reserved.insert((at, number), Reserved { state, bytes: entry.write() });
        } else {
            let queue = entry.data.queue().to_owned();
            self.queues.entry(queue).or_default().push_back(Element { number, bytes: entry.write() });
        }
    }

    pub(super) fn give_up(&mut self, bytes: Vec<u8>, at: Timestamp) {
        let number = self.next_number();
        self.given_up.insert((precision::whole_microseconds(at), number), bytes);
    }

    /// Whether a token still holds its claim.
    pub(super) fn holds(&self, token: ClaimToken) -> bool {
        token.record == 0 && self.claims.get(&token.claim).is_some_and(|held| held.service == token.service)
    }

    pub(super) fn overwrite_payload(&mut self, id: &JobId, bytes: &[u8]) -> bool {
        let listed = self.queues.values_mut().flatten().map(|element| &mut element.bytes);
        let reserved = self.reserved.values_mut().map(|reserved| &mut reserved.bytes);
        let mut elements = listed.chain(reserved);
        let found = elements.find(|bytes| Entry::read(bytes).is_ok_and(|entry| entry.data.job_id == *id));
        found.map(|found| *found = bytes.to_vec()).is_some()
    }
}

/// The queue that an element names. One that cannot be read goes where any service will find it and set it aside.
pub(super) fn queue_of(bytes: &[u8]) -> String {
    Entry::read(bytes).map_or_else(|_| DEFAULT_QUEUE.to_owned(), |entry| entry.data.queue().to_owned())
}
