//! Signals of a service in the foreground.

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::super::Failure;
use super::hangup::{Reloads, is_at_a_terminal};
use crate::service::{StopControl, StopSignal};

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Request {
    Stop(StopSignal),
    Quiet,
    Resume,
    /// Read configuration and log files anew.
    Reload,
    /// Its default would end the process with everything that runs in it.
    Nothing,
}

/// Has signals asked of the service from now on.
///
/// # Errors
/// The system refuses to hand signals over.
pub(super) fn listen(stop: &StopControl, reloads: &Reloads) -> Result<(), Failure> {
    for (name, kind, request) in table(hangup()) {
        let signal = signal(kind).map_err(|error| Failure::new(format!("failed to listen for {name}: {error}")))?;
        tokio::spawn(obey(signal, name, request, stop.clone(), reloads.clone()));
    }
    Ok(())
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
        ("USR1", SignalKind::user_defined1(), Request::Quiet),
        ("TSTP", SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()), Request::Quiet),
        ("CONT", SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()), Request::Resume),
        ("USR2", SignalKind::user_defined2(), Request::Nothing),
    ];
    table.extend(hangup.map(|request| ("HUP", SignalKind::hangup(), request)));
    table
}

async fn obey(mut signal: Signal, name: &'static str, request: Request, stop: StopControl, reloads: Reloads) {
    while signal.recv().await.is_some() {
        match request {
            Request::Stop(signal) => {
                tracing::info!(signal = name, "asked to stop");
                stop.signalled(signal);
            }
            Request::Quiet => {
                tracing::info!(signal = name, "asked to be quiet: nothing more is claimed");
                stop.quiet();
            }
            Request::Resume => stop.resume(),
            Request::Reload => reloads.ask(),
            Request::Nothing => tracing::info!(signal = name, "the signal means nothing here"),
        }
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
