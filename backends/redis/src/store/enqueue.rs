//! The verb *enqueue*.

use egret_core::{EnqueueReply, EnqueueRequest, Enqueued, Error, NewJob, Result, Timestamp};

use super::Store;
use super::format::Format;
use super::writes::Writes;

impl<F: Format> Store<F> {
    pub(super) async fn enqueue_jobs(&self, request: EnqueueRequest) -> Result<EnqueueReply> {
        if request.start.is_some() {
            return Err(self.cannot("start services on demand"));
        }
        self.check_conditions(&request.jobs)?;
        self.check_jobs(&request.jobs)?;
        if !request.jobs.is_empty() {
            let mut writes = Writes::default();
            self.format.store(&request.jobs, Timestamp::now(), &mut writes)?;
            // One push is atomic by itself. A queue's name without a job does no harm, nor does a job without a hint.
            let is_one_push = writes.n_essential() == 1;
            let channel = match only_queue(&request.jobs) {
                Some(queue) => self.keys.hints_of(queue),
                None => self.keys.hints.clone(),
            };
            writes.add(["PUBLISH", &channel, ""]);
            match is_one_push {
                true => self.driver.tell_in_order("enqueue", &writes.to_pipeline()).await?,
                false => self.driver.tell_atomically("enqueue", &writes.to_transaction()).await.map(drop)?,
            }
        }
        let outcomes = request.jobs.into_iter().map(|job| Enqueued::Stored(job.data.job_id)).collect();
        Ok(EnqueueReply { outcomes, start: None })
    }

    pub(super) fn check_conditions(&self, jobs: &[NewJob]) -> Result<()> {
        match jobs.iter().any(|job| job.conditions.is_some()) {
            true => Err(self.cannot("judge conditions of an enqueue")),
            false => Ok(()),
        }
    }

    pub(super) fn cannot(&self, verb: &str) -> Error {
        Error::unsupported(self.format.capabilities().adapter, verb)
    }
}

/// The queue that gets all of the jobs now, if it is one. Else everybody has to look: also at the time of the next reserved job.
fn only_queue(jobs: &[NewJob]) -> Option<&str> {
    let queue = jobs.first()?.data.queue();
    jobs.iter().all(|job| job.data.scheduled_at.is_none() && job.data.queue() == queue).then_some(queue)
}
