//! Signals of a service in the foreground.

use egret_core::{SignalMap, SignalMeaning};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::super::Failure;
use super::hangup::{Reloads, is_at_a_terminal};
use crate::language::Sentence;
use crate::service::{ServiceMonitor, StopControl, StopSignal};

/// What a signal asks for.
#[derive(Clone, Copy, Debug)]
enum Request {
    Stop(StopSignal),
    /// What the store's map says.
    Mapped(fn(&SignalMap) -> SignalMeaning),
    /// Read configuration and log files anew.
    Reload,
}

/// What signals mean by the store, and the service that they reach. Nothing before the service has started: a signal
/// that comes earlier waits for it.
#[derive(Debug)]
pub(super) struct Meanings(watch::Sender<Option<(SignalMap, ServiceMonitor)>>);

impl Meanings {
    /// Has the signals so far, and those to come, followed.
    pub(super) fn learn(&self, map: SignalMap, monitor: ServiceMonitor) {
        self.0.send_replace(Some((map, monitor)));
    }
}

/// Has signals asked of the service from now on; those whose meaning depends on the store as soon as it is told.
///
/// # Errors
/// The system refuses to hand signals over.
pub(super) fn listen(stop: &StopControl, reloads: &Reloads) -> Result<Meanings, Failure> {
    let (meanings, told) = watch::channel(None);
    for (name, kind, request) in table(hangup()) {
        let signal = signal(kind).map_err(|error| no_signal(name, &error))?;
        tokio::spawn(obey(signal, name, request, stop.clone(), reloads.clone(), told.clone()));
    }
    Ok(Meanings(meanings))
}

fn no_signal(name: &str, error: &std::io::Error) -> Failure {
    Failure::new(Sentence::new("cli-no-signal").with("signal", name).with("error", error.to_string()))
}

/// What HUP asks for; `None` where it is to be left alone.
fn hangup() -> Option<Request> {
    match () {
        // Under nohup(1) it is ignored, and stays so.
        () if is_ignored(rustix::process::Signal::HUP) => None,
        () if is_at_a_terminal() => Some(Request::Stop(StopSignal::Terminate)),
        () => Some(Request::Reload),
    }
}

fn table(hangup: Option<Request>) -> Vec<(&'static str, SignalKind, Request)> {
    let mut table = vec![
        ("INT", SignalKind::interrupt(), Request::Stop(StopSignal::Interrupt)),
        ("TERM", SignalKind::terminate(), Request::Stop(StopSignal::Terminate)),
        // SHIRASAGI's unit file stops a service by QUIT.
        ("QUIT", SignalKind::quit(), Request::Stop(StopSignal::Terminate)),
        ("USR1", SignalKind::user_defined1(), Request::Mapped(|map| map.usr1)),
        ("USR2", SignalKind::user_defined2(), Request::Mapped(|map| map.usr2)),
        ("TSTP", raw(rustix::process::Signal::TSTP), Request::Mapped(|map| map.tstp)),
        ("TTIN", raw(rustix::process::Signal::TTIN), Request::Mapped(|map| map.ttin)),
        ("CONT", raw(rustix::process::Signal::CONT), Request::Mapped(|map| map.cont)),
    ];
    table.extend(hangup.map(|request| ("HUP", SignalKind::hangup(), request)));
    table
}

fn raw(signal: rustix::process::Signal) -> SignalKind {
    SignalKind::from_raw(signal.as_raw())
}

async fn obey(
    mut signal: Signal,
    name: &'static str,
    request: Request,
    stop: StopControl,
    reloads: Reloads,
    mut meanings: watch::Receiver<Option<(SignalMap, ServiceMonitor)>>,
) {
    while signal.recv().await.is_some() {
        match request {
            Request::Stop(signal) => {
                // Said once it holds: whoever reads it may rely on it.
                stop.signalled(signal);
                tracing::info!(signal = name, "asked to stop");
            }
            Request::Reload => reloads.ask(),
            Request::Mapped(meaning) => {
                // The sender is dropped only with a service that failed to start.
                let Ok(Some((map, monitor))) = meanings.wait_for(Option::is_some).await.map(|known| known.clone())
                else {
                    return;
                };
                follow(name, meaning(&map), &stop, &monitor);
            }
        }
    }
}

fn follow(name: &'static str, meaning: SignalMeaning, stop: &StopControl, monitor: &ServiceMonitor) {
    match meaning {
        SignalMeaning::Quiet => {
            stop.quiet();
            tracing::info!(signal = name, "asked to be quiet: nothing more is claimed");
        }
        SignalMeaning::Resume => stop.resume(),
        SignalMeaning::Report => report(name, monitor),
        SignalMeaning::CancelRunning => {
            let n_running = monitor.cancel_running();
            tracing::info!(signal = name, n_running, "asked to cancel what runs");
        }
        SignalMeaning::Nothing => tracing::info!(signal = name, "the signal means nothing here"),
    }
}

/// Tells what runs, a line a job.
fn report(name: &'static str, monitor: &ServiceMonitor) {
    let running = monitor.running();
    tracing::info!(signal = name, n_running = running.len(), "asked what runs");
    for run in running {
        tracing::info!(job_id = %run.job_id, class = run.class, elapsed = ?run.elapsed, "runs");
    }
}

/// Whether the process was started with the signal ignored.
fn is_ignored(signal: rustix::process::Signal) -> bool {
    std::fs::read_to_string("/proc/self/status").is_ok_and(|status| ignores(&status, signal.as_raw()))
}

/// Source: proc_pid_status(5), `SigIgn`: a mask in hexadecimal, the lowest bit for signal 1.
fn ignores(status: &str, signal: i32) -> bool {
    status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_mask_of_ignored_signals() {
        let status = "Name:\tegret\nSigBlk:\t0000000000000001\nSigIgn:\t0000000000001004\n";
        assert!(ignores(status, 3) && ignores(status, 13));
        assert!(!ignores(status, 1) && !ignores(status, 2));
        assert!(!ignores("", 1));
    }

    #[test]
    fn every_stop_signal_is_heard() {
        let stops = |name: &str| {
            table(None).iter().any(|(known, _, request)| *known == name && matches!(request, Request::Stop(_)))
        };
        assert!(["INT", "TERM", "QUIT"].iter().all(|name| stops(name)));
    }
}
