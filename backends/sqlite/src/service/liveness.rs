//! Whether a service lives.

use std::time::Duration;

use egret_core::{Liveness, ProcessIdentity, ServiceId};

use super::file::Snapshot;
use crate::writer::Settings;

/// What can be told of a service now.
#[derive(Debug)]
pub(crate) struct Sight {
    pub(crate) is_alive: bool,
    pub(crate) snapshot: Option<Snapshot>,
}

/// Looks at a service: dead at once when nobody holds its lock, else when its beat is older than the lease by the store's
/// clock *and* we have ourselves seen it unmoved for long enough.
pub(crate) fn look_at(settings: &Settings, service: ServiceId, process: &ProcessIdentity) -> Sight {
    let snapshot = settings.fleet.snapshot(service);
    let is_alive = match settings.fleet.is_held(service) {
        Some(false) => false,
        Some(true) => !has_lapsed(settings, service, snapshot.as_ref()),
        // Somebody removed the file, or copied the database without it.
        None => match process.liveness(&settings.process) {
            Liveness::Alive => true,
            Liveness::Dead => false,
            Liveness::Unknown => !has_lapsed(settings, service, None),
        },
    };
    Sight { is_alive, snapshot }
}

fn has_lapsed(settings: &Settings, service: ServiceId, snapshot: Option<&Snapshot>) -> bool {
    let header = snapshot.map(|snapshot| snapshot.header);
    let unmoved_since = settings.fleet.observe(service, header.map(|header| header.n_beats));
    let is_old = header.is_none_or(|header| settings.now() - header.beat_at > microseconds(settings.timing.lease));
    is_old && unmoved_since.elapsed() > settings.timing.observation
}

fn microseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
