//! What remains to be done after a commit that a caller made at the desk.
//!
//! It is done when the desk is free again: a hint wakes the claimer of a service in this process, who comes for the desk at
//! once, and on a busy machine takes the processor from whoever has woken it.

use std::sync::mpsc::Sender;

use super::Operation;
use super::syncer::{Group, answer_synced};
use super::transaction::Outcome;
use crate::log_sync::LogSync;

/// An operation that is committed and not yet answered.
pub(super) struct Committed {
    pub(super) operation: Box<dyn Operation>,
    pub(super) outcome: Outcome,
    pub(super) promise: Promise,
}

/// What an answer has to wait for.
pub(super) enum Promise {
    Nothing,
    /// The commit must survive a power loss.
    Durable {
        log: LogSync,
        /// The way to the thread that waits for the disk, if the caller should not.
        line: Option<Sender<Group>>,
    },
}

impl Committed {
    /// Sends the hint and answers, or has the answer given. Answers what undoes the operation, if it has to be undone.
    pub(super) fn conclude(self) -> Option<Box<dyn Operation>> {
        let undoing = self.outcome.announce();
        match self.promise {
            // What waits for jobs claims none, so there is never more than one to be undone.
            Promise::Nothing => return undoing.or(self.operation.answer()),
            Promise::Durable { log, line: None } => answer_synced(&log, vec![self.operation]),
            Promise::Durable { log, line: Some(line) } => {
                if let Err(unsent) = line.send(vec![self.operation]) {
                    answer_synced(&log, unsent.0);
                }
            }
        }
        undoing
    }
}
