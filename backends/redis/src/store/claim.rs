//! The verb *claim*.

use std::sync::Arc;

use egret_core::{
    ClaimRequest, ClaimToken, ClaimedJob, Error, ErrorKind, Release, Result, ServiceId, Timestamp, words,
};
use redis::Value;
use tokio::runtime::Handle;

use super::Store;
use super::book::BookedClaim;
use super::format::{Format, Held, INTERRUPTED_MARK};
use super::queue_names::Meant;
use super::script_reply::{bytes, list, number, text, unexpected};
use crate::driver::{Call, Script};

pub(super) static CLAIM: Script =
    Script::new(concat!(include_str!("scripts/seats.lua"), include_str!("scripts/claim.lua")));

/// So many due jobs are moved at once. When that many are due, the claim goes on with those.
const PROMOTED_AT_ONCE: usize = 1_000;
/// How often a claim begins again because something has changed. Then it gives what is there.
const ATTEMPTS: usize = 4;

/// What a claim has taken.
#[derive(Default)]
pub(super) struct Taken {
    pub(super) jobs: Vec<ClaimedJob>,
    /// Those that have not begun in time and are of no use any more.
    pub(super) expired: Vec<ClaimToken>,
}

/// What bounds a claim beside its limit.
#[derive(Clone, Copy)]
pub(super) enum Bound {
    Nothing,
    /// So many claims the service may hold at most with these.
    Held(usize),
}

/// What the script answered.
pub(super) enum Answer {
    Claimed(Taken),
    Unknown,
    IsDue,
    NamesChanged,
}

impl<F: Format> Store<F> {
    /// Claims. What was claimed for somebody who no longer waits goes back: at once, or, if his runtime ends as well, with what his
    /// service holds and knows nothing of.
    pub(super) async fn claim_jobs(self: &Arc<Self>, request: ClaimRequest) -> Result<Vec<ClaimedJob>> {
        let (tell, told) = tokio::sync::oneshot::channel();
        let this = Arc::clone(self);
        // On the caller's own thread, where that is one of a runtime: a change of thread takes as long as the claim.
        let runtime = Handle::try_current().unwrap_or_else(|_| self.driver.io().clone());
        runtime.spawn(async move {
            let claimed = this.claim_what_is_there(&request).await;
            if let Err(Ok(unwanted)) = tell.send(claimed) {
                let releases = unwanted.iter().map(|job| Release::unstarted(job.token)).collect();
                if let Err(error) = this.release_claims(releases).await {
                    tracing::warn!(%error, "failed to give back jobs that nobody waits for; they go back with the service");
                }
            }
        });
        told.await.unwrap_or_else(|_| {
            Err(Error::new(
                ErrorKind::Unavailable,
                words!("store-claim-runtime-ended", "the runtime of the claim has ended"),
            ))
        })
    }

    /// What claims that stood have brought, and then what waits.
    async fn claim_what_is_there(self: &Arc<Self>, request: &ClaimRequest) -> Result<Vec<ClaimedJob>> {
        let standing = self.waiting.known_standing(request.service);
        let mut jobs = standing.map(|standing| standing.take(request.limit)).unwrap_or_default();
        if !jobs.is_empty() && jobs.len() == request.limit {
            return Ok(jobs);
        }
        let rest = ClaimRequest { limit: request.limit - jobs.len(), ..request.clone() };
        match self.claim_now(&rest).await {
            Ok(more) => jobs.extend(more),
            Err(error) if jobs.is_empty() => return Err(error),
            Err(error) => tracing::debug!(%error, "failed to claim more jobs; the next claim tells"),
        }
        Ok(jobs)
    }

    async fn claim_now(self: &Arc<Self>, request: &ClaimRequest) -> Result<Vec<ClaimedJob>> {
        let _call = self.claiming.begin();
        loop {
            let Taken { jobs, expired } = self.take(request).await?;
            let has_expired = !expired.is_empty();
            self.let_go(request.service, expired).await;
            if !jobs.is_empty() {
                self.watch_starts();
            }
            // Behind jobs that are of no use others may wait.
            if !jobs.is_empty() || !has_expired {
                return Ok(jobs);
            }
        }
    }

    async fn take(&self, request: &ClaimRequest) -> Result<Taken> {
        let mut looks_for_due = self.format.looks_for_due();
        for _ in 0..ATTEMPTS {
            let meant = self.queues_meant(&request.selection.queues).await?;
            match self.claim_from(request, &meant, looks_for_due).await? {
                Answer::Claimed(taken) => return Ok(taken),
                Answer::Unknown => return Err(Error::unknown_service("claim jobs", request.service)),
                Answer::NamesChanged => self.queue_names.forget(),
                Answer::IsDue => {
                    let n_moved = self.format.promote(&self.driver, PROMOTED_AT_ONCE).await?;
                    looks_for_due = n_moved < PROMOTED_AT_ONCE;
                    self.queue_names.forget();
                }
            }
        }
        let meant = Meant { n_known: None, ..self.queues_meant(&request.selection.queues).await? };
        match self.claim_from(request, &meant, false).await? {
            Answer::Claimed(taken) => Ok(taken),
            _ => Err(Error::unknown_service("claim jobs", request.service)),
        }
    }

    async fn claim_from(&self, request: &ClaimRequest, meant: &Meant, looks_for_due: bool) -> Result<Answer> {
        let call = self.claim_call(request, meant, looks_for_due, self.bound(request));
        let answer = self.driver.script("claim jobs", &CLAIM, &call).await?;
        self.read_answer(request.service, answer)
    }

    /// While claims stand, any of them may have taken jobs that this handle does not know of yet.
    fn bound(&self, request: &ClaimRequest) -> Bound {
        let standing = self.waiting.known_standing(request.service);
        match standing.is_some_and(|standing| standing.is_armed()) {
            true => Bound::Held(request.limit.saturating_add(self.book.count_of(request.service))),
            false => Bound::Nothing,
        }
    }

    pub(super) fn claim_call(&self, request: &ClaimRequest, meant: &Meant, looks_for_due: bool, bound: Bound) -> Call {
        let layout = self.layout();
        let (service, claims) = (self.keys.service(request.service), self.keys.claims(request.service));
        let keys = [&service, &claims, &self.keys.last_claim, &layout.queues, &self.keys.pauses];
        let mut call = Call::new(keys.into_iter().chain(&layout.reserved));
        call.arg(request.limit)
            .arg(request.max_interrupted)
            .arg(INTERRUPTED_MARK)
            .arg(&layout.queue_prefix)
            .arg(layout.take())
            .arg(layout.give_back())
            .arg(layout.other_pauses.as_deref().unwrap_or(""))
            .arg(u8::from(looks_for_due))
            .arg(meant.n_known.map_or_else(String::new, |n_known| n_known.to_string()))
            .arg(match bound {
                Bound::Nothing => String::new(),
                Bound::Held(most) => most.to_string(),
            });
        for queue in &meant.names {
            call.arg(queue);
        }
        call.arg(layout.pause_all.as_deref().unwrap_or("")).arg(self.seats_of(request.service));
        call
    }

    pub(super) fn read_answer(&self, service: ServiceId, answer: Value) -> Result<Answer> {
        let mut parts = list(answer)?.into_iter();
        let status = parts.next().map(text).transpose()?.unwrap_or_default();
        match status.as_str() {
            "ok" => {}
            "unknown" => return Ok(Answer::Unknown),
            "due" => return Ok(Answer::IsDue),
            "queues" => return Ok(Answer::NamesChanged),
            other => return Err(unexpected(&Value::SimpleString(other.to_owned()))),
        }
        let (mut taken, mut booked, now) = (Taken::default(), Vec::new(), Timestamp::now());
        let mut claim = parts.next().map(number).transpose()?.unwrap_or(0);
        while let (Some(queue), Some(jobs), Some(workers)) = (parts.next(), parts.next(), parts.next()) {
            let (queue, mut workers) = (text(queue)?, list(workers)?.into_iter());
            for job in list(jobs)? {
                let token = ClaimToken { service, record: 0, claim };
                claim += 1;
                let worker = workers.next().map(text).transpose()?.filter(|worker| !worker.is_empty());
                let held = Held { queue: queue.clone(), bytes: bytes(job)?, worker };
                let element = self.format.read(&held.bytes, Some(&held.queue));
                if element.expires_at.is_some_and(|expires_at| expires_at < now) {
                    taken.expired.push(token);
                    continue;
                }
                let class: Arc<str> = element.class().into();
                taken.jobs.push(element.claimed(token, held.queue.clone()));
                booked.push((token, BookedClaim { held: Arc::new(held), class }));
            }
        }
        self.book.enter(booked);
        Ok(Answer::Claimed(taken))
    }
}
