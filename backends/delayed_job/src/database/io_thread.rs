//! The thread on which connections live, and on which every operation runs to its end.
//!
//! A connection is served by a task. Were that a task of whoever happened to make it, a job that blocks its thread would stop
//! the beats of its service as well. And an operation whose caller has gone is not left half done.

use std::future::Future;

use egret_core::{Error, ErrorKind, Result, Words, words};
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// A thread with a runtime of its own; both end with the value.
#[derive(Debug)]
pub(crate) struct IoThread {
    handle: Handle,
    _stop: oneshot::Sender<()>,
}

impl IoThread {
    /// Starts the thread.
    pub(crate) fn start() -> Result<Self> {
        let failed = |error| {
            Error::new(ErrorKind::Other, Words::failed(Words::verb("start the thread of connections")))
                .with_source(error)
        };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let run = move || {
            runtime.block_on(async {
                // The other end is dropped with the store; nothing is ever sent.
                let _ = stopped.await;
            });
        };
        std::thread::Builder::new().name("egret-delayed-job".to_owned()).spawn(run).map_err(failed)?;
        Ok(Self { handle, _stop: stop })
    }

    /// Runs an operation to its end, whether or not the caller waits for it. `undelivered` gets an answer that nobody
    /// waits for any more.
    pub(crate) async fn perform<T, F, U>(
        &self,
        operation: F,
        undelivered: impl FnOnce(T) -> U + Send + 'static,
    ) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
        U: Future<Output = ()> + Send,
    {
        let (answer, answered) = oneshot::channel();
        self.handle.spawn(async move {
            if let Err(Ok(lost)) = answer.send(operation.await) {
                undelivered(lost).await;
            }
        });
        answered.await.unwrap_or_else(|_| Err(has_ended()))
    }

    /// Runs something beside.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.handle.spawn(task);
    }
}

fn has_ended() -> Error {
    Error::new(ErrorKind::Unavailable, words!("store-connections-ended", "the thread of connections has ended"))
}
