//! Being asked to be quiet and to stop.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use tokio::sync::watch;

/// A stop signal that comes later than this after the first one sets the deadline to zero. Systemd's TERM follows an
/// `ExecStop=kill -QUIT` within milliseconds and must change nothing.
const SECOND_SIGNAL_AFTER: Duration = Duration::from_secs(5);

/// The request to a service to be quiet or to stop. Clones are one and the same request.
#[derive(Clone, Debug)]
pub struct StopControl {
    sender: std::sync::Arc<Control>,
}

#[derive(Debug)]
struct Control {
    request: watch::Sender<StopRequest>,
    /// When the first stop signal came. Guarded for a few instructions at a time.
    first_signal: Mutex<Option<Instant>>,
}

/// What has been asked of a service so far. Each is stronger than those before it and never taken back, except quiet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StopRequest {
    /// Nothing.
    None,
    /// Claim nothing more; perform what runs; stay.
    Quiet,
    /// Claim nothing more, let running jobs finish until the deadline, release the rest, leave.
    Stop,
    /// The same with the deadline now.
    StopNow,
}

impl Default for StopControl {
    fn default() -> Self {
        let (request, _) = watch::channel(StopRequest::None);
        Self { sender: std::sync::Arc::new(Control { request, first_signal: Mutex::new(None) }) }
    }
}

impl StopControl {
    /// Nothing asked yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the service to claim nothing more and to stay. A second call changes nothing.
    pub fn quiet(&self) {
        self.raise(StopRequest::Quiet);
    }

    /// Ends a quiet.
    pub fn resume(&self) {
        self.sender.request.send_if_modified(|request| {
            let was_quiet = *request == StopRequest::Quiet;
            if was_quiet {
                *request = StopRequest::None;
            }
            was_quiet
        });
    }

    /// Asks the service to stop gracefully. A second call changes nothing.
    pub fn stop(&self) {
        self.raise(StopRequest::Stop);
    }

    /// Asks the service to stop with the deadline now.
    pub fn stop_now(&self) {
        self.raise(StopRequest::StopNow);
    }

    /// A stop signal came: the first stops gracefully, one more than 5 s after it sets the deadline to zero, and so does
    /// any second `interactive` one (INT, Ctrl-C).
    pub fn signalled(&self, signal: StopSignal) {
        let now = Instant::now();
        let mut first = self.sender.first_signal.lock().expect("nothing panics while this is locked");
        match *first {
            None => {
                *first = Some(now);
                self.stop();
            }
            Some(earlier) => {
                if signal == StopSignal::Interrupt || now.duration_since(earlier) > SECOND_SIGNAL_AFTER {
                    self.stop_now();
                }
            }
        }
    }

    /// What has been asked.
    pub fn request(&self) -> StopRequest {
        *self.sender.request.borrow()
    }

    /// Waits until at least `request` has been asked.
    pub async fn reached(&self, request: StopRequest) {
        let mut receiver = self.sender.request.subscribe();
        // The sender lives as long as `self`, so this cannot fail.
        let _ = receiver.wait_for(|current| *current >= request).await;
    }

    /// Waits until something else is asked than `request`.
    pub async fn changed_from(&self, request: StopRequest) {
        let mut receiver = self.sender.request.subscribe();
        let _ = receiver.wait_for(|current| *current != request).await;
    }

    fn raise(&self, request: StopRequest) {
        self.sender.request.send_if_modified(|current| {
            let is_more = *current < request;
            if is_more {
                *current = request;
            }
            is_more
        });
    }
}

/// Which kind of stop signal came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopSignal {
    /// INT, as from Ctrl-C: a second one means *now*.
    Interrupt,
    /// TERM or QUIT.
    Terminate,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_right_after_a_quit_changes_nothing() {
        let control = StopControl::new();
        control.signalled(StopSignal::Terminate);
        control.signalled(StopSignal::Terminate);
        assert_eq!(control.request(), StopRequest::Stop);
    }

    #[test]
    fn a_second_interrupt_stops_now() {
        let control = StopControl::new();
        control.signalled(StopSignal::Interrupt);
        assert_eq!(control.request(), StopRequest::Stop);
        control.signalled(StopSignal::Interrupt);
        assert_eq!(control.request(), StopRequest::StopNow);
    }

    #[test]
    fn a_stop_is_never_weakened() {
        let control = StopControl::new();
        control.stop();
        control.quiet();
        control.resume();
        assert_eq!(control.request(), StopRequest::Stop);
    }
}
