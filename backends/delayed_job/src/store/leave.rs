//! The verb *leave*.

use egret_core::{Leave, Left, Result, Selection, ServiceId, ServicePhase};

use super::Store;
use super::roster::LEAVING;
use super::row::lock_of;
use super::transaction::Step;

const LEAVE: &str = include_str!("../../queries/ours/leave.sql");
const PHASE: &str = include_str!("../../queries/ours/phase.sql");

impl Store {
    pub(super) async fn leave_service(&self, id: ServiceId, leave: &Leave) -> Result<Left> {
        if let Leave::WhenIdle(selection) = leave
            && let Some(stays) = self.stay_if_needed(id, selection).await?
        {
            return Ok(stays);
        }
        let mut step = self.begin().await?;
        if let Some(service) = self.known(&mut step, id).await? {
            self.give_back_claims_of(&mut step, id).await?;
            step.tell_ours(LEAVE, vec![id.to_string().into()]).await?;
            let now = self.database_time(&mut step).await?;
            self.remember_gone(&mut step, &service, now).await?;
            step.commit().await?;
            self.waiting.hint();
        }
        self.starts.forget_service(id);
        Ok(Left::Gone)
    }

    /// Says first that it is about to leave, and looks then: whoever has stored a job before, and saw the service, is seen; who
    /// comes later sees no service.
    async fn stay_if_needed(&self, id: ServiceId, selection: &Selection) -> Result<Option<Left>> {
        if !self.tell_phase(id, LEAVING).await? {
            return Ok(None);
        }
        match self.look_whether_needed(id, selection).await {
            Ok(None) => Ok(None),
            needed_or_failed => {
                self.tell_phase(id, ServicePhase::Running.as_str()).await?;
                needed_or_failed
            }
        }
    }

    async fn look_whether_needed(&self, id: ServiceId, selection: &Selection) -> Result<Option<Left>> {
        let mut step = self.look().await?;
        let next_due = self.next_due(&mut step, selection).await?;
        let is_needed = next_due.is_some() || !self.claims_of(&mut step, id).await?.is_empty();
        Ok(is_needed.then_some(Left::Stays { next_due }))
    }

    async fn tell_phase(&self, id: ServiceId, phase: &str) -> Result<bool> {
        let mut step = self.begin().await?;
        let is_known = step.tell_ours(PHASE, vec![phase.into(), id.to_string().into()]).await? > 0;
        step.commit().await?;
        Ok(is_known)
    }

    /// Frees what a service still holds, uncounted.
    async fn give_back_claims_of(&self, step: &mut Step<'_>, id: ServiceId) -> Result<()> {
        let ids: Vec<i64> = self.claims_of(step, id).await?.iter().map(|claim| claim.job).collect();
        let rows = self.hold_rows(step, &ids).await?;
        let mut marks = self.marks_of(step, &ids).await?;
        marks.retain(|_, mark| mark.service == Some(id));
        let is_held = |id_of_row: &i64| {
            rows.iter().any(|row| row.id == *id_of_row && lock_of(row).is_some_and(|(service, _)| service == id))
        };
        let (held, lost): (Vec<i64>, Vec<i64>) = ids.iter().partition(|id| is_held(id));
        self.give_back(step, &held, &marks).await?;
        self.free_marks(step, &lost, &marks).await
    }
}
