//! Keeping the service manager informed while a service runs.

use std::time::Duration;

use egret_core::ServicePhase;
use tokio::time::{MissedTickBehavior, interval};

use crate::language::Language;
use crate::service::{ServiceMonitor, ServiceStatus, StopControl, StopRequest};
use crate::systemd::ServiceManager;

/// Between two looks at the service, or a quarter of the watchdog's time if that is shorter.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How much longer a service that stops may take with each look.
const PATIENCE: Duration = Duration::from_secs(15);

/// Tells the manager of a running service for ever.
pub(super) async fn inform(manager: ServiceManager, monitor: ServiceMonitor, stop: StopControl, language: Language) {
    let told = String::new();
    let mut informer = Informer { manager, monitor, stop, language, told, is_stopping: false, is_stalled: false };
    let mut looks = interval(manager.watchdog().map_or(LOOK_EVERY, |watchdog| LOOK_EVERY.min(watchdog / 4)));
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = looks.tick() => {}
            () = informer.stop.reached(StopRequest::Stop), if !informer.is_stopping => {}
        }
        informer.look();
    }
}

struct Informer {
    manager: ServiceManager,
    monitor: ServiceMonitor,
    stop: StopControl,
    language: Language,
    /// What was told last.
    told: String,
    is_stopping: bool,
    is_stalled: bool,
}

impl Informer {
    fn look(&mut self) {
        let status = self.monitor.status();
        let words = words(status, self.language);
        // Not while it retires, which may take as long as its jobs do.
        if self.stop.request() >= StopRequest::Stop && !self.is_stopping {
            self.is_stopping = true;
            self.manager.stopping(&words, PATIENCE);
        } else if self.is_stopping {
            // A drain may take longer than the unit allows for; each look says that it goes on.
            self.manager.extend(PATIENCE);
        }
        if words != self.told {
            self.manager.status(&words);
            self.told = words;
        }
        self.feed();
    }

    /// Feeds the watchdog if every loop got on within half of its time.
    fn feed(&mut self) {
        let Some(watchdog) = self.manager.watchdog() else { return };
        match self.monitor.longest_stall().filter(|stall| stall.lasted > watchdog / 2) {
            None => {
                self.is_stalled = false;
                self.manager.alive();
            }
            Some(stall) if !self.is_stalled => {
                self.is_stalled = true;
                let (stalled, lasted) = (stall.stalled.as_str(), stall.lasted);
                tracing::error!(stalled, ?lasted, "a loop of the service does not get on; the watchdog is not fed");
            }
            Some(_) => {}
        }
    }
}

/// What the service does, in one line.
pub(super) fn words(status: ServiceStatus, language: Language) -> String {
    let ServiceStatus { phase, n_running, concurrency, n_finished } = status;
    let (running, ended) = (("running", n_running.into()), ("ended", n_finished.into()));
    match phase {
        ServicePhase::Running if n_running == 0 => language.text_with("services-waiting", &[ended]),
        ServicePhase::Running => {
            language.text_with("services-running", &[running, ("limit", concurrency.into()), ended])
        }
        ServicePhase::Quiet => language.text_with("services-quiet", &[running, ended]),
        ServicePhase::Stopping => language.text_with("services-stopping", &[running, ended]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_the_service_does() {
        let status = |phase, n_running, concurrency| ServiceStatus { phase, n_running, concurrency, n_finished: 7 };
        let say = |phase, n_running| words(status(phase, n_running, 10), Language::English);
        assert_eq!(say(ServicePhase::Running, 0), "waiting for jobs, 7 ended so far");
        assert_eq!(say(ServicePhase::Running, 3), "running 3 of at most 10 jobs, 7 ended so far");
        assert_eq!(say(ServicePhase::Quiet, 1), "quiet, 1 job still runs, 7 ended so far");
        assert_eq!(say(ServicePhase::Stopping, 1), "stopping, 1 job still runs, 7 ended so far");
        assert_eq!(say(ServicePhase::Stopping, 2), "stopping, 2 jobs still run, 7 ended so far");
        let alone = words(status(ServicePhase::Running, 1, 1), Language::English);
        assert_eq!(alone, "running 1 of at most 1 job, 7 ended so far");
        let japanese = words(status(ServicePhase::Running, 3, 10), Language::Japanese);
        assert!(japanese.contains("10 件のうち 3 件を実行中"), "{japanese}");
    }
}
