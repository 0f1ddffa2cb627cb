//! How fast one service empties the store, history kept.

use egret_sqlite::RawLimits;

use super::enqueue::{fill, scaled};
use super::meter::Meter;
use super::{BenchOptions, Figure};
use crate::service::{ExitRule, ServiceOptions, StopControl, memory::resident_bytes};
use crate::{App, Error};

/// Fills the store and drains it by one service with default settings.
pub(super) async fn drain(app: &App, options: &BenchOptions, raw: &RawLimits) -> Result<Vec<Figure>, Error> {
    let count = scaled(options, 300_000);
    fill(app, count).await?;
    let service = ServiceOptions { exit: ExitRule::WhenNothingIsDue, ..ServiceOptions::default() };
    let meter = Meter::start();
    let report = app.service_with(service, 1).start(StopControl::new())?.ended().await?;
    let reading = meter.read();
    if report.n_finished != count {
        return Err(Error::internal(format!("drained {} of {count} jobs", report.n_finished)));
    }
    let rate = Figure::rate("drain, one service, default settings, history kept", reading, count)
        .against(raw.cycles_per_second_at_100, "claim and finish, 100 rows a commit");
    let memory = Figure::new("resident memory after the drain", resident_bytes() as f64 / 1e6, "MB");
    Ok(vec![rate, memory])
}
