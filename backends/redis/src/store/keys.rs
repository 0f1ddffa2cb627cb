//! Keys of ours, beside those of the format.

use egret_core::ServiceId;

use super::format::Layout;

/// Keys that are the same for every service.
#[derive(Debug)]
pub(crate) struct Keys {
    /// Set of the ids of all services.
    pub(crate) services: String,
    /// Begin of the key of a service: a hash of what it tells.
    pub(crate) service_prefix: String,
    /// Begin of the key of its claims: a hash of bytes by the number of the claim.
    pub(crate) claims_prefix: String,
    /// Begin of the key of its jobs that run: a hash of times by the number of the claim.
    pub(crate) running_prefix: String,
    /// Begin of the key of its claims that are to be cancelled: a hash of ids of jobs by the number of the claim.
    pub(crate) cancels_prefix: String,
    /// The last number of a claim.
    pub(crate) last_claim: String,
    /// Hash of names of services: when their number last changed.
    pub(crate) names: String,
    /// Hash of queues and patterns: when a service that is gone last polled them.
    pub(crate) polled: String,
    /// Hash of paused queues: since when.
    pub(crate) pauses: String,
    /// The channel of hints for everybody, and the begin of those of a queue alone: for who does not have it watched.
    pub(crate) hints: String,
}

impl Keys {
    pub(crate) fn new(layout: &Layout) -> Self {
        let own = |name: &str| format!("{}{name}", layout.own);
        Self {
            services: own("services"),
            service_prefix: own("service:"),
            claims_prefix: own("claims:"),
            running_prefix: own("running:"),
            cancels_prefix: own("cancels:"),
            last_claim: own("last_claim"),
            names: own("names"),
            polled: own("polled"),
            pauses: own("pauses"),
            hints: own("hints"),
        }
    }

    /// The channel of hints that only a queue has got jobs.
    pub(crate) fn hints_of(&self, queue: &str) -> String {
        format!("{}:{queue}", self.hints)
    }

    pub(crate) fn service(&self, id: ServiceId) -> String {
        format!("{}{id}", self.service_prefix)
    }

    pub(crate) fn claims(&self, id: ServiceId) -> String {
        format!("{}{id}", self.claims_prefix)
    }

    pub(crate) fn running(&self, id: ServiceId) -> String {
        format!("{}{id}", self.running_prefix)
    }

    pub(crate) fn cancels(&self, id: ServiceId) -> String {
        format!("{}{id}", self.cancels_prefix)
    }
}
