//! What a service tells the service manager that started it, by the protocol of sd_notify(3).

use std::time::Duration;

use sd_notify::NotifyState;

/// Set by a service manager that wants to be told.
const SOCKET_VARIABLE: &str = "NOTIFY_SOCKET";
/// Set by systemd 248 and later to the id of the process that it started (systemd.exec(5)).
const EXEC_PID_VARIABLE: &str = "SYSTEMD_EXEC_PID";

/// The service manager that started this process and wants to be told how it goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServiceManager {
    /// Without a sign of life for this long it ends the process by force.
    watchdog: Option<Duration>,
}

impl ServiceManager {
    /// The one of this process; `None` where nobody wants to be told.
    pub(crate) fn of_process() -> Option<Self> {
        std::env::var_os(SOCKET_VARIABLE).filter(|socket| !socket.is_empty())?;
        Some(Self { watchdog: sd_notify::watchdog_enabled() })
    }

    /// Whether somebody starts this process anew when it ends.
    pub(crate) fn supervises_this_process() -> bool {
        let own = std::process::id().to_string();
        Self::of_process().is_some() || std::env::var(EXEC_PID_VARIABLE).is_ok_and(|pid| pid == own)
    }

    /// Within which time it wants signs of life, if it does.
    pub(crate) fn watchdog(self) -> Option<Duration> {
        self.watchdog
    }

    /// The service can be given work.
    pub(crate) fn ready(self, status: &str) {
        self.tell(&[NotifyState::Ready, NotifyState::Status(status)]);
    }

    /// The service reads its configuration anew, and says when it is ready again.
    pub(crate) fn reloading(self) {
        let reloading = NotifyState::Reloading;
        match NotifyState::monotonic_usec_now() {
            Ok(now) => self.tell(&[reloading, now]),
            Err(_) => self.tell(&[reloading]),
        }
    }

    /// The service stops, and may take this long before it says more.
    pub(crate) fn stopping(self, status: &str, patience: Duration) {
        self.tell(&[NotifyState::Stopping, NotifyState::Status(status), extend(patience)]);
    }

    /// It still does what it said last, and may take this much longer.
    pub(crate) fn extend(self, patience: Duration) {
        self.tell(&[extend(patience)]);
    }

    /// What the service does, for people.
    pub(crate) fn status(self, status: &str) {
        self.tell(&[NotifyState::Status(status)]);
    }

    /// A sign of life.
    pub(crate) fn alive(self) {
        self.tell(&[NotifyState::Watchdog]);
    }

    /// A manager that cannot be told is no reason to stop performing jobs.
    fn tell(self, states: &[NotifyState<'_>]) {
        if let Err(error) = sd_notify::notify(states) {
            tracing::debug!(%error, "failed to tell the service manager");
        }
    }
}

fn extend(patience: Duration) -> NotifyState<'static> {
    NotifyState::ExtendTimeoutUsec(u32::try_from(patience.as_micros()).unwrap_or(u32::MAX))
}
