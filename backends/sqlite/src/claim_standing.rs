//! The verb *claim* for whoever waits: what comes is claimed in the transaction that brings it.

use std::time::Duration;

use egret_core::{ClaimRequest, ClaimedJob, Result};
use tokio::sync::oneshot;

use crate::backend::SqliteBackend;
use crate::claim::{ClaimedRow, claim, jobs, nature, undo};
use crate::writer::{Call, Place, Session, StandingClaims, Writer};

impl SqliteBackend {
    /// Waits for a hint or until the timeout. Answers what was claimed meanwhile, which may be nothing.
    pub(crate) async fn claim_what_comes(&self, request: ClaimRequest, timeout: Duration) -> Result<Vec<ClaimedJob>> {
        let service = request.service;
        let mut standing = StandingClaim::put(&self.claims, &self.writer, request);
        let claimed = tokio::select! {
            biased;
            claimed = standing.answered() => claimed?,
            () = self.hints.wait(timeout) => match self.claims.withdraw(&standing.place) {
                true => return Ok(Vec::new()),
                // A transaction has it at this moment.
                false => standing.answered().await?,
            },
        };
        jobs(claimed, service)
    }
}

type Claimed = Option<Vec<ClaimedRow>>;

/// A claim that waits for jobs. When it is dropped it is withdrawn, or what it has got goes back.
struct StandingClaim<'a> {
    claims: &'a StandingClaims,
    writer: &'a Writer,
    place: Place,
    answer: Option<oneshot::Receiver<Result<Claimed>>>,
}

impl<'a> StandingClaim<'a> {
    fn put(claims: &'a StandingClaims, writer: &'a Writer, request: ClaimRequest) -> Self {
        let (reply, answer) = oneshot::channel();
        let place = claims.put(Box::new(Call {
            nature: nature(&request),
            look: |_: &mut Session<'_>| Ok(None),
            run: move |session: &mut Session<'_>| claim(session, &request),
            undo: |claimed: Claimed| undo(&claimed),
            value: None,
            reply,
        }));
        Self { claims, writer, place, answer: Some(answer) }
    }

    /// Waits until a transaction has carried the claim out. Must not be called again after it has answered.
    async fn answered(&mut self) -> Result<Claimed> {
        let answer = self.answer.as_mut().expect("an answer is taken once");
        let claimed = answer.await;
        self.answer = None;
        // A transaction that failed has taken the claim with it; whoever waits looks for jobs then.
        claimed.unwrap_or(Ok(Some(Vec::new())))
    }
}

impl Drop for StandingClaim<'_> {
    fn drop(&mut self) {
        let Some(mut answer) = self.answer.take() else { return };
        self.claims.withdraw(&self.place);
        answer.close();
        if let Ok(Ok(claimed)) = answer.try_recv()
            && let Some(undoing) = undo(&claimed)
        {
            // A store that is closed rescues the claim when it is opened again.
            let _ = self.writer.submit("release claims", undoing);
        }
    }
}
