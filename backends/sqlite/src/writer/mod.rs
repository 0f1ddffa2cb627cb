//! The one thread that writes, and the queue in front of it.
//!
//! The thread takes every operation that waits, up to a bound, and executes them in one transaction, so that concurrent
//! callers share one durable commit: durability costs latency, not throughput. An operation that fails fails alone: the group
//! is rolled back, and each member runs again in a transaction of its own.
//!
//! Where nobody waits, a caller may do a small operation in the thread's place: see [`Writer::do_or_submit`].

mod committed;
mod desk;
mod hot;
mod operation;
mod session;
mod standing;
mod syncer;
mod thread;
mod transaction;
mod unattended;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;

use egret_core::{Error, ErrorKind, Result, Words, words};
use tokio::sync::oneshot;

use self::desk::Attempt;
use self::thread::{Inbox, work};

pub(crate) use desk::Desk;
pub(crate) use hot::Hot;
pub(crate) use operation::{Call, Nature, Operation, WriteError};
pub(crate) use session::{Session, Settings};
pub(crate) use standing::{Place, StandingClaims};
pub(crate) use transaction::Writing;
pub(crate) use unattended::undo_operation;

/// An operation of more rows than this is not done on its caller's thread.
const MOST_ROWS_AT_ONCE: usize = 64;

/// A handle on the desk and on the thread that writes. Dropping it ends the thread after what is queued.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: Option<mpsc::Sender<Box<dyn Operation>>>,
    /// Operations in the queue.
    n_waiting: Arc<AtomicUsize>,
    /// Callers who store jobs at present.
    n_producers: AtomicUsize,
    desk: Arc<Mutex<Desk>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(desk: Desk) -> Result<Self> {
        let (queue, operations) = mpsc::channel();
        let n_waiting = Arc::new(AtomicUsize::new(0));
        let inbox = Inbox { operations, n_waiting: Arc::clone(&n_waiting) };
        let desk = Arc::new(Mutex::new(desk));
        let desk_of_thread = Arc::clone(&desk);
        let builder = std::thread::Builder::new().name("egret-writer".to_owned()).stack_size(THREAD_STACK);
        let thread = builder.spawn(move || work(&inbox, &desk_of_thread)).map_err(|error| {
            Error::new(ErrorKind::Unavailable, Words::failed(Words::verb("start the writer thread"))).with_source(error)
        })?;
        let n_producers = AtomicUsize::new(0);
        Ok(Self { queue: Some(queue), n_waiting, n_producers, desk, thread: Mutex::new(Some(thread)) })
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

    /// The same, on the caller's thread if nobody is before it. For callers whose thread may work for a moment.
    pub(crate) async fn call_at_once<T, L, R>(
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
        self.do_or_submit(nature.verb, Box::new(Call { nature, look, run, undo, value: None, reply }))?;
        self.answer(nature.verb, answer).await
    }

    /// Puts an operation into the queue.
    pub(crate) fn submit(&self, verb: &str, operation: Box<dyn Operation>) -> Result<()> {
        let queue = self.queue.as_ref().ok_or_else(|| closed(verb))?;
        self.n_waiting.fetch_add(1, Ordering::Relaxed);
        queue.send(operation).map_err(|_| closed(verb))
    }

    /// Does a small operation on this thread if nobody is before it, else puts it into the queue.
    pub(crate) fn do_or_submit(&self, verb: &str, operation: Box<dyn Operation>) -> Result<()> {
        if operation.weight() > MOST_ROWS_AT_ONCE || self.n_waiting.load(Ordering::Relaxed) > 0 {
            return self.submit(verb, operation);
        }
        let attempt = match self.desk.try_lock() {
            Ok(mut desk) => desk.attempt(operation),
            Err(_) => Attempt::InTheWay(operation),
        };
        match attempt {
            Attempt::InTheWay(operation) => self.submit(verb, operation),
            Attempt::Done(undoing) => undoing.map_or(Ok(()), |undoing| self.submit(verb, undoing)),
            Attempt::Committed(committed) => committed.conclude().map_or(Ok(()), |undoing| self.submit(verb, undoing)),
        }
    }

    /// Joins those who store jobs at present, until the answer is dropped.
    pub(crate) fn join_producers(&self) -> Producer<'_> {
        self.n_producers.fetch_add(1, Ordering::Relaxed);
        Producer(&self.n_producers)
    }

    /// Waits for the answer to an operation.
    pub(crate) async fn answer<T>(&self, verb: &str, answer: oneshot::Receiver<Result<T>>) -> Result<T> {
        answer.await.map_err(|_| closed(verb))?
    }
}

/// One of those who store jobs at present.
#[derive(Debug)]
pub(crate) struct Producer<'a>(&'a AtomicUsize);

impl Producer<'_> {
    /// Whether nobody else stores jobs. Lets others, who may want to, run first: they could not, for as long as a producer
    /// that believes itself alone keeps their thread.
    pub(crate) async fn is_alone(&self) -> bool {
        if self.0.load(Ordering::Relaxed) > 1 {
            return false;
        }
        tokio::task::yield_now().await;
        self.0.load(Ordering::Relaxed) == 1
    }
}

impl Drop for Producer<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn closed(verb: &str) -> Error {
    let reason = words!("store-closed", "the store is closed");
    Error::new(ErrorKind::Unavailable, Words::refused(Words::verb(verb), reason))
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
