//! Units for services on demand: systemd starts one when jobs may wait and nobody else has.
//!
//! Whoever enqueues starts a service by itself. When enqueuer and service are both gone, after a reboot above all, nobody
//! is left to wake reserved jobs. The timer closes that gap, and a path unit makes it short where the store is a file.
//! A service too many leaves at once, so that a start in vain does no harm as long as it does not come with every write of
//! a service that somebody else started: hence the pause.

use super::service_unit::{command, process_lines, unit_section};
use super::unit::{UnitError, UnitFile, UnitRequest, UnitText, path_line};

/// How long after a boot, and after the last service left, systemd looks for jobs.
const LOOK_AFTER: &str = "1min";
/// Between a change of the store and the service that it starts, in seconds. Before the service looks and not after it has
/// left, or a change in between would be seen by nobody. systemd 252 has no limit for paths but one that fails them for
/// good, 200 starts in 2 s (`TriggerLimitBurst=`, systemd.path(5)).
const PAUSE_SECONDS: u8 = 5;

/// The service, the timer and, where a file tells of enqueues, the path.
pub(crate) fn on_demand_units(request: &UnitRequest) -> Result<Vec<UnitFile>, UnitError> {
    let mut units = vec![service(request)?, timer(request)];
    if !request.watched_files.is_empty() {
        let name = format!("{}.path", request.name);
        let mut text = UnitText::new(&name);
        text.section("Unit");
        text.set("Description", "Start an Egret job service when the store changes");
        text.section("Path");
        for file in &request.watched_files {
            text.set("PathModified", path_line(file)?);
        }
        text.section("Install");
        text.set("WantedBy", "paths.target");
        units.push(text.into_file(name));
    }
    Ok(units)
}

fn service(request: &UnitRequest) -> Result<UnitFile, UnitError> {
    let name = format!("{}.service", request.name);
    let mut text = UnitText::new(&name);
    unit_section(&mut text, request)?;
    // Every change of the store starts one.
    text.set("StartLimitIntervalSec", 0);
    text.section("Service");
    text.comment("Ends when no jobs wait, reserved ones included.");
    text.set("Type", "oneshot");
    if !request.watched_files.is_empty() {
        text.comment(
            "Services that others started change the store all the time, and each change would start this one.",
        );
        text.set("ExecStartPre", format_args!("/bin/sleep {PAUSE_SECONDS}"));
    }
    text.set("ExecStart", command(request, "on_demand")?);
    process_lines(&mut text, request)?;
    Ok(text.into_file(name))
}

fn timer(request: &UnitRequest) -> UnitFile {
    let name = format!("{}.timer", request.name);
    let mut text = UnitText::new(&name);
    text.section("Unit");
    text.set("Description", "Start an Egret job service for jobs that nobody else starts one for");
    text.section("Timer");
    text.set("OnBootSec", LOOK_AFTER);
    text.set("OnUnitInactiveSec", LOOK_AFTER);
    text.set("AccuracySec", "5s");
    text.section("Install");
    text.set("WantedBy", "timers.target");
    text.into_file(name)
}
