//! The verb *claim*.

use std::collections::{BTreeSet, HashSet};

use egret_core::{ClaimRequest, ClaimToken, ClaimedJob, Error, Origin, Payload, Release, Result, Timestamp};

use super::mark::Marks;
use super::queues::{condition, excluding, meant};
use super::record::{attempts_so_far, queue_of};
use super::row::{AT_ONCE, is_large, read};
use super::transaction::Step;
use super::unknown::Stray;
use super::{Store, UNNAMED};
use crate::database::Value;
use crate::table::{LockName, Row};

const CANDIDATES: &str = include_str!("../../queries/candidates.sql");
const LOCK: &str = include_str!("../../queries/lock.sql");
const CLAIMABLE: &str = include_str!("../../queries/ours/claimable.sql");

/// A claim looks behind rows that it leaves so many times, each time at more of them.
const ROUNDS: usize = 8;
const MORE_EACH_ROUND: usize = 250;

/// Rows that were looked at for one claim.
#[derive(Debug, Default)]
struct Chosen {
    rows: Vec<(Row, Payload)>,
    marks: Marks,
    unreadable: Vec<(i64, String)>,
    unknown: Vec<Stray>,
}

/// Which rows are asked for: due, and held by nobody.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    /// In these queues and within the settings' priorities; without them in any, and in none, and of any priority.
    pub(super) queues: Option<&'a [String]>,
    pub(super) passed_over: &'a [i64],
    pub(super) limit: usize,
    pub(super) now: Timestamp,
}

impl Store {
    pub(super) async fn claim_jobs(&self, request: &ClaimRequest) -> Result<Vec<ClaimedJob>> {
        let mut step = self.begin().await?;
        let Some(paused) = self.paused_for(&mut step, request).await? else {
            return Err(Error::unknown_service("claim jobs", request.service));
        };
        if request.limit == 0 {
            return Ok(Vec::new());
        }
        let now = self.clock();
        let queues = |known: &[String]| {
            let mut queues = meant(&request.selection.queues, known);
            queues.retain(|queue| !paused.contains(queue));
            queues
        };
        let known = queues(&self.known_queues(&mut step).await?);
        let mut chosen = self.choose(&mut step, &known, request, now).await?;
        if chosen.rows.len() < request.limit && !self.are_queues_dear() {
            let fresh = queues(&self.look_for_queues(&mut step).await?);
            if fresh != known {
                chosen = self.choose(&mut step, &fresh, request, now).await?;
            }
        }
        self.take(step, chosen, request, now).await
    }

    /// Nobody waits any more for what was claimed.
    pub(super) async fn return_claimed(&self, claimed: Vec<ClaimedJob>) {
        let releases: Vec<Release> = claimed.iter().map(|job| Release::unstarted(job.token)).collect();
        if let Err(error) = self.persist(|| self.release_claims(&releases)).await {
            tracing::warn!(%error, "failed to give back jobs for which nobody waited; they go back with the service");
        }
    }

    /// The paused queues; `None` when the service is not registered.
    async fn paused_for(&self, step: &mut Step<'_>, request: &ClaimRequest) -> Result<Option<HashSet<String>>> {
        let facts = step.ask_ours(CLAIMABLE, vec![request.service.to_string().into()]).await?;
        let is_known = facts.iter().any(|fact| fact.text(0).as_deref() == Some("service"));
        let paused = facts.iter().filter(|fact| fact.text(0).as_deref() == Some("paused"));
        Ok(is_known.then(|| paused.filter_map(|fact| fact.text(1)).collect()))
    }

    async fn choose(
        &self,
        step: &mut Step<'_>,
        queues: &[String],
        request: &ClaimRequest,
        now: Timestamp,
    ) -> Result<Chosen> {
        let mut chosen = Chosen::default();
        if queues.is_empty() {
            return Ok(chosen);
        }
        let mut passed_over = self.passed_over(step, &request.selection.classes).await?;
        let mut n_interrupted = 0;
        for round in 0..ROUNDS {
            let wanted = request.limit - chosen.rows.len();
            let limit = wanted + round * MORE_EACH_ROUND;
            let rows = self.in_order(step, queues, &passed_over, limit, now).await?;
            let is_last = rows.len() < limit;
            let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
            chosen.marks.extend(self.marks_of(step, &ids).await?);
            for row in rows {
                if chosen.rows.len() == request.limit {
                    break;
                }
                passed_over.push(row.id);
                if is_large(&row) {
                    // Beats are sent by this thread as well.
                    tokio::task::yield_now().await;
                }
                let is_interrupted = chosen.marks.get(&row.id).is_some_and(|mark| mark.interruptions > 0);
                match self.read_job(&row).payload {
                    Payload::Unreadable(unreadable) => chosen.unreadable.push((row.id, unreadable.reason)),
                    Payload::Job(data) if !request.selection.classes.contains(&data.job_class) => {
                        chosen.unknown.push((row.id, row.run_at));
                    }
                    Payload::Job(_) if is_interrupted && n_interrupted >= request.max_interrupted => {}
                    payload => {
                        n_interrupted += usize::from(is_interrupted);
                        chosen.rows.push((row, payload));
                    }
                }
            }
            if is_last || chosen.rows.len() == request.limit {
                break;
            }
        }
        Ok(chosen)
    }

    /// Rows that may be taken, an earlier queue before a later one.
    async fn in_order(
        &self,
        step: &mut Step<'_>,
        queues: &[String],
        passed_over: &[i64],
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<Row>> {
        let wanted = |queues, limit| Wanted { queues: Some(queues), passed_over, limit, now };
        let mut rows = self.candidates(step, &wanted(queues, limit)).await?;
        if queues.len() == 1 || rows.len() < limit {
            let rank = |row: &Row| queues.iter().position(|queue| queue == queue_of(row));
            rows.sort_by_key(rank);
            return Ok(rows);
        }
        // There are more than are wanted: those of the first queues are not among them by themselves.
        let mut rows = Vec::with_capacity(limit);
        for queue in queues {
            let missing = limit - rows.len();
            rows.extend(self.candidates(step, &wanted(std::slice::from_ref(queue), missing)).await?);
            if rows.len() >= limit {
                break;
            }
        }
        Ok(rows)
    }

    /// Rows that may be taken, by somebody who takes them.
    async fn candidates(&self, step: &mut Step<'_>, wanted: &Wanted<'_>) -> Result<Vec<Row>> {
        self.candidates_by(CANDIDATES, step, wanted).await
    }

    /// The same rows, for somebody who takes none.
    pub(super) async fn look_at_candidates(&self, step: &mut Step<'_>, wanted: &Wanted<'_>) -> Result<Vec<Row>> {
        self.candidates_by(&CANDIDATES.replace("{for_taking}", ""), step, wanted).await
    }

    async fn candidates_by(&self, statement: &str, step: &mut Step<'_>, wanted: &Wanted<'_>) -> Result<Vec<Row>> {
        let mut parameters: Vec<Value> = vec![wanted.now.into(), self.expired_before(wanted.now).into()];
        let (mut priorities, mut in_queues) = (String::new(), String::new());
        if let Some(queues) = wanted.queues {
            let (condition, bounds) = self.in_priorities();
            priorities = condition;
            parameters.extend(bounds);
            let (condition, queue_parameters) = self.in_queues(queues);
            in_queues = condition;
            parameters.extend(queue_parameters);
        }
        let (excluded, excluded_parameters) = excluding(wanted.passed_over);
        parameters.extend(excluded_parameters);
        parameters.push(wanted.limit.into());
        let statement = statement
            .replace("{priorities}", &priorities)
            .replace("{queues}", &in_queues)
            .replace("{excluded}", &excluded);
        Ok(step.query(&self.tables.fill(&statement), parameters).await?.iter().map(read).collect())
    }

    /// The condition that a row is of a priority that the settings leave to nobody else.
    pub(super) fn in_priorities(&self) -> (String, Vec<Value>) {
        let bounds = [(self.settings.min_priority, ">="), (self.settings.max_priority, "<=")];
        let set = bounds.into_iter().filter_map(|(bound, sign)| bound.map(|bound| (i64::from(bound), sign)));
        let (conditions, parameters): (Vec<String>, Vec<Value>) =
            set.map(|(bound, sign)| (format!(" AND priority {sign} ?"), bound.into())).unzip();
        (conditions.concat(), parameters)
    }

    /// The condition that a row is in one of the queues; a table without queues has the unnamed one.
    pub(super) fn in_queues(&self, queues: &[String]) -> (String, Vec<Value>) {
        match self.tables.has_queue {
            true => condition(queues),
            false if queues.iter().any(|queue| queue == UNNAMED) => (String::new(), Vec::new()),
            false => (" AND 1 = 0".to_owned(), Vec::new()),
        }
    }

    /// Locks what was chosen, and leaves the rest as it must be left.
    async fn take(
        &self,
        mut step: Step<'_>,
        chosen: Chosen,
        request: &ClaimRequest,
        now: Timestamp,
    ) -> Result<Vec<ClaimedJob>> {
        let Chosen { rows, marks, unreadable, unknown } = chosen;
        self.leave_to_others(&mut step, &unknown, &marks, &request.selection.classes, now).await?;
        self.pass_over(&mut step, unreadable, &marks).await?;
        if rows.is_empty() {
            step.commit().await?;
            return Ok(Vec::new());
        }
        let claim = rand::random::<u64>() >> 1;
        let process = self.process_of(&mut step, request.service).await?;
        let longest = self.tables.locked_by.longest.and_then(|longest| usize::try_from(longest).ok());
        let name = LockName::of_claim_within(longest.unwrap_or(usize::MAX), &process, request.service, claim);
        let mut ids: Vec<i64> = rows.iter().map(|(row, _)| row.id).collect();
        ids.sort_unstable();
        for ids in ids.chunks(AT_ONCE) {
            step.execute(&self.tables.fill(LOCK), vec![now.into(), name.as_str().into(), ids.into()]).await?;
        }
        self.mark_claimed(&mut step, &ids, &marks, request.service, name.as_str()).await?;
        let queues: BTreeSet<String> = rows.iter().map(|(row, _)| queue_of(row).to_owned()).collect();
        self.remember_queues(&mut step, &queues).await?;
        if let Err(error) = step.commit().await {
            // Nobody knows whether it was.
            self.doubt(name.as_str().to_owned());
            return Err(error);
        }
        let claimed = rows.into_iter().map(|(row, payload)| {
            let mark = marks.get(&row.id);
            let record = u64::try_from(row.id).unwrap_or(u64::MAX);
            ClaimedJob {
                token: ClaimToken { service: request.service, record, claim },
                id: payload.job().expect("what cannot be read is not chosen").job_id.clone(),
                queue: queue_of(&row).to_owned(),
                attempt: attempts_so_far(&row, mark).saturating_add(1),
                interruptions: mark.map_or(0, |mark| mark.interruptions),
                due_at: row.run_at.unwrap_or(now),
                origin: Origin::Unknown,
                payload,
            }
        });
        Ok(claimed.collect())
    }

    async fn process_of(
        &self,
        step: &mut Step<'_>,
        service: egret_core::ServiceId,
    ) -> Result<egret_core::ProcessIdentity> {
        match self.known(step, service).await? {
            Some(known) => Ok(known.told.process),
            None => Err(Error::unknown_service("claim jobs", service)),
        }
    }
}
