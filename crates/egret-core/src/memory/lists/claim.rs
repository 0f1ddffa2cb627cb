//! The verbs *claim* and *due*, and the marks around a run.

use jiff::Timestamp;

use super::entry::{Entry, made_up_id};
use super::store::{Element, Held, Store, queue_of};
use crate::job_data::from_microseconds;
use crate::{ClaimRequest, ClaimToken, ClaimedJob, Origin, Payload, QueueOrder, Result, Selection, ServiceId};

impl Store {
    pub(super) fn claim(&mut self, request: &ClaimRequest) -> Result<Vec<ClaimedJob>> {
        let now = self.tick();
        self.services.check_claimer(request.service)?;
        let mut claimed: Vec<ClaimedJob> = Vec::new();
        for queue in self.queues_in_order(&request.selection.queues) {
            while claimed.len() < request.limit {
                let n_interrupted = claimed.iter().filter(|job| job.interruptions > 0).count();
                let Some(element) = self.pop(&queue, n_interrupted < request.max_interrupted) else { break };
                claimed.push(self.give(element, &queue, request.service, now));
            }
        }
        Ok(claimed)
    }

    pub(super) fn due(&mut self, selection: &Selection) -> Option<Timestamp> {
        let now = self.tick();
        let covers = |queue: &str| selection.queues.covers(queue);
        if self.queues.iter().any(|(queue, elements)| covers(queue) && !elements.is_empty()) {
            return Some(now);
        }
        let mut reserved = self.reserved.iter().filter(|(_, reserved)| covers(&queue_of(&reserved.bytes)));
        reserved.next().map(|((due_at, _), _)| *due_at)
    }

    pub(super) fn mark(&mut self, token: ClaimToken, is_running: bool) {
        let now = self.tick();
        if !self.holds(token) {
            return;
        }
        if let Some(held) = self.claims.get_mut(&token.claim) {
            held.is_running = is_running;
            held.started_at = held.started_at.or(is_running.then_some(now));
        }
    }

    /// Takes the first element of a queue, or the first that no service has died of.
    fn pop(&mut self, queue: &str, may_be_interrupted: bool) -> Option<Element> {
        let elements = self.queues.get_mut(queue)?;
        let place = elements.iter().position(|element| may_be_interrupted || !is_interrupted(&element.bytes))?;
        elements.remove(place)
    }

    fn give(&mut self, element: Element, queue: &str, service: ServiceId, now: Timestamp) -> ClaimedJob {
        let token = ClaimToken { service, record: 0, claim: self.next_number() };
        let claimed = claimed_job(&element.bytes, token, queue, now);
        let held = Held { service, queue: queue.to_owned(), element, is_running: false, started_at: None };
        self.claims.insert(token.claim, held);
        claimed
    }

    /// Names of the lists to look at, each once.
    fn queues_in_order(&self, order: &QueueOrder) -> Vec<String> {
        let queues: Vec<&str> = self.queues.keys().map(String::as_str).collect();
        order.among(&queues).into_iter().map(str::to_owned).collect()
    }
}

fn is_interrupted(bytes: &[u8]) -> bool {
    Entry::read(bytes).is_ok_and(|entry| entry.interruptions() > 0)
}

fn claimed_job(bytes: &[u8], token: ClaimToken, queue: &str, now: Timestamp) -> ClaimedJob {
    let (id, attempt, interruptions, due_at, payload) = match Entry::read(bytes) {
        Ok(entry) => (
            entry.data.job_id.clone(),
            entry.memory.attempts + 1,
            entry.interruptions(),
            from_microseconds(entry.memory.due_at),
            Payload::Job(Box::new(entry.data)),
        ),
        Err(unreadable) => (made_up_id(bytes), 1, 0, now, Payload::Unreadable(unreadable)),
    };
    ClaimedJob { token, id, queue: queue.to_owned(), attempt, interruptions, due_at, origin: Origin::Unknown, payload }
}
