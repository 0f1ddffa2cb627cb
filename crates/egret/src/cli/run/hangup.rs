//! The signal HUP: with a terminal it is the end of that, else a wish to read everything anew.

use std::io::IsTerminal as _;
use std::sync::Arc;

use tokio::sync::Notify;

/// Wishes to read configuration and log files anew. Several that come at once are one.
#[derive(Clone, Debug, Default)]
pub(super) struct Reloads(Arc<Notify>);

impl Reloads {
    /// Asks for one.
    pub(super) fn ask(&self) {
        self.0.notify_one();
    }

    /// Waits until one is asked for; one that came before counts.
    pub(super) async fn asked(&self) {
        self.0.notified().await;
    }
}

/// Whether somebody started this process from a terminal, whose end would be what HUP tells of.
pub(super) fn is_at_a_terminal() -> bool {
    std::io::stdin().is_terminal() || std::io::stdout().is_terminal() || std::io::stderr().is_terminal()
}
