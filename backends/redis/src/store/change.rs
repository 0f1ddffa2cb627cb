//! The verb *change*: jobs moved by hand. Each is moved only if it still lies where it was read.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use egret_core::{Change, ChangeReport, Former, JobFilter, JobId, JobOrder, JobState, Result, Target, Timestamp};

use super::Store;
use super::finish::to_applied;
use super::format::Format;
use super::gather::{Need, Placed, Source};
use super::script_reply::{list, number};
use super::writes::Writes;
use crate::driver::{Call, Script};

static EXCHANGE: Script = Script::new(include_str!("scripts/exchange.lua"));
static CANCEL: Script = Script::new(include_str!("scripts/cancel.lua"));

/// So many jobs are moved in one step.
const AT_ONCE: usize = 100;
/// So many ids are looked for one by one.
const LOOKED_FOR_SINGLY: usize = 4;

/// What a change means for one job.
enum Decision {
    /// It is taken out of where it lies, and these are run.
    Move(Writes),
    /// These bytes take its place, and these are run.
    Replace(Vec<u8>, Writes),
    /// Whoever runs it is asked.
    Ask,
    /// Whoever of others runs it is asked, if the job can be.
    AskStranger,
    /// Its state does not allow it.
    Refuse,
}

impl<F: Format> Store<F> {
    pub(super) async fn change_jobs(&self, target: Target, change: Change) -> Result<ChangeReport> {
        if !self.can(change) {
            return Err(self.cannot("make this change of jobs"));
        }
        let mut report = ChangeReport::default();
        let found = match target {
            Target::Filter(filter) => self.select(&filter, JobOrder::DueFirst, None, usize::MAX).await?.0,
            Target::Ids(ids) => self.find_all(ids, &mut report.unknown).await?,
            Target::Among { ids, filter } => {
                let mut found = self.find_all(ids, &mut Vec::new()).await?;
                found.retain(|placed| filter.covers(&placed.record));
                found
            }
        };
        let now = Timestamp::now();
        let mut moves = Vec::new();
        for placed in found {
            match self.decide(&placed, change, now) {
                Decision::Move(writes) => moves.push((placed, Vec::new(), writes)),
                Decision::Replace(bytes, writes) => moves.push((placed, bytes, writes)),
                Decision::Ask => self.ask_to_cancel(&placed, &mut report).await?,
                Decision::AskStranger => match self.cancel_iteration(&placed.bytes).await? {
                    true => report.asked.push(placed.record.id),
                    false => report.refused.push((placed.record.id, placed.record.state)),
                },
                Decision::Refuse => report.refused.push((placed.record.id, placed.record.state)),
            }
        }
        let mut moves = moves.into_iter().peekable();
        while moves.peek().is_some() {
            self.exchange(moves.by_ref().take(AT_ONCE).collect(), &mut report).await?;
        }
        Ok(report)
    }

    fn can(&self, change: Change) -> bool {
        let can = self.format.capabilities().changes;
        match change {
            Change::Retry => can.retry,
            Change::RunNow => can.run_now,
            Change::Reschedule(_) => can.reschedule,
            Change::Cancel => can.cancel,
            Change::Delete => can.delete,
            _ => false,
        }
    }

    async fn find_all(&self, ids: Vec<JobId>, unknown: &mut Vec<JobId>) -> Result<Vec<Placed>> {
        let mut listed = if ids.len() > LOOKED_FOR_SINGLY { self.listed_by_id().await? } else { HashMap::new() };
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let placed = match listed.remove(&id) {
                Some(placed) => Some(placed),
                None => self.find_placed(&id).await?,
            };
            match placed {
                Some(placed) => found.push(placed),
                None => unknown.push(id),
            }
        }
        Ok(found)
    }

    /// What is looked at for listings, which has nearly all that anybody asks for: read once, where to look for each id would read
    /// everything each time. Of equal ids the one that a search finds first.
    async fn listed_by_id(&self) -> Result<HashMap<JobId, Placed>> {
        let filter = JobFilter::all();
        let need = Need { filter: &filter, order: JobOrder::DueFirst, after: None, n_jobs: usize::MAX };
        let mut listed = HashMap::new();
        for placed in self.gather(&need).await? {
            match listed.entry(placed.record.id.clone()) {
                Entry::Vacant(place) => drop(place.insert(placed)),
                // What others run can only be looked at.
                Entry::Occupied(mut known) if known.get().source == Source::Stranger => drop(known.insert(placed)),
                Entry::Occupied(_) => {}
            }
        }
        Ok(listed)
    }

    fn decide(&self, placed: &Placed, change: Change, now: Timestamp) -> Decision {
        let (bytes, state) = (placed.bytes.as_slice(), placed.record.state);
        let shelf = match &placed.source {
            Source::Claim { .. } if change == Change::Cancel => return Decision::Ask,
            Source::Stranger if change == Change::Cancel => return Decision::AskStranger,
            Source::Claim { .. } | Source::Stranger => return Decision::Refuse,
            Source::Queue(_) => None,
            Source::Shelf(shelf) => Some(*shelf),
        };
        let is_given_up = state.is_terminal();
        let left =
            || shelf.map_or_else(Writes::default, |shelf| self.format.left_on_shelf(shelf, bytes, at_of(placed)));
        let is_reserved = shelf.is_some() && !is_given_up;
        match change {
            Change::Retry if is_given_up => match self.format.kept_of_revived(bytes, now) {
                Some(kept) => Decision::Replace(kept, self.format.revive(bytes, now)),
                None => Decision::Move(self.format.revive(bytes, now)),
            },
            Change::Retry if state == JobState::Retryable => Decision::Move(left().and(self.format.revive(bytes, now))),
            Change::RunNow if is_reserved => Decision::Move(left().and(self.format.hasten(bytes, now))),
            Change::Reschedule(at) if !is_given_up => Decision::Move(left().and(match at > now {
                true => self.format.postpone(bytes, shelf, at, now),
                false => self.format.hasten(bytes, now),
            })),
            Change::Cancel if !is_given_up => Decision::Move(left().and(self.forgotten(bytes))),
            Change::Delete => Decision::Move(left().and(self.forgotten(bytes))),
            _ => Decision::Refuse,
        }
    }

    /// What takes away how far a job had come.
    fn forgotten(&self, bytes: &[u8]) -> Writes {
        self.format.iteration_key(bytes).map_or_else(Writes::default, |key| Writes::one(["UNLINK", &key]))
    }

    async fn ask_to_cancel(&self, placed: &Placed, report: &mut ChangeReport) -> Result<()> {
        let Source::Claim { service, claim } = placed.source else { return Ok(()) };
        let mut call = Call::new([self.keys.claims(service), self.keys.cancels(service)]);
        call.arg(claim).arg(placed.record.id.as_str());
        let answers = list(self.driver.script("cancel a job", &CANCEL, &call).await?)?;
        let is_asked = answers.into_iter().next().map(number).transpose()? == Some(1);
        let told = if is_asked { &mut report.asked } else { &mut report.unknown };
        told.push(placed.record.id.clone());
        Ok(())
    }

    async fn exchange(&self, moves: Vec<(Placed, Vec<u8>, Writes)>, report: &mut ChangeReport) -> Result<()> {
        let mut call = Call::new([&self.keys.hints]);
        let mut jobs = Vec::with_capacity(moves.len());
        for (placed, kept, writes) in moves {
            match &placed.source {
                Source::Queue(queue) => call.arg("list").arg(self.layout().queue(queue)),
                Source::Shelf(shelf) => {
                    let key = self.format.shelf_key(shelf, &placed.record.queue, at_of(&placed));
                    call.arg(self.format.shelf_type(shelf)).arg(key)
                }
                Source::Claim { .. } | Source::Stranger => continue,
            };
            call.bytes(placed.bytes).bytes(kept);
            writes.add_to(&mut call);
            let record = placed.record;
            jobs.push((record.id, Former::new(record.state, record.due_at)));
        }
        let answers = list(self.driver.script("change jobs", &EXCHANGE, &call).await?)?;
        for ((id, former), answer) in jobs.into_iter().zip(answers) {
            match to_applied(answer)? {
                egret_core::Applied::Done => report.add_changed(id, former),
                // Somebody took it meanwhile.
                egret_core::Applied::Stale => report.unknown.push(id),
            }
        }
        Ok(())
    }
}

/// When a job is due, or was given up.
fn at_of(placed: &Placed) -> Timestamp {
    placed.record.moment()
}
