//! The thread on which connections live.
//!
//! A connection is served by a task. Were that a task of whoever happened to make it, a job that blocks its thread would
//! stop the beats of its service as well.

use egret_core::{Error, ErrorKind, Result, Words, words};
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// A thread with a runtime of its own; both end with the value.
#[derive(Debug)]
pub(super) struct IoThread {
    handle: Handle,
    _stop: oneshot::Sender<()>,
}

impl IoThread {
    /// Starts the thread.
    pub(super) fn start() -> Result<Self> {
        let failed = |error| {
            Error::new(ErrorKind::Other, Words::failed(Words::verb("start the thread of connections")))
                .with_source(error)
        };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let run = move || {
            runtime.block_on(async {
                // The other end is dropped with the driver; nothing is ever sent.
                let _ = stopped.await;
            });
        };
        std::thread::Builder::new().name("egret-redis".to_owned()).spawn(run).map_err(failed)?;
        Ok(Self { handle, _stop: stop })
    }

    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }
}

pub(super) fn has_ended() -> Error {
    Error::new(ErrorKind::Unavailable, words!("store-connections-ended", "the thread of connections has ended"))
}
