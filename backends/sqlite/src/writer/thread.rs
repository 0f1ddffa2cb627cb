//! The loop of the thread that writes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::Operation;
use super::desk::Desk;

/// At which weight a group is full.
const MAX_GROUP: usize = 4096;

/// When so many operations shared the last durable commit, others are likely to come at once: producers that were answered
/// together ask together. Less is what a service does by itself, which must not be kept waiting.
pub(super) const CROWD: usize = 4;
/// For so long, a few times, a commit waits for the rest of the crowd: little beside what the disk takes.
const GATHERING: Duration = Duration::from_micros(50);
const GATHERINGS: u32 = 4;

/// What waits for the thread.
pub(super) struct Inbox {
    pub(super) operations: Receiver<Box<dyn Operation>>,
    /// How many there are.
    pub(super) n_waiting: Arc<AtomicUsize>,
}

/// Works until every handle has gone and the queue is empty.
pub(super) fn work(inbox: &Inbox, desk: &Mutex<Desk>) {
    let mut crowd = 0;
    while let Ok(first) = inbox.operations.recv() {
        let mut group = Group::of(first);
        group.take(inbox);
        for _ in 0..GATHERINGS {
            if crowd < CROWD || group.operations.len() >= crowd || !group.is_durable {
                break;
            }
            std::thread::sleep(GATHERING);
            group.take(inbox);
        }
        crowd = if group.is_durable { group.operations.len() } else { 0 };
        let n_taken = group.operations.len();
        // Whoever panicked at the desk took the store with them, as a panic of this thread does.
        let Ok(mut desk) = desk.lock() else { return };
        inbox.n_waiting.fetch_sub(n_taken, Ordering::Relaxed);
        desk.settle(group.operations);
    }
    // A process that only looks writes nothing, and what it came upon would be forgotten with it.
    if let Ok(mut desk) = desk.lock() {
        desk.act_on_reports();
    }
}

/// Operations that will share a transaction.
struct Group {
    operations: Vec<Box<dyn Operation>>,
    weight: usize,
    is_durable: bool,
}

impl Group {
    fn of(first: Box<dyn Operation>) -> Self {
        Self { weight: first.weight(), is_durable: first.is_durable(), operations: vec![first] }
    }

    /// Takes what waits.
    fn take(&mut self, inbox: &Inbox) {
        while self.weight < MAX_GROUP {
            let Ok(next) = inbox.operations.try_recv() else { break };
            self.weight += next.weight();
            self.is_durable |= next.is_durable();
            self.operations.push(next);
        }
    }
}
