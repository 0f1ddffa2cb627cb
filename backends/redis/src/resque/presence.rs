//! A service of ours as Resque's workers, one for each job that it can run at once.
//!
//! Registered, kept alive and unregistered as by Resque 3.0 (`lib/resque/data_store.rb`, `lib/resque/worker.rb`).

use std::collections::HashMap;
use std::sync::Mutex;

use egret_core::{Result, ServiceId, ServiceInfo, Timestamp};
use jiff::tz::TimeZone;
use redis::Value;

use super::names::Names;
use super::times;
use super::worker_id::WorkerId;
use crate::driver::{Call, Driver, Script};
use crate::store::{Appearance, SeatKeys};

static APPEAR: Script = Script::new(include_str!("scripts/appear.lua"));
static DISAPPEAR: Script = Script::new(include_str!("scripts/disappear.lua"));

/// Seconds for which it is remembered when services were there, once none is: a week.
const REMEMBERED: u32 = 7 * 24 * 3600;

/// What records say of who did it, where nobody can tell which worker it was.
#[derive(Debug, Default)]
pub(super) struct FirstWorkers(Mutex<HashMap<ServiceId, String>>);

impl FirstWorkers {
    fn enter(&self, service: ServiceId, id: &str) {
        self.0.lock().expect("nothing panics with the workers").insert(service, id.to_owned());
    }

    fn forget(&self, service: ServiceId) {
        self.0.lock().expect("nothing panics with the workers").remove(&service);
    }

    /// The first worker of a service of this handle.
    pub(super) fn of(&self, service: ServiceId) -> Option<String> {
        self.0.lock().expect("nothing panics with the workers").get(&service).cloned()
    }
}

/// Ids of the workers of a service.
pub(super) fn workers(service: ServiceId, info: &ServiceInfo) -> Vec<String> {
    let id = |slot| WorkerId::of_slot(&info.process, service, slot, info.selection.queues.names()).to_string();
    (1..=info.concurrency.max(1)).map(id).collect()
}

/// Where the workers of services are kept.
#[derive(Debug)]
pub(super) struct Presence<'a> {
    pub(super) driver: &'a Driver,
    pub(super) names: &'a Names,
    pub(super) seats: &'a SeatKeys,
    pub(super) zone: &'a TimeZone,
    pub(super) first: &'a FirstWorkers,
}

impl Presence<'_> {
    /// Shows that the workers live, by the clock of the server.
    pub(super) async fn appear(&self, appearance: &Appearance<'_>, now: Timestamp) -> Result<()> {
        let service = appearance.service;
        let workers = workers(service, appearance.info);
        if let Some(first) = workers.first() {
            self.first.enter(service, first);
        }
        let mut call = Call::new(self.keys(service).into_iter().chain([appearance.proof.to_owned()]));
        call.arg(self.names.worker_prefix())
            .arg(self.names.stat_prefix())
            .arg(times::heartbeat(now, self.zone))
            .arg(times::started(now, self.zone))
            .arg(workers.len());
        for worker in workers {
            call.arg(worker);
        }
        call.arg(self.names.own());
        if self.driver.script("show workers to Resque", &APPEAR, &call).await? == Value::Int(0) {
            self.first.forget(service);
        }
        Ok(())
    }

    /// Takes the workers away.
    pub(super) async fn disappear(&self, service: ServiceId) -> Result<()> {
        self.first.forget(service);
        let mut call = Call::new(self.keys(service).into_iter().chain(self.seats.others(service)));
        call.arg(self.names.worker_prefix()).arg(self.names.stat_prefix()).arg(self.names.own()).arg(REMEMBERED);
        self.driver.script("take workers from Resque", &DISAPPEAR, &call).await.map(drop)
    }

    fn keys(&self, service: ServiceId) -> [String; 5] {
        [
            self.seats.ids(service),
            self.seats.free(service),
            self.seats.leaving(service),
            self.names.workers(),
            self.names.heartbeats(),
        ]
    }
}
