//! The verbs *beat* and *order*.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use egret_core::{
    Beat, ClaimToken, Error, ErrorKind, GivenOrder, JobId, Orders, Release, Result, ServiceId, ServiceInfo,
    ServiceOrder, ServicePhase, Timestamp,
};
use redis::Value;

use super::Store;
use super::format::{Appearance, Format};
use super::roster::{WithBytes, ids};
use super::script_reply::{list, number, text};
use crate::driver::{Call, Script};

static BEAT: Script = Script::new(include_str!("scripts/beat.lua"));
static ORDER: Script = Script::new(include_str!("scripts/order.lua"));

/// The services of this handle, as they show themselves with each beat.
#[derive(Debug, Default)]
pub(crate) struct Beats(Mutex<HashMap<ServiceId, Own>>);

#[derive(Clone, Debug)]
struct Own {
    info: ServiceInfo,
    started_at: Timestamp,
    /// How long the last beat took.
    round_trip: Duration,
    /// Claims that this handle knew nothing of at the last beat, and how many calls that claim had begun then.
    unbooked: (Vec<u64>, u64),
}

impl Beats {
    pub(super) fn enter(&self, id: ServiceId, info: ServiceInfo) {
        let mut own = self.lock();
        match own.get_mut(&id) {
            Some(known) => known.info = info,
            None => {
                let fresh =
                    Own { info, started_at: Timestamp::now(), round_trip: Duration::ZERO, unbooked: (Vec::new(), 0) };
                own.insert(id, fresh);
            }
        }
    }

    pub(super) fn leave(&self, id: ServiceId) {
        self.lock().remove(&id);
    }

    /// How many jobs a service of this handle runs at once.
    pub(super) fn concurrency(&self, id: ServiceId) -> Option<usize> {
        self.lock().get(&id).map(|own| usize::try_from(own.info.concurrency).unwrap_or(usize::MAX))
    }

    fn get(&self, id: ServiceId) -> Option<Own> {
        self.lock().get(&id).cloned()
    }

    fn change(&self, id: ServiceId, change: impl FnOnce(&mut Own)) {
        if let Some(own) = self.lock().get_mut(&id) {
            change(own);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ServiceId, Own>> {
        self.0.lock().expect("nothing panics with the services")
    }
}

impl<F: Format> Store<F> {
    pub(super) async fn beat_service(&self, id: ServiceId, beat: Beat) -> Result<Orders> {
        let began = Instant::now();
        let news = self.marks.take_news(id);
        self.host_marks.settle(id);
        let mut call =
            Call::new([self.keys.service(id), self.keys.claims(id), self.keys.running(id), self.keys.cancels(id)]);
        call.arg(beat.phase.as_str()).arg(beat.resident_bytes).arg(beat.n_finished);
        news.add_began(&mut call);
        call.arg(news.ended.len());
        for claim in &news.ended {
            call.arg(claim);
        }
        let is_own = |token: &ClaimToken| token.service == id && token.record == 0;
        for token in beat.running.iter().filter(|token| is_own(token)) {
            call.arg(token.claim);
        }
        let answer = match self.driver.script("beat", &BEAT, &call).await {
            Ok(answer) => answer,
            Err(error) => {
                self.marks.give_back(id, news);
                return Err(error);
            }
        };
        let round_trip = began.elapsed();
        let mut parts = list(answer)?.into_iter();
        if parts.next().map(text).transpose()?.as_deref() != Some("ok") {
            self.forget_service(id);
            return Ok(Orders { unknown: true, lost: beat.running, ..Orders::default() });
        }
        let mut next = || parts.next().unwrap_or(Value::Int(0));
        let (order_number, order) = (number(next())?, text(next())?);
        let n_claims = number(next())?;
        let cancel = list(next())?.into_iter().map(|id| Ok(JobId::from(text(id)?))).collect::<Result<_>>()?;
        let mut lost: Vec<ClaimToken> = beat.running.iter().filter(|token| !is_own(token)).copied().collect();
        for claim in parts {
            lost.push(ClaimToken { service: id, record: 0, claim: number(claim)? });
        }
        let mut order = given_order(order_number, &order);
        if let Some(own) = self.beats.get(id) {
            self.beats.change(id, |own| own.round_trip = round_trip);
            if let Some(given) = self.show(id, &own, &beat).await? {
                order = Some(given);
            }
            self.look_for_unbooked(id, n_claims).await?;
        }
        Ok(Orders { order, lost, cancel, unknown: false })
    }

    /// Shows a new service to others of the format, before it claims anything.
    pub(super) async fn show_first(&self, id: ServiceId) -> Result<()> {
        match self.beats.get(id) {
            Some(own) => self.show(id, &own, &Beat::default()).await.map(drop),
            None => Ok(()),
        }
    }

    /// Shows the service to others of the format, and takes what they ask as orders.
    async fn show(&self, id: ServiceId, own: &Own, beat: &Beat) -> Result<Option<GivenOrder>> {
        let mut running = Vec::new();
        for (claim, at) in self.marks.running(id) {
            if let Some(booked) = self.book.get(ClaimToken { service: id, record: 0, claim }) {
                running.push((claim, (*booked.held).clone(), at));
            }
        }
        let proof = self.keys.service(id);
        let appearance = Appearance {
            service: id,
            proof: &proof,
            info: &own.info,
            started_at: own.started_at,
            resident_bytes: beat.resident_bytes,
            is_quiet: beat.phase != ServicePhase::Running,
            running: &running,
            round_trip: own.round_trip,
        };
        let mut given = None;
        for order in self.format.appear(&self.driver, appearance).await? {
            given = Some(self.order_service(id, order).await?);
        }
        Ok(given)
    }

    /// Gives back claims whose answer got lost on its way: those that this handle knows nothing of, at two beats in a row, if no call
    /// from before the first of them is still on its way.
    async fn look_for_unbooked(&self, id: ServiceId, n_claims: u64) -> Result<()> {
        if n_claims <= self.book.count_of(id) as u64 {
            self.beats.change(id, |own| own.unbooked.0.clear());
            return Ok(());
        }
        // A claim that stands is on its way for as long as nothing comes.
        self.end_standing(id).await;
        let (former, n_begun) = self.beats.get(id).map(|own| own.unbooked).unwrap_or_default();
        // Looked at before the claims are: a call that ends in between has booked what it claimed by then.
        let have_ended = self.claiming.have_ended(n_begun);
        let mut command = redis::cmd("HKEYS");
        command.arg(self.keys.claims(id));
        let claims: Vec<u64> = self.driver.ask("look at claims", &command).await?;
        let token = |claim: u64| ClaimToken { service: id, record: 0, claim };
        let n_begun = self.claiming.n_begun();
        let unbooked: Vec<u64> = claims.into_iter().filter(|claim| self.book.get(token(*claim)).is_none()).collect();
        let is_lost = |claim: &&u64| have_ended && former.contains(claim);
        let lost: Vec<Release> =
            unbooked.iter().filter(is_lost).map(|claim| Release::unstarted(token(*claim))).collect();
        if have_ended {
            self.beats.change(id, |own| own.unbooked = (unbooked, n_begun));
        }
        if !lost.is_empty() {
            tracing::warn!(service = %id, n_jobs = lost.len(), "giving back jobs that were claimed while the connection broke");
            self.release_claims(lost).await?;
        }
        Ok(())
    }

    /// Forgets what this handle knows of a service that is gone.
    pub(super) fn forget_service(&self, id: ServiceId) {
        self.beats.leave(id);
        self.marks.forget_service(id);
        self.host_marks.forget(id);
        self.book.strike_all_of(id);
        self.waiting.forget(id);
    }

    /// An order to a service of ours, or to a process of others.
    pub(super) async fn order_anybody(&self, id: ServiceId, order: ServiceOrder) -> Result<()> {
        match self.order_service(id, order).await {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let ours = ids(&self.roster(WithBytes::No).await?);
                match self.format.order_stranger(&self.driver, &ours, id, order).await? {
                    true => Ok(()),
                    false => Err(error),
                }
            }
            answer => answer.map(drop),
        }
    }

    pub(super) async fn order_service(&self, id: ServiceId, order: ServiceOrder) -> Result<GivenOrder> {
        let mut call = Call::new([self.keys.service(id)]);
        call.arg(order.as_str());
        let mut stands = list(self.driver.script("give an order", &ORDER, &call).await?)?.into_iter();
        let (Some(number_of_order), Some(word)) = (stands.next(), stands.next()) else {
            return Err(Error::unknown_service("give an order to a service", id));
        };
        let (number, word) = (number(number_of_order)?, text(word)?);
        Ok(given_order(number, &word).unwrap_or(GivenOrder { number, order }))
    }
}

fn given_order(number: u64, word: &str) -> Option<GivenOrder> {
    let known = [ServiceOrder::Quiet, ServiceOrder::Resume, ServiceOrder::Stop];
    let order = known.into_iter().find(|order| order.as_str() == word)?;
    Some(GivenOrder { number, order })
}
