//! The verb *rescue*: what dead services held goes back, and what killed too many of them is set aside.

use egret_core::{ErrorReport, MAX_INTERRUPTIONS, QUARANTINED, RescueReport, Result, ServiceId, Timestamp};

use super::Store;
use super::mark::{Mark, Marks};
use super::roster::Known;
use super::row::lock_of;
use super::transaction::Step;
use crate::table::Row;

const BURY: &str = include_str!("../../queries/ours/bury.sql");
const KEEP: &str = include_str!("../../queries/keep.sql");

impl Store {
    pub(super) async fn rescue_jobs(&self) -> Result<RescueReport> {
        let mut report = RescueReport::default();
        let mut step = self.look().await?;
        let known = self.roster(&mut step).await?;
        let now = self.database_time(&mut step).await?;
        drop(step);
        for service in &known {
            if self.observations.is_dead(&service.pulse(), now, &self.timing) {
                let buried = self.persist(|| self.bury(service)).await?;
                add(&mut report, buried);
            }
        }
        self.tidy_in_time(&mut report).await?;
        if report.n_released > 0 {
            self.waiting.hint();
        }
        Ok(report)
    }

    async fn bury(&self, service: &Known) -> Result<RescueReport> {
        let mut buried = RescueReport::default();
        let mut step = self.begin().await?;
        // Whoever removes it does the rest; one that has beaten since lives.
        let parameters = vec![service.id.to_string().into(), service.n_beats.into()];
        if step.tell_ours(BURY, parameters).await? == 0 {
            return Ok(buried);
        }
        let claims = self.claims_of(&mut step, service.id).await?;
        buried.dead_services.push(service.id);
        let is_judged = !service.told.process.is_of_an_earlier_boot_here();
        let suspect = is_judged.then(|| format!("{} (pid {})", service.told.process.host, service.told.process.pid));
        self.rescue_claims(&mut step, service.id, &claims, suspect.as_deref(), &mut buried).await?;
        self.remember_gone(&mut step, service, service.beat_at).await?;
        step.commit().await?;
        self.starts.forget_service(service.id);
        Ok(buried)
    }

    /// Gives back what a service held. `suspect` is where it ran, if its death counts against jobs that had begun.
    pub(super) async fn rescue_claims(
        &self,
        step: &mut Step<'_>,
        service: ServiceId,
        claims: &[Mark],
        suspect: Option<&str>,
        report: &mut RescueReport,
    ) -> Result<()> {
        let ids: Vec<i64> = claims.iter().map(|claim| claim.job).collect();
        let rows = self.hold_rows(step, &ids).await?;
        // As they are now that the rows are held: another may have taken one over meanwhile.
        let mut marks = self.marks_of(step, &ids).await?;
        marks.retain(|_, mark| mark.service == Some(service));
        let now = self.clock();
        let (mut free, mut lost) = (Vec::new(), Vec::new());
        let mut interrupted = Vec::new();
        for claim in ids.iter().filter_map(|id| marks.get(id)) {
            let row = rows.iter().find(|row| row.id == claim.job);
            let held = row.filter(|row| lock_of(row).is_some_and(|(holder, _)| holder == service));
            match (held, suspect.filter(|_| claim.started_at.is_some() && !claim.is_cancelled)) {
                (None, _) => lost.push(claim.job),
                (Some(_), None) => {
                    report.n_released += 1;
                    free.push(claim.job);
                }
                (Some(row), Some(suspect)) => {
                    let mut mark = claim.clone();
                    mark.free();
                    mark.interruptions += 1;
                    mark.more_attempts += 1;
                    mark.dead.push(suspect.to_owned());
                    match mark.interruptions >= MAX_INTERRUPTIONS {
                        true => {
                            self.quarantine(step, row, &mut mark, now).await?;
                            report.quarantined.push(self.read_job(row).id());
                        }
                        false => {
                            report.n_released += 1;
                            report.n_interrupted += 1;
                            self.give_back(step, &[row.id], &Marks::new()).await?;
                        }
                    }
                    interrupted.push(mark);
                }
            }
        }
        self.give_back(step, &free, &marks).await?;
        self.free_marks(step, &lost, &marks).await?;
        self.write_marks(step, &marks, interrupted).await
    }

    /// Keeps a row that killed too many services, whatever is done with those that fail.
    async fn quarantine(&self, step: &mut Step<'_>, row: &Row, mark: &mut Mark, now: Timestamp) -> Result<()> {
        let message = format!("{} services died while the job ran: {}", mark.interruptions, mark.dead.join(", "));
        let error = ErrorReport::new(QUARANTINED, message);
        let parameters =
            vec![row.attempts.into(), self.error_text(&error).into(), now.into(), now.into(), row.id.into()];
        step.execute(&self.tables.fill(KEEP), parameters).await?;
        mark.error = Some(error);
        Ok(())
    }

    /// Claims that are no more: Ruby took the row over, or it is gone.
    pub(super) async fn free_marks(&self, step: &mut Step<'_>, ids: &[i64], marks: &Marks) -> Result<()> {
        let freed = ids.iter().filter_map(|id| marks.get(id)).map(|mark| {
            let mut mark = mark.clone();
            mark.free();
            mark
        });
        self.write_marks(step, marks, freed.collect()).await
    }
}

pub(super) fn add(report: &mut RescueReport, more: RescueReport) {
    report.dead_services.extend(more.dead_services);
    report.n_released += more.n_released;
    report.n_interrupted += more.n_interrupted;
    report.quarantined.extend(more.quarantined);
}
