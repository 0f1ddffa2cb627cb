//! The verb *finish*: whether the claim is still there decides, and only then happens what belongs to its end.

use egret_core::{Applied, ClaimToken, Error, Finish, Outcome, Result, ServiceId, Timestamp};
use redis::Value;

use super::Store;
use super::format::{Ended, Format, Held, Tally};
use super::script_reply::list;
use super::writes::Writes;
use crate::driver::{Call, Script};

static FINISH: Script = Script::new(concat!(include_str!("scripts/seats.lua"), include_str!("scripts/finish.lua")));

/// An end as the script gets it.
struct Prepared {
    token: ClaimToken,
    tally: Tally,
    /// Whether the server may know it as running.
    is_marked: bool,
    writes: Writes,
}

impl Prepared {
    /// Whether it says no more than that a job was processed.
    fn is_plain(&self) -> bool {
        self.tally == Tally::Processed && !self.is_marked && self.writes.is_empty()
    }
}

impl<F: Format> Store<F> {
    pub(super) async fn finish_claims(&self, finishes: Vec<Finish>) -> Result<Vec<Applied>> {
        for finish in &finishes {
            if !finish.ledger.is_empty() {
                return Err(self.cannot("move counters of a ledger"));
            }
            self.check_conditions(&finish.follow_ups)?;
        }
        let mut applied = Vec::with_capacity(finishes.len());
        for batch in finishes.chunk_by(|one, next| one.token.service == next.token.service) {
            applied.extend(self.finish_of_one_service(batch).await?);
        }
        Ok(applied)
    }

    async fn finish_of_one_service(&self, finishes: &[Finish]) -> Result<Vec<Applied>> {
        let now = Timestamp::now();
        let mut applied = vec![Applied::Stale; finishes.len()];
        let mut prepared = Vec::with_capacity(finishes.len());
        for (place, finish) in finishes.iter().enumerate() {
            if let Some(end) = self.prepare(finish, now).await? {
                prepared.push((place, end));
            }
        }
        let Some((_, first)) = prepared.first() else { return Ok(applied) };
        let service = first.token.service;
        let places: Vec<(usize, bool)> = prepared.iter().map(|(place, end)| (*place, end.is_marked)).collect();
        let answers = self.run_ends(service, prepared.into_iter().map(|(_, end)| end).collect(), now).await?;
        let mut first_fault = None;
        for ((place, is_marked), answer) in places.into_iter().zip(answers) {
            match answer {
                Ok(end) => {
                    applied[place] = end;
                    self.note(&finishes[place], end, is_marked);
                }
                Err(fault) => first_fault = Some(first_fault.unwrap_or(fault)),
            }
        }
        // What was applied is then answered as stale when the whole batch is told again.
        first_fault.map_or(Ok(applied), Err)
    }

    /// What an end is for the script; `None` when it is known to be stale.
    async fn prepare(&self, finish: &Finish, now: Timestamp) -> Result<Option<Prepared>> {
        let token = finish.token;
        if token.record != 0 {
            return Ok(None);
        }
        let mut writes = Writes::default();
        let tally = match self.format.ends_without_bytes(&finish.outcome) {
            true => self.format.settle(None, finish, now, &mut writes)?,
            false => match self.held(token).await? {
                Some(held) => self.format.settle(Some(&held), finish, now, &mut writes)?,
                None => return Ok(None),
            },
        };
        if !finish.follow_ups.is_empty() {
            self.format.store(&finish.follow_ups, now, &mut writes)?;
        }
        if !writes.is_empty() {
            writes.add(["PUBLISH", &self.keys.hints, ""]);
        }
        let is_marked = self.may_be_marked(token);
        Ok(Some(Prepared { token, tally, is_marked, writes }))
    }

    /// A claim of another handle may have been told by that one.
    fn may_be_marked(&self, token: ClaimToken) -> bool {
        self.marks.is_told(token) || !self.book.has(token)
    }

    async fn run_ends(&self, service: ServiceId, ends: Vec<Prepared>, now: Timestamp) -> Result<Vec<Result<Applied>>> {
        let mut call = Call::new([self.keys.claims(service), self.keys.running(service), self.keys.cancels(service)]);
        let is_plain: Vec<bool> = ends.iter().map(Prepared::is_plain).collect();
        let n_plain = is_plain.iter().filter(|is_plain| **is_plain).count();
        call.arg(n_plain);
        for end in ends.iter().filter(|end| end.is_plain()) {
            call.arg(end.token.claim);
        }
        call.arg(ends.len() - n_plain);
        for end in ends.into_iter().filter(|end| !end.is_plain()) {
            call.arg(end.token.claim).arg(end.tally.word()).arg(u8::from(end.is_marked));
            end.writes.add_to(&mut call);
        }
        let counters = self.format.counters(now);
        call.arg(counters.len());
        for counter in counters {
            call.arg(counter.key).arg(counter.tally.word()).arg(counter.kept_for);
        }
        call.arg(self.seats_of(service));
        let mut others = list(self.driver.script("finish jobs", &FINISH, &call).await?)?.into_iter();
        let mut plain = match others.next() {
            Some(Value::Array(each)) => each.into_iter(),
            _ => vec![Value::Int(1); n_plain].into_iter(),
        };
        let answers = is_plain.into_iter().map(|is_plain| if is_plain { plain.next() } else { others.next() });
        Ok(answers.map(|answer| to_applied(answer.unwrap_or(Value::Nil))).collect())
    }

    /// Ends claims of jobs that have not begun in time: they are done with, as if they had run. What cannot be told goes back
    /// with what this handle knows nothing of.
    pub(super) async fn let_go(&self, service: ServiceId, claims: Vec<ClaimToken>) {
        if claims.is_empty() {
            return;
        }
        tracing::info!(%service, n_jobs = claims.len(), "let jobs go that have not begun before they expired");
        let end = |token| Prepared { token, tally: Tally::Processed, is_marked: false, writes: Writes::default() };
        let ended = self.run_ends(service, claims.into_iter().map(end).collect(), Timestamp::now()).await;
        if let Err(error) = ended {
            tracing::warn!(%error, "failed to let expired jobs go");
        }
    }

    /// The bytes of a claim, from this handle or from the server.
    pub(super) async fn held(&self, token: ClaimToken) -> Result<Option<Held>> {
        if let Some(claim) = self.book.get(token) {
            return Ok(Some((*claim.held).clone()));
        }
        let mut command = redis::cmd("HGET");
        command.arg(self.keys.claims(token.service)).arg(token.claim);
        let value: Option<Vec<u8>> = self.driver.ask("read a claim", &command).await?;
        Ok(value.and_then(|value| Held::parse(&value)))
    }

    /// Forgets a claim that has ended, and counts its run.
    fn note(&self, finish: &Finish, applied: Applied, was_marked: bool) {
        self.marks.forget(finish.token, was_marked);
        let booked = self.book.strike(finish.token);
        if let (Applied::Done, Some(booked), Some(started_at)) = (applied, booked, finish.started_at)
            && !matches!(finish.outcome, Outcome::AcknowledgedBeforeRun)
        {
            let has_failed = matches!(
                finish.outcome,
                Outcome::Failed { .. } | Outcome::Discarded { .. } | Outcome::Reenqueue { error: Some(_), .. }
            );
            let class = &*booked.class;
            self.format.note_end(Ended { class, started_at, closed_at: finish.closed_at, has_failed });
        }
    }
}

/// What a script says of one claim.
pub(super) fn to_applied(answer: Value) -> Result<Applied> {
    match answer {
        Value::Int(1) => Ok(Applied::Done),
        Value::Int(_) => Ok(Applied::Stale),
        Value::BulkString(fault) => Err(write_fault(&String::from_utf8_lossy(&fault))),
        other => Err(super::script_reply::unexpected(&other)),
    }
}

/// The error of a write of a script; the claim is still held.
fn write_fault(text: &str) -> Error {
    let (code, detail) = text.trim_start_matches('-').split_once(' ').unwrap_or((text, ""));
    crate::driver::reply_error("end a claim", &redis::make_extension_error(code.to_owned(), Some(detail.to_owned())))
}
