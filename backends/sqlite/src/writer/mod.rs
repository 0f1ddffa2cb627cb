//! The one thread that writes, and the queue in front of it.
//!
//! It takes every operation that waits, up to a bound, and executes them in one transaction, so that concurrent callers
//! share one durable commit: durability costs latency, not throughput. An operation that fails fails alone: the group is
//! rolled back, and each member runs again in a transaction of its own.

mod hot;
mod operation;
mod session;
mod syncer;
mod thread;
mod transaction;

use std::sync::{Mutex, mpsc};
use std::thread::JoinHandle;

use egret_core::{Error, ErrorKind, Result};
use tokio::sync::oneshot;

pub(crate) use hot::Hot;
pub(crate) use operation::{Call, Nature, Operation, WriteError};
pub(crate) use session::{Session, Settings};
pub(crate) use thread::{WriterThread, undo_operation};
pub(crate) use transaction::Writing;

/// A handle on the thread that writes. Dropping it ends the thread after what is queued.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: Option<mpsc::Sender<Box<dyn Operation>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(thread: WriterThread) -> Result<Self> {
        let (queue, operations) = mpsc::channel();
        let builder = std::thread::Builder::new().name("egret-writer".to_owned()).stack_size(THREAD_STACK);
        let thread = builder.spawn(move || thread.run(&operations)).map_err(|error| {
            Error::new(ErrorKind::Unavailable, "failed to start the writer thread").with_source(error)
        })?;
        Ok(Self { queue: Some(queue), thread: Mutex::new(Some(thread)) })
    }

    /// Runs an operation in a transaction and answers after its commit.
    pub(crate) async fn call<T, R>(&self, nature: Nature, run: R) -> Result<T>
    where
        T: Send + 'static,
        R: FnMut(&mut Session<'_>) -> rusqlite::Result<T> + Send + 'static,
    {
        self.call_unless(nature, |_| Ok(None), run, |_| None).await
    }

    /// The same, but first looks whether there is anything to write, and undoes the operation when its caller has gone.
    pub(crate) async fn call_unless<T, L, R>(
        &self,
        nature: Nature,
        look: L,
        run: R,
        undo: fn(T) -> Option<Box<dyn Operation>>,
    ) -> Result<T>
    where
        T: Send + 'static,
        L: FnMut(&mut Session<'_>) -> rusqlite::Result<Option<T>> + Send + 'static,
        R: FnMut(&mut Session<'_>) -> rusqlite::Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.submit(nature.verb, Box::new(Call { nature, look, run, undo, value: None, reply }))?;
        self.answer(nature.verb, answer).await
    }

    /// Puts an operation into the queue.
    pub(crate) fn submit(&self, verb: &str, operation: Box<dyn Operation>) -> Result<()> {
        let queue = self.queue.as_ref().ok_or_else(|| closed(verb))?;
        queue.send(operation).map_err(|_| closed(verb))
    }

    /// Waits for the answer to an operation.
    pub(crate) async fn answer<T>(&self, verb: &str, answer: oneshot::Receiver<Result<T>>) -> Result<T> {
        answer.await.map_err(|_| closed(verb))?
    }
}

fn closed(verb: &str) -> Error {
    Error::new(ErrorKind::Unavailable, format!("failed to {verb}: the store is closed"))
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        let thread = self.thread.lock().ok().and_then(|mut thread| thread.take());
        if let Some(Err(_)) = thread.map(JoinHandle::join) {
            tracing::error!("the writer thread of a store panicked");
        }
    }
}

/// Enough for SQLite and for parsing a payload; little, because an idle service should be small.
pub(crate) const THREAD_STACK: usize = 512 * 1024;
