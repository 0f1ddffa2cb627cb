//! Workers of a service, one for each job that it can run at once, where a format shows them singly.
//!
//! Scripts seat a claimed job's worker in the step that takes the job, and let it rise when the claim ends; see
//! `scripts/seats.lua`.

use egret_core::ServiceId;
use serde_json::json;

use super::Store;
use super::format::Format;

/// Keys of seats.
#[derive(Clone, Debug)]
pub(crate) struct SeatKeys {
    own: String,
    /// Begin of the keys under which workers tell what they do.
    records: String,
    /// Begin of the counters of workers: `processed:ID` and `failed:ID` follow.
    stats: String,
}

impl SeatKeys {
    /// Keys behind the begin of those that are ours alone, and of those that others read.
    pub(crate) fn new(own: String, records: String, stats: String) -> Self {
        Self { own, records, stats }
    }

    /// Set of the ids of a service's workers.
    pub(crate) fn ids(&self, service: ServiceId) -> String {
        format!("{}workers:{service}", self.own)
    }

    /// List of those that sit nowhere.
    pub(crate) fn free(&self, service: ServiceId) -> String {
        format!("{}free:{service}", self.own)
    }

    /// Set of those that go when their job has ended.
    pub(crate) fn leaving(&self, service: ServiceId) -> String {
        format!("{}leaving:{service}", self.own)
    }

    /// Hash of workers by claims, and list of claims that have none.
    pub(crate) fn others(&self, service: ServiceId) -> [String; 2] {
        [format!("{}sitting:{service}", self.own), format!("{}standing:{service}", self.own)]
    }
}

impl<F: Format> Store<F> {
    /// The last argument of scripts that begin or end claims: where the workers of a service sit, as JSON; empty where they
    /// have no seats.
    pub(super) fn seats_of(&self, service: ServiceId) -> String {
        let Some(seats) = &self.layout().seats else { return String::new() };
        let [sitting, standing] = seats.others(service);
        json!({
            "ids": seats.ids(service),
            "free": seats.free(service),
            "sitting": sitting,
            "standing": standing,
            "records": seats.records,
            "stats": seats.stats,
        })
        .to_string()
    }
}
