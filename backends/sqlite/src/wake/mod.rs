//! Hints that there may be work: to waiters of this process directly, to those of others through sockets.
//!
//! A hint carries nothing and may be lost; a timer is the truth. Each store that waits has a datagram socket in the folder
//! `wake` beside the database; who commits work sends one byte to every socket there. Nobody polls.

mod ear;
mod socket_path;
mod voice;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;

use self::ear::Ear;
use self::voice::Voice;

/// Sends and receives hints.
#[derive(Debug)]
pub(crate) struct Hints {
    local: Arc<Notify>,
    folder: PathBuf,
    voice: Voice,
    /// Guards the start of the thread that listens, which begins with the first wait.
    ear: Mutex<Option<Ear>>,
}

impl Hints {
    /// Hints through sockets in the folder.
    pub(crate) fn new(folder: PathBuf) -> Self {
        let voice = Voice::new(folder.clone());
        Self { local: Arc::new(Notify::new()), folder, voice, ear: Mutex::new(None) }
    }

    /// Sends a hint to every waiter.
    pub(crate) fn send(&self) {
        announce(&self.local);
        self.voice.call();
    }

    /// Waits for a hint or until the timeout.
    pub(crate) async fn wait(&self, timeout: Duration) {
        let hint = self.local.notified();
        let _attention = self.listen();
        // Whether it was the hint or the time makes no difference: the caller looks for work in either case.
        let _ = tokio::time::timeout(timeout, hint).await;
    }

    /// Whether somebody in this process has waited for hints: a service lives here, or has lived.
    pub(crate) fn are_heard(&self) -> bool {
        self.ear.lock().expect("nothing panics while it opens a socket").is_some()
    }

    /// Pays attention to other processes while the answer lives.
    fn listen(&self) -> Option<ear::Attention> {
        let mut ear = self.ear.lock().expect("nothing panics while it opens a socket");
        if ear.is_none() {
            match Ear::open(&self.folder, Arc::clone(&self.local)) {
                Ok(opened) => {
                    self.voice.ignore(opened.file_name());
                    *ear = Some(opened);
                }
                Err(error) => {
                    tracing::warn!(%error, "failed to listen for hints of other processes; a timer finds their jobs");
                }
            }
        }
        ear.as_ref().map(Ear::attend)
    }
}

/// Wakes everybody who waits, and the next one who begins to wait: it may have looked for work before this hint.
fn announce(local: &Notify) {
    local.notify_waiters();
    local.notify_one();
}
